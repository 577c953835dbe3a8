//! Words for runs and steps.

use crate::{RunState, StepAction, StepNumber, StepState};

/// The state of a run in one or two words.
pub const fn run_state(state: RunState) -> &'static str {
    match state {
        RunState::Created => "created",
        RunState::Running => "running",
        RunState::Pausing => "pausing",
        RunState::Paused => "paused",
        RunState::Cancelling => "cancelling",
        RunState::Cancelled => "cancelled",
        RunState::Failed => "failed",
        RunState::Done => "done",
    }
}

/// The state of a step in one word.
pub const fn step_state(state: StepState) -> &'static str {
    match state {
        StepState::Pending => "pending",
        StepState::Waiting => "waiting",
        StepState::Running => "running",
        StepState::Done => "done",
        StepState::Skipped => "skipped",
        StepState::Failed => "failed",
        StepState::Blocked => "blocked",
    }
}

/// What a step does, as a verb.
pub const fn step_action(action: StepAction) -> &'static str {
    match action {
        StepAction::Create => "create",
        StepAction::Copy => "copy rows",
        StepAction::Compare => "compare counts",
        StepAction::Stop => "stop",
        StepAction::Drop => "remove",
    }
}

/// Why a blocked step was not tried.
pub fn blocked_by(step: StepNumber) -> String {
    format!("not tried, because step {step} failed")
}
