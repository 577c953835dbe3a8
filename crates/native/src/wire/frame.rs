//! Compression frames (protocol.md A5): 16 bytes of CityHash128 v1.0.2, then the codec,
//! the compressed size with these 9 bytes, the size of the content, and the payload.

use std::cell::RefCell;

use bytes::{BufMut, Bytes, BytesMut};

use crate::error::Error;
use crate::limits::{self, Limits};

/// Checksum, codec and the two sizes.
pub(crate) const HEADER_BYTES: usize = CHECKSUM_BYTES + PAYLOAD_HEADER_BYTES;
const CHECKSUM_BYTES: usize = 16;
/// The codec and the two sizes, which the compressed size and the checksum cover.
const PAYLOAD_HEADER_BYTES: usize = 9;
/// How much content one frame carries. The server's own frames hold up to 1 MiB; smaller
/// ones stay in the processor's cache while they are compressed and hashed.
const CONTENT_BYTES: usize = 256 << 10;
/// One byte of LZ4 stands for at most 255 bytes of content.
const LZ4_MAX_RATIO: u64 = 255;

const CODEC_NONE: u8 = 0x02;
const CODEC_LZ4: u8 = 0x82;
const CODEC_ZSTD: u8 = 0x90;

/// A frame's header, checked against the limits.
pub(crate) struct Header {
    checksum: u128,
    codec: u8,
    /// The codec's bytes and the sizes included.
    compressed_bytes: usize,
    content_bytes: usize,
}

impl Header {
    pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let word = |at: usize| {
            let mut array = [0; 4];
            array.copy_from_slice(&bytes[at..at + 4]);
            u32::from_le_bytes(array)
        };
        let codec = bytes[CHECKSUM_BYTES];
        let compressed_bytes = u64::from(word(CHECKSUM_BYTES + 1));
        let content_bytes = u64::from(word(CHECKSUM_BYTES + 5));
        limits::check("the compressed size of a frame", limits.max_frame_bytes, compressed_bytes)?;
        limits::check("the content of a frame", limits.max_frame_bytes, content_bytes)?;
        let Some(payload_bytes) = compressed_bytes.checked_sub(PAYLOAD_HEADER_BYTES as u64) else {
            return Err(Error::protocol(format!(
                "a frame of {compressed_bytes} bytes, which is less than its own header"
            )));
        };
        let is_possible = match codec {
            CODEC_NONE => content_bytes == payload_bytes,
            CODEC_LZ4 => content_bytes <= payload_bytes.saturating_mul(LZ4_MAX_RATIO),
            CODEC_ZSTD => {
                return Err(Error::protocol("a ZSTD frame; set network_compression_method to LZ4"));
            }
            other => {
                return Err(Error::protocol(format!("a frame of the unknown codec 0x{other:02x}")));
            }
        };
        if !is_possible || content_bytes == 0 {
            return Err(Error::protocol(format!("a frame of {payload_bytes} bytes cannot hold {content_bytes} bytes")));
        }
        Ok(Self {
            checksum: read_checksum(bytes),
            codec,
            compressed_bytes: compressed_bytes as usize,
            content_bytes: content_bytes as usize,
        })
    }

    pub(crate) fn frame_bytes(&self) -> usize {
        CHECKSUM_BYTES + self.compressed_bytes
    }

    /// How many bytes its content has.
    pub(crate) fn content_bytes(&self) -> usize {
        self.content_bytes
    }

    /// Checks a whole frame and appends its content to `out`.
    pub(crate) fn open(&self, frame: &[u8], out: &mut BytesMut) -> Result<(), Error> {
        let start = out.len();
        out.resize(start + self.content_bytes, 0);
        self.open_into(frame, &mut out[start..])
    }

    /// Checks a whole frame and writes its content, which has the size of `out`.
    pub(crate) fn open_into(&self, frame: &[u8], out: &mut [u8]) -> Result<(), Error> {
        let covered = &frame[CHECKSUM_BYTES..];
        if cityhash_rs::cityhash_102_128(covered) != self.checksum {
            return Err(Error::protocol("a frame whose checksum does not match"));
        }
        let payload = &covered[PAYLOAD_HEADER_BYTES..];
        if self.codec == CODEC_NONE {
            out.copy_from_slice(payload);
            return Ok(());
        }
        let n_bytes = lz4_flex::block::decompress_into(payload, out)
            .map_err(|error| Error::protocol(format!("a damaged LZ4 frame ({error})")))?;
        if n_bytes != self.content_bytes {
            return Err(Error::protocol(format!(
                "an LZ4 frame of {n_bytes} bytes that announced {}",
                self.content_bytes
            )));
        }
        Ok(())
    }
}

