//! The rows of materialized views without INTO.

use super::{FindingText, text};
use crate::ResourceName;

/// Rows of a view without INTO.
pub fn inner_rows_undecided(no_stream: Option<&str>) -> FindingText {
    let carried = match no_stream {
        None => "`explicit_target` (they are copied into a stream of its own, into which the view then writes), to ",
        Some(_) => "",
    };
    let why_not = no_stream.map(|why| format!(" They cannot be copied: {why}.")).unwrap_or_default();
    text(
        format!(
            "The view has no INTO: its rows lie in an inner stream that cannot be written to. What shall happen to \
             them must be decided.{why_not}"
        ),
        format!(
            "Set `inner_rows` to {carried}`rebuild` (the definition then needs SETTINGS seek_to = 'earliest') or to \
             `leave_out` (the view starts empty)."
        ),
    )
}

/// The configuration decided about rows of a view without INTO.
pub fn inner_rows_decided(choice: &str) -> FindingText {
    text(
        format!("The view has no INTO; what happens to its rows was decided in the configuration: `{choice}`."),
        "Nothing, or change `inner_rows` of the step.",
    )
}

/// Why a view gets no stream of its own, here and below.
pub const INNER_STREAM_IS_SHAPED: &str = "the definition says how the inner stream is stored (TTL, STORAGE_SETTINGS, ENGINE, PARTITION BY or ORDER BY), which \
     a view with INTO cannot say";

/// The capture could not learn them.
pub const COLUMNS_ARE_UNKNOWN: &str = "its columns are not known";

/// A plain stream cannot have it.
pub fn reserved_column(column: &str) -> String {
    format!("a stream of its own could not have the column {column}, whose name is reserved")
}

/// The choice and the steps do not fit.
pub fn no_inner_target(view: &ResourceName) -> String {
    format!(
        "The rows of {view} cannot be carried: the plan has no steps for a stream of its own. Choose `rebuild` or \
         `leave_out`, or plan again."
    )
}

/// The definition does not say where the view writes.
pub fn inner_target_without_into(view: &ResourceName, stream: &ResourceName) -> String {
    format!(
        "The rows of {view} are copied into {stream}, so its definition must say INTO {}. Choose the target again in \
         the plan, or write it into the definition.",
        stream.path()
    )
}

/// The definition writes where nothing is made.
pub fn into_without_inner_target(view: &ResourceName, stream: &ResourceName) -> String {
    format!(
        "The definition of {view} says INTO {}, which exists only with `inner_rows: explicit_target`. Choose that, or \
         take INTO out of the definition.",
        stream.path()
    )
}

/// A step of the stream of its own is on or off, and should not be.
pub fn inner_target_step(view: &ResourceName, stream: &ResourceName, should_run: bool) -> String {
    let (is, should) = if should_run { ("off", "on") } else { ("on", "off") };
    format!(
        "A step of {stream} is switched {is}. It belongs to the rows of {view}: with this `inner_rows` it must be \
         switched {should}."
    )
}

/// Rows would be there twice.
pub fn carried_and_read_again(view: &ResourceName) -> String {
    format!(
        "The rows of {view} are copied, and its definition reads from the earliest row: they would be doubled. Take \
         seek_to (or the condition on earliest_ts()) out of the definition, or choose `rebuild`."
    )
}

/// A view that should compute its rows again would not read the earlier ones.
pub fn rebuild_needs_earliest(resource: &ResourceName) -> String {
    format!(
        "{resource} should compute its rows again, but its query starts with new rows only. Add SETTINGS seek_to = \
         'earliest' to its definition."
    )
}
