//! Casts.

use ferry_native::DataType;

use super::{Big, Cell, calendar, parse, text};
use crate::engine::{ErrorCode, SqlError};

/// Turns a value of one type into a value of another, as `cast` does: numbers wrap, text is
/// parsed, a NULL needs a nullable type.
pub fn convert(cell: Cell, from: &DataType, to: &DataType) -> Result<Cell, SqlError> {
    if from == to {
        return Ok(cell);
    }
    let to = to.storage();
    if cell == Cell::Null {
        return if to.is_nullable() {
            Ok(Cell::Null)
        } else {
            Err(SqlError::new(
                ErrorCode::CannotInsertNull,
                format!("Cannot convert NULL value to non-nullable type {to}"),
            ))
        };
    }
    let from = from.base();
    match to {
        DataType::Nullable(inner) | DataType::LowCardinality(inner) => {
            return convert(cell, from, inner);
        }
        DataType::String => return Ok(Cell::string(text(&cell, from)).or_bytes(cell)),
        _ => {}
    }
    if let Cell::Text(_) = &cell {
        let text = cell.as_str();
        // A fixed string is padded with zero bytes that belong to no value.
        return parse(text.trim_end_matches('\0'), to);
    }
    let fail = || SqlError::new(ErrorCode::CannotConvertType, format!("Cannot convert {from} to {to}"));
    Ok(match (to, cell) {
        (DataType::Bool, cell) => match cell.as_float() {
            Some(value) => Cell::Bool(value != 0.0),
            None => return Err(fail()),
        },
        (DataType::Float32, cell) => Cell::Float(f64::from(cell.as_float().ok_or_else(fail)? as f32)),
        (DataType::Float64, cell) => Cell::Float(cell.as_float().ok_or_else(fail)?),
        (DataType::Decimal { scale, .. }, cell) => to_decimal(&cell, *scale).ok_or_else(fail)?,
        (DataType::UInt128 | DataType::Int256 | DataType::UInt256, cell) => Cell::Big(to_big(&cell).ok_or_else(fail)?),
        (DataType::Date | DataType::Date32, Cell::Days(days)) => Cell::Days(days),
        (DataType::Date | DataType::Date32, Cell::Time(ticks, precision)) => {
            Cell::Days(calendar::days_of_ticks(ticks, precision))
        }
        (DataType::Date | DataType::Date32, cell) => {
            let value = cell.as_int().ok_or_else(fail)?;
            // A number above the days that `date` can hold is taken as seconds.
            let days = if value > 65_535 { value / 86_400 } else { value };
            Cell::Days(i32::try_from(days).map_err(|_| fail())?)
        }
        (DataType::DateTime { .. }, cell) => to_time(&cell, 0).ok_or_else(fail)?,
        (DataType::DateTime64 { precision, .. }, cell) => to_time(&cell, *precision).ok_or_else(fail)?,
        (DataType::Ipv4, Cell::Int(value)) => Cell::Ip4(u32::try_from(value).map_err(|_| fail())?),
        (DataType::Ipv4, Cell::Ip6(octets)) => {
            Cell::Ip4(std::net::Ipv6Addr::from(octets).to_ipv4_mapped().ok_or_else(fail)?.into())
        }
        (DataType::Ipv6, Cell::Ip4(value)) => Cell::Ip6(std::net::Ipv4Addr::from(value).to_ipv6_mapped().octets()),
        (DataType::Ipv4, cell @ Cell::Ip4(_))
        | (DataType::Ipv6, cell @ Cell::Ip6(_))
        | (DataType::Uuid, cell @ Cell::Uuid(_)) => cell,
        (DataType::Enum8(_) | DataType::Enum16(_), Cell::Int(number)) => {
            let by_name = text::enum_name(from, number).and_then(|name| enum_number(to, name));
            match by_name {
                Some(number) => Cell::Int(number),
                None if text::enum_name(to, number).is_some() => Cell::Int(number),
                None => return Err(fail()),
            }
        }
        (DataType::Array(_) | DataType::Nested(_), Cell::List(items)) => {
            let (source, target) = (text::element_type(from), text::element_type(to));
            let convert_item = |item| convert(item, &source, &target);
            Cell::List(items.into_iter().map(convert_item).collect::<Result<_, _>>()?)
        }
        (DataType::Map(to_key, to_value), Cell::Map(entries)) => {
            let DataType::Map(key, value) = from else {
                return Err(fail());
            };
            let mut converted = Vec::with_capacity(entries.len());
            for (k, v) in entries {
                converted.push((convert(k, key, to_key)?, convert(v, value, to_value)?));
            }
            Cell::Map(converted)
        }
        (DataType::Tuple(targets), Cell::Tuple(items)) => {
            let DataType::Tuple(sources) = from else {
                return Err(fail());
            };
            if sources.len() != targets.len() {
                return Err(fail());
            }
            let mut converted = Vec::with_capacity(items.len());
            for ((item, source), target) in items.into_iter().zip(sources).zip(targets) {
                converted.push(convert(item, &source.data_type, &target.data_type)?);
            }
            Cell::Tuple(converted)
        }
        (integer, cell) => match int_range(integer) {
            Some(_) => Cell::Int(wrap(cell.as_int().ok_or_else(fail)?, integer)),
            None => return Err(fail()),
        },
    })
}

