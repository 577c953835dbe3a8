//! From values to Arrow columns.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryBuilder, BooleanArray, FixedSizeBinaryBuilder, LargeStringBuilder, ListArray, MapArray, NullArray,
    PrimitiveArray, StringBuilder, StructArray,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{
    ArrowPrimitiveType, DataType as ArrowType, Date32Type, Decimal32Type, Decimal64Type, Decimal128Type,
    Decimal256Type, Field, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimeUnit,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type, i256,
};
use ferry_native::DataType;

use super::{Cell, calendar};
use crate::engine::{ErrorCode, SqlError, types};

/// Puts values into a column of the Arrow type that stands for `data_type`.
pub fn build(cells: &[Cell], data_type: &DataType) -> Result<ArrayRef, SqlError> {
    let arrow = types::arrow_type(data_type)?;
    build_as(cells, data_type, &arrow)
}

fn build_as(cells: &[Cell], data_type: &DataType, arrow: &ArrowType) -> Result<ArrayRef, SqlError> {
    let base = data_type.base();
    Ok(match arrow {
        ArrowType::Null => Arc::new(NullArray::new(cells.len())),
        ArrowType::Boolean => Arc::new(
            cells
                .iter()
                .map(|cell| match cell {
                    Cell::Null => None,
                    cell => Some(cell.as_int() != Some(0)),
                })
                .collect::<BooleanArray>(),
        ),
        ArrowType::Int8 => ints::<Int8Type>(cells, |value| value as i8),
        ArrowType::Int16 => ints::<Int16Type>(cells, |value| value as i16),
        ArrowType::Int32 => ints::<Int32Type>(cells, |value| value as i32),
        ArrowType::Int64 => ticks::<Int64Type>(cells, None),
        ArrowType::UInt8 => ints::<UInt8Type>(cells, |value| value as u8),
        ArrowType::UInt16 => ints::<UInt16Type>(cells, |value| value as u16),
        ArrowType::UInt32 => ints::<UInt32Type>(cells, |value| value as u32),
        ArrowType::UInt64 => ints::<UInt64Type>(cells, |value| value as u64),
        ArrowType::Float32 => Arc::new(
            floats(cells).map(|value| value.map(|value| value as f32)).collect::<PrimitiveArray<Float32Type>>(),
        ),
        ArrowType::Float64 => Arc::new(floats(cells).collect::<PrimitiveArray<Float64Type>>()),
        ArrowType::Date32 => ints::<Date32Type>(cells, |value| value as i32),
        ArrowType::Timestamp(unit, zone) => {
            let zone = zone.clone();
            match unit {
                TimeUnit::Second => zoned::<TimestampSecondType>(cells, 0, zone),
                TimeUnit::Millisecond => zoned::<TimestampMillisecondType>(cells, 3, zone),
                TimeUnit::Microsecond => zoned::<TimestampMicrosecondType>(cells, 6, zone),
                TimeUnit::Nanosecond => zoned::<TimestampNanosecondType>(cells, 9, zone),
            }
        }
        ArrowType::Decimal32(precision, scale) => {
            let values = decimals::<Decimal32Type>(cells, |value| value as i32);
            Arc::new(values.with_precision_and_scale(*precision, *scale)?)
        }
        ArrowType::Decimal64(precision, scale) => {
            let values = decimals::<Decimal64Type>(cells, |value| value as i64);
            Arc::new(values.with_precision_and_scale(*precision, *scale)?)
        }
        ArrowType::Decimal128(precision, scale) => {
            let values = decimals::<Decimal128Type>(cells, |value| value);
            Arc::new(values.with_precision_and_scale(*precision, *scale)?)
        }
        ArrowType::Decimal256(precision, scale) => {
            let values = cells.iter().map(|cell| match cell {
                Cell::Decimal(value, _) | Cell::Big(value) => Some(i256::from_le_bytes(value.to_le_bytes())),
                Cell::Int(value) => Some(i256::from_i128(*value)),
                _ => None,
            });
            let values = values.collect::<PrimitiveArray<Decimal256Type>>();
            Arc::new(values.with_precision_and_scale(*precision, *scale)?)
        }
        ArrowType::Utf8 => {
            let mut builder = StringBuilder::new();
            for cell in cells {
                match cell {
                    Cell::Null => builder.append_null(),
                    cell => builder.append_value(cell.as_str()),
                }
            }
            Arc::new(builder.finish())
        }
        ArrowType::LargeUtf8 => {
            let mut builder = LargeStringBuilder::new();
            for cell in cells {
                match cell {
                    Cell::Null => builder.append_null(),
                    cell => builder.append_value(cell.as_str()),
                }
            }
            Arc::new(builder.finish())
        }
        ArrowType::Binary => {
            let mut builder = BinaryBuilder::new();
            for cell in cells {
                match cell {
                    Cell::Text(bytes) => builder.append_value(bytes),
                    _ => builder.append_null(),
                }
            }
            Arc::new(builder.finish())
        }
        ArrowType::FixedSizeBinary(width) => {
            let mut builder = FixedSizeBinaryBuilder::new(*width);
            for cell in cells {
                match cell {
                    Cell::Null => builder.append_null(),
                    cell => builder.append_value(types::bytes_of_cell(cell, base, *width)?)?,
                }
            }
            Arc::new(builder.finish())
        }
        ArrowType::List(field) => lists(cells, base, field)?,
        ArrowType::Map(field, sorted) => maps(cells, base, field, *sorted)?,
        ArrowType::Struct(fields) => {
            let DataType::Tuple(elements) = base else {
                return Err(unsupported(data_type));
            };
            let mut columns = Vec::with_capacity(fields.len());
            for (index, (field, element)) in fields.iter().zip(elements).enumerate() {
                let parts: Vec<Cell> = cells
                    .iter()
                    .map(|cell| match cell {
                        Cell::Tuple(items) => items.get(index).cloned().unwrap_or(Cell::Null),
                        _ => Cell::default_of(&element.data_type),
                    })
                    .collect();
                columns.push(build_as(&parts, &element.data_type, field.data_type())?);
            }
            Arc::new(StructArray::try_new_with_length(fields.clone(), columns, validity(cells), cells.len())?)
        }
        ArrowType::Dictionary(_, value) => {
            let plain = build_as(cells, base, value)?;
            arrow::compute::cast(&plain, arrow)?
        }
        _ => return Err(unsupported(data_type)),
    })
}

