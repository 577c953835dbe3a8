//! Values and rows for catalogue-sized results, through klickhouse's column codec.

use std::future::Future;
use std::io::Cursor;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use bytes::{Bytes, BytesMut};
use klickhouse::{Row, Type, Value};

use super::{Block, Column, low_cardinality, measure};
use crate::error::Error;
use crate::types::DataType;
use crate::wire::put::{self, Varuint, read_varuint};

/// More than this, spelled out value by value, is not a catalogue any more.
const MAX_EXPANDED_BYTES: u64 = 1 << 30;
/// The only column of the blocks that are handed to klickhouse.
const CODEC_COLUMN: &str = "c";

impl Column {
    /// The column's values, and their klickhouse type (see [`DataType::to_klickhouse`]).
    ///
    /// # Errors
    /// The type or a value has no counterpart in klickhouse.
    pub fn to_values(&self) -> Result<(Type, Vec<Value>), Error> {
        let value_type = self.value_type()?;
        if self.n_rows == 0 {
            return Ok((value_type, Vec::new()));
        }
        self.check_expansion()?;
        if let Some(values) = self.fixed_strings() {
            return Ok((value_type, values));
        }
        let mut head = BytesMut::new();
        put::varuint(&mut head, 1);
        put::varuint(&mut head, self.n_rows as u64);
        put::string(&mut head, CODEC_COLUMN);
        put::string(&mut head, &codec_type(&value_type).to_string());
        // Without blocks' own header (revision 0), as protocol.md C5 tells.
        let mut bytes = Cursor::new([&head[..], &self.data[..]].concat());
        let read = klickhouse::block::Block::read(&mut bytes, 0);
        let mut block = now(read)
            .ok_or_else(|| self.fault("klickhouse waited for more bytes"))?
            .map_err(|error| self.fault(error.to_string()))?;
        let values = block.column_data.swap_remove(CODEC_COLUMN).unwrap_or_default();
        if values.len() != self.n_rows {
            return Err(self.fault("klickhouse read another number of values"));
        }
        if values.iter().any(is_before_1970) {
            return Err(self.fault("a time before 1970 has no klickhouse value"));
        }
        Ok((value_type, values))
    }

    /// A column of klickhouse values. Enums are given by their numbers.
    ///
    /// # Errors
    /// A value does not fit the type.
    pub fn from_values(name: impl Into<String>, data_type: DataType, values: Vec<Value>) -> Result<Self, Error> {
        let n_rows = values.len();
        let mut column = Self { name: name.into(), data_type, n_rows, data: Bytes::new() };
        let value_type = column.value_type()?;
        if n_rows == 0 {
            return Ok(column);
        }
        if let Some(at) = values.iter().position(|value| !fits(&value_type, value)) {
            return Err(column.fault(format!("value {at} does not fit the type")));
        }
        let codec_type = codec_type(&value_type);
        let type_name = codec_type.to_string();
        let block = klickhouse::block::Block {
            info: klickhouse::block::BlockInfo::default(),
            rows: n_rows as u64,
            column_types: [(CODEC_COLUMN.to_owned(), codec_type)].into_iter().collect(),
            column_data: [(CODEC_COLUMN.to_owned(), values)].into_iter().collect(),
        };
        let mut bytes = Cursor::new(Vec::new());
        now(block.write(&mut bytes, 0))
            .ok_or_else(|| column.fault("klickhouse waited for room"))?
            .map_err(|error| column.fault(error.to_string()))?;

        let mut head = BytesMut::new();
        put::varuint(&mut head, 1);
        put::varuint(&mut head, n_rows as u64);
        put::string(&mut head, CODEC_COLUMN);
        put::string(&mut head, &type_name);
        let data = Bytes::from(bytes.into_inner()).slice(head.len()..);
        measure::check_column(&column.name, &column.data_type, n_rows, &data)?;
        column.data = data;
        Ok(column)
    }

    /// The values of a column of fixed strings, without the zero bytes that fill them up.
    /// klickhouse would end each at its first zero byte, which loses what follows; within
    /// other types that stands, as nothing in a catalogue has such values.
    fn fixed_strings(&self) -> Option<Vec<Value>> {
        let (width, is_null, data) = match self.data_type.storage() {
            DataType::FixedString(width) => (*width, None, &self.data[..]),
            DataType::Nullable(inner) => match inner.storage() {
                DataType::FixedString(width) => {
                    let (is_null, data) = self.data.split_at_checked(self.n_rows)?;
                    (*width, Some(is_null), data)
                }
                _ => return None,
            },
            _ => return None,
        };
        let values = data.chunks_exact(width as usize).enumerate().map(|(row, value)| {
            if is_null.is_some_and(|is_null| is_null[row] != 0) {
                return Value::Null;
            }
            let length = value.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
            Value::String(value[..length].to_vec())
        });
        Some(values.collect())
    }

