//! Copying again only what differs (copy-safety 9, 19, 20, 29): a copy that was done is cut anew around the rows that
//! differ; these are taken away and copied again, everything else stays.

use ferry_model::messages::engine as messages;
use ferry_model::{EventBody, KeptSlice, TimeRange};
use ferry_plan::Redo;
use futures::{StreamExt, TryStreamExt};

use super::slices::N_RECOUNTS;
use super::slicing::{WIDTHS_MS, cut};
use super::{Copy, settle};
use crate::past::{Again, SlicedCopy};
use crate::steps::{Found, StepContext, StepError};
use crate::verify::{Bucketing, Question, hash};
use crate::{Bucket, Site, SiteError, SliceRows};

/// A difference is looked at more finely until it holds so few rows that copying all of them again costs nothing.
const FEW_ROWS: u64 = 1_000;
/// Parts that are copied again at most: more are joined with what lies between them.
const MOST_PARTS: usize = 50;

impl Copy {
    /// Begins what a person, or the plan, wants copied again of a copy that was done. Gives the end of the step where
    /// nothing has to be.
    pub(super) async fn begin_anew(&self, context: &StepContext) -> Result<Option<Found>, StepError> {
        let Some(wanted) = context.past().again(context.step).cloned() else { return Ok(None) };
        settle::prove_ended(context).await?;
        self.require_own_stream(context)?;
        self.require_nothing_alive(context)?;
        let Some(most_rows) = self.slice_rows else {
            return self.again_whole(context, &wanted).await;
        };
        let trouble = |error| context.trouble(messages::looking_for_differences(&self.stream), &error);
        let (source, target) = (context.source()?, context.target());
        let ranges = match wanted {
            Again::Ranges(ranges) => ranges,
            Again::All => vec![TimeRange::ALL],
            Again::Unknown => self.differing_intervals(source, target).await.map_err(trouble)?,
        };
        if ranges.is_empty() {
            context.note(messages::nothing_to_copy_again(&self.stream)).await?;
            let is_sliced = context.past().sliced(context.step).is_some();
            let n_rows = match is_sliced {
                true => self.add_up(context).await?,
                false => target.count(&self.stream).await.map_err(trouble)?,
            };
            return self.finish(context, n_rows).await.map(Found::Done).map(Some);
        }
        let ranges = few(ranges);
        let old = context.past().sliced(context.step).cloned().unwrap_or_default();
        let (bounds, measured) = self.bounds_around(source, &old, &ranges, most_rows).await.map_err(trouble)?;
        let split = self.split((source, target), &bounds, &measured, most_rows).await.map_err(trouble)?;
        let slices = SliceRows::cut(&bounds, split.as_ref());
        let is_redone = |rows: &SliceRows| ranges.iter().any(|one| one.overlaps(rows.range));
        let (redone, kept): (Vec<_>, Vec<_>) = (0..).zip(&slices).partition(|(_, rows)| is_redone(rows));
        let redone: Vec<&SliceRows> = redone.into_iter().map(|(_, rows)| rows).collect();
        if self.redo == Redo::Recreate && !self.holds_nothing(context, &redone).await? {
            context.note(messages::copied_again_whole(&self.stream, messages::NO_DELETE)).await?;
            self.begin_again(context).await?;
            return Ok(None);
        }
        let kept = self.count_kept(target, &old, kept).await.map_err(trouble)?;
        let mut told: Vec<TimeRange> = redone.into_iter().map(|rows| rows.range).collect();
        told.dedup();
        let text = messages::copied_again_in_part(&self.stream, &told);
        let step = context.step;
        let replanned = EventBody::SlicesReplanned { step, bounds, kept, split };
        context.record(vec![EventBody::Noted { step: Some(step), text }, replanned]).await?;
        Ok(None)
    }

    /// Takes away what an earlier copy left of a slice that is copied again, while others may be in flight. Gives whether
    /// that could be done: where the target deletes no rows, nothing may be in flight when the stream is made again.
    pub(super) async fn empty_stale(
        &self,
        context: &StepContext,
        slice: u32,
        rows: &SliceRows,
    ) -> Result<bool, StepError> {
        let step = context.step;
        let is_stale = context.past().sliced(step).is_some_and(|sliced| sliced.stale.contains(&slice));
        if !is_stale {
            return Ok(true);
        }
        self.require_nothing_alive(context)?;
        if !self.holds_nothing(context, &[rows]).await? {
            if self.redo != Redo::Delete {
                return Ok(false);
            }
            self.redo(context, &[rows]).await?;
        }
        context.record(vec![EventBody::SliceEmptied { step, slice }]).await?;
        Ok(true)
    }

