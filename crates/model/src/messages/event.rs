//! Events of a run in a sentence each, for logs.

use super::verification::{bucket_difference, verification};
use crate::{Count, Event, EventBody, ResourceName, Side, n_slices};

/// What happened, in one sentence.
pub fn event_text(event: &Event) -> String {
    match &event.body {
        EventBody::RunCreated { started_by, steps, .. } => {
            format!("{started_by} started this with {}.", super::steps(u32::try_from(steps.len()).unwrap_or(u32::MAX)))
        }
        EventBody::RunStarted { .. } => "A process of Ferry took it up.".into(),
        EventBody::PauseRequested { by } => format!("{by} asked for a pause after the steps in flight."),
        EventBody::RunPaused => "Paused.".into(),
        EventBody::ResumeRequested { by } => format!("{by} let it go on."),
        EventBody::RetryRequested { by } => format!("{by} asked to try failed steps again."),
        EventBody::CancelRequested { by } => format!("{by} asked to cancel after the steps in flight."),
        EventBody::StepRetryRequested { by, .. } => format!("{by} asked to try this step again."),
        EventBody::StepSkipRequested { by, reason, .. } => format!("{by} asked to go on without this step: {reason}"),
        EventBody::VerifyRequested { by } => format!("{by} asked to compare every copied stream again."),
        EventBody::StepRecopyRequested { by, .. } => format!("{by} asked to copy again what differs."),
        EventBody::CatchUpRequested { by, .. } => {
            format!("{by} asked to copy the rows that reached the source after the copies.")
        }
        EventBody::CutOverAwaited => {
            "Everything is copied and compared. What lives on the target starts when somebody gives the word.".into()
        }
        EventBody::CutOverRequested { by } => format!("{by} gave the word to cut over."),
        EventBody::RunCancelled => "Cancelled.".into(),
        EventBody::RunFailed { error } => format!("Stopped. {error}"),
        EventBody::RunFinished { n_done, n_failed: 0, n_blocked: 0, .. } => {
            format!("Finished: {} done.", super::steps(*n_done))
        }
        EventBody::RunFinished { n_done, n_failed: 0, n_blocked, n_deferred: n_deferred @ 1.. } => format!(
            "Finished as far as possible: {} done, {}, {} for them.",
            super::steps(*n_done),
            super::creations_deferred(*n_deferred),
            super::ui::counted(n_blocked.saturating_sub(*n_deferred) as usize, "step waits", "steps wait"),
        ),
        EventBody::RunFinished { n_done, n_failed, n_blocked, .. } => {
            format!("Finished: {n_done} done, {n_failed} failed, {n_blocked} not tried.")
        }
        EventBody::StepDeferred { error, n_more, .. } => format!("{error} It is {}.", super::deferred(*n_more)),
        EventBody::DeferredTriedAgain { round } => {
            format!("Nothing else is left to do: deferred creations get turn {round}.")
        }
        EventBody::StepWaiting { reason, .. } => format!("Waiting: {reason}"),
        EventBody::StepStarted { attempt: 0 | 1, .. } => "Began.".into(),
        EventBody::StepStarted { attempt, .. } => format!("Began, attempt {attempt}."),
        EventBody::StepProbed { found, .. } => format!("Looked after an interruption: {found}"),
        EventBody::StepProgress { rows_done, rows_total, .. } => {
            format!("{} of {} rows.", number(*rows_done), number(*rows_total))
        }
        EventBody::QuerySent { side, query, .. } => format!("Sent query {query} to the {}.", side_text(*side)),
        EventBody::SlicesPlanned { bounds, split, .. } => {
            format!("Copies the rows in {} slices.", n_slices(bounds, split.as_ref()))
        }
        EventBody::SlicesReplanned { bounds, kept, split, .. } => {
            let n_slices = n_slices(bounds, split.as_ref());
            format!("Copies {} of {n_slices} slices again.", n_slices.saturating_sub(kept.len()))
        }
        EventBody::SliceEmptied { slice, .. } => format!("The target holds nothing of slice {}.", slice + 1),
        EventBody::SliceStarted { slice, .. } => format!("Began slice {}.", slice + 1),
        EventBody::SliceDone { slice, rows, .. } => {
            format!("Slice {} is on the target: {} rows.", slice + 1, number(*rows))
        }
        EventBody::SliceGrew { slice, source, target, .. } => format!(
            "Slice {} has {} rows on the source now and {} on the target.",
            slice + 1,
            number(*source),
            number(*target)
        ),
        EventBody::BucketsCompared { n_buckets, source, target, .. } => format!(
            "Compared {n_buckets} buckets: {} rows on the source, {} on the target.",
            number(*source),
            number(*target)
        ),
        EventBody::BucketDiffers { difference, .. } => format!("{}.", bucket_difference(difference)),
        EventBody::Verified { verification: shown, .. } => format!("Verified: {}.", verification(shown)),
        EventBody::StepDone { checked, .. } if checked.is_empty() => "Done.".into(),
        EventBody::StepDone { checked, .. } => format!("Done: {checked}"),
        EventBody::StepSkipped { reason, .. } => format!("Skipped: {reason}"),
        EventBody::StepFailed { error, .. } => format!("Failed. {error}"),
        EventBody::StepBlocked { by, .. } => format!("{}.", capitalised(&super::blocked_by(*by))),
        EventBody::RowsCompared { source, target, .. } => {
            format!("Counted {} rows on the source and {} on the target.", number(*source), number(*target))
        }
        EventBody::CreateIntended { side, resource, .. } => on_side("About to create", resource, *side),
        EventBody::Created { side, resource, .. } => on_side("Created", resource, *side),
        EventBody::CreateAbandoned { side, resource, .. } => on_side("Nothing came of creating", resource, *side),
        EventBody::DropIntended { side, resource, .. } => on_side("About to remove", resource, *side),
        EventBody::DropAbandoned { side, resource, .. } => on_side("Could not remove", resource, *side),
        EventBody::Dropped { side, resource, .. } => on_side("Removed", resource, *side),
        EventBody::Stopped { side, resource, .. } => on_side("Stopped", resource, *side),
        EventBody::Restarted { side, resource, .. } => on_side("Started again", resource, *side),
        EventBody::Noted { text, .. } => text.clone(),
        EventBody::Unknown { kind, .. } => format!("An event `{kind}` of a newer Ferry, kept as it is."),
    }
}

fn on_side(what: &str, resource: &ResourceName, side: Side) -> String {
    format!("{what} {resource} on the {}.", side_text(side))
}

const fn side_text(side: Side) -> &'static str {
    match side {
        Side::Source => "source",
        Side::Target => "target",
    }
}

fn number(count: Count) -> String {
    count.known().map_or_else(|| "an unknown number of".into(), |value| value.to_string())
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ResourceKind, StepNumber};

    #[test]
    fn events_are_told_with_what_and_where() {
        let resource = ResourceName::in_database(ResourceKind::View, "market", "latest");
        let body = EventBody::Created { step: StepNumber(1), side: Side::Target, resource, server_id: None };
        assert_eq!(event_text(&Event::new(1, 0, body)), "Created view market.latest on the target.");
    }

    #[test]
    fn an_unknown_count_is_never_told_as_a_number() {
        let (source, target) = (Count::UNKNOWN, Count::exact(7));
        let body = EventBody::RowsCompared { step: StepNumber(1), source, target };
        let text = event_text(&Event::new(1, 0, body));
        assert_eq!(text, "Counted an unknown number of rows on the source and 7 on the target.");
    }
}
