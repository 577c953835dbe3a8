//! Words of the result and of the clean's preview.

use super::ui::counted;
use crate::{CopyAgain, LateRows, RunResult, Verdict};

/// A column's title.
pub const VERDICT: &str = "Result";
/// A column's title.
pub const SOURCE_ROWS: &str = "Rows on the source";
/// A column's title.
pub const TARGET_ROWS: &str = "Rows on the target";
/// The heading over every resource.
pub const RESOURCES: &str = "Resources";
/// The heading over all runs.
pub const HISTORY: &str = "Runs of this migration";
/// A link to the run room.
pub const OPEN_RUN: &str = "Open the run";
/// A link to the result of a run in its list.
pub const RESULT_LINK: &str = "Result";
/// Ends the filter.
pub const SHOW_ALL: &str = "Show all resources";
/// Above a result that no longer stands.
pub const CLEANED: &str = "A later run removed what this run made.";
/// What to do about it.
pub const CLEANED_REMEDY: &str = "The counts below are those of the time before.";
/// A column's title.
pub const PRESENCE: &str = "On the target now";
/// Beside a resource that exists.
pub const THERE: &str = "exists";
/// Beside a resource that somebody else removed.
pub const GONE: &str = "already gone";
/// Beside a resource about which the target could not be asked.
pub const NOT_ASKED: &str = "not known";
/// Above a preview for which the target could not be asked.
pub const TARGET_NOT_ASKED: &str = "The target could not be asked what still exists.";

/// A verdict in a few words.
pub const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Differs => "counts differ",
        Verdict::Failed => "failed",
        Verdict::NotTried => "not tried",
        Verdict::Deferred => "deferred",
        Verdict::Open => "not done yet",
        Verdict::Equal => "equal",
        Verdict::There => "created",
        Verdict::LeftOut => "left out",
    }
}

/// Whether everything is there, in one sentence.
pub fn result_sentence(result: &RunResult) -> String {
    let n = |verdict| result.n_with(verdict);
    let troubles = [
        (n(Verdict::Differs), "has other counts than its source", "have other counts than their source"),
        (n(Verdict::Failed), "failed", "failed"),
        (n(Verdict::NotTried), "was not tried", "were not tried"),
        (n(Verdict::Deferred), "is deferred", "are deferred"),
        (n(Verdict::Open), "is not done yet", "are not done yet"),
    ];
    let said: Vec<String> = troubles
        .into_iter()
        .filter(|(n, _, _)| *n > 0)
        .map(|(n, one, many)| format!("{n} {}", if n == 1 { one } else { many }))
        .collect();
    let n_all = result.resources.len();
    if !said.is_empty() {
        return format!("Of {}, {}.", counted(n_all, "resource", "resources"), said.join(", "));
    }
    if result.n_unverified > 0 {
        let were = if result.n_unverified == 1 { "was" } else { "were" };
        let streams = counted(result.n_unverified as usize, "stream", "streams");
        return format!("Copied, not verified: {streams} {were} not compared.");
    }
    let equal = match n(Verdict::Equal) {
        0 => String::new(),
        1 => "; 1 stream holds as many rows as its source".into(),
        n => format!("; {n} streams hold as many rows as their source"),
    };
    let left_out = match n(Verdict::LeftOut) {
        0 => String::new(),
        n => format!("; {n} left out"),
    };
    let n_there = n_all - n(Verdict::LeftOut);
    format!("Everything is there: {}{equal}{left_out}.", counted(n_there, "resource", "resources"))
}

/// A link to everything that is recorded of a run.
pub const EVIDENCE: &str = "Download evidence";
/// A button: reads both sides once more and changes nothing.
pub const COMPARE_AGAIN: &str = "Compare again";

/// The heading over streams whose rows are not the same on both sides.
pub const DIFFERING: &str = "What differs";
/// A button.
pub const COPY_AGAIN: &str = "Copy what differs again";
/// A button.
pub const COPY_WHOLE_AGAIN: &str = "Drop and copy it again whole";
/// The heading over rows that are not covered.
pub const NOT_COVERED: &str = "Rows that came later";
/// A button.
pub const CATCH_UP: &str = "Catch up";
/// What catching up does.
pub const CATCH_UP_HINT: &str = "Copies what reached the source since, and compares again. It can be repeated until the \
    target takes over. Streams with keys that changed are copied again whole.";

