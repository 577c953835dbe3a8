//! Bytes of a block as they arrived, for somebody who passes them on.

use bytes::{Bytes, BytesMut};

/// Pieces smaller than this are joined: a name or a length is not worth a part of its own.
const JOINED_BYTES: usize = 4 << 10;

/// Pieces in the order in which they arrived.
#[derive(Default)]
pub(crate) struct Kept {
    parts: Vec<Bytes>,
    small: BytesMut,
    n_bytes: u64,
}

impl Kept {
    pub(crate) fn push(&mut self, bytes: Bytes) {
        self.n_bytes += bytes.len() as u64;
        if bytes.len() < JOINED_BYTES {
            self.small.extend_from_slice(&bytes);
            return;
        }
        self.join();
        self.parts.push(bytes);
    }

    pub(crate) fn n_bytes(&self) -> u64 {
        self.n_bytes
    }

    pub(crate) fn into_parts(mut self) -> Vec<Bytes> {
        self.join();
        self.parts
    }

    fn join(&mut self) {
        if !self.small.is_empty() {
            self.parts.push(self.small.split().freeze());
        }
    }
}
