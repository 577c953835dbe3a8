//! Migrations: what there is, where each stands, and what to do next.

use ferry_model::messages::console as text;
use ferry_model::{
    Caller, FerryError, MigrationId, MigrationState, MigrationSummary, NextAction, Permission, RunId, RunMode,
    RunState, RunSummary, Secret,
};
use ferry_plan::{Config, SideConfig};
use ferry_store::{MigrationRecord, NewMigration, RevisionRecord};

use crate::access::usable_name;
use crate::console::new_migration_id;
use crate::error::{fault, from_store};
use crate::{Console, plans};

impl Console {
    /// Every migration, the one that changed last first.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`].
    pub async fn list_migrations(&self, caller: &Caller) -> Result<Vec<MigrationSummary>, FerryError> {
        caller.require(Permission::ViewMigrations)?;
        let records = self.store().migrations().await.map_err(from_store)?;
        let mut summaries = Vec::with_capacity(records.len());
        for record in records {
            summaries.push(self.summary(record).await?);
        }
        Ok(summaries)
    }

    /// One migration.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`]; [`FerryError::NotFound`].
    pub async fn migration(&self, caller: &Caller, id: &MigrationId) -> Result<MigrationSummary, FerryError> {
        caller.require(Permission::ViewMigrations)?;
        let record = self.store().migration(id).await.map_err(from_store)?;
        self.summary(record).await
    }

    /// Creates a migration from the text of a configuration file, the vendor's or Ferry's.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::EditMigrations`]; [`FerryError::Invalid`] with line and column
    /// of everything that is wrong with the text; [`FerryError::Conflict`] for a taken name.
    pub async fn create_migration(
        &self,
        caller: &Caller,
        name: &str,
        config_yaml: &str,
    ) -> Result<MigrationId, FerryError> {
        caller.require(Permission::EditMigrations)?;
        let name = usable_name("name", name)?;
        let config = parse_config("configuration", config_yaml)?;
        let id = new_migration_id();
        let migration = new_migration(id.clone(), name, &config, config_yaml, caller);
        self.store().save_migration(&migration).await.map_err(from_store)?;
        tracing::info!(migration.id = %id, user.name = caller.name, "a migration was created");
        Ok(id)
    }

    /// Gives a migration another name.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::EditMigrations`]; [`FerryError::Invalid`] for an unusable name;
    /// [`FerryError::Conflict`] for a taken one; [`FerryError::NotFound`].
    pub async fn rename_migration(&self, caller: &Caller, id: &MigrationId, name: &str) -> Result<(), FerryError> {
        caller.require(Permission::EditMigrations)?;
        let name = usable_name("name", name)?;
        self.store().rename_migration(id, &name).await.map_err(from_store)?;
        tracing::info!(migration.id = %id, user.name = caller.name, "a migration was renamed");
        Ok(())
    }

    /// Takes a migration from the list. Nothing is deleted.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::EditMigrations`]; [`FerryError::Conflict`] while a run is not
    /// over; [`FerryError::NotFound`].
    pub async fn archive_migration(&self, caller: &Caller, id: &MigrationId) -> Result<(), FerryError> {
        caller.require(Permission::EditMigrations)?;
        if let Some(run) = self.run_not_over(id).await? {
            return Err(text::run_under_way(&run).into());
        }
        self.store().archive_migration(id).await.map_err(from_store)?;
        tracing::info!(migration.id = %id, user.name = caller.name, "a migration was archived");
        Ok(())
    }

    /// Puts an archived migration back into the list.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::EditMigrations`]; [`FerryError::NotFound`].
    pub async fn restore_migration(&self, caller: &Caller, id: &MigrationId) -> Result<(), FerryError> {
        caller.require(Permission::EditMigrations)?;
        self.store().restore_migration(id).await.map_err(from_store)?;
        tracing::info!(migration.id = %id, user.name = caller.name, "a migration was taken back from the archive");
        Ok(())
    }

    /// The configuration of a migration, opened and read.
    pub(crate) async fn config(&self, id: &MigrationId) -> Result<Config, FerryError> {
        let text = self.store().migration_config(id).await.map_err(from_store)?;
        // It was read once before it was stored, so a problem now is a fault; its text may not be shown.
        Config::parse(text.expose()).map_err(|problems| fault("Reading the configuration", &problems.len().to_string()))
    }

    async fn summary(&self, record: MigrationRecord) -> Result<MigrationSummary, FerryError> {
        let newest_revision = self.store().newest_revision(&record.id).await.map_err(from_store)?;
        let newest_run = self.newest_run(&record.id).await?;
        let updated_at_ms = newest_run.as_ref().map_or(0, |(_, run)| run.updated_at_ms).max(record.updated_at_ms);
        let n_steps = match &newest_revision {
            Some(newest) => self.count_steps(newest).await,
            None => 0,
        };
        let state = self.state(&record.id, newest_revision.as_ref().map(|newest| (newest, n_steps)), newest_run);
        let next = next_action(&state, record.target.as_deref());
        let MigrationRecord { id, name, source, target, created_at_ms, archived_at_ms, .. } = record;
        let is_archived = archived_at_ms.is_some();
        Ok(MigrationSummary { id, name, source, target, state, next, created_at_ms, updated_at_ms, is_archived })
    }

