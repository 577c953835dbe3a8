//! What a step does.

use serde::{Deserialize, Serialize};

use crate::{Count, ResourceName, StepNumber};

/// What one step does to its resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepAction {
    /// Create the resource on the target.
    Create,
    /// Copy the stream's rows: create the helper, test it, insert, and see the rows on the target.
    Copy,
    /// Compare the number of rows on both sides.
    Compare,
    /// Stop a source, sink or materialized view and remember that it ran.
    Stop,
    /// Remove the resource from the target (clean).
    Drop,
}

impl StepAction {
    /// The action as plans and stored records spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Copy => "copy",
            Self::Compare => "compare",
            Self::Stop => "stop",
            Self::Drop => "drop",
        }
    }
}

/// One step of a run, as its first event lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepSummary {
    /// Its number in the plan.
    pub number: StepNumber,
    /// What it does.
    pub action: StepAction,
    /// To which resource.
    pub resource: ResourceName,
    /// Rows to copy, for copy steps.
    pub rows_total: Count,
    /// Steps that must be done before this one starts.
    pub after: Vec<StepNumber>,
}

/// Why a run exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunMode {
    /// Carry out a plan.
    Migrate,
    /// Remove what earlier runs of the migration made.
    Clean,
}
