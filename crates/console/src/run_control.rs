//! Starting and steering runs.

use std::sync::Arc;
use std::time::Duration;

use ferry_engine::{CleanRequest, Control, Site, Wish, run_created};
use ferry_model::messages::console as text;
use ferry_model::{Caller, Fence, FerryError, MigrationId, Permission, RunId, RunMode, RunState, RunView};
use ferry_store::{NewRun, RevisionRecord, RunRecord};

use crate::Console;
use crate::error::from_store;
use crate::migrations::target_of;
use crate::plans::plan_of;
use crate::prepared::{Hold, Prepared};
use crate::work::{Held, LEASE};

/// How often runs are looked for that are not over and that nobody works on.
const TAKE_UP_INTERVAL: Duration = Duration::from_secs(15);

impl Console {
    /// Starts a run of the newest revision, whose digest the caller has looked at.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::OperateRuns`]; [`FerryError::Conflict`] when the plan has
    /// changed or another run is not over; [`FerryError::Invalid`] for a plan that cannot run or misses secrets;
    /// [`FerryError::Deployment`] where a deployment cannot be reached. Nothing was recorded then.
    pub async fn run_start(
        &self,
        caller: &Caller,
        id: &MigrationId,
        expected_digest: &str,
    ) -> Result<RunId, FerryError> {
        caller.require(Permission::OperateRuns)?;
        self.store().migration(id).await.map_err(from_store)?;
        let newest = self.store().newest_revision(id).await.map_err(from_store)?;
        let revision = newest.ok_or_else(text::no_plan)?;
        if revision.digest != expected_digest {
            return Err(text::plan_changed().into());
        }
        self.start_revision(caller, &revision).await
    }

    /// Lets the steps in flight come to their end, then stands still.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::OperateRuns`]; [`FerryError::Conflict`] when the run is over
    /// or another process works on it.
    pub async fn run_pause(&self, caller: &Caller, run: &RunId) -> Result<(), FerryError> {
        caller.require(Permission::OperateRuns)?;
        let by = &caller.name;
        self.steer(caller, run, |control| control.pause(by)).await
    }

    /// Goes on with a paused run.
    ///
    /// # Errors
    /// As [`Self::run_pause`].
    pub async fn run_resume(&self, caller: &Caller, run: &RunId) -> Result<(), FerryError> {
        caller.require(Permission::OperateRuns)?;
        let by = &caller.name;
        self.steer(caller, run, |control| control.resume(by)).await
    }

    /// Ends a run early.
    ///
    /// # Errors
    /// As [`Self::run_pause`].
    pub async fn run_cancel(&self, caller: &Caller, run: &RunId) -> Result<(), FerryError> {
        caller.require(Permission::OperateRuns)?;
        let by = &caller.name;
        self.steer(caller, run, |control| control.cancel(by)).await
    }

    /// Takes up the runs that are not over and that nobody works on, now and again, until the console is shut down.
    /// Paused runs stay paused, and those that wait for a word wait on.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::OperateRuns`].
    pub async fn keep_runs_going(&self, caller: &Caller) -> Result<(), FerryError> {
        caller.require(Permission::OperateRuns)?;
        let console = self.clone();
        self.inner.work.own(async move {
            let mut turns = tokio::time::interval(TAKE_UP_INTERVAL);
            loop {
                tokio::select! {
                    () = console.inner.work.ends().cancelled() => return,
                    _ = turns.tick() => console.take_up_orphans().await,
                }
            }
        });
        Ok(())
    }

    /// Starts a run of one revision.
    pub(crate) async fn start_revision(&self, caller: &Caller, revision: &RevisionRecord) -> Result<RunId, FerryError> {
        let prepared = self.prepare(revision).await?;
        let run = RunId::new(uuid::Uuid::now_v7().to_string());
        let new_run = NewRun {
            id: run.clone(),
            migration: revision.migration.clone(),
            revision: Some(revision.id.clone()),
            owner: self.inner.owner.clone(),
            lease: LEASE,
            created: run_created(prepared.plan(), &revision.migration, &caller.name),
        };
        let fence = self.store().create_run(new_run).await.map_err(from_store)?;
        tracing::info!(migration.id = %revision.migration, run.id = %run, user.name = caller.name, "a run was started");
        let (owner, control) = (self.inner.owner.clone(), Control::default());
        self.spawn_run(prepared, Hold { run: &run, fence, owner, by: &caller.name, control, wish: Wish::GoOn });
        Ok(run)
    }

    /// Reads the plan and the secrets of a revision, and connects to both deployments.
    async fn prepare(&self, revision: &RevisionRecord) -> Result<Prepared, FerryError> {
        let plan = plan_of(revision)?;
        let config = self.config(&revision.migration).await?;
        let captured = self.store().revision_secrets(&revision.id).await.map_err(from_store)?;
        Prepared::of(&*self.inner.deployments, plan, revision.migration.clone(), &config, &captured).await
    }