fn unsupported(data_type: &DataType) -> SqlError {
    SqlError::new(ErrorCode::NotImplemented, format!("the sandbox cannot build values of type {data_type}"))
}

fn ints<T: ArrowPrimitiveType>(cells: &[Cell], narrow: impl Fn(i128) -> T::Native) -> ArrayRef {
    Arc::new(cells.iter().map(|cell| cell.as_int().map(&narrow)).collect::<PrimitiveArray<T>>())
}

fn ticks<T: ArrowPrimitiveType<Native = i64>>(cells: &[Cell], precision: Option<u8>) -> ArrayRef {
    Arc::new(
        cells
            .iter()
            .map(|cell| match (cell, precision) {
                (Cell::Time(ticks, from), Some(to)) => calendar::rescale(*ticks, *from, to),
                (Cell::Time(ticks, _), None) => Some(*ticks),
                (cell, _) => cell.as_int().map(|value| value as i64),
            })
            .collect::<PrimitiveArray<T>>(),
    )
}

fn zoned<T>(cells: &[Cell], precision: u8, zone: Option<Arc<str>>) -> ArrayRef
where
    T: arrow::datatypes::ArrowTimestampType,
{
    let values = cells.iter().map(|cell| match cell {
        Cell::Time(ticks, from) => calendar::rescale(*ticks, *from, precision),
        _ => None,
    });
    Arc::new(values.collect::<PrimitiveArray<T>>().with_timezone_opt(zone))
}

fn floats(cells: &[Cell]) -> impl Iterator<Item = Option<f64>> {
    cells.iter().map(Cell::as_float)
}

fn decimals<T: ArrowPrimitiveType>(cells: &[Cell], narrow: impl Fn(i128) -> T::Native) -> PrimitiveArray<T> {
    cells
        .iter()
        .map(|cell| match cell {
            Cell::Decimal(value, _) | Cell::Big(value) => value.to_i128().map(&narrow),
            Cell::Int(value) => Some(narrow(*value)),
            _ => None,
        })
        .collect()
}

fn lists(cells: &[Cell], base: &DataType, field: &Arc<Field>) -> Result<ArrayRef, SqlError> {
    let element = super::text::element_type(base);
    let items: Vec<Cell> = cells
        .iter()
        .flat_map(|cell| match cell {
            Cell::List(items) => items.clone(),
            _ => Vec::new(),
        })
        .collect();
    let lengths = cells.iter().map(|cell| match cell {
        Cell::List(items) => items.len(),
        _ => 0,
    });
    let offsets = OffsetBuffer::from_lengths(lengths);
    let values = build_as(&items, &element, field.data_type())?;
    Ok(Arc::new(ListArray::try_new(field.clone(), offsets, values, validity(cells))?))
}

fn maps(cells: &[Cell], base: &DataType, field: &Arc<Field>, sorted: bool) -> Result<ArrayRef, SqlError> {
    let (DataType::Map(key, value), ArrowType::Struct(fields)) = (base, field.data_type()) else {
        return Err(unsupported(base));
    };
    let entries: Vec<&(Cell, Cell)> = cells
        .iter()
        .flat_map(|cell| match cell {
            Cell::Map(entries) => entries.as_slice(),
            _ => &[],
        })
        .collect();
    let keys: Vec<Cell> = entries.iter().map(|(key, _)| key.clone()).collect();
    let values: Vec<Cell> = entries.iter().map(|(_, value)| value.clone()).collect();
    let columns = vec![build_as(&keys, key, fields[0].data_type())?, build_as(&values, value, fields[1].data_type())?];
    let entries = StructArray::try_new_with_length(fields.clone(), columns, None, keys.len())?;
    let lengths = cells.iter().map(|cell| match cell {
        Cell::Map(entries) => entries.len(),
        _ => 0,
    });
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(MapArray::try_new(field.clone(), offsets, entries, validity(cells), sorted)?))
}

fn validity(cells: &[Cell]) -> Option<NullBuffer> {
    let nulls: NullBuffer = cells.iter().map(|cell| *cell != Cell::Null).collect();
    (nulls.null_count() > 0).then_some(nulls)
}