/// What will be done where something differs, before anybody presses the button.
pub fn copy_again(again: &CopyAgain) -> String {
    match again {
        CopyAgain::Parts => "Only the rows of these parts are deleted on the target and copied again; then the \
            comparison is repeated."
            .into(),
        CopyAgain::Whole => "Rows of this stream cannot be deleted in part: the copy that the run made is dropped, \
            created and copied again whole; then the comparison is repeated."
            .into(),
        CopyAgain::NotUnder(alive) => {
            let names: Vec<String> = alive.iter().map(ToString::to_string).collect();
            format!(
                "It cannot be copied again: {} may write to it or act on its rows on the target, which would then be \
                 processed twice. Clean what the run made and run the plan again.",
                names.join(", ")
            )
        }
        CopyAgain::NotNow => "It can be copied again once its copy and comparison have ended.".into(),
    }
}

/// Under the first buckets that differ.
pub fn more_buckets(n_more: u32) -> String {
    format!("{} more; the log names every one.", counted(n_more as usize, "part", "parts"))
}

/// Rows that are not covered, and whether they can be.
pub fn late_rows(late: &LateRows) -> String {
    let LateRows { n_rows, n_streams, n_open } = *late;
    let rows = match n_rows {
        0 => "The comparisons saw no row that reached the source after its copy.".to_owned(),
        1 => "1 row reached the source after its copy and is not covered.".to_owned(),
        n => {
            let streams = counted(n_streams as usize, "stream", "streams");
            format!("{n} rows of {streams} reached the source after their copies and are not covered.")
        }
    };
    match n_open {
        0 => format!("{rows} They cannot follow any more, because views or sources live on the target over each copy."),
        _ => rows,
    }
}

/// When the counts were taken.
pub fn counted_at(utc: &str) -> String {
    format!("Counted by the run, last at {utc}")
}

/// When the target was asked.
pub fn asked_at(utc: &str) -> String {
    format!("The target was asked at {utc}.")
}

/// `3 of them are already gone.`
pub fn already_gone(n: usize) -> String {
    if n == 1 { "1 of them is already gone.".into() } else { format!("{n} of them are already gone.") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{LateRows, ResourceKind, ResourceName, ResourceResult, RunId, RunState, StepNumber};

    fn result(verdicts: &[Verdict]) -> RunResult {
        let resource = |verdict: &Verdict| ResourceResult {
            resource: ResourceName::in_database(ResourceKind::Stream, "market", "trades"),
            verdict: *verdict,
            rows: None,
            at_ms: None,
            step: StepNumber(1),
            note: String::new(),
        };
        RunResult {
            run: RunId::new("r"),
            state: RunState::Done,
            target: "t:8463".into(),
            updated_at_ms: 0,
            is_cleaned: false,
            resources: verdicts.iter().map(resource).collect(),
            n_unverified: 0,
            differing: vec![],
            late: LateRows::default(),
        }
    }

    #[test]
    fn everything_is_there_only_when_nothing_is_wrong() {
        use Verdict as V;
        let table: [(&[Verdict], &str); 3] = [
            (&[V::Equal, V::There], "Everything is there: 2 resources; 1 stream holds as many rows as its source."),
            (&[V::Differs, V::Equal], "Of 2 resources, 1 has other counts than its source."),
            (
                &[V::Failed, V::NotTried, V::NotTried, V::Open],
                "Of 4 resources, 1 failed, 2 were not tried, 1 is not done yet.",
            ),
        ];
        for (verdicts, sentence) in table {
            assert_eq!(result_sentence(&result(verdicts)), sentence);
        }
    }

    #[test]
    fn a_result_without_a_comparison_is_copied_and_not_verified() {
        let copied = RunResult { n_unverified: 1, ..result(&[Verdict::There, Verdict::There]) };
        let sentence = result_sentence(&copied);
        assert_eq!(sentence, "Copied, not verified: 1 stream was not compared.");
    }
}
