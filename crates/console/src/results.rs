//! What came of runs.

use ferry_model::{
    Caller, CopyAgain, DifferingStream, FerryError, Journal, MigrationId, Permission, RunId, RunMode, RunResult,
    RunView, StepAction, StepState, StepView,
};
use ferry_plan::Plan;

use crate::Console;
use crate::error::{from_journal, from_store};
use crate::evidence::differences;

/// Buckets of one stream that are shown; the log names the others.
const N_BUCKETS: usize = 5;

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
        let differing = self.differing(&runs[place].id, &view).await?;
        Ok(Some(RunResult { is_cleaned, differing, ..RunResult::of(runs[place].id.clone(), &view) }))
    }

    /// The streams whose comparison failed, with what it found and how they would be copied again.
    async fn differing(&self, run: &RunId, view: &RunView) -> Result<Vec<DifferingStream>, FerryError> {
        let failed = |step: &&StepView| step.action == StepAction::Compare && step.state == StepState::Failed;
        let failed: Vec<&StepView> = view.steps.iter().filter(failed).collect();
        let record = self.store().run(run).await.map_err(from_store)?;
        let (false, Some(revision)) = (failed.is_empty(), record.revision) else { return Ok(Vec::new()) };
        let revision = self.store().revision(&revision).await.map_err(from_store)?;
        let reading = self.reading_of_revision(&revision).await;
        let events = self.store().read(run, 0).await.map_err(from_journal)?;
        let mut found = differences(&events);
        let of_step = |step: &StepView| {
            let mut differences = found.remove(&step.number).unwrap_or_default();
            let n_more = u32::try_from(differences.len().saturating_sub(N_BUCKETS)).unwrap_or(u32::MAX);
            differences.truncate(N_BUCKETS);
            let again = again(view, reading.plan(), step);
            DifferingStream { step: step.number, stream: step.resource.clone(), differences, n_more, again }
        };
        // A comparison that could not be made found nothing.
        let differs = |one: &DifferingStream| {
            !one.differences.is_empty() || view.step(one.step).is_some_and(|step| step.compared.is_some())
        };
        Ok(failed.into_iter().map(of_step).filter(differs).collect())
    }
}

/// How what differs of a stream would be copied again.
fn again(view: &RunView, plan: Option<&Plan>, comparison: &StepView) -> CopyAgain {
    let Some(copy) = view.copy_of(comparison.number).filter(|copy| view.is_at_rest(copy)) else {
        return CopyAgain::NotNow;
    };
    let alive = view.alive_over(&comparison.resource);
    if !alive.is_empty() {
        return CopyAgain::NotUnder(alive.into_iter().cloned().collect());
    }
    let spec = plan.and_then(|plan| plan.step(copy.number)).and_then(|step| step.copy.as_ref());
    match spec.is_some_and(|copy| copy.is_redone_in_part()) {
        true => CopyAgain::Parts,
        false => CopyAgain::Whole,
    }
}
