//! Columns as Arrow arrays, straight between the wire and Arrow's buffers.
//!
//! | Timeplus | Arrow |
//! |---|---|
//! | `int8` .. `int64`, `uint8` .. `uint64`, `float32`, `float64`, `bool` | the same |
//! | `int128`, `uint128`; `int256`, `uint256` | `FixedSizeBinary(16)`; `(32)`, big-endian, the sign bit of signed ones flipped, so that the order of the bytes is the order of the numbers (see [`wide`]) |
//! | `decimal(P, S)` | `Decimal128(P, S)` to 38 digits, then `Decimal256(P, S)` |
//! | `date`, `date32` | `Date32` |
//! | `datetime` | `Timestamp(Second, zone)` |
//! | `datetime64(P)` | `Timestamp(zone)` in s, ms, us or ns: the next unit that holds P digits, scaled exactly |
//! | `string` | `Utf8`, or `Binary` by [`ArrowOptions`] |
//! | `fixed_string(N)` | `FixedSizeBinary(N)` |
//! | `enum8`, `enum16` | `Int8`, `Int16`: the numbers |
//! | `uuid` | `FixedSizeBinary(16)` in the order of its text |
//! | `ipv4`; `ipv6` | `UInt32`; `FixedSizeBinary(16)` in network order |
//! | `interval_*` | `Int64` |
//! | `nothing`, `nullable(nothing)` | `Null` |
//! | `nullable(T)`, `low_cardinality(T)` | as `T`; the field is nullable |
//! | `array(T)`, `map(K, V)`, `tuple(..)`, `nested(..)` | `List`, `Map`, `Struct` (unnamed elements are `1`, `2`, ..), `List` of `Struct` |
//! | `simple_aggregate_function(f, T)` | as `T` |
//!
//! A field carries its exact Timeplus type in its metadata under [`TYPE_KEY`].

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::datatypes::Schema;

use crate::block::{Block, Column};
use crate::error::Error;
use crate::types::DataType;

mod bits;
mod decode;
mod encode;
mod folding;
mod low_cardinality;
mod schema;
mod strings;
pub mod wide;

pub use schema::{TYPE_KEY, data_type, data_type_with, field, field_with, schema, schema_with};

/// How columns become Arrow arrays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ArrowOptions {
    /// What `string` columns become.
    pub strings: Strings,
}

/// What `string` columns become. A server's strings may be any bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Strings {
    /// `Utf8`; a value that is not UTF-8 is an error that names the column and the row.
    #[default]
    Utf8,
    /// `Binary`, whatever the bytes are.
    Binary,
}

impl Column {
    /// The column as an Arrow array, by the table above.
    ///
    /// # Errors
    /// The bytes are not values of the type, or a value does not fit Arrow's type.
    pub fn to_arrow(&self) -> Result<ArrayRef, Error> {
        self.to_arrow_with(ArrowOptions::default())
    }

    /// As [`Column::to_arrow`], with a choice of types.
    ///
    /// # Errors
    /// As for [`Column::to_arrow`].
    pub fn to_arrow_with(&self, options: ArrowOptions) -> Result<ArrayRef, Error> {
        decode::column(self, options)
    }

    /// A column from an Arrow array of the type that the table above gives. Dictionaries,
    /// the other layouts of strings and lists, and other time zones are taken too; a cast
    /// between types is the caller's.
    ///
    /// # Errors
    /// The array has another type, a NULL where there can be none, or a value that the
    /// Timeplus type cannot hold exactly.
    pub fn from_arrow(name: impl Into<String>, data_type: &DataType, array: &ArrayRef) -> Result<Self, Error> {
        let name = name.into();
        let data = encode::column(&name, data_type, array)?;
        Ok(Self { name, data_type: data_type.clone(), n_rows: array.len(), data })
    }
}

impl Block {
    /// The block as a record batch.
    ///
    /// # Errors
    /// As for [`Column::to_arrow`].
    pub fn to_record_batch(&self) -> Result<RecordBatch, Error> {
        self.to_record_batch_with(ArrowOptions::default())
    }

    /// As [`Block::to_record_batch`], with a choice of types.
    ///
    /// # Errors
    /// As for [`Column::to_arrow`].
    pub fn to_record_batch_with(&self, options: ArrowOptions) -> Result<RecordBatch, Error> {
        let mut fields = Vec::with_capacity(self.columns.len());
        let mut arrays = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            fields.push(field_with(&column.name, &column.data_type, options)?);
            arrays.push(column.to_arrow_with(options)?);
        }
        let row_count = RecordBatchOptions::new().with_row_count(Some(self.n_rows));
        RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &row_count)
            .map_err(|error| Error::protocol(format!("a block that is not a table ({error})")))
    }

    /// A block from a record batch, with these types for its columns.
    ///
    /// # Errors
    /// As for [`Column::from_arrow`].
    pub fn from_record_batch(batch: &RecordBatch, types: &[DataType]) -> Result<Self, Error> {
        if batch.num_columns() != types.len() {
            return Err(Error::Invalid { what: format!("{} columns for {} types", batch.num_columns(), types.len()) });
        }
        let schema = batch.schema();
        let columns = schema.fields().iter().zip(types).zip(batch.columns());
        let columns = columns.map(|((field, data_type), array)| Column::from_arrow(field.name(), data_type, array));
        Self::new(columns.collect::<Result<_, _>>()?)
    }
}

/// The column that is being converted, for errors.
#[derive(Clone, Copy)]
struct Subject<'a> {
    column: &'a str,
    data_type: &'a DataType,
}

impl Subject<'_> {
    fn fault(&self, reason: impl Into<String>) -> Error {
        Error::values(self.column, self.data_type, reason)
    }
}
