//! What people ask of single steps, and which copied streams were compared.

use std::collections::BTreeSet;

use crate::{EventBody, ResourceName, RunState, RunView, StepAction, StepNumber, StepState, StepView};

impl RunView {
    /// Streams whose rows were copied and that no comparison of this run vouches for: until there are none, the run
    /// has copied and not verified.
    pub fn unverified(&self) -> Vec<&ResourceName> {
        let vouched: BTreeSet<&ResourceName> = self
            .steps
            .iter()
            .filter(|step| step.action == StepAction::Compare && step.state == StepState::Done)
            .map(|step| &step.resource)
            .collect();
        let copied = self.steps.iter().filter(|step| step.action == StepAction::Copy && step.state == StepState::Done);
        copied.map(|step| &step.resource).filter(|stream| !vouched.contains(stream)).collect()
    }

    /// Takes a wish about single steps into account.
    pub(super) fn apply_wish(&mut self, body: &EventBody) {
        if self.state.is_over() || self.state == RunState::AwaitingCutOver {
            self.state = RunState::Running;
            self.error = None;
        }
        match body {
            EventBody::StepRetryRequested { step, .. } => self.reopen(*step),
            EventBody::StepSkipRequested { step, reason, .. } => {
                self.reopen(*step);
                if let Some(step) = self.steps.iter_mut().find(|one| one.number == *step) {
                    step.state = StepState::Skipped;
                    step.note.clone_from(reason);
                }
            }
            EventBody::VerifyRequested { .. } => {
                let is_comparison =
                    |step: &&StepView| step.action == StepAction::Compare && step.state != StepState::Skipped;
                let comparisons: Vec<StepNumber> =
                    self.steps.iter().filter(is_comparison).map(|step| step.number).collect();
                comparisons.into_iter().for_each(|step| self.reopen(step));
            }
            EventBody::StepRecopyRequested { step, .. } => {
                let copy = self.copy_of(*step).map(|copy| copy.number);
                self.reopen(*step);
                copy.into_iter().for_each(|copy| self.reopen_copy(copy));
            }
            EventBody::CatchUpRequested { .. } => {
                let copies: Vec<StepNumber> = self.copies_to_catch_up().map(|copy| copy.number).collect();
                copies.into_iter().for_each(|copy| self.reopen_copy(copy));
            }
            _ => {}
        }
    }

    /// Gives a step another turn, and every step that was not tried because of it.
    pub(super) fn reopen(&mut self, number: StepNumber) {
        let mut reopened = BTreeSet::from([number]);
        loop {
            let n_reopened = reopened.len();
            let stands_behind = |step: &&StepView| {
                step.state == StepState::Blocked && step.after.iter().any(|before| reopened.contains(before))
            };
            let behind: Vec<StepNumber> = self.steps.iter().filter(stands_behind).map(|step| step.number).collect();
            reopened.extend(behind);
            if reopened.len() == n_reopened {
                break;
            }
        }
        self.steps.iter_mut().filter(|step| reopened.contains(&step.number)).for_each(StepView::reopen);
    }
}

impl StepView {
    /// Its turn is still to come.
    pub(super) fn reopen(&mut self) {
        self.state = StepState::Pending;
        self.note.clear();
        self.error = None;
        self.compared = None;
        self.verified = None;
    }
}

#[cfg(test)]
mod tests {
    use super::super::example;
    use super::*;
    use crate::{Count, FerryError, ResourceKind, StepSummary};

    /// Two streams, each created, copied and compared; the first cannot be created.
    fn run(more: Vec<EventBody>) -> RunView {
        let step = |number: u32, action| StepSummary {
            number: StepNumber(number),
            action,
            resource: stream(if number <= 3 { "first" } else { "second" }),
            rows_total: Count::UNKNOWN,
            after: if number == 1 || number == 4 { vec![] } else { vec![StepNumber(number - 1)] },
        };
        let actions = [StepAction::Create, StepAction::Copy, StepAction::Compare];
        let steps = (1..=6).zip(actions.into_iter().cycle()).map(|(number, action)| step(number, action)).collect();
        let error = FerryError::Transport { why: "cut".into() };
        let done = |step| EventBody::StepDone { step: StepNumber(step), checked: String::new() };
        let bodies = [
            EventBody::StepFailed { step: StepNumber(1), error },
            EventBody::StepBlocked { step: StepNumber(2), by: StepNumber(1) },
            EventBody::StepBlocked { step: StepNumber(3), by: StepNumber(2) },
            done(4),
            done(5),
        ];
        example::run(steps, bodies.into_iter().chain(more))
    }

    fn stream(name: &str) -> ResourceName {
        ResourceName::in_database(ResourceKind::Stream, "d", name)
    }

    fn states(view: &RunView) -> Vec<StepState> {
        view.steps.iter().map(|step| step.state).collect()
    }

    #[test]
    fn a_retry_of_one_step_reopens_it_and_what_was_not_tried_because_of_it() {
        use StepState::{Done, Pending};
        let finished = EventBody::RunFinished { n_done: 2, n_failed: 1, n_blocked: 2, n_deferred: 0 };
        let asked = EventBody::StepRetryRequested { step: StepNumber(1), by: "anna".into() };
        let view = run(vec![finished, asked]);
        assert_eq!(states(&view), [Pending, Pending, Pending, Done, Done, Pending]);
        assert_eq!((view.state, view.steps[0].error.clone()), (RunState::Running, None));
    }

    #[test]
    fn a_skipped_step_says_why_and_lets_others_go_on() {
        use StepState::{Done, Pending, Skipped};
        let reason = "made by hand".to_owned();
        let view = run(vec![EventBody::StepSkipRequested { step: StepNumber(1), by: "anna".into(), reason }]);
        assert_eq!(states(&view), [Skipped, Pending, Pending, Done, Done, Pending]);
        assert_eq!(view.steps[0].note, "made by hand");
    }

    #[test]
    fn a_stream_is_unverified_from_its_copy_to_its_comparison() {
        let view = run(vec![]);
        assert_eq!(view.unverified(), [&stream("second")]);
        let compared = EventBody::StepDone { step: StepNumber(6), checked: String::new() };
        assert!(run(vec![compared.clone()]).unverified().is_empty());
        let again = run(vec![compared, EventBody::VerifyRequested { by: "anna".into() }]);
        assert_eq!(again.unverified(), [&stream("second")], "asked again, it is open again");
    }
}
