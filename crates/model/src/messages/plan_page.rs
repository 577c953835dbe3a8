//! Words of the plan's page: the table, drafts and revisions.

mod edit;
mod refusals;

use crate::{CompareLevel, StepNumber};

pub use edit::{Edit, edit_summary};
pub use refusals::*;

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

/// A column's title and a word of links.
pub const REVISION: &str = "Revision";
/// Where the draft's text is no plan.
pub const NO_PLAN_TEXT: &str =
    "The draft's text is not a plan yet. What is wrong is listed here, with its place in the text.";
/// A link.
pub const DOWNLOAD: &str = "Download the plan file";
/// A link.
pub const TO_NEWEST: &str = "To the newest revision";
/// A link.
pub const COMPARE_WITH_NEWEST: &str = "Compare with the newest";
/// A link.
pub const COMPARE_DRAFT_WITH_NEWEST: &str = "Compare your draft with it";
/// The name of the draft's bar.
pub const DRAFT: &str = "Draft";
/// In the draft's bar.
pub const DRAFT_IS_KEPT: &str = "Every edit is kept as you make it.";
/// A link.
pub const SHOW_CHANGES: &str = "Show the changes";
/// A button.
pub const DISCARD: &str = "Discard the draft";
/// A part of the plan's page.
pub const TABLE: &str = "Table";
/// A part of the plan's page.
pub const TEXT: &str = "Text (YAML)";
/// A part of the plan's page.
pub const GRAPH: &str = "Graph";
/// A part of the plan's page.
pub const REVISIONS: &str = "Revisions";
/// The name of the links to the parts.
pub const PARTS: &str = "Parts of the plan";
/// A condition.
pub const ALL_STEPS: &str = "All";
/// A condition.
pub const ONLY_RISKY: &str = "Risky";
/// A condition.
pub const ONLY_UNDECIDED: &str = "To decide";
/// A condition.
pub const ONLY_EXCLUDED: &str = "Excluded";
/// The name of the conditions.
pub const CONDITIONS: &str = "Conditions";
/// A button.
pub const EXCLUDE_PICKED: &str = "Exclude picked …";
/// A button.
pub const INCLUDE_PICKED: &str = "Include picked …";
/// A column's title.
pub const PICK: &str = "Pick";
/// A column's title.
pub const NEEDS: &str = "Needs";
/// A column's title.
pub const SWITCH: &str = "Exclude or include";
/// The name of the links to other pages.
pub const PAGES: &str = "Pages of the table";
/// A link.
pub const PAGE_BEFORE: &str = "Previous steps";
/// A link.
pub const PAGE_AFTER: &str = "Next steps";
/// The filter's name.
pub const FILTER: &str = "Filter steps";
/// What the filter looks through.
pub const FILTER_HINT: &str = "Name, kind, action or number";
/// The filter's button.
pub const APPLY_FILTER: &str = "Filter";
/// On a row that would be switched too.
pub const GOES_ALONG: &str = "would go along";
/// On a row.
pub const IS_EXCLUDED: &str = "Excluded";
/// On a row.
pub const IS_UNDECIDED: &str = "To decide";
/// A link and a button.
pub const EXCLUDE: &str = "Exclude";
/// A link and a button.
pub const INCLUDE: &str = "Include";
/// The name of a panel.
pub const DRAG_PANEL: &str = "What goes along";
/// A link.
pub const KEEP: &str = "Keep everything as it is";
/// A link.
pub const BACK_TO_TABLE: &str = "Back to the table";
/// A heading.
pub const DEPENDENCIES: &str = "Dependencies";
/// Before a list.
pub const NEEDS_THESE: &str = "Needs";
/// Before a list.
pub const NEEDED_BY_THESE: &str = "Needed by";
/// A link.
pub const SHOW_GRAPH: &str = "Show these as a graph";
/// A group of choices.
pub const INNER_ROWS: &str = "Rows of this view, which lie in an inner stream";
/// A button.
pub const KEEP_DECISION: &str = "Keep this decision";
/// A fact.
pub const MODE: &str = "Mode";
/// A fact.
pub const BYTES: &str = "Bytes";
/// A fact.
pub const COLUMNS: &str = "Columns";
/// A fact.
pub const HELPER: &str = "Helper";
/// A fact: the way that rows take.
pub const THROUGH: &str = "Rows travel";

