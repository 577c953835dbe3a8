//! Blocks of columns, kept as the bytes that were on the wire.

use bytes::{Bytes, BytesMut};

use crate::error::Error;
use crate::limits::Limits;
use crate::types::DataType;
use crate::wire::source::{Layer, Source};
use crate::wire::{frame, pool, put};

pub(crate) mod low_cardinality;
mod measure;
mod raw;
mod read;
mod values;

pub use raw::RawBlock;
pub(crate) use raw::{Place, read_raw_block};
pub(crate) use read::read_block;
pub use values::Rows;

/// What a block says about itself before its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockInfo {
    /// Whether it holds the rows that passed a GROUP BY's limit.
    pub is_overflows: bool,
    /// The bucket of a two-level aggregation, -1 for none.
    pub bucket_num: i32,
}

impl Default for BlockInfo {
    fn default() -> Self {
        Self { is_overflows: false, bucket_num: -1 }
    }
}

/// One column of a block: its bytes as they are on the wire, so that a relay can pass
/// them on without decoding them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The column's name.
    pub name: String,
    /// The column's type.
    pub data_type: DataType,
    /// How many values there are.
    pub n_rows: usize,
    /// The encoded values: empty when there are none.
    pub data: Bytes,
}

impl Column {
    /// A column from bytes that are already encoded; `n_rows` values must take up
    /// exactly these bytes.
    ///
    /// # Errors
    /// The bytes are not `n_rows` values of this type.
    pub fn from_wire(name: impl Into<String>, data_type: DataType, n_rows: usize, data: Bytes) -> Result<Self, Error> {
        let name = name.into();
        measure::check_column(&name, &data_type, n_rows, &data)?;
        Ok(Self { name, data_type, n_rows, data })
    }

    /// A column without values, as it stands in a block that only announces its columns.
    #[must_use]
    pub fn empty(name: impl Into<String>, data_type: DataType) -> Self {
        Self { name: name.into(), data_type, n_rows: 0, data: Bytes::new() }
    }
}

/// A block of columns of equal length.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Block {
    /// What the block says about itself.
    pub info: BlockInfo,
    /// The columns, in order; names may repeat.
    pub columns: Vec<Column>,
    /// How many values each column has.
    pub n_rows: usize,
}

impl Block {
    /// A block of these columns.
    ///
    /// # Errors
    /// The columns have different numbers of values.
    pub fn new(columns: Vec<Column>) -> Result<Self, Error> {
        let n_rows = columns.first().map_or(0, |column| column.n_rows);
        if let Some(column) = columns.iter().find(|column| column.n_rows != n_rows) {
            let reason = format!("it has {} values, others have {n_rows}", column.n_rows);
            return Err(Error::values(&column.name, &column.data_type, reason));
        }
        Ok(Self { info: BlockInfo::default(), columns, n_rows })
    }

    /// A block without rows that announces names and types.
    #[must_use]
    pub fn header<N: Into<String>>(columns: impl IntoIterator<Item = (N, DataType)>) -> Self {
        Self {
            columns: columns.into_iter().map(|(name, data_type)| Column::empty(name, data_type)).collect(),
            ..Self::default()
        }
    }

    /// Whether this is the block that ends a sequence of blocks.
    #[must_use]
    pub fn is_end(&self) -> bool {
        self.columns.is_empty() && self.n_rows == 0
    }

    /// The column of this name.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The bytes of all columns' values on the wire.
    #[must_use]
    pub fn data_bytes(&self) -> usize {
        self.columns.iter().map(|column| column.data.len()).sum()
    }

    /// The block as it is on the wire, in one piece, in LZ4 frames if asked.
    #[must_use]
    pub fn to_wire(&self, is_compressed: bool) -> Bytes {
        let parts = self.encode();
        let mut out = pool::take();
        if is_compressed {
            frame::compress(&parts, &mut out);
        } else {
            out.reserve(parts.iter().map(Bytes::len).sum());
            parts.iter().for_each(|part| out.extend_from_slice(part));
        }
        pool::share(out)
    }

    /// Reads a block back from what [`Block::to_wire`] gave.
    ///
    /// # Errors
    /// The bytes are not exactly one block, or pass a limit.
    pub fn from_wire(bytes: &[u8], is_compressed: bool, limits: Limits) -> Result<Self, Error> {
        let mut source = Source::new(bytes, limits);
        let layer = if is_compressed { Layer::Framed } else { Layer::Raw };
        let block = match values::now(read_block(&mut source, layer)) {
            Some(block) => block?,
            None => return Err(Error::protocol("memory that has to be waited for")),
        };
        match values::now(source.packet_id()) {
            Some(Ok(None)) => Ok(block),
            _ => Err(Error::protocol("bytes after a block")),
        }
    }

    /// The block's bytes on the wire, in parts: column data is not copied.
    pub(crate) fn encode(&self) -> Vec<Bytes> {
        let mut parts = Vec::with_capacity(2 * self.columns.len() + 1);
        let mut out = BytesMut::with_capacity(64);
        out.extend_from_slice(&[1, u8::from(self.info.is_overflows), 2]);
        out.extend_from_slice(&self.info.bucket_num.to_le_bytes());
        out.extend_from_slice(&[0]);
        put::varuint(&mut out, self.columns.len() as u64);
        put::varuint(&mut out, self.n_rows as u64);
        for column in &self.columns {
            put::string(&mut out, &column.name);
            put::string(&mut out, &column.data_type.to_string());
            if !column.data.is_empty() {
                parts.push(out.split().freeze());
                parts.push(column.data.clone());
            }
        }
        if !out.is_empty() {
            parts.push(out.freeze());
        }
        parts
    }
}
