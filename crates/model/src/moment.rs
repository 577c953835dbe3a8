//! Moments as people and plans write them, in UTC.

use crate::{civil_of_days, days_of_civil};

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
    let (month, day) = (u32::try_from(month).ok()?, u32::try_from(day).ok()?);
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
