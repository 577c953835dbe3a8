//! What people changed in a plan.

use super::{EXCLUDED, INCLUDED, steps_changed};
use crate::messages::verification::compare_level;
use crate::{CompareLevel, StepNumber};

/// An edit, for its summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// Steps were switched on or off.
    Enable {
        /// How many.
        n_steps: usize,
        /// On or off.
        enabled: bool,
    },
    /// What happens where the target has the resource already was decided.
    IfExists {
        /// Which step.
        step: StepNumber,
        /// As plans spell it.
        choice: &'static str,
    },
    /// The rows of a view were decided about.
    InnerRows {
        /// Which step.
        step: StepNumber,
        /// As plans spell it.
        choice: &'static str,
    },
    /// Threads of a copy.
    Threads {
        /// Which step.
        step: StepNumber,
        /// How many.
        threads: u64,
    },
    /// The order of a copy.
    OrderBy {
        /// Which step.
        step: StepNumber,
    },
    /// How closely rows are compared.
    Compare {
        /// Which step.
        step: StepNumber,
        /// How closely.
        level: CompareLevel,
    },
    /// A definition.
    Definition {
        /// Which step.
        step: StepNumber,
    },
    /// The largest block.
    MaxBlockSize {
        /// In rows.
        rows: u64,
    },
}

/// What an edit did, in a few words.
pub fn edit_summary(edit: &Edit) -> String {
    match edit {
        Edit::Enable { n_steps, enabled } => steps_changed(if *enabled { INCLUDED } else { EXCLUDED }, *n_steps),
        Edit::IfExists { step, choice } => format!("step {step} if it exists: {choice}"),
        Edit::InnerRows { step, choice } => format!("inner rows of step {step}: {choice}"),
        Edit::Threads { step, threads } => format!("threads of step {step}: {threads}"),
        Edit::OrderBy { step } => format!("order of step {step}"),
        Edit::Compare { step, level } => format!("comparison of step {step}: {}", compare_level(*level)),
        Edit::Definition { step } => format!("definition of step {step}"),
        Edit::MaxBlockSize { rows } => format!("max_block_size: {rows}"),
    }
}
