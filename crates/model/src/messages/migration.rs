//! Words for migrations: their state in a sentence, and the next action on a button.

use crate::{MigrationState, NextAction, RunMode, RunState, RunSummary};

/// Where a migration stands, in one sentence.
pub fn migration_state(state: &MigrationState) -> String {
    match state {
        MigrationState::NoPlan => "No plan exists yet.".into(),
        MigrationState::Planning => "The source is being captured.".into(),
        MigrationState::PlanFailed { error } => format!("The plan could not be made. {error}"),
        MigrationState::Planned { revision, n_steps, .. } => {
            format!("Revision {revision} with {} is ready to run.", steps(*n_steps))
        }
        MigrationState::Run { run } => run_sentence(run),
    }
}

/// The one thing to do next, as it stands on the button.
pub fn next_action(action: &NextAction) -> String {
    match action {
        NextAction::MakePlan => "Capture the source and make a plan".into(),
        NextAction::StartRun { n_steps, target, .. } => format!("Run {} on {target}", steps(*n_steps)),
        NextAction::Watch { .. } => "Watch the run".into(),
        NextAction::Resume { .. } => "Resume the run".into(),
        NextAction::CutOver { .. } => "Cut over".into(),
        NextAction::Retry { n_steps, .. } => format!("Try {} again", steps(*n_steps)),
        NextAction::Clean => "Remove what the run made".into(),
        NextAction::Nothing => "Nothing is left to do".into(),
    }
}

/// Where a run stands, in one sentence.
pub fn run_sentence(run: &RunSummary) -> String {
    let RunSummary { n_steps, n_done, n_failed, n_blocked, .. } = run;
    let what = match run.mode {
        RunMode::Migrate => "steps done",
        RunMode::Clean => "resources removed",
    };
    let progress = format!("{n_done} of {n_steps} {what}");
    match run.state {
        RunState::Created => format!("A run of {} waits to begin.", steps(*n_steps)),
        RunState::Running => format!("Running: {progress}."),
        RunState::Pausing => format!("Pausing after the steps in flight: {progress}."),
        RunState::Paused => format!("Paused: {progress}."),
        RunState::AwaitingCutOver => awaiting_sentence(run),
        RunState::Cancelling => format!("Cancelling after the steps in flight: {progress}."),
        RunState::Cancelled => format!("Cancelled: {progress}."),
        RunState::Failed if *n_failed + *n_blocked > 0 => {
            format!("Failed: {progress}, {n_failed} failed, {n_blocked} not tried.")
        }
        RunState::Failed => format!("Stopped: {progress}."),
        RunState::Deferred => deferred_sentence(run),
        RunState::Done => match run.mode {
            RunMode::Migrate if run.n_unverified > 0 => format!("Copied, not verified: {progress}."),
            RunMode::Migrate => format!("Done: {progress}."),
            RunMode::Clean => format!("Cleaned: {progress}."),
        },
    }
}

/// What is done, and that the rest waits for a person.
fn awaiting_sentence(run: &RunSummary) -> String {
    let verified = if run.n_unverified > 0 { "Copied, not verified" } else { "Copied and verified" };
    let failed = match run.n_failed {
        0 => String::new(),
        n => format!(" {} failed.", steps(n)),
    };
    format!("{verified}, waiting for your word to cut over: {} of {} steps done.{failed}", run.n_done, run.n_steps)
}

/// What is done, what is deferred, and what waits for that.
fn deferred_sentence(run: &RunSummary) -> String {
    let n_waiting = run.n_steps.saturating_sub(run.n_done + run.n_deferred);
    let (they_need, them) = if run.n_deferred == 1 { ("it needs", "it") } else { ("they need", "them") };
    let waiting = match n_waiting {
        0 => String::new(),
        1 => format!(", and 1 step waits for {them}"),
        n => format!(", and {n} steps wait for {them}"),
    };
    format!(
        "Everything else is done: {} of {} steps. {} because the target cannot reach what {they_need}{waiting}.",
        run.n_done,
        run.n_steps,
        super::creations_deferred(run.n_deferred),
    )
}

/// `1 step`, `118 steps`.
pub fn steps(n: u32) -> String {
    if n == 1 { "1 step".into() } else { format!("{n} steps") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_button_says_how_many_steps_run_where() {
        let action = NextAction::StartRun { n_steps: 118, target: "target-prod:8463".into(), digest: String::new() };
        assert_eq!(next_action(&action), "Run 118 steps on target-prod:8463");
    }
}
