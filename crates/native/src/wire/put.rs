//! Writing the protocol's primitives.

use bytes::BufMut;

/// Appends a number of variable length: seven bits a byte, lowest first.
pub(crate) fn varuint(out: &mut impl BufMut, mut value: u64) {
    while value >= 0x80 {
        out.put_u8((value as u8 & 0x7f) | 0x80);
        value >>= 7;
    }
    out.put_u8(value as u8);
}

/// Appends a string: its length in bytes, then the bytes.
pub(crate) fn string(out: &mut impl BufMut, value: &str) {
    varuint(out, value.len() as u64);
    out.put_slice(value.as_bytes());
}

/// Reads a number of variable length from the front of `bytes`; gives the number and
/// the bytes that it took, or nothing if it is cut off or longer than 64 bits.
#[inline(always)]
pub(crate) fn read_varuint(bytes: &[u8]) -> Varuint {
    // Most lengths are below 128.
    if let Some(byte) = bytes.first()
        && *byte < 0x80
    {
        return Varuint::Value { value: u64::from(*byte), width: 1 };
    }
    read_long_varuint(bytes)
}

#[inline(never)]
fn read_long_varuint(bytes: &[u8]) -> Varuint {
    let mut value = 0_u64;
    for (i, byte) in bytes.iter().take(10).enumerate() {
        if i == 9 && *byte > 1 {
            return Varuint::TooLong;
        }
        value |= u64::from(byte & 0x7f) << (7 * i);
        if byte & 0x80 == 0 {
            return Varuint::Value { value, width: i + 1 };
        }
    }
    if bytes.len() < 10 { Varuint::Incomplete } else { Varuint::TooLong }
}

/// What stands at the front of some bytes, read as a number of variable length.
pub(crate) enum Varuint {
    /// A number and the bytes it took.
    Value { value: u64, width: usize },
    /// More bytes are needed.
    Incomplete,
    /// Not a 64-bit number.
    TooLong,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_variable_length_are_read_back() {
        for value in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            let mut bytes = Vec::new();
            varuint(&mut bytes, value);
            bytes.push(0xff);
            match read_varuint(&bytes) {
                Varuint::Value { value: got, width } => {
                    assert_eq!((got, width), (value, bytes.len() - 1));
                }
                _ => panic!("{value} was not read back"),
            }
            bytes.truncate(bytes.len() - 2);
            assert!(matches!(read_varuint(&bytes), Varuint::Incomplete));
        }
    }

    #[test]
    fn a_number_longer_than_64_bits_is_refused() {
        assert!(matches!(read_varuint(&[0xff; 12]), Varuint::TooLong));
    }
}
