//! Several slices of one stream in flight: one INSERT is sent at a time, and the slices before it wait side by side
//! until their rows are seen on the target (copy-safety 11), as many as the plan's `slices_in_flight` says.
//!
//! Why no row is lost or doubled by that:
//!
//! - Slices do not overlap. A slice is counted, and emptied, by its own condition alone, whatever arrives for others.
//! - A proof that INSERTs have ended cancels those that run (copy-safety 16). So one of unknown outcome is proved ended
//!   where it was sent, before the next one is; and a slice that must be copied again waits until nothing is in flight.
//!   Then no INSERT runs, and every other slice is either seen and recorded, or known to need the same.
//! - Where the stream is made again instead, everything that was ever sent is in the stream that is dropped: its INSERTs
//!   have ended, nobody counts it any more, and the record forgets all of its slices at once.
//! - What ends a copy early, a pause, a cancel or an error, ends the sending alone: what is in flight is still checked, so
//!   that it is recorded as done. After a crash the slices that were in flight are those that the record calls open;
//!   they are settled before anything is sent.

use std::collections::{BTreeMap, VecDeque};

use ferry_model::messages::engine as messages;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use futures::{FutureExt, StreamExt, TryFutureExt};
use tokio::sync::SemaphorePermit;

use super::Copy;
use super::slices::{Sent, Short, SliceEnd, rows_of};
use super::slicing::{MOST_PARTITIONS, MOST_PARTITIONS_IN_FLIGHT};
use crate::SliceRows;
use crate::sql::InsertSettings;
use crate::steps::{StepContext, StepError};

/// How a copy in slices went on.
pub(super) enum Outcome {
    /// Every slice is seen on the target; so many rows.
    Complete(u64),
    /// The stream was made again and is empty: every slice must be copied again.
    FromTheStart,
    /// The same, because a block was too large: that is no failure of the target.
    WithSmallerBlocks,
}

/// What came to its end in flight.
enum Landed {
    Sent(SliceEnd),
    Checked { slice: u32, short: Option<Short> },
}

/// A slice in flight.
#[derive(Debug, Clone, Copy)]
struct Flying {
    n_partitions: u64,
    /// Its rows, once its INSERT has ended.
    n_sent: u64,
}

impl Copy {
    /// Copies the slices that are not done.
    pub(super) async fn copy_slices<'c>(
        &self,
        context: &'c StepContext,
        n_rows: u64,
        settings: &mut InsertSettings,
        permit: &mut Option<SemaphorePermit<'c>>,
    ) -> Result<Outcome, StepError> {
        let slices = self.slices(context);
        let mut queue: VecDeque<u32> = self.slices_to_do(context).into();
        let mut n_failed = 0;
        loop {
            if permit.is_none() && !queue.is_empty() {
                *permit = Some(self.wait_for_turn(context).await?);
            }
            let short = self.fly(context, &slices, &mut queue, n_rows, *settings, permit).await?;
            if short.is_empty() {
                break;
            }
            let mut again = Outcome::FromTheStart;
            if short.iter().any(|short| short.is_too_large) {
                settings.n_rows_per_block = settings.n_rows_per_block.div_ceil(2);
                context.note(messages::smaller_blocks(&self.stream, settings.n_rows_per_block)).await?;
                again = Outcome::WithSmallerBlocks;
            }
            let missing: Vec<(u32, &str)> =
                short.iter().filter_map(|one| Some((one.slice, one.why.as_deref()?))).collect();
            // What loses the rows of one slice in flight mostly loses those of others too: it counts once.
            if let Some((_, why)) = missing.first() {
                n_failed += 1;
                if n_failed >= context.pace().n_copy_attempts {
                    return Err(messages::copy_stays_short(&self.stream, why).into());
                }
                again = Outcome::FromTheStart;
            }
            for (slice, why) in missing {
                context.note(messages::slice_again(&self.stream, slice, why)).await?;
            }
            let to_empty: Vec<&SliceRows> = short.iter().map(|short| rows_of(&slices, short.slice)).collect();
            if !self.redo(context, &to_empty).await? {
                return Ok(again);
            }
            short.iter().rev().for_each(|short| queue.push_front(short.slice));
        }
        match queue.is_empty() {
            true => self.add_up(context).await.map(Outcome::Complete),
            false => Err(StepError::Postponed(messages::paused_between_slices())),
        }
    }

    /// Sends slices and checks them until the queue is empty, one of them must be copied again, or something ends the
    /// copy early; and comes back when nothing is in flight. Gives the slices that must be copied again, in their order.
    async fn fly<'c>(
        &self,
        context: &'c StepContext,
        slices: &[SliceRows],
        queue: &mut VecDeque<u32>,
        n_rows: u64,
        settings: InsertSettings,
        permit: &mut Option<SemaphorePermit<'c>>,
    ) -> Result<Vec<Short>, StepError> {
        let mut landing: FuturesUnordered<BoxFuture<'_, Result<Landed, StepError>>> = FuturesUnordered::new();
        let mut flying: BTreeMap<u32, Flying> = BTreeMap::new();
        let (mut short, mut failed, mut is_sending) = (Vec::new(), None, false);
        loop {
            let may_send = !is_sending && short.is_empty() && failed.is_none() && !context.is_pausing();
            if may_send && let Some(slice) = queue.pop_front_if(|slice| self.has_room(context, &flying, *slice)) {
                is_sending = true;
                let n_before = flying.values().map(|one| one.n_sent).sum();
                let n_partitions = n_partitions(context, slice);
                flying.insert(slice, Flying { n_partitions, n_sent: 0 });
                let sent = self.send_slice(context, slice, rows_of(slices, slice), (n_before, n_rows), settings);
                landing.push(sent.map_ok(Landed::Sent).boxed());
            }
            if queue.is_empty() && !is_sending {
                // Checking the last slices overlaps the next copy.
                permit.take();
            }
            match landing.next().await {
                None => break,
                Some(Ok(Landed::Sent(end))) => {
                    is_sending = false;
                    match end {
                        SliceEnd::Sent(sent) => {
                            let Sent { slice, n_expected, .. } = sent;
                            flying.entry(slice).and_modify(|one| one.n_sent = n_expected);
                            let checked = self.check(context, sent, rows_of(slices, slice));
                            landing.push(checked.map_ok(move |short| Landed::Checked { slice, short }).boxed());
                        }
                        SliceEnd::Again(again) => short.push(again),
                    }
                }
                Some(Ok(Landed::Checked { slice, short: missing })) => {
                    flying.remove(&slice);
                    short.extend(missing);
                }
                // What is still in flight may be complete, and is then recorded.
                Some(Err(error)) => failed = failed.or(Some(error)),
            }
        }
        short.sort_by_key(|short| short.slice);
        failed.map_or(Ok(short), Err)
    }

    /// Whether one more slice may be in flight. A slice that touches too many partitions flies alone.
    fn has_room(&self, context: &StepContext, flying: &BTreeMap<u32, Flying>, slice: u32) -> bool {
        let n_touched: u64 = flying.values().map(|one| one.n_partitions).sum();
        let would_touch = n_touched.saturating_add(n_partitions(context, slice));
        flying.is_empty() || (flying.len() < self.n_slices_in_flight && would_touch <= MOST_PARTITIONS_IN_FLIGHT)
    }
}

/// The partitions that a slice touches; the most that it may where the record does not say.
fn n_partitions(context: &StepContext, slice: u32) -> u64 {
    let past = context.past();
    past.sliced(context.step)
        .and_then(|sliced| sliced.partitions.get(slice as usize).copied())
        .unwrap_or(MOST_PARTITIONS)
}