/// The way that rows take, by the word that plans use for it, and where it is chosen.
pub fn through(word: &str) -> String {
    let way = match word {
        "relay" => "through Ferry: it reads them on the source and inserts them on the target, which need not reach it",
        "helper_or_relay" => "through a helper on the target; where the target cannot pull, through Ferry",
        _ => "through a helper: the target pulls them from the source",
    };
    format!("{way} (`copy_through: {word}` in the settings, or `through` in this step's `copy`, in the plan's text)")
}
/// A field.
pub const THREADS: &str = "Threads";
/// Its hint.
pub const THREADS_HINT: &str = "Threads of the INSERT. 1 keeps the order of the rows.";
/// A field.
pub const ORDER_BY: &str = "Read in the order of";
/// Its hint.
pub const ORDER_BY_HINT: &str = "Columns, separated by commas. Empty: in any order.";
/// A button.
pub const KEEP_OPTIONS: &str = "Keep these options";
/// A heading.
pub const DATA: &str = "Data";
/// Under that heading.
pub const COPY_OR_NOT: &str =
    "Exclude this step to carry the definition without its rows; what compares them goes along.";
/// A heading.
pub const COMPARISON: &str = "Comparison";
/// Above the choice.
pub const HOW_CLOSELY: &str = "How closely are the rows compared?";
/// A box to tick.
pub const ACCEPTS_MOVEMENT: &str =
    "Rows may reach the source meanwhile, although nobody can pause what writes them there";
/// Under the box.
pub const ACCEPTS_MOVEMENT_HINT: &str = "Matters only on releases of Proton that cannot pause: there such rows stop the migration at this comparison. Accepted, \
     they are counted and reported as not covered.";
/// A button.
pub const KEEP_COMPARISON: &str = "Keep this comparison";

/// A choice, with what it costs on each side; `size` is what the stream holds.
pub fn compare_choice(level: CompareLevel, size: &str) -> String {
    match level {
        CompareLevel::Count => "Rows: how many there are. Costs next to nothing.".to_owned(),
        CompareLevel::Buckets => format!(
            "Rows in each part: shows where rows are missing or too many. Reads one or two columns of {size} on each side."
        ),
        CompareLevel::Checksum => format!(
            "Every value: a checksum over all columns of each part. Reads all columns of {size} once on each side, which \
             takes about as long as copying them."
        ),
    }
}

/// What a stream holds: `1,204 rows (98,000 bytes as stored)`.
pub fn stored_size(rows: &str, bytes: &str) -> String {
    format!("{rows} rows ({bytes} bytes as stored)")
}

/// An empty list.
pub const NONE: &str = "none";
/// A field.
pub const DEFINITION: &str = "Definition";
/// Above a definition.
pub const DOES_NOT_PARSE: &str = "This definition cannot be run as it stands";
/// A button.
pub const KEEP_DEFINITION: &str = "Keep this definition in the draft";
/// A field.
pub const PLAN_TEXT: &str = "Text of the plan";
/// A button.
pub const KEEP_TEXT: &str = "Keep this text in the draft";
/// A field.
pub const UPLOAD: &str = "Plan file";
/// Its hint.
pub const UPLOAD_HINT: &str = "The file that ferry plan writes and ferry run reads. It replaces the draft's text, byte for byte; undo brings the old one back.";
/// A button.
pub const UPLOAD_BUTTON: &str = "Take this file as the draft";
/// The drawing's name.
pub const GRAPH_LABEL: &str = "What needs what: prerequisites on the left";
/// The table's name.
pub const GRAPH_TABLE: &str = "The same as a table";
/// A link.
pub const WHOLE_GRAPH: &str = "Show the whole graph";
/// A column's title.
pub const CHANGES: &str = "What changed";
/// A column's title.
pub const MADE_BY: &str = "By";
/// A column's title.
pub const MADE_AT: &str = "When";
/// A column's title.
pub const DIGEST: &str = "Digest";
/// A heading.
pub const SETTINGS: &str = "Settings";
/// Where nothing differs.
pub const NO_DIFFERENCE: &str = "Nothing that will run differs.";

/// `Draft of revision 4, 3 edits`
pub fn draft_of(revision: u32, n_edits: u32) -> String {
    format!("Your draft, begun from revision {revision}: {n_edits} {}", if n_edits == 1 { "edit" } else { "edits" })
}

/// The plan's sentence, and how many of its steps are switched off.
pub fn with_excluded(sentence: &str, n_excluded: usize) -> String {
    match n_excluded {
        0 => sentence.to_owned(),
        _ => format!("{} {n_excluded} excluded.", sentence),
    }
}

/// Above an old revision.
pub fn old_revision(newest: u32) -> String {
    format!("This is an old revision and cannot be edited; the newest is {newest}.")
}

