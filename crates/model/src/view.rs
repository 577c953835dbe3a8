//! The view of a run: folded from its events and from nothing else (architecture, invariant 3).

mod again;
mod asked;
#[cfg(test)]
mod example;
mod state;

use serde::{Deserialize, Serialize};

pub use state::{RunState, StepState};

use crate::{
    Basis, Count, Eta, Event, EventBody, FerryError, MigrationId, Pace, ResourceName, RunMode, StepAction, StepNumber,
    Verification,
};

/// One step of a run as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepView {
    /// Its number in the plan.
    pub number: StepNumber,
    /// What it does.
    pub action: StepAction,
    /// To which resource.
    pub resource: ResourceName,
    /// Steps before it.
    pub after: Vec<StepNumber>,
    /// Where it stands.
    pub state: StepState,
    /// The reason for waiting, skipping, or what was checked; empty otherwise.
    pub note: String,
    /// Rows written.
    pub rows_done: Count,
    /// Rows to write.
    pub rows_total: Count,
    /// Bytes written.
    pub bytes_done: Count,
    /// Rows per second between the last two progress events; 0 where nothing is known.
    pub rows_per_second: u64,
    /// When the step began, in milliseconds since 1970.
    pub started_at_ms: Option<i64>,
    /// When the step ended, in milliseconds since 1970.
    pub ended_at_ms: Option<i64>,
    /// Tries so far.
    pub attempt: u32,
    /// Rows counted on the source and on the target, after a comparison.
    pub compared: Option<(Count, Count)>,
    /// What a comparison that ended well has shown.
    #[serde(default)]
    pub verified: Option<Verification>,
    /// Why it failed.
    pub error: Option<FerryError>,
    /// When the last progress event came, for the rate.
    last_progress_ms: Option<i64>,
}

/// A run as it stands after some number of events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunView {
    /// Whose run; `None` before the first event.
    pub migration: Option<MigrationId>,
    /// Why it exists.
    pub mode: RunMode,
    /// Where it stands.
    pub state: RunState,
    /// Digest of what runs.
    pub plan_digest: String,
    /// The target's timeplusd address.
    pub target: String,
    /// Who asked for it.
    pub started_by: String,
    /// The steps in the plan's order.
    pub steps: Vec<StepView>,
    /// The number of the last event that was folded.
    pub last_seq: u64,
    /// When the first event was stored.
    pub created_at_ms: i64,
    /// When the last event was stored.
    pub updated_at_ms: i64,
    /// Why the whole run failed.
    pub error: Option<FerryError>,
    /// How fast rows moved.
    #[serde(default)]
    pub pace: Pace,
}

impl Default for RunView {
    fn default() -> Self {
        Self {
            migration: None,
            mode: RunMode::Migrate,
            state: RunState::Created,
            plan_digest: String::new(),
            target: String::new(),
            started_by: String::new(),
            steps: Vec::new(),
            last_seq: 0,
            created_at_ms: 0,
            updated_at_ms: 0,
            error: None,
            pace: Pace::default(),
        }
    }
}

