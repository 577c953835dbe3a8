//! Years, months, hours and other numbers of dates and times.

use std::sync::Arc;

use arrow::array::AsArray;
use arrow::datatypes::{DataType as ArrowType, Int64Type};
use ferry_native::DataType;

use super::{Arguments, Function, scalar};
use crate::engine::cell::{self, Cell};
use crate::engine::typed::Typed;
use crate::engine::{SqlError, types};

pub(super) const FUNCTIONS: &[Function] = &[
    scalar!(
        "to_year" | "year",
        "to_year(date | time) -> uint16",
        "Its year.",
        Some(("to_year(to_date('2024-05-06'))", "2024")),
        |a| part(a, DataType::UInt16, |p| p.year)
    ),
    scalar!("to_quarter" | "quarter", "to_quarter(date | time) -> uint8", "Its quarter, 1 to 4.", None, |a| part(
        a,
        DataType::UInt8,
        |p| (p.month - 1) / 3 + 1
    )),
    scalar!(
        "to_month" | "month",
        "to_month(date | time) -> uint8",
        "Its month, 1 to 12.",
        Some(("to_month(to_date('2024-05-06'))", "5")),
        |a| part(a, DataType::UInt8, |p| p.month)
    ),
    scalar!(
        "to_day_of_month" | "day" | "to_day",
        "to_day_of_month(date | time) -> uint8",
        "Its day of the month.",
        Some(("to_day_of_month(to_date('2024-05-06'))", "6")),
        |a| part(a, DataType::UInt8, |p| p.day)
    ),
    scalar!(
        "to_day_of_week" | "day_of_week" | "weekday",
        "to_day_of_week(date | time) -> uint8",
        "Its day of the week, Monday is 1.",
        Some(("to_day_of_week(to_date('2024-05-06'))", "1")),
        |a| part(a, DataType::UInt8, |p| (p.days + 3).rem_euclid(7) + 1)
    ),
    scalar!(
        "to_day_of_year" | "day_of_year",
        "to_day_of_year(date | time) -> uint16",
        "Its day of the year.",
        None,
        |a| part(a, DataType::UInt16, |p| p.days - cell::days_of_civil(p.year, 1, 1) + 1)
    ),
    scalar!(
        "to_hour" | "hour",
        "to_hour(time) -> uint8",
        "Its hour in UTC.",
        Some(("to_hour(to_datetime('2024-05-06 07:08:09', 'UTC'))", "7")),
        |a| part(a, DataType::UInt8, |p| p.second_of_day / 3_600)
    ),
    scalar!("to_minute" | "minute", "to_minute(time) -> uint8", "Its minute.", None, |a| part(
        a,
        DataType::UInt8,
        |p| p.second_of_day / 60 % 60
    )),
    scalar!("to_second" | "second", "to_second(time) -> uint8", "Its second.", None, |a| part(
        a,
        DataType::UInt8,
        |p| p.second_of_day % 60
    )),
    scalar!(
        "to_YYYYMM",
        "to_YYYYMM(date | time) -> uint32",
        "Year and month as one number.",
        Some(("to_YYYYMM(to_date('2024-05-06'))", "202405")),
        |a| part(a, DataType::UInt32, |p| p.year * 100 + p.month)
    ),
    scalar!(
        "to_YYYYMMDD",
        "to_YYYYMMDD(date | time) -> uint32",
        "Year, month and day as one number.",
        Some(("to_YYYYMMDD(to_date('2024-05-06'))", "20240506")),
        |a| part(a, DataType::UInt32, |p| p.year * 10_000 + p.month * 100 + p.day)
    ),
    scalar!(
        "to_YYYYMMDDhhmmss",
        "to_YYYYMMDDhhmmss(date | time) -> uint64",
        "Date and time of day as one number.",
        Some(("to_YYYYMMDDhhmmss(to_datetime('2024-05-06 07:08:09', 'UTC'))", "20240506070809")),
        |a| part(a, DataType::UInt64, |p| {
            let clock = p.second_of_day / 3_600 * 10_000 + p.second_of_day / 60 % 60 * 100 + p.second_of_day % 60;
            (p.year * 10_000 + p.month * 100 + p.day) * 1_000_000 + clock
        })
    ),
    scalar!(
        "to_unix_timestamp",
        "to_unix_timestamp(date | time) -> uint32",
        "Seconds since 1970.",
        Some(("to_unix_timestamp(to_datetime('1970-01-02 00:00:00', 'UTC'))", "86400")),
        |a| part(a, DataType::UInt32, |p| (p.days * 86_400 + p.second_of_day).rem_euclid(1 << 32))
    ),
    scalar!(
        "to_unix_timestamp64_milli",
        "to_unix_timestamp64_milli(datetime64) -> int64",
        "Milliseconds since 1970.",
        Some(("to_unix_timestamp64_milli(to_datetime64('1970-01-01 00:00:01.5', 3, 'UTC'))", "1500")),
        |a| ticks(a, 3)
    ),
    scalar!(
        "to_unix_timestamp64_micro",
        "to_unix_timestamp64_micro(datetime64) -> int64",
        "Microseconds since 1970.",
        None,
        |a| ticks(a, 6)
    ),
    scalar!(
        "to_unix_timestamp64_nano",
        "to_unix_timestamp64_nano(datetime64) -> int64",
        "Nanoseconds since 1970.",
        None,
        |a| ticks(a, 9)
    ),
    scalar!(
        "format_datetime" | "date_format",
        "format_datetime(date | time, 'format') -> string",
        "The time as text; %Y %m %d %H %M %S %y %e %F %T %j %%.",
        Some(("format_datetime(to_datetime('2024-05-06 07:08:09', 'UTC'), '%Y/%m/%d %H:%M')", "2024/05/06 07:08")),
        |a| {
            a.expect(2, 2)?;
            a.require(0, types::is_time, "a date or time")?;
            a.rows(DataType::String, |cells| Ok(Cell::string(format(&Parts::of(&cells[0]), &cells[1].as_str()))))
        }
    ),
];

