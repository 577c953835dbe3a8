//! Words of the plan's page: the table, drafts and revisions.

use super::console::Refusal;
use crate::StepNumber;

/// The summary of a revision that a capture made.
pub const SUMMARY_OF_A_CAPTURE: &str = "captured from the source";
/// The summary of a revision that came with the command line.
pub const SUMMARY_OF_A_FILE: &str = "plan file of the command line";

/// An edit of the whole text.
pub const EDIT_TEXT: &str = "edited the text";
/// An edit by a file.
pub const EDIT_UPLOAD: &str = "replaced the text by a file";

/// A step that only the newer plan has.
pub const ADDED: &str = "added";
/// A step that only the older plan has.
pub const REMOVED: &str = "removed";
/// A step that was switched off.
pub const EXCLUDED: &str = "excluded";
/// A step that was switched on.
pub const INCLUDED: &str = "included";
/// A step that differs.
pub const CHANGED: &str = "changed";

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
        Edit::InnerRows { step, choice } => format!("inner rows of step {step}: {choice}"),
        Edit::Threads { step, threads } => format!("threads of step {step}: {threads}"),
        Edit::OrderBy { step } => format!("order of step {step}"),
        Edit::Definition { step } => format!("definition of step {step}"),
        Edit::MaxBlockSize { rows } => format!("max_block_size: {rows}"),
    }
}

/// `excluded 5 steps`
pub fn steps_changed(word: &str, n_steps: usize) -> String {
    format!("{word} {n_steps} {}", if n_steps == 1 { "step" } else { "steps" })
}

/// `changed max_block_size`
pub fn setting_changed(field: &str) -> String {
    format!("changed {field}")
}

/// `changed definition of view d.v`
pub fn step_changed(fields: &str, resource: &str) -> String {
    format!("changed {fields} of {resource}")
}

/// The first parts, and how many more there are.
pub fn summary(parts: &[String], n_named: usize) -> String {
    let named = parts.iter().take(n_named).cloned().collect::<Vec<_>>().join("; ");
    match parts.len().saturating_sub(n_named) {
        0 if named.is_empty() => "changed comments and layout only".into(),
        0 => named,
        n_more => format!("{named}; and {n_more} more"),
    }
}

fn refusal(why: impl Into<String>, remedy: impl Into<String>) -> Refusal {
    Refusal { why: why.into(), remedy: remedy.into() }
}

/// A structured edit of a text that is no plan.
pub fn text_is_no_plan() -> Refusal {
    refusal("The draft's text is not a plan at the moment.", "Open its text, mend what is marked there, or undo.")
}

/// A structured edit of a text in a layout that has no single place for it.
pub fn layout_is_strange() -> Refusal {
    refusal("The plan's text is laid out in a way that this change does not fit into.", "Change it in the text itself.")
}

/// Saving without a change.
pub fn nothing_to_save() -> Refusal {
    refusal("Nothing was changed.", "Change something first.")
}

/// Undo or redo without an edit.
pub fn nothing_to_undo() -> Refusal {
    refusal("There is no edit to go back to.", "Go on with the plan as it stands.")
}

/// Two tabs at once.
pub fn draft_changed() -> Refusal {
    refusal("The draft has changed meanwhile, in another tab.", "Look at it again, then repeat the change.")
}

/// Somebody else saved a revision.
pub fn newer_revision(number: u32) -> Refusal {
    refusal(
        format!("Revision {number} was saved after you began."),
        "Compare your draft with it, then save yours over it or discard yours.",
    )
}
