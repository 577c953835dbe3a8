//! Blocks that are passed on as they were on the wire: only where they end was looked for.

use std::fmt;
use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use tokio::io::AsyncRead;
use tokio::sync::OwnedSemaphorePermit;

use super::measure::{Advance, Measure};
use super::read::{DURING, read_head, require_end};
use super::{Block, BlockInfo};
use crate::error::Error;
use crate::limits::{Limits, check};
use crate::wire::put::{self, Varuint, read_varuint};
use crate::wire::source::{Layer, Source};

/// A block as it was on the wire. Its columns are known, its values are not.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct RawBlock {
    info: BlockInfo,
    n_rows: usize,
    content_bytes: u64,
    is_compressed: bool,
    /// Name and type of each column, each after its length.
    columns: Bytes,
    parts: Vec<Bytes>,
    place: Place,
}

impl RawBlock {
    /// How many rows it has.
    #[must_use]
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Whether this is the block that ends a sequence of blocks.
    #[must_use]
    pub fn is_end(&self) -> bool {
        self.columns.is_empty() && self.n_rows == 0
    }

    /// The bytes of its content, uncompressed.
    #[must_use]
    pub fn content_bytes(&self) -> u64 {
        self.content_bytes
    }

    /// Its bytes on the wire.
    #[must_use]
    pub fn wire_bytes(&self) -> u64 {
        self.parts.iter().map(|part| part.len() as u64).sum()
    }

    /// The names of its columns and their types, as they were sent.
    #[must_use]
    pub fn columns(&self) -> Vec<(String, String)> {
        let mut rest = &self.columns[..];
        let mut texts = Vec::new();
        while let Varuint::Value { value, width } = read_varuint(rest) {
            let end = width + value as usize;
            texts.push(String::from_utf8_lossy(&rest[width..end]).into_owned());
            rest = &rest[end..];
        }
        let mut texts = texts.into_iter();
        std::iter::from_fn(|| Some((texts.next()?, texts.next()?))).collect()
    }

    /// Whether names and types of all columns are the same, letter by letter.
    #[must_use]
    pub fn has_columns_of(&self, other: &Self) -> bool {
        self.columns == other.columns
    }

    /// Encodes a block, in LZ4 frames if asked.
    #[must_use]
    pub fn from_block(block: &Block, is_compressed: bool) -> Self {
        let mut columns = BytesMut::new();
        for column in &block.columns {
            put::string(&mut columns, &column.name);
            put::string(&mut columns, &column.data_type.to_string());
        }
        Self {
            info: block.info.clone(),
            n_rows: block.n_rows,
            content_bytes: block.encode().iter().map(|part| part.len() as u64).sum(),
            is_compressed,
            columns: columns.freeze(),
            parts: vec![block.to_wire(is_compressed)],
            place: Place::default(),
        }
    }

    /// Decodes it.
    ///
    /// # Errors
    /// It passes a limit.
    pub fn to_block(&self, limits: Limits) -> Result<Block, Error> {
        Block::from_wire(&self.parts.concat(), self.is_compressed, limits)
    }

    /// Whether its bytes are in LZ4 frames.
    #[must_use]
    pub fn is_compressed(&self) -> bool {
        self.is_compressed
    }

    /// Its bytes on the wire, and its place among the blocks in memory, which is free once that is dropped.
    pub(crate) fn into_parts(self) -> (Vec<Bytes>, Place) {
        (self.parts, self.place)
    }
}

impl fmt::Debug for RawBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawBlock")
            .field("n_rows", &self.n_rows)
            .field("content_bytes", &self.content_bytes)
            .field("is_compressed", &self.is_compressed)
            .finish_non_exhaustive()
    }
}

/// One of the places for blocks in memory, whose number bounds how many there are at once.
#[derive(Clone, Default)]
pub(crate) struct Place {
    _permit: Option<Arc<OwnedSemaphorePermit>>,
}

impl Place {
    pub(crate) fn of(permit: Option<OwnedSemaphorePermit>) -> Self {
        Self { _permit: permit.map(Arc::new) }
    }
}

impl PartialEq for Place {
    /// Where a block lies does not make it another block.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Place {}

/// Reads one block without keeping its content: only as much is decompressed at once as a frame holds, and only
/// walked.
pub(crate) async fn read_raw_block<R: AsyncRead + Unpin>(
    source: &mut Source<R>,
    layer: Layer,
    place: Place,
) -> Result<RawBlock, Error> {
    source.keep();
    let read = walk(source, layer).await;
    let parts = source.take_kept();
    // Names and types alone take no memory that has to be bounded.
    read.map(|block| RawBlock { parts, place: if block.n_rows > 0 { place } else { Place::default() }, ..block })
}

async fn walk<R: AsyncRead + Unpin>(source: &mut Source<R>, layer: Layer) -> Result<RawBlock, Error> {
    let limits = *source.limits();
    let (info, n_columns, n_rows) = read_head(source, layer).await?;
    let mut columns = BytesMut::new();
    let mut content_bytes = 0;
    for place in 0..n_columns as usize {
        let name = source.string(layer, "reading a column's name").await?;
        let type_name = source.string_bytes(layer, "reading a column's type").await?;
        put::string(&mut columns, &name);
        put::varuint(&mut columns, type_name.len() as u64);
        columns.put_slice(&type_name);
        check("the size of a block", limits.max_block_bytes, content_bytes + columns.len() as u64)?;
        let data_type = source.known_type(place, &name, &type_name)?;
        // It lies in the buffer that the next frame fills.
        drop(type_name);
        let bytes_left = limits.max_block_bytes - content_bytes;
        let mut measure = Measure::new(&name, &data_type, n_rows, &limits).bounded(bytes_left);
        loop {
            let advance = measure.advance(source.buffer(layer))?;
            let n_walked = measure.release();
            content_bytes += n_walked as u64;
            source.pass(layer, n_walked);
            let Advance::Missing(n_bytes) = advance else { break };
            // Frames that hold next to nothing must not fill the memory either.
            check("the size of a block in frames", 2 * limits.max_block_bytes, source.kept_bytes())?;
            source.fill(layer, n_bytes, DURING).await?;
        }
    }
    require_end(source, layer)?;
    Ok(RawBlock {
        info,
        n_rows: n_rows as usize,
        content_bytes: content_bytes + columns.len() as u64,
        is_compressed: layer == Layer::Framed,
        columns: columns.freeze(),
        parts: Vec::new(),
        place: Place::default(),
    })
}
