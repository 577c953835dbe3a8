//! What only the command line does: plans live in files there, and a run is found again by the plan's migration.

use std::time::Duration;

use ferry_engine::Wish;
use ferry_model::messages::console as text;
use ferry_model::messages::plan_page as page;
use ferry_model::{Caller, FerryError, MigrationId, Permission, RevisionId, RunId, RunMode, RunState, SecretMap};
use ferry_plan::{Plan, PlanDocument, PlanInput};
use ferry_store::{NewRevision, RevisionRecord, StoreError};

use crate::console::new_migration_id;
use crate::error::from_store;
use crate::migrations::{new_migration, parse_config};
use crate::plans::capture_both;
use crate::work::LEASE;
use crate::{Console, Deployments};

/// How often it is looked whether a lease has run out.
const LOOK_AGAIN: Duration = Duration::from_millis(500);

/// A plan file and the configuration to run it with.
pub struct PlanFile<'a> {
    /// The plan's path, for messages.
    pub path: &'a str,
    /// The plan's text.
    pub text: &'a str,
    /// The configuration's path, for messages.
    pub config_path: &'a str,
    /// The configuration's text.
    pub config_text: &'a str,
}

/// A run that began or goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// Which run.
    pub run: RunId,
    /// The last event from before: what comes after it is news. 0 for a new run.
    pub after_seq: u64,
}

impl Begun {
    fn started(run: RunId) -> Self {
        Self { run, after_seq: 0 }
    }
}

/// Captures both deployments of a configuration file and gives the plan, to be written to a file. Needs no record.
///
/// # Errors
/// [`FerryError::Forbidden`] without [`Permission::EditPlans`]; [`FerryError::Invalid`] with every problem of the
/// configuration; [`FerryError::Deployment`].
pub async fn plan_file(
    deployments: &dyn Deployments,
    caller: &Caller,
    name: &str,
    config_path: &str,
    config_text: &str,
) -> Result<Plan, FerryError> {
    caller.require(Permission::EditPlans)?;
    let config = parse_config(config_path, config_text)?;
    let (source, target) = capture_both(deployments, &config).await?;
    let migration = new_migration_id();
    let input = PlanInput {
        migration: &migration,
        name,
        config: &config,
        config_file: config_path,
        source: &source.snapshot,
        target: target.as_ref().map(|captured| &captured.snapshot),
    };
    Ok(ferry_plan::generate(&input))
}

impl Console {
    /// Runs a plan file: goes on with its unfinished or failed run, or starts a new one.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::OperateRuns`], and as [`Console::run_start`].
    pub async fn run_plan_file(&self, caller: &Caller, file: &PlanFile<'_>) -> Result<Begun, FerryError> {
        caller.require(Permission::OperateRuns)?;
        let document = PlanDocument::parse(file.text);
        let document = document.map_err(|problems| FerryError::Invalid { what: file.path.into(), problems })?;
        let revision = self.keep_revision(caller, file, document.plan()).await?;
        let newest = self.store().runs_of_migration(&revision.migration).await.map_err(from_store)?.pop();
        let Some(newest) = newest else {
            return self.start_revision(caller, &revision).await.map(Begun::started);
        };
        let view = self.inner.views.of(self.store(), &newest.id).await?;
        let is_same_plan = newest.revision.is_some() && view.plan_digest == revision.digest;
        match (is_same_plan, view.state) {
            (true, RunState::Failed | RunState::Cancelled | RunState::Deferred) => {
                self.run_retry(caller, &newest.id).await?;
                Ok(Begun { run: newest.id, after_seq: view.last_seq })
            }
            (_, state) if state.is_over() => self.start_revision(caller, &revision).await.map(Begun::started),
            (true, _) => {
                // Paused or left by a process that ended: going on means resuming in both cases.
                self.run_resume(caller, &newest.id).await?;
                Ok(Begun { run: newest.id, after_seq: view.last_seq })
            }
            (false, _) => Err(text::unfinished_run_of_other_plan(&newest.id).into()),
        }
    }

    /// Asks something of the run of a plan file that was recorded here: another turn of a step, to skip one, or to
    /// compare again. The plan must be the one that ran.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::OperateRuns`]; [`FerryError::Invalid`] for a text that is no
    /// plan; [`FerryError::Conflict`] when no run of it was recorded here, a clean came later, or the wish does not
    /// fit.
    pub async fn wish_of_plan_file(
        &self,
        caller: &Caller,
        path: &str,
        plan_text: &str,
        wish: Wish,
    ) -> Result<Begun, FerryError> {
        caller.require(Permission::OperateRuns)?;
        let document = PlanDocument::parse(plan_text);
        let document = document.map_err(|problems| FerryError::Invalid { what: path.into(), problems })?;
        let id = self.recorded_migration(&document.plan().migration).await?;
        let newest = self.store().runs_of_migration(&id).await.map_err(from_store)?.pop();
        let newest = newest.ok_or_else(|| text::never_run(&id))?;
        let view = self.inner.views.of(self.store(), &newest.id).await?;
        if view.mode == RunMode::Clean {
            return Err(text::was_cleaned(&newest.id).into());
        }
        if view.plan_digest != document.plan().digest() {
            return Err(text::ran_another_plan(&newest.id).into());
        }
        self.wish(caller, &newest.id, wish).await?;
        if !view.state.is_over() {
            self.run_resume(caller, &newest.id).await?;
        }
        Ok(Begun { run: newest.id, after_seq: view.last_seq })
    }

