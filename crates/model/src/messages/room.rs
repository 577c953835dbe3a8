//! Words of the run room.

use super::ui::counted;

/// A group of steps: they failed, or were not tried because another failed.
pub const GROUP_FAILED: &str = "failed or blocked";
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

/// `12 of 40`, beside a phase.
pub fn phase_count(n_done: usize, n_steps: usize) -> String {
    format!("{n_done} of {n_steps}")
}

/// The link under a group that is cut short.
pub fn show_more(n_more: usize, group: &str) -> String {
    format!("Show {n_more} more {group}")
}

/// Under the first notices, where more steps failed.
pub fn more_failed(n_more: usize) -> String {
    format!("{} more failed; the table below lists every one.", counted(n_more, "step", "steps"))
}
