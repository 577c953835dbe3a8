//! Words of checking evidence: what is right, and what is wrong instead.

/// The digest over the whole file.
pub const WHOLE_FILE: (&str, &str) =
    ("The file is as it was written.", "The file was changed after it was written: its digest does not fit.");
/// The plan and the run belong together.
pub const PLAN: (&str, &str) =
    ("The plan's text is what the run carried out.", "The plan's text is not what the run carried out.");
/// Numbers of events.
pub const NUMBERS: (&str, &str) = (
    "The events are numbered without gaps and belong to the migration.",
    "Events are missing, are out of order, or belong to another migration.",
);
/// The chain through the events.
pub const CHAIN: (&str, &str) =
    ("The chain through the events is whole.", "The chain through the events is broken: one was changed or left out.");
/// The ledger follows from the events.
pub const LEDGER: (&str, &str) = ("The ledger is what the events say.", "The ledger is not what the events say.");
/// The outcome follows from the events.
pub const OUTCOME: (&str, &str) = (
    "The run's state and its comparisons are what the events say.",
    "The run's state or its comparisons are not what the events say.",
);
/// Times of events that go back.
pub const CLOCK_WENT_BACK: &str =
    "Note: Ferry's clock was set back during the run; the events' numbers give the order.";

/// A text that is no evidence.
pub fn not_evidence(cause: &str) -> String {
    format!("This is no evidence of a run: {cause}.")
}

/// Evidence in another format.
pub fn unknown_format(format: Option<u64>) -> String {
    match format {
        Some(format) => format!("This evidence has format {format}, which this version of Ferry does not know."),
        None => "This is no evidence of a run: it names no format.".into(),
    }
}

/// Where evidence was written to.
pub fn written(path: &str, digest: &str) -> String {
    format!(
        "{path}: the evidence of this run. Keep its digest elsewhere, to prove later that nobody changed it:\n{digest}"
    )
}

/// The digest of the file that was checked.
pub fn digest(digest: &str) -> String {
    format!("Its digest is {digest}. Compare it with the one that was kept; a file alone does not say who wrote it.")
}
