//! What a run of a plan file would do, found out without changing anything: no record is made or written, and the
//! deployments are only read.

use ferry_engine::{Control, Wish, preflight_after, run_created};
use ferry_model::{
    Caller, Event, EventBody, Fence, FerryError, Journal, LeaseOwner, Permission, ResourceName, RunId, RunState,
    RunView, SecretMap, StepAction, StepNumber, StepState,
};
use ferry_plan::{CompareSpec, Plan, PlanDocument};

use crate::error::{from_journal, from_store};
use crate::migrations::{parse_config, target_of};
use crate::prepared::{Hold, Prepared};
use crate::{Console, Deployments, PlanFile};

/// What a run would do.
#[derive(Debug, Clone)]
pub struct DryRun {
    /// The run that it would go on with; none for a new one.
    pub goes_on_with: Option<RunId>,
    /// The target's timeplusd address.
    pub target: String,
    /// Every step, in the plan's order.
    pub steps: Vec<DryStep>,
    /// What the run would note before its first change.
    pub notes: Vec<String>,
    /// Why it would be refused before its first change.
    pub refused: Option<FerryError>,
}

/// What would become of one step.
#[derive(Debug, Clone)]
pub struct DryStep {
    /// Its number.
    pub number: StepNumber,
    /// What it does.
    pub action: StepAction,
    /// To which resource.
    pub resource: ResourceName,
    /// Where an earlier process left it; pending for a new run.
    pub state: StepState,
    /// Rows to copy, where they were counted or estimated.
    pub rows: Option<u64>,
    /// How closely it compares.
    pub compares: Option<CompareSpec>,
}

/// Looks at what `ferry run` would do with a plan file. The record, where there is one, may be open for reading only.
///
/// # Errors
/// [`FerryError::Forbidden`] without [`Permission::OperateRuns`]; [`FerryError::Invalid`] for a plan or configuration
/// that cannot run; [`FerryError::Deployment`] where a deployment cannot be reached.
pub async fn dry_run_plan_file(
    record: Option<&Console>,
    deployments: &dyn Deployments,
    caller: &Caller,
    file: &PlanFile<'_>,
) -> Result<DryRun, FerryError> {
    caller.require(Permission::OperateRuns)?;
    let document = PlanDocument::parse(file.text);
    let document = document.map_err(|problems| FerryError::Invalid { what: file.path.into(), problems })?;
    let plan = document.plan();
    let config = parse_config(file.config_path, file.config_text)?;
    let none_captured = SecretMap::default();
    let prepared = Prepared::of(deployments, plan.clone(), plan.migration.clone(), &config, &none_captured).await?;
    let begun = match record {
        Some(record) => begun_run(record, plan).await?,
        None => None,
    };
    let (run, events) = match begun {
        Some((run, events)) => (Some(run), events),
        None => (None, vec![Event::new(1, 0, run_created(plan, &plan.migration, &caller.name))]),
    };
    let view = RunView::fold(&events);
    let request = prepared.request(Hold {
        run: run.as_ref().unwrap_or(&RunId::new("dry-run")),
        fence: Fence(0),
        owner: LeaseOwner::new("dry run"),
        by: &caller.name,
        control: Control::default(),
        wish: Wish::GoOn,
    });
    let checked = preflight_after(&request, &events).await;
    let (notes, refused) = match checked {
        Ok(preflight) => (preflight.notes, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    let steps = view.steps.iter().map(|step| DryStep {
        number: step.number,
        action: step.action,
        resource: step.resource.clone(),
        state: step.state,
        rows: step.rows_total.known(),
        compares: plan.step(step.number).and_then(|planned| planned.compare),
    });
    let target = target_of(&config)?.timeplusd_address.clone();
    Ok(DryRun { goes_on_with: run, target, steps: steps.collect(), notes, refused })
}

/// The run that the plan's next run would go on with, and its events.
async fn begun_run(record: &Console, plan: &Plan) -> Result<Option<(RunId, Vec<Event>)>, FerryError> {
    let newest = record.store().runs_of_migration(&plan.migration).await.map_err(from_store)?.pop();
    let Some(newest) = newest.filter(|newest| newest.revision.is_some()) else { return Ok(None) };
    let events = record.store().read(&newest.id, 0).await.map_err(from_journal)?;
    let view = RunView::fold(&events);
    let is_same_plan = matches!(
        events.first().map(|event| &event.body),
        Some(EventBody::RunCreated { plan_digest, .. }) if *plan_digest == plan.digest()
    );
    let goes_on = is_same_plan && view.state != RunState::Done;
    Ok(goes_on.then_some((newest.id, events)))
}
