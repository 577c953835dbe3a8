//! The calendar, without clocks and time zones.

pub use ferry_model::{civil_of_days, days_of_civil};

/// Ticks of a second for 0 to 9 digits after it.
pub const TICKS: [i64; 10] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000];

/// Ticks of a second for this many digits after it.
pub fn ticks_per_second(precision: u8) -> i64 {
    TICKS[usize::from(precision.min(9))]
}

/// Ticks of one precision as ticks of another; finer digits are cut off downwards.
pub fn rescale(ticks: i64, from: u8, to: u8) -> Option<i64> {
    if to >= from {
        ticks.checked_mul(ticks_per_second(to - from))
    } else {
        Some(ticks.div_euclid(ticks_per_second(from - to)))
    }
}

/// The day that ticks fall on.
pub fn days_of_ticks(ticks: i64, precision: u8) -> i32 {
    let days = ticks.div_euclid(86_400 * ticks_per_second(precision));
    i32::try_from(days).unwrap_or(if days < 0 { i32::MIN } else { i32::MAX })
}

/// The same day of another month; the last day where the month is shorter.
pub fn add_months(days: i64, months: i64) -> i64 {
    let (year, month, day) = civil_of_days(days);
    let count = year * 12 + i64::from(month) - 1 + months;
    let (year, month) = (count.div_euclid(12), count.rem_euclid(12) as u32 + 1);
    let next = if month == 12 { days_of_civil(year + 1, 1, 1) } else { days_of_civil(year, month + 1, 1) };
    let length = (next - days_of_civil(year, month, 1)) as u32;
    days_of_civil(year, month, day.min(length))
}
