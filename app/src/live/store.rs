//! The fold of a run in signals: one for the head and one for each step, so that an event redraws one row.

use std::collections::{BTreeSet, HashMap};

use ferry_model::{
    Event, EventBody, FerryError, RunId, RunSummary, RunView, StepAction, StepNumber, StepState, StepView,
};
use leptos::prelude::*;

use super::LogLine;
use crate::api::runs::LoadedRun;

/// How many lines of the log are kept.
const LOG_LENGTH: usize = 500;

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
    /// The log, oldest first.
    pub log: RwSignal<Vec<LogLine>>,
    /// How many lines before the log are not shown.
    pub n_not_shown: RwSignal<u64>,
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
    /// Steps that run.
    pub n_running: usize,
    /// Steps whose turn has come, and that something keeps.
    pub n_waiting: usize,
    /// Why the whole run failed.
    pub error: Option<FerryError>,
}

impl RunStore {
    /// A run as the server loaded it.
    pub fn new(loaded: LoadedRun) -> Self {
        let LoadedRun { id, mut view, events } = loaded;
        let n_not_shown = events.first().map_or(0, |first| first.seq.saturating_sub(1));
        for event in &events {
            view.apply(event);
        }
        let store = Self {
            head: RwSignal::new(head_of(&id, &view)),
            id: StoredValue::new(id),
            fold: StoredValue::new(view),
            place_of_step: StoredValue::new(HashMap::new()),
            steps: RwSignal::new(Vec::new()),
            log: RwSignal::new(events.iter().filter_map(LogLine::of).collect()),
            n_not_shown: RwSignal::new(n_not_shown),
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
        let is_reshaped = new.iter().any(|event| matches!(event.body, EventBody::RunCreated { .. }));
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

    fn draw_all_steps(self) {
        let (places, steps) = self.fold.with_value(|view| {
            let places = view.steps.iter().enumerate().map(|(place, step)| (step.number, place)).collect();
            let steps = view.steps.iter().cloned().map(RwSignal::new).collect();
            (places, steps)
        });
        self.place_of_step.set_value(places);
        self.steps.set(steps);
    }

    fn draw_steps(self, touched: &BTreeSet<StepNumber>) {
        for number in touched {
            let Some(place) = self.place_of_step.with_value(|places| places.get(number).copied()) else { continue };
            let signal = self.steps.with_untracked(|steps| steps.get(place).copied());
            let step = self.fold.with_value(|view| view.steps.get(place).cloned());
            if let (Some(signal), Some(step)) = (signal, step) {
                signal.set(step);
            }
        }
    }

    fn draw_log(self, new: &[&Event]) {
        let lines: Vec<LogLine> = new.iter().copied().filter_map(LogLine::of).collect();
        if lines.is_empty() {
            return;
        }
        let mut n_dropped = 0;
        self.log.update(|log| {
            log.extend(lines);
            n_dropped = log.len().saturating_sub(LOG_LENGTH);
            log.drain(..n_dropped);
        });
        if n_dropped > 0 {
            self.n_not_shown.update(|n| *n += n_dropped as u64);
        }
    }
}

fn head_of(id: &RunId, view: &RunView) -> RunHead {
    let is_copying = |step: &&StepView| step.state == StepState::Running && step.action == StepAction::Copy;
    RunHead {
        summary: view.summary(id.clone()),
        target: view.target.clone(),
        rows_per_second: view.rows_per_second(),
        n_copying: view.steps.iter().filter(is_copying).count(),
        n_running: view.n_in(StepState::Running),
        n_waiting: view.n_in(StepState::Waiting),
        error: view.error.clone(),
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
        RunStore::new(LoadedRun { id: RunId::new("r"), view: RunView::fold(events), events: events.to_vec() })
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
            assert_eq!(store.log.get_untracked().len(), 2);
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
    fn the_log_keeps_its_latest_lines_and_says_how_many_are_missing() {
        let owner = Owner::new();
        owner.with(|| {
            let store = store(&[created()]);
            let note = |seq| Event::new(seq, 0, EventBody::Noted { step: None, text: seq.to_string() });
            let notes: Vec<Event> = (2..=601).map(note).collect();
            assert!(store.apply(&notes));
            assert_eq!(store.log.with_untracked(Vec::len), LOG_LENGTH);
            assert_eq!(store.n_not_shown.get_untracked(), 101);
        });
    }
}
