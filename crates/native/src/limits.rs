//! How much a peer may make this side hold in memory.

use crate::error::Error;

/// Upper bounds on what is accepted from the network. Every length is compared with
/// its bound before memory is taken for it, and memory grows with the bytes that
/// arrive, not with the length that was announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one string outside of column data: a query, a setting, a type's name.
    pub max_string_bytes: u64,
    /// Bytes of one block of column data, uncompressed. At most 2 GiB, because Arrow
    /// offsets are 32 bits wide.
    pub max_block_bytes: u64,
    /// Columns of one block.
    pub max_columns: u64,
    /// Rows of one block.
    pub max_rows: u64,
    /// Bytes of one compression frame, compressed or not.
    pub max_frame_bytes: u64,
    /// Entries of one list in a packet: settings, tables, scalars.
    pub max_entries: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_string_bytes: 64 << 20,
            max_block_bytes: 1 << 30,
            max_columns: 10_000,
            max_rows: 1 << 27,
            max_frame_bytes: 256 << 20,
            max_entries: 10_000,
        }
    }
}

pub(crate) fn check(what: &'static str, limit: u64, got: u64) -> Result<(), Error> {
    if got > limit {
        return Err(Error::Limit { what, limit, got });
    }
    Ok(())
}