    /// Rows that differ cannot be told apart by time: the stream is made again, or is whole already.
    async fn again_whole(&self, context: &StepContext, wanted: &Again) -> Result<Option<Found>, StepError> {
        if *wanted == Again::Unknown
            && let Some(n_rows) = self.unchanged(context).await?
        {
            context.note(messages::nothing_has_changed(&self.stream)).await?;
            return self.finish(context, n_rows).await.map(Found::Done).map(Some);
        }
        context.note(messages::copied_again_whole(&self.stream, messages::NOT_IN_SLICES)).await?;
        self.begin_again(context).await?;
        Ok(None)
    }

    /// The rows of the target, if both sides hold the same keys and values, as far as the deployments compute it.
    async fn unchanged(&self, context: &StepContext) -> Result<Option<u64>, StepError> {
        let trouble = |error| context.trouble(messages::looking_for_differences(&self.stream), &error);
        let (source, target) = (context.source()?, context.target());
        let columns = source.columns(&self.stream).await.map_err(trouble)?;
        let mut columns = hash::comparable(&columns, &self.by);
        columns.retain(|column| self.columns.contains(&column.name));
        let (stream, by, range) = (self.stream.clone(), self.by.clone(), TimeRange::ALL);
        let question = Question { stream, by, columns, checksums: true, range, part: None };
        let whole = Bucketing::Parts { of: 1 };
        let (on_source, on_target) =
            futures::future::try_join(source.bucket_digests(&question, whole), target.bucket_digests(&question, whole))
                .await
                .map_err(trouble)?;
        if on_source != on_target {
            return Ok(None);
        }
        target.count(&self.stream).await.map(Some).map_err(trouble)
    }

    /// Nothing that the run started on the target may write to the stream or act on its rows (copy-safety 19): the
    /// record decides, which also knows what was only tried.
    fn require_nothing_alive(&self, context: &StepContext) -> Result<(), StepError> {
        let past = context.past();
        let over = past.view.living_over(&self.stream).map(|step| &step.resource);
        let alive: Vec<_> = over.filter(|resource| past.made_on_target(resource).is_some()).collect();
        if alive.is_empty() { Ok(()) } else { Err(messages::something_lives_over(&self.stream, &alive).into()) }
    }

    /// Intervals in which both sides do not hold the same number of rows.
    async fn differing_intervals(&self, source: &dyn Site, target: &dyn Site) -> Result<Vec<TimeRange>, SiteError> {
        // Where rows cannot be deleted, only intervals of which the target has none help.
        let few_rows = if self.redo == Redo::Delete { FEW_ROWS } else { 0 };
        let mut found = Vec::new();
        let mut open = vec![(TimeRange::ALL, 0)];
        while let Some((range, level)) = open.pop() {
            let width_ms = WIDTHS_MS[level];
            let sides = futures::future::try_join(
                source.histogram(&self.stream, range, width_ms),
                target.histogram(&self.stream, range, width_ms),
            );
            let (on_source, on_target) = sides.await?;
            for (from_ms, n_source, n_target) in differing(&on_source, &on_target) {
                let until_ms = Some(from_ms.saturating_add(width_ms));
                let interval = TimeRange { from_ms: Some(from_ms), until_ms }.within(range);
                let is_fine = n_target == 0 || n_source.max(n_target) <= few_rows;
                match WIDTHS_MS.get(level + 1).filter(|_| !is_fine) {
                    Some(_) => open.push((interval, level + 1)),
                    None => found.push(interval),
                }
            }
        }
        Ok(found)
    }

    /// The bounds of before, those of what is copied again, and in there as many as slices need (copy-safety 10); and how
    /// the rows lie in there.
    async fn bounds_around(
        &self,
        source: &dyn Site,
        old: &SlicedCopy,
        ranges: &[TimeRange],
        most_rows: u64,
    ) -> Result<(Vec<i64>, Vec<Bucket>), SiteError> {
        let (mut bounds, mut measured) = (old.bounds.clone(), Vec::new());
        for range in ranges {
            bounds.extend(range.from_ms.into_iter().chain(range.until_ms));
            let buckets = self.measure_in(source, *range, most_rows).await?;
            bounds.extend(cut(&buckets, most_rows).bounds);
            measured.extend(buckets);
        }
        bounds.sort_unstable();
        bounds.dedup();
        Ok((bounds, measured))
    }

