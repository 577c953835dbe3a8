//! What came of a run: for each resource whether it is on the target, and how many rows are on both sides.

use serde::{Deserialize, Serialize};

use crate::{
    BucketDifference, Count, ResourceName, RunId, RunState, RunView, StepAction, StepNumber, StepState, StepView,
};

/// What came of one resource, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The counts of both sides differ.
    Differs,
    /// A step failed.
    Failed,
    /// A step was not tried because another failed.
    NotTried,
    /// The target cannot reach an external system that its creation needs.
    Deferred,
    /// A step is still to be done.
    Open,
    /// As many rows on the target as on the source.
    Equal,
    /// It is on the target; it has no rows to compare.
    There,
    /// A step was left out with a reason.
    LeftOut,
}

impl Verdict {
    /// Every verdict, the worst first.
    pub const ALL: [Self; 8] = [
        Self::Differs,
        Self::Failed,
        Self::NotTried,
        Self::Deferred,
        Self::Open,
        Self::Equal,
        Self::There,
        Self::LeftOut,
    ];

    /// Whether somebody has to look.
    pub const fn needs_somebody(self) -> bool {
        matches!(self, Self::Differs | Self::Failed | Self::NotTried | Self::Deferred)
    }
}

/// What came of one resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceResult {
    /// Which resource.
    pub resource: ResourceName,
    /// What came of it.
    pub verdict: Verdict,
    /// Rows on the source and on the target, where they were counted.
    pub rows: Option<(Count, Count)>,
    /// When that was said, in milliseconds since 1970.
    pub at_ms: Option<i64>,
    /// The step that says it.
    pub step: StepNumber,
    /// Why, where there is something to say.
    pub note: String,
}

/// What came of one run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunResult {
    /// Which run.
    pub run: RunId,
    /// Where it stands.
    pub state: RunState,
    /// The target's timeplusd address.
    pub target: String,
    /// When its last event was stored, in milliseconds since 1970.
    pub updated_at_ms: i64,
    /// Whether a later run removed what this one made.
    pub is_cleaned: bool,
    /// Every resource, the worst first.
    pub resources: Vec<ResourceResult>,
    /// Streams that were copied and that no comparison vouches for.
    #[serde(default)]
    pub n_unverified: u32,
    /// Streams whose rows are not the same on both sides, as their newest comparison found.
    #[serde(default)]
    pub differing: Vec<DifferingStream>,
    /// Rows that reached the source after the copies and are not covered (copy-safety 29).
    #[serde(default)]
    pub late: LateRows,
}

/// A stream whose rows are not the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DifferingStream {
    /// The comparison that found it.
    pub step: StepNumber,
    /// Which stream.
    pub stream: ResourceName,
    /// Where they differ: the first buckets.
    pub differences: Vec<BucketDifference>,
    /// How many more buckets differ.
    pub n_more: u32,
    /// How it would be copied again.
    pub again: CopyAgain,
}

/// How what differs of a stream is copied again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CopyAgain {
    /// Rows of the buckets that differ are deleted on the target and copied again (copy-safety 19).
    Parts,
    /// The stream is dropped, created and copied again (copy-safety 20).
    Whole,
    /// Not while these live over it on the target.
    NotUnder(Vec<ResourceName>),
    /// Its copy is not done.
    NotNow,
}

/// Rows that reached the source after the copies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateRows {
    /// How many were seen.
    pub n_rows: u64,
    /// In how many streams.
    pub n_streams: u32,
    /// Streams into which rows can follow.
    pub n_open: u32,
}

impl RunResult {
    /// What the events of a run say.
    pub fn of(run: RunId, view: &RunView) -> Self {
        let mut resources: Vec<ResourceResult> = Vec::new();
        let mut place_of = std::collections::HashMap::new();
        for step in &view.steps {
            let said = result_of(step);
            match place_of.get(&step.resource) {
                None => {
                    place_of.insert(&step.resource, resources.len());
                    resources.push(said);
                }
                Some(&place) => join(&mut resources[place], said),
            }
        }
        resources.sort_by_key(|resource| resource.verdict);
        let RunView { state, target, updated_at_ms, .. } = view;
        let n_unverified = u32::try_from(view.unverified().len()).unwrap_or(u32::MAX);
        Self {
            n_unverified,
            run,
            state: *state,
            target: target.clone(),
            updated_at_ms: *updated_at_ms,
            is_cleaned: false,
            resources,
            differing: Vec::new(),
            late: LateRows::of(view),
        }
    }

    /// How many resources have a verdict.
    pub fn n_with(&self, verdict: Verdict) -> usize {
        self.resources.iter().filter(|resource| resource.verdict == verdict).count()
    }
}

