//! Stored events for everybody who watches: first what was, then what comes.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use ferry_model::{Event, Journal, JournalError, RunId};
use tokio::sync::broadcast;

/// How many events a slow watcher may lag behind before it reads the journal again.
const N_KEPT: usize = 1024;
/// How often the journal is read for runs that another process drives.
const REREAD: Duration = Duration::from_secs(1);

/// Where watchers follow the events of all runs. Clones share the same events.
pub struct EventFeed<J> {
    journal: Arc<J>,
    stored: broadcast::Sender<(RunId, Event)>,
}

impl<J> Clone for EventFeed<J> {
    fn clone(&self) -> Self {
        Self { journal: self.journal.clone(), stored: self.stored.clone() }
    }
}

impl<J: Journal> EventFeed<J> {
    pub(crate) fn new(journal: Arc<J>) -> Self {
        Self { journal, stored: broadcast::channel(N_KEPT).0 }
    }

    /// Follows a run from after a number on; 0 gives everything.
    pub fn follow(&self, run: &RunId, after_seq: u64) -> Follower<J> {
        // Subscribed before the journal is read, so that no event falls between the two.
        let live = self.stored.subscribe();
        let journal = self.journal.clone();
        Follower { journal, live, run: run.clone(), last_seq: after_seq, waiting: VecDeque::new(), replayed: false }
    }

    /// Shows events that the journal has stored.
    pub(crate) fn show(&self, run: &RunId, events: &[Event]) {
        for event in events {
            // An error means only that nobody watches.
            let _ = self.stored.send((run.clone(), event.clone()));
        }
    }
}

/// One watcher of one run.
pub struct Follower<J> {
    journal: Arc<J>,
    live: broadcast::Receiver<(RunId, Event)>,
    run: RunId,
    last_seq: u64,
    waiting: VecDeque<Event>,
    replayed: bool,
}

impl<J: Journal> Follower<J> {
    /// The next event in order, without gaps; waits for it.
    ///
    /// # Errors
    /// [`JournalError`] where the journal cannot be read.
    pub async fn next(&mut self) -> Result<Event, JournalError> {
        loop {
            if !self.replayed {
                self.waiting = self.journal.read(&self.run, self.last_seq).await?.into();
                self.replayed = true;
            }
            if let Some(event) = self.waiting.pop_front() {
                self.last_seq = event.seq;
                return Ok(event);
            }
            match tokio::time::timeout(REREAD, self.live.recv()).await {
                Ok(Ok((run, event))) if run == self.run && event.seq == self.last_seq + 1 => {
                    self.waiting.push_back(event);
                }
                Ok(Ok((run, event))) if run != self.run || event.seq <= self.last_seq => {}
                Ok(Err(broadcast::error::RecvError::Closed)) => {
                    tokio::time::sleep(REREAD).await;
                    self.replayed = false;
                }
                // A gap, a lag, a second of silence: the journal knows.
                _ => self.replayed = false,
            }
        }
    }
}