impl RunView {
    /// Folds events in their order.
    pub fn fold<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut view = Self::default();
        for event in events {
            view.apply(event);
        }
        view
    }

    /// Takes one more event into account. An event that was folded already changes nothing, so that a replay
    /// may overlap.
    pub fn apply(&mut self, event: &Event) {
        if event.seq <= self.last_seq {
            return;
        }
        self.last_seq = event.seq;
        self.updated_at_ms = event.at_ms;
        if self.created_at_ms == 0 {
            self.created_at_ms = event.at_ms;
        }
        self.apply_to_run(&event.body);
        self.apply_to_pace(event);
        self.apply_to_step(event);
    }

    /// The step of a number.
    pub fn step(&self, number: StepNumber) -> Option<&StepView> {
        self.steps.iter().find(|step| step.number == number)
    }

    /// How many steps are in a state.
    pub fn n_in(&self, state: StepState) -> usize {
        self.steps.iter().filter(|step| step.state == state).count()
    }

    /// Rows written and rows to write over all copy steps; the basis is the weakest of all.
    pub fn rows(&self) -> (Count, Count) {
        let copies = || self.steps.iter().filter(|step| step.action == StepAction::Copy);
        (sum(copies().map(StepView::rows_so_far)), sum(copies().map(|step| step.rows_total)))
    }

    /// How long the copies may still take; `None` where that is not known, and while nothing moves.
    pub fn eta(&self) -> Option<Eta> {
        let (done, total) = self.rows();
        if self.state == RunState::Running { self.pace.eta(done, total) } else { None }
    }

    /// Rows per second over all copies that run.
    pub fn rows_per_second(&self) -> u64 {
        let running = self.steps.iter().filter(|step| step.state == StepState::Running);
        running.map(|step| step.rows_per_second).sum()
    }

    /// The run as lists show it.
    pub fn summary(&self, id: crate::RunId) -> crate::RunSummary {
        let n_in = |state| u32::try_from(self.n_in(state)).unwrap_or(u32::MAX);
        let (rows_done, rows_total) = self.rows();
        crate::RunSummary {
            id,
            migration: self.migration.clone().unwrap_or_else(|| MigrationId::new("")),
            mode: self.mode,
            state: self.state,
            started_by: self.started_by.clone(),
            created_at_ms: self.created_at_ms,
            updated_at_ms: self.updated_at_ms,
            n_steps: u32::try_from(self.steps.len()).unwrap_or(u32::MAX),
            n_done: n_in(StepState::Done) + n_in(StepState::Skipped),
            n_failed: n_in(StepState::Failed),
            n_blocked: n_in(StepState::Blocked),
            n_deferred: n_in(StepState::Deferred),
            n_unverified: u32::try_from(self.unverified().len()).unwrap_or(u32::MAX),
            rows_done,
            rows_total,
        }
    }

    fn apply_to_run(&mut self, body: &EventBody) {
        match body {
            EventBody::RunCreated { migration, mode, plan_digest, target, started_by, steps } => {
                self.migration = Some(migration.clone());
                self.mode = *mode;
                self.plan_digest.clone_from(plan_digest);
                self.target.clone_from(target);
                self.started_by.clone_from(started_by);
                self.steps = steps.iter().map(StepView::new).collect();
            }
            EventBody::RunStarted { .. } => {
                self.state = RunState::Running;
                self.error = None;
            }
            EventBody::ResumeRequested { .. } | EventBody::CutOverRequested { .. } => self.state = RunState::Running,
            EventBody::PauseRequested { .. } => self.state = RunState::Pausing,
            EventBody::RunPaused => self.state = RunState::Paused,
            EventBody::CutOverAwaited => self.state = RunState::AwaitingCutOver,
            EventBody::CancelRequested { .. } => self.state = RunState::Cancelling,
            EventBody::RetryRequested { .. } => {
                self.state = RunState::Running;
                self.error = None;
                self.reopen_all(&[StepState::Failed, StepState::Blocked, StepState::Deferred]);
            }
            EventBody::DeferredTriedAgain { .. } => self.reopen_all(&[StepState::Deferred]),
            EventBody::StepRetryRequested { .. }
            | EventBody::StepSkipRequested { .. }
            | EventBody::VerifyRequested { .. }
            | EventBody::StepRecopyRequested { .. }
            | EventBody::CatchUpRequested { .. } => self.apply_wish(body),
            EventBody::RunCancelled => self.state = RunState::Cancelled,
            EventBody::RunFailed { error } => {
                self.state = RunState::Failed;
                self.error = Some(error.clone());
            }
            EventBody::RunFinished { n_failed, n_blocked, n_deferred, .. } => {
                self.state = match (n_failed, n_deferred, n_blocked) {
                    (0, 0, 0) => RunState::Done,
                    (0, 1.., _) => RunState::Deferred,
                    _ => RunState::Failed,
                };
            }
            _ => {}
        }
    }

    /// Rows beyond those that were known; the first report of a copy that began again adds none.
    fn apply_to_pace(&mut self, event: &Event) {
        let EventBody::StepProgress { step, rows_done, .. } = &event.body else { return };
        let Some(step) = self.step(*step).filter(|step| step.action == StepAction::Copy) else { return };
        let n_new = rows_done.value.saturating_sub(step.rows_done.known().unwrap_or(0));
        self.pace.take(event.at_ms, n_new);
    }

    fn reopen_all(&mut self, states: &[StepState]) {
        self.steps.iter_mut().filter(|step| states.contains(&step.state)).for_each(StepView::reopen);
    }

    fn apply_to_step(&mut self, event: &Event) {
        let Some(number) = event.body.step() else { return };
        let Some(step) = self.steps.iter_mut().find(|step| step.number == number) else { return };
        step.apply(event);
    }
}

