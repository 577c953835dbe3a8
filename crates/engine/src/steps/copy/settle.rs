//! Waiting until rows are where they belong, and finding out what an INSERT left (copy-safety 11, 16, 17).

use std::sync::PoisonError;
use std::time::Duration;

use ferry_model::ResourceName;
use ferry_model::messages::engine as messages;
use futures::{FutureExt, TryFutureExt};

use crate::steps::{StepContext, StepError};
use crate::{SliceRows, waiting};

/// What the target holds once its count stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Settled {
    /// Every row of the source.
    Complete(u64),
    /// Fewer rows than the source.
    Short { n_source: u64, n_target: u64 },
}

/// Waits until rows that the source accepted before the run are in its `table()`: one flush interval since
/// Ferry last stopped something there (copy-safety 11).
pub(super) async fn wait_for_source(context: &StepContext, stream: &ResourceName) -> Result<(), StepError> {
    let flush = context.source()?.flush_interval(stream).await;
    let flush = flush.map_err(|error| context.trouble(messages::counting(stream), &error))?;
    let quiet_since = *context.shared.quiet_since.lock().unwrap_or_else(PoisonError::into_inner);
    tokio::time::sleep_until(quiet_since + flush).await;
    Ok(())
}

/// The stream must hold nothing before its first row is copied.
pub(super) async fn require_empty(context: &StepContext, stream: &ResourceName) -> Result<(), StepError> {
    let n_rows = context.target().count(stream).await;
    match n_rows.map_err(|error| context.trouble(messages::counting(stream), &error))? {
        0 => Ok(()),
        n_rows => Err(messages::not_empty(stream, n_rows).into()),
    }
}

/// After an INSERT that finished: waits until its rows are seen. Never believes the INSERT itself.
pub(super) async fn see_rows(
    context: &StepContext,
    stream: &ResourceName,
    rows: &SliceRows,
    n_expected: u64,
) -> Result<Settled, StepError> {
    let (source, target) = (context.source()?, context.target());
    let trouble = |error| context.trouble(messages::counting(stream), &error);
    let flush = target.flush_interval(stream).await.map_err(trouble)?;
    let patience = (flush * 5).max(context.pace().still);
    let arrived = || target.count_in(stream, rows);
    let n_target = waiting::still(context.pace(), flush, patience, arrived, |n| n >= n_expected).await;
    let n_target = n_target.map_err(trouble)?;
    if n_target == n_expected {
        return Ok(Settled::Complete(n_target));
    }
    // The source moved: rows arrived before the INSERT read it, or keys replaced each other.
    let arrived = || target.count_in(stream, rows);
    let n_target = waiting::still(context.pace(), flush, flush * 2, arrived, |_| false).await.map_err(trouble)?;
    let n_source = source.count_in(stream, rows).await.map_err(trouble)?;
    let between = n_expected.min(n_source)..=n_expected.max(n_source);
    match n_target {
        _ if between.contains(&n_target) => {
            context.note(messages::source_moves(stream)).await?;
            Ok(Settled::Complete(n_target))
        }
        _ if n_target > n_source => Err(messages::too_many_rows(stream, n_source, n_target).into()),
        _ => Ok(Settled::Short { n_source, n_target }),
    }
}

/// After INSERTs of unknown outcome: proves that they ended, waits until the count stands still for two flush
/// intervals, and only then compares (copy-safety 16).
pub(super) async fn settle(
    context: &StepContext,
    stream: &ResourceName,
    rows: &SliceRows,
) -> Result<Settled, StepError> {
    prove_ended(context).await?;
    after_the_end(context, stream, rows).await
}

/// The same for INSERTs that are proved to have ended, while others of this step may run.
pub(super) async fn after_the_end(
    context: &StepContext,
    stream: &ResourceName,
    rows: &SliceRows,
) -> Result<Settled, StepError> {
    let (source, target) = (context.source()?, context.target());
    let trouble = |error| context.trouble(messages::counting(stream), &error);
    let flush = target.flush_interval(stream).await.map_err(trouble)?;
    let n_source = source.count_in(stream, rows).await.map_err(trouble)?;
    let arrived = || target.count_in(stream, rows);
    let still_for = (flush * 2).max(Duration::from_millis(1));
    let n_target = waiting::still(context.pace(), flush, still_for, arrived, |_| false).await.map_err(trouble)?;
    match n_target {
        _ if n_target == n_source => Ok(Settled::Complete(n_target)),
        _ if n_target > n_source => Err(messages::too_many_rows(stream, n_source, n_target).into()),
        _ => Ok(Settled::Short { n_source, n_target }),
    }
}

/// Ends every INSERT of this step that still runs, and fails where that cannot be proved.
pub(crate) async fn prove_ended(context: &StepContext) -> Result<(), StepError> {
    let target = context.target();
    let queries = context.past().queries_of(context.step);
    for query in queries {
        let trouble = |error| context.trouble(messages::ending_query(&query), &error);
        if !target.query_is_running(&query).await.map_err(trouble)? {
            continue;
        }
        target.cancel_query(&query).await.map_err(trouble)?;
        let ended = || target.query_is_running(&query).map_ok(|runs| !runs).boxed();
        if !waiting::until(context.pace(), context.pace().settle, ended).await.map_err(trouble)? {
            return Err(messages::query_never_ends(&query).into());
        }
    }
    Ok(())
}
