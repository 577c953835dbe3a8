//! The calendar, without clocks and time zones.

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

/// Days since 1970 of a year, month (1 to 12) and day.
pub fn days_of_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Year, month (1 to 12) and day of days since 1970.
pub fn civil_of_days(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * shifted_month + 2) / 5 + 1) as u32;
    let month = (if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 }) as u32;
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
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