    fn spawn_run(&self, prepared: Prepared, hold: Hold<'_>) {
        let (inner, held) = (self.inner.clone(), self.held(hold.run, hold.fence, &hold.control));
        let request = prepared.request(hold);
        self.inner.work.own(async move {
            let run = request.run.clone();
            let trouble = held.carry_out(inner.engine.run(request)).await;
            inner.work.leave(&run, trouble);
        });
    }

    pub(crate) fn spawn_clean(&self, request: CleanRequest) {
        let held = self.held(&request.run, request.fence, &request.control);
        let inner = self.inner.clone();
        self.inner.work.own(async move {
            let run = request.run.clone();
            let trouble = held.carry_out(inner.engine.clean(request)).await;
            inner.work.leave(&run, trouble);
        });
    }

    fn held(&self, run: &RunId, fence: Fence, control: &Control) -> Held {
        self.inner.work.enter(run, control);
        Held { store: self.store().clone(), run: run.clone(), fence, control: control.clone() }
    }

    /// Hands a wish to the run; a run that nobody works on is taken up first, the wish waiting for it.
    async fn steer(&self, caller: &Caller, run: &RunId, wish: impl Fn(&Control)) -> Result<(), FerryError> {
        let record = self.store().run(run).await.map_err(from_store)?;
        let view = self.inner.views.of(self.store(), run).await?;
        if view.mode == RunMode::Clean {
            caller.require(Permission::Clean)?;
        }
        if view.state.is_over() {
            return Err(text::run_is_over(run).into());
        }
        if let Some(control) = self.inner.work.control(run) {
            wish(&control);
            return Ok(());
        }
        let control = Control::default();
        wish(&control);
        self.take_up(&record, &view, &caller.name, control, Wish::GoOn).await
    }

    /// Goes on with a run that nobody works on.
    pub(crate) async fn take_up(
        &self,
        record: &RunRecord,
        view: &RunView,
        by: &str,
        control: Control,
        wish: Wish,
    ) -> Result<(), FerryError> {
        let run = &record.id;
        if record.held_by.is_some() {
            return Err(text::held_elsewhere(run).into());
        }
        let lease = |console: Self, run: RunId| async move {
            let fence = console.store().acquire_lease(&run, &console.inner.owner, LEASE).await.map_err(from_store)?;
            fence.ok_or_else(|| FerryError::from(text::held_elsewhere(&run)))
        };
        match (&record.revision, view.mode) {
            (Some(revision), RunMode::Migrate) => {
                let revision = self.store().revision(revision).await.map_err(from_store)?;
                let prepared = self.prepare(&revision).await?;
                let fence = lease(self.clone(), run.clone()).await?;
                let owner = self.inner.owner.clone();
                self.spawn_run(prepared, Hold { run, fence, owner, by, control, wish });
            }
            _ => {
                let target = self.connect_target(&record.migration).await?;
                let ledger = self.store().ledger(&record.migration).await.map_err(from_store)?;
                let fence = lease(self.clone(), run.clone()).await?;
                self.spawn_clean(CleanRequest {
                    run: run.clone(),
                    migration: record.migration.clone(),
                    fence,
                    owner: self.inner.owner.clone(),
                    ledger,
                    target,
                    started_by: by.to_owned(),
                    control,
                });
            }
        }
        tracing::info!(run.id = %run, "a run was taken up");
        Ok(())
    }

    async fn take_up_orphans(&self) {
        let unfinished = match self.store().unfinished_runs().await {
            Ok(unfinished) => unfinished,
            Err(error) => return tracing::warn!(error = error.chain(), "unfinished runs could not be listed"),
        };
        for record in unfinished.iter().filter(|record| record.held_by.is_none()) {
            if let Err(error) = self.take_up_orphan(record).await {
                tracing::warn!(run.id = %record.id, %error, "an unfinished run could not be taken up; trying again");
            }
        }
    }

    async fn take_up_orphan(&self, record: &RunRecord) -> Result<(), FerryError> {
        let view = self.inner.views.of(self.store(), &record.id).await?;
        let is_ours = self.inner.work.control(&record.id).is_some();
        let waits_for_somebody = matches!(view.state, RunState::Paused | RunState::AwaitingCutOver);
        if is_ours || waits_for_somebody || view.state.is_over() {
            return Ok(());
        }
        self.take_up(record, &view, &view.started_by, Control::default(), Wish::GoOn).await
    }

    /// Connects to the target of a migration.
    pub(crate) async fn connect_target(&self, id: &MigrationId) -> Result<Arc<dyn Site>, FerryError> {
        let config = self.config(id).await?;
        self.inner.deployments.connect(target_of(&config)?).await
    }
}
