//! Copy: pulls one stream's rows through a helper or moves them through a relay, and is done when they are seen on
//! the target.

mod again;
mod emptying;
mod flight;
pub(crate) mod helper;
mod recopy;
mod relay;
mod settle;
mod slices;
mod slicing;
mod splitting;

use ferry_model::messages::engine as messages;
use ferry_model::{Count, EventBody, QueryId, ResourceName, Side, StepNumber};
use ferry_plan::{CopyThrough, Redo};
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::sync::SemaphorePermit;
use tokio::time::Instant;

use super::create::Create;
use super::stop;
use super::{Found, StepContext, StepError, StepWork};
use crate::sql::{self, InsertSettings};
use crate::{CopyPath, InsertEnd, InsertSelect, RowsBy, SliceRows, Written};
use helper::Helper;
pub(crate) use relay::with_the_way_on;
use settle::Settled;
pub(crate) use settle::prove_ended;

/// Copies the rows of one stream.
#[derive(Clone)]
pub(crate) struct Copy {
    pub(crate) stream: ResourceName,
    pub(crate) columns: Vec<String>,
    pub(crate) order_by: Vec<String>,
    pub(crate) settings: InsertSettings,
    pub(crate) path: CopyPath,
    pub(crate) helper: Helper,
    /// The way that rows take.
    pub(crate) through: CopyThrough,
    /// Whether the helper is dropped afterwards (`drop_migration_external_stream`).
    pub(crate) drops_helper: bool,
    /// The step of this run that creates the stream, and how: a copy is only begun again from an empty stream
    /// that this run made (copy-safety 20).
    pub(crate) creation: (StepNumber, Create),
    /// Rows of one slice at most; without it the stream is copied whole.
    pub(crate) slice_rows: Option<u64>,
    /// Slices that are sent and not yet seen, at most.
    pub(crate) n_slices_in_flight: usize,
    /// What happens to a slice that came out short.
    pub(crate) redo: Redo,
    /// What counts as a row.
    pub(crate) by: RowsBy,
}

/// How one INSERT left the target.
enum Attempt {
    Complete(u64),
    /// Rows are missing: begin again from an empty stream, for this reason.
    Short(String),
    /// One block was too large: begin again with smaller ones (copy-safety 12).
    TooLarge,
}

impl StepWork for Copy {
    fn run<'a>(&'a self, context: &'a StepContext) -> BoxFuture<'a, Result<String, StepError>> {
        async move {
            if let Found::Done(checked) = self.settle_earlier(context).await? {
                return Ok(checked);
            }
            let mut permit = Some(self.wait_for_turn(context).await?);
            self.require_own_stream(context)?;
            let (copy, n_rows) = self.choose_way(context).await?;
            self.helper.compare_columns(context, &self.stream, &self.columns).await?;
            let n_copied = copy.copy_rows(context, n_rows, &mut permit).await?;
            self.finish(context, n_copied).await
        }
        .boxed()
    }

    fn probe<'a>(&'a self, context: &'a StepContext) -> BoxFuture<'a, Result<Found, StepError>> {
        async move {
            self.helper.find(context).await?;
            self.settle_earlier(context).await
        }
        .boxed()
    }

    /// Leaves the stream empty, as its creation left it.
    fn undo<'a>(&'a self, context: &'a StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            settle::prove_ended(context).await?;
            self.begin_again(context).await?;
            self.helper.remove(context).await
        }
        .boxed()
    }
}

impl Copy {
    /// What earlier INSERTs of this step left: they are proved to have ended, the count stands still, and only
    /// then it is compared (copy-safety 16, 17). A stream that is short is emptied.
    async fn settle_earlier(&self, context: &StepContext) -> Result<Found, StepError> {
        self.complete_recreation(context).await?;
        if let Some(found) = self.begin_anew(context).await? {
            return Ok(found);
        }
        if context.past().sliced(context.step).is_some() {
            return self.settle_slices(context).await;
        }
        if context.past().queries_of(context.step).is_empty() {
            return Ok(Found::NotDone(messages::nothing_inserted(&self.stream)));
        }
        match settle::settle(context, &self.stream, &SliceRows::ALL).await? {
            Settled::Complete(n_rows) => self.finish(context, n_rows).await.map(Found::Done),
            Settled::Short { n_source, n_target } => {
                self.begin_again(context).await?;
                Ok(Found::NotDone(messages::was_short(&self.stream, n_source, n_target)))
            }
        }
    }

