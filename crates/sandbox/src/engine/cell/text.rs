//! How values are printed.

use std::fmt::Write;
use std::net::{Ipv4Addr, Ipv6Addr};

use ferry_native::DataType;

use super::{Cell, calendar};

/// The text of a value as `to_string` gives it.
pub fn text(cell: &Cell, data_type: &DataType) -> String {
    let mut out = String::new();
    write_text(&mut out, cell, data_type, false);
    out
}

fn write_text(out: &mut String, cell: &Cell, data_type: &DataType, quoted: bool) {
    let data_type = data_type.base();
    // Writing to a String cannot fail.
    let _ = match (cell, data_type) {
        (Cell::Null, _) => write!(out, "NULL"),
        (Cell::Bool(value), _) => write!(out, "{value}"),
        (Cell::Int(value), DataType::Enum8(_) | DataType::Enum16(_)) => {
            let name = enum_name(data_type, *value).unwrap_or_default();
            quote_if(out, name, quoted);
            Ok(())
        }
        (Cell::Int(value), _) => write!(out, "{value}"),
        (Cell::Big(value), _) => write!(out, "{value}"),
        (Cell::Float(value), DataType::Float32) => write_float(out, f64::from(*value as f32), Some(*value as f32)),
        (Cell::Float(value), _) => write_float(out, *value, None),
        (Cell::Decimal(value, scale), _) => {
            let scale = usize::from(*scale);
            let digits = format!("{:0>width$}", value.digits(), width = scale + 1);
            let (whole, fraction) = digits.split_at(digits.len() - scale);
            let fraction = fraction.trim_end_matches('0');
            let sign = if value.is_negative() { "-" } else { "" };
            if fraction.is_empty() { write!(out, "{sign}{whole}") } else { write!(out, "{sign}{whole}.{fraction}") }
        }
        (Cell::Text(bytes), _) => {
            quote_if(out, &String::from_utf8_lossy(bytes), quoted);
            Ok(())
        }
        (Cell::Days(days), _) => {
            let (year, month, day) = calendar::civil_of_days(i64::from(*days));
            quote_if(out, &format!("{year:04}-{month:02}-{day:02}"), quoted);
            Ok(())
        }
        (Cell::Time(ticks, precision), _) => {
            quote_if(out, &time_text(*ticks, *precision), quoted);
            Ok(())
        }
        (Cell::Uuid(value), _) => {
            quote_if(out, &uuid::Uuid::from_u128(*value).to_string(), quoted);
            Ok(())
        }
        (Cell::Ip4(value), _) => {
            quote_if(out, &Ipv4Addr::from(*value).to_string(), quoted);
            Ok(())
        }
        (Cell::Ip6(value), _) => {
            quote_if(out, &Ipv6Addr::from(*value).to_string(), quoted);
            Ok(())
        }
        (Cell::List(items), _) => {
            let element = element_type(data_type);
            list(out, '[', ']', items.iter(), |out, item| {
                write_text(out, item, &element, true);
            })
        }
        (Cell::Map(entries), DataType::Map(key, value)) => list(out, '{', '}', entries.iter(), |out, (k, v)| {
            write_text(out, k, key, true);
            out.push(':');
            write_text(out, v, value, true);
        }),
        (Cell::Tuple(items), DataType::Tuple(elements)) => {
            list(out, '(', ')', items.iter().zip(elements), |out, (item, element)| {
                write_text(out, item, &element.data_type, true);
            })
        }
        (Cell::Map(_) | Cell::Tuple(_), _) => Ok(()),
    };
}

/// The name of an enum's number.
pub(super) fn enum_name(data_type: &DataType, number: i128) -> Option<&str> {
    match data_type {
        DataType::Enum8(values) => {
            values.iter().find(|(_, value)| i128::from(*value) == number).map(|(name, _)| name.as_str())
        }
        DataType::Enum16(values) => {
            values.iter().find(|(_, value)| i128::from(*value) == number).map(|(name, _)| name.as_str())
        }
        _ => None,
    }
}

/// The type of the elements of an array or nested type.
pub(super) fn element_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Array(inner) => inner.as_ref().clone(),
        DataType::Nested(elements) => DataType::Tuple(elements.clone()),
        _ => DataType::Nothing,
    }
}

fn time_text(ticks: i64, precision: u8) -> String {
    let per_second = calendar::ticks_per_second(precision);
    let seconds = ticks.div_euclid(per_second);
    let fraction = ticks.rem_euclid(per_second);
    let (year, month, day) = calendar::civil_of_days(seconds.div_euclid(86_400));
    let second = seconds.rem_euclid(86_400);
    let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
    let mut text = format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}");
    if precision > 0 {
        let _ = write!(text, ".{fraction:0width$}", width = usize::from(precision));
    }
    text
}

fn write_float(out: &mut String, value: f64, narrow: Option<f32>) -> std::fmt::Result {
    if value.is_nan() {
        return write!(out, "nan");
    }
    if value.is_infinite() {
        return write!(out, "{}", if value < 0.0 { "-inf" } else { "inf" });
    }
    let extreme = value != 0.0 && !(1e-6..1e21).contains(&value.abs());
    match (narrow, extreme) {
        (Some(value), false) => write!(out, "{value}"),
        (Some(value), true) => write!(out, "{value:e}"),
        (None, false) => write!(out, "{value}"),
        (None, true) => write!(out, "{value:e}"),
    }
}

fn quote_if(out: &mut String, text: &str, quoted: bool) {
    if !quoted {
        out.push_str(text);
        return;
    }
    out.push('\'');
    for c in text.chars() {
        match c {
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out.push('\'');
}

fn list<T>(
    out: &mut String,
    open: char,
    close: char,
    items: impl Iterator<Item = T>,
    mut write_item: impl FnMut(&mut String, T),
) -> std::fmt::Result {
    out.push(open);
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_item(out, item);
    }
    out.push(close);
    Ok(())
}
