//! The journal: where events are stored first, and read from by everybody.

use std::future::Future;

use crate::{Event, EventBody, RunId};

/// The fencing number of the lease under which a run is held. A journal refuses events of an older lease, so
/// that a process that lost its lease cannot write any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fence(pub i64);

/// What can go wrong with the journal. A run that cannot write its journal stops before its next change.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another process holds the run now.
    #[error("another process of Ferry has taken over this run")]
    Fenced,
    /// There is no such run.
    #[error("there is no run {0}")]
    NoSuchRun(RunId),
    /// The record could not be written or read, for example because the disk is full.
    #[error("the record of the run could not be written or read")]
    Storage(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Stores the events of runs: durable before `append` returns, numbered from 1 without gaps.
pub trait Journal: Send + Sync + 'static {
    /// Stores events and gives them back with their numbers and times.
    ///
    /// # Errors
    /// [`JournalError`]; nothing was stored then.
    fn append(
        &self,
        run: &RunId,
        fence: Fence,
        bodies: Vec<EventBody>,
    ) -> impl Future<Output = Result<Vec<Event>, JournalError>> + Send;

    /// The events of a run after a number, in order; 0 gives all.
    ///
    /// # Errors
    /// [`JournalError`].
    fn read(&self, run: &RunId, after_seq: u64) -> impl Future<Output = Result<Vec<Event>, JournalError>> + Send;
}
