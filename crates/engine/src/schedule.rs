//! Which steps may start: pure decisions over the view of a run.

use std::collections::{BTreeMap, BTreeSet};

use ferry_model::{RunView, Side, StepAction, StepNumber, StepState, StepView};
use ferry_plan::Settings;
use tokio::sync::Semaphore;

/// Sources, sinks and views that are stopped at the same time.
const N_STOPS: usize = 4;

/// How much of a kind may run at the same time, as the plan says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limits {
    /// INSERTs.
    pub(crate) n_copies: usize,
    /// Comparisons.
    pub(crate) n_comparisons: usize,
    /// Steps that work on the source.
    pub(crate) n_on_source: usize,
    /// Steps that work on the target.
    pub(crate) n_on_target: usize,
    /// Whether what lives on the target is held back, because nobody has given the word for it (copy-safety 22).
    pub(crate) holds_life: bool,
}

impl Limits {
    pub(crate) fn of(settings: &Settings) -> Self {
        let limit = |n: u64| usize::try_from(n).unwrap_or(usize::MAX).clamp(1, Semaphore::MAX_PERMITS);
        let no_limit_if_zero = |n: u64| if n == 0 { usize::MAX } else { limit(n) };
        Self {
            n_copies: limit(settings.copies_at_once),
            n_comparisons: limit(settings.comparisons_at_once),
            n_on_source: no_limit_if_zero(settings.steps_on_source),
            n_on_target: no_limit_if_zero(settings.steps_on_target),
            holds_life: false,
        }
    }

    /// The limit that keeps one more step of an action from starting beside those that work.
    fn keeping(self, action: StepAction, working: &[StepAction]) -> Option<Limit> {
        let most = self.of_action(action);
        if working.iter().filter(|other| **other == action).count() >= most {
            return Some(Limit::OfAction(action, most));
        }
        let is_full = |(side, most): (Side, usize)| {
            let n_working = working.iter().filter(|other| works_on(**other, side)).count();
            (works_on(action, side) && n_working >= most).then_some(Limit::OnSide(side, most))
        };
        [(Side::Source, self.n_on_source), (Side::Target, self.n_on_target)].into_iter().find_map(is_full)
    }

    /// Steps of one action that run at the same time. Copies limit themselves, because the checking of one overlaps
    /// the INSERT of the next (copy-safety 11).
    const fn of_action(self, action: StepAction) -> usize {
        match action {
            // In the plan's order, so that the ledger reads like the plan and a clean reverses it.
            StepAction::Create | StepAction::Drop => 1,
            StepAction::Compare => self.n_comparisons,
            StepAction::Stop => N_STOPS,
            StepAction::Copy => usize::MAX,
        }
    }
}

/// A limit of the plan that keeps a step whose turn has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// So many steps of its action run.
    OfAction(StepAction, usize),
    /// So many steps work on this side.
    OnSide(Side, usize),
}

/// The steps whose turn has come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Turns {
    /// Those that can start now.
    pub(crate) ready: Vec<StepNumber>,
    /// Those that a limit keeps.
    pub(crate) kept: Vec<(StepNumber, Limit)>,
}

/// The steps whose turn has come. `again` are done steps whose effect was taken back.
pub(crate) fn turns(
    view: &RunView,
    running: &BTreeSet<StepNumber>,
    again: &BTreeSet<StepNumber>,
    limits: Limits,
) -> Turns {
    let is_in_force =
        |step: &StepView| matches!(step.state, StepState::Done | StepState::Skipped) && !again.contains(&step.number);
    let is_over_for_good = |step: &StepView| match step.state {
        StepState::Done | StepState::Skipped => !again.contains(&step.number),
        state => state.is_over(),
    };
    let is_open = |step: &StepView| !is_over_for_good(step);
    let is_satisfied = |number: &StepNumber| is_satisfied(view, *number, &is_in_force);
    let is_held = |step: &StepView| limits.holds_life && RunView::starts_life(step);
    let mut working: Vec<StepAction> =
        running.iter().filter_map(|number| view.step(*number)).map(|step| step.action).collect();
    let actions = [StepAction::Create, StepAction::Copy, StepAction::Compare, StepAction::Stop, StepAction::Drop];
    let mut turns = Turns::default();
    for action in actions {
        let of_action = view.steps.iter().filter(|step| step.action == action);
        let startable = of_action
            .filter(|step| is_open(step) && !is_held(step) && !running.contains(&step.number))
            .filter(|step| step.after.iter().all(is_satisfied));
        for step in startable {
            match limits.keeping(action, &working) {
                Some(limit) => turns.kept.push((step.number, limit)),
                None => {
                    working.push(action);
                    turns.ready.push(step.number);
                }
            }
        }
    }
    turns
}

/// Whether steps of an action work on a side. Stops are short, and their plan says on which side they are.
const fn works_on(action: StepAction, side: Side) -> bool {
    match side {
        Side::Source => matches!(action, StepAction::Copy | StepAction::Compare),
        Side::Target => {
            matches!(action, StepAction::Copy | StepAction::Compare | StepAction::Create | StepAction::Drop)
        }
    }
}

