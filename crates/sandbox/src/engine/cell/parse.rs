//! How values are read from text.

use std::net::{Ipv4Addr, Ipv6Addr};

use ferry_native::DataType;

use super::convert::{enum_number, int_range};
use super::{Big, Cell, calendar};
use crate::engine::{ErrorCode, SqlError};

/// Reads a value of a type from its text, as a cast from string does.
pub fn parse(text: &str, data_type: &DataType) -> Result<Cell, SqlError> {
    let fail = || SqlError::new(ErrorCode::CannotParseText, format!("Cannot parse string '{text}' as {data_type}"));
    Ok(match data_type.storage() {
        DataType::Nullable(inner) if text == "NULL" || text == "\\N" => match inner.base() {
            DataType::String => Cell::string(text),
            _ => Cell::Null,
        },
        DataType::Nullable(inner) | DataType::LowCardinality(inner) => parse(text, inner)?,
        DataType::String => Cell::string(text),
        DataType::FixedString(width) => {
            let mut bytes = text.as_bytes().to_vec();
            if bytes.len() > *width as usize {
                return Err(fail());
            }
            bytes.resize(*width as usize, 0);
            Cell::Text(bytes)
        }
        DataType::Bool => match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "t" | "yes" | "on" => Cell::Bool(true),
            "false" | "0" | "f" | "no" | "off" => Cell::Bool(false),
            _ => return Err(fail()),
        },
        DataType::Float32 | DataType::Float64 => Cell::Float(text.trim().parse().map_err(|_| fail())?),
        DataType::Decimal { scale, .. } => parse_decimal(text.trim(), *scale).ok_or_else(fail)?,
        DataType::UInt128 | DataType::Int256 | DataType::UInt256 => {
            Cell::Big(Big::parse(text.trim()).ok_or_else(fail)?)
        }
        DataType::Date | DataType::Date32 => {
            Cell::Days(parse_date(text).ok_or_else(|| datetime_error(text, data_type))?)
        }
        DataType::DateTime { .. } => Cell::Time(parse_time(text, 0).ok_or_else(|| datetime_error(text, data_type))?, 0),
        DataType::DateTime64 { precision, .. } => {
            Cell::Time(parse_time(text, *precision).ok_or_else(|| datetime_error(text, data_type))?, *precision)
        }
        enums @ (DataType::Enum8(_) | DataType::Enum16(_)) => Cell::Int(enum_number(enums, text).ok_or_else(|| {
            SqlError::new(ErrorCode::BadArguments, format!("Unknown element '{text}' for enum {enums}"))
        })?),
        DataType::Uuid => Cell::Uuid(uuid::Uuid::try_parse(text).map_err(|_| fail())?.as_u128()),
        DataType::Ipv4 => Cell::Ip4(text.parse::<Ipv4Addr>().map_err(|_| fail())?.into()),
        DataType::Ipv6 => {
            let address =
                text.parse::<Ipv6Addr>().or_else(|_| text.parse::<Ipv4Addr>().map(|address| address.to_ipv6_mapped()));
            Cell::Ip6(address.map_err(|_| fail())?.octets())
        }
        integer => {
            let value: i128 = text.trim().parse().map_err(|_| fail())?;
            match int_range(integer) {
                Some((low, high)) if low <= value && value <= high => Cell::Int(value),
                _ => return Err(fail()),
            }
        }
    })
}

fn datetime_error(text: &str, data_type: &DataType) -> SqlError {
    SqlError::new(ErrorCode::CannotParseDatetime, format!("Cannot parse '{text}' as {data_type}"))
}

/// Days since 1970 of `2024-05-06`, with or without a time after it.
pub fn parse_date(text: &str) -> Option<i32> {
    let date = text.trim().get(..10)?;
    let mut parts = date.split(['-', '/']);
    let year = parts.next()?.parse().ok()?;
    let month: u32 = parts.next()?.parse().ok()?;
    let day: u32 = parts.next()?.parse().ok()?;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    i32::try_from(calendar::days_of_civil(year, month, day)).ok()
}

/// Ticks of `2024-05-06 07:08:09.123`, of the same with `T` and `Z` or an offset, or of a number
/// of seconds.
pub fn parse_time(text: &str, precision: u8) -> Option<i64> {
    let text = text.trim();
    let per_second = calendar::ticks_per_second(precision);
    if text.len() < 10 || !text.is_char_boundary(10) || text.as_bytes()[4] != b'-' {
        let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
        let seconds: i64 = seconds.parse().ok()?;
        return seconds.checked_mul(per_second)?.checked_add(parse_fraction(fraction, precision)?);
    }
    let days = i64::from(parse_date(text)?);
    let (clock, offset_seconds) = split_offset(&text[10..])?;
    let clock = clock.trim_start_matches(['T', ' ']);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut seconds = 0;
    if !clock.is_empty() {
        let mut parts = clock.split(':');
        for unit in [3_600, 60, 1] {
            let value: i64 = match parts.next() {
                Some(part) => part.parse().ok()?,
                None => 0,
            };
            seconds += value * unit;
        }
        if parts.next().is_some() || seconds >= 86_400 {
            return None;
        }
    }
    (days * 86_400 + seconds - offset_seconds)
        .checked_mul(per_second)?
        .checked_add(parse_fraction(fraction, precision)?)
}

fn split_offset(clock: &str) -> Option<(&str, i64)> {
    if let Some(clock) = clock.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let Some(at) = clock.rfind(['+', '-']) else {
        return Some((clock, 0));
    };
    let sign = if clock.as_bytes()[at] == b'-' { -1 } else { 1 };
    let digits: String = clock[at + 1..].chars().filter(char::is_ascii_digit).collect();
    let hours: i64 = digits.get(..2)?.parse().ok()?;
    let minutes: i64 = digits.get(2..4).unwrap_or("0").parse().ok()?;
    Some((&clock[..at], sign * (hours * 3_600 + minutes * 60)))
}

fn parse_fraction(digits: &str, precision: u8) -> Option<i64> {
    if digits.is_empty() {
        return Some(0);
    }
    let kept: String = digits.chars().chain("000000000".chars()).take(9).collect();
    let nanoseconds: i64 = kept.parse().ok()?;
    calendar::rescale(nanoseconds, 9, precision)
}

fn parse_decimal(text: &str, scale: u8) -> Option<Cell> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let (sign, whole) = match whole.strip_prefix('-') {
        Some(whole) => ("-", whole),
        None => ("", whole),
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let scale_digits = usize::from(scale);
    let kept: String = fraction.chars().chain(std::iter::repeat('0')).take(scale_digits).collect();
    Big::parse(&format!("{sign}0{whole}{kept}")).map(|value| Cell::Decimal(value, scale))
}
