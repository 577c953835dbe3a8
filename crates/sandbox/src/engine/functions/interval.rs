//! Lengths of time and moving by them.

use datafusion::logical_expr::Volatility;
use ferry_native::DataType;
use ferry_native::IntervalUnit;

use super::{Arguments, Function, scalar};
use crate::engine::cell::{self, Cell};
use crate::engine::typed::{Nulls, RowFunction, Typed};
use crate::engine::{ErrorCode, SqlError, types};

pub(super) const FUNCTIONS: &[Function] = &[
    scalar!(
        "to_interval_second",
        "to_interval_second(integer) -> interval_second",
        "A length of time in seconds.",
        None,
        |a| interval(a, IntervalUnit::Second)
    ),
    scalar!(
        "to_interval_millisecond",
        "to_interval_millisecond(integer) -> interval_millisecond",
        "A length of time in milliseconds.",
        None,
        |a| interval(a, IntervalUnit::Millisecond)
    ),
    scalar!(
        "to_interval_minute",
        "to_interval_minute(integer) -> interval_minute",
        "A length of time in minutes.",
        None,
        |a| interval(a, IntervalUnit::Minute)
    ),
    scalar!(
        "to_interval_hour",
        "to_interval_hour(integer) -> interval_hour",
        "A length of time in hours.",
        None,
        |a| interval(a, IntervalUnit::Hour)
    ),
    scalar!("to_interval_day", "to_interval_day(integer) -> interval_day", "A length of time in days.", None, |a| {
        interval(a, IntervalUnit::Day)
    }),
    scalar!(
        "to_interval_week",
        "to_interval_week(integer) -> interval_week",
        "A length of time in weeks.",
        None,
        |a| interval(a, IntervalUnit::Week)
    ),
    scalar!(
        "to_interval_month",
        "to_interval_month(integer) -> interval_month",
        "A length of time in months.",
        None,
        |a| interval(a, IntervalUnit::Month)
    ),
    scalar!(
        "to_interval_quarter",
        "to_interval_quarter(integer) -> interval_quarter",
        "A length of time in quarters.",
        None,
        |a| interval(a, IntervalUnit::Quarter)
    ),
    scalar!(
        "to_interval_year",
        "to_interval_year(integer) -> interval_year",
        "A length of time in years.",
        None,
        |a| interval(a, IntervalUnit::Year)
    ),
    scalar!(
        "add_seconds",
        "add_seconds(time, integer) -> time",
        "Later by so many seconds.",
        Some(("add_seconds(to_datetime('2024-01-01 00:00:00', 'UTC'), 5)", "2024-01-01 00:00:05")),
        |a| moved(a, IntervalUnit::Second, 1)
    ),
    scalar!("add_minutes", "add_minutes(time, integer) -> time", "Later by so many minutes.", None, |a| moved(
        a,
        IntervalUnit::Minute,
        1
    )),
    scalar!("add_hours", "add_hours(time, integer) -> time", "Later by so many hours.", None, |a| moved(
        a,
        IntervalUnit::Hour,
        1
    )),
    scalar!(
        "add_days",
        "add_days(date | time, integer) -> same",
        "Later by so many days.",
        Some(("add_days(to_date('2024-02-28'), 2)", "2024-03-01")),
        |a| moved(a, IntervalUnit::Day, 1)
    ),
    scalar!("add_weeks", "add_weeks(date | time, integer) -> same", "Later by so many weeks.", None, |a| moved(
        a,
        IntervalUnit::Week,
        1
    )),
    scalar!(
        "add_months",
        "add_months(date | time, integer) -> same",
        "Later by so many months; the day is kept where the month has it.",
        Some(("add_months(to_date('2024-01-31'), 1)", "2024-02-29")),
        |a| moved(a, IntervalUnit::Month, 1)
    ),
    scalar!("add_years", "add_years(date | time, integer) -> same", "Later by so many years.", None, |a| moved(
        a,
        IntervalUnit::Year,
        1
    )),
    scalar!("subtract_seconds", "subtract_seconds(time, integer) -> time", "Earlier by so many seconds.", None, |a| {
        moved(a, IntervalUnit::Second, -1)
    }),
    scalar!("subtract_minutes", "subtract_minutes(time, integer) -> time", "Earlier by so many minutes.", None, |a| {
        moved(a, IntervalUnit::Minute, -1)
    }),
    scalar!("subtract_hours", "subtract_hours(time, integer) -> time", "Earlier by so many hours.", None, |a| moved(
        a,
        IntervalUnit::Hour,
        -1
    )),
    scalar!("subtract_days", "subtract_days(date | time, integer) -> same", "Earlier by so many days.", None, |a| {
        moved(a, IntervalUnit::Day, -1)
    }),
    scalar!(
        "subtract_months",
        "subtract_months(date | time, integer) -> same",
        "Earlier by so many months.",
        None,
        |a| moved(a, IntervalUnit::Month, -1)
    ),
    scalar!(
        "date_add",
        "date_add(time, interval) -> time; date_add('unit', integer, time) -> time",
        "Later by a length of time.",
        Some(("date_add(to_date('2024-01-01'), INTERVAL 1 DAY)", "2024-01-02")),
        |a| by_interval(a, 1)
    ),
    scalar!(
        "date_sub",
        "date_sub(time, interval) -> time; date_sub('unit', integer, time) -> time",
        "Earlier by a length of time.",
        None,
        |a| by_interval(a, -1)
    ),
];

/// The unit of this name, as functions take it in text.
pub(super) fn unit_of(name: &str) -> Option<IntervalUnit> {
    let name = name.to_ascii_lowercase();
    let name = name.strip_suffix('s').unwrap_or(&name);
    IntervalUnit::ALL.into_iter().find(|unit| unit.as_str() == name)
}

