//! Words of copying parts of a stream again, and of catching up.

use crate::messages::verification::time_range;
use crate::{FerryError, ResourceName, StepNumber, StepState, TimeRange};

/// Which rows are copied again, before anything is removed (copy-safety 19).
pub fn copied_again_in_part(stream: &ResourceName, ranges: &[TimeRange]) -> String {
    const N_SHOWN: usize = 5;
    let shown: Vec<String> = ranges.iter().take(N_SHOWN).copied().map(time_range).collect();
    let more = match ranges.len().saturating_sub(N_SHOWN) {
        0 => String::new(),
        n_more => format!(" and {n_more} more parts"),
    };
    format!("of {stream} only this is emptied and copied again: {}{more}", shown.join("; "))
}

/// Why all of it is copied again, before anything is removed (copy-safety 20).
pub fn copied_again_whole(stream: &ResourceName, why: &str) -> String {
    format!("{stream} is dropped, created and copied again whole, because {why}")
}

/// See [`copied_again_whole`].
pub const NOT_IN_SLICES: &str = "its rows cannot be told apart by time";
/// See [`copied_again_whole`].
pub const NO_DELETE: &str = "its plan says that this target deletes no rows";

/// Who asks for a catch-up that stands in the plan.
pub const THE_PLAN: &str = "the plan";

/// Why what lives on the target does not start yet.
pub const WAITS_FOR_WORD: &str = "waits for the word to cut over";

/// Before what is said of the deployment.
pub fn source_not_looked_at() -> String {
    "whether everything that was stopped on the source still stands still is not known.".into()
}

/// A word that nobody waits for.
pub fn no_word_awaited() -> FerryError {
    FerryError::Conflict {
        why: "The run does not wait for a word to cut over.".into(),
        remedy: "It does where its plan says `cut_over: on_request`, once everything is copied and compared.".into(),
    }
}

/// Nothing was found that must be copied again.
pub fn nothing_to_copy_again(stream: &ResourceName) -> String {
    format!("both sides hold the same number of rows of {stream} everywhere: nothing is copied again")
}

/// See [`nothing_to_copy_again`].
pub fn nothing_has_changed(stream: &ResourceName) -> String {
    format!("both sides hold the same rows of {stream}: nothing is copied again")
}

/// What a step was doing when a deployment did not answer.
pub fn looking_for_differences(stream: &ResourceName) -> String {
    format!("Looking for what differs of {stream}")
}

/// What a probe found.
pub fn must_be_copied_again(stream: &ResourceName) -> String {
    format!("parts of {stream} are to be copied again")
}

/// Rows of a stream under something that lives cannot be taken away (copy-safety 19).
pub fn something_lives_over(stream: &ResourceName, alive: &[&ResourceName]) -> FerryError {
    let names: Vec<String> = alive.iter().map(ToString::to_string).collect();
    FerryError::Conflict {
        why: format!(
            "{stream} cannot be copied again: on the target {} may write to it or act on its rows, which would then be \
             processed twice.",
            names.join(", ")
        ),
        remedy: "Clean what the run made and run the plan again.".into(),
    }
}

/// Only a copy that is done can be repeated in part.
pub fn nothing_to_recopy_in(step: StepNumber, state: StepState) -> FerryError {
    let state = crate::messages::step_state(state);
    FerryError::Conflict {
        why: format!("What step {step} is about cannot be copied again: its copy is {state}, or is being compared."),
        remedy: "Name a comparison that has ended, or its copy. Use `--retry` for a copy that failed.".into(),
    }
}

/// The step is about no copied stream.
pub fn copies_nothing(step: StepNumber) -> FerryError {
    FerryError::Conflict {
        why: format!("Step {step} neither copies nor compares the rows of a stream."),
        remedy: "Name the comparison that found the difference.".into(),
    }
}

/// There is no copy into which rows could follow.
pub fn nothing_to_catch_up() -> FerryError {
    FerryError::Conflict {
        why: "No copy of this run can be caught up: none is done, or something lives on the target over each.".into(),
        remedy: "Catch up before materialized views, sources and sinks start on the target: see `catch_up_rounds`."
            .into(),
    }
}
