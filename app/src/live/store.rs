//! The fold of a run in signals: one for the head and one for each step, so that an event redraws one row.

use std::collections::{BTreeSet, HashMap};

use ferry_model::{
    Eta, Event, EventBody, FerryError, LogLine, RunId, RunSummary, RunView, StepAction, StepNumber, StepState, StepView,
};
use leptos::prelude::*;

use super::group::order;
use super::phase::{Phase, phases};
use super::{Group, Placed};
use crate::api::runs::LoadedRun;

/// How many new lines of the log are kept.
const LOG_LENGTH: usize = 1_000;

/// A run in signals.
#[derive(Clone, Copy)]
pub struct RunStore {
    id: StoredValue<RunId>,
    fold: StoredValue<RunView>,
    place_of_step: StoredValue<HashMap<StepNumber, usize>>,
    /// What the head of the page shows.
    pub head: RwSignal<RunHead>,
    /// The steps in the plan's order.
    pub steps: RwSignal<Vec<RwSignal<StepView>>>,
    /// The steps in the order of the page; it changes when a step comes into another group.
    pub order: RwSignal<Vec<Placed>>,
    /// What was added to the log since the run was loaded, oldest first.
    pub news: RwSignal<Vec<LogLine>>,
}

/// What concerns the whole run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunHead {
    /// As lists show it.
    pub summary: RunSummary,
    /// Where it goes to.
    pub target: String,
    /// Rows per second of all copies that run.
    pub rows_per_second: u64,
    /// Copies that run.
    pub n_copying: usize,
    /// How many steps are in each group.
    pub n_in: [usize; Group::ALL.len()],
    /// The parts of the plan.
    pub phases: Vec<Phase>,
    /// Why the whole run failed.
    pub error: Option<FerryError>,
    /// How long the copies may still take.
    pub eta: Option<Eta>,
    /// Rows per second from the first row on.
    pub rates: Vec<u64>,
}

impl RunStore {
    /// A run as the server loaded it.
    pub fn new(loaded: LoadedRun) -> Self {
        let LoadedRun { id, view } = loaded;
        let store = Self {
            head: RwSignal::new(head_of(&id, &view)),
            id: StoredValue::new(id),
            fold: StoredValue::new(view),
            place_of_step: StoredValue::new(HashMap::new()),
            steps: RwSignal::new(Vec::new()),
            order: RwSignal::new(Vec::new()),
            news: RwSignal::new(Vec::new()),
        };
        store.draw_all_steps();
        store
    }

    /// The number of the last event that was folded.
    pub fn last_seq(self) -> u64 {
        self.fold.with_value(|view| view.last_seq)
    }

    /// Takes events in order. `false` where some are missing before them; nothing is taken then.
    pub fn apply(self, events: &[Event]) -> bool {
        let last_seq = self.last_seq();
        let new: Vec<&Event> = events.iter().filter(|event| event.seq > last_seq).collect();
        let follows = new.iter().zip(last_seq + 1..).all(|(event, expected)| event.seq == expected);
        if !follows {
            return false;
        }
        if new.is_empty() {
            return true;
        }
        // A wish changes steps that it does not name.
        let is_about_all = |body: &EventBody| {
            use EventBody as E;
            matches!(
                body,
                E::RunCreated { .. }
                    | E::RetryRequested { .. }
                    | E::StepRetryRequested { .. }
                    | E::StepSkipRequested { .. }
                    | E::VerifyRequested { .. }
                    | E::StepRecopyRequested { .. }
                    | E::CatchUpRequested { .. }
                    | E::DeferredTriedAgain { .. }
            )
        };
        let is_reshaped = new.iter().any(|event| is_about_all(&event.body));
        let touched: BTreeSet<StepNumber> = new.iter().filter_map(|event| event.body.step()).collect();
        self.fold.update_value(|view| new.iter().for_each(|event| view.apply(event)));
        if is_reshaped {
            self.draw_all_steps();
        } else {
            self.draw_steps(&touched);
        }
        self.draw_head();
        self.draw_log(&new);
        true
    }

    /// Replaces everything but the log.
    pub fn replace(self, view: RunView) {
        self.fold.set_value(view);
        self.draw_all_steps();
        self.draw_head();
    }

    fn draw_head(self) {
        let head = self.fold.with_value(|view| self.id.with_value(|id| head_of(id, view)));
        if self.head.with_untracked(|shown| *shown != head) {
            self.head.set(head);
        }
    }

    /// The step of a number.
    pub fn step(self, number: StepNumber) -> Option<RwSignal<StepView>> {
        let place = self.place_of_step.with_value(|places| places.get(&number).copied())?;
        self.steps.with_untracked(|steps| steps.get(place).copied())
    }

    /// Rows that are drawn already hold the signals of their steps: those stay, and get the new values.
    fn draw_all_steps(self) {
        let (places, steps) = self.fold.with_value(|view| {
            let places = view.steps.iter().enumerate().map(|(place, step)| (step.number, place)).collect();
            let signal_of = |step: &StepView| match self.step(step.number) {
                Some(signal) => {
                    signal.set(step.clone());
                    signal
                }
                None => RwSignal::new(step.clone()),
            };
            (places, view.steps.iter().map(signal_of).collect())
        });
        self.place_of_step.set_value(places);
        self.steps.set(steps);
        self.draw_order();
    }

    fn draw_order(self) {
        let order = self.fold.with_value(|view| {
            let phases: Vec<&'static str> = phases(&view.steps).iter().map(|phase| phase.name).collect();
            order(&view.steps, &phases)
        });
        self.order.set(order);
    }

