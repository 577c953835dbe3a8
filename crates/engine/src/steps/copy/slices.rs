//! Copying one stream slice by slice (copy-safety 9 to 20): each slice is recorded, checked on the target by its own
//! count, and redone alone where it came out short.

use std::collections::VecDeque;

use ferry_model::messages::engine as messages;
use ferry_model::{Count, EventBody, Side, TimeRange};
use ferry_plan::Redo;
use futures::{FutureExt, StreamExt, TryStreamExt};
use tokio::sync::SemaphorePermit;

use super::Copy;
use super::settle::{self, Settled};
use crate::sql::InsertSettings;
use crate::steps::{Found, StepContext, StepError};
use crate::{InsertEnd, waiting};

/// How many slices are counted again at the same time.
pub(super) const N_RECOUNTS: usize = 4;

/// How a copy in slices went on.
pub(super) enum Outcome {
    /// Every slice is seen on the target; so many rows.
    Complete(u64),
    /// The stream was made again and is empty: every slice must be copied again.
    FromTheStart,
    /// The same, because a block was too large: that is no failure of the target.
    WithSmallerBlocks,
}

/// A slice whose INSERT has ended, and that must be seen on the target.
#[derive(Debug, Clone, Copy)]
struct Sent {
    slice: u32,
    n_expected: u64,
    end: Ending,
}

/// How it is known that the INSERT of a slice has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// The target said so: its rows will be seen.
    Told,
    /// Its answer was lost, and its query is proved not to run: nobody knows whether all rows come (copy-safety 16).
    Proved,
}

/// A slice as it stands after the last one was copied.
#[derive(Debug, Clone, Copy)]
struct Recount {
    slice: u32,
    range: TimeRange,
    n_copied: u64,
    n_source: u64,
    n_target: u64,
}

/// How the INSERT of one slice ended.
enum SliceEnd {
    /// Its rows must be seen.
    Sent(Sent),
    /// One block was too large (copy-safety 12).
    TooLarge(u32),
    /// The stream had to be made again.
    FromTheStart,
}

impl Copy {
    /// Copies the slices that are not done. Checking one overlaps copying the next (copy-safety 11), so two are in
    /// flight at most.
    pub(super) async fn copy_slices(
        &self,
        context: &StepContext,
        n_rows: u64,
        settings: &mut InsertSettings,
        permit: &mut Option<SemaphorePermit<'_>>,
    ) -> Result<Outcome, StepError> {
        let ranges = self.ranges(context);
        let mut queue: VecDeque<u32> = self.slices_to_do(context).into();
        let (mut n_failed, mut unchecked) = (0, None);
        loop {
            let next = if context.is_pausing() { None } else { queue.pop_front() };
            if next.is_none() && unchecked.is_none() {
                break;
            }
            if next.is_none() {
                // Checking the last slice overlaps the next copy.
                permit.take();
            }
            let check = async {
                match unchecked {
                    Some(sent) => self.check(context, sent, range_of(&ranges, sent.slice)).await.map(Some),
                    None => Ok(None),
                }
            };
            let send = async {
                match next {
                    Some(slice) => {
                        self.send_slice(context, slice, range_of(&ranges, slice), n_rows, *settings).await.map(Some)
                    }
                    None => Ok(None),
                }
            };
            let (checked, sent) = futures::join!(check, send);
            let mut short = Vec::new();
            if let Some(missing) = checked?.flatten() {
                short.push(missing);
            }
            unchecked = match sent? {
                Some(SliceEnd::Sent(sent)) => Some(sent),
                Some(SliceEnd::TooLarge(slice)) => {
                    settings.n_rows_per_block = settings.n_rows_per_block.div_ceil(2);
                    context.note(messages::smaller_blocks(&self.stream, settings.n_rows_per_block)).await?;
                    short.push(Short { slice, why: None });
                    None
                }
                Some(SliceEnd::FromTheStart) => return Ok(Outcome::FromTheStart),
                None => None,
            };
            for Short { slice, why } in short {
                let again = if why.is_some() { Outcome::FromTheStart } else { Outcome::WithSmallerBlocks };
                if let Some(why) = why {
                    n_failed += 1;
                    if n_failed >= context.pace().n_copy_attempts {
                        return Err(messages::copy_stays_short(&self.stream, &why).into());
                    }
                    context.note(messages::slice_again(&self.stream, slice, &why)).await?;
                }
                if !self.redo(context, range_of(&ranges, slice)).await? {
                    return Ok(again);
                }
                queue.push_front(slice);
            }
        }
        match queue.is_empty() {
            true => self.add_up(context).await.map(Outcome::Complete),
            false => Err(StepError::Postponed(messages::paused_between_slices())),
        }
    }

