//! A journal in memory that can be cut off after a number of events, as a crash would.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::SystemTime;

use ferry_model::{Event, EventBody, Fence, Journal, JournalError, RunId};

/// Keeps events; refuses to once its room is used up.
#[derive(Default)]
pub struct MemoryJournal {
    runs: Mutex<BTreeMap<String, Vec<Event>>>,
    room: Mutex<Option<usize>>,
}

impl MemoryJournal {
    /// From now on only so many more events fit; `None` lifts the limit.
    pub fn set_room(&self, room: Option<usize>) {
        *self.room.lock().unwrap() = room;
    }

    /// The events of a run.
    pub fn events(&self, run: &RunId) -> Vec<Event> {
        self.runs.lock().unwrap().get(run.as_str()).cloned().unwrap_or_default()
    }

    /// The bodies of a run's events.
    pub fn bodies(&self, run: &RunId) -> Vec<EventBody> {
        self.events(run).into_iter().map(|event| event.body).collect()
    }
}

impl Journal for MemoryJournal {
    async fn append(&self, run: &RunId, _fence: Fence, bodies: Vec<EventBody>) -> Result<Vec<Event>, JournalError> {
        let mut room = self.room.lock().unwrap();
        if let Some(left) = room.as_mut() {
            *left = left.checked_sub(bodies.len()).ok_or_else(|| JournalError::Storage("the disk is full".into()))?;
        }
        let mut runs = self.runs.lock().unwrap();
        let events = runs.entry(run.as_str().to_owned()).or_default();
        let first = events.len() as u64 + 1;
        let since_1970 = SystemTime::UNIX_EPOCH.elapsed().expect("a clock after 1970");
        let at_ms = i64::try_from(since_1970.as_millis()).expect("a clock before the end of time");
        let new: Vec<Event> = bodies.into_iter().zip(first..).map(|(body, seq)| Event::new(seq, at_ms, body)).collect();
        events.extend(new.iter().cloned());
        Ok(new)
    }

    async fn read(&self, run: &RunId, after_seq: u64) -> Result<Vec<Event>, JournalError> {
        Ok(self.events(run).into_iter().filter(|event| event.seq > after_seq).collect())
    }
}