    fn draw_steps(self, touched: &BTreeSet<StepNumber>) {
        let mut has_moved = false;
        for number in touched {
            let Some(place) = self.place_of_step.with_value(|places| places.get(number).copied()) else { continue };
            let step = self.fold.with_value(|view| view.steps.get(place).cloned());
            if let (Some(signal), Some(step)) = (self.step(*number), step) {
                has_moved |= signal.with_untracked(|shown| Group::of(shown.state)) != Group::of(step.state);
                signal.set(step);
            }
        }
        if has_moved {
            self.draw_order();
        }
    }

    fn draw_log(self, new: &[&Event]) {
        let lines: Vec<LogLine> = new.iter().copied().filter_map(LogLine::of).collect();
        if lines.is_empty() {
            return;
        }
        self.news.update(|news| {
            news.extend(lines);
            let n_dropped = news.len().saturating_sub(LOG_LENGTH);
            news.drain(..n_dropped);
        });
    }
}

fn head_of(id: &RunId, view: &RunView) -> RunHead {
    let is_copying = |step: &&StepView| step.state == StepState::Running && step.action == StepAction::Copy;
    RunHead {
        summary: view.summary(id.clone()),
        target: view.target.clone(),
        rows_per_second: view.rows_per_second(),
        n_copying: view.steps.iter().filter(is_copying).count(),
        n_in: Group::ALL.map(|group| view.steps.iter().filter(|step| Group::of(step.state) == group).count()),
        phases: phases(&view.steps),
        error: view.error.clone(),
        eta: view.eta(),
        rates: view.pace.rates(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ferry_model::{Count, MigrationId, ResourceKind, ResourceName, RunMode, RunState, StepSummary};

    fn created() -> Event {
        let steps = [1, 2].map(|number| StepSummary {
            number: StepNumber(number),
            action: StepAction::Copy,
            resource: ResourceName::in_database(ResourceKind::Stream, "market", format!("s{number}")),
            rows_total: Count::exact(100),
            after: vec![],
        });
        let body = EventBody::RunCreated {
            migration: MigrationId::new("m"),
            mode: RunMode::Migrate,
            plan_digest: "d".into(),
            target: "t:8463".into(),
            started_by: "anna".into(),
            steps: steps.to_vec(),
        };
        Event::new(1, 10, body)
    }

    fn store(events: &[Event]) -> RunStore {
        RunStore::new(LoadedRun { id: RunId::new("r"), view: RunView::fold(events) })
    }

    #[test]
    fn an_event_changes_its_step_and_the_head_and_nothing_else() {
        let owner = Owner::new();
        owner.with(|| {
            let store = store(&[created()]);
            let other = store.steps.get_untracked()[0];
            let before = other.get_untracked();
            let started = Event::new(2, 20, EventBody::StepStarted { step: StepNumber(2), attempt: 1 });
            assert!(store.apply(&[created(), started]));
            assert_eq!(store.steps.get_untracked()[1].get_untracked().state, StepState::Running);
            assert_eq!(other.get_untracked(), before);
            assert_eq!(store.head.get_untracked().n_copying, 1);
            assert_eq!(store.news.get_untracked().len(), 1);
        });
    }

    #[test]
    fn what_runs_comes_first_and_a_retry_moves_steps_that_it_does_not_name() {
        let owner = Owner::new();
        owner.with(|| {
            let store = store(&[created()]);
            let numbers =
                || store.order.get_untracked().iter().map(|placed| (placed.group, placed.number.0)).collect::<Vec<_>>();
            assert_eq!(numbers(), [(Group::Pending, 1), (Group::Pending, 2)]);
            assert!(store.apply(&[Event::new(2, 20, EventBody::StepStarted { step: StepNumber(2), attempt: 1 })]));
            assert_eq!(numbers(), [(Group::Running, 2), (Group::Pending, 1)]);
            let error = FerryError::Transport { why: "cut".into() };
            assert!(store.apply(&[Event::new(3, 30, EventBody::StepFailed { step: StepNumber(2), error })]));
            assert_eq!(numbers(), [(Group::Failed, 2), (Group::Pending, 1)]);
            assert_eq!(store.head.get_untracked().n_in, [1, 0, 0, 0, 1, 0]);
            assert!(store.apply(&[Event::new(4, 40, EventBody::RetryRequested { by: "anna".into() })]));
            assert_eq!(numbers(), [(Group::Pending, 1), (Group::Pending, 2)]);
            let step = store.step(StepNumber(2)).expect("a step of the run");
            assert_eq!(step.get_untracked().state, StepState::Pending);
        });
    }

    #[test]
    fn events_with_a_gap_before_them_are_not_taken() {
        let owner = Owner::new();
        owner.with(|| {
            let store = store(&[created()]);
            assert!(!store.apply(&[Event::new(3, 20, EventBody::RunPaused)]));
            assert_eq!(store.head.get_untracked().summary.state, RunState::Created);
            assert_eq!(store.last_seq(), 1);
        });
    }

    #[test]
    fn only_the_latest_news_are_kept() {
        let owner = Owner::new();
        owner.with(|| {
            let store = store(&[created()]);
            let note = |seq| Event::new(seq, 0, EventBody::Noted { step: None, text: seq.to_string() });
            let notes: Vec<Event> = (2..=1_101).map(note).collect();
            assert!(store.apply(&notes));
            assert_eq!(store.news.with_untracked(Vec::len), LOG_LENGTH);
            assert_eq!(store.news.with_untracked(|news| news.last().map(|line| line.seq)), Some(1_101));
        });
    }
}
