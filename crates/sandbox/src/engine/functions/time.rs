//! The moment, and times rounded down.

use ferry_native::DataType;
use ferry_native::IntervalUnit;

use super::interval::{add, ticks_of, unit_of};
use super::{Arguments, Function, scalar};
use crate::engine::cell::{self, Cell};
use crate::engine::typed::Typed;
use crate::engine::{SqlError, types};

pub(super) const FUNCTIONS: &[Function] = &[
    scalar!("now", "now([time zone]) -> datetime", "The moment of the query, in seconds.", None, |a| {
        a.expect(0, 1)?;
        let timezone = if a.args.is_empty() { None } else { Some(a.constant_text(0)?) };
        Typed::constant(Cell::Time(a.now_ns.div_euclid(1_000_000_000), 0), DataType::DateTime { timezone })
    }),
    scalar!(
        "now64",
        "now64([digits [, time zone]]) -> datetime64",
        "The moment of the query, with digits after the second (3).",
        None,
        |a| {
            a.expect(0, 2)?;
            let precision = if a.args.is_empty() { 3 } else { u8::try_from(a.constant_int(0)?).unwrap_or(9).min(9) };
            let timezone = if a.args.len() < 2 { None } else { Some(a.constant_text(1)?) };
            let ticks = cell::rescale(a.now_ns, 9, precision).unwrap_or(0);
            Typed::constant(Cell::Time(ticks, precision), DataType::DateTime64 { precision, timezone })
        }
    ),
    scalar!("today", "today() -> date", "The day of the query in UTC.", None, |a| {
        a.expect(0, 0)?;
        Typed::constant(Cell::Days(cell::days_of_ticks(a.now_ns, 9)), DataType::Date)
    }),
    scalar!("yesterday", "yesterday() -> date", "The day before the query in UTC.", None, |a| {
        a.expect(0, 0)?;
        Typed::constant(Cell::Days(cell::days_of_ticks(a.now_ns, 9) - 1), DataType::Date)
    }),
    scalar!("to_start_of_second", "to_start_of_second(time) -> same", "Rounded down to a second.", None, |a| floor(
        a,
        IntervalUnit::Second,
        1
    )),
    scalar!(
        "to_start_of_minute",
        "to_start_of_minute(time) -> datetime",
        "Rounded down to a minute.",
        Some(("to_start_of_minute(to_datetime('2024-05-06 07:08:09', 'UTC'))", "2024-05-06 07:08:00")),
        |a| floor(a, IntervalUnit::Minute, 1)
    ),
    scalar!(
        "to_start_of_five_minutes" | "to_start_of_five_minute",
        "to_start_of_five_minutes(time) -> datetime",
        "Rounded down to five minutes.",
        None,
        |a| floor(a, IntervalUnit::Minute, 5)
    ),
    scalar!(
        "to_start_of_ten_minutes",
        "to_start_of_ten_minutes(time) -> datetime",
        "Rounded down to ten minutes.",
        None,
        |a| floor(a, IntervalUnit::Minute, 10)
    ),
    scalar!(
        "to_start_of_fifteen_minutes",
        "to_start_of_fifteen_minutes(time) -> datetime",
        "Rounded down to fifteen minutes.",
        None,
        |a| floor(a, IntervalUnit::Minute, 15)
    ),
    scalar!(
        "to_start_of_hour",
        "to_start_of_hour(time) -> datetime",
        "Rounded down to an hour.",
        Some(("to_start_of_hour(to_datetime('2024-05-06 07:08:09', 'UTC'))", "2024-05-06 07:00:00")),
        |a| floor(a, IntervalUnit::Hour, 1)
    ),
    scalar!(
        "to_start_of_day",
        "to_start_of_day(date | time) -> datetime",
        "Rounded down to a day in UTC.",
        Some(("to_start_of_day(to_datetime('2024-05-06 07:08:09', 'UTC'))", "2024-05-06 00:00:00")),
        |a| floor(a, IntervalUnit::Day, 1)
    ),
    scalar!(
        "to_start_of_week",
        "to_start_of_week(date | time) -> date",
        "The Sunday of its week.",
        Some(("to_start_of_week(to_date('2024-05-08'))", "2024-05-05")),
        |a| day(a, |days| days - (days + 4).rem_euclid(7))
    ),
    scalar!(
        "to_monday",
        "to_monday(date | time) -> date",
        "The Monday of its week.",
        Some(("to_monday(to_date('2024-05-08'))", "2024-05-06")),
        |a| day(a, |days| days - (days + 3).rem_euclid(7))
    ),
    scalar!(
        "to_start_of_month",
        "to_start_of_month(date | time) -> date",
        "The first day of its month.",
        Some(("to_start_of_month(to_date('2024-05-08'))", "2024-05-01")),
        |a| day(a, |days| {
            let (year, month, _) = cell::civil_of_days(days);
            cell::days_of_civil(year, month, 1)
        })
    ),
    scalar!(
        "to_start_of_quarter",
        "to_start_of_quarter(date | time) -> date",
        "The first day of its quarter.",
        None,
        |a| day(a, |days| {
            let (year, month, _) = cell::civil_of_days(days);
            cell::days_of_civil(year, (month - 1) / 3 * 3 + 1, 1)
        })
    ),
    scalar!("to_start_of_year", "to_start_of_year(date | time) -> date", "The first day of its year.", None, |a| day(
        a,
        |days| cell::days_of_civil(cell::civil_of_days(days).0, 1, 1)
    )),
    scalar!(
        "to_start_of_interval",
        "to_start_of_interval(time, interval) -> datetime",
        "Rounded down to a multiple of an interval.",
        Some((
            "to_start_of_interval(to_datetime('2024-05-06 07:08:09', 'UTC'), INTERVAL 5 MINUTE)",
            "2024-05-06 07:05:00"
        )),
        |mut a| {
            a.expect(2, 2)?;
            let DataType::Interval(unit) = a.base(1) else {
                return Err(a.illegal(1, "an interval"));
            };
            let amount = a.constant_int(1)? as i64;
            a.args.truncate(1);
            floor(a, unit, amount)
        }
    ),
    scalar!(
        "date_trunc",
        "date_trunc('unit', time) -> datetime | date",
        "Rounded down to a unit.",
        Some(("date_trunc('hour', to_datetime('2024-05-06 07:08:09', 'UTC'))", "2024-05-06 07:00:00")),
        |mut a| {
            a.expect(2, 2)?;
            let unit = unit_of(&a.constant_text(0)?).ok_or_else(|| a.illegal(0, "the name of a unit of time"))?;
            a.args.remove(0);
            floor(a, unit, 1)
        }
    ),
    scalar!(
        "date_diff",
        "date_diff('unit', from, to) -> int64",
        "Borders of a unit between two times.",
        Some(("date_diff('day', to_date('2024-02-28'), to_date('2024-03-01'))", "2")),
        date_diff
    ),
    scalar!(
        "from_unix_timestamp64_milli",
        "from_unix_timestamp64_milli(int64) -> datetime64(3)",
        "Milliseconds since 1970 as a time.",
        None,
        |a| from_ticks(a, 3)
    ),
    scalar!(
        "from_unix_timestamp64_micro",
        "from_unix_timestamp64_micro(int64) -> datetime64(6)",
        "Microseconds since 1970 as a time.",
        None,
        |a| from_ticks(a, 6)
    ),
    scalar!(
        "from_unix_timestamp64_nano",
        "from_unix_timestamp64_nano(int64) -> datetime64(9)",
        "Nanoseconds since 1970 as a time.",
        None,
        |a| from_ticks(a, 9)
    ),
    scalar!(
        "to_timezone",
        "to_timezone(time, 'zone') -> same",
        "The same moment with another time zone for its text.",
        None,
        |mut a| {
            a.expect(2, 2)?;
            let timezone = Some(a.constant_text(1)?);
            let target = match a.base(0) {
                DataType::DateTime64 { precision, .. } => DataType::DateTime64 { precision, timezone },
                DataType::DateTime { .. } => DataType::DateTime { timezone },
                _ => return Err(a.illegal(0, "a time")),
            };
            let is_nullable = a.args[0].data_type.is_nullable();
            a.args.remove(0).cast_to(&types::nullable_if(target, is_nullable))
        }
    ),
];

