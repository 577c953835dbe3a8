//! What the record says of a run, read from where it is kept, and whether it says too much.

use std::collections::{BTreeMap, BTreeSet};

use ferry_model::{Event, EventBody, Journal, RunState, RunView, StepAction, StepNumber, StepState, TimeRange};
use ferry_store::{Store, StoreLocation};

use crate::oracle::{Held, Oracle, STREAMS};

/// The events of the one run that a record holds.
pub struct Record {
    pub events: Vec<Event>,
    pub view: RunView,
}

impl Record {
    /// Without a run where nothing was recorded yet.
    pub async fn read(location: &StoreLocation) -> Self {
        let mut events = Vec::new();
        if let Some(store) = Store::open_read_only(location).await.expect("the record can be read") {
            // Killed in its first moments, a record may have no tables yet.
            if store.check().await.is_ok() {
                let runs = store.newest_runs(2).await.expect("its runs");
                assert!(runs.len() <= 1, "a run that is not over is gone on with, and no second one begun");
                if let Some(run) = runs.first() {
                    events = store.read(&run.id, 0).await.expect("its events");
                }
            }
            store.close().await;
        }
        let numbers = events.iter().map(|event| event.seq);
        assert!(numbers.eq(1..=events.len() as u64), "events are numbered without a gap");
        let view = RunView::fold(&events);
        Self { events, view }
    }

    /// What the record calls done although the target does not hold it.
    pub async fn claims_too_much(&self, source: &[Held], target: &Oracle) -> Vec<String> {
        let mut lies = Vec::new();
        for step in self.view.steps.iter().filter(|step| step.action == StepAction::Copy) {
            let (at, stream) =
                STREAMS.iter().enumerate().find(|(_, stream)| stream.name == step.resource.name).expect("a stream");
            let compared = self.view.steps.iter().filter(|other| other.resource == step.resource);
            let is_verified = compared.clone().any(|other| other.verified.is_some());
            if step.state == StepState::Done || is_verified || self.view.state == RunState::Done {
                let held = target.rows(stream).await;
                if held != Some(source[at].all_rows()) {
                    lies.push(format!("{} is called done and holds {held:?} of {:?}", stream.name, source[at]));
                }
                continue;
            }
            for (slice, (range, n_rows)) in self.slices(step.number).done {
                let n_held = target.rows_between(stream.name, range.from_ms, range.until_ms).await;
                if n_held != n_rows {
                    lies.push(format!(
                        "slice {slice} of {} is called done and holds {n_held} of {n_rows}",
                        stream.name
                    ));
                }
            }
        }
        let n_done = self.view.steps.iter().filter(|step| step.state == StepState::Done).count();
        if self.view.state == RunState::Done && n_done < self.view.steps.len() {
            lies.push(format!("the run is called done with {n_done} of {} steps", self.view.steps.len()));
        }
        lies
    }

    /// Copies that were begun more often than once, and whether each of those was in flight when it was interrupted.
    pub fn copied_again(&self) -> Again {
        let mut again = Again::default();
        for step in self.view.steps.iter().filter(|step| step.action == StepAction::Copy) {
            let slices = self.slices(step.number);
            again.n_slices += slices.n_again;
            again.n_not_in_flight += slices.n_again_though_done;
        }
        again
    }

    fn slices(&self, step: StepNumber) -> Slices {
        let mut slices = Slices::default();
        let mut started = BTreeSet::new();
        for event in &self.events {
            match &event.body {
                EventBody::SliceStarted { step: of, slice, range, part } if *of == step => {
                    slices.n_again += u64::from(!started.insert(Some(*slice)));
                    slices.n_again_though_done += u64::from(slices.done.remove(slice).is_some());
                    // A part of one moment cannot be counted by its range.
                    slices.ranges.insert(*slice, part.is_none().then_some(*range));
                }
                // The slice of a copy in slices is told by the event before.
                EventBody::QuerySent { step: of, .. } if *of == step && slices.ranges.is_empty() => {
                    slices.n_again += u64::from(!started.insert(None));
                }
                EventBody::SliceDone { step: of, slice, rows } if *of == step => {
                    if let Some(Some(range)) = slices.ranges.get(slice) {
                        slices.done.insert(*slice, (*range, rows.value));
                    }
                }
                EventBody::Dropped { step: of, resource, .. } if *of == step && resource.kind.holds_rows() => {
                    slices.done.clear();
                }
                _ => {}
            }
        }
        slices
    }
}

/// How often copies were begun again.
#[derive(Debug, Clone, Copy, Default)]
pub struct Again {
    pub n_slices: u64,
    /// Those that had been done.
    pub n_not_in_flight: u64,
}

#[derive(Default)]
struct Slices {
    n_again: u64,
    n_again_though_done: u64,
    ranges: BTreeMap<u32, Option<TimeRange>>,
    done: BTreeMap<u32, (TimeRange, u64)>,
}
