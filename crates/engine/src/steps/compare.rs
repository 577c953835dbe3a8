//! Compare: the rows on both sides, counted through `table()`, and as far as the plan wants it by checksums.

mod values;

use ferry_model::messages::engine as messages;
use ferry_model::messages::verification as text;
use ferry_model::{Basis, CompareLevel, Count, EventBody, ResourceName, StepAction, TimeRange, Verification};
use ferry_plan::CompareSpec;
use futures::future::BoxFuture;
use futures::{FutureExt, TryFutureExt};

use super::{Found, StepContext, StepError, StepWork};
use crate::verify::RowsBy;
use crate::{marker, waiting};

/// Compares the rows of one stream on both sides.
#[derive(Debug, Clone)]
pub(crate) struct Compare {
    pub(crate) stream: ResourceName,
    pub(crate) spec: CompareSpec,
    /// What counts as a row.
    pub(crate) by: RowsBy,
    /// The columns that the plan copies; others are not compared.
    pub(crate) copied: Option<Vec<String>>,
    /// How often the plan lets rows follow that reached the source after the copies.
    pub(crate) catch_up_rounds: u64,
}

/// The rows of both sides, once the target's had time to arrive.
#[derive(Debug, Clone, Copy)]
struct Counts {
    n_source: u64,
    n_target: u64,
}

impl StepWork for Compare {
    fn run<'a>(&'a self, context: &'a StepContext) -> BoxFuture<'a, Result<String, StepError>> {
        async move {
            let range = self.range(context);
            let counts = self.count(context, range).await?;
            let whole = match self.spec.from_ms {
                None => counts,
                Some(_) => self.count_once(context, TimeRange { until_ms: range.until_ms, ..TimeRange::ALL }).await?,
            };
            if let Some(until_ms) = range.until_ms {
                let since = TimeRange { from_ms: Some(until_ms), until_ms: None };
                let Counts { n_source, n_target } = self.count_once(context, since).await?;
                context.note(text::rows_since(since, n_source, n_target)).await?;
            }
            let (source, target) = (Count::exact(counts.n_source), Count::exact(counts.n_target));
            context.record(vec![EventBody::RowsCompared { step: context.step, source, target }]).await?;
            let n_late = match self.spec.level {
                CompareLevel::Count => self.late_rows(context, counts)?,
                CompareLevel::Buckets | CompareLevel::Checksum => self.compare_buckets(context, counts).await?,
            };
            if n_late > 0 {
                let may_move = self.spec.accepts_movement || context.source()?.info().can_pause();
                if !may_move && !self.may_follow(context) {
                    return Err(messages::source_moved(&self.stream, n_late).into());
                }
                context.note(messages::rows_not_covered(&self.stream, n_late)).await?;
            }
            let n_before_horizon = whole.n_source.saturating_sub(counts.n_source);
            let verification =
                Verification { level: self.spec.level, n_rows: counts.n_target, n_late, n_before_horizon };
            context.record(vec![EventBody::Verified { step: context.step, verification }]).await?;
            Ok(text::verification(&verification))
        }
        .boxed()
    }

    /// Comparing again changes nothing; parts that were compared are not compared again.
    fn probe<'a>(&'a self, _context: &'a StepContext) -> BoxFuture<'a, Result<Found, StepError>> {
        futures::future::ready(Ok(Found::NotDone(messages::must_count_again()))).boxed()
    }

    /// Comparing changes nothing, so there is nothing to take back.
    fn undo<'a>(&'a self, _context: &'a StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        futures::future::ready(Ok(())).boxed()
    }
}

impl Compare {
    /// The rows that are compared: from the plan's horizon on (copy-safety 28), and when they are compared again only
    /// those of before the cut-over, from which on the target writes rows of its own. Rows that replace each other
    /// cannot be told apart by time.
    fn range(&self, context: &StepContext) -> TimeRange {
        let until_ms = match self.by {
            RowsBy::Each => context.past().cut_over_of(&self.stream),
            _ => None,
        };
        TimeRange { from_ms: self.spec.from_ms, until_ms }
    }

    /// Whether rows that came late follow by themselves: the plan's rounds of catching up are not used up, and nothing
    /// lives on the target over the stream. Then a source that cannot be paused does not stop the run yet (copy-safety
    /// 22, 24). A run that only compares catches nothing up.
    fn may_follow(&self, context: &StepContext) -> bool {
        let past = context.past();
        let is_migrating = past.made_on_target(&marker::name()).is_some();
        is_migrating && past.n_rounds < self.catch_up_rounds && past.view.alive_over(&self.stream).is_empty()
    }

    /// Rows on both sides. Where they differ, two flush intervals are granted to rows on their way
    /// (copy-safety 11).
    async fn count(&self, context: &StepContext, range: TimeRange) -> Result<Counts, StepError> {
        let (source, target) = (context.source()?, context.target());
        let trouble = |error| context.trouble(messages::counting(&self.stream), &error);
        let flush = target.flush_interval(&self.stream).await.map_err(trouble)?;
        let rows = range.into();
        let counts =
            || futures::future::try_join(source.count_in(&self.stream, &rows), target.count_in(&self.stream, &rows));
        let agree = || counts().map_ok(|(n_source, n_target)| n_source == n_target).boxed();
        waiting::until(context.pace(), flush * 2, agree).await.map_err(trouble)?;
        self.count_once(context, range).await
    }

    async fn count_once(&self, context: &StepContext, range: TimeRange) -> Result<Counts, StepError> {
        let (source, target) = (context.source()?, context.target());
        let trouble = |error| context.trouble(messages::counting(&self.stream), &error);
        let rows = range.into();
        let counts =
            futures::future::try_join(source.count_in(&self.stream, &rows), target.count_in(&self.stream, &rows));
        let (n_source, n_target) = counts.await.map_err(trouble)?;
        Ok(Counts { n_source, n_target })
    }

    /// Rows that reached the source after the copy, by counts alone.
    fn late_rows(&self, context: &StepContext, counts: Counts) -> Result<u64, StepError> {
        let Counts { n_source, n_target } = counts;
        match n_source.checked_sub(n_target) {
            Some(0) => Ok(0),
            Some(n_late) if self.copy_was_complete(context, counts) => Ok(n_late),
            _ => Err(messages::counts_differ(&self.stream, n_source, n_target).into()),
        }
    }

    /// Whether the target holds exactly the rows that the copy saw when it began: what the source has beyond them
    /// came later (copy-safety 29).
    fn copy_was_complete(&self, context: &StepContext, counts: Counts) -> bool {
        self.spec.from_ms.is_none() && self.n_copied(context) == Some(counts.n_target)
    }

    /// How many rows the copy of this stream brought, where this run copied it.
    fn n_copied(&self, context: &StepContext) -> Option<u64> {
        let past = context.past();
        let is_copy = |step: &&ferry_model::StepView| step.action == StepAction::Copy && step.resource == self.stream;
        let copy = past.view.steps.iter().find(is_copy)?;
        (copy.rows_done.basis == Basis::Exact).then_some(copy.rows_done.value)
    }
}