    /// Nothing that the run did not make is written to (copy-safety 2).
    fn require_own_stream(&self, context: &StepContext) -> Result<(), StepError> {
        let made = context.past().made_on_target(&self.stream).is_some();
        if made { Ok(()) } else { Err(messages::not_ours(&self.stream).into()) }
    }

    /// Copies in slices where the plan wants it and the rows do not fit into one.
    async fn copy_rows<'c>(
        &self,
        context: &'c StepContext,
        n_rows: u64,
        permit: &mut Option<SemaphorePermit<'c>>,
    ) -> Result<u64, StepError> {
        let (mut settings, mut n_begun_again) = (self.settings, 0);
        while n_begun_again < context.pace().n_copy_attempts {
            if !self.is_sliced(context, n_rows).await? {
                return self.copy_all(context, n_rows, permit).await;
            }
            match self.copy_slices(context, n_rows, &mut settings, permit).await? {
                flight::Outcome::Complete(n_copied) => return Ok(n_copied),
                flight::Outcome::FromTheStart => n_begun_again += 1,
                // Blocks shrink to one row at last.
                flight::Outcome::WithSmallerBlocks => {}
            }
        }
        Err(messages::copy_stays_short(&self.stream, &messages::slices_came_out_short()).into())
    }

    async fn copy_all<'c>(
        &self,
        context: &'c StepContext,
        n_rows: u64,
        permit: &mut Option<SemaphorePermit<'c>>,
    ) -> Result<u64, StepError> {
        let mut settings = self.settings;
        let mut n_short = 0;
        if n_rows == 0 {
            return Ok(0);
        }
        settle::require_empty(context, &self.stream).await?;
        loop {
            match self.insert(context, n_rows, settings, permit).await? {
                Attempt::Complete(n_copied) => return Ok(n_copied),
                Attempt::TooLarge => {
                    settings.n_rows_per_block = settings.n_rows_per_block.div_ceil(2);
                    context.note(messages::smaller_blocks(&self.stream, settings.n_rows_per_block)).await?;
                }
                Attempt::Short(why) => {
                    n_short += 1;
                    if n_short >= context.pace().n_copy_attempts {
                        return Err(messages::copy_stays_short(&self.stream, &why).into());
                    }
                    context.note(messages::copying_again(&self.stream, &why)).await?;
                }
            }
            self.begin_again(context).await?;
            if permit.is_none() {
                *permit = Some(self.wait_for_turn(context).await?);
            }
        }
    }

    async fn insert(
        &self,
        context: &StepContext,
        n_rows: u64,
        settings: InsertSettings,
        permit: &mut Option<SemaphorePermit<'_>>,
    ) -> Result<Attempt, StepError> {
        let insert = self.insert_of(context, settings, SliceRows::ALL);
        let (step, side, query) = (context.step, Side::Target, insert.query.clone());
        let sent = EventBody::QuerySent { step, side, query };
        context.record(vec![sent, progress(step, Written { rows: 0, bytes: 0 }, n_rows)]).await?;
        let end = self.send(context, &insert, n_rows, 0).await;
        // Checking the end of this copy overlaps the next copy (copy-safety 11).
        permit.take();
        self.judge(context, end, n_rows, settings).await
    }

    async fn judge(
        &self,
        context: &StepContext,
        end: InsertEnd,
        n_rows: u64,
        settings: InsertSettings,
    ) -> Result<Attempt, StepError> {
        let copying = messages::copying(&self.stream);
        match end {
            InsertEnd::Finished => match settle::see_rows(context, &self.stream, &SliceRows::ALL, n_rows).await? {
                Settled::Complete(n_copied) => Ok(Attempt::Complete(n_copied)),
                Settled::Short { n_source, n_target } => {
                    Ok(Attempt::Short(messages::was_short(&self.stream, n_source, n_target)))
                }
            },
            InsertEnd::Cancelled => Err(self.cancelled(context).await),
            InsertEnd::Refused(error) if error.is_too_large_record() && settings.n_rows_per_block > 1 => {
                Ok(Attempt::TooLarge)
            }
            InsertEnd::Refused(error) => Err(context.trouble(copying, &error)),
            InsertEnd::Unknown(error) => {
                let why = context.shared.secrets.scrub(&error.to_string());
                context.note(messages::outcome_unknown(&self.stream, &why)).await?;
                match settle::settle(context, &self.stream, &SliceRows::ALL).await? {
                    Settled::Complete(n_copied) => Ok(Attempt::Complete(n_copied)),
                    Settled::Short { n_source, n_target } => {
                        Ok(Attempt::Short(messages::was_short(&self.stream, n_source, n_target)))
                    }
                }
            }
        }
    }

    fn insert_of(&self, context: &StepContext, settings: InsertSettings, rows: SliceRows) -> InsertSelect {
        let relay = self.relay_read(settings);
        let sql = match &relay {
            Some(_) => sql::relay_insert(&self.stream, &self.columns),
            None => sql::insert_select(&self.stream, &self.helper.name, &self.columns, &self.order_by, &rows),
        };
        InsertSelect {
            sql,
            rows,
            settings: settings.list(),
            query: self.next_query(context),
            path: self.path,
            relay,
            cancel: context.shared.cancel.clone(),
        }
    }

    /// Runs an INSERT to its end, and shows how far it is; so many rows were copied before it.
    async fn send(&self, context: &StepContext, insert: &InsertSelect, n_rows: u64, n_before: u64) -> InsertEnd {
        let mut last = Instant::now();
        let mut show = |written: Written| {
            if last.elapsed() >= context.pace().progress {
                last = Instant::now();
                let written = Written { rows: n_before + written.rows, ..written };
                context.record_if_room(progress(context.step, written, n_rows));
            }
        };
        match insert.relay {
            Some(_) => relay::run(context, insert, &mut show).await,
            None => context.target().insert_select(insert, &mut show).await,
        }
    }

    /// A cancelled INSERT ends like a success on the wire (protocol.md A6): what it left is asked.
    async fn cancelled(&self, context: &StepContext) -> StepError {
        if let Err(error) = settle::prove_ended(context).await {
            return error;
        }
        let n_target = context.target().count(&self.stream).await.ok();
        StepError::Cancelled(messages::copy_cancelled(&self.stream, n_target))
    }

    /// The rows are there: says so, and drops the helper where the plan wants it.
    async fn finish(&self, context: &StepContext, n_rows: u64) -> Result<String, StepError> {
        stop::keep_source_stopped(context).await?;
        let (step, rows) = (context.step, Count::exact(n_rows));
        let seen = EventBody::StepProgress { step, rows_done: rows, rows_total: rows, bytes_done: Count::UNKNOWN };
        context.record(vec![seen]).await?;
        if self.drops_helper {
            self.helper.remove(context).await?;
        }
        Ok(messages::rows_seen(n_rows))
    }

    /// Waits until fewer INSERTs run than the limit allows, and says so where it must wait.
    async fn wait_for_turn<'c>(&self, context: &'c StepContext) -> Result<SemaphorePermit<'c>, StepError> {
        let inserts = &context.shared.inserts;
        if let Ok(permit) = inserts.try_acquire() {
            return Ok(permit);
        }
        let step = context.step;
        let reason = messages::waits_for_copies(context.shared.limits.n_copies);
        context.record(vec![EventBody::StepWaiting { step, reason }]).await?;
        let attempt = context.past().view.step(step).map_or(1, |view| view.attempt);
        let permit = tokio::select! {
            permit = inserts.acquire() => permit.map_err(|_| StepError::RecordClosed)?,
            () = context.shared.cancel.cancelled() => {
                return Err(StepError::Cancelled(messages::cancelled_before_copy(&self.stream)));
            }
        };
        context.record(vec![EventBody::StepStarted { step, attempt }]).await?;
        Ok(permit)
    }

    /// The id of the next INSERT: never used before on this target.
    fn next_query(&self, context: &StepContext) -> QueryId {
        let n = context.past().n_queries_of(context.step) + 1;
        QueryId::new(format!("ferry-{}-{}-{n}", context.shared.run, context.step))
    }
}

/// Rows that the target reports as written are not yet seen in `table()`: they are an estimate, and never all
/// of them.
fn progress(step: StepNumber, written: Written, n_rows: u64) -> EventBody {
    EventBody::StepProgress {
        step,
        rows_done: Count::estimated(written.rows.min(n_rows.saturating_sub(1))),
        rows_total: Count::exact(n_rows),
        bytes_done: Count::estimated(written.bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_never_claims_all_rows_before_they_are_seen() {
        let body = progress(StepNumber(1), Written { rows: 500, bytes: 9 }, 100);
        assert!(matches!(body, EventBody::StepProgress { rows_done, .. } if rows_done == Count::estimated(99)));
    }
}