/// In the draft's bar.
pub fn newer_than_draft(newest: u32) -> String {
    format!("Revision {newest} was saved after this draft was begun; saving puts yours over it.")
}

/// In the draft's bar.
pub fn run_uses(newest: u32) -> String {
    format!("A run uses revision {newest} until you save.")
}

/// A button.
pub fn undo(what: Option<&str>) -> String {
    what.map_or_else(|| "Undo".into(), |what| format!("Undo: {what}"))
}

/// A button.
pub fn redo(what: Option<&str>) -> String {
    what.map_or_else(|| "Redo".into(), |what| format!("Redo: {what}"))
}

/// A button.
pub fn save_as(number: u32) -> String {
    format!("Save as revision {number}")
}

/// Above a list of problems.
pub fn cannot_run(n_problems: usize) -> String {
    match n_problems {
        1 => "1 problem keeps this plan from being saved".into(),
        _ => format!("{n_problems} problems keep this plan from being saved"),
    }
}

/// How many steps fit a filter.
pub fn matching(n_matching: usize, n_steps: usize) -> String {
    if n_matching == n_steps { format!("{n_steps} steps") } else { format!("{n_matching} of {n_steps} steps") }
}

/// Between the links to other pages.
pub fn page_of(page: usize, n_pages: usize) -> String {
    format!("Page {page} of {n_pages}")
}

/// A check box.
pub fn pick(step: StepNumber) -> String {
    format!("Pick step {step}")
}

/// `Exclude step 12`
pub fn switch_step(label: &str, step: StepNumber) -> String {
    format!("{label} step {step}")
}

/// `Exclude, and 5 others …`
pub fn with_others(label: &str, n_others: usize) -> String {
    format!("{label}, with {n_others} {} …", if n_others == 1 { "other" } else { "others" })
}

/// What switching steps drags along.
pub fn drags(enable: bool, n_picked: usize, n_dragged: usize) -> String {
    let steps = |n: usize| format!("{n} {}", if n == 1 { "step" } else { "steps" });
    match (enable, n_dragged) {
        (true, 0) => format!("{} can be included alone: everything needed is in the plan.", steps(n_picked)),
        (false, 0) => format!("{} can be excluded alone: nothing else needs it.", steps(n_picked)),
        (true, _) => format!("Including {} also includes {} that they need:", steps(n_picked), steps(n_dragged)),
        (false, _) => {
            format!("Excluding {} also excludes {} that cannot run without:", steps(n_picked), steps(n_dragged))
        }
    }
}

/// A button.
pub fn switch_all(enable: bool, n_steps: usize) -> String {
    let verb = if enable { INCLUDE } else { EXCLUDE };
    match n_steps {
        1 => format!("{verb} this step"),
        2 => format!("{verb} both"),
        _ => format!("{verb} all {n_steps}"),
    }
}

/// Under a list that was cut.
pub fn and_more(n_more: usize) -> String {
    format!("and {n_more} more")
}

/// Above a choice.
pub const IF_EXISTS: &str = "The target may have this already";

/// A choice, by how plans spell it.
pub fn if_exists(choice: &str) -> &'static str {
    match choice {
        "skip_if_equal" => "Use what is there if its definition means the same; otherwise stop before the first change",
        _ => "Stop before the first change",
    }
}

/// A choice, by how plans spell it.
pub fn inner_rows(choice: &str) -> &'static str {
    match choice {
        "explicit_target" => "Carry: copy them into a stream of its own, into which the view then writes",
        "rebuild" => "Rebuild: the view computes them again; its definition must say seek_to = 'earliest'",
        "leave_out" => "Leave out: the view starts empty on the target",
        _ => "Not decided: the run refuses to start",
    }
}

/// A button beside a finding.
pub fn use_block_size(rows: u64) -> String {
    format!("Set max_block_size to {rows}")
}

/// Where only a part of a graph can be seen at once.
pub fn part_of_graph(n_shown: usize, n_resources: usize) -> String {
    format!("{n_shown} of {n_resources} resources are drawn. A resource leads to what it needs and what needs it.")
}

/// A link.
pub fn compare_with(number: u32) -> String {
    format!("Compare with {number}")
}

/// A heading.
pub fn diff_title(from: u32, to: Option<u32>) -> String {
    match to {
        Some(to) => format!("From revision {from} to revision {to}"),
        None => format!("From revision {from} to your draft"),
    }
}

/// Under that heading.
pub fn diff_sentence(summary: &str, n_same: usize) -> String {
    let mut characters = summary.chars();
    let first: String = characters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}. {n_same} {} the same.", characters.as_str(), if n_same == 1 { "step is" } else { "steps are" })
}
