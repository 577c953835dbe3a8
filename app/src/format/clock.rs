//! Times and durations.

const SECOND_MS: i64 = 1000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// `2026-11-22 18:03 UTC`, from milliseconds since 1970.
pub fn utc(at_ms: i64) -> String {
    let (year, month, day) = ferry_model::civil_of_days(at_ms.div_euclid(DAY_MS));
    let in_day = at_ms.rem_euclid(DAY_MS);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02} UTC", in_day / HOUR_MS, in_day % HOUR_MS / MINUTE_MS)
}

/// `18:03:31`, in UTC.
pub fn time_of_day(at_ms: i64) -> String {
    let in_day = at_ms.rem_euclid(DAY_MS);
    let (hour, minute) = (in_day / HOUR_MS, in_day % HOUR_MS / MINUTE_MS);
    format!("{hour:02}:{minute:02}:{:02}", in_day % MINUTE_MS / SECOND_MS)
}

/// `850 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`.
pub fn duration(ms: i64) -> String {
    let ms = ms.max(0);
    if ms < SECOND_MS {
        return format!("{ms} ms");
    }
    if ms < MINUTE_MS {
        return format!("{}.{} s", ms / SECOND_MS, ms % SECOND_MS / 100);
    }
    if ms < HOUR_MS {
        return format!("{} min {} s", ms / MINUTE_MS, ms % MINUTE_MS / SECOND_MS);
    }
    format!("{} h {} min", ms / HOUR_MS, ms % HOUR_MS / MINUTE_MS)
}

/// `40 to 60 s`, `12 to 18 minutes`, `about 12 minutes`: how long something may take.
pub fn span(from_ms: i64, to_ms: i64) -> String {
    let (unit_ms, name) = match to_ms {
        ..=90_000 => (SECOND_MS, "s"),
        90_001..=5_400_000 => (MINUTE_MS, "minutes"),
        _ => (HOUR_MS, "hours"),
    };
    let from = (from_ms.max(0) / unit_ms).max(1);
    let to = (to_ms.max(0) + unit_ms - 1) / unit_ms;
    if to <= from { format!("about {from} {name}") } else { format!("{from} to {to} {name}") }
}

/// `just now`, `3 minutes ago`, and after a month the date.
pub fn ago(at_ms: i64, now_ms: i64) -> String {
    let units = [(30 * DAY_MS, DAY_MS, "day"), (DAY_MS, HOUR_MS, "hour"), (HOUR_MS, MINUTE_MS, "minute")];
    let passed_ms = (now_ms - at_ms).max(0);
    if passed_ms < MINUTE_MS {
        return "just now".into();
    }
    let fitting = units.into_iter().rev().find(|(limit_ms, _, _)| passed_ms < *limit_ms);
    let Some((_, unit_ms, name)) = fitting else { return utc(at_ms) };
    let n = passed_ms / unit_ms;
    if n == 1 { format!("1 {name} ago") } else { format!("{n} {name}s ago") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_in_utc() {
        let table = [
            (0, "1970-01-01 00:00 UTC"),
            (951_782_399_000, "2000-02-28 23:59 UTC"),
            (951_782_400_000, "2000-02-29 00:00 UTC"),
            (1_798_761_599_000, "2026-12-31 23:59 UTC"),
            (1_798_761_600_000, "2027-01-01 00:00 UTC"),
            (-1, "1969-12-31 23:59 UTC"),
        ];
        for (at_ms, text) in table {
            assert_eq!(utc(at_ms), text);
        }
        assert_eq!(time_of_day(951_782_399_000), "23:59:59");
    }

    #[test]
    fn durations_use_the_unit_that_fits() {
        for (ms, text) in [(850, "850 ms"), (4_230, "4.2 s"), (200_000, "3 min 20 s"), (7_500_000, "2 h 5 min")] {
            assert_eq!(duration(ms), text);
        }
    }

    #[test]
    fn a_span_is_never_shorter_than_what_is_known() {
        let table = [
            (12 * MINUTE_MS + 1, 17 * MINUTE_MS + 1, "12 to 18 minutes"),
            (40_900, 59_100, "40 to 60 s"),
            (200, 900, "about 1 s"),
            (50_000, 110_000, "1 to 2 minutes"),
            (3 * HOUR_MS, 5 * HOUR_MS, "3 to 5 hours"),
        ];
        for (from_ms, to_ms, text) in table {
            assert_eq!(span(from_ms, to_ms), text);
        }
    }

    #[test]
    fn the_past_is_told_in_words() {
        let now_ms = 100 * DAY_MS;
        let table = [
            (now_ms + 5, "just now"),
            (now_ms - MINUTE_MS, "1 minute ago"),
            (now_ms - 5 * HOUR_MS, "5 hours ago"),
            (now_ms - 2 * DAY_MS, "2 days ago"),
            (0, "1970-01-01 00:00 UTC"),
        ];
        for (at_ms, text) in table {
            assert_eq!(ago(at_ms, now_ms), text);
        }
    }
}
