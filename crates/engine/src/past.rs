//! What the events of a run say so far, folded for those who decide what is next.

use std::collections::{BTreeMap, BTreeSet};

use ferry_model::{
    BucketDifference, CompareBucket, Event, EventBody, Ledger, LedgerEntry, QueryId, ResourceName, RunView, Side,
    SplitByHash, StepAction, StepNumber, StepState, TimeRange,
};

use crate::SliceRows;

/// Everything the engine remembers of a run. It is computed from the events and from nothing else.
#[derive(Debug, Clone, Default)]
pub(crate) struct Past {
    /// The view that people see.
    pub(crate) view: RunView,
    /// What this run made and did not remove.
    pub(crate) ledger: Ledger,
    /// What was stopped and not started again, oldest first.
    pub(crate) stopped: Vec<Stopped>,
    /// Steps whose effect was taken back, so that a retry must do them again.
    pub(crate) taken_back: BTreeSet<StepNumber>,
    /// INSERTs sent per step since its stream was last empty, and the slices that they fill.
    queries: BTreeMap<StepNumber, Vec<(Option<u32>, QueryId)>>,
    /// Slices per step, since its stream was last empty.
    sliced: BTreeMap<StepNumber, SlicedCopy>,
    /// INSERTs sent per step over the whole run, for ids that never repeat.
    n_queries: BTreeMap<StepNumber, u32>,
    /// How far comparisons came that have not ended.
    compared: BTreeMap<StepNumber, Compared>,
    /// Where the newest comparison of each step that has ended found differences.
    differing: BTreeMap<StepNumber, Vec<BucketDifference>>,
    /// Copies that are to be done again in part.
    again: BTreeMap<StepNumber, Again>,
    /// How many of the plan's rounds of catching up have begun.
    pub(crate) n_rounds: u64,
    /// Whether a person gave the word to cut over.
    pub(crate) is_cut_over: bool,
    /// How many rounds of trying deferred creations again there were since a person or a process last began.
    pub(crate) n_deferred_rounds: u32,
    /// When the creation of what a step makes was first intended, in milliseconds since 1970.
    intended_at: BTreeMap<StepNumber, i64>,
}

/// What is to be copied again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Again {
    /// The rows of these intervals, which a comparison found to differ.
    Ranges(Vec<TimeRange>),
    /// All rows: those that differ cannot be told by time.
    All,
    /// Whatever differs now.
    Unknown,
}

/// How far a comparison came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Compared {
    /// Rows before this moment are compared, in milliseconds since 1970; all of them at the end of time.
    pub(crate) until_ms: Option<i64>,
    /// Where both sides differ.
    pub(crate) differences: Vec<BucketDifference>,
}

/// Something that ran before the run stopped it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stopped {
    pub(crate) step: StepNumber,
    pub(crate) side: Side,
    pub(crate) resource: ResourceName,
    pub(crate) server_id: Option<String>,
}

/// How far a copy in slices came.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SlicedCopy {
    /// What the slices are cut at in time.
    pub(crate) bounds: Vec<i64>,
    /// The slices.
    pub(crate) slices: Vec<SliceRows>,
    /// How many partitions each slice touches, where it is known.
    pub(crate) partitions: Vec<u64>,
    /// The slice whose INSERT was sent last.
    sent_last: Option<u32>,
    /// Slices that may hold rows that nobody has checked.
    pub(crate) open: BTreeSet<u32>,
    /// Slices that are seen on the target, with their rows.
    pub(crate) done: BTreeMap<u32, u64>,
    /// Slices of an earlier copy that must be emptied before they are copied again.
    pub(crate) stale: BTreeSet<u32>,
}

impl SlicedCopy {
    fn cut(bounds: &[i64], split: Option<&SplitByHash>) -> Self {
        Self { bounds: bounds.to_vec(), slices: SliceRows::cut(bounds, split), ..Self::default() }
    }

    /// The slices with their numbers.
    pub(crate) fn numbered(&self) -> impl Iterator<Item = (u32, &SliceRows)> {
        (0..).zip(&self.slices)
    }
}

impl Again {
    fn of<'a>(differences: impl Iterator<Item = &'a BucketDifference>) -> Self {
        let range = |difference: &BucketDifference| match difference.bucket {
            CompareBucket::Time(range) => Some(range),
            CompareBucket::Part { .. } => None,
        };
        match differences.map(range).collect::<Option<Vec<TimeRange>>>() {
            Some(ranges) if ranges.is_empty() => Self::Unknown,
            Some(ranges) => Self::Ranges(ranges),
            None => Self::All,
        }
    }
}

