//! Words for other names on the target.

use super::plan::FindingText;
use crate::{ResourceName, StepNumber};

fn text(message: String, remedy: &str) -> FindingText {
    (message, remedy.to_owned())
}

const NOTHING: &str = "Nothing, if this is what you mean; otherwise change `rename`.";

/// A resource is called otherwise on the target.
pub fn renamed_on_target(old: &str, new: &str) -> FindingText {
    text(format!("`{old}` of the source becomes `{new}` on the target, wherever a step names it."), NOTHING)
}

/// A definition names what is renamed.
pub fn names_follow(renames: &str) -> FindingText {
    text(format!("The definition names what is called otherwise on the target: {renames}."), NOTHING)
}

/// Rows are read under another name than they are written under.
pub fn read_under_other_name(old: &str, new: &str) -> FindingText {
    text(format!("Rows are read from `{old}` of the source and belong to `{new}` on the target."), NOTHING)
}

/// A query in a definition is no SQL that Ferry reads.
pub fn query_keeps_names(resource: &ResourceName) -> FindingText {
    text(
        format!("{resource} holds SQL that cannot be read, so that its names stay what they are on the source."),
        "Change the names in the step's definition by hand, or switch the step off.",
    )
}

/// A source of the app server would write into another database than `default`.
pub fn source_writes_elsewhere(resource: &ResourceName) -> FindingText {
    text(
        format!(
            "{resource} writes into another database than `default` now, which the app server does not document for \
             sources."
        ),
        "Try it on the target, or leave the source's stream in `default`.",
    )
}

/// A database is made because renamed resources live in it.
pub fn database_for_renamed(database: &str) -> FindingText {
    text(format!("Renamed resources live in the database `{database}`, which the target does not have."), NOTHING)
}

/// Why one of two databases that become one has no step.
pub const ANOTHER_STEP_MAKES_IT: &str = "Another database gets the same name, and its step makes it.";

/// A rename of a database that is none.
pub fn no_name_of_a_database(from: &str, to: &str) -> String {
    format!(
        "`{from}: {to}` renames no database: both must be names, and none of a database that belongs to the server."
    )
}

/// A rename of a resource without its database.
pub fn no_name_with_database(name: &str) -> String {
    format!(
        "`{name}` must be `database.name`, each in back quotes where it has other characters than letters, digits and \
         `_`."
    )
}

/// Two renames lead to one name.
pub fn renamed_to_one_name(database: &str, name: &str) -> String {
    format!("Two resources would be called `{database}.{name}`.")
}

/// A list of renames in another form.
pub fn renames_are_a_mapping(key: &str) -> String {
    format!("`{key}` must be a mapping from names on the source to names on the target.")
}

/// Two steps create under one name, one of them because it is renamed.
pub fn name_taken_by_step(resource: &ResourceName, other: StepNumber, its: &ResourceName) -> String {
    format!("{resource} has the name that step {other} ({its}) makes. Rename one of them to something else.")
}

/// Two steps about one resource of the target name different resources of the source.
pub fn sources_differ(resource: &ResourceName, other: StepNumber) -> String {
    format!("Step {other} reads {resource} from another resource of the source. Let both name the same one.")
}
