//! Moments as people and plans write them, in UTC.

const DAY_MS: i64 = 86_400_000;

/// `2026-01-10 12:00:00 UTC`, with milliseconds where there are any.
pub fn moment_text(at_ms: i64) -> String {
    let (days, of_day) = (at_ms.div_euclid(DAY_MS), at_ms.rem_euclid(DAY_MS));
    let (year, month, day) = civil_of_days(days);
    let (seconds, ms) = (of_day / 1000, of_day % 1000);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let fraction = if ms == 0 { String::new() } else { format!(".{ms:03}") };
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}{fraction} UTC")
}

/// Reads what [`moment_text`] writes; the time of day, its milliseconds and `UTC` may be missing.
pub fn moment_of_text(text: &str) -> Option<i64> {
    let text = text.trim();
    let text = text.strip_suffix("UTC").unwrap_or(text).trim();
    let (date, time) = text.split_once(' ').unwrap_or((text, "00:00:00"));
    let mut date = date.splitn(3, '-').map(digits);
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let (time, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let mut time = time.splitn(3, ':').map(digits);
    let (hour, minute, second) = (time.next()??, time.next()??, time.next()??);
    let ms = digits(&format!("{fraction:0<3}")).filter(|ms| *ms < 1000)?;
    let days = days_of_civil(year, month, day);
    let is_a_day = civil_of_days(days) == (year, month, day);
    let is_a_time = hour < 24 && minute < 60 && second < 60;
    (is_a_day && is_a_time).then(|| days * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + ms)
}

fn digits(text: &str) -> Option<i64> {
    let is_number = !text.is_empty() && text.len() <= 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// Year, month and day of so many days since 1970 (the civil calendar, in eras of 400 years).
fn civil_of_days(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let (era, of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

fn days_of_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_as_it_is_written() {
        for (at_ms, text) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (1_767_225_600_000, "2026-01-01 00:00:00 UTC"),
            (1_709_210_096_007, "2024-02-29 12:34:56.007 UTC"),
            (-1, "1969-12-31 23:59:59.999 UTC"),
        ] {
            assert_eq!(moment_text(at_ms), text);
            assert_eq!(moment_of_text(text), Some(at_ms), "{text}");
        }
        assert_eq!(moment_of_text("2026-01-01"), Some(1_767_225_600_000));
        for wrong in ["", "soon", "2026-02-30", "2026-01-01 25:00:00", "2026-1", "2026-01-01T00:00:00"] {
            assert_eq!(moment_of_text(wrong), None, "{wrong}");
        }
    }
}