    /// What slices in flight left, after an interruption or a failure.
    pub(super) async fn settle_slices(&self, context: &StepContext) -> Result<Found, StepError> {
        settle::prove_ended(context).await?;
        let ranges = self.ranges(context);
        let open = context.past().sliced(context.step).map(|sliced| sliced.open.clone()).unwrap_or_default();
        for slice in open {
            let range = range_of(&ranges, slice);
            match settle::settle(context, &self.stream, range).await? {
                Settled::Complete(n_rows) => self.record_done(context, slice, n_rows).await?,
                Settled::Short { n_source, n_target } => {
                    if !self.redo(context, range).await? {
                        return Ok(Found::NotDone(messages::was_short(&self.stream, n_source, n_target)));
                    }
                }
            }
        }
        match self.slices_to_do(context).len() {
            0 => {
                let n_rows = self.add_up(context).await?;
                self.finish(context, n_rows).await.map(Found::Done)
            }
            n_left => Ok(Found::NotDone(messages::slices_left(&self.stream, n_left, ranges.len()))),
        }
    }

    /// Empties a slice so that it can be copied again. Gives whether the other slices are still there.
    ///
    /// The stream was empty when this run made it, nothing else writes to it before its copy has ended, and the
    /// range is exactly the slice (copy-safety 19); an INSERT of it is proved to have ended.
    pub(super) async fn redo(&self, context: &StepContext, range: TimeRange) -> Result<bool, StepError> {
        settle::prove_ended(context).await?;
        if self.redo != Redo::Delete {
            self.begin_again(context).await?;
            return Ok(false);
        }
        let target = context.target();
        let trouble = |error| context.trouble(messages::emptying_slice(&self.stream), &error);
        // Count zero is not absence: rows may be accepted and not yet seen (copy-safety 17).
        let flush = target.flush_interval(&self.stream).await.map_err(trouble)?;
        let arrived = || target.count_in(&self.stream, range);
        if waiting::still(context.pace(), flush, flush * 2, arrived, |_| false).await.map_err(trouble)? == 0 {
            return Ok(true);
        }
        match target.delete_in(&self.stream, range).await {
            // Where nobody knows, the count below does.
            Err(error) if error.is_certain() => return Err(trouble(error)),
            _ => {}
        }
        // DELETE on append streams is asynchronous (copy-safety 19).
        let is_empty = || target.count_in(&self.stream, range).map(|n| Ok(n? == 0)).boxed();
        match waiting::until(context.pace(), context.pace().settle, is_empty).await.map_err(trouble)? {
            true => Ok(true),
            false => Err(messages::slice_stays(&self.stream).into()),
        }
    }

    async fn send_slice(
        &self,
        context: &StepContext,
        slice: u32,
        range: TimeRange,
        n_rows: u64,
        settings: InsertSettings,
    ) -> Result<SliceEnd, StepError> {
        if !self.empty_stale(context, slice, range).await? {
            return Ok(SliceEnd::FromTheStart);
        }
        let trouble = |error| context.trouble(messages::counting(&self.stream), &error);
        let n_expected = context.source()?.count_in(&self.stream, range).await.map_err(trouble)?;
        if n_expected == 0 {
            return Ok(SliceEnd::Sent(Sent { slice, n_expected, end: Ending::Told }));
        }
        let step = context.step;
        let n_before = context.past().sliced(step).map_or(0, |sliced| sliced.done.values().sum());
        let insert = self.insert_of(context, settings, range);
        let started = EventBody::SliceStarted { step, slice, range };
        let sent = EventBody::QuerySent { step, side: Side::Target, query: insert.query.clone() };
        context.record(vec![started, sent]).await?;
        let end = self.send(context, &insert, n_rows, n_before).await;
        let sent = |end| SliceEnd::Sent(Sent { slice, n_expected, end });
        match end {
            InsertEnd::Finished => Ok(sent(Ending::Told)),
            InsertEnd::Refused(error) if error.is_too_large_record() && settings.n_rows_per_block > 1 => {
                Ok(SliceEnd::TooLarge(slice))
            }
            InsertEnd::Unknown(error) => {
                let why = context.shared.secrets.scrub(&error.to_string());
                context.note(messages::outcome_unknown(&self.stream, &why)).await?;
                settle::prove_ended(context).await?;
                Ok(sent(Ending::Proved))
            }
            InsertEnd::Cancelled => Err(self.cancelled(context).await),
            InsertEnd::Refused(error) => Err(context.trouble(messages::copying(&self.stream), &error)),
        }
    }