/// Whether a step is done for those that need it. A skipped one stands for itself alone: what it needed must be done
/// too, or a view would start while the rows under a skipped comparison are still copied (copy-safety 21).
fn is_satisfied(view: &RunView, number: StepNumber, is_in_force: &dyn Fn(&StepView) -> bool) -> bool {
    let Some(step) = view.step(number) else { return true };
    let stands_alone = step.state != StepState::Skipped;
    is_in_force(step) && (stands_alone || step.after.iter().all(|before| is_satisfied(view, *before, is_in_force)))
}

/// Open steps that need a deferred one, each with that step: they wait for it and are not blocked (copy-safety 26).
pub(crate) fn waiting_for_deferred(view: &RunView, running: &BTreeSet<StepNumber>) -> Vec<(StepNumber, StepNumber)> {
    let deferred = view.steps.iter().filter(|step| step.state == StepState::Deferred);
    // What stands behind, and the deferred step that it needs in the end.
    let mut roots: BTreeMap<StepNumber, StepNumber> = deferred.map(|step| (step.number, step.number)).collect();
    let mut waiting = Vec::new();
    loop {
        let is_open = |step: &&StepView| {
            !step.state.is_over() && !running.contains(&step.number) && !roots.contains_key(&step.number)
        };
        let root = |step: &StepView| step.after.iter().find_map(|before| roots.get(before)).copied();
        let found: Vec<(StepNumber, StepNumber)> =
            view.steps.iter().filter(is_open).filter_map(|step| Some((step.number, root(step)?))).collect();
        if found.is_empty() {
            return waiting;
        }
        roots.extend(found.iter().copied());
        waiting.extend(found);
    }
}

