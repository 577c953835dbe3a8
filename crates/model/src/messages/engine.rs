//! Words of a run: what its steps checked, found, noted and refused.

mod again;
mod refusals;
mod step_errors;

pub use again::*;
pub use refusals::*;
pub use step_errors::*;

use crate::{FerryError, LeaseOwner, LedgerState, QueryId, ResourceName, StepNumber};

/// What a step was doing when a deployment did not do what was asked.
pub fn creating(resource: &ResourceName) -> String {
    format!("Creating {resource}")
}

/// See [`creating`].
pub fn removing(resource: &ResourceName) -> String {
    format!("Removing {resource}")
}

/// See [`creating`].
pub fn looking_for(resource: &ResourceName) -> String {
    format!("Looking for {resource}")
}

/// See [`creating`].
pub fn starting(resource: &ResourceName) -> String {
    format!("Starting {resource}")
}

/// See [`creating`].
pub fn stopping(resource: &ResourceName) -> String {
    format!("Stopping {resource}")
}

/// See [`creating`].
pub fn copying(resource: &ResourceName) -> String {
    format!("Copying the rows of {resource}")
}

/// See [`creating`].
pub fn counting(resource: &ResourceName) -> String {
    format!("Counting the rows of {resource}")
}

/// See [`creating`].
pub fn comparing_columns(resource: &ResourceName) -> String {
    format!("Comparing the columns of {resource}")
}

/// See [`creating`].
pub fn read_testing(resource: &ResourceName) -> String {
    format!("Counting the rows of {resource} through its helper")
}

/// See [`creating`].
pub fn trying_to_pull() -> String {
    "Trying whether the target can pull rows from the source".into()
}

/// See [`creating`].
pub fn ending_query(query: &QueryId) -> String {
    format!("Making sure that query {query} has ended")
}

/// See [`creating`].
pub fn checking_visibility() -> String {
    "Checking what the source shows to its user".into()
}

/// Why rows take the relay: the plan says so.
pub fn relay_is_planned() -> String {
    "the plan says so".into()
}

/// Why rows take the relay: the helper is of no use.
pub fn helper_is_no_use(error: &FerryError) -> String {
    match error {
        FerryError::Conflict { why, .. } => why.clone(),
        FerryError::Deployment { what, why, .. } => format!("{what}: {why}"),
        other => other.to_string(),
    }
}

/// Which way the rows of a stream take, where it is not the helper.
pub fn rows_take_the_relay(stream: &ResourceName, why: &str) -> String {
    format!("The rows of {stream} travel through Ferry, not through a helper: {why}")
}

/// A question to the target.
pub fn looking_for_collection(name: &str) -> String {
    format!("Looking for the named collection {name}")
}

/// What a Create step checked.
pub fn exists_on_target(resource: &ResourceName) -> String {
    format!("{resource} exists on the target")
}

/// What a Create step found that the plan lets stand.
pub fn stands_on_target(resource: &ResourceName) -> String {
    format!("{resource} was on the target already and means the same; this run did not touch it")
}

/// What probing an interrupted Create step found.
pub fn exists_and_must_stop(resource: &ResourceName) -> String {
    format!("{resource} exists on the target and must be stopped")
}

/// What probing an interrupted Create step found.
pub fn not_on_target(resource: &ResourceName) -> String {
    format!("{resource} is not on the target yet")
}

/// A source that the run created began to run for a moment.
pub fn stopped_after_creation(resource: &ResourceName) -> String {
    format!("{resource} started by itself when it was created, and was stopped at once")
}

/// What a Stop step checked.
pub fn stands_still(resource: &ResourceName) -> String {
    format!("{resource} stands still")
}

/// What a Stop step found.
pub fn did_not_run(resource: &ResourceName) -> String {
    format!("{resource} did not run, so it is not started later either")
}

/// What probing an interrupted Stop step found.
pub fn still_runs(resource: &ResourceName) -> String {
    format!("{resource} still runs")
}

/// What a Drop step checked.
pub fn is_gone(resource: &ResourceName) -> String {
    format!("{resource} is gone from the target")
}

/// What probing an interrupted Drop step found.
pub fn removal_interrupted(resource: &ResourceName) -> String {
    format!("the removal of {resource} was interrupted and is done again")
}

/// What a Compare step found: rows that came after the copy (copy-safety 29).
pub fn rows_not_covered(resource: &ResourceName, n_late: u64) -> String {
    format!("the copy of {resource} is complete; {n_late} rows that reached the source later are not covered")
}