    /// The run of a migration that is not over.
    pub(crate) async fn run_not_over(&self, id: &MigrationId) -> Result<Option<RunId>, FerryError> {
        let newest = self.newest_run(id).await?;
        Ok(newest.filter(|(_, run)| !run.state.is_over()).map(|(_, run)| run.id))
    }

    /// The newest run of a migration and the revision it carries out.
    async fn newest_run(&self, id: &MigrationId) -> Result<Option<(Option<String>, RunSummary)>, FerryError> {
        let runs = self.store().runs_of_migration(id).await.map_err(from_store)?;
        let Some(newest) = runs.into_iter().next_back() else { return Ok(None) };
        let summary = self.inner.views.summary(self.store(), &newest.id).await?;
        Ok(Some((newest.revision.map(|id| id.as_str().to_owned()), summary)))
    }

    fn state(
        &self,
        id: &MigrationId,
        newest: Option<(&RevisionRecord, u32)>,
        newest_run: Option<(Option<String>, RunSummary)>,
    ) -> MigrationState {
        let planning = self.inner.planning.of(id);
        if let Some(plans::PlanningState::UnderWay) = planning {
            return MigrationState::Planning;
        }
        if let Some((revision_of_run, run)) = newest_run {
            let was_cleaned = run.mode == RunMode::Clean && run.state == RunState::Done;
            let newer_plan = newest.is_some_and(|(newest, _)| {
                run.mode == RunMode::Migrate && revision_of_run.as_deref() != Some(newest.id.as_str())
            });
            let is_past = run.state.is_over() && (was_cleaned || newer_plan);
            if !is_past || newest.is_none() {
                return MigrationState::Run { run };
            }
        }
        match (planning, newest) {
            (Some(plans::PlanningState::Failed(error)), _) => MigrationState::PlanFailed { error },
            (_, Some((newest, n_steps))) => {
                let revision = newest.number;
                MigrationState::Planned { revision, n_steps, digest: newest.digest.clone() }
            }
            (_, None) => MigrationState::NoPlan,
        }
    }
}

/// Reads a configuration, or says everything that is wrong with it.
pub(crate) fn parse_config(what: &str, text: &str) -> Result<Config, FerryError> {
    Config::parse(text).map_err(|problems| FerryError::Invalid { what: what.into(), problems })
}

/// The target of a configuration.
pub(crate) fn target_of(config: &Config) -> Result<&SideConfig, FerryError> {
    config.target.as_ref().ok_or_else(|| text::no_target().into())
}

pub(crate) fn new_migration(
    id: MigrationId,
    name: String,
    config: &Config,
    config_text: &str,
    caller: &Caller,
) -> NewMigration {
    NewMigration {
        id,
        name,
        source: config.source.timeplusd_address.clone(),
        target: config.target.as_ref().map(|target| target.timeplusd_address.clone()),
        config: Secret::new(config_text),
        created_by: caller.name.clone(),
    }
}

fn next_action(state: &MigrationState, target: Option<&str>) -> NextAction {
    match state {
        MigrationState::NoPlan | MigrationState::PlanFailed { .. } => NextAction::MakePlan,
        MigrationState::Planning => NextAction::Nothing,
        MigrationState::Planned { n_steps, digest, .. } => match target {
            Some(target) => {
                NextAction::StartRun { n_steps: *n_steps, target: target.to_owned(), digest: digest.clone() }
            }
            None => NextAction::Nothing,
        },
        MigrationState::Run { run } => after_run(run),
    }
}

fn after_run(run: &RunSummary) -> NextAction {
    let id = run.id.clone();
    match run.state {
        RunState::Created | RunState::Running | RunState::Pausing | RunState::Cancelling => {
            NextAction::Watch { run: id }
        }
        RunState::Paused => NextAction::Resume { run: id },
        RunState::AwaitingCutOver => NextAction::CutOver { run: id },
        RunState::Failed | RunState::Cancelled | RunState::Deferred => {
            NextAction::Retry { run: id, n_steps: run.n_steps - run.n_done }
        }
        RunState::Done => NextAction::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use ferry_model::{RunId, RunView};

    use super::*;

    fn run_in(state: RunState) -> MigrationState {
        let view = RunView { state, ..RunView::default() };
        MigrationState::Run { run: view.summary(RunId::new("r")) }
    }

    #[test]
    fn every_state_has_one_next_action() {
        let run = RunId::new("r");
        let planned = MigrationState::Planned { revision: 1, n_steps: 3, digest: "d".into() };
        let cases = [
            (MigrationState::NoPlan, NextAction::MakePlan),
            (planned, NextAction::StartRun { n_steps: 3, target: "b:8463".into(), digest: "d".into() }),
            (run_in(RunState::Running), NextAction::Watch { run: run.clone() }),
            (run_in(RunState::Paused), NextAction::Resume { run: run.clone() }),
            (run_in(RunState::AwaitingCutOver), NextAction::CutOver { run: run.clone() }),
            (run_in(RunState::Failed), NextAction::Retry { run: run.clone(), n_steps: 0 }),
            (run_in(RunState::Deferred), NextAction::Retry { run, n_steps: 0 }),
            (run_in(RunState::Done), NextAction::Nothing),
        ];
        for (state, expected) in cases {
            assert_eq!(next_action(&state, Some("b:8463")), expected, "{state:?}");
        }
        let without_target = MigrationState::Planned { revision: 1, n_steps: 3, digest: "d".into() };
        assert_eq!(next_action(&without_target, None), NextAction::Nothing);
    }
}