/// Steps that can never start because a step before them failed or was not tried itself, each with that step
/// (copy-safety 26). What runs has started.
pub(crate) fn blocked(view: &RunView, running: &BTreeSet<StepNumber>) -> Vec<(StepNumber, StepNumber)> {
    let is_broken = |step: &&StepView| matches!(step.state, StepState::Failed | StepState::Blocked);
    let mut broken: BTreeSet<StepNumber> = view.steps.iter().filter(is_broken).map(|step| step.number).collect();
    let mut blocked = Vec::new();
    loop {
        let is_new = |step: &&StepView| {
            let can_break = !step.state.is_over() || step.state == StepState::Skipped;
            can_break && !running.contains(&step.number) && !broken.contains(&step.number)
        };
        let breaker = |step: &StepView| step.after.iter().find(|before| broken.contains(before)).copied();
        let found: Vec<(&StepView, StepNumber)> =
            view.steps.iter().filter(is_new).filter_map(|step| Some((step, breaker(step)?))).collect();
        if found.is_empty() {
            return blocked;
        }
        broken.extend(found.iter().map(|(step, _)| step.number));
        // What was skipped stays so, and passes on what is broken before it.
        let open = found.iter().filter(|(step, _)| step.state != StepState::Skipped);
        blocked.extend(open.map(|(step, by)| (step.number, *by)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ferry_model::{Count, Event, EventBody, MigrationId, ResourceKind, ResourceName, RunMode, StepSummary};

    /// Two creates, a copy after the first, a compare after the copy.
    fn view(more: Vec<EventBody>) -> RunView {
        let step = |number, action, after: &[u32]| StepSummary {
            number: StepNumber(number),
            action,
            resource: ResourceName::in_database(ResourceKind::Stream, "d", "s"),
            rows_total: Count::UNKNOWN,
            after: after.iter().copied().map(StepNumber).collect(),
        };
        let created = EventBody::RunCreated {
            migration: MigrationId::new("m"),
            mode: RunMode::Migrate,
            plan_digest: String::new(),
            target: String::new(),
            started_by: String::new(),
            steps: vec![
                step(1, StepAction::Create, &[]),
                step(2, StepAction::Create, &[]),
                step(3, StepAction::Copy, &[1]),
                step(4, StepAction::Compare, &[3]),
            ],
        };
        let bodies = std::iter::once(created).chain(more);
        let events: Vec<Event> = bodies.zip(1..).map(|(body, seq)| Event::new(seq, 0, body)).collect();
        RunView::fold(&events)
    }

    fn ready_of(view: &RunView, running: &BTreeSet<StepNumber>, again: &BTreeSet<StepNumber>) -> Vec<StepNumber> {
        turns(view, running, again, Limits::of(&Settings::default())).ready
    }

    #[test]
    fn no_more_comparisons_run_than_the_plan_allows() {
        let mut view = view(vec![]);
        for step in &mut view.steps {
            (step.action, step.after) = (StepAction::Compare, vec![]);
        }
        let settings = Settings { comparisons_at_once: 3, ..Settings::default() };
        let turns = turns(&view, &numbers(&[2]), &BTreeSet::new(), Limits::of(&settings));
        assert_eq!(turns.ready, [StepNumber(1), StepNumber(3)]);
        assert_eq!(turns.kept, [(StepNumber(4), Limit::OfAction(StepAction::Compare, 3))]);
    }

    #[test]
    fn no_more_steps_work_on_a_side_than_the_plan_allows() {
        let mut view = view(vec![]);
        for (step, action) in view.steps.iter_mut().zip([StepAction::Create, StepAction::Copy, StepAction::Copy]) {
            (step.action, step.after) = (action, vec![]);
        }
        view.steps[3].after = vec![];
        let turns = |settings: Settings, running: &[u32]| {
            turns(&view, &numbers(running), &BTreeSet::new(), Limits::of(&settings))
        };
        let on_source = turns(Settings { steps_on_source: 2, ..Settings::default() }, &[2]);
        assert_eq!(on_source.ready, [StepNumber(1), StepNumber(3)], "a creation leaves the source alone");
        assert_eq!(on_source.kept, [(StepNumber(4), Limit::OnSide(Side::Source, 2))]);
        let on_target = turns(Settings { steps_on_target: 1, ..Settings::default() }, &[]);
        assert_eq!(on_target.ready, [StepNumber(1)]);
        let kept: Vec<u32> = on_target.kept.iter().map(|(step, _)| step.0).collect();
        assert_eq!(kept, [2, 3, 4]);
        assert_eq!(turns(Settings::default(), &[]).kept, [], "no limit unless the plan says so");
    }

    fn numbers(numbers: &[u32]) -> BTreeSet<StepNumber> {
        numbers.iter().copied().map(StepNumber).collect()
    }

    #[test]
    fn creations_run_one_after_the_other_in_the_order_of_the_plan() {
        let none = BTreeSet::new();
        assert_eq!(ready_of(&view(vec![]), &none, &none), [StepNumber(1)]);
        assert_eq!(ready_of(&view(vec![]), &numbers(&[1]), &none), []);
    }

    #[test]
    fn a_step_starts_once_everything_before_it_is_done() {
        let done = EventBody::StepDone { step: StepNumber(1), checked: String::new() };
        assert_eq!(ready_of(&view(vec![done]), &BTreeSet::new(), &BTreeSet::new()), [StepNumber(2), StepNumber(3)]);
    }

    #[test]
    fn a_done_step_whose_effect_was_taken_back_is_done_again_first() {
        let done = EventBody::StepDone { step: StepNumber(1), checked: String::new() };
        assert_eq!(ready_of(&view(vec![done]), &BTreeSet::new(), &numbers(&[1])), [StepNumber(1)]);
    }

    #[test]
    fn a_failed_step_blocks_its_dependents_and_nothing_else() {
        let error = ferry_model::FerryError::NotSignedIn;
        let failed = EventBody::StepFailed { step: StepNumber(1), error };
        let view = view(vec![failed]);
        let expected = [(StepNumber(3), StepNumber(1)), (StepNumber(4), StepNumber(3))];
        assert_eq!(blocked(&view, &BTreeSet::new()), expected);
        assert_eq!(ready_of(&view, &BTreeSet::new(), &BTreeSet::new()), [StepNumber(2)]);
    }

    #[test]
    fn rule_21_a_skipped_comparison_does_not_stand_for_the_copy_before_it() {
        let done = EventBody::StepDone { step: StepNumber(1), checked: String::new() };
        let skip = EventBody::StepSkipRequested { step: StepNumber(4), by: "anna".into(), reason: "by hand".into() };
        let started = EventBody::StepStarted { step: StepNumber(3), attempt: 1 };
        let mut view = view(vec![done, skip, started]);
        let mut writer = view.step(StepNumber(4)).expect("the comparison").clone();
        (writer.number, writer.state, writer.after) = (StepNumber(5), StepState::Pending, vec![StepNumber(4)]);
        view.steps.push(writer);
        let none = BTreeSet::new();
        assert!(!ready_of(&view, &numbers(&[3]), &none).contains(&StepNumber(5)), "the copy still runs");
        view.steps[2].state = StepState::Done;
        assert!(ready_of(&view, &none, &none).contains(&StepNumber(5)));
        view.steps[2].state = StepState::Failed;
        assert_eq!(blocked(&view, &none), [(StepNumber(5), StepNumber(4))]);
    }

    #[test]
    fn a_step_that_is_tried_again_before_what_it_needs_is_blocked_again() {
        let error = ferry_model::FerryError::NotSignedIn;
        let blocked_by = |step, by| EventBody::StepBlocked { step: StepNumber(step), by: StepNumber(by) };
        let again = EventBody::StepRetryRequested { step: StepNumber(4), by: String::new() };
        let failed = EventBody::StepFailed { step: StepNumber(1), error };
        let view = view(vec![failed, blocked_by(3, 1), blocked_by(4, 3), again]);
        assert_eq!(blocked(&view, &BTreeSet::new()), [(StepNumber(4), StepNumber(3))]);
    }
}
