//! Comparing the values of a stream, part by part, so that an interruption loses one part at most.

use std::collections::BTreeMap;

use ferry_model::messages::engine as messages;
use ferry_model::messages::verification as text;
use ferry_model::{BucketDifference, CapturedColumn, CompareBucket, CompareLevel, Count, EventBody, TimeRange};

use super::{Compare, Counts};
use crate::SiteError;
use crate::steps::{StepContext, StepError};
use crate::verify::narrow::{Sides, WIDTHS_MS, interval, unlooked};
use crate::verify::tally::Pair;
use crate::verify::{Bucketing, Question, RowsBy, hash};

/// Keys or rows of one bucket where rows do not fall into buckets by time.
const N_ROWS_A_PART: u64 = 5_000;

impl Compare {
    /// Compares bucket by bucket, and gives the number of rows that reached the source after the copy.
    pub(super) async fn compare_buckets(&self, context: &StepContext, counts: Counts) -> Result<u64, StepError> {
        let question = self.question(context).await?;
        if question.checksums {
            self.require_same_hashes(context).await?;
        }
        let has_time = question.columns.iter().any(|column| column.name == "_tp_time");
        match question.by {
            RowsBy::Each if has_time => self.compare_times(context, &question).await?,
            _ => self.compare_parts(context, &question, counts).await?,
        }
        let differences = context.past().compared(context.step).differences.clone();
        self.judge(context, counts, &differences)
    }

    /// What is asked of both sides: the columns that both have and that the plan copies.
    async fn question(&self, context: &StepContext) -> Result<Question, StepError> {
        let trouble = |error| context.trouble(messages::comparing_columns(&self.stream), &error);
        let source = context.source()?.columns(&self.stream).await.map_err(trouble)?;
        let target = context.target().columns(&self.stream).await.map_err(trouble)?;
        let checksums = self.spec.level == CompareLevel::Checksum;
        let mut columns = hash::comparable(&source, &self.by);
        if let Some(copied) = &self.copied {
            let is_copied = |name: &String| copied.contains(name);
            let uncovered: Vec<String> =
                columns.iter().map(|column| column.name.clone()).filter(|name| !is_copied(name)).collect();
            if checksums && !uncovered.is_empty() {
                context.note(text::columns_not_covered(&self.stream, &uncovered)).await?;
            }
            columns.retain(|column| is_copied(&column.name));
        }
        let is_other = |name: &str, data_type: &str| type_of(&target, name) != Some(data_type);
        let differing = columns.iter().filter(|column| is_other(&column.name, &column.data_type));
        let differing: Vec<String> = differing.map(|column| column.name.clone()).collect();
        if checksums && !differing.is_empty() {
            return Err(text::columns_cannot_be_compared(&self.stream, &differing).into());
        }
        let (stream, by, range) = (self.stream.clone(), self.by.clone(), self.range(context));
        Ok(Question { stream, by, columns, checksums, range, part: None })
    }

    /// Nothing is compared by hashes that the two deployments compute differently.
    async fn require_same_hashes(&self, context: &StepContext) -> Result<(), StepError> {
        let sql = hash::constants_sql();
        let asked = futures::future::try_join(context.source()?.first_row(&sql), context.target().first_row(&sql));
        let (source, target) = asked.await.map_err(|error| self.trouble(context, &error))?;
        if source == target { Ok(()) } else { Err(text::hashes_differ(&self.stream).into()) }
    }

    /// Part by part in the order of time, from where an interrupted process came.
    async fn compare_times(&self, context: &StepContext, question: &Question) -> Result<(), StepError> {
        let trouble = |error| self.trouble(context, &error);
        let sides = Sides { source: context.source()?, target: context.target() };
        let done_until = context.past().compared(context.step).until_ms;
        if done_until == Some(i64::MAX) {
            return Ok(());
        }
        let range = TimeRange { from_ms: done_until.or(question.range.from_ms), until_ms: None };
        let n_at_once = context.pace().n_compared_at_once;
        let intervals = self.intervals(sides, range, n_at_once).await.map_err(trouble)?;
        for part in parts_of(range, &intervals, n_at_once) {
            context.require_no_cancel()?;
            if context.is_pausing() {
                return Err(StepError::Postponed(text::paused_between_parts()));
            }
            let range = part.within(question.range);
            let within = Question { range, ..question.clone() };
            let bucketing = Bucketing::Time { width_ms: WIDTHS_MS[0] };
            let buckets = sides.buckets(&within, bucketing).await.map_err(trouble)?;
            let mut differences = Vec::new();
            for (from_ms, pair) in buckets.iter().filter(|(_, pair)| !pair.is_equal()) {
                let bucket = interval(*from_ms, WIDTHS_MS[0]).within(range);
                match question.checksums {
                    true => {
                        let n_shown = context.pace().n_rows_shown;
                        let found = sides.narrow_time(question, bucket, *pair, n_shown).await;
                        differences.extend(found.map_err(trouble)?);
                    }
                    false => differences.push(unlooked(CompareBucket::Time(bucket), *pair)),
                }
            }
            self.record_part(context, part, &buckets, differences).await?;
        }
        Ok(())
    }

