//! Why a step failed.

use super::some_of;
use crate::{FerryError, QueryId, ResourceName};

/// The person cancelled; the text says what is half done.
pub fn run_was_cancelled(left: &str) -> FerryError {
    FerryError::Conflict {
        why: format!("The run was cancelled: {left}."),
        remedy: "Start the run again to go on, or clean what it made.".into(),
    }
}

/// A creation that was acknowledged and is not seen.
pub fn never_appeared(resource: &ResourceName) -> FerryError {
    FerryError::Deployment {
        what: super::creating(resource),
        why: "The target accepted it, but does not show it.".into(),
        remedy: "Look at the target's log, then retry the failed steps.".into(),
    }
}

/// The target cannot reach an external system that a creation needs (copy-safety 26).
pub fn external_system_unreachable(resource: &ResourceName, system: Option<&str>, why: &str) -> FerryError {
    let system = system.map_or_else(|| "an external system that it needs".to_owned(), |address| format!("`{address}`"));
    FerryError::Deployment {
        what: format!("{}: the target cannot reach {system}", super::creating(resource)),
        why: super::full_stop(why.to_owned()),
        remedy: "Make it reachable for the target, then try the deferred steps again, or go on without this one."
            .into(),
    }
}

/// Why a step waits whose turn would have come (copy-safety 26).
pub fn waits_for_deferred(step: crate::StepNumber) -> String {
    format!("waits for step {step}, which is deferred")
}

/// A removal that was acknowledged and is still seen (copy-safety 25).
pub fn never_vanished(resource: &ResourceName) -> FerryError {
    FerryError::Deployment {
        what: super::removing(resource),
        why: "The target accepted it, but still shows it.".into(),
        remedy: "Removal happens in the background: retry in a while, or look at the target's log.".into(),
    }
}

/// Several things of one name, known by id only.
pub fn ambiguous_name(resource: &ResourceName, n: usize) -> FerryError {
    FerryError::Conflict {
        why: format!("The target has {n} things called {resource}, and which of them this run made is not known."),
        remedy: "Remove the wrong ones by hand, then retry the failed steps.".into(),
    }
}

/// Something did not stop or start.
pub fn did_not_settle(what: String) -> FerryError {
    FerryError::Deployment {
        what,
        why: "The deployment accepted it, but it did not happen.".into(),
        remedy: "Look at its state on the deployment, then retry the failed steps.".into(),
    }
}

/// A stream that holds rows before the copy.
pub fn not_empty(stream: &ResourceName, n_rows: u64) -> FerryError {
    FerryError::Conflict {
        why: format!(
            "{stream} on the target holds {n_rows} rows before the first was copied: something else writes to it."
        ),
        remedy: "Stop what writes to it, clean, and start again.".into(),
    }
}

/// A stream that this run did not make.
pub fn not_ours(stream: &ResourceName) -> FerryError {
    FerryError::Conflict {
        why: format!("{stream} on the target was not made by this run."),
        remedy: "Ferry writes to nothing that it did not make: clean, and start again.".into(),
    }
}

/// The helper counts other rows than the source (copy-safety 7).
pub fn read_test_failed(stream: &ResourceName, n_source: u64, n_through: u64) -> FerryError {
    FerryError::Deployment {
        what: super::read_testing(stream),
        why: format!("The source counts {n_source} rows and the target reads {n_through}."),
        remedy: "Nothing was copied. Check that `address_for_target` names exactly one address of the source and \
                 that nothing writes to the stream."
            .into(),
    }
}

/// Columns that differ (copy-safety 13).
pub fn columns_differ(stream: &ResourceName, columns: &[String]) -> FerryError {
    FerryError::Conflict {
        why: format!("Columns of {stream} differ between source and target: {}.", some_of(columns)),
        remedy: "Make a new plan from the source as it is now.".into(),
    }
}

/// More rows than the source has.
pub fn too_many_rows(stream: &ResourceName, n_source: u64, n_target: u64) -> FerryError {
    FerryError::Conflict {
        why: format!("{stream} holds {n_target} rows on the target and {n_source} on the source."),
        remedy: "Something else writes to the target, or rows were deleted on the source: find out which, clean, and \
                 start again."
            .into(),
    }
}

/// A copy that loses rows every time.
pub fn copy_stays_short(stream: &ResourceName, why: &str) -> FerryError {
    FerryError::Deployment {
        what: super::copying(stream),
        why: format!("Every attempt ended with missing rows; the last time {why}."),
        remedy: "Look at the target's log for rows that it refused in the background, then retry the failed steps."
            .into(),
    }
}

/// A slice that cannot be emptied.
pub fn slice_stays(stream: &ResourceName) -> FerryError {
    FerryError::Deployment {
        what: super::emptying_slice(stream),
        why: "The target accepted the DELETE, but still shows rows.".into(),
        remedy: "DELETE happens in the background: retry in a while, or look at the target's log.".into(),
    }
}

/// A slice that was complete and is no more.
pub fn slice_changed(stream: &ResourceName, slice: u32, n_copied: u64, n_target: u64) -> FerryError {
    let slice = u64::from(slice) + 1;
    FerryError::Conflict {
        why: format!(
            "Slice {slice} of {stream} was copied with {n_copied} rows, and the target has {n_target} of it now."
        ),
        remedy: "Something else writes to the target: find out what, clean, and start again.".into(),
    }
}

/// Slices that are all complete, and a stream that holds another number of rows.
pub fn slices_do_not_add_up(stream: &ResourceName, n_copied: u64, n_target: u64) -> FerryError {
    FerryError::Conflict {
        why: format!("The slices of {stream} hold {n_copied} rows and the stream on the target {n_target}."),
        remedy: "Something else writes to the target: find out what, clean, and start again.".into(),
    }
}

/// Counts that differ.
pub fn counts_differ(stream: &ResourceName, n_source: u64, n_target: u64) -> FerryError {
    FerryError::Conflict {
        why: format!("The source holds {n_source} rows of {stream} and the target {n_target}."),
        remedy: "Do not use the target's copy. Clean and run again, with what writes to the stream stopped.".into(),
    }
}

/// A query that cannot be ended.
pub fn query_never_ends(query: &QueryId) -> FerryError {
    FerryError::Deployment {
        what: super::ending_query(query),
        why: "The target was asked to end it and still runs it.".into(),
        remedy: "End it by hand, then retry the failed steps: nothing is sent again before it has ended.".into(),
    }
}
