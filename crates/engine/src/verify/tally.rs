//! What both sides answered, beside each other.

use std::collections::BTreeMap;

use ferry_model::{BucketDifference, CompareBucket, Count, RowSample, Side};

use super::{BucketDigest, RowDigest};

/// Samples of rows that one side has alone.
const N_SAMPLES: usize = 3;

/// One bucket on both sides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pair {
    pub(crate) source: BucketDigest,
    pub(crate) target: BucketDigest,
}

impl Pair {
    pub(crate) fn is_equal(&self) -> bool {
        (self.source.n_rows, self.source.digest) == (self.target.n_rows, self.target.digest)
    }

    pub(crate) fn most_rows(&self) -> u64 {
        self.source.n_rows.max(self.target.n_rows)
    }
}

/// Buckets by their first moment or number; one that a side does not name holds nothing there.
pub(crate) fn pair(source: &[BucketDigest], target: &[BucketDigest]) -> BTreeMap<i64, Pair> {
    let mut pairs: BTreeMap<i64, Pair> = BTreeMap::new();
    for digest in source {
        pairs.entry(digest.bucket).or_default().source = *digest;
    }
    for digest in target {
        pairs.entry(digest.bucket).or_default().target = *digest;
    }
    pairs
}

/// How often rows of a hash are on each side.
#[derive(Default)]
struct Seen<'a> {
    n_source: u64,
    n_target: u64,
    shown: &'a str,
}

/// The rows that one side has alone, duplicates counted; nothing where both have the same.
pub(crate) fn difference(
    bucket: CompareBucket,
    source: &[RowDigest],
    target: &[RowDigest],
) -> Option<BucketDifference> {
    let mut seen: BTreeMap<(u64, u64), Seen<'_>> = BTreeMap::new();
    for row in source {
        let seen = seen.entry((row.place, row.digest)).or_default();
        seen.n_source += row.n_rows;
        seen.shown = &row.shown;
    }
    for row in target {
        let seen = seen.entry((row.place, row.digest)).or_default();
        seen.n_target += row.n_rows;
        seen.shown = &row.shown;
    }
    let (mut only_source, mut only_target) = (0, 0);
    let (mut on_source, mut on_target) = (Vec::new(), Vec::new());
    for seen in seen.values().filter(|seen| seen.n_source != seen.n_target) {
        let (side, samples) = match seen.n_source > seen.n_target {
            true => (Side::Source, &mut on_source),
            false => (Side::Target, &mut on_target),
        };
        only_source += seen.n_source.saturating_sub(seen.n_target);
        only_target += seen.n_target.saturating_sub(seen.n_source);
        if samples.len() < N_SAMPLES {
            samples.push(RowSample { side, row: seen.shown.to_owned() });
        }
    }
    if only_source + only_target == 0 {
        return None;
    }
    on_source.append(&mut on_target);
    let n_rows = |rows: &[RowDigest]| Count::exact(rows.iter().map(|row| row.n_rows).sum());
    Some(BucketDifference {
        bucket,
        source: n_rows(source),
        target: n_rows(target),
        only_source: Count::exact(only_source),
        only_target: Count::exact(only_target),
        samples: on_source,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use ferry_model::TimeRange;

    fn row(digest: u64, n_rows: u64) -> RowDigest {
        RowDigest { place: digest, digest, n_rows, shown: format!("id = {digest}") }
    }

    #[test]
    fn rule_27_a_duplicate_is_a_difference() {
        let bucket = CompareBucket::Time(TimeRange::ALL);
        assert_eq!(difference(bucket, &[row(1, 2), row(2, 1)], &[row(2, 1), row(1, 2)]), None);
        let found = difference(bucket, &[row(1, 1), row(2, 2)], &[row(1, 1), row(2, 3)]).expect("one row twice");
        assert_eq!((found.only_source, found.only_target), (Count::exact(0), Count::exact(1)));
        assert_eq!(found.samples, [RowSample { side: Side::Target, row: "id = 2".into() }]);
    }

    #[test]
    fn a_bucket_that_one_side_does_not_name_is_empty_there() {
        let digest = |bucket| BucketDigest { bucket, n_rows: 1, digest: 9 };
        let pairs = pair(&[digest(1), digest(2)], &[digest(2)]);
        let differing: Vec<i64> =
            pairs.iter().filter(|(_, pair)| !pair.is_equal()).map(|(bucket, _)| *bucket).collect();
        assert_eq!(differing, [1]);
    }
}
