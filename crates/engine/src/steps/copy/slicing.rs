//! Cutting a stream into slices (copy-safety 9, 10).

use ferry_model::messages::engine as messages;
use ferry_model::{EventBody, TimeRange};

use super::{Copy, settle};
use crate::steps::{StepContext, StepError};
use crate::{Bucket, Site, SiteError, TimeSpan};

/// How finely rows are measured: a day first, then finer where one interval holds too much.
pub(super) const WIDTHS_MS: [i64; 6] = [86_400_000, 3_600_000, 60_000, 1_000, 20, 1];
/// Slices in flight together touch no more partitions than this (copy-safety 10).
pub(super) const MOST_PARTITIONS_IN_FLIGHT: u64 = 50;
/// One slice touches no more, so that at least two may be in flight.
pub(super) const MOST_PARTITIONS: u64 = MOST_PARTITIONS_IN_FLIGHT / 2;
/// A stream that is copied whole touches no more partitions than slices in flight may.
const MOST_DAYS_AT_ONCE: i64 = MOST_PARTITIONS_IN_FLIGHT.cast_signed();

impl Copy {
    /// Whether the stream is copied in slices. What they are cut at is recorded once, so that every process uses
    /// the same.
    pub(super) async fn is_sliced(&self, context: &StepContext, n_rows: u64) -> Result<bool, StepError> {
        let step = context.step;
        if context.past().sliced(step).is_some() {
            return Ok(true);
        }
        let Some(most_rows) = self.slice_rows.filter(|_| n_rows > 0) else { return Ok(false) };
        let buckets = match self.measure(context, n_rows, most_rows).await {
            Ok(buckets) => buckets,
            // The question is only about sizes: a source that cannot answer it can still be copied.
            Err(error @ SiteError::Refused { .. }) => {
                let why = context.shared.secrets.scrub(&error.to_string());
                context.note(messages::copied_whole(&self.stream, &why)).await?;
                return Ok(false);
            }
            Err(error) => return Err(context.trouble(messages::measuring(&self.stream), &error)),
        };
        let Cuts { bounds, partitions } = cut(&buckets, most_rows);
        let trouble = |error| context.trouble(messages::measuring(&self.stream), &error);
        let sides = (context.source()?, context.target());
        let split = self.split(sides, &bounds, &buckets, most_rows).await.map_err(trouble)?;
        if let Some(crowded) = buckets.iter().find(|bucket| bucket.n_rows > most_rows) {
            let text = if split.is_some() { messages::split_moment } else { messages::crowded_moment };
            context.note(text(&self.stream, crowded.n_rows)).await?;
        }
        if bounds.is_empty() && split.is_none() {
            return Ok(false);
        }
        let parts_of = |interval| split.as_ref().map_or(1, |split| split.parts_of(interval) as usize);
        let partitions = (0..).zip(partitions).flat_map(|(interval, n)| std::iter::repeat_n(n, parts_of(interval)));
        let partitions = partitions.collect();
        settle::require_empty(context, &self.stream).await?;
        context.record(vec![EventBody::SlicesPlanned { step, bounds, partitions, split }]).await?;
        Ok(true)
    }

    /// How the source's rows lie in time, as finely as slices of so many rows need it.
    /// Nothing where they fit into one slice.
    async fn measure(&self, context: &StepContext, n_rows: u64, most_rows: u64) -> Result<Vec<Bucket>, SiteError> {
        let Some(source) = context.shared.source.as_deref() else { return Ok(Vec::new()) };
        if n_rows <= most_rows
            && let Some(TimeSpan { first_ms, last_ms }) = source.span_by_day(&self.stream).await?
            && last_ms.div_euclid(WIDTHS_MS[0]) - first_ms.div_euclid(WIDTHS_MS[0]) < MOST_DAYS_AT_ONCE
        {
            return Ok(Vec::new());
        }
        self.measure_in(source, TimeRange::ALL, most_rows).await
    }

    /// The same for a part of the source's rows.
    pub(super) async fn measure_in(
        &self,
        source: &dyn Site,
        range: TimeRange,
        most_rows: u64,
    ) -> Result<Vec<Bucket>, SiteError> {
        let mut measured = Vec::new();
        let widest = source.histogram(&self.stream, range, WIDTHS_MS[0]).await?;
        let mut open: Vec<(Bucket, usize)> = widest.into_iter().rev().map(|bucket| (bucket, 0)).collect();
        while let Some((bucket, level)) = open.pop() {
            let is_too_large = bucket.n_rows > most_rows || bucket.n_partitions > MOST_PARTITIONS;
            let Some(finer_ms) = WIDTHS_MS.get(level + 1).filter(|_| is_too_large) else {
                measured.push(bucket);
                continue;
            };
            let until_ms = Some(bucket.from_ms.saturating_add(WIDTHS_MS[level]));
            let within = TimeRange { from_ms: Some(bucket.from_ms), until_ms }.within(range);
            let finer = source.histogram(&self.stream, within, *finer_ms).await?;
            open.extend(finer.into_iter().rev().map(|bucket| (bucket, level + 1)));
        }
        Ok(measured)
    }
}

/// Where slices are cut.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cuts {
    /// One fewer than there are intervals.
    pub(super) bounds: Vec<i64>,
    /// How many partitions each interval touches.
    pub(super) partitions: Vec<u64>,
}

/// Cuts so that no slice has more rows or partitions than it may, unless one interval alone has.
pub(super) fn cut(buckets: &[Bucket], most_rows: u64) -> Cuts {
    let mut cuts = Cuts::default();
    let (mut n_rows, mut n_partitions) = (0_u64, 0_u64);
    for bucket in buckets {
        let would_hold = n_rows.saturating_add(bucket.n_rows);
        let would_touch = n_partitions.saturating_add(bucket.n_partitions);
        if n_rows > 0 && (would_hold > most_rows || would_touch > MOST_PARTITIONS) {
            cuts.bounds.push(bucket.from_ms);
            cuts.partitions.push(n_partitions);
            (n_rows, n_partitions) = (bucket.n_rows, bucket.n_partitions);
        } else {
            (n_rows, n_partitions) = (would_hold, would_touch);
        }
    }
    cuts.partitions.push(n_partitions);
    cuts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buckets(rows: &[u64], n_partitions: u64) -> Vec<Bucket> {
        let bucket = |(n_rows, index): (&u64, i64)| Bucket { from_ms: index * 10, n_rows: *n_rows, n_partitions };
        rows.iter().zip(0..).map(bucket).collect()
    }

    #[test]
    fn rule_10_a_slice_is_cut_before_it_has_too_many_rows_or_partitions() {
        for (rows, n_partitions, bounds, partitions) in [
            (&[][..], 1, &[][..], &[0][..]),
            (&[40, 60], 1, &[], &[2]),
            (&[40, 61], 1, &[10], &[1, 1]),
            (&[500, 1, 500], 1, &[10, 20], &[1, 1, 1]),
            (&[1, 1, 1, 1, 1], 10, &[20, 40], &[20, 20, 10]),
            (&[1, 1], 100, &[10], &[100, 100]),
        ] {
            let expected = Cuts { bounds: bounds.to_vec(), partitions: partitions.to_vec() };
            assert_eq!(cut(&buckets(rows, n_partitions), 100), expected, "{rows:?} in {n_partitions}");
        }
    }
}
