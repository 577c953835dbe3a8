//! What every step can do: be done, be probed after an interruption, be undone.

pub(crate) mod compare;
pub(crate) mod copy;
pub(crate) mod create;
pub(crate) mod drop;
pub(crate) mod stop;

#[cfg(test)]
mod saga;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ferry_model::{EventBody, FerryError, RunState, SecretMap, Side, StepNumber};
use futures::future::BoxFuture;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::past::Past;
use crate::schedule::Limits;
use crate::{Pace, Site};

/// The work of one step. `run` may be repeated; after an interruption `probe` decides; `undo` leaves what was
/// there before and may be repeated too (architecture, invariant 4).
pub(crate) trait StepWork: Send + Sync {
    /// Does the step, and says what was checked on the deployments.
    fn run<'a>(&'a self, context: &'a StepContext) -> BoxFuture<'a, Result<String, StepError>>;

    /// Finds out how far the step came.
    fn probe<'a>(&'a self, context: &'a StepContext) -> BoxFuture<'a, Result<Found, StepError>>;

    /// Takes the step back.
    fn undo<'a>(&'a self, context: &'a StepContext) -> BoxFuture<'a, Result<(), StepError>>;
}

/// What a probe found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// The step has its effect; the text says what was checked.
    Done(String),
    /// The step must be run; the text says what is there.
    NotDone(String),
}

/// Why a step did not come to its end.
#[derive(Debug)]
pub(crate) enum StepError {
    /// It failed; people read why.
    Failed(FerryError),
    /// The run was cancelled; the text says what is half done.
    Cancelled(String),
    /// The target cannot reach an external system that a creation needs, and nothing was made (copy-safety 26).
    Deferred(FerryError),
    /// What it stands on was taken away for a moment: it gets another turn when that is there again.
    Postponed(String),
    /// The record cannot be written: the whole run stops.
    RecordClosed,
}

impl From<FerryError> for StepError {
    fn from(error: FerryError) -> Self {
        Self::Failed(error)
    }
}

/// Where a step works and writes.
#[derive(Clone)]
pub(crate) struct StepContext {
    pub(crate) step: StepNumber,
    pub(crate) shared: Arc<Shared>,
}

/// What all steps of a run share.
pub(crate) struct Shared {
    pub(crate) run: String,
    pub(crate) source: Option<Arc<dyn Site>>,
    pub(crate) target: Arc<dyn Site>,
    pub(crate) secrets: SecretMap,
    pub(crate) cancel: CancellationToken,
    pub(crate) limits: Limits,
    /// One permit for each copy that may run.
    pub(crate) inserts: Semaphore,
    /// Held by whoever creates a resource that others may stand on, or takes one away for a moment.
    pub(crate) definitions: tokio::sync::Mutex<()>,
    pub(crate) pace: Pace,
    /// Since when Ferry has stopped nothing more on the source (copy-safety 11).
    pub(crate) quiet_since: Mutex<Instant>,
    pub(crate) past: Mutex<Past>,
    pub(crate) record: mpsc::Sender<RecordRequest>,
}

/// Events that a step wants stored.
pub(crate) struct RecordRequest {
    pub(crate) bodies: Vec<EventBody>,
    /// Told once they are stored; nobody waits for progress.
    pub(crate) stored: Option<oneshot::Sender<()>>,
}

impl StepContext {
    /// Stores events, and comes back once they are durable.
    pub(crate) async fn record(&self, bodies: Vec<EventBody>) -> Result<(), StepError> {
        let (sender, stored) = oneshot::channel();
        let request = RecordRequest { bodies, stored: Some(sender) };
        self.shared.record.send(request).await.map_err(|_| StepError::RecordClosed)?;
        stored.await.map_err(|_| StepError::RecordClosed)
    }

    /// Stores a progress event when there is room for it.
    pub(crate) fn record_if_room(&self, body: EventBody) {
        // A full channel means that newer progress follows soon.
        let _ = self.shared.record.try_send(RecordRequest { bodies: vec![body], stored: None });
    }

    /// Writes a note about the step.
    pub(crate) async fn note(&self, text: String) -> Result<(), StepError> {
        self.record(vec![EventBody::Noted { step: Some(self.step), text }]).await
    }

    pub(crate) fn past(&self) -> MutexGuard<'_, Past> {
        self.shared.past.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a person asked for a pause: the next slice or part is not begun.
    pub(crate) fn is_pausing(&self) -> bool {
        matches!(self.past().view.state, RunState::Pausing | RunState::Paused)
    }

    /// Fails where a person cancelled the run.
    pub(crate) fn require_no_cancel(&self) -> Result<(), StepError> {
        match self.shared.cancel.is_cancelled() {
            true => Err(StepError::Cancelled(ferry_model::messages::engine::comparison_cancelled())),
            false => Ok(()),
        }
    }

    pub(crate) fn pace(&self) -> &Pace {
        &self.shared.pace
    }

    pub(crate) fn target(&self) -> &dyn Site {
        &*self.shared.target
    }

    /// The source, which every run of a plan has and a clean has not.
    pub(crate) fn source(&self) -> Result<&dyn Site, StepError> {
        self.shared.source.as_deref().ok_or_else(|| StepError::Failed(ferry_model::messages::engine::no_source()))
    }

    pub(crate) fn site(&self, side: Side) -> Result<&dyn Site, StepError> {
        match side {
            Side::Source => self.source(),
            Side::Target => Ok(self.target()),
        }
    }

    /// The error that people read when a deployment did not do what a step asked.
    pub(crate) fn trouble(&self, what: String, error: &crate::SiteError) -> StepError {
        let why = self.shared.secrets.scrub(&error.to_string());
        StepError::Failed(ferry_model::messages::engine::deployment_trouble(what, why))
    }
}
