//! Plans as they were read, kept, so that a page of a large plan does not read its text again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use ferry_model::{Problem, StepNumber, messages};
use ferry_plan::{Plan, PlanDocument, Step};

/// How many readings are kept.
const N_KEPT: usize = 32;

/// A plan's text and what it says.
#[derive(Debug)]
pub struct Reading {
    text: String,
    outcome: Result<Read, Vec<Problem>>,
}

#[derive(Debug)]
struct Read {
    document: PlanDocument,
    /// What keeps the plan from being run.
    problems: Vec<Problem>,
    /// What a filter looks through, in small letters, in the order of the steps.
    search: Vec<String>,
    /// How many enabled steps need each step.
    n_needed_by: BTreeMap<StepNumber, usize>,
    /// Steps that nobody needs to look at.
    set_aside: BTreeSet<StepNumber>,
}

impl Reading {
    /// Reads a text.
    pub(crate) fn of(text: String) -> Self {
        let outcome = PlanDocument::parse_unchecked(text.clone());
        Self { text, outcome: outcome.map(|(document, problems)| Read::of(document, problems)) }
    }

    pub(crate) fn of_document(document: PlanDocument, problems: Vec<Problem>) -> Self {
        Self { text: document.text().to_owned(), outcome: Ok(Read::of(document, problems)) }
    }

    /// The text, byte for byte.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The plan, if the text is one.
    pub fn plan(&self) -> Option<&Plan> {
        self.document().map(PlanDocument::plan)
    }

    /// The plan with the places of its parts.
    pub fn document(&self) -> Option<&PlanDocument> {
        self.outcome.as_ref().ok().map(|read| &read.document)
    }

    /// What keeps the text from being a plan, or the plan from being run; each with its place.
    pub fn problems(&self) -> &[Problem] {
        match &self.outcome {
            Ok(read) => &read.problems,
            Err(problems) => problems,
        }
    }

    pub(crate) fn n_needed_by(&self, step: StepNumber) -> usize {
        self.outcome.as_ref().ok().and_then(|read| read.n_needed_by.get(&step).copied()).unwrap_or(0)
    }

    /// Steps that nobody needs to look at (see [`Plan::set_aside`]).
    pub(crate) fn set_aside(&self) -> &BTreeSet<StepNumber> {
        static NONE: BTreeSet<StepNumber> = BTreeSet::new();
        self.outcome.as_ref().map_or(&NONE, |read| &read.set_aside)
    }

    /// The steps with what a filter looks through.
    pub(crate) fn searchable(&self) -> impl Iterator<Item = (&Step, &str)> {
        let read = self.outcome.as_ref().ok();
        read.into_iter().flat_map(|read| read.document.plan().steps.iter().zip(read.search.iter().map(String::as_str)))
    }
}

impl Read {
    fn of(document: PlanDocument, problems: Vec<Problem>) -> Self {
        let plan = document.plan();
        let words = |step: &Step| {
            let Step { number, action, resource, .. } = step;
            format!("{number} {} {} {}", messages::step_action(*action), resource.kind.label(), resource.path())
        };
        let search = plan.steps.iter().map(|step| words(step).to_lowercase()).collect();
        let mut n_needed_by = BTreeMap::new();
        for need in plan.enabled_steps().flat_map(|step| &step.needs) {
            *n_needed_by.entry(*need).or_default() += 1;
        }
        let set_aside = plan.set_aside();
        Self { search, n_needed_by, set_aside, problems, document }
    }
}

/// The readings that were asked for last.
#[derive(Default)]
pub(crate) struct Readings {
    /// The newest last. Keys name a text that never changes: a revision, or one state of a draft.
    kept: Mutex<Vec<(String, Arc<Reading>)>>,
}

impl Readings {
    /// The reading under a key.
    pub(crate) async fn of(&self, key: &str, text: String) -> Arc<Reading> {
        if let Some(known) = self.find(key) {
            return known;
        }
        let made = Self::read(text).await;
        self.keep(key, made.clone());
        made
    }

    /// Reads a text on another thread than those that answer requests, because a large plan takes a while.
    pub(crate) async fn read(text: String) -> Arc<Reading> {
        match tokio::task::spawn_blocking(move || Reading::of(text)).await {
            Ok(reading) => Arc::new(reading),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    fn find(&self, key: &str) -> Option<Arc<Reading>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let position = kept.iter().position(|(known, _)| known == key)?;
        let entry = kept.remove(position);
        let reading = entry.1.clone();
        kept.push(entry);
        Some(reading)
    }

    pub(crate) fn keep(&self, key: &str, reading: Arc<Reading>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| known != key);
        if kept.len() >= N_KEPT {
            kept.remove(0);
        }
        kept.push((key.to_owned(), reading));
    }
}