impl StepView {
    fn new(summary: &crate::StepSummary) -> Self {
        Self {
            number: summary.number,
            action: summary.action,
            resource: summary.resource.clone(),
            after: summary.after.clone(),
            state: StepState::Pending,
            note: String::new(),
            rows_done: Count::UNKNOWN,
            rows_total: summary.rows_total,
            bytes_done: Count::UNKNOWN,
            rows_per_second: 0,
            started_at_ms: None,
            ended_at_ms: None,
            attempt: 0,
            compared: None,
            verified: None,
            error: None,
            last_progress_ms: None,
        }
    }

    /// Rows written as far as anybody said: none before a copy has begun.
    fn rows_so_far(&self) -> Count {
        let is_open = !matches!(self.state, StepState::Done | StepState::Skipped);
        if is_open && self.rows_done.basis == Basis::Unknown { Count::exact(0) } else { self.rows_done }
    }

    fn apply(&mut self, event: &Event) {
        let at_ms = event.at_ms;
        match &event.body {
            EventBody::StepWaiting { reason, .. } => {
                self.state = StepState::Waiting;
                self.note.clone_from(reason);
            }
            EventBody::StepStarted { attempt, .. } => {
                self.state = StepState::Running;
                self.attempt = *attempt;
                self.started_at_ms = Some(at_ms);
                self.ended_at_ms = None;
                self.error = None;
                self.note.clear();
                self.last_progress_ms = None;
            }
            EventBody::StepProbed { found, .. } => self.note.clone_from(found),
            EventBody::StepProgress { rows_done, rows_total, bytes_done, .. } => {
                self.rows_per_second = self.rate(rows_done.value, at_ms);
                self.last_progress_ms = Some(at_ms);
                self.rows_done = *rows_done;
                self.rows_total = *rows_total;
                self.bytes_done = *bytes_done;
            }
            EventBody::StepDone { checked, .. } => self.end(StepState::Done, checked, at_ms),
            EventBody::StepSkipped { reason, .. } => self.end(StepState::Skipped, reason, at_ms),
            EventBody::StepFailed { error, .. } => {
                self.end(StepState::Failed, "", at_ms);
                self.error = Some(error.clone());
            }
            EventBody::StepBlocked { by, .. } => {
                let note = crate::messages::blocked_by(*by);
                self.end(StepState::Blocked, &note, at_ms);
            }
            EventBody::StepDeferred { error, n_more, .. } => {
                self.end(StepState::Deferred, &crate::messages::deferred(*n_more), at_ms);
                self.error = Some(error.clone());
            }
            EventBody::RowsCompared { source, target, .. } => self.compared = Some((*source, *target)),
            EventBody::Verified { verification, .. } => self.verified = Some(*verification),
            _ => {}
        }
    }

    fn end(&mut self, state: StepState, note: &str, at_ms: i64) {
        self.state = state;
        self.note = note.to_owned();
        self.ended_at_ms = Some(at_ms);
        self.rows_per_second = 0;
    }

    /// Rows per second since the last progress event, or since the start of the step.
    fn rate(&self, rows_done: u64, at_ms: i64) -> u64 {
        let Some(since_ms) = self.last_progress_ms.or(self.started_at_ms) else { return 0 };
        let elapsed_ms = u64::try_from(at_ms.saturating_sub(since_ms)).unwrap_or(0);
        let before = self.rows_done.known().unwrap_or(0);
        match elapsed_ms {
            0 => self.rows_per_second,
            _ => rows_done.saturating_sub(before).saturating_mul(1000) / elapsed_ms,
        }
    }
}

fn sum(counts: impl Iterator<Item = Count>) -> Count {
    counts.fold(Count::exact(0), |total, count| {
        let basis = match (total.basis, count.basis) {
            (crate::Basis::Exact, basis) => basis,
            (crate::Basis::Estimated, crate::Basis::Exact) => crate::Basis::Estimated,
            (basis, _) => basis,
        };
        Count { value: total.value + count.value, basis }
    })
}

#[cfg(test)]
mod tests;
