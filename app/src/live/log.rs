//! The log: events as lines, without those that the table already shows.

use ferry_model::messages::event_text;
use ferry_model::{Event, EventBody, StepNumber};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// The event's number.
    pub seq: u64,
    /// When it was stored.
    pub at_ms: i64,
    /// The step it is about.
    pub step: Option<StepNumber>,
    /// What happened.
    pub text: String,
}

impl LogLine {
    /// The line of an event; none for progress, which the table shows.
    pub fn of(event: &Event) -> Option<Self> {
        if matches!(event.body, EventBody::StepProgress { .. }) {
            return None;
        }
        Some(Self { seq: event.seq, at_ms: event.at_ms, step: event.body.step(), text: event_text(event) })
    }
}
