//! Copying one stream slice by slice (copy-safety 9 to 20): each slice is recorded, checked on the target by its own
//! count, and redone alone where it came out short.

use ferry_model::messages::engine as messages;
use ferry_model::{Count, EventBody, Side, TimeRange};
use futures::{StreamExt, TryStreamExt};

use super::Copy;
use super::settle::{self, Settled};
use crate::sql::InsertSettings;
use crate::steps::{Found, StepContext, StepError};
use crate::{InsertEnd, SliceRows};

/// How many slices are counted again at the same time.
pub(super) const N_RECOUNTS: usize = 4;

/// A slice whose INSERT has ended, and that must be seen on the target.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sent {
    pub(super) slice: u32,
    pub(super) n_expected: u64,
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
pub(super) enum SliceEnd {
    /// Its rows must be seen.
    Sent(Sent),
    /// It must be copied again.
    Again(Short),
}

impl Copy {
    /// What slices in flight left, after an interruption or a failure.
    pub(super) async fn settle_slices(&self, context: &StepContext) -> Result<Found, StepError> {
        settle::prove_ended(context).await?;
        let slices = self.slices(context);
        let open = context.past().sliced(context.step).map(|sliced| sliced.open.clone()).unwrap_or_default();
        let settled = open.into_iter().map(|slice| {
            let end = Sent { slice, n_expected: 0, end: Ending::Proved };
            self.check(context, end, rows_of(&slices, slice))
        });
        // Each has to stand still for two flush intervals: they do so side by side.
        let settled = futures::future::join_all(settled).await;
        let short: Vec<Short> = settled.into_iter().filter_map(Result::transpose).collect::<Result<_, _>>()?;
        let to_empty: Vec<&SliceRows> = short.iter().map(|short| rows_of(&slices, short.slice)).collect();
        if !self.redo(context, &to_empty).await? {
            let why = short.into_iter().find_map(|short| short.why).unwrap_or_default();
            return Ok(Found::NotDone(why));
        }
        match self.slices_to_do(context).len() {
            0 => {
                let n_rows = self.add_up(context).await?;
                self.finish(context, n_rows).await.map(Found::Done)
            }
            n_left => Ok(Found::NotDone(messages::slices_left(&self.stream, n_left, slices.len()))),
        }
    }

    /// Sends the INSERT of a slice and waits for its end, which is known then. So many rows are on their way before it,
    /// and there are so many in all.
    pub(super) async fn send_slice(
        &self,
        context: &StepContext,
        slice: u32,
        rows: &SliceRows,
        (n_on_their_way, n_rows): (u64, u64),
        settings: InsertSettings,
    ) -> Result<SliceEnd, StepError> {
        let again = |is_too_large| SliceEnd::Again(Short { slice, is_too_large, why: None });
        if !self.empty_stale(context, slice, rows).await? {
            return Ok(again(false));
        }
        let trouble = |error| context.trouble(messages::counting(&self.stream), &error);
        let n_expected = context.source()?.count_in(&self.stream, rows).await.map_err(trouble)?;
        if n_expected == 0 {
            return Ok(SliceEnd::Sent(Sent { slice, n_expected, end: Ending::Told }));
        }
        let step = context.step;
        let n_done: u64 = context.past().sliced(step).map_or(0, |sliced| sliced.done.values().sum());
        let insert = self.insert_of(context, settings, rows.clone());
        let part = rows.part.as_ref().map(|hashed| hashed.part);
        let started = EventBody::SliceStarted { step, slice, range: rows.range, part };
        let sent = EventBody::QuerySent { step, side: Side::Target, query: insert.query.clone() };
        context.record(vec![started, sent]).await?;
        let end = self.send(context, &insert, n_rows, n_done + n_on_their_way).await;
        let sent = |end| SliceEnd::Sent(Sent { slice, n_expected, end });
        match end {
            InsertEnd::Finished => Ok(sent(Ending::Told)),
            InsertEnd::Refused(error) if error.is_too_large_record() && settings.n_rows_per_block > 1 => {
                Ok(again(true))
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
    pub(super) async fn check(
        &self,
        context: &StepContext,
        sent: Sent,
        rows: &SliceRows,
    ) -> Result<Option<Short>, StepError> {
        let Sent { slice, n_expected, end } = sent;
        let settled = match end {
            Ending::Told => settle::see_rows(context, &self.stream, rows, n_expected).await?,
            Ending::Proved => settle::after_the_end(context, &self.stream, rows).await?,
        };
        match settled {
            Settled::Complete(n_copied) => {
                self.record_done(context, slice, n_copied).await?;
                Ok(None)
            }
            Settled::Short { n_source, n_target } => {
                let why = Some(messages::was_short(&self.stream, n_source, n_target));
                Ok(Some(Short { slice, is_too_large: false, why }))
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
        let slices = self.slices(context);
        let (source, target) = (context.source()?, context.target());
        let trouble = |error| context.trouble(messages::counting(&self.stream), &error);
        let counts = done.iter().map(|(slice, n_copied)| {
            let rows = rows_of(&slices, *slice);
            let both =
                futures::future::try_join(source.count_in(&self.stream, rows), target.count_in(&self.stream, rows));
            async move {
                both.await.map(|(n_source, n_target)| Recount {
                    slice: *slice,
                    range: rows.range,
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

    pub(super) fn slices(&self, context: &StepContext) -> Vec<SliceRows> {
        context.past().sliced(context.step).map(|sliced| sliced.slices.clone()).unwrap_or_default()
    }

    pub(super) fn slices_to_do(&self, context: &StepContext) -> Vec<u32> {
        let past = context.past();
        let numbered = past.sliced(context.step).map(|sliced| (sliced, sliced.numbered()));
        let to_do = numbered.map(|(sliced, slices)| {
            slices.map(|(slice, _)| slice).filter(|slice| !sliced.done.contains_key(slice)).collect()
        });
        to_do.unwrap_or_default()
    }
}

/// A slice that must be copied again.
#[derive(Debug)]
pub(super) struct Short {
    pub(super) slice: u32,
    /// One block was too large (copy-safety 12).
    pub(super) is_too_large: bool,
    /// What counts against the copy's patience.
    pub(super) why: Option<String>,
}

pub(super) fn rows_of(slices: &[SliceRows], slice: u32) -> &SliceRows {
    &slices[slice as usize]
}
