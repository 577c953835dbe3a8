//! What one part of a capture found.

use ferry_model::messages::deployment as text;
use ferry_model::{CaptureProblem, LeftOut, Resource, SecretMap};

use crate::Error;

#[derive(Default)]
pub(super) struct Found {
    pub resources: Vec<Resource>,
    pub problems: Vec<CaptureProblem>,
    pub left_out: Vec<LeftOut>,
    pub secrets: SecretMap,
    pub query_history: Vec<String>,
    /// Ids of the app server's sinks: their views are not carried.
    pub sink_ids: Vec<String>,
}

impl Found {
    pub fn merge(&mut self, other: Self) {
        self.resources.extend(other.resources);
        self.problems.extend(other.problems);
        self.left_out.extend(other.left_out);
        self.secrets.extend(other.secrets);
        self.query_history.extend(other.query_history);
        self.sink_ids.extend(other.sink_ids);
    }

    /// A listing that failed.
    pub fn not_listed(&mut self, what: &str, error: &Error) {
        self.problem(what, error.chain(), text::REMEDY_LISTING, None);
    }

    /// A definition that could not be read.
    pub fn not_read(&mut self, what: &str, error: &Error) {
        self.problem(what, error.chain(), text::REMEDY_DEFINITION, None);
    }

    pub fn problem(&mut self, what: &str, why: String, remedy: &str, raw: Option<String>) {
        self.problems.push(CaptureProblem { what: what.to_owned(), why, remedy: remedy.to_owned(), raw });
    }

    pub fn left_out(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.left_out.push(LeftOut { what: what.into(), why: why.into(), alert: None });
    }

    /// An alert of the app server; `alert` holds no secret any more.
    pub fn old_alert(&mut self, what: String, alert: serde_json::Value) {
        self.left_out.push(LeftOut { what, why: text::OLD_ALERT.to_owned(), alert: Some(alert) });
    }

    /// Something moved again after it was read again.
    pub fn moved(&mut self, name: &str) {
        self.problem(name, text::moved_while_read(name), text::REMEDY_MOVED, None);
    }
}
