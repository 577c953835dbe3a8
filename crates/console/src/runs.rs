//! Looking at runs: lists, views, events, and following them live.

use ferry_engine::Follower;
use ferry_model::{Caller, Event, FerryError, Journal, MigrationId, Permission, RunId, RunSummary, RunView};
use ferry_store::Store;

use crate::Console;
use crate::error::{from_journal, from_store};

/// How many runs a list over all migrations shows.
const N_NEWEST: u32 = 50;

/// Somebody who watches a run.
pub struct RunFollower(Follower<Store>);

impl RunFollower {
    /// The next event, in order and without gaps; waits for it. May be dropped while it waits.
    ///
    /// # Errors
    /// [`FerryError`] where the record cannot be read.
    pub async fn next(&mut self) -> Result<Event, FerryError> {
        self.0.next().await.map_err(from_journal)
    }
}

impl Console {
    /// The runs of a migration, newest first.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`]; [`FerryError::NotFound`].
    pub async fn runs_of_migration(&self, caller: &Caller, id: &MigrationId) -> Result<Vec<RunSummary>, FerryError> {
        caller.require(Permission::ViewMigrations)?;
        self.store().migration(id).await.map_err(from_store)?;
        let mut runs = self.store().runs_of_migration(id).await.map_err(from_store)?;
        runs.reverse();
        self.summaries(runs).await
    }

    /// The newest runs of all migrations.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`].
    pub async fn newest_runs(&self, caller: &Caller) -> Result<Vec<RunSummary>, FerryError> {
        caller.require(Permission::ViewMigrations)?;
        let runs = self.store().newest_runs(N_NEWEST).await.map_err(from_store)?;
        self.summaries(runs).await
    }

    /// A run as its events say it stands.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`]; [`FerryError::NotFound`].
    pub async fn run_view(&self, caller: &Caller, run: &RunId) -> Result<RunView, FerryError> {
        caller.require(Permission::ViewMigrations)?;
        self.inner.views.of(self.store(), run).await
    }

    /// The events of a run after a number, in order; 0 gives all.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`]; [`FerryError::NotFound`].
    pub async fn run_events(&self, caller: &Caller, run: &RunId, after: u64) -> Result<Vec<Event>, FerryError> {
        caller.require(Permission::ViewMigrations)?;
        self.store().run(run).await.map_err(from_store)?;
        self.store().read(run, after).await.map_err(from_journal)
    }

    /// Follows a run from after a number on: first what is stored, then what comes, whichever process works on it.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`]; [`FerryError::NotFound`].
    pub async fn follow(&self, caller: &Caller, run: &RunId, after: u64) -> Result<RunFollower, FerryError> {
        caller.require(Permission::ViewMigrations)?;
        self.store().run(run).await.map_err(from_store)?;
        Ok(RunFollower(self.inner.engine.feed().follow(run, after)))
    }

    async fn summaries(&self, runs: Vec<ferry_store::RunRecord>) -> Result<Vec<RunSummary>, FerryError> {
        let mut summaries = Vec::with_capacity(runs.len());
        for run in runs {
            summaries.push(self.inner.views.summary(self.store(), &run.id).await?);
        }
        Ok(summaries)
    }
}