fn floor(mut arguments: Arguments, unit: IntervalUnit, amount: i64) -> Result<Typed, SqlError> {
    arguments.expect(1, 2)?;
    arguments.parameters = format!("{} {amount}", unit.as_str());
    arguments.require(0, types::is_time, "a date or time")?;
    if amount <= 0 {
        return Err(arguments.illegal(1, "an interval above zero"));
    }
    match unit {
        IntervalUnit::Month | IntervalUnit::Quarter | IntervalUnit::Year => {
            let months = match unit {
                IntervalUnit::Month => amount,
                IntervalUnit::Quarter => amount * 3,
                _ => amount * 12,
            };
            return day(arguments, move |days| {
                let (year, month, _) = cell::civil_of_days(days);
                let count = (year * 12 + i64::from(month) - 1).div_euclid(months) * months;
                cell::days_of_civil(count.div_euclid(12), count.rem_euclid(12) as u32 + 1, 1)
            });
        }
        IntervalUnit::Week => {
            return day(arguments, move |days| {
                let monday = days - (days + 3).rem_euclid(7);
                // Weeks are counted from the first Monday after 1970 began.
                let weeks = (monday - 4).div_euclid(7).div_euclid(amount) * amount;
                weeks * 7 + 4
            });
        }
        _ => {}
    }
    let returns = match arguments.base(0) {
        time @ DataType::DateTime64 { .. } if ticks_of(unit, 0) <= 1 => time,
        DataType::DateTime64 { timezone, .. } | DataType::DateTime { timezone } => DataType::DateTime { timezone },
        _ => DataType::DateTime { timezone: None },
    };
    let wanted = types::time_precision(&returns).unwrap_or(0);
    let source = arguments.base(0);
    let target = returns.clone();
    let precision = types::time_precision(&source).unwrap_or(0);
    let name = arguments.name;
    let call = crate::engine::typed::RowFunction {
        name,
        parameters: format!("{} {amount}", unit.as_str()),
        returns,
        nulls: crate::engine::typed::Nulls::Propagate,
        volatility: datafusion::logical_expr::Volatility::Immutable,
    };
    call.over(arguments.args.into_iter().take(1).collect(), move |cells| {
        let time = match &cells[0] {
            Cell::Time(ticks, _) => *ticks,
            other => match cell::convert(other.clone(), &source, &target)? {
                Cell::Time(ticks, _) => ticks,
                _ => 0,
            },
        };
        let step = (ticks_of(unit, precision) * amount).max(1);
        let ticks = cell::rescale(time.div_euclid(step) * step, precision, wanted).unwrap_or(0);
        Ok(Cell::Time(ticks, wanted))
    })
}

