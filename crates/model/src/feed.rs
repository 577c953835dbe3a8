//! What the websocket of a run sends: a snapshot, then the events that came after it.

use serde::{Deserialize, Serialize};

use crate::{Event, RunView};

/// One message of `GET /runs/{id}/events`, in the [compact](crate::compact) form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FeedMessage {
    /// The run as it stands; always first. A client that asked for the events after a number that it already
    /// has gets no snapshot but the events.
    Snapshot {
        /// The fold of every event up to `seq`.
        view: Box<RunView>,
        /// The last event in the view.
        seq: u64,
    },
    /// Events in order, without gaps after what was sent before.
    Events {
        /// At least one.
        events: Vec<Event>,
    },
    /// Nothing happened for a while and the connection is alive.
    Heartbeat {
        /// The last event that was sent.
        seq: u64,
    },
    /// The session has ended; the connection closes now.
    SignedOut,
}
