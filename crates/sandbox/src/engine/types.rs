//! Timeplus types: their Arrow form, and what comes out when two of them meet.

use std::sync::Arc;

use arrow::datatypes::{DataType as ArrowType, Schema, SchemaRef};
use ferry_native::DataType;
use ferry_native::Element;

use super::cell::{Big, Cell};
use super::{ColumnDef, ErrorCode, SqlError};

/// The Arrow type that stands for a Timeplus type, here and in `ferry_native`.
pub fn arrow_type(data_type: &DataType) -> Result<ArrowType, SqlError> {
    ferry_native::arrow::data_type(data_type).map_err(|error| SqlError::new(ErrorCode::UnknownType, error.to_string()))
}

/// The Arrow schema of columns, with nullability and type text as `ferry_native` gives them.
pub fn schema(columns: &[ColumnDef]) -> Result<SchemaRef, SqlError> {
    let fields = columns
        .iter()
        .map(|column| {
            ferry_native::arrow::field(&column.name, &column.data_type)
                .map_err(|error| SqlError::new(ErrorCode::UnknownType, error.to_string()))
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Arc::new(Schema::new(fields)))
}

/// The type that a type name in a query means.
pub fn of_name(name: &ferry_sql::TypeName) -> Result<DataType, SqlError> {
    Ok(name.to_string().parse::<DataType>()?)
}

/// `nullable(T)`, unless a NULL fits already or can never fit (arrays, maps, tuples).
pub fn nullable(data_type: DataType) -> DataType {
    match data_type {
        DataType::Nullable(_)
        | DataType::Nothing
        | DataType::Array(_)
        | DataType::Map(..)
        | DataType::Tuple(_)
        | DataType::Nested(_) => data_type,
        other => DataType::Nullable(Box::new(plain(&other))),
    }
}

/// `T`, or `nullable(T)` where `is_nullable`.
pub fn nullable_if(data_type: DataType, is_nullable: bool) -> DataType {
    if is_nullable { nullable(data_type) } else { data_type }
}

/// The type without `low_cardinality` around it; `nullable` stays.
pub fn plain(data_type: &DataType) -> DataType {
    match data_type.storage() {
        DataType::LowCardinality(inner) => plain(inner),
        other => other.clone(),
    }
}

/// Digits after the second of a time type.
pub fn time_precision(data_type: &DataType) -> Option<u8> {
    match data_type.base() {
        DataType::DateTime { .. } => Some(0),
        DataType::DateTime64 { precision, .. } => Some(*precision),
        _ => None,
    }
}

/// Bits and sign of an integer type of up to 64 bits; `bool` counts as one byte.
pub fn integer(data_type: &DataType) -> Option<(u32, bool)> {
    Some(match data_type.base() {
        DataType::Bool | DataType::UInt8 => (8, false),
        DataType::UInt16 => (16, false),
        DataType::UInt32 => (32, false),
        DataType::UInt64 => (64, false),
        DataType::Int8 => (8, true),
        DataType::Int16 => (16, true),
        DataType::Int32 => (32, true),
        DataType::Int64 => (64, true),
        _ => return None,
    })
}

/// The integer type of so many bits.
pub fn integer_of(bits: u32, signed: bool) -> DataType {
    match (bits, signed) {
        (8, false) => DataType::UInt8,
        (16, false) => DataType::UInt16,
        (32, false) => DataType::UInt32,
        (_, false) => DataType::UInt64,
        (8, true) => DataType::Int8,
        (16, true) => DataType::Int16,
        (32, true) => DataType::Int32,
        (_, true) => DataType::Int64,
    }
}

/// Whether it is `float32` or `float64`.
pub fn is_float(data_type: &DataType) -> bool {
    matches!(data_type.base(), DataType::Float32 | DataType::Float64)
}

/// Scale of a decimal.
pub fn decimal_scale(data_type: &DataType) -> Option<u8> {
    match data_type.base() {
        DataType::Decimal { scale, .. } => Some(*scale),
        _ => None,
    }
}

/// Whether arithmetic works on it.
pub fn is_number(data_type: &DataType) -> bool {
    integer(data_type).is_some() || is_float(data_type) || decimal_scale(data_type).is_some()
}

/// Whether it holds bytes of text.
pub fn is_text(data_type: &DataType) -> bool {
    matches!(data_type.base(), DataType::String | DataType::FixedString(_))
}

/// Whether it is a day or a time.
pub fn is_time(data_type: &DataType) -> bool {
    matches!(
        data_type.base(),
        DataType::Date | DataType::Date32 | DataType::DateTime { .. } | DataType::DateTime64 { .. }
    )
}

/// The smallest type that holds the values of both.
pub fn common(left: &DataType, right: &DataType) -> Result<DataType, SqlError> {
    let (left, right) = (plain(left), plain(right));
    if left == right {
        return Ok(left);
    }
    let is_nullable = left.is_nullable() || right.is_nullable();
    let fail = || SqlError::new(ErrorCode::NoCommonType, format!("There is no supertype for types {left}, {right}"));
    let found = match (left.base(), right.base()) {
        (DataType::Nothing, other) | (other, DataType::Nothing) => other.clone(),
        (a, b) if a == b => a.clone(),
        (a, b) if is_number(a) && is_number(b) => common_number(a, b).ok_or_else(fail)?,
        (a, b) if is_text(a) && is_text(b) => DataType::String,
        (a, b) if is_time(a) && is_time(b) => common_time(a, b),
        (DataType::Array(a), DataType::Array(b)) => DataType::Array(Box::new(common(a, b)?)),
        (DataType::Map(ak, av), DataType::Map(bk, bv)) => {
            DataType::Map(Box::new(common(ak, bk)?), Box::new(common(av, bv)?))
        }
        (DataType::Tuple(a), DataType::Tuple(b)) if a.len() == b.len() => {
            let mut elements = Vec::with_capacity(a.len());
            for (a, b) in a.iter().zip(b) {
                elements.push(Element {
                    name: if a.name == b.name { a.name.clone() } else { None },
                    data_type: common(&a.data_type, &b.data_type)?,
                });
            }
            DataType::Tuple(elements)
        }
        _ => return Err(fail()),
    };
    Ok(nullable_if(found, is_nullable))
}

fn common_number(left: &DataType, right: &DataType) -> Option<DataType> {
    if left == right {
        return Some(left.clone());
    }
    if let (Some(a), Some(b)) = (integer(left), integer(right)) {
        if a.1 == b.1 {
            return Some(integer_of(a.0.max(b.0), a.1));
        }
        let (unsigned, signed) = if a.1 { (b.0, a.0) } else { (a.0, b.0) };
        // There is no signed type that holds every uint64.
        return (unsigned < 64).then(|| integer_of(signed.max(unsigned * 2), true));
    }
    let scale = decimal_scale(left).into_iter().chain(decimal_scale(right)).max();
    match scale {
        Some(_) if is_float(left) || is_float(right) => Some(DataType::Float64),
        Some(scale) => {
            Some(DataType::Decimal { precision: decimal_precision(left).max(decimal_precision(right)), scale })
        }
        None => Some(DataType::Float64),
    }
}

/// Digits of the decimal type that holds a number type, as the server chooses among 9, 18, 38, 76.
pub fn decimal_precision(data_type: &DataType) -> u8 {
    match data_type.base() {
        DataType::Decimal { precision: 0..=9, .. } => 9,
        DataType::Decimal { precision: 10..=18, .. } => 18,
        DataType::Decimal { precision: 19..=38, .. } => 38,
        DataType::Decimal { .. } => 76,
        other => match integer(other) {
            Some((64, _)) => 38,
            Some((32, _)) => 18,
            _ => 9,
        },
    }
}

fn common_time(left: &DataType, right: &DataType) -> DataType {
    let timezone = |data_type: &DataType| match data_type {
        DataType::DateTime { timezone } | DataType::DateTime64 { timezone, .. } => timezone.clone(),
        _ => None,
    };
    let zone = timezone(left).or_else(|| timezone(right));
    let precision = [left, right]
        .into_iter()
        .filter_map(|data_type| match data_type {
            DataType::DateTime64 { precision, .. } => Some(*precision),
            _ => None,
        })
        .max();
    match precision {
        Some(precision) => DataType::DateTime64 { precision, timezone: zone },
        None if time_precision(left).or(time_precision(right)).is_some() => DataType::DateTime { timezone: zone },
        None => DataType::Date32,
    }
}

/// The value behind the bytes of a wide type: order-preserving, big-endian, the sign bit flipped.
pub(super) fn cell_of_bytes(bytes: &[u8], data_type: &DataType) -> Cell {
    let reversed = |flip: bool| {
        let mut bytes: Vec<u8> = bytes.iter().rev().copied().collect();
        if let (true, Some(top)) = (flip, bytes.last_mut()) {
            *top ^= 0x80;
        }
        bytes
    };
    let mut sixteen = [0; 16];
    if bytes.len() == 16 {
        sixteen.copy_from_slice(bytes);
    }
    match data_type {
        DataType::Uuid => Cell::Uuid(u128::from_be_bytes(sixteen)),
        DataType::Ipv6 => Cell::Ip6(sixteen),
        DataType::Int128 => Cell::Int((u128::from_be_bytes(sixteen) ^ (1 << 127)).cast_signed()),
        DataType::UInt128 | DataType::UInt256 => Cell::Big(Big::from_le_bytes(&reversed(false), false)),
        DataType::Int256 => Cell::Big(Big::from_le_bytes(&reversed(true), true)),
        _ => Cell::Text(bytes.to_vec()),
    }
}

/// The bytes of a value of a wide type.
pub(super) fn bytes_of_cell(cell: &Cell, data_type: &DataType, width: i32) -> Result<Vec<u8>, SqlError> {
    let width = usize::try_from(width).unwrap_or(0);
    let big_endian = |value: Big, flip: bool| {
        let mut bytes = value.to_le_bytes()[..width.min(32)].to_vec();
        if let (true, Some(top)) = (flip, bytes.last_mut()) {
            *top ^= 0x80;
        }
        bytes.reverse();
        bytes
    };
    Ok(match (data_type, cell) {
        (_, Cell::Uuid(value)) => value.to_be_bytes().to_vec(),
        (_, Cell::Ip6(octets)) => octets.to_vec(),
        (_, Cell::Text(bytes)) => {
            let mut bytes = bytes.clone();
            bytes.resize(width, 0);
            bytes
        }
        (DataType::Int128 | DataType::Int256, Cell::Int(value)) => big_endian(Big::from_i128(*value), true),
        (DataType::Int128 | DataType::Int256, Cell::Big(value)) => big_endian(*value, true),
        (_, Cell::Int(value)) => big_endian(Big::from_i128(*value), false),
        (_, Cell::Big(value)) => big_endian(*value, false),
        _ => {
            return Err(SqlError::new(ErrorCode::LogicalError, format!("a value does not fit type {data_type}")));
        }
    })
}