    /// The migration of a plan file, known from an earlier run of it.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`]; [`FerryError::Invalid`] for a text that is
    /// no plan; [`FerryError::Conflict`] when no run of it was recorded here.
    pub async fn migration_of_plan_file(
        &self,
        caller: &Caller,
        path: &str,
        plan_text: &str,
    ) -> Result<MigrationId, FerryError> {
        caller.require(Permission::ViewMigrations)?;
        let document = PlanDocument::parse(plan_text);
        let document = document.map_err(|problems| FerryError::Invalid { what: path.into(), problems })?;
        self.recorded_migration(&document.plan().migration).await
    }

    async fn recorded_migration(&self, id: &MigrationId) -> Result<MigrationId, FerryError> {
        match self.store().migration(id).await {
            Ok(_) => Ok(id.clone()),
            Err(StoreError::Missing { .. }) => Err(text::unknown_migration(id, self.store().place()).into()),
            Err(error) => Err(from_store(error)),
        }
    }

    /// The newest run of a migration, if it is not over and another process holds it.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`].
    pub async fn held_run(&self, caller: &Caller, id: &MigrationId) -> Result<Option<RunId>, FerryError> {
        caller.require(Permission::ViewMigrations)?;
        let newest = self.store().runs_of_migration(id).await.map_err(from_store)?.pop();
        Ok(newest.filter(|run| run.held_by.is_some()).map(|run| run.id))
    }

    /// Waits until nobody holds a run: a process that was killed loses its lease within seconds, one that lives
    /// renews it.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`]; [`FerryError::Conflict`] when the other
    /// process goes on working.
    pub async fn wait_until_free(&self, caller: &Caller, run: &RunId) -> Result<(), FerryError> {
        caller.require(Permission::ViewMigrations)?;
        let began = tokio::time::Instant::now();
        while self.store().run(run).await.map_err(from_store)?.held_by.is_some() {
            if began.elapsed() > LEASE + LOOK_AGAIN {
                return Err(text::held_elsewhere(run).into());
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok(())
    }

    /// Waits until this process no longer works on a run: because it is over, was let go, or cannot be recorded, which
    /// is told.
    pub async fn work_ended(&self, run: &RunId) -> Option<FerryError> {
        self.inner.work.left(run).await
    }

    /// Lets go of a run of this process at once, without an event; another process, or the same command, goes on.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::OperateRuns`].
    pub fn let_go(&self, caller: &Caller, run: &RunId) -> Result<(), FerryError> {
        caller.require(Permission::OperateRuns)?;
        if let Some(control) = self.inner.work.control(run) {
            control.shutdown();
        }
        Ok(())
    }

    /// Records the plan's migration with the configuration of now, and the plan as its newest revision.
    async fn keep_revision(
        &self,
        caller: &Caller,
        file: &PlanFile<'_>,
        plan: &Plan,
    ) -> Result<RevisionRecord, FerryError> {
        let config = parse_config(file.config_path, file.config_text)?;
        let id = plan.migration.clone();
        let named = |name: String| new_migration(id.clone(), name, &config, file.config_text, caller);
        match self.store().save_migration(&named(plan.name.clone())).await {
            // Another plan of the same name: the id tells them apart.
            Err(StoreError::NameTaken(name)) => {
                let told_apart = named(format!("{name} ({id})"));
                self.store().save_migration(&told_apart).await.map_err(from_store)?;
            }
            saved => saved.map_err(from_store)?,
        }
        let newest = self.store().newest_revision(&id).await.map_err(from_store)?;
        if let Some(same) = newest.filter(|newest| newest.yaml == file.text) {
            return Ok(same);
        }
        let revision = NewRevision {
            id: RevisionId::new(uuid::Uuid::now_v7().to_string()),
            migration: id,
            yaml: file.text.to_owned(),
            digest: plan.digest(),
            secrets: SecretMap::default(),
            made_by: caller.name.clone(),
            summary: page::SUMMARY_OF_A_FILE.into(),
        };
        self.store().add_revision(&revision).await.map_err(from_store)?;
        self.store().revision(&revision.id).await.map_err(from_store)
    }
}
