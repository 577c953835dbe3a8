//! Words of the inventory.

use crate::Side;

/// The title.
pub const INVENTORY: &str = "Inventory";
/// Where nothing was captured.
pub const NOTHING_YET: &str = "Nothing was captured yet";
/// What to do about it.
pub const NOTHING_YET_REMEDY: &str = "Ferry reads every resource of both deployments, and changes nothing there. It \
                                      takes seconds for hundreds of resources.";
/// Begins a capture.
pub const CAPTURE: &str = "Capture both deployments";
/// Begins another capture.
pub const CAPTURE_AGAIN: &str = "Capture again";
/// Ends a capture.
pub const CANCEL: &str = "Cancel the capture";
/// While a capture is under way.
pub const CAPTURING: &str = "Capturing";
/// A capture that ended early.
pub const CAPTURE_FAILED: &str = "The last capture ended early.";
/// What that means for what is shown.
pub const CAPTURE_FAILED_REMEDY: &str = "What is shown below, if anything, was captured before.";
/// The name of the list of snapshots.
pub const SNAPSHOTS: &str = "Snapshots";
/// The search field's name.
pub const SEARCH: &str = "Search names and definitions";
/// The search button.
pub const SEARCH_BUTTON: &str = "Search";
/// Removes every restriction.
pub const CLEAR: &str = "Show everything";
/// The facets' name.
pub const FILTERS: &str = "Filters";
/// A column's title.
pub const BYTES: &str = "Size";
/// A column's title.
pub const FLOWS: &str = "Reads from, feeds";
/// A link that sorts.
pub const BY_ROWS: &str = "Most rows first";
/// A link that sorts.
pub const BY_NAME: &str = "By name";
/// Where a query found nothing.
pub const NOTHING_FOUND: &str = "Nothing fits";
/// What to do about it.
pub const NOTHING_FOUND_REMEDY: &str = "Search for fewer words, or take filters away.";
/// The name of the pages' navigation.
pub const PAGES: &str = "Pages";
/// A link.
pub const PREVIOUS: &str = "Previous";
/// A link.
pub const NEXT: &str = "Next";
/// A heading.
pub const COMPARE: &str = "Compare two snapshots";
/// A field's name.
pub const COMPARE_FROM: &str = "From";
/// A field's name.
pub const COMPARE_TO: &str = "To";
/// A button.
pub const COMPARE_BUTTON: &str = "Compare";
/// A heading.
pub const DEFINITION: &str = "Definition";
/// A heading.
pub const RAW_OBJECT: &str = "REST object, without secrets";
/// A heading.
pub const COLUMNS: &str = "Columns";
/// A column's title.
pub const TYPE: &str = "Type";
/// A column's title.
pub const DEFAULT: &str = "Default";
/// A heading.
pub const READS_FROM: &str = "Reads from";
/// A heading.
pub const FEEDS: &str = "Feeds";
/// A heading.
pub const USES: &str = "Uses";
/// A heading.
pub const USED_BY: &str = "Used by";
/// A heading.
pub const UNKNOWN_NAMES: &str = "Names that were not captured";
/// The drawing's name.
pub const GRAPH: &str = "What it reads from and feeds, as a drawing; the lists below say the same";
/// An empty list.
pub const NOTHING: &str = "nothing";
/// A fact's name.
pub const KIND: &str = "Kind";
/// A fact's name.
pub const ENGINE: &str = "Mode or type";
/// A fact's name.
pub const OWNER: &str = "Owner";
/// A fact's name.
pub const SERVER_ID: &str = "Id there";
/// A fact's name.
pub const IS_RUNNING: &str = "Active";
/// A fact's value.
pub const YES: &str = "yes";
/// A fact's value.
pub const NO: &str = "no";
/// A fact's name.
pub const SECRETS: &str = "Secrets";
/// A fact's name.
pub const READ_AT: &str = "Read";
/// A button.
pub const COPY: &str = "Copy";
/// A group of a comparison.
pub const ADDED: &str = "Added";
/// A group of a comparison.
pub const REMOVED: &str = "Removed";
/// A group of a comparison.
pub const CHANGED: &str = "Changed";
/// Where two snapshots hold the same.
pub const SAME: &str = "Both hold the same";
/// What that means.
pub const SAME_REMEDY: &str = "Every resource is in both, with the same definition.";

/// Which deployment.
pub const fn side(side: Side) -> &'static str {
    match side {
        Side::Source => "source",
        Side::Target => "target",
    }
}

/// A facet's title.
pub fn facet(key: &str) -> &'static str {
    match key {
        "database" => "Database",
        "kind" => "Kind",
        "engine" => "Mode or type",
        "owner" => "Owner",
        _ => "Rows",
    }
}

/// A class of sizes, in words.
pub fn size(class: &str) -> &'static str {
    match class {
        "empty" => "none",
        "small" => "below 10,000",
        "medium" => "below a million",
        "large" => "a million and more",
        _ => "unknown",
    }
}

/// `214 resources in 6 databases, 1,200,000 rows, 48 GB; 3 could not be read.`
pub fn sentence(n_resources: usize, n_databases: usize, rows: &str, bytes: &str, n_problems: usize) -> String {
    let databases = counted(n_databases, "database", "databases");
    let mut text = format!("{} in {databases}, {rows} rows", counted(n_resources, "resource", "resources"));
    if !bytes.is_empty() {
        text.push_str(&format!(", {bytes}"));
    }
    match n_problems {
        0 => text.push_str("; everything could be read."),
        n => text.push_str(&format!("; {n} could not be read.")),
    }
    text
}

/// How many rows of the table a query found.
pub fn found(n_found: usize, n_all: usize) -> String {
    if n_found == n_all { format!("All {n_all} resources.") } else { format!("{n_found} of {n_all} resources.") }
}

/// `Rows 101 to 200 of 10,000.`
pub fn page(first: usize, last: usize, n: usize) -> String {
    format!("{first} to {last} of {n}")
}

/// How far a capture is.
pub fn captured(side: Side, n_done: usize, n_total: usize) -> String {
    match n_total {
        0 => format!("Listing what the {} holds.", self::side(side)),
        n_total => format!("{n_done} of {n_total} definitions of the {} read.", self::side(side)),
    }
}

/// What stands in a definition instead of secrets.
pub fn secrets(n: usize) -> String {
    format!("{}, cut out of the definition", counted(n, "secret", "secrets"))
}

/// `2 added, 1 removed, 3 changed, 208 the same.`
pub fn compared(n_added: usize, n_removed: usize, n_changed: usize, n_same: usize) -> String {
    format!("{n_added} added, {n_removed} removed, {n_changed} changed, {n_same} the same.")
}

/// Neighbours that a drawing leaves out.
pub fn not_drawn(n: usize) -> String {
    format!("{} more in the lists below", counted(n, "neighbour", "neighbours"))
}

fn counted(n: usize, one: &str, many: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {many}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_names_what_could_not_be_read() {
        assert_eq!(
            sentence(214, 6, "1,200", "48 GB", 3),
            "214 resources in 6 databases, 1,200 rows, 48 GB; 3 could not be read."
        );
        assert_eq!(sentence(1, 1, "0", "", 0), "1 resource in 1 database, 0 rows; everything could be read.");
    }
}