    /// The rows of the slices that stay: of those that were not cut anew they are known.
    async fn count_kept(
        &self,
        target: &dyn Site,
        old: &SlicedCopy,
        kept: Vec<(u32, &SliceRows)>,
    ) -> Result<Vec<KeptSlice>, SiteError> {
        let counts = kept.into_iter().map(|(slice, rows)| {
            // Only what is copied again is cut by hash: what stays of such an interval is one slice again.
            let was: Vec<Option<u64>> = old
                .numbered()
                .filter(|(_, was)| was.range == rows.range)
                .map(|(at, _)| old.done.get(&at).copied())
                .collect();
            let was = if was.is_empty() { None } else { was.into_iter().sum::<Option<u64>>() };
            async move {
                let n_rows = match was {
                    Some(n_rows) => n_rows,
                    None => target.count_in(&self.stream, rows).await?,
                };
                Ok(KeptSlice { slice, n_rows })
            }
        });
        futures::stream::iter(counts.collect::<Vec<_>>()).buffered(N_RECOUNTS).try_collect().await
    }

    /// Whether the target holds no row of these slices. The copy was done, so no row is on its way (copy-safety 17).
    async fn holds_nothing(&self, context: &StepContext, slices: &[&SliceRows]) -> Result<bool, StepError> {
        let target = context.target();
        let counts: Vec<_> = slices.iter().map(|rows| target.count_in(&self.stream, rows)).collect();
        let mut counts = futures::stream::iter(counts).buffered(N_RECOUNTS);
        while let Some(n_rows) = counts.next().await {
            if n_rows.map_err(|error| context.trouble(messages::counting(&self.stream), &error))? > 0 {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// Intervals whose numbers of rows differ, in their order: from when, rows on the source, rows on the target.
fn differing(source: &[Bucket], target: &[Bucket]) -> Vec<(i64, u64, u64)> {
    let mut both: std::collections::BTreeMap<i64, (u64, u64)> = std::collections::BTreeMap::new();
    source.iter().for_each(|bucket| both.entry(bucket.from_ms).or_default().0 = bucket.n_rows);
    target.iter().for_each(|bucket| both.entry(bucket.from_ms).or_default().1 = bucket.n_rows);
    let differ = both.into_iter().filter(|(_, (n_source, n_target))| n_source != n_target);
    differ.map(|(from_ms, (n_source, n_target))| (from_ms, n_source, n_target)).collect()
}

/// The same rows in few intervals: those that touch are joined, and where there are too many those that lie nearest
/// to each other.
fn few(mut ranges: Vec<TimeRange>) -> Vec<TimeRange> {
    ranges.sort_unstable_by_key(|range| range.from_ms.unwrap_or(i64::MIN));
    let mut joined: Vec<TimeRange> = Vec::new();
    for range in ranges {
        match joined.last_mut().filter(|last| gap(**last, range) <= 0) {
            Some(last) => *last = around(*last, range),
            None => joined.push(range),
        }
    }
    while joined.len() > MOST_PARTS {
        let gaps = joined.windows(2).map(|pair| gap(pair[0], pair[1])).zip(0..);
        let Some((_, at)) = gaps.min() else { break };
        joined[at] = around(joined[at], joined[at + 1]);
        joined.remove(at + 1);
    }
    joined
}

/// The time between two intervals; none where they touch.
fn gap(one: TimeRange, next: TimeRange) -> i64 {
    one.until_ms.zip(next.from_ms).map_or(0, |(until_ms, from_ms)| from_ms.saturating_sub(until_ms))
}

/// From the beginning of the first to the end of the later one.
fn around(one: TimeRange, next: TimeRange) -> TimeRange {
    let until_ms = one.until_ms.zip(next.until_ms).map(|(one, next)| one.max(next));
    TimeRange { from_ms: one.from_ms, until_ms }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from_ms: i64, until_ms: i64) -> TimeRange {
        TimeRange { from_ms: Some(from_ms), until_ms: Some(until_ms) }
    }

    #[test]
    fn intervals_that_touch_are_joined() {
        let open = TimeRange { from_ms: None, until_ms: Some(0) };
        let joined = few(vec![range(5, 9), range(0, 2), open, range(7, 8), range(9, 10)]);
        assert_eq!(joined, [TimeRange { from_ms: None, until_ms: Some(2) }, range(5, 10)]);
    }

    #[test]
    fn many_intervals_become_few_that_hold_them_all() {
        let many: Vec<TimeRange> = (0..200).map(|n| range(n * n, n * n + 1)).collect();
        let joined = few(many.clone());
        assert_eq!(joined.len(), MOST_PARTS);
        assert!(many.iter().all(|one| joined.iter().any(|range| one.within(*range) == *one)), "{joined:?}");
        assert_eq!(joined.last(), many.last(), "what lies far apart stays apart");
    }

    #[test]
    fn an_interval_that_one_side_does_not_name_is_empty_there() {
        let bucket = |from_ms, n_rows| Bucket { from_ms, n_rows, n_partitions: 1 };
        let found = differing(&[bucket(0, 5), bucket(10, 7)], &[bucket(0, 5), bucket(20, 1)]);
        assert_eq!(found, [(10, 7, 0), (20, 0, 1)]);
    }
}