impl Past {
    /// Folds the events of a run onto what earlier runs made, which a clean begins with.
    pub(crate) fn fold_onto<'a>(ledger: Ledger, events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut past = Self { ledger, ..Self::default() };
        for event in events {
            past.apply(event);
        }
        past
    }

    pub(crate) fn apply(&mut self, event: &Event) {
        self.ask_again(&event.body);
        self.view.apply(event);
        if let EventBody::StepDone { step, .. } | EventBody::StepFailed { step, .. } = &event.body {
            // The next comparison of the step begins at the beginning.
            match self.compared.remove(step) {
                Some(compared) => self.differing.insert(*step, compared.differences),
                None => self.differing.remove(step),
            };
        }
        self.take_back(&event.body);
        self.ledger.apply(&event.body);
        match &event.body {
            EventBody::QuerySent { step, query, .. } => {
                let slice = self.sliced.get(step).and_then(|sliced| sliced.sent_last);
                self.queries.entry(*step).or_default().push((slice, query.clone()));
                *self.n_queries.entry(*step).or_default() += 1;
            }
            // A copy step drops the stream only to begin again with an empty one (copy-safety 20); after an interruption
            // the creation may be the one that completes that.
            EventBody::Dropped { step, resource, .. } if resource.kind.holds_rows() => {
                let of_stream = self.view.steps.iter().filter(|one| one.resource == *resource).map(|one| one.number);
                for step in of_stream.chain([*step]).collect::<Vec<_>>() {
                    self.queries.remove(&step);
                    self.sliced.remove(&step);
                    self.again.remove(&step);
                }
            }
            EventBody::SlicesPlanned { step, bounds, partitions, split } => {
                let sliced = SlicedCopy::cut(bounds, split.as_ref());
                self.sliced.insert(*step, SlicedCopy { partitions: partitions.clone(), ..sliced });
            }
            EventBody::SlicesReplanned { step, bounds, kept, split } => {
                let sliced = SlicedCopy::cut(bounds, split.as_ref());
                let done: BTreeMap<u32, u64> = kept.iter().map(|kept| (kept.slice, kept.n_rows)).collect();
                let stale =
                    sliced.numbered().map(|(slice, _)| slice).filter(|slice| !done.contains_key(slice)).collect();
                self.sliced.insert(*step, SlicedCopy { done, stale, ..sliced });
                self.queries.remove(step);
                self.again.remove(step);
            }
            EventBody::SliceEmptied { step, slice } => {
                self.sliced.entry(*step).or_default().stale.remove(slice);
            }
            EventBody::SliceStarted { step, slice, .. } => {
                let sliced = self.sliced.entry(*step).or_default();
                sliced.open.insert(*slice);
                sliced.sent_last = Some(*slice);
            }
            EventBody::SliceDone { step, slice, rows } => {
                let sliced = self.sliced.entry(*step).or_default();
                sliced.open.remove(slice);
                sliced.done.insert(*slice, rows.value);
                // What filled the slice has ended. INSERTs of slices that are still open have to be proved to.
                if let Some(queries) = self.queries.get_mut(step) {
                    queries.retain(|(of, _)| *of != Some(*slice));
                }
            }
            EventBody::BucketsCompared { step, range, .. } => {
                self.compared.entry(*step).or_default().until_ms = Some(range.until_ms.unwrap_or(i64::MAX));
            }
            EventBody::CatchUpRequested { round, .. } => self.n_rounds = self.n_rounds.max(*round),
            EventBody::DeferredTriedAgain { round } => self.n_deferred_rounds = *round,
            EventBody::RetryRequested { .. } | EventBody::StepRetryRequested { .. } | EventBody::RunFinished { .. } => {
                self.n_deferred_rounds = 0;
            }
            EventBody::CutOverRequested { .. } => (self.is_cut_over, self.n_deferred_rounds) = (true, 0),
            EventBody::CreateIntended { step, .. } => {
                self.intended_at.entry(*step).or_insert(event.at_ms);
            }
            EventBody::BucketDiffers { step, difference } => {
                self.compared.entry(*step).or_default().differences.push(difference.clone());
            }
            EventBody::Stopped { step, side, resource, server_id } => {
                let (step, side) = (*step, *side);
                let known = self.stopped.iter().any(|one| one.side == side && one.resource == *resource);
                if !known {
                    let (resource, server_id) = (resource.clone(), server_id.clone());
                    self.stopped.push(Stopped { step, side, resource, server_id });
                }
                self.taken_back.remove(&step);
            }
            EventBody::Restarted { step, side, resource } => {
                self.stopped.retain(|one| one.side != *side || one.resource != *resource);
                self.taken_back.insert(*step);
            }
            // A creation that ends while another step takes its result away must be done again: only the
            // result counts.
            EventBody::StepDone { step, .. } if !self.is_creation(*step) => {
                self.taken_back.remove(step);
                self.again.remove(step);
            }
            EventBody::Created { step, .. } => {
                self.taken_back.remove(step);
            }
            _ => {}
        }
    }

    /// Remembers what people want copied again. A copy can be asked for again only while it is done.
    fn ask_again(&mut self, body: &EventBody) {
        match body {
            EventBody::StepRecopyRequested { step, .. } => {
                let Some(copy) = self.view.copy_of(*step) else { return };
                let comparisons: Vec<StepNumber> =
                    self.view.comparisons_of(&copy.resource).map(|step| step.number).collect();
                let found = comparisons.iter().filter_map(|step| self.differing.get(step)).flatten();
                self.again.insert(copy.number, Again::of(found));
            }
            EventBody::CatchUpRequested { .. } => {
                let copies: Vec<StepNumber> = self.view.copies_to_catch_up().map(|copy| copy.number).collect();
                self.again.extend(copies.into_iter().map(|copy| (copy, Again::Unknown)));
            }
            _ => {}
        }
    }

    /// A step that takes away what a creation made leaves the creation to be done again. Where a copy makes the
    /// stream again that it dropped, the creation only finds it.
    fn take_back(&mut self, body: &EventBody) {
        let (EventBody::DropIntended { step, resource, .. }
        | EventBody::DropAbandoned { step, resource, .. }
        | EventBody::Dropped { step, resource, .. }) = body
        else {
            return;
        };
        let Some(maker) = self.made_on_target(resource).map(|entry| entry.step) else { return };
        match body {
            EventBody::DropAbandoned { .. } => {
                self.taken_back.remove(&maker);
            }
            _ if maker != *step && self.is_creation(maker) => {
                self.taken_back.insert(maker);
            }
            _ => {}
        }
    }

    /// Whether something that lives on the target is still to be started.
    pub(crate) fn has_life_to_start(&self) -> bool {
        self.view.steps.iter().any(|step| RunView::starts_life(step) && !step.state.is_over())
    }

    /// Something that a step needs and that must be made again first.
    pub(crate) fn taken_from_under(&self, step: StepNumber) -> Option<ResourceName> {
        let needs = self.view.step(step).map(|view| &view.after).into_iter().flatten();
        let missing =
            needs.into_iter().find(|number| self.taken_back.contains(number) && self.is_creation(**number))?;
        self.view.step(*missing).map(|view| view.resource.clone())
    }

    fn is_creation(&self, step: StepNumber) -> bool {
        self.view.step(step).is_some_and(|view| view.action == StepAction::Create)
    }

    /// The ledger's entry for a resource on the target.
    pub(crate) fn made_on_target(&self, resource: &ResourceName) -> Option<&LedgerEntry> {
        let on_target = |entry: &&LedgerEntry| entry.side == Side::Target && entry.resource == *resource;
        self.ledger.entries.iter().find(on_target)
    }

    /// INSERTs of a step that may have put rows into its stream.
    pub(crate) fn queries_of(&self, step: StepNumber) -> Vec<QueryId> {
        self.queries.get(&step).into_iter().flatten().map(|(_, query)| query.clone()).collect()
    }

    /// The slices of a step's copy, where it is copied in slices.
    pub(crate) fn sliced(&self, step: StepNumber) -> Option<&SlicedCopy> {
        self.sliced.get(&step)
    }

    /// What is to be copied again of a copy that was done.
    pub(crate) fn again(&self, step: StepNumber) -> Option<&Again> {
        self.again.get(&step)
    }

    /// How far the comparison of a step came.
    pub(crate) fn compared(&self, step: StepNumber) -> Compared {
        self.compared.get(&step).cloned().unwrap_or_default()
    }

    /// The cut-over of a stream: from when on it may have got rows of its own on the target, because the run has begun
    /// to start there what writes to it (copy-safety 22).
    pub(crate) fn cut_over_of(&self, stream: &ResourceName) -> Option<i64> {
        use ferry_model::ResourceKind::{Input, MaterializedView, Source, Task};
        let writes = |one: &&ferry_model::StepView| {
            one.state == StepState::Done && matches!(one.resource.kind, Input | MaterializedView | Source | Task)
        };
        let writers = self.view.living_over(stream).filter(writes);
        writers.filter_map(|one| self.intended_at.get(&one.number).copied()).min()
    }

    /// How many INSERTs a step has sent over the whole run.
    pub(crate) fn n_queries_of(&self, step: StepNumber) -> u32 {
        self.n_queries.get(&step).copied().unwrap_or_default()
    }
}