impl LateRows {
    fn of(view: &RunView) -> Self {
        let n = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let late = || view.steps.iter().filter_map(|step| step.verified).filter(|shown| shown.n_late > 0);
        Self {
            n_rows: late().map(|shown| shown.n_late).sum(),
            n_streams: n(late().count()),
            n_open: n(view.copies_to_catch_up().count()),
        }
    }
}

/// A comparison says more than a creation; of two verdicts of the same weight the later one stands.
fn join(known: &mut ResourceResult, said: ResourceResult) {
    let weight = |result: &ResourceResult| match result.verdict {
        Verdict::There | Verdict::LeftOut => Verdict::ALL.len(),
        other => other as usize,
    };
    if weight(&said) <= weight(known) {
        let rows = said.rows.or(known.rows);
        *known = ResourceResult { rows, ..said };
    } else if known.rows.is_none() {
        known.rows = said.rows;
    }
}

fn result_of(step: &StepView) -> ResourceResult {
    let differs = step.compared.is_some_and(|(source, target)| source != target);
    let verdict = match step.state {
        _ if differs => Verdict::Differs,
        StepState::Failed => Verdict::Failed,
        StepState::Blocked => Verdict::NotTried,
        StepState::Deferred => Verdict::Deferred,
        StepState::Pending | StepState::Waiting | StepState::Running => Verdict::Open,
        StepState::Skipped => Verdict::LeftOut,
        StepState::Done if step.action == StepAction::Compare && step.compared.is_some() => Verdict::Equal,
        StepState::Done => Verdict::There,
    };
    let note = match (&step.error, verdict) {
        (Some(error), _) => crate::messages::error_text(error),
        (None, Verdict::NotTried | Verdict::LeftOut | Verdict::Open) => step.note.clone(),
        _ => String::new(),
    };
    ResourceResult {
        resource: step.resource.clone(),
        verdict,
        rows: step.compared,
        at_ms: step.ended_at_ms,
        step: step.number,
        note,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Event, EventBody, FerryError, MigrationId, ResourceKind, RunMode, StepSummary};

    const STREAMS: [&str; 3] = ["equal", "short", "broken"];

    /// Each stream is created, copied and compared; the second has fewer rows, the third cannot be copied.
    fn view() -> RunView {
        let actions = [StepAction::Create, StepAction::Copy, StepAction::Compare];
        let steps = STREAMS.iter().flat_map(|name| actions.map(|action| (*name, action)));
        let steps: Vec<StepSummary> = (1..)
            .zip(steps)
            .map(|(number, (name, action))| StepSummary {
                number: StepNumber(number),
                action,
                resource: ResourceName::in_database(ResourceKind::Stream, "market", name),
                rows_total: Count::UNKNOWN,
                after: vec![],
            })
            .collect();
        let created = EventBody::RunCreated {
            migration: MigrationId::new("m"),
            mode: RunMode::Migrate,
            plan_digest: "d".into(),
            target: "t:8463".into(),
            started_by: "anna".into(),
            steps,
        };
        let done = |step| EventBody::StepDone { step: StepNumber(step), checked: "seen".into() };
        let compared = |step, target| EventBody::RowsCompared {
            step: StepNumber(step),
            source: Count::exact(100),
            target: Count::exact(target),
        };
        let error = || FerryError::Transport { why: "cut".into() };
        let failed = |step| EventBody::StepFailed { step: StepNumber(step), error: error() };
        let bodies = [
            created,
            done(1),
            done(2),
            compared(3, 100),
            done(3),
            done(4),
            done(5),
            compared(6, 90),
            failed(6),
            done(7),
            failed(8),
            EventBody::StepBlocked { step: StepNumber(9), by: StepNumber(8) },
        ];
        let events: Vec<Event> = (1..).zip(bodies).map(|(seq, body)| Event::new(seq, 5, body)).collect();
        RunView::fold(&events)
    }

    #[test]
    fn what_differs_comes_first_and_each_resource_once() {
        let result = RunResult::of(RunId::new("r"), &view());
        let said: Vec<(&str, Verdict, u32)> = result
            .resources
            .iter()
            .map(|resource| (resource.resource.name.as_str(), resource.verdict, resource.step.0))
            .collect();
        assert_eq!(
            said,
            [("short", Verdict::Differs, 6), ("broken", Verdict::Failed, 8), ("equal", Verdict::Equal, 3)]
        );
        assert_eq!(result.resources[0].rows, Some((Count::exact(100), Count::exact(90))));
        assert_eq!(result.n_with(Verdict::Equal), 1);
    }
}
