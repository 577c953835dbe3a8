//! Which copies may be done again, in part or whole, and what keeps them from it.

use std::collections::BTreeSet;

use crate::{ResourceKind, ResourceName, RunView, StepAction, StepNumber, StepState, StepView};

impl RunView {
    /// The copy of the stream that a step compares or copies.
    pub fn copy_of(&self, step: StepNumber) -> Option<&StepView> {
        let step = self.step(step).filter(|step| matches!(step.action, StepAction::Compare | StepAction::Copy))?;
        self.steps.iter().find(|other| other.action == StepAction::Copy && other.resource == step.resource)
    }

    /// The comparisons of the stream that a step copies.
    pub fn comparisons_of<'a>(&'a self, stream: &'a ResourceName) -> impl Iterator<Item = &'a StepView> {
        self.steps.iter().filter(move |step| step.action == StepAction::Compare && step.resource == *stream)
    }

    /// Whether a copy is done and nobody is comparing it.
    pub fn is_at_rest(&self, copy: &StepView) -> bool {
        copy.state == StepState::Done && self.comparisons_of(&copy.resource).all(|step| step.state.is_over())
    }

    /// Copies into which rows may follow that reached the source later: they are done, and nothing lives on the target
    /// over their streams.
    pub fn copies_to_catch_up(&self) -> impl Iterator<Item = &StepView> {
        let copies = self.steps.iter().filter(|step| step.action == StepAction::Copy);
        copies.filter(|copy| self.is_at_rest(copy) && self.alive_over(&copy.resource).is_empty())
    }

    /// What this run started on the target that writes to a stream, or acts on rows that arrive there. Then rows of the
    /// stream can neither be deleted nor copied again: they would be processed twice (copy-safety 19, resources.md
    /// 3.5).
    pub fn alive_over(&self, stream: &ResourceName) -> Vec<&ResourceName> {
        let begun = |step: &&StepView| match step.state {
            StepState::Done | StepState::Running => true,
            // What waits for a word, or for a deferred step, was never begun.
            StepState::Waiting => step.attempt > 0,
            _ => false,
        };
        self.living_over(stream).filter(begun).map(|step| &step.resource).collect()
    }

    /// Creations of what lives over a stream once it exists: directly, or over views of it.
    pub fn living_over(&self, stream: &ResourceName) -> impl Iterator<Item = &StepView> {
        let creations = || self.steps.iter().filter(|step| step.action == StepAction::Create);
        let mut passive: BTreeSet<StepNumber> =
            creations().filter(|step| step.resource == *stream).map(|step| step.number).collect();
        loop {
            let stands_over = |step: &&StepView| {
                matches!(step.resource.kind, ResourceKind::View | ResourceKind::Dictionary)
                    && step.after.iter().any(|before| passive.contains(before))
            };
            let over: Vec<StepNumber> = creations().filter(stands_over).map(|step| step.number).collect();
            let n_before = passive.len();
            passive.extend(over);
            if passive.len() == n_before {
                break;
            }
        }
        let over = move |step: &&StepView| step.after.iter().any(|before| passive.contains(before));
        creations().filter(|step| lives(step.resource.kind)).filter(over)
    }

    /// Whether a step starts something on the target that writes or acts by itself: then the target is the live one
    /// (copy-safety 22).
    pub fn starts_life(step: &StepView) -> bool {
        step.action == StepAction::Create && lives(step.resource.kind)
    }

    /// Whether rows are known to have come after their copies, and everything is copied and compared.
    pub fn awaits_catch_up(&self) -> bool {
        let counts = |step: &&StepView| matches!(step.action, StepAction::Copy | StepAction::Compare);
        let is_over = |step: &StepView| matches!(step.state, StepState::Done | StepState::Skipped);
        let saw_late_rows = |copy: &StepView| {
            let shown = self.comparisons_of(&copy.resource).filter_map(|step| step.verified);
            shown.into_iter().any(|shown| shown.n_late > 0)
        };
        self.steps.iter().filter(counts).all(is_over) && self.copies_to_catch_up().any(saw_late_rows)
    }

