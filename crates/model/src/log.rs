//! The log of a run: its events as sentences.

use serde::{Deserialize, Serialize};

use crate::messages::event_text;
use crate::{Event, EventBody, StepNumber};

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// The event's number.
    pub seq: u64,
    /// When it was stored, in milliseconds since 1970.
    pub at_ms: i64,
    /// The step it is about.
    pub step: Option<StepNumber>,
    /// What happened.
    pub text: String,
}

impl LogLine {
    /// The line of an event; none for progress, which tables show.
    pub fn of(event: &Event) -> Option<Self> {
        if matches!(event.body, EventBody::StepProgress { .. }) {
            return None;
        }
        Some(Self { seq: event.seq, at_ms: event.at_ms, step: event.body.step(), text: event_text(event) })
    }
}

/// Which part of a log is asked for. An address can hold it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogChoice {
    /// Only lines about this step.
    pub step: Option<StepNumber>,
    /// From this event on; without it, the latest.
    pub from: Option<u64>,
    /// Up to this event.
    pub to: Option<u64>,
}

impl LogChoice {
    /// Whether the log goes on with what happens next.
    pub fn follows(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }

    /// Whether a line is among what is asked for.
    pub fn includes(&self, line: &LogLine) -> bool {
        self.step.is_none_or(|step| line.step == Some(step))
            && self.from.is_none_or(|from| line.seq >= from)
            && self.to.is_none_or(|to| line.seq <= to)
    }
}

/// A part of a log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogPage {
    /// Its lines, oldest first.
    pub lines: Vec<LogLine>,
    /// The last event that was looked at: what comes later is not in the lines.
    pub last_seq: u64,
    /// Whether there are lines before these.
    pub has_earlier: bool,
    /// Whether there are lines after these.
    pub has_later: bool,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Count;

    #[test]
    fn progress_has_no_line() {
        let step = StepNumber(2);
        let (rows_done, rows_total) = (Count::exact(1), Count::exact(2));
        let body = EventBody::StepProgress { step, rows_done, rows_total, bytes_done: Count::UNKNOWN };
        assert_eq!(LogLine::of(&Event::new(1, 0, body)), None);
        let line = LogLine::of(&Event::new(7, 5, EventBody::StepStarted { step, attempt: 1 })).expect("a line");
        assert_eq!((line.seq, line.step), (7, Some(step)));
    }

    #[test]
    fn a_choice_is_a_step_and_a_range() {
        let line = |seq, step| LogLine { seq, at_ms: 0, step, text: String::new() };
        let choice = LogChoice { step: Some(StepNumber(2)), from: Some(5), to: Some(7) };
        assert!(choice.includes(&line(5, Some(StepNumber(2)))));
        assert!(!choice.includes(&line(5, None)));
        assert!(!choice.includes(&line(4, Some(StepNumber(2)))));
        assert!(!choice.includes(&line(8, Some(StepNumber(2)))));
        assert!(!choice.follows());
    }
}
