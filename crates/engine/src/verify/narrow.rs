//! From a bucket that differs to the rows that do.

use ferry_model::{BucketDifference, CompareBucket, Count, TimeRange};

use super::tally::{self, Pair};
use super::{Bucketing, Part, Question};
use crate::{Site, SiteError};

/// How finely time is looked at: a day first, then finer where an interval differs and holds too many rows.
pub(crate) const WIDTHS_MS: [i64; 5] = [86_400_000, 3_600_000, 60_000, 1_000, 1];
/// When so many differences are known in which the target has rows of its own, the others are named by their bucket.
const ENOUGH_WRONG: usize = 3;

/// The two deployments that are compared.
#[derive(Clone, Copy)]
pub(crate) struct Sides<'a> {
    pub(crate) source: &'a dyn Site,
    pub(crate) target: &'a dyn Site,
}

/// Rows that differ, and how many there are at most.
struct Suspect {
    range: TimeRange,
    level: usize,
    pair: Pair,
}

impl Sides<'_> {
    /// Asks both sides for their buckets, at the same time.
    pub(crate) async fn buckets(
        self,
        question: &Question,
        bucketing: Bucketing,
    ) -> Result<std::collections::BTreeMap<i64, Pair>, SiteError> {
        let (source, target) = futures::future::try_join(
            self.source.bucket_digests(question, bucketing),
            self.target.bucket_digests(question, bucketing),
        )
        .await?;
        Ok(tally::pair(&source, &target))
    }

    /// Goes down from an interval that differs to its rows. Intervals that turn out to be equal, because rows were on
    /// their way, are not among the result.
    pub(crate) async fn narrow_time(
        self,
        question: &Question,
        range: TimeRange,
        pair: Pair,
        n_rows_shown: u64,
    ) -> Result<Vec<BucketDifference>, SiteError> {
        let mut found = Vec::new();
        let mut open = vec![Suspect { range, level: 0, pair }];
        while let Some(Suspect { range, level, pair }) = open.pop() {
            let is_wrong = |one: &&BucketDifference| one.only_target.value > 0;
            if found.iter().filter(is_wrong).count() >= ENOUGH_WRONG {
                found.push(unlooked(CompareBucket::Time(range), pair));
                continue;
            }
            let within = Question { range, ..question.clone() };
            if pair.target.n_rows == 0 && question.checksums {
                // All of it is missing: that needs no look at single rows.
                found.push(missing(range, pair));
                continue;
            }
            if pair.most_rows() <= n_rows_shown {
                found.extend(self.rows(&within, CompareBucket::Time(range), n_rows_shown).await?);
                continue;
            }
            let Some(width_ms) = WIDTHS_MS.get(level + 1) else {
                // One moment with very many rows (copy-safety 9).
                let of = pair.most_rows() / n_rows_shown.max(1) + 1;
                found.extend(together(range, pair, self.narrow_parts(&within, of, n_rows_shown).await?));
                continue;
            };
            let finer = self.buckets(&within, Bucketing::Time { width_ms: *width_ms }).await?;
            let differing = finer.into_iter().filter(|(_, pair)| !pair.is_equal()).rev();
            open.extend(differing.map(|(from_ms, pair)| Suspect {
                range: interval(from_ms, *width_ms),
                level: level + 1,
                pair,
            }));
        }
        Ok(found)
    }

    /// Goes from parts by hash that differ to their rows or keys.
    pub(crate) async fn narrow_parts(
        self,
        question: &Question,
        of: u64,
        n_rows_shown: u64,
    ) -> Result<Vec<BucketDifference>, SiteError> {
        let parts = self.buckets(question, Bucketing::Parts { of }).await?;
        let mut found = Vec::new();
        for (part, pair) in parts.into_iter().filter(|(_, pair)| !pair.is_equal()) {
            let part = part.unsigned_abs();
            let bucket = CompareBucket::Part { part, of };
            if !question.checksums {
                found.push(unlooked(bucket, pair));
                continue;
            }
            let within = Question { part: Some(Part { part, of }), ..question.clone() };
            // Hashes spread rows evenly, so a part is never much larger than planned.
            found.extend(self.rows(&within, bucket, n_rows_shown.max(pair.most_rows()) * 2).await?);
        }
        Ok(found)
    }

    async fn rows(
        self,
        question: &Question,
        bucket: CompareBucket,
        limit: u64,
    ) -> Result<Option<BucketDifference>, SiteError> {
        let (source, target) = futures::future::try_join(
            self.source.row_digests(question, limit + 1),
            self.target.row_digests(question, limit + 1),
        )
        .await?;
        Ok(tally::difference(bucket, &source, &target))
    }
}

/// Rows of which the target has none.
fn missing(range: TimeRange, pair: Pair) -> BucketDifference {
    let (only_source, only_target) = (Count::exact(pair.source.n_rows), Count::exact(0));
    BucketDifference { only_source, only_target, ..unlooked(CompareBucket::Time(range), pair) }
}

/// What was found in parts of one moment, named by the moment: by that it can be copied again.
fn together(range: TimeRange, pair: Pair, parts: Vec<BucketDifference>) -> Option<BucketDifference> {
    const N_SAMPLES: usize = 6;
    let sum = |of: fn(&BucketDifference) -> Count| Count::exact(parts.iter().map(|part| of(part).value).sum());
    let (only_source, only_target) = (sum(|part| part.only_source), sum(|part| part.only_target));
    let samples = parts.iter().flat_map(|part| part.samples.iter().cloned()).take(N_SAMPLES).collect();
    let found = BucketDifference { only_source, only_target, samples, ..unlooked(CompareBucket::Time(range), pair) };
    (!parts.is_empty()).then_some(found)
}

/// A difference whose rows nobody looked at.
pub(crate) fn unlooked(bucket: CompareBucket, pair: Pair) -> BucketDifference {
    BucketDifference {
        bucket,
        source: Count::exact(pair.source.n_rows),
        target: Count::exact(pair.target.n_rows),
        only_source: Count::UNKNOWN,
        only_target: Count::UNKNOWN,
        samples: Vec::new(),
    }
}

/// The interval of a width that begins at a moment.
pub(crate) fn interval(from_ms: i64, width_ms: i64) -> TimeRange {
    TimeRange { from_ms: Some(from_ms), until_ms: Some(from_ms.saturating_add(width_ms)) }
}