    /// How the source's rows lie in time: days, and finer intervals where one holds more than is compared at once.
    async fn intervals(
        &self,
        sides: Sides<'_>,
        range: TimeRange,
        n_at_once: u64,
    ) -> Result<Vec<(i64, u64)>, SiteError> {
        let days = sides.source.histogram(&self.stream, range, WIDTHS_MS[0]).await?;
        let mut open: Vec<(i64, u64, usize)> = days.iter().rev().map(|day| (day.from_ms, day.n_rows, 0)).collect();
        let mut intervals = Vec::new();
        while let Some((from_ms, n_rows, level)) = open.pop() {
            let Some(width_ms) = WIDTHS_MS.get(level + 1).filter(|_| n_rows > n_at_once) else {
                intervals.push((from_ms, n_rows));
                continue;
            };
            let within = interval(from_ms, WIDTHS_MS[level]).within(range);
            let finer = sides.source.histogram(&self.stream, within, *width_ms).await?;
            open.extend(finer.iter().rev().map(|one| (one.from_ms, one.n_rows, level + 1)));
        }
        Ok(intervals)
    }

    /// By hash, where rows replace each other or have no time (copy-safety 14).
    async fn compare_parts(&self, context: &StepContext, question: &Question, counts: Counts) -> Result<(), StepError> {
        let trouble = |error| self.trouble(context, &error);
        let sides = Sides { source: context.source()?, target: context.target() };
        if context.past().compared(context.step).until_ms.is_some() {
            return Ok(());
        }
        context.require_no_cancel()?;
        let of = counts.n_source.max(counts.n_target) / N_ROWS_A_PART + 1;
        let buckets = sides.buckets(question, Bucketing::Parts { of }).await.map_err(trouble)?;
        let differences = match buckets.values().all(Pair::is_equal) {
            true => Vec::new(),
            false => sides.narrow_parts(question, of, context.pace().n_rows_shown).await.map_err(trouble)?,
        };
        self.record_part(context, question.range, &buckets, differences).await
    }

    /// Rows that only the source has came after the copy, if the copy was complete; every other difference is one.
    fn judge(&self, context: &StepContext, counts: Counts, differences: &[BucketDifference]) -> Result<u64, StepError> {
        if differences.is_empty() {
            return Ok(0);
        }
        let n_late =
            |difference: &BucketDifference| match (difference.only_source.known(), difference.only_target.known()) {
                (Some(n_late), Some(0)) => Some(n_late),
                (None, None) if !self.compares_values() => difference.source.value.checked_sub(difference.target.value),
                _ => None,
            };
        let late: Option<u64> = differences.iter().map(n_late).sum();
        match late {
            Some(n_late) if self.copy_was_complete(context, counts) => Ok(n_late),
            _ => Err(text::rows_differ(&self.stream, differences).into()),
        }
    }

    fn compares_values(&self) -> bool {
        self.spec.level == CompareLevel::Checksum
    }

    async fn record_part(
        &self,
        context: &StepContext,
        range: TimeRange,
        buckets: &BTreeMap<i64, Pair>,
        differences: Vec<BucketDifference>,
    ) -> Result<(), StepError> {
        let step = context.step;
        let sum = |side: fn(&Pair) -> u64| Count::exact(buckets.values().map(side).sum());
        let compared = EventBody::BucketsCompared {
            step,
            range,
            n_buckets: u32::try_from(buckets.len()).unwrap_or(u32::MAX),
            source: sum(|pair| pair.source.n_rows),
            target: sum(|pair| pair.target.n_rows),
        };
        let differing = differences.into_iter().map(|difference| EventBody::BucketDiffers { step, difference });
        // In one go: a part that is not recorded is compared again, with its differences.
        context.record(differing.chain([compared]).collect()).await
    }

    fn trouble(&self, context: &StepContext, error: &SiteError) -> StepError {
        context.trouble(messages::comparing(&self.stream), error)
    }
}

/// Intervals that follow each other and together are the whole range, each with about so many rows: the work that an
/// interruption loses.
fn parts_of(range: TimeRange, intervals: &[(i64, u64)], n_rows_at_once: u64) -> Vec<TimeRange> {
    let mut bounds = Vec::new();
    let mut n_rows = 0_u64;
    for (from_ms, n_inside) in intervals {
        if n_rows > 0 && n_rows.saturating_add(*n_inside) > n_rows_at_once {
            bounds.push(*from_ms);
            n_rows = 0;
        }
        n_rows = n_rows.saturating_add(*n_inside);
    }
    bounds.retain(|bound| range.from_ms.is_none_or(|from_ms| from_ms < *bound));
    let mut parts = TimeRange::between(&bounds);
    if let Some(first) = parts.first_mut() {
        first.from_ms = range.from_ms;
    }
    parts
}

fn type_of<'a>(columns: &'a [CapturedColumn], name: &str) -> Option<&'a str> {
    columns.iter().find(|column| column.name == name).map(|column| column.data_type.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_follow_each_other_and_cover_the_range() {
        let from = |from_ms| TimeRange { from_ms, until_ms: None };
        let days = [(0, 5), (10, 5), (20, 50), (30, 1)];
        for (range, expected) in [
            (from(None), &[(None, Some(20)), (Some(20), Some(30)), (Some(30), None)][..]),
            (from(Some(7)), &[(Some(7), Some(20)), (Some(20), Some(30)), (Some(30), None)]),
            (from(Some(20)), &[(Some(20), Some(30)), (Some(30), None)]),
        ] {
            let parts: Vec<_> = parts_of(range, &days, 10).iter().map(|part| (part.from_ms, part.until_ms)).collect();
            assert_eq!(parts, expected, "{range:?}");
        }
        assert_eq!(parts_of(from(None), &[], 10), [TimeRange::ALL]);
    }

    #[test]
    fn a_bucket_is_named_as_far_as_it_was_compared() {
        let within = TimeRange { from_ms: Some(5), until_ms: None };
        assert_eq!(interval(0, 10).within(within), TimeRange { from_ms: Some(5), until_ms: Some(10) });
    }
}