struct Parts {
    days: i64,
    year: i64,
    month: i64,
    day: i64,
    second_of_day: i64,
}

impl Parts {
    fn of(value: &Cell) -> Self {
        let (days, second_of_day) = match value {
            Cell::Days(days) => (i64::from(*days), 0),
            Cell::Time(ticks, precision) => {
                let seconds = ticks.div_euclid(cell::ticks_per_second(*precision));
                (seconds.div_euclid(86_400), seconds.rem_euclid(86_400))
            }
            _ => (0, 0),
        };
        let (year, month, day) = cell::civil_of_days(days);
        Self { days, year, month: month.into(), day: day.into(), second_of_day }
    }
}

fn part(arguments: Arguments, returns: DataType, number: fn(&Parts) -> i64) -> Result<Typed, SqlError> {
    arguments.expect(1, 2)?;
    arguments.require(0, types::is_time, "a date or time")?;
    arguments.rows(returns, move |cells| Ok(Cell::Int(number(&Parts::of(&cells[0])).into())))
}

fn ticks(arguments: Arguments, wanted: u8) -> Result<Typed, SqlError> {
    arguments.expect(1, 1)?;
    arguments.require(0, |t| types::time_precision(t).is_some(), "a time")?;
    let rescaled = move |ticks, precision| cell::rescale(ticks, precision, wanted).unwrap_or(0);
    let time = &arguments.args[0];
    let (precision, is_constant) = (types::time_precision(&time.data_type), time.constant.is_some());
    let Some(precision) = precision.filter(|precision| matches!(precision, 3 | 6 | 9) && !is_constant) else {
        return arguments.rows(DataType::Int64, move |cells| match cells[0] {
            Cell::Time(ticks, precision) => Ok(Cell::Int(rescaled(ticks, precision).into())),
            _ => Ok(Cell::Null),
        });
    };
    // Arrow counts in the type's own unit: whole columns at once.
    arguments.columns(DataType::Int64, move |columns, n_rows| {
        let ticks = arrow::compute::cast(&columns[0].to_array(n_rows)?, &ArrowType::Int64)?;
        let rescaled = ticks.as_primitive::<Int64Type>().unary::<_, Int64Type>(|ticks| rescaled(ticks, precision));
        Ok(Arc::new(rescaled))
    })
}

fn format(parts: &Parts, pattern: &str) -> String {
    let (hour, minute, second) = (parts.second_of_day / 3_600, parts.second_of_day / 60 % 60, parts.second_of_day % 60);
    let mut out = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            out.push(letter);
            continue;
        }
        match letters.next() {
            Some('Y') => out.push_str(&format!("{:04}", parts.year)),
            Some('y') => out.push_str(&format!("{:02}", parts.year.rem_euclid(100))),
            Some('m') => out.push_str(&format!("{:02}", parts.month)),
            Some('d') => out.push_str(&format!("{:02}", parts.day)),
            Some('e') => out.push_str(&format!("{:2}", parts.day)),
            Some('H') => out.push_str(&format!("{hour:02}")),
            Some('M') => out.push_str(&format!("{minute:02}")),
            Some('S') => out.push_str(&format!("{second:02}")),
            Some('F') => out.push_str(&format!("{:04}-{:02}-{:02}", parts.year, parts.month, parts.day)),
            Some('T') => out.push_str(&format!("{hour:02}:{minute:02}:{second:02}")),
            Some('j') => {
                let first = cell::days_of_civil(parts.year, 1, 1);
                out.push_str(&format!("{:03}", parts.days - first + 1));
            }
            Some('%') | None => out.push('%'),
            Some(other) => {
                out.push('%');
                out.push(other);
            }
        }
    }
    out
}