/// Rows reached a source that nobody can pause (copy-safety 24).
pub fn source_moved(resource: &ResourceName, n_late: u64) -> FerryError {
    FerryError::Conflict {
        why: format!(
            "{n_late} rows reached {resource} on the source while it was copied, and this release cannot pause what \
             writes them: more may come at any time."
        ),
        remedy: format!(
            "Stop what writes into {resource} and catch up. If the rows need not be covered, say so by name: \
             `accepts_movement: true` under `compare` of this step in the plan."
        ),
    }
}

/// What was stopped on the source ran again while rows were copied.
pub fn stopped_again(resource: &ResourceName) -> String {
    format!(
        "{resource} ran again on the source although this run had stopped it; it was stopped again, and what it wrote \
         meanwhile is counted"
    )
}

/// See [`creating`].
pub fn comparing(resource: &ResourceName) -> String {
    format!("Comparing the rows of {resource}")
}

/// A comparison was cancelled.
pub fn comparison_cancelled() -> String {
    "the comparison ended early".into()
}

/// What probing an interrupted Compare step found.
pub fn must_count_again() -> String {
    "the rows are compared again from where it was interrupted".into()
}

/// What a Copy step checked.
pub fn rows_seen(n_rows: u64) -> String {
    format!("{n_rows} rows are in the target's table")
}

/// What probing an interrupted Copy step found.
pub fn nothing_inserted(resource: &ResourceName) -> String {
    format!("no row of {resource} was sent yet")
}

/// Why a copy begins again.
pub fn was_short(resource: &ResourceName, n_source: u64, n_target: u64) -> String {
    format!("the source holds {n_source} rows of {resource} and only {n_target} of them arrived")
}

/// A copy begins again.
pub fn copying_again(resource: &ResourceName, why: &str) -> String {
    format!("{resource} was created again, empty, and is copied again: {why}")
}

/// A view is removed because the stream under it is made again; its own step makes it again.
pub fn taken_away(dependent: &ResourceName, stream: &ResourceName) -> String {
    format!(
        "{dependent} is removed for a moment and created again by its own step, because {stream} must be made again"
    )
}

/// A slice is copied again.
pub fn slice_again(resource: &ResourceName, slice: u32, why: &str) -> String {
    format!("slice {} of {resource} is emptied and copied again: {why}", u64::from(slice) + 1)
}

/// See [`creating`].
pub fn emptying_slice(resource: &ResourceName) -> String {
    format!("Emptying a slice of {resource} that must be copied again")
}

/// See [`creating`].
pub fn measuring(resource: &ResourceName) -> String {
    format!("Finding out how the rows of {resource} lie in time")
}

/// A stream cannot be cut into slices, so it is copied as one.
pub fn copied_whole(resource: &ResourceName, why: &str) -> String {
    format!("{resource} is copied whole, because how its rows lie in time could not be asked: {why}")
}

/// One moment holds more rows than a slice shall have.
pub fn crowded_moment(resource: &ResourceName, n_rows: u64) -> String {
    format!(
        "one millisecond of {resource} holds {n_rows} rows, so a slice is larger than the plan wants: source and target do not compute the same hash, by which it could be cut further"
    )
}

/// See [`crowded_moment`].
pub fn split_moment(resource: &ResourceName, n_rows: u64) -> String {
    format!("one millisecond of {resource} holds {n_rows} rows: they are cut into several slices by a hash of the row")
}

/// Why a whole copy began again.
pub fn slices_came_out_short() -> String {
    "a slice came out short".into()
}

/// Why a copy stands still.
pub fn paused_between_slices() -> String {
    "paused between two slices".into()
}

/// What probing an interrupted copy in slices found.
pub fn slices_left(resource: &ResourceName, n_left: usize, n_slices: usize) -> String {
    format!("{} of {n_slices} slices of {resource} are on the target, {n_left} are left", n_slices - n_left)
}

/// Why a creation waits.
pub fn waits_for_recreation(missing: &ResourceName) -> String {
    format!("waits until {missing} is created again")
}

/// A copy begins again with smaller blocks (copy-safety 12).
pub fn smaller_blocks(resource: &ResourceName, n_rows: u64) -> String {
    format!(
        "a block of {resource} was larger than the target's record limit; it is copied again with at most {n_rows} rows in a block"
    )
}

