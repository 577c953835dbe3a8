//! Truth values: a byte each on the wire, a bit each in Arrow; eight are taken at a time.

use arrow::buffer::{BooleanBuffer, Buffer};

/// The lowest bit of each byte.
const ONES: u64 = 0x0101_0101_0101_0101;
/// All bits of each byte but the highest.
const LOW_BITS: u64 = 0x7f7f_7f7f_7f7f_7f7f;
/// The first bit of the first byte, the second of the second, and so on.
const DIAGONAL: u64 = 0x8040_2010_0804_0201;
/// Multiplied with it, the lowest bits of eight bytes come together in the highest byte.
const GATHER: u64 = 0x0102_0408_1020_4080;

/// One bit for each byte: whether it is not zero, or the opposite.
pub(super) fn pack(bytes: &[u8], is_opposite: bool) -> BooleanBuffer {
    let flip = if is_opposite { 0xff } else { 0 };
    let (words, rest) = bytes.as_chunks::<8>();
    let mut bits = Vec::with_capacity(words.len() + 1);
    bits.extend(words.iter().map(|word| pack_word(*word) ^ flip));
    if !rest.is_empty() {
        let mut word = [0; 8];
        word[..rest.len()].copy_from_slice(rest);
        bits.push(pack_word(word) ^ flip);
    }
    BooleanBuffer::new(Buffer::from_vec(bits), 0, bytes.len())
}

/// Appends one byte for each bit: 1 where it is set, or the opposite.
pub(super) fn unpack(bits: &BooleanBuffer, is_opposite: bool, out: &mut Vec<u8>) {
    let flip = if is_opposite { u64::MAX } else { 0 };
    let start = out.len();
    out.resize(start + bits.len(), 0);
    let chunks = bits.bit_chunks();
    let (blocks, rest) = out[start..].as_chunks_mut::<64>();
    for (block, word) in blocks.iter_mut().zip(chunks.iter()) {
        for (bytes, bits) in block.as_chunks_mut::<8>().0.iter_mut().zip((word ^ flip).to_le_bytes()) {
            *bytes = unpack_byte(bits);
        }
    }
    let word = chunks.remainder_bits() ^ flip;
    for (i, byte) in rest.iter_mut().enumerate() {
        *byte = (word >> i) as u8 & 1;
    }
}

#[inline]
fn pack_word(bytes: [u8; 8]) -> u8 {
    let word = u64::from_le_bytes(bytes);
    // The highest bit of each byte tells whether any bit of it is set.
    let is_set = ((((word & LOW_BITS) + LOW_BITS) | word) >> 7) & ONES;
    (is_set.wrapping_mul(GATHER) >> 56) as u8
}

#[inline]
fn unpack_byte(bits: u8) -> [u8; 8] {
    let spread = u64::from(bits).wrapping_mul(ONES) & DIAGONAL;
    (((spread + LOW_BITS) >> 7) & ONES).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_bits_and_bits_become_bytes() {
        let bytes: Vec<u8> = (0..1000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8 & (n as u8)).collect();
        for n in [0, 1, 7, 8, 9, 63, 64, 65, 128, 1000] {
            for is_opposite in [false, true] {
                let bits = pack(&bytes[..n], is_opposite);
                let expected: Vec<bool> = bytes[..n].iter().map(|byte| (*byte != 0) != is_opposite).collect();
                assert_eq!(bits.iter().collect::<Vec<_>>(), expected, "{n} bytes");
                for from in [0, 1, n / 2] {
                    let from = from.min(n);
                    let mut out = vec![9];
                    unpack(&bits.slice(from, n - from), is_opposite, &mut out);
                    let expected = bytes[from..n].iter().map(|byte| u8::from(*byte != 0));
                    assert_eq!(out[1..], expected.collect::<Vec<_>>(), "{n} bits from {from}");
                    assert_eq!(out[0], 9);
                }
            }
        }
    }

    #[test]
    fn every_byte_becomes_the_bits_that_it_has() {
        for bits in 0..=255_u8 {
            let bytes = unpack_byte(bits);
            assert_eq!(bytes, std::array::from_fn(|i| bits >> i & 1));
            assert_eq!(pack_word(bytes), bits);
            assert_eq!(pack_word([bits; 8]), if bits == 0 { 0 } else { 0xff });
        }
    }
}
