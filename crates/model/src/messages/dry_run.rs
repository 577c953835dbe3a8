//! Words of `--dry-run`.

use crate::{CompareLevel, Presence, ResourceName, RunId, StepAction, StepNumber, StepState};

/// What follows is only told.
pub fn heading(goes_on_with: Option<&RunId>, target: &str) -> String {
    match goes_on_with {
        Some(run) => format!("Nothing is changed. The command would go on with run {run} on {target}:"),
        None => format!("Nothing is changed. The command would start a new run on {target}:"),
    }
}

/// What would become of one step.
pub fn step(
    number: StepNumber,
    action: StepAction,
    resource: &ResourceName,
    state: StepState,
    rows: Option<u64>,
    level: Option<CompareLevel>,
) -> String {
    let what = match (action, rows, level) {
        (StepAction::Copy, Some(n_rows), _) => format!("copy {n_rows} rows of {resource}"),
        (StepAction::Copy, None, _) => format!("copy the rows of {resource}"),
        (StepAction::Compare, _, Some(level)) => {
            format!("compare {resource} by {}", super::verification::compare_level(level))
        }
        (StepAction::Compare, _, None) => format!("compare {resource} by counts"),
        _ => format!("{} {resource}", super::step_action(action)),
    };
    let would = match state {
        StepState::Done => "is done, stays",
        StepState::Skipped => "was skipped, stays",
        StepState::Failed => "failed, would try again",
        StepState::Deferred => "was deferred, would try again",
        StepState::Running | StepState::Waiting => "was interrupted, would look and go on",
        StepState::Blocked | StepState::Pending => "would do",
    };
    format!("[{number}] {would}: {what}")
}

/// What the run would note before its first change.
pub fn note(note: &str) -> String {
    format!("note: {note}")
}

/// How much is left to do.
pub fn end(n_left: usize) -> String {
    format!("{n_left} steps would be done. Whether the target reaches the source is tried by the run itself.")
}

/// The record does not exist, so nothing was ever made.
pub fn no_record(place: &str) -> String {
    format!("There is no record in {place}, so nothing that was made here is known. Name its folder with --data-dir.")
}

/// What follows would be removed.
pub fn clean_heading(n: usize, target: &str) -> String {
    format!("Nothing is changed. The command would remove these {n} resources from {target}, in this order:")
}

/// One thing that would be removed.
pub fn clean_entry(resource: &ResourceName, step: StepNumber, presence: Presence) -> String {
    let there = match presence {
        Presence::There => "exists",
        Presence::Gone => "already gone",
        Presence::Unknown => "not known whether it exists",
    };
    let by = if step.0 == 0 { "the run itself".to_owned() } else { format!("step {step}") };
    format!("{resource} ({there}; {by} of a run made it)")
}