impl Cell {
    /// Keeps the bytes of a string that is not valid UTF-8.
    fn or_bytes(self, original: Cell) -> Cell {
        match original {
            Cell::Text(_) => original,
            _ => self,
        }
    }
}

/// The number of an enum's name.
pub(super) fn enum_number(data_type: &DataType, text: &str) -> Option<i128> {
    match data_type {
        DataType::Enum8(values) => values.iter().find(|(name, _)| name == text).map(|(_, value)| i128::from(*value)),
        DataType::Enum16(values) => values.iter().find(|(name, _)| name == text).map(|(_, value)| i128::from(*value)),
        _ => None,
    }
}

/// The smallest and largest value of an integer type of up to 128 bits with sign.
pub(super) fn int_range(data_type: &DataType) -> Option<(i128, i128)> {
    Some(match data_type {
        DataType::Int8 => (i128::from(i8::MIN), i128::from(i8::MAX)),
        DataType::Int16 => (i128::from(i16::MIN), i128::from(i16::MAX)),
        DataType::Int32 => (i128::from(i32::MIN), i128::from(i32::MAX)),
        DataType::Int64 | DataType::Interval(_) => (i128::from(i64::MIN), i128::from(i64::MAX)),
        DataType::Int128 => (i128::MIN, i128::MAX),
        DataType::UInt8 => (0, i128::from(u8::MAX)),
        DataType::UInt16 => (0, i128::from(u16::MAX)),
        DataType::UInt32 => (0, i128::from(u32::MAX)),
        DataType::UInt64 => (0, i128::from(u64::MAX)),
        _ => return None,
    })
}

fn wrap(value: i128, data_type: &DataType) -> i128 {
    match data_type {
        DataType::Int8 => i128::from(value as i8),
        DataType::Int16 => i128::from(value as i16),
        DataType::Int32 => i128::from(value as i32),
        DataType::Int64 | DataType::Interval(_) => i128::from(value as i64),
        DataType::UInt8 => i128::from(value as u8),
        DataType::UInt16 => i128::from(value as u16),
        DataType::UInt32 => i128::from(value as u32),
        DataType::UInt64 => i128::from(value as u64),
        _ => value,
    }
}

fn to_big(cell: &Cell) -> Option<Big> {
    match cell {
        Cell::Big(value) => Some(*value),
        Cell::Decimal(value, scale) => Some(value.scaled_down(*scale)),
        other => other.as_int().map(Big::from_i128),
    }
}

fn to_decimal(cell: &Cell, scale: u8) -> Option<Cell> {
    let value = match cell {
        Cell::Decimal(value, from) if *from <= scale => value.scaled_up(scale - *from)?,
        Cell::Decimal(value, from) => value.scaled_down(*from - scale),
        Cell::Float(value) => {
            let scaled = value * 10_f64.powi(i32::from(scale));
            if !scaled.is_finite() || scaled.abs() >= 1.7e38 {
                return None;
            }
            // A float such as 1.15 lies a hair below its text; its shortest text is meant.
            return match parse(&format!("{value}"), &DataType::Decimal { precision: 38, scale }) {
                Ok(cell) => Some(cell),
                Err(_) => Some(Cell::Decimal(Big::from_i128(scaled as i128), scale)),
            };
        }
        other => to_big(other)?.scaled_up(scale)?,
    };
    Some(Cell::Decimal(value, scale))
}

fn to_time(cell: &Cell, precision: u8) -> Option<Cell> {
    let per_second = calendar::ticks_per_second(precision);
    let ticks = match cell {
        Cell::Time(ticks, from) => calendar::rescale(*ticks, *from, precision)?,
        Cell::Days(days) => i64::from(*days).checked_mul(86_400)?.checked_mul(per_second)?,
        Cell::Float(seconds) => (seconds * per_second as f64) as i64,
        Cell::Decimal(value, scale) => {
            let ticks = value.to_i128()? * i128::from(per_second) / 10_i128.checked_pow(u32::from(*scale))?;
            i64::try_from(ticks).ok()?
        }
        other => i64::try_from(other.as_int()?).ok()?.checked_mul(per_second)?,
    };
    Some(Cell::Time(ticks, precision))
}
