//! One deployment: its names, its rows, its users and what runs.

pub mod names;
mod rest;
pub mod spec;

use std::collections::{HashMap, HashSet};
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::catalog::{Catalog, Entry, EntryKind, QualifiedName};
use crate::external::Remotes;
use crate::fault::{Fault, FaultCode};
use crate::history::History;
use crate::options::{Edition, SandboxOptions};
use crate::processes::Processes;
use crate::storage::Stream;
use crate::users::Users;

pub use names::parse;

/// How long a dropped name stays, because DROP is asynchronous on a real server (copy-safety 25).
const DROP_DELAY: Duration = Duration::from_millis(150);

/// The state behind all of a sandbox's sockets.
pub struct Deployment {
    name: String,
    edition: Edition,
    users: Users,
    processes: Processes,
    history: History,
    catalog: RwLock<Catalog>,
    streams: RwLock<HashMap<String, Arc<Stream>>>,
    dropping: RwLock<HashSet<(EntryKind, QualifiedName)>>,
    remotes: Remotes,
    data_dir: Option<PathBuf>,
    rows_per_second: Option<NonZeroU32>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Deployment {
    /// Opens what is kept under the data directory, or starts with nothing.
    pub fn open(options: &SandboxOptions) -> Result<Arc<Self>, Fault> {
        let catalog = Catalog::open(options.data_dir.as_deref())
            .map_err(|error| Fault::new(FaultCode::Other(1001), chain(&error)))?;
        let deployment = Arc::new(Self {
            name: options.name.clone(),
            edition: options.edition.clone(),
            users: Users::new(&options.users),
            processes: Processes::default(),
            history: History::default(),
            catalog: RwLock::new(catalog),
            streams: RwLock::default(),
            dropping: RwLock::default(),
            remotes: Remotes::default(),
            data_dir: options.data_dir.clone(),
            rows_per_second: options.rows_per_second,
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        });
        let kept: Vec<Entry> = deployment.catalog().relations().cloned().collect();
        for entry in &kept {
            deployment.open_stream(entry)?;
        }
        crate::random::resume_sources(&deployment);
        Ok(deployment)
    }

    /// The name that the hello shows.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The product that is presented.
    pub fn edition(&self) -> &Edition {
        &self.edition
    }

    /// Who may sign in.
    pub fn users(&self) -> &Users {
        &self.users
    }

    /// What runs.
    pub fn processes(&self) -> &Processes {
        &self.processes
    }

    /// The query history of the app server.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The definitions, to read.
    pub fn catalog(&self) -> RwLockReadGuard<'_, Catalog> {
        self.catalog.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The definitions, to change.
    pub fn catalog_mut(&self) -> RwLockWriteGuard<'_, Catalog> {
        self.catalog.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many rows one query may send in a second, if that is bounded.
    pub fn rows_per_second(&self) -> Option<NonZeroU32> {
        self.rows_per_second
    }

    /// Where everything is kept, if it is kept.
    pub fn data_dir(&self) -> Option<&std::path::Path> {
        self.data_dir.as_deref()
    }

    /// The other deployments that external streams read.
    pub fn remotes(&self) -> &Remotes {
        &self.remotes
    }

    /// Runs `work` until it ends or the deployment is shut down.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = work => {}
            }
        });
    }

    /// Cancelled when the deployment shuts down.
    pub fn stopped(&self) -> &CancellationToken {
        &self.stop
    }

    /// Ends everything that was spawned, and waits for it.
    pub async fn shutdown(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// The rows of an entry that keeps some: a stream, or a materialized view without INTO.
    pub fn stream_of(&self, entry: &Entry) -> Option<Arc<Stream>> {
        let streams = self.streams.read().unwrap_or_else(PoisonError::into_inner);
        streams.get(&entry.uuid).cloned()
    }

    /// Makes the rows of an entry that keeps some; reads them back where there is a data directory.
    pub fn open_stream(self: &Arc<Self>, entry: &Entry) -> Result<(), Fault> {
        let keeps_rows = entry.kind.stores_rows()
            || (entry.kind == EntryKind::MaterializedView && entry.target.is_none() && entry.problem.is_none());
        if !keeps_rows {
            return Ok(());
        }
        let folder = self.stream_folder(entry);
        if let Some(folder) = &folder {
            std::fs::create_dir_all(folder).map_err(|error| {
                Fault::new(FaultCode::Other(1001), format!("Could not make the stream's folder: {error}"))
            })?;
        }
        let stream = Stream::open(spec::of(self, entry, folder)?)?;
        let mut streams = self.streams.write().unwrap_or_else(PoisonError::into_inner);
        streams.insert(entry.uuid.clone(), stream);
        Ok(())
    }

    /// Forgets the rows of an entry that was not kept after all.
    pub fn close_stream(&self, entry: &Entry) {
        self.streams.write().unwrap_or_else(PoisonError::into_inner).remove(&entry.uuid);
        if let Some(folder) = self.stream_folder(entry)
            && folder.exists()
            && let Err(error) = std::fs::remove_dir_all(&folder)
        {
            tracing::warn!(%error, stream = %entry.name, "could not remove the rows of a dropped stream");
        }
    }

    /// Drops a definition. The name goes a moment later; it is gone after a restart in any case.
    pub fn drop_entry(self: &Arc<Self>, entry: Entry) -> Result<(), Fault> {
        let key = (entry.kind, entry.qualified());
        {
            let mut dropping = self.dropping.write().unwrap_or_else(PoisonError::into_inner);
            if !dropping.insert(key.clone()) {
                return Err(Fault::unknown_stream(&entry.database, &entry.name));
            }
        }
        let noted = self.catalog_mut().journal_removal(&entry);
        if let Err(fault) = noted {
            self.dropping.write().unwrap_or_else(PoisonError::into_inner).remove(&key);
            return Err(fault);
        }
        let deployment = Arc::clone(self);
        self.tasks.spawn(async move {
            tokio::select! {
                () = deployment.stop.cancelled() => {}
                () = tokio::time::sleep(DROP_DELAY) => {}
            }
            deployment.forget(&entry, &key);
        });
        Ok(())
    }

    /// Whether a name is on its way out: it is still listed, and nothing may be done with it.
    pub fn is_dropping(&self, entry: &Entry) -> bool {
        let dropping = self.dropping.read().unwrap_or_else(PoisonError::into_inner);
        dropping.contains(&(entry.kind, entry.qualified()))
    }

    /// State and last error of a materialized view (protocol.md F1).
    pub fn view_status(&self, entry: &Entry) -> (&'static str, String) {
        match &entry.problem {
            Some(problem) => ("Error", problem.clone()),
            None if entry.paused => ("Paused", String::new()),
            None => ("Executing", String::new()),
        }
    }

    fn forget(&self, entry: &Entry, key: &(EntryKind, QualifiedName)) {
        self.catalog_mut().forget(entry);
        self.dropping.write().unwrap_or_else(PoisonError::into_inner).remove(key);
        self.close_stream(entry);
    }

    fn stream_folder(&self, entry: &Entry) -> Option<PathBuf> {
        self.data_dir.as_ref().map(|directory| directory.join("streams").join(&entry.uuid))
    }
}

/// An error with its causes, in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