fn interval(arguments: Arguments, unit: IntervalUnit) -> Result<Typed, SqlError> {
    arguments.expect(1, 1)?;
    arguments.require(0, |t| types::integer(t).is_some(), "an integer")?;
    let value = arguments.args.into_iter().next();
    value
        .ok_or_else(|| SqlError::new(ErrorCode::NumberOfArguments, "an interval needs a number"))?
        .cast_to(&DataType::Interval(unit))
}

fn moved(mut arguments: Arguments, unit: IntervalUnit, sign: i64) -> Result<Typed, SqlError> {
    arguments.expect(2, 2)?;
    arguments.require(0, types::is_time, "a date or time")?;
    arguments.require(1, |t| types::integer(t).is_some(), "an integer")?;
    let amount = arguments.args.remove(1);
    let is_nullable = amount.data_type.is_nullable();
    let amount = amount.cast_to(&types::nullable_if(DataType::Interval(unit), is_nullable))?;
    shift(arguments.args.remove(0), amount, sign)
}

fn by_interval(mut arguments: Arguments, sign: i64) -> Result<Typed, SqlError> {
    arguments.expect(2, 3)?;
    if arguments.args.len() == 3 {
        let name = arguments.constant_text(0)?;
        let unit = unit_of(&name).ok_or_else(|| arguments.illegal(0, "the name of a unit of time"))?;
        arguments.args.remove(0);
        arguments.args.swap(0, 1);
        return moved(arguments, unit, sign);
    }
    if types::is_time(&arguments.base(1)) {
        arguments.args.swap(0, 1);
    }
    arguments.require(0, types::is_time, "a date or time")?;
    arguments.require(1, |t| matches!(t, DataType::Interval(_)), "an interval")?;
    let amount = arguments.args.remove(1);
    shift(arguments.args.remove(0), amount, sign)
}

/// Moves a date or time by an interval. A date becomes a time when the interval is shorter than
/// a day, and a datetime gets the digits that the interval needs.
pub(super) fn shift(time: Typed, amount: Typed, sign: i64) -> Result<Typed, SqlError> {
    let DataType::Interval(unit) = *amount.data_type.base() else {
        return Err(SqlError::new(ErrorCode::IllegalType, "an interval is expected"));
    };
    let base = time.data_type.base().clone();
    let digits = match unit {
        IntervalUnit::Nanosecond => 9,
        IntervalUnit::Microsecond => 6,
        IntervalUnit::Millisecond => 3,
        _ => 0,
    };
    let shorter_than_day = matches!(
        unit,
        IntervalUnit::Nanosecond
            | IntervalUnit::Microsecond
            | IntervalUnit::Millisecond
            | IntervalUnit::Second
            | IntervalUnit::Minute
            | IntervalUnit::Hour
    );
    let returns = match base {
        DataType::Date | DataType::Date32 if shorter_than_day && digits == 0 => DataType::DateTime { timezone: None },
        DataType::Date | DataType::Date32 if shorter_than_day => {
            DataType::DateTime64 { precision: digits, timezone: None }
        }
        DataType::DateTime { timezone } if digits > 0 => DataType::DateTime64 { precision: digits, timezone },
        DataType::DateTime64 { precision, timezone } => {
            DataType::DateTime64 { precision: precision.max(digits), timezone }
        }
        other => other,
    };
    let is_nullable = time.data_type.is_nullable();
    let time = time.cast_to(&types::nullable_if(returns.clone(), is_nullable))?;
    RowFunction {
        name: "plus",
        parameters: format!("{} {sign}", unit.as_str()),
        returns,
        nulls: Nulls::Propagate,
        volatility: Volatility::Immutable,
    }
    .over(vec![time, amount], move |cells| {
        let amount = cells[1].as_int().unwrap_or(0) as i64 * sign;
        Ok(add(&cells[0], unit, amount))
    })
}

/// A value moved by so many units.
pub(super) fn add(time: &Cell, unit: IntervalUnit, amount: i64) -> Cell {
    let months = match unit {
        IntervalUnit::Month => Some(amount),
        IntervalUnit::Quarter => Some(amount * 3),
        IntervalUnit::Year => Some(amount * 12),
        _ => None,
    };
    match (time, months) {
        (Cell::Days(days), Some(months)) => Cell::Days(cell::add_months(i64::from(*days), months) as i32),
        (Cell::Days(days), None) => {
            let step = if unit == IntervalUnit::Week { 7 } else { 1 };
            Cell::Days(days.saturating_add((amount * step) as i32))
        }
        (Cell::Time(ticks, precision), Some(months)) => {
            let per_day = 86_400 * cell::ticks_per_second(*precision);
            let days = cell::add_months(ticks.div_euclid(per_day), months);
            Cell::Time(days * per_day + ticks.rem_euclid(per_day), *precision)
        }
        (Cell::Time(ticks, precision), None) => {
            let step = ticks_of(unit, *precision);
            Cell::Time(ticks.wrapping_add(amount.wrapping_mul(step)), *precision)
        }
        (other, _) => other.clone(),
    }
}

/// Ticks of one unit; zero for units finer than the precision.
pub(super) fn ticks_of(unit: IntervalUnit, precision: u8) -> i64 {
    let per_second = cell::ticks_per_second(precision);
    match unit {
        IntervalUnit::Nanosecond => per_second / 1_000_000_000,
        IntervalUnit::Microsecond => per_second / 1_000_000,
        IntervalUnit::Millisecond => per_second / 1_000,
        IntervalUnit::Second => per_second,
        IntervalUnit::Minute => 60 * per_second,
        IntervalUnit::Hour => 3_600 * per_second,
        IntervalUnit::Week => 7 * 86_400 * per_second,
        _ => 86_400 * per_second,
    }
}