    /// A copy gets another turn, and its comparisons with it, unless they were left out.
    pub(super) fn reopen_copy(&mut self, copy: StepNumber) {
        let Some(stream) = self.step(copy).map(|copy| copy.resource.clone()) else { return };
        let is_wanted = |step: &&StepView| step.state != StepState::Skipped;
        let comparisons: Vec<StepNumber> =
            self.comparisons_of(&stream).filter(is_wanted).map(|step| step.number).collect();
        self.reopen(copy);
        comparisons.into_iter().for_each(|step| self.reopen(step));
    }
}

/// Kinds that write to streams, or act on what arrives there, as soon as they exist.
fn lives(kind: ResourceKind) -> bool {
    use ResourceKind::{Alert, Input, MaterializedView, Sink, Source, Task};
    matches!(kind, Alert | Input | MaterializedView | Sink | Source | Task)
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;
    use crate::{Count, EventBody, StepSummary};

    /// A stream that is created, copied and compared, a view over it, and a materialized view over that.
    fn run(more: Vec<EventBody>) -> RunView {
        let step = |(number, action, kind, name, after): (u32, StepAction, ResourceKind, &str, &[u32])| StepSummary {
            number: StepNumber(number),
            action,
            resource: ResourceName::in_database(kind, "d", name),
            rows_total: Count::UNKNOWN,
            after: after.iter().copied().map(StepNumber).collect(),
        };
        use ResourceKind::{MaterializedView, Stream, View};
        let steps = [
            (1, StepAction::Create, Stream, "s", &[][..]),
            (2, StepAction::Copy, Stream, "s", &[1]),
            (3, StepAction::Compare, Stream, "s", &[2]),
            (4, StepAction::Create, View, "v", &[1]),
            (5, StepAction::Create, MaterializedView, "m", &[3, 4]),
        ];
        example::run(steps.into_iter().map(step).collect(), more)
    }

    fn done(step: u32) -> EventBody {
        EventBody::StepDone { step: StepNumber(step), checked: String::new() }
    }

    #[test]
    fn a_copy_that_is_done_again_is_compared_again_and_what_waited_for_it_waits_again() {
        use StepState::{Done, Pending};
        let error = crate::FerryError::NotSignedIn;
        let failed = EventBody::StepFailed { step: StepNumber(3), error };
        let blocked = EventBody::StepBlocked { step: StepNumber(5), by: StepNumber(3) };
        let asked = EventBody::StepRecopyRequested { step: StepNumber(3), by: "anna".into() };
        let view = run(vec![done(1), done(2), failed, done(4), blocked, asked]);
        let states: Vec<StepState> = view.steps.iter().map(|step| step.state).collect();
        assert_eq!(states, [Done, Pending, Pending, Done, Pending]);
    }

    #[test]
    fn rule_22_rows_follow_only_while_nothing_lives_over_their_stream() {
        let caught_up = EventBody::CatchUpRequested { by: "anna".into(), round: 0 };
        let before = run(vec![done(1), done(2), done(3), done(4)]);
        assert_eq!(before.copies_to_catch_up().count(), 1);
        let asked = run(vec![done(1), done(2), done(3), done(4), caught_up.clone()]);
        assert_eq!(asked.steps[1].state, StepState::Pending);
        let after = run(vec![done(1), done(2), done(3), done(4), done(5)]);
        let alive: Vec<String> = after.alive_over(&after.steps[0].resource).iter().map(|one| one.path()).collect();
        assert_eq!(alive, ["d.m"], "over a view, too");
        let asked = run(vec![done(1), done(2), done(3), done(4), done(5), caught_up]);
        assert_eq!(asked.steps[1].state, StepState::Done);
    }
}
