//! Plans: made from a capture, edited in drafts, kept as revisions.

mod change;
mod definition;
mod diff;
mod draft;
mod graph;
mod reading;
mod table;
mod typed;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use ferry_model::messages::console as text;
use ferry_model::messages::plan_page as page;
use ferry_model::{
    Caller, FerryError, FindingSeverity, FindingSummary, MigrationId, Permission, PlanOverview, Problem, RevisionId,
    Side,
};
use ferry_plan::{Plan, PlanDocument, PlanInput, Severity};
use ferry_store::{NewRevision, RevisionRecord};

use crate::error::{fault, from_store};
use crate::{Captured, Console, Deployments};

pub use self::definition::{definition_problems, definition_text};
pub use self::diff::{DiffLine, FieldChange, PlanDiff, StepChange, StepChangeKind, lines_around_changes};
pub use self::draft::{DraftHead, PlanPage};
pub use self::graph::{GraphNode, PlanGraph};
pub use self::reading::Reading;
pub(crate) use self::reading::Readings;
pub use self::table::{Drag, Only, PlanRow, PlanTable, TableQuery};
pub use self::typed::{TypedText, text_digest};

/// What is known of the making of a plan besides the revisions: it lives as long as the process.
#[derive(Clone)]
pub(crate) enum PlanningState {
    UnderWay,
    Failed(FerryError),
}

#[derive(Default)]
pub(crate) struct Planning {
    states: Mutex<HashMap<MigrationId, PlanningState>>,
}

impl Console {
    /// Captures the source and the target and makes a new revision of the plan. Takes seconds.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::EditPlans`]; [`FerryError::Conflict`] while another plan is
    /// being made; [`FerryError::Deployment`] where a deployment cannot be read.
    pub async fn make_plan(&self, caller: &Caller, id: &MigrationId) -> Result<PlanOverview, FerryError> {
        caller.require(Permission::EditPlans)?;
        let under_way = self.inner.planning.begin(id)?;
        let made = self.capture_and_plan(caller, id).await;
        under_way.end(made.as_ref().err());
        let revision = made?;
        tracing::info!(migration.id = %id, plan.digest = revision.digest, "a plan was made");
        overview(&revision)
    }

    /// The newest revision of the plan.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`].
    pub async fn plan(&self, caller: &Caller, id: &MigrationId) -> Result<Option<PlanOverview>, FerryError> {
        caller.require(Permission::ViewMigrations)?;
        self.store().migration(id).await.map_err(from_store)?;
        let newest = self.store().newest_revision(id).await.map_err(from_store)?;
        newest.as_ref().map(overview).transpose()
    }

    async fn capture_and_plan(&self, caller: &Caller, id: &MigrationId) -> Result<RevisionRecord, FerryError> {
        let migration = self.store().migration(id).await.map_err(from_store)?;
        let config = self.config(id).await?;
        let (source, target) = capture_both(&*self.inner.deployments, &config).await?;
        let input = PlanInput {
            migration: id,
            name: &migration.name,
            config: &config,
            config_file: "ferry-console",
            source: &source.snapshot,
            target: target.as_ref().map(|captured| &captured.snapshot),
        };
        let plan = ferry_plan::generate(&input);
        let revision = NewRevision {
            id: RevisionId::new(uuid::Uuid::now_v7().to_string()),
            migration: id.clone(),
            yaml: plan.to_yaml(),
            digest: plan.digest(),
            secrets: source.secrets,
            made_by: caller.name.clone(),
            summary: page::SUMMARY_OF_A_CAPTURE.into(),
        };
        self.store().add_revision(&revision).await.map_err(from_store)?;
        self.store().revision(&revision.id).await.map_err(from_store)
    }
}

/// Captures both deployments at the same time; the target may be missing.
pub(crate) async fn capture_both(
    deployments: &dyn Deployments,
    config: &ferry_plan::Config,
) -> Result<(Captured, Option<Captured>), FerryError> {
    let source = deployments.capture(Side::Source, &config.source, &config.settings);
    let Some(target) = &config.target else { return Ok((source.await?, None)) };
    let target = deployments.capture(Side::Target, target, &config.settings);
    let (source, target) = futures::try_join!(source, target)?;
    Ok((source, Some(target)))
}

impl Planning {
    pub(crate) fn of(&self, id: &MigrationId) -> Option<PlanningState> {
        self.states().get(id).cloned()
    }

    fn begin(&self, id: &MigrationId) -> Result<UnderWay<'_>, FerryError> {
        let mut states = self.states();
        if matches!(states.get(id), Some(PlanningState::UnderWay)) {
            return Err(text::plan_in_the_making().into());
        }
        states.insert(id.clone(), PlanningState::UnderWay);
        Ok(UnderWay { planning: self, id: id.clone() })
    }

    fn states(&self) -> std::sync::MutexGuard<'_, HashMap<MigrationId, PlanningState>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Ends with the making of the plan, also when the request for it is dropped in the middle.
struct UnderWay<'a> {
    planning: &'a Planning,
    id: MigrationId,
}

impl UnderWay<'_> {
    fn end(self, error: Option<&FerryError>) {
        if let Some(error) = error {
            self.planning.states().insert(self.id.clone(), PlanningState::Failed(error.clone()));
        }
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut states = self.planning.states();
        if matches!(states.get(&self.id), Some(PlanningState::UnderWay)) {
            states.remove(&self.id);
        }
    }
}

/// A stored plan, read and checked.
pub(crate) fn plan_of(revision: &RevisionRecord) -> Result<Plan, FerryError> {
    let document = PlanDocument::parse(revision.yaml.clone());
    let document = document.map_err(|problems| FerryError::Invalid { what: "plan".into(), problems })?;
    Ok(document.into_plan())
}

impl Console {
    /// How many steps a stored plan would run.
    pub(crate) async fn count_steps(&self, revision: &RevisionRecord) -> u32 {
        let reading = self.reading_of_revision(revision).await;
        let n_steps = reading.plan().map_or(0, |plan| plan.enabled_steps().count());
        u32::try_from(n_steps).unwrap_or(u32::MAX)
    }
}

/// Everything that is wrong with a plan, as one error.
pub(crate) fn require_sound(plan: &Plan) -> Result<(), FerryError> {
    let problems: Vec<Problem> =
        plan.check().iter().map(|problem| Problem { line: 0, column: 0, message: problem.message.clone() }).collect();
    if problems.is_empty() { Ok(()) } else { Err(FerryError::Invalid { what: "plan".into(), problems }) }
}

fn overview(revision: &RevisionRecord) -> Result<PlanOverview, FerryError> {
    let plan = plan_of(revision).map_err(|error| fault("Reading a stored plan", &error.to_string()))?;
    let findings = plan.all_findings().map(|(step, finding)| FindingSummary {
        rule: finding.rule.clone(),
        severity: match finding.severity {
            Severity::Note => FindingSeverity::Note,
            Severity::Caution => FindingSeverity::Risk,
            Severity::Blocks => FindingSeverity::Blocks,
        },
        step: step.map(|step| step.number),
        text: finding.message.clone(),
        remedy: finding.remedy.clone(),
    });
    let mut findings: Vec<FindingSummary> = findings.collect();
    findings.sort_by_key(|finding| finding.severity);
    Ok(PlanOverview {
        revision: revision.number,
        digest: revision.digest.clone(),
        made_by: revision.made_by.clone(),
        made_at_ms: revision.made_at_ms,
        steps: plan.step_summaries(),
        findings,
        problems: plan.problems,
        left_out: plan.left_out,
    })
}
