//! Words for runs and steps.

use crate::{RunState, StepAction, StepNumber, StepState};

/// The state of a run in one or two words.
pub const fn run_state(state: RunState) -> &'static str {
    match state {
        RunState::Created => "created",
        RunState::Running => "running",
        RunState::Pausing => "pausing",
        RunState::Paused => "paused",
        RunState::AwaitingCutOver => "waits for your word",
        RunState::Cancelling => "cancelling",
        RunState::Cancelled => "cancelled",
        RunState::Failed => "failed",
        RunState::Deferred => "not complete",
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
        StepState::Deferred => "deferred",
    }
}

/// What a step does, as a verb.
pub const fn step_action(action: StepAction) -> &'static str {
    match action {
        StepAction::Create => "create",
        StepAction::Copy => "copy rows",
        StepAction::Compare => "compare rows",
        StepAction::Stop => "stop",
        StepAction::Drop => "remove",
    }
}

/// Why a blocked step was not tried.
pub fn blocked_by(step: StepNumber) -> String {
    format!("not tried, because step {step} failed")
}

/// What becomes of a deferred step (copy-safety 26).
pub fn deferred(n_more: u32) -> String {
    match n_more {
        0 => "deferred; the run has tried it as often as its plan says".into(),
        1 => "deferred; the run tries it once more when nothing else is left to do".into(),
        n_more => format!("deferred; the run tries it up to {n_more} times more when nothing else is left to do"),
    }
}

/// `3 creations are deferred`.
pub fn creations_deferred(n: u32) -> String {
    if n == 1 { "1 creation is deferred".into() } else { format!("{n} creations are deferred") }
}
