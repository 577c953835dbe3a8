//! What people ask of single steps, and of a run that is over.

use ferry_engine::{Control, Wish};
use ferry_model::messages::console as text;
use ferry_model::{Caller, FerryError, Permission, RunId, RunMode, RunState, StepNumber};

use crate::Console;
use crate::error::from_store;

impl Console {
    /// Gives the failed and blocked steps of a run another turn.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::OperateRuns`]; [`FerryError::Conflict`] when nothing failed or
    /// a newer run exists.
    pub async fn run_retry(&self, caller: &Caller, run: &RunId) -> Result<(), FerryError> {
        caller.require(Permission::OperateRuns)?;
        self.wish(caller, run, Wish::GoOn).await
    }

    /// Gives one step another turn, and those that were not tried because of it; others stay as they are.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::OperateRuns`]; [`FerryError::Conflict`] when the step is not
    /// one to try again or a newer run exists.
    pub async fn run_retry_step(&self, caller: &Caller, run: &RunId, step: StepNumber) -> Result<(), FerryError> {
        caller.require(Permission::OperateRuns)?;
        self.wish(caller, run, Wish::RetryStep(step)).await
    }

    /// Lets a run go on as if one step were done. The reason is part of the record.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::OperateRuns`]; [`FerryError::Conflict`] without a reason, when
    /// the step runs or is done, or a newer run exists.
    pub async fn run_skip_step(
        &self,
        caller: &Caller,
        run: &RunId,
        step: StepNumber,
        reason: &str,
    ) -> Result<(), FerryError> {
        caller.require(Permission::OperateRuns)?;
        self.wish(caller, run, Wish::SkipStep { step, reason: reason.trim().to_owned() }).await
    }

    /// Compares every stream that a run copied again, as its plan says. Changes nothing on either side.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::OperateRuns`]; [`FerryError::Conflict`] when the run compares
    /// nothing or a newer run exists.
    pub async fn run_verify(&self, caller: &Caller, run: &RunId) -> Result<(), FerryError> {
        caller.require(Permission::OperateRuns)?;
        self.wish(caller, run, Wish::Verify).await
    }

    /// Copies again what differs of the stream that a step copies or compares, and compares it again.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::OperateRuns`]; [`FerryError::Conflict`] when the copy is not
    /// done, something lives on the target over the stream, or a newer run exists.
    pub async fn run_recopy_step(&self, caller: &Caller, run: &RunId, step: StepNumber) -> Result<(), FerryError> {
        caller.require(Permission::OperateRuns)?;
        self.wish(caller, run, Wish::Recopy(step)).await
    }

    /// Copies the rows that reached the source after a run's copies, and compares them again.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::OperateRuns`]; [`FerryError::Conflict`] when no copy can be
    /// caught up or a newer run exists.
    pub async fn run_catch_up(&self, caller: &Caller, run: &RunId) -> Result<(), FerryError> {
        caller.require(Permission::OperateRuns)?;
        self.wish(caller, run, Wish::CatchUp).await
    }

    /// Gives the word for which a run waits: what writes or acts by itself starts on the target.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::OperateRuns`]; [`FerryError::Conflict`] when the run does not wait
    /// for it or a newer run exists.
    pub async fn run_cut_over(&self, caller: &Caller, run: &RunId) -> Result<(), FerryError> {
        caller.require(Permission::OperateRuns)?;
        self.wish(caller, run, Wish::CutOver).await
    }

    /// Hands a wish to the run; a run that nobody works on is taken up for it.
    pub(crate) async fn wish(&self, caller: &Caller, run: &RunId, wish: Wish) -> Result<(), FerryError> {
        let record = self.store().run(run).await.map_err(from_store)?;
        let view = self.inner.views.of(self.store(), run).await?;
        if view.mode == RunMode::Clean {
            caller.require(Permission::Clean)?;
            if wish != Wish::GoOn {
                return Err(text::only_for_migrations(run).into());
            }
        }
        wish.check(&view)?;
        if let Some(control) = self.inner.work.control(run) {
            control.wish(&caller.name, wish);
            return Ok(());
        }
        if wish == Wish::GoOn && !matches!(view.state, RunState::Failed | RunState::Cancelled | RunState::Deferred) {
            return Err(text::nothing_to_retry(run).into());
        }
        let newest = self.store().runs_of_migration(&record.migration).await.map_err(from_store)?.pop();
        if newest.is_some_and(|newest| newest.id != *run) {
            return Err(text::not_the_newest(run).into());
        }
        self.take_up(&record, &view, &caller.name, Control::default(), wish).await
    }
}
