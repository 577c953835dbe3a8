//! Words of comparing rows on both sides.

use crate::{
    BucketDifference, CompareBucket, CompareLevel, Count, FerryError, ResourceName, Side, TimeRange, Verification,
    moment_text,
};

/// How much was compared, in a few words.
pub const fn compare_level(level: CompareLevel) -> &'static str {
    match level {
        CompareLevel::Count => "counts",
        CompareLevel::Buckets => "counts of every bucket",
        CompareLevel::Checksum => "checksums of every bucket",
    }
}

/// `checksums of every bucket agree for 600 rows`, and what is not covered.
pub fn verification(shown: &Verification) -> String {
    let Verification { level, n_rows, n_late, n_before_horizon } = shown;
    let mut text = format!("{} agree for {n_rows} rows", compare_level(*level));
    if *n_late > 0 {
        text.push_str(&format!("; {n_late} rows that reached the source after the copy are not covered"));
    }
    if *n_before_horizon > 0 {
        text.push_str(&format!("; {n_before_horizon} rows before the plan's `compare.from` were not compared"));
    }
    text
}

/// What a comparison that is repeated leaves out, because the target has got rows of its own by now.
pub fn rows_since(since: TimeRange, n_source: u64, n_target: u64) -> String {
    let since = time_range(since);
    format!(
        "{since} both sides live on by themselves: {n_source} rows on the source and {n_target} on the target are not compared"
    )
}

/// Which rows a bucket holds.
pub fn bucket(bucket: CompareBucket) -> String {
    match bucket {
        CompareBucket::Time(range) => time_range(range),
        CompareBucket::Part { part, of } => format!("part {} of {of} by hash", part + 1),
    }
}

/// `from .. until ..`, or `all rows`.
pub fn time_range(range: TimeRange) -> String {
    match (range.from_ms.map(moment_text), range.until_ms.map(moment_text)) {
        (Some(from), Some(until)) => format!("from {from} until before {until}"),
        (Some(from), None) => format!("from {from} on"),
        (None, Some(until)) => format!("before {until}"),
        (None, None) => "all rows".into(),
    }
}

/// Where and how both sides differ, in one sentence without its full stop.
pub fn bucket_difference(difference: &BucketDifference) -> String {
    let BucketDifference { source, target, only_source, only_target, samples, .. } = difference;
    let (source, target) = (number(*source), number(*target));
    let mut text = format!("{}: {source} rows on the source, {target} on the target", bucket(difference.bucket));
    if let (Some(only_source), Some(only_target)) = (only_source.known(), only_target.known()) {
        text.push_str(&format!("; {only_source} only on the source, {only_target} only on the target"));
    }
    for (n, sample) in samples.iter().enumerate() {
        let side = match sample.side {
            Side::Source => "source",
            Side::Target => "target",
        };
        text.push_str(&format!("{} {} ({side})", if n == 0 { ", such as" } else { "," }, sample.row));
    }
    text
}

/// Rows differ (copy-safety 27).
pub fn rows_differ(stream: &ResourceName, differences: &[BucketDifference]) -> FerryError {
    const N_SHOWN: usize = 3;
    let shown: Vec<String> = differences.iter().take(N_SHOWN).map(bucket_difference).collect();
    let more = match differences.len().saturating_sub(N_SHOWN) {
        0 => String::new(),
        n_more => format!(" And {n_more} more buckets, named in the log."),
    };
    FerryError::Conflict {
        why: format!("The rows of {stream} are not the same on both sides. {}.{more}", shown.join(". ")),
        remedy:
            "Do not use the target's copy. Copy again what differs: on the result's page, or with `ferry run -p PLAN \
            --recopy STEP`."
                .into(),
    }
}

/// The columns of both sides are not the same, so their values cannot be compared.
pub fn columns_cannot_be_compared(stream: &ResourceName, columns: &[String]) -> FerryError {
    FerryError::Conflict {
        why: format!(
            "These columns of {stream} are missing on the target or have another type: {}.",
            columns.join(", ")
        ),
        remedy: "Create the stream with the source's columns, or compare less with `compare.level: buckets`.".into(),
    }
}

/// Both deployments compute other hashes of the same values.
pub fn hashes_differ(stream: &ResourceName) -> FerryError {
    FerryError::Conflict {
        why: format!(
            "Source and target compute different hashes of the same constants, so the values of {stream} cannot be \
             compared by checksums."
        ),
        remedy: "Write `compare.level: buckets` into the step, and compare samples by hand.".into(),
    }
}

/// Columns that the plan does not copy are not compared either.
pub fn columns_not_covered(stream: &ResourceName, columns: &[String]) -> String {
    format!("these columns of {stream} are not in the plan's copy and are not compared: {}", columns.join(", "))
}

/// Why a comparison stands still.
pub fn paused_between_parts() -> String {
    "paused between two parts of the comparison".into()
}

fn number(count: Count) -> String {
    count.known().map_or_else(|| "an unknown number of".into(), |value| value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RowSample;

    #[test]
    fn a_difference_names_its_interval_both_counts_and_samples() {
        let range = TimeRange { from_ms: Some(0), until_ms: Some(1_000) };
        let difference = BucketDifference {
            bucket: CompareBucket::Time(range),
            source: Count::exact(3),
            target: Count::exact(2),
            only_source: Count::exact(1),
            only_target: Count::exact(0),
            samples: vec![RowSample { side: Side::Source, row: "id = 7".into() }],
        };
        assert_eq!(
            bucket_difference(&difference),
            "from 1970-01-01 00:00:00 UTC until before 1970-01-01 00:00:01 UTC: 3 rows on the source, 2 on the target; \
             1 only on the source, 0 only on the target, such as id = 7 (source)"
        );
    }

    #[test]
    fn what_was_not_compared_is_said() {
        let shown = Verification { level: CompareLevel::Checksum, n_rows: 5, n_late: 2, n_before_horizon: 1 };
        let text = verification(&shown);
        assert!(text.contains("2 rows that reached the source after") && text.contains("1 rows before"), "{text}");
    }
}
