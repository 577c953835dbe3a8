//! What the console says when it refuses: why, and what to do.

use crate::{MigrationId, RunId};

/// A reason and its remedy, for [`crate::FerryError::Conflict`].
pub struct Refusal {
    /// Why, in one sentence.
    pub why: String,
    /// What to do about it.
    pub remedy: String,
}

impl From<Refusal> for crate::FerryError {
    fn from(refusal: Refusal) -> Self {
        Self::Conflict { why: refusal.why, remedy: refusal.remedy }
    }
}

fn refusal(why: impl Into<String>, remedy: impl Into<String>) -> Refusal {
    Refusal { why: why.into(), remedy: remedy.into() }
}

/// The name belongs to something else already.
pub fn name_taken(name: &str) -> Refusal {
    refusal(format!("The name `{name}` is taken."), "Choose another name.")
}

/// A migration has one run at a time.
pub fn run_under_way(run: &RunId) -> Refusal {
    refusal(
        format!("Run `{run}` of this migration is not over."),
        "Wait for its end, or resume or cancel it, before another one starts.",
    )
}

/// The record cannot be written.
pub fn record_not_writable(cause: &str) -> Refusal {
    refusal(
        format!("Nothing can be recorded now: {cause}."),
        "Make room or give Ferry the right to write, then try again.",
    )
}

/// This console was built or started without sandboxes.
pub fn no_sandboxes() -> Refusal {
    refusal("This console cannot start sandboxes.", "Connect two deployments, or run `ferry demo` on your machine.")
}

/// Sandboxes need memory.
pub fn too_many_sandboxes(most: usize) -> Refusal {
    refusal(
        format!("This console already runs {most} pairs of sandboxes."),
        "Use one of them, or restart the console: sandboxes end with it.",
    )
}

/// The name of a migration between two sandboxes.
pub fn sandbox_migration(n: usize) -> String {
    if n == 1 { "Two sandboxes".into() } else { format!("Two sandboxes ({n})") }
}

/// Somebody makes a plan for the migration already.
pub fn plan_in_the_making() -> Refusal {
    refusal("The source of this migration is being captured already.", "Wait until that plan is made.")
}

/// The target did not say in time what it holds.
pub fn target_too_slow(seconds: u64) -> crate::FerryError {
    crate::FerryError::Deployment {
        what: "Asking the target what still exists".into(),
        why: format!("it did not answer within {seconds} s."),
        remedy: "Load the page again when it is reachable.".into(),
    }
}

/// There is nothing to run.
pub fn no_plan() -> Refusal {
    refusal("This migration has no plan.", "Capture the source and make a plan first.")
}

/// The plan that was looked at is not the newest one.
pub fn plan_changed() -> Refusal {
    refusal("The plan has changed since you looked at it.", "Look at the newest revision, then start it.")
}

/// A configuration that only captures.
pub fn no_target() -> Refusal {
    refusal("This migration has no target.", "Add `target` to its configuration to run or clean it.")
}

/// The plan was made for deployments that the configuration does not name.
pub fn other_deployments(plan: &str, config: &str) -> Refusal {
    refusal(
        format!("The plan was made for `{plan}`, but the configuration names `{config}`."),
        "Use the configuration that the plan was made from, or make a new plan.",
    )
}

/// Another process works on the run.
pub fn held_elsewhere(run: &RunId) -> Refusal {
    refusal(
        format!("Another process of Ferry works on run `{run}`."),
        "Control it there; if that process is gone, try again in half a minute.",
    )
}

/// The run has ended and cannot be paused, resumed or cancelled.
pub fn run_is_over(run: &RunId) -> Refusal {
    refusal(format!("Run `{run}` is over."), "Retry it, or start a new one.")
}

/// A run that is done, or that has not ended, cannot be tried again.
pub fn nothing_to_retry(run: &RunId) -> Refusal {
    refusal(format!("Run `{run}` has no failed steps."), "Start a new run if the plan has changed.")
}

/// Only the newest run of a migration can be tried again.
pub fn not_the_newest(run: &RunId) -> Refusal {
    refusal(format!("Run `{run}` is not the newest of its migration."), "Retry the newest run.")
}

/// A wish about steps of a plan, asked of a clean.
pub fn only_for_migrations(run: &RunId) -> Refusal {
    refusal(format!("Run `{run}` removes what other runs made."), "Try a clean again as a whole.")
}

/// A plan that was never run here.
pub fn never_run(migration: &MigrationId) -> Refusal {
    refusal(format!("The plan of migration `{migration}` was not run yet."), "Run it first: ferry run -p PLAN.")
}

/// What a run made is gone.
pub fn was_cleaned(clean: &RunId) -> Refusal {
    refusal(format!("Run `{clean}` removed what the plan's run had made."), "Run the plan again: ferry run -p PLAN.")
}

/// The plan is not the one that ran.
pub fn ran_another_plan(run: &RunId) -> Refusal {
    refusal(
        format!("Run `{run}` carried out another version of this plan."),
        "Use the plan as it was run, or clean and run the new one.",
    )
}

/// The ledger is empty.
pub fn nothing_to_clean() -> Refusal {
    refusal("Runs of this migration made nothing that is still there.", "There is nothing to remove.")
}

/// An unfinished run exists for an earlier state of the plan file.
pub fn unfinished_run_of_other_plan(run: &RunId) -> Refusal {
    refusal(
        format!("Run `{run}` of an earlier state of this plan is not over."),
        "Bring the plan back to that state and run it to its end, or clean first.",
    )
}

/// No run of a plan is known in the data directory.
pub fn unknown_migration(id: &MigrationId, place: &str) -> Refusal {
    refusal(
        format!("No run of this plan (migration `{id}`) is recorded in {place}."),
        "Give the data directory that the run used, with --data-dir or FERRY_DATA_DIR.",
    )
}

/// What was typed to confirm does not fit.
pub fn confirm_with(expected: &str) -> String {
    format!("Type `{expected}` to confirm.")
}

/// A password that is too short.
pub fn password_too_short(least: usize) -> String {
    format!("Choose a password of {least} characters or more.")
}

/// A name that cannot be used.
pub fn name_unusable(longest: usize) -> String {
    format!("Choose a name of 1 to {longest} characters, without line breaks.")
}

/// A secret that a run needs and that nobody supplied.
pub fn secret_missing(key: &str, variable: &str) -> String {
    format!(
        "The secret `{key}` is missing. Set the environment variable {variable}, or add it under `secrets:` to the configuration."
    )
}

/// What was attempted when a deployment could not be reached, refused the user, or did not say what it is.
pub fn deployment_not_used(address: &str) -> String {
    format!("Could not connect to {address}")
}

/// What was attempted when a deployment's catalogue could not be read.
pub fn not_captured(address: &str) -> String {
    format!("Could not capture {address}")
}
