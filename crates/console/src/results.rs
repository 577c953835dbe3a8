//! What came of runs.

use ferry_model::{Caller, FerryError, MigrationId, Permission, RunId, RunMode, RunResult};

use crate::Console;

impl Console {
    /// What came of a run of a migration: of the one that is named, or of the newest that was not a clean. `None` where
    /// nothing was run.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`]; [`FerryError::NotFound`].
    pub async fn run_result(
        &self,
        caller: &Caller,
        id: &MigrationId,
        run: Option<&RunId>,
    ) -> Result<Option<RunResult>, FerryError> {
        caller.require(Permission::ViewMigrations)?;
        let runs = self.runs_of_migration(caller, id).await?;
        let is_wanted = |mode: RunMode, known: &RunId| match run {
            Some(run) => known == run,
            None => mode == RunMode::Migrate,
        };
        let Some(place) = runs.iter().position(|summary| is_wanted(summary.mode, &summary.id)) else {
            return match run {
                Some(run) => Err(FerryError::NotFound { what: "run".into(), id: run.to_string() }),
                None => Ok(None),
            };
        };
        let view = self.inner.views.of(self.store(), &runs[place].id).await?;
        let is_cleaned = runs[..place].iter().any(|later| later.mode == RunMode::Clean);
        Ok(Some(RunResult { is_cleaned, ..RunResult::of(runs[place].id.clone(), &view) }))
    }
}
