//! The app server's query history: what `GET /queries` lists (rest.md 2.15).

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::catalog::entry::now_ms;
use crate::rest::answer::time_text;

/// The newest queries; older ones are forgotten.
const KEPT: usize = 1000;

/// One query that was sent to the app server.
#[derive(Debug, Clone)]
pub struct Query {
    /// Given by the app server; also timeplusd's query id.
    pub id: String,
    /// Its text.
    pub sql: String,
    /// Who sent it.
    pub user: String,
    /// running, finished, canceled or failed.
    pub status: &'static str,
    /// Why it failed.
    pub message: String,
    /// Milliseconds since 1970.
    pub start_ms: i64,
    /// Milliseconds since 1970; 0 while it runs.
    pub end_ms: i64,
    /// Names and types of its columns.
    pub header: Vec<(String, String)>,
}

/// The queries of one deployment.
#[derive(Default)]
pub struct History {
    queries: Mutex<VecDeque<Query>>,
}

impl History {
    /// Notes that a query runs.
    pub fn begin(&self, id: &str, sql: &str, user: &str, header: Vec<(String, String)>) -> Query {
        let query = Query {
            id: id.to_owned(),
            sql: sql.to_owned(),
            user: user.to_owned(),
            status: "running",
            message: String::new(),
            start_ms: now_ms(),
            end_ms: 0,
            header,
        };
        let mut queries = self.lock();
        queries.push_back(query.clone());
        if queries.len() > KEPT {
            queries.pop_front();
        }
        query
    }

    /// Notes how a query ended.
    pub fn end(&self, id: &str, status: &'static str, message: &str) -> Option<Query> {
        let mut queries = self.lock();
        let query = queries.iter_mut().find(|query| query.id == id)?;
        query.status = status;
        query.message = message.to_owned();
        query.end_ms = now_ms();
        Some(query.clone())
    }

    /// The queries, oldest first.
    pub fn list(&self) -> Vec<Query> {
        self.lock().iter().cloned().collect()
    }

    /// One query.
    pub fn get(&self, id: &str) -> Option<Query> {
        self.lock().iter().find(|query| query.id == id).cloned()
    }

    /// Forgets a query; whether there was one.
    pub fn remove(&self, id: &str) -> bool {
        let mut queries = self.lock();
        let before = queries.len();
        queries.retain(|query| query.id != id);
        queries.len() < before
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Query>> {
        self.queries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Query {
    /// As the API returns it.
    pub fn shown(&self) -> Value {
        let header: Vec<Value> =
            self.header.iter().map(|(name, type_name)| json!({"name": name, "type": type_name})).collect();
        let mut shown = json!({
            "id": self.id,
            "sql": self.sql,
            "status": self.status,
            "message": self.message,
            "start_time": self.start_ms,
            "created_at": time_text(self.start_ms),
            "created_by": {"id": self.user, "name": self.user},
            "result": {"header": header},
        });
        if self.end_ms > 0 {
            shown["end_time"] = json!(self.end_ms);
            shown["duration"] = json!(self.end_ms - self.start_ms);
        }
        shown
    }
}