/// Cuts the concatenation of `parts` into LZ4 frames, appended to `out`.
pub(crate) fn compress(parts: &[Bytes], out: &mut Vec<u8>) {
    SCRATCH.with_borrow_mut(|scratch| {
        let Scratch { pending, frame } = scratch;
        pending.clear();
        for part in parts {
            let mut rest = &part[..];
            while !rest.is_empty() {
                if pending.is_empty() && rest.len() >= CONTENT_BYTES {
                    write_frame(&rest[..CONTENT_BYTES], frame, out);
                    rest = &rest[CONTENT_BYTES..];
                    continue;
                }
                let n_bytes = rest.len().min(CONTENT_BYTES - pending.len());
                pending.extend_from_slice(&rest[..n_bytes]);
                rest = &rest[n_bytes..];
                if pending.len() == CONTENT_BYTES {
                    write_frame(pending, frame, out);
                    pending.clear();
                }
            }
        }
        if !pending.is_empty() {
            write_frame(pending, frame, out);
        }
    });
}

/// Memory that each thread keeps for compressing: taking it anew for every block costs
/// more than the compression itself where memory comes slowly from the system.
#[derive(Default)]
struct Scratch {
    /// The content of the coming frame.
    pending: Vec<u8>,
    /// A whole frame, at the size that LZ4 may need at most.
    frame: Vec<u8>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

fn write_frame(content: &[u8], frame: &mut Vec<u8>, out: &mut Vec<u8>) {
    let bound = HEADER_BYTES + lz4_flex::block::get_maximum_output_size(content.len());
    if frame.len() < bound {
        frame.resize(bound, 0);
    }
    let n_bytes = lz4_flex::block::compress_into(content, &mut frame[HEADER_BYTES..])
        .expect("the output has the size that LZ4 needs at most");
    let frame = &mut frame[..HEADER_BYTES + n_bytes];

    let mut sizes = &mut frame[CHECKSUM_BYTES..HEADER_BYTES];
    sizes.put_u8(CODEC_LZ4);
    sizes.put_u32_le((PAYLOAD_HEADER_BYTES + n_bytes) as u32);
    sizes.put_u32_le(content.len() as u32);
    let checksum = cityhash_rs::cityhash_102_128(&frame[CHECKSUM_BYTES..]);
    write_checksum(checksum, &mut frame[..CHECKSUM_BYTES]);
    out.extend_from_slice(frame);
}

/// The high half comes first, each half with its lowest byte first (protocol.md A5).
fn write_checksum(checksum: u128, mut out: &mut [u8]) {
    out.put_u64_le((checksum >> 64) as u64);
    out.put_u64_le(checksum as u64);
}

fn read_checksum(bytes: &[u8]) -> u128 {
    let half = |at: usize| {
        let mut array = [0; 8];
        array.copy_from_slice(&bytes[at..at + 8]);
        u128::from(u64::from_le_bytes(array))
    };
    (half(0) << 64) | half(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(content: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        compress(&[Bytes::copy_from_slice(content)], &mut out);
        out
    }

    fn open_all(mut bytes: &[u8]) -> Result<BytesMut, Error> {
        let mut out = BytesMut::new();
        while !bytes.is_empty() {
            let header = Header::read(bytes, &Limits::default())?;
            header.open(&bytes[..header.frame_bytes()], &mut out)?;
            bytes = &bytes[header.frame_bytes()..];
        }
        Ok(out)
    }

    #[test]
    fn content_of_several_frames_is_read_back() {
        let content: Vec<u8> = (0..3_000_000_u32).map(|i| (i / 7 % 251) as u8).collect();
        let parts = [
            Bytes::copy_from_slice(&content[..10]),
            Bytes::copy_from_slice(&content[10..2_500_000]),
            Bytes::copy_from_slice(&content[2_500_000..]),
        ];
        let mut out = Vec::new();
        compress(&parts, &mut out);
        assert_eq!(open_all(&out).unwrap(), content);
    }

    #[test]
    fn every_changed_byte_of_a_frame_is_noticed() {
        let frame = frames(b"a stream of market data, a stream of market data");
        for at in 0..frame.len() {
            let mut damaged = frame.clone();
            damaged[at] ^= 0x40;
            let is_noticed = match Header::read(&damaged, &Limits::default()) {
                Err(_) => true,
                Ok(header) if header.frame_bytes() > damaged.len() => true,
                Ok(header) => header.open(&damaged[..header.frame_bytes()], &mut BytesMut::new()).is_err(),
            };
            assert!(is_noticed, "byte {at}");
        }
    }

    #[test]
    fn a_zstd_frame_is_refused_by_name() {
        let mut frame = frames(b"content");
        frame[CHECKSUM_BYTES] = CODEC_ZSTD;
        let error = Header::read(&frame, &Limits::default()).err().unwrap();
        assert!(error.to_string().contains("ZSTD"), "{error}");
    }

    #[test]
    fn a_frame_that_promises_more_than_lz4_can_hold_is_refused() {
        let mut frame = frames(b"content");
        frame[CHECKSUM_BYTES + 5..CHECKSUM_BYTES + 9].copy_from_slice(&(200_u32 << 20).to_le_bytes());
        assert!(Header::read(&frame, &Limits::default()).is_err());
    }
}