    /// Sees the rows of a slice on the target, or says how many are missing.
    async fn check(&self, context: &StepContext, sent: Sent, range: TimeRange) -> Result<Option<Short>, StepError> {
        let Sent { slice, n_expected, end } = sent;
        let settled = match end {
            Ending::Told => settle::see_rows(context, &self.stream, range, n_expected).await?,
            Ending::Proved => settle::after_the_end(context, &self.stream, range).await?,
        };
        match settled {
            Settled::Complete(n_copied) => {
                self.record_done(context, slice, n_copied).await?;
                Ok(None)
            }
            Settled::Short { n_source, n_target } => {
                Ok(Some(Short { slice, why: Some(messages::was_short(&self.stream, n_source, n_target)) }))
            }
        }
    }

    async fn record_done(&self, context: &StepContext, slice: u32, n_rows: u64) -> Result<(), StepError> {
        context.record(vec![EventBody::SliceDone { step: context.step, slice, rows: Count::exact(n_rows) }]).await
    }

    /// Every slice is counted again on both sides (copy-safety 9): the target must hold what was copied, and rows that
    /// reached the source since are reported. Together the slices are what the target holds, or something else writes
    /// to it.
    pub(super) async fn add_up(&self, context: &StepContext) -> Result<u64, StepError> {
        let done = context.past().sliced(context.step).map(|sliced| sliced.done.clone()).unwrap_or_default();
        let ranges = self.ranges(context);
        let (source, target) = (context.source()?, context.target());
        let trouble = |error| context.trouble(messages::counting(&self.stream), &error);
        let counts = done.iter().map(|(slice, n_copied)| {
            let range = range_of(&ranges, *slice);
            let both =
                futures::future::try_join(source.count_in(&self.stream, range), target.count_in(&self.stream, range));
            async move {
                both.await.map(|(n_source, n_target)| Recount {
                    slice: *slice,
                    range,
                    n_copied: *n_copied,
                    n_source,
                    n_target,
                })
            }
        });
        let counts: Vec<_> = counts.collect();
        let recounts: Vec<Recount> =
            futures::stream::iter(counts).buffered(N_RECOUNTS).try_collect().await.map_err(trouble)?;
        if let Some(wrong) = recounts.iter().find(|recount| recount.n_target != recount.n_copied) {
            let Recount { slice, n_copied, n_target, .. } = *wrong;
            return Err(messages::slice_changed(&self.stream, slice, n_copied, n_target).into());
        }
        self.report_growth(context, &recounts).await?;
        let n_copied = recounts.iter().map(|recount| recount.n_copied).sum();
        match target.count(&self.stream).await.map_err(trouble)? {
            n_target if n_target == n_copied => Ok(n_copied),
            n_target => Err(messages::slices_do_not_add_up(&self.stream, n_copied, n_target).into()),
        }
    }

    async fn report_growth(&self, context: &StepContext, recounts: &[Recount]) -> Result<(), StepError> {
        let grew = |recount: &&Recount| recount.n_source != recount.n_copied;
        let bodies: Vec<EventBody> = recounts
            .iter()
            .filter(grew)
            .map(|recount| EventBody::SliceGrew {
                step: context.step,
                slice: recount.slice,
                range: recount.range,
                source: Count::exact(recount.n_source),
                target: Count::exact(recount.n_target),
            })
            .collect();
        if bodies.is_empty() {
            return Ok(());
        }
        context.record(bodies).await?;
        let n_late = recounts.iter().map(|recount| recount.n_source.saturating_sub(recount.n_copied)).sum();
        context.note(messages::rows_not_covered(&self.stream, n_late)).await
    }

    fn ranges(&self, context: &StepContext) -> Vec<TimeRange> {
        context.past().sliced(context.step).map(|sliced| TimeRange::between(&sliced.bounds)).unwrap_or_default()
    }

    fn slices_to_do(&self, context: &StepContext) -> Vec<u32> {
        let past = context.past();
        let Some(sliced) = past.sliced(context.step) else { return Vec::new() };
        let n_slices = u32::try_from(sliced.bounds.len() + 1).unwrap_or(u32::MAX);
        (0..n_slices).filter(|slice| !sliced.done.contains_key(slice)).collect()
    }
}

/// A slice that must be copied again, for a reason that counts against its patience or not.
struct Short {
    slice: u32,
    why: Option<String>,
}

fn range_of(ranges: &[TimeRange], slice: u32) -> TimeRange {
    ranges[slice as usize]
}
