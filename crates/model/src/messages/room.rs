//! Words of the run room.

use super::ui::counted;

/// A group of steps: they failed, or were not tried because another failed.
pub const GROUP_FAILED: &str = "failed or blocked";
/// A group of steps: the target could not reach what they need, and they are tried again.
pub const GROUP_DEFERRED: &str = "deferred";
/// A group of steps.
pub const GROUP_RUNNING: &str = "running";
/// A group of steps.
pub const GROUP_WAITING: &str = "waiting";
/// A group of steps.
pub const GROUP_PENDING: &str = "pending";
/// A group of steps: done, or skipped with a reason.
pub const GROUP_DONE: &str = "done";
/// The name of the list of phases.
pub const PHASES: &str = "Phases";
/// Why rows stand still for a moment.
pub const ORDER_HELD: &str = "Rows keep their places while you are in the table.";
/// Where a filter leaves nothing.
pub const NO_STEPS_SHOWN: &str = "No step is in this state now.";

/// A link from a part of the log to all of it.
pub const WHOLE_LOG: &str = "Show the whole log";
/// A link to the lines before.
pub const EARLIER: &str = "Earlier events";
/// A link to the lines after.
pub const LATER: &str = "Later events";
/// What the curve shows before rows have moved.
pub const NO_RATES: &str = "No rows have moved yet.";

/// The heading of a part of the log.
pub fn log_from(seq: u64) -> String {
    format!("Log from event {seq} on")
}

/// `Event 120, 2026-11-22 18:03 UTC`.
pub fn event_at(seq: u64, utc: &str) -> String {
    format!("Event {seq}, {utc}")
}

/// What the curve shows.
pub fn rates(highest: &str) -> String {
    format!("Rows per second from the first row on, {highest} at most")
}

/// `Copies: 12 to 18 minutes left.`
pub fn eta(span: &str) -> String {
    format!("Copies: {span} left.")
}

/// From what that follows.
pub fn eta_basis(recent: &str, overall: &str, as_of: &str) -> String {
    if recent == overall {
        return format!("At {recent}, as of {as_of} UTC.");
    }
    format!("At {recent} in the last seconds and {overall} in all, as of {as_of} UTC.")
}

/// `12 of 40`, beside a phase.
pub fn phase_count(n_done: usize, n_steps: usize) -> String {
    format!("{n_done} of {n_steps}")
}

/// The link under a group that is cut short.
pub fn show_more(n_more: usize, group: &str) -> String {
    format!("Show {n_more} more {group}")
}

/// What waits for the word.
pub fn cut_over_waits(n: usize) -> String {
    let n =
        counted(n, "resource that writes or acts by itself starts", "resources that write or act by themselves start");
    format!("{n} on the target when you give the word.")
}
/// What can be done until then.
pub const CUT_OVER_HINT: &str = "Until then \"Catch up\" copies the rows that reached the source since, as often as you like, and compares \
    again. After the word rows no longer follow: from then on the target is the live one.";

/// Over the deferred creations.
pub fn deferred_title(n: u32) -> String {
    let they_need = if n == 1 { "it needs" } else { "they need" };
    format!("{}: the target cannot reach what {they_need}.", super::creations_deferred(n))
}

/// Under the first notices, where more steps are deferred.
pub fn more_deferred(n_more: usize) -> String {
    format!("{n_more} more deferred; the table below lists every one.")
}

/// Under the first notices, where more steps failed.
pub fn more_failed(n_more: usize) -> String {
    format!("{} more failed; the table below lists every one.", counted(n_more, "step", "steps"))
}
/// A button.
pub const RETRY_STEP: &str = "Try this step again";
/// A button, and what opens its form.
pub const SKIP_STEP: &str = "Go on without this step";
/// A field.
pub const SKIP_REASON: &str = "Why the run may go on without it";
/// What skipping means.
pub const SKIP_HINT: &str =
    "The reason is recorded. A stream whose copy was not compared stays \"copied, not verified\".";

/// What may be done with a step.
pub fn step_controls(step: crate::StepNumber) -> String {
    format!("What to do with step {step}")
}