/// Nobody knows how an INSERT ended (copy-safety 16).
pub fn outcome_unknown(resource: &ResourceName, why: &str) -> String {
    format!(
        "the connection ended before the copy of {resource} did ({why}); nothing is sent again before it is \
         proved that the query has ended and the rows were counted"
    )
}

/// What a cancelled copy left.
pub fn copy_cancelled(resource: &ResourceName, n_target: Option<u64>) -> String {
    match n_target {
        Some(n_rows) => format!("{n_rows} rows of {resource} are on the target"),
        None => format!("how many rows of {resource} are on the target could not be asked"),
    }
}

/// A copy was cancelled while it waited.
pub fn cancelled_before_copy(resource: &ResourceName) -> String {
    format!("no row of {resource} was copied")
}

/// What an earlier process left of a step when the run was cancelled.
pub fn left_by_interruption() -> String {
    "the step was interrupted, and what it had sent has ended".into()
}

/// The source changed while its rows were counted or copied.
pub fn source_moves(resource: &ResourceName) -> String {
    format!(
        "rows reach {resource} on the source while it is copied; rows that came after the copy began may not be covered"
    )
}

/// Why a copy waits.
pub fn waits_for_copies(n_at_once: usize) -> String {
    format!("waits until fewer than {n_at_once} copies run")
}

/// See [`waits_for_copies`].
pub fn waits_for_comparisons(n_at_once: usize) -> String {
    format!("waits until fewer than {n_at_once} comparisons run")
}

/// See [`waits_for_copies`].
pub fn waits_for_stops(n_at_once: usize) -> String {
    format!("waits until fewer than {n_at_once} are being stopped")
}

/// See [`waits_for_copies`].
pub fn waits_for_side(side: crate::Side, n_at_once: usize) -> String {
    let side = match side {
        crate::Side::Source => "source",
        crate::Side::Target => "target",
    };
    let steps =
        if n_at_once == 1 { "no other step works".into() } else { format!("fewer than {n_at_once} steps work") };
    format!("waits until {steps} on the {side}")
}

/// Helpers that stay after the run (copy-safety 6).
pub fn helpers_stay(n_helpers: usize) -> String {
    format!(
        "{n_helpers} helpers stay on the target after the run because drop_migration_external_stream is false; \
         their definitions hold the source's password, and a clean removes them"
    )
}

/// Why a clean would remove something.
pub fn why_removed(state: LedgerState, step: StepNumber) -> String {
    let by = if step.0 == 0 { "the run itself".to_owned() } else { format!("step {step}") };
    match state {
        LedgerState::Created => format!("{by} of a run made it"),
        LedgerState::Intended => format!("{by} of a run was about to make it when the run was interrupted"),
        LedgerState::DropIntended => format!("{by} of a run made it, and its removal was begun"),
    }
}

/// What the marker on a target says of its owner.
pub fn marker_owner(started_by: &str, owner: &LeaseOwner) -> String {
    format!("{started_by} ({owner})")
}

/// Who put up a marker.
pub fn marker_holder(run: &str, owner: &str) -> String {
    format!("run {run} of {owner}")
}

/// Who put up a marker that cannot be read.
pub fn marker_holder_unknown() -> String {
    "a run whose owner could not be read".into()
}

/// The marker could not be taken down.
pub fn marker_stays() -> String {
    "The marker of this run stays on the target until the run is taken up again or cleaned.".into()
}

/// Something that was stopped could not be started again.
pub fn restart_by_hand(resource: &ResourceName) -> String {
    format!("{resource} was stopped by this run and could not be started again: start it by hand.")
}

/// A deployment did not do what was asked.
pub fn deployment_trouble(what: String, why: String) -> FerryError {
    let remedy = "Check the deployment, then retry the failed steps.".to_owned();
    FerryError::Deployment { what, why: full_stop(why), remedy }
}

/// Sentences of servers end with a full stop before ours begin.
fn full_stop(text: String) -> String {
    if text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") }
}

/// At most ten names, and how many more there are.
fn some_of<T: std::fmt::Display>(items: &[T]) -> String {
    const N_SHOWN: usize = 10;
    let shown: Vec<String> = items.iter().take(N_SHOWN).map(ToString::to_string).collect();
    match items.len().saturating_sub(N_SHOWN) {
        0 => shown.join(", "),
        n_more => format!("{} and {n_more} more", shown.join(", ")),
    }
}