fn day(arguments: Arguments, change: impl Fn(i64) -> i64 + Send + Sync + 'static) -> Result<Typed, SqlError> {
    arguments.expect(1, 2)?;
    arguments.require(0, types::is_time, "a date or time")?;
    arguments.rows(DataType::Date, move |cells| {
        let days = match &cells[0] {
            Cell::Time(ticks, precision) => cell::days_of_ticks(*ticks, *precision),
            Cell::Days(days) => *days,
            _ => 0,
        };
        Ok(Cell::Days(change(i64::from(days)) as i32))
    })
}

fn date_diff(mut arguments: Arguments) -> Result<Typed, SqlError> {
    arguments.expect(3, 3)?;
    let unit =
        unit_of(&arguments.constant_text(0)?).ok_or_else(|| arguments.illegal(0, "the name of a unit of time"))?;
    arguments.require(1, types::is_time, "a date or time")?;
    arguments.require(2, types::is_time, "a date or time")?;
    arguments.args.remove(0);
    let call = crate::engine::typed::RowFunction {
        name: "date_diff",
        parameters: unit.as_str().to_owned(),
        returns: DataType::Int64,
        nulls: crate::engine::typed::Nulls::Propagate,
        volatility: datafusion::logical_expr::Volatility::Immutable,
    };
    call.over(arguments.args, move |cells| {
        let number = |cell: &Cell| -> i64 {
            let (ticks, precision) = match cell {
                Cell::Time(ticks, precision) => (*ticks, *precision),
                Cell::Days(days) => (i64::from(*days) * 86_400, 0),
                _ => (0, 0),
            };
            let days = i64::from(cell::days_of_ticks(ticks, precision));
            let (year, month, _) = cell::civil_of_days(days);
            match unit {
                IntervalUnit::Year => year,
                IntervalUnit::Quarter => year * 4 + i64::from(month - 1) / 3,
                IntervalUnit::Month => year * 12 + i64::from(month),
                IntervalUnit::Week => (days + 3).div_euclid(7),
                IntervalUnit::Day => days,
                IntervalUnit::Nanosecond | IntervalUnit::Microsecond | IntervalUnit::Millisecond => {
                    let wanted = match unit {
                        IntervalUnit::Millisecond => 3,
                        IntervalUnit::Microsecond => 6,
                        _ => 9,
                    };
                    cell::rescale(ticks, precision, wanted).unwrap_or(0)
                }
                unit => ticks.div_euclid(ticks_of(unit, precision).max(1)),
            }
        };
        Ok(Cell::Int(i128::from(number(&cells[1]) - number(&cells[0]))))
    })
}

fn from_ticks(arguments: Arguments, precision: u8) -> Result<Typed, SqlError> {
    arguments.expect(1, 2)?;
    arguments.require(0, |t| types::integer(t).is_some(), "an integer")?;
    let timezone = if arguments.args.len() < 2 { None } else { Some(arguments.constant_text(1)?) };
    arguments.rows(DataType::DateTime64 { precision, timezone }, move |cells| {
        Ok(Cell::Time(cells[0].as_int().unwrap_or(0) as i64, precision))
    })
}

/// The start, or the end, of the fixed window that a time falls into.
pub fn window(time: &Cell, unit: IntervalUnit, amount: i64, at_end: bool) -> Cell {
    let Cell::Time(ticks, precision) = time else {
        return time.clone();
    };
    let days = i64::from(cell::days_of_ticks(*ticks, *precision));
    let per_day = 86_400 * cell::ticks_per_second(*precision);
    let months = match unit {
        IntervalUnit::Month => Some(amount),
        IntervalUnit::Quarter => Some(amount * 3),
        IntervalUnit::Year => Some(amount * 12),
        _ => None,
    };
    let start = match months {
        Some(months) => {
            let (year, month, _) = cell::civil_of_days(days);
            let count = (year * 12 + i64::from(month) - 1).div_euclid(months) * months;
            cell::days_of_civil(count.div_euclid(12), count.rem_euclid(12) as u32 + 1, 1) * per_day
        }
        None => {
            let step = (ticks_of(unit, *precision) * amount).max(1);
            ticks.div_euclid(step) * step
        }
    };
    let start = Cell::Time(start, *precision);
    if at_end { add(&start, unit, amount) } else { start }
}