    fn value_type(&self) -> Result<Type, Error> {
        self.data_type.to_klickhouse().map_err(|error| Error::column(&self.name, error))
    }

    /// A low-cardinality value may stand for a long key in one byte; the sum of what
    /// they stand for is bounded before any of it is copied.
    fn check_expansion(&self) -> Result<(), Error> {
        if low_cardinality::count_prefixes(&self.data_type) == 0 {
            return Ok(());
        }
        let expanded = match self.data_type.storage() {
            DataType::LowCardinality(inner) => {
                longest_key(low_cardinality::keys_type(inner), &self.data).saturating_mul(self.n_rows as u64)
            }
            _ => self.data.len() as u64,
        };
        crate::limits::check("the size of a spelled-out column", MAX_EXPANDED_BYTES, expanded)
    }

    fn fault(&self, reason: impl Into<String>) -> Error {
        Error::values(&self.name, &self.data_type, reason)
    }
}

impl Block {
    /// The block's rows. Enum columns are given as their names: klickhouse's value of
    /// an enum has only the number.
    ///
    /// # Errors
    /// A column has no counterpart in klickhouse.
    pub fn to_rows(&self) -> Result<Rows, Error> {
        let mut columns = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let (value_type, values) = column.to_values()?;
            let (value_type, values) = name_enums(column, value_type, values)?;
            columns.push(RowColumn { name: column.name.clone(), value_type, values: values.into_iter() });
        }
        Ok(Rows { columns, n_left: self.n_rows })
    }
}

/// The rows of a block, as klickhouse values.
#[derive(Debug)]
pub struct Rows {
    columns: Vec<RowColumn>,
    n_left: usize,
}

#[derive(Debug)]
struct RowColumn {
    name: String,
    value_type: Type,
    values: std::vec::IntoIter<Value>,
}

impl Rows {
    /// The next row as a struct that derives `klickhouse::Row`.
    pub fn next_as<T: Row>(&mut self) -> Option<Result<T, Error>> {
        if self.n_left == 0 {
            return None;
        }
        self.n_left -= 1;
        let mut row = Vec::with_capacity(self.columns.len());
        for column in &mut self.columns {
            let value = column.values.next()?;
            let value_type = column.value_type.strip_low_cardinality();
            row.push((column.name.as_str(), value_type, value));
        }
        Some(
            T::deserialize_row(row)
                .map_err(|error| Error::Invalid { what: format!("a row of the result does not fit: {error}") }),
        )
    }
}

impl Iterator for Rows {
    type Item = Vec<Value>;

    fn next(&mut self) -> Option<Vec<Value>> {
        if self.n_left == 0 {
            return None;
        }
        self.n_left -= 1;
        self.columns.iter_mut().map(|column| column.values.next()).collect()
    }
}

/// The type as klickhouse's parser can read it: it does not understand quotes and
/// commas in the names of enums, and decoding does not need them.
fn codec_type(value_type: &Type) -> Type {
    let boxed = |inner: &Type| Box::new(codec_type(inner));
    match value_type {
        Type::Enum8(_) => Type::Enum8(Vec::new()),
        Type::Enum16(_) => Type::Enum16(Vec::new()),
        Type::Array(inner) => Type::Array(boxed(inner)),
        Type::Nullable(inner) => Type::Nullable(boxed(inner)),
        Type::LowCardinality(inner) => Type::LowCardinality(boxed(inner)),
        Type::Map(key, value) => Type::Map(boxed(key), boxed(value)),
        Type::Tuple(elements) => Type::Tuple(elements.iter().map(codec_type).collect()),
        // `Decimal128(S)` and the like are written as klickhouse's parser reads them.
        other => other.clone(),
    }
}

/// Runs a future that reads from or writes to memory only, and so is ready at once.
pub(super) fn now<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

fn is_before_1970(value: &Value) -> bool {
    match value {
        Value::DateTime64(time) => time.1 > i64::MAX as u64,
        Value::Array(values) | Value::Tuple(values) => values.iter().any(is_before_1970),
        Value::Map(keys, values) => keys.iter().chain(values).any(is_before_1970),
        _ => false,
    }
}

