//! Where a run and its steps stand.

use serde::{Deserialize, Serialize};

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// It exists and nothing has happened.
    Created,
    /// A process works on it.
    Running,
    /// It will stand still when the steps in flight are done.
    Pausing,
    /// It stands still.
    Paused,
    /// Everything is copied and compared; a person's word starts what lives on the target.
    AwaitingCutOver,
    /// It will end when the steps in flight have ended.
    Cancelling,
    /// It ended early because a person asked.
    Cancelled,
    /// It stopped for a reason that concerns the whole run, or steps failed.
    Failed,
    /// Everything else is done, and creations are deferred because the target cannot reach what they need.
    Deferred,
    /// Every step is done or skipped with a reason.
    Done,
}

impl RunState {
    /// Whether nothing more will happen unless somebody asks.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Cancelled | Self::Failed | Self::Deferred | Self::Done)
    }
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Its turn has not come.
    Pending,
    /// Its turn has come and something keeps it.
    Waiting,
    /// It is being done.
    Running,
    /// Done, and checked on the target.
    Done,
    /// Not needed or not wanted.
    Skipped,
    /// Failed.
    Failed,
    /// Not tried because a step before it failed.
    Blocked,
    /// Not done yet, because the target cannot reach an external system that it needs; it is tried again later.
    Deferred,
}

impl StepState {
    /// Whether the step has come to its end, or to the end of a try.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Skipped | Self::Failed | Self::Blocked | Self::Deferred)
    }
}
