//! The background tasks that carry out runs: each has a lease that it renews, a handle by which people steer it, and
//! an owner that waits for it.

use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ferry_engine::{Control, EngineError};
use ferry_model::{Fence, FerryError, JournalError, RunId, RunView};
use ferry_store::Store;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::error::from_journal;

/// How long a lease holds without being renewed: after a crash, another process may go on then.
pub(crate) const LEASE: Duration = Duration::from_secs(20);
const RENEWAL: Duration = Duration::from_secs(5);

/// The runs that this process works on.
#[derive(Default)]
pub(crate) struct Work {
    controls: Mutex<HashMap<RunId, Control>>,
    /// Why the last work on a run ended, where that could not be recorded.
    troubles: Mutex<HashMap<RunId, FerryError>>,
    tasks: TaskTracker,
    ends: CancellationToken,
    somebody_left: Notify,
}

impl Work {
    /// The handle on a run that this process works on.
    pub(crate) fn control(&self, run: &RunId) -> Option<Control> {
        self.controls().get(run).cloned()
    }

    /// Whether the process is about to end.
    pub(crate) fn ends(&self) -> &CancellationToken {
        &self.ends
    }

    /// Owns a background task that is not a run; it must end when [`Self::ends`] says so.
    pub(crate) fn own(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
    }

    pub(crate) fn enter(&self, run: &RunId, control: &Control) {
        self.troubles().remove(run);
        self.controls().insert(run.clone(), control.clone());
        if self.ends.is_cancelled() {
            control.shutdown();
        }
    }

    pub(crate) fn leave(&self, run: &RunId, trouble: Option<FerryError>) {
        self.troubles().extend(trouble.map(|trouble| (run.clone(), trouble)));
        self.controls().remove(run);
        self.somebody_left.notify_waiters();
    }

    /// Waits until this process does not work on the run (any more). Gives the reason, where it could not be recorded.
    pub(crate) async fn left(&self, run: &RunId) -> Option<FerryError> {
        loop {
            let somebody_left = self.somebody_left.notified();
            tokio::pin!(somebody_left);
            somebody_left.as_mut().enable();
            if self.control(run).is_none() {
                return self.troubles().get(run).cloned();
            }
            somebody_left.await;
        }
    }

    pub(crate) async fn shut_down(&self) {
        self.ends.cancel();
        for control in self.controls().values() {
            control.shutdown();
        }
        self.tasks.close();
        self.tasks.wait().await;
    }

    fn controls(&self) -> std::sync::MutexGuard<'_, HashMap<RunId, Control>> {
        self.controls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn troubles(&self) -> std::sync::MutexGuard<'_, HashMap<RunId, FerryError>> {
        self.troubles.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A run under its lease.
pub(crate) struct Held {
    pub(crate) store: Store,
    pub(crate) run: RunId,
    pub(crate) fence: Fence,
    pub(crate) control: Control,
}

impl Held {
    /// Carries the run out while the lease is renewed; lets go of it when the lease is lost. Gives why it stopped where
    /// no event could say so.
    pub(crate) async fn carry_out(
        self,
        execution: impl Future<Output = Result<RunView, EngineError>>,
    ) -> Option<FerryError> {
        tokio::pin!(execution);
        // Both are polled side by side: a renewal that was awaited while the run holds the record's one writer would
        // wait for a run that nobody drives.
        let outcome = tokio::select! {
            outcome = &mut execution => outcome,
            never = self.keep_renewing() => match never {},
        };
        self.log(&outcome);
        if let Err(error) = self.store.release_lease(&self.run, self.fence).await {
            tracing::warn!(run.id = %self.run, error = error.chain(), "the lease could not be given back");
        }
        match outcome {
            Err(EngineError::Journal(JournalError::Storage(error))) => Some(from_journal(JournalError::Storage(error))),
            _ => None,
        }
    }

    async fn keep_renewing(&self) -> Infallible {
        let mut renewals = tokio::time::interval(RENEWAL);
        loop {
            renewals.tick().await;
            self.renew().await;
        }
    }

    async fn renew(&self) {
        match self.store.renew_lease(&self.run, self.fence, LEASE).await {
            Ok(true) => {}
            Ok(false) => {
                tracing::warn!(run.id = %self.run, "another process has taken over the run");
                self.control.shutdown();
            }
            // The next renewal may succeed; if none does, the fence keeps this process from writing.
            Err(error) => tracing::warn!(run.id = %self.run, error = error.chain(), "the lease could not be renewed"),
        }
    }

    fn log(&self, outcome: &Result<RunView, EngineError>) {
        let run = &self.run;
        match outcome {
            Ok(view) => tracing::info!(run.id = %run, run.state = ?view.state, "a run ended"),
            Err(EngineError::Interrupted) => tracing::info!(run.id = %run, "a run was let go"),
            Err(error) => {
                let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
                let cause = causes.map(ToString::to_string).collect::<Vec<_>>().join(": ");
                tracing::warn!(run.id = %run, cause, "{error}");
            }
        }
    }
}