/// klickhouse stops the process on a value that does not fit its type, so this is
/// looked at first.
fn fits(value_type: &Type, value: &Value) -> bool {
    match (value_type, value) {
        (Type::Int8, Value::Int8(_))
        | (Type::Int16, Value::Int16(_))
        | (Type::Int32, Value::Int32(_))
        | (Type::Int64, Value::Int64(_))
        | (Type::Int128, Value::Int128(_))
        | (Type::Int256, Value::Int256(_))
        | (Type::UInt8, Value::UInt8(_))
        | (Type::UInt16, Value::UInt16(_))
        | (Type::UInt32, Value::UInt32(_))
        | (Type::UInt64, Value::UInt64(_))
        | (Type::UInt128, Value::UInt128(_))
        | (Type::UInt256, Value::UInt256(_))
        | (Type::Float32, Value::Float32(_))
        | (Type::Float64, Value::Float64(_))
        | (Type::String, Value::String(_))
        | (Type::Uuid, Value::Uuid(_))
        | (Type::Date, Value::Date(_))
        | (Type::DateTime(_), Value::DateTime(_))
        | (Type::Ipv4, Value::Ipv4(_))
        | (Type::Ipv6, Value::Ipv6(_))
        | (Type::Enum8(_), Value::Enum8(_))
        | (Type::Enum16(_), Value::Enum16(_))
        | (Type::Nullable(_), Value::Null) => true,
        (Type::Decimal32(scale), Value::Decimal32(value_scale, _))
        | (Type::Decimal64(scale), Value::Decimal64(value_scale, _))
        | (Type::Decimal128(scale), Value::Decimal128(value_scale, _))
        | (Type::Decimal256(scale), Value::Decimal256(value_scale, _)) => scale == value_scale,
        (Type::FixedString(width), Value::String(bytes)) => bytes.len() <= *width,
        (Type::DateTime64(precision, _), Value::DateTime64(time)) => time.2 == *precision,
        (Type::Nullable(inner) | Type::LowCardinality(inner), value) => fits(inner, value),
        (Type::Array(inner), Value::Array(values)) => values.iter().all(|v| fits(inner, v)),
        (Type::Tuple(types), Value::Tuple(values)) => {
            types.len() == values.len() && types.iter().zip(values).all(|(t, v)| fits(t, v))
        }
        (Type::Map(key_type, value_type), Value::Map(keys, values)) => {
            keys.len() == values.len()
                && keys.iter().all(|key| fits(key_type, key))
                && values.iter().all(|value| fits(value_type, value))
        }
        _ => false,
    }
}

/// Replaces the numbers of an enum column by their names.
fn name_enums(column: &Column, value_type: Type, values: Vec<Value>) -> Result<(Type, Vec<Value>), Error> {
    let names: Vec<(i16, &String)> = match column.data_type.base() {
        DataType::Enum8(names) => names.iter().map(|(n, v)| (i16::from(*v), n)).collect(),
        DataType::Enum16(names) => names.iter().map(|(n, v)| (*v, n)).collect(),
        _ => return Ok((value_type, values)),
    };
    let name_of = |value: Value| {
        let number = match value {
            Value::Enum8(number) => i16::from(number),
            Value::Enum16(number) => number,
            other => return Ok(other),
        };
        match names.iter().find(|(n, _)| *n == number) {
            Some((_, name)) => Ok(Value::String(name.as_bytes().to_vec())),
            None => Err(column.fault(format!("{number} is not a value of the enum"))),
        }
    };
    let values = values.into_iter().map(name_of).collect::<Result<Vec<_>, _>>()?;
    let value_type = if column.data_type.is_nullable() { Type::Nullable(Box::new(Type::String)) } else { Type::String };
    Ok((value_type, values))
}

/// The longest key of a low-cardinality column whose layout was checked, in bytes.
fn longest_key(keys: &DataType, data: &[u8]) -> u64 {
    if let Some(width) = keys.fixed_width() {
        return width as u64;
    }
    // Version, flags and count of keys.
    debug_assert!(data.starts_with(&low_cardinality::VERSION.to_le_bytes()));
    let Some(mut rest) = data.get(24..) else {
        return 0;
    };
    let mut count = [0; 8];
    count.copy_from_slice(&data[16..24]);
    let mut longest = 0;
    for _ in 0..u64::from_le_bytes(count) {
        let Varuint::Value { value, width } = read_varuint(rest) else {
            return longest;
        };
        longest = longest.max(value);
        rest = rest.get(width + value as usize..).unwrap_or_default();
    }
    longest
}
