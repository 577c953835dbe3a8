//! The queries that are running: what `system.processes` shows and `KILL QUERY` ends.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use tokio_util::sync::CancellationToken;

use crate::fault::{Fault, FaultCode};

/// One running query. It leaves the list when the last holder drops it.
pub struct Process {
    /// Given by the client, or made here.
    pub query_id: String,
    /// Who runs it.
    pub user: String,
    /// Its text.
    pub sql: String,
    /// When it began.
    pub started: Instant,
    /// Ends the query when cancelled.
    pub cancel: CancellationToken,
    /// What it has done so far.
    pub counters: Arc<Counters>,
    owner: Arc<Registry>,
}

/// Rows and bytes that a query has read and written.
#[derive(Debug, Default)]
pub struct Counters {
    /// Rows read from streams or from another deployment.
    pub read_rows: AtomicU64,
    /// Bytes read.
    pub read_bytes: AtomicU64,
    /// Rows written.
    pub written_rows: AtomicU64,
    /// Bytes written.
    pub written_bytes: AtomicU64,
}

impl Counters {
    /// Adds rows and bytes that were read.
    pub fn add_read(&self, rows: u64, bytes: u64) {
        self.read_rows.fetch_add(rows, Ordering::Relaxed);
        self.read_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Adds rows and bytes that were written.
    pub fn add_written(&self, rows: u64, bytes: u64) {
        self.written_rows.fetch_add(rows, Ordering::Relaxed);
        self.written_bytes.fetch_add(bytes, Ordering::Relaxed);
    }
}

#[derive(Default)]
struct Registry {
    running: Mutex<BTreeMap<String, std::sync::Weak<Process>>>,
}

/// The list of running queries of one deployment.
#[derive(Clone, Default)]
pub struct Processes {
    registry: Arc<Registry>,
}

impl Processes {
    /// Notes that a query runs. An id that runs already is refused, as a real server does.
    pub fn begin(&self, query_id: &str, user: &str, sql: &str) -> Result<Arc<Process>, Fault> {
        let query_id = if query_id.is_empty() { uuid::Uuid::new_v4().to_string() } else { query_id.to_owned() };
        let mut running = self.registry.lock();
        if running.get(&query_id).is_some_and(|weak| weak.strong_count() > 0) {
            return Err(Fault::new(FaultCode::QueryIdInUse, format!("Query with id = {query_id} is already running")));
        }
        let process = Arc::new(Process {
            query_id: query_id.clone(),
            user: user.to_owned(),
            sql: sql.to_owned(),
            started: Instant::now(),
            cancel: CancellationToken::new(),
            counters: Arc::new(Counters::default()),
            owner: Arc::clone(&self.registry),
        });
        running.insert(query_id, Arc::downgrade(&process));
        Ok(process)
    }

    /// The running queries, in order of id.
    pub fn list(&self) -> Vec<Arc<Process>> {
        let running = self.registry.lock();
        running.values().filter_map(std::sync::Weak::upgrade).collect()
    }

    /// Asks a query to end; whether there was one.
    pub fn kill(&self, query_id: &str) -> bool {
        let found = self.registry.lock().get(query_id).and_then(std::sync::Weak::upgrade);
        if let Some(process) = &found {
            process.cancel.cancel();
        }
        found.is_some()
    }
}

impl Registry {
    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, std::sync::Weak<Process>>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A later query of the same id may have taken the place: only a dead entry is removed.
        let mut running = self.owner.lock();
        if running.get(&self.query_id).is_some_and(|weak| weak.strong_count() == 0) {
            running.remove(&self.query_id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_listed_until_it_ends_and_its_id_is_taken_meanwhile() {
        let processes = Processes::default();
        let process = processes.begin("q1", "ada", "SELECT 1").expect("begins");
        assert_eq!(processes.list().len(), 1);
        assert!(processes.begin("q1", "ada", "SELECT 1").is_err());
        drop(process);
        assert!(processes.list().is_empty());
        assert!(processes.begin("q1", "ada", "SELECT 1").is_ok());
    }

    #[test]
    fn killing_cancels_the_token_of_the_running_query() {
        let processes = Processes::default();
        let process = processes.begin("q1", "ada", "SELECT 1").expect("begins");
        assert!(processes.kill("q1"));
        assert!(process.cancel.is_cancelled());
        assert!(!processes.kill("other"));
    }
}
