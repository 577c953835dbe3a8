//! Why a change of a plan is refused.

use crate::messages::console::Refusal;

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

/// A definition with a name that the plan's `rename` takes away.
pub fn names_what_is_renamed() -> Refusal {
    refusal(
        "The definition names something by a name that the plan's `rename` changes.",
        "Write the name that it gets on the target, or change `rename` in the plan's text.",
    )
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

/// A definition that should be JSON.
pub fn not_json(why: &str) -> String {
    format!("This is not valid JSON: {why}.")
}
