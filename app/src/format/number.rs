//! Numbers.

use ferry_model::{Basis, Count};

/// `1,204,000`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count with its basis: `1,204` exact, `≈ 1,204` estimated, `unknown`.
pub fn count(count: Count) -> String {
    match count.basis {
        Basis::Exact => grouped(count.value),
        Basis::Estimated => format!("≈ {}", grouped(count.value)),
        Basis::Unknown => "unknown".into(),
    }
}

/// `410,000 rows/s`, rounded to three digits so that it can be read while it changes.
pub fn rate(rows_per_second: u64) -> String {
    let mut unit = 1;
    while rows_per_second / unit >= 1000 {
        unit *= 10;
    }
    format!("{} rows/s", grouped(rows_per_second / unit * unit))
}

/// The rows of all copies of a plan; what is unknown or estimated in one of them is so in the sum.
#[cfg(feature = "ssr")]
pub fn rows_to_copy(steps: &[ferry_model::StepSummary]) -> String {
    let copies =
        || steps.iter().filter(|step| step.action == ferry_model::StepAction::Copy).map(|step| step.rows_total);
    let value = copies().filter_map(Count::known).sum();
    let is_all_known = copies().all(|rows| rows.basis != Basis::Unknown);
    let is_all_exact = copies().all(|rows| rows.basis == Basis::Exact);
    match (is_all_known, is_all_exact) {
        (true, true) => grouped(value),
        (true, false) => format!("≈ {}", grouped(value)),
        (false, _) if value > 0 => format!("at least {}", grouped(value)),
        (false, _) => "an unknown number of".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_groups_of_three() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (12_345_678, "12,345,678")] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn exact_estimated_and_unknown_look_different() {
        assert_eq!(count(Count::exact(1204)), "1,204");
        assert_eq!(count(Count::estimated(1204)), "≈ 1,204");
        assert_eq!(count(Count::UNKNOWN), "unknown");
    }

    #[test]
    fn a_rate_keeps_three_digits() {
        assert_eq!(rate(410_678), "410,000 rows/s");
        assert_eq!(rate(97), "97 rows/s");
    }
}
