//! From Arrow columns to values.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    DataType as ArrowType, Date32Type, Decimal32Type, Decimal64Type, Decimal128Type, Decimal256Type, Float32Type,
    Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimeUnit, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type,
    UInt64Type,
};
use ferry_native::DataType;

use super::{Big, Cell, calendar};
use crate::engine::types;

/// All values of a column.
pub fn read_all(array: &ArrayRef, data_type: &DataType) -> Vec<Cell> {
    (0..array.len()).map(|row| read(array.as_ref(), data_type, row)).collect()
}

/// One value of a column.
pub fn read(array: &dyn Array, data_type: &DataType, row: usize) -> Cell {
    if array.is_null(row) {
        return Cell::Null;
    }
    let base = data_type.base();
    match array.data_type() {
        ArrowType::Null => Cell::Null,
        ArrowType::Boolean => Cell::Bool(array.as_boolean().value(row)),
        ArrowType::Int8 => int(array.as_primitive::<Int8Type>().value(row).into(), base),
        ArrowType::Int16 => int(array.as_primitive::<Int16Type>().value(row).into(), base),
        ArrowType::Int32 => int(array.as_primitive::<Int32Type>().value(row).into(), base),
        ArrowType::Int64 => int(array.as_primitive::<Int64Type>().value(row).into(), base),
        ArrowType::UInt8 => int(array.as_primitive::<UInt8Type>().value(row).into(), base),
        ArrowType::UInt16 => int(array.as_primitive::<UInt16Type>().value(row).into(), base),
        ArrowType::UInt32 => int(array.as_primitive::<UInt32Type>().value(row).into(), base),
        ArrowType::UInt64 => int(array.as_primitive::<UInt64Type>().value(row).into(), base),
        ArrowType::Float32 => Cell::Float(array.as_primitive::<Float32Type>().value(row).into()),
        ArrowType::Float64 => Cell::Float(array.as_primitive::<Float64Type>().value(row)),
        ArrowType::Date32 => Cell::Days(array.as_primitive::<Date32Type>().value(row)),
        ArrowType::Timestamp(unit, _) => {
            let (ticks, precision) = match unit {
                TimeUnit::Second => (array.as_primitive::<TimestampSecondType>().value(row), 0),
                TimeUnit::Millisecond => (array.as_primitive::<TimestampMillisecondType>().value(row), 3),
                TimeUnit::Microsecond => (array.as_primitive::<TimestampMicrosecondType>().value(row), 6),
                TimeUnit::Nanosecond => (array.as_primitive::<TimestampNanosecondType>().value(row), 9),
            };
            let wanted = types::time_precision(base).unwrap_or(precision);
            let ticks = calendar::rescale(ticks, precision, wanted).unwrap_or(i64::MAX);
            Cell::Time(ticks, wanted)
        }
        ArrowType::Decimal32(_, scale) => {
            let value = array.as_primitive::<Decimal32Type>().value(row);
            decimal(Big::from_i128(value.into()), *scale, base)
        }
        ArrowType::Decimal64(_, scale) => {
            let value = array.as_primitive::<Decimal64Type>().value(row);
            decimal(Big::from_i128(value.into()), *scale, base)
        }
        ArrowType::Decimal128(_, scale) => {
            let value = array.as_primitive::<Decimal128Type>().value(row);
            decimal(Big::from_i128(value), *scale, base)
        }
        ArrowType::Decimal256(_, scale) => {
            let value = array.as_primitive::<Decimal256Type>().value(row);
            decimal(Big::from_le_bytes(&value.to_le_bytes(), true), *scale, base)
        }
        ArrowType::Utf8 => Cell::Text(array.as_string::<i32>().value(row).into()),
        ArrowType::LargeUtf8 => Cell::Text(array.as_string::<i64>().value(row).into()),
        ArrowType::Utf8View => Cell::Text(array.as_string_view().value(row).into()),
        ArrowType::Binary => Cell::Text(array.as_binary::<i32>().value(row).into()),
        ArrowType::LargeBinary => Cell::Text(array.as_binary::<i64>().value(row).into()),
        ArrowType::BinaryView => Cell::Text(array.as_binary_view().value(row).into()),
        ArrowType::FixedSizeBinary(_) => types::cell_of_bytes(array.as_fixed_size_binary().value(row), base),
        ArrowType::List(_) => {
            let element = element_type(base);
            Cell::List(read_all(&array.as_list::<i32>().value(row), &element))
        }
        ArrowType::LargeList(_) => {
            let element = element_type(base);
            Cell::List(read_all(&array.as_list::<i64>().value(row), &element))
        }
        ArrowType::Map(..) => {
            let entries = array.as_map().value(row);
            let (key, value) = match base {
                DataType::Map(key, value) => (key.as_ref(), value.as_ref()),
                _ => (&DataType::Nothing, &DataType::Nothing),
            };
            let keys = read_all(entries.column(0), key);
            let values = read_all(entries.column(1), value);
            Cell::Map(keys.into_iter().zip(values).collect())
        }
        ArrowType::Struct(_) => {
            let columns = array.as_struct().columns();
            let DataType::Tuple(elements) = base else {
                return Cell::Null;
            };
            Cell::Tuple(
                columns
                    .iter()
                    .zip(elements)
                    .map(|(column, element)| read(column.as_ref(), &element.data_type, row))
                    .collect(),
            )
        }
        ArrowType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            let key = dictionary.normalized_keys()[row];
            read(dictionary.values().as_ref(), data_type, key)
        }
        _ => Cell::Null,
    }
}

fn int(value: i128, data_type: &DataType) -> Cell {
    match data_type {
        DataType::Bool => Cell::Bool(value != 0),
        DataType::Date | DataType::Date32 => Cell::Days(value as i32),
        DataType::DateTime { .. } => Cell::Time(value as i64, 0),
        DataType::DateTime64 { precision, .. } => Cell::Time(value as i64, *precision),
        DataType::Ipv4 => Cell::Ip4(value as u32),
        _ => Cell::Int(value),
    }
}

fn decimal(value: Big, scale: i8, data_type: &DataType) -> Cell {
    match data_type {
        DataType::Decimal { .. } => Cell::Decimal(value, u8::try_from(scale).unwrap_or(0)),
        DataType::UInt128 | DataType::Int256 | DataType::UInt256 => Cell::Big(value),
        _ => value.to_i128().map_or(Cell::Big(value), Cell::Int),
    }
}

fn element_type(data_type: &DataType) -> DataType {
    super::text::element_type(data_type)
}
