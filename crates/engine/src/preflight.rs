//! Everything that can refuse a run before its first change.

use std::collections::BTreeSet;

use ferry_model::messages::engine as messages;
use ferry_model::{
    CapturedColumn, Event, FerryError, Ledger, Product, ResourceKind, ResourceName, StepAction, StepState, Version,
};
use ferry_plan::{ConfigMode, CopyThrough, IfExists, Plan, Step, can_be_relayed};
use futures::{StreamExt, TryStreamExt};

use crate::past::Past;
use crate::{RunRequest, Site, SiteError, existing, marker, program, site};

/// How many questions are asked of a deployment at the same time.
const N_QUESTIONS: usize = 4;
/// Proton before this version has no streams of type timeplus (resources.md 2.3, copy-safety 8).
const FIRST_PROTON_THAT_PULLS: Version = Version::new(1, 6, 9);
/// Enterprise before this version cannot read `table()` of such a stream (resources.md 1.1).
const FIRST_ENTERPRISE_THAT_PULLS: Version = Version::new(2, 4, 17);

/// What a preflight found that does not stand in the way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preflight {
    /// One sentence each.
    pub notes: Vec<String>,
}

/// Checks everything that can refuse a run, and changes nothing.
///
/// # Errors
/// The first kind of thing that stands in the way, everything of that kind named.
pub async fn preflight(request: &RunRequest) -> Result<Preflight, FerryError> {
    check(request, &Past::default()).await
}

/// The same for a run that its events tell about: what it made itself is not in the way.
///
/// # Errors
/// As [`preflight`].
pub async fn preflight_after(request: &RunRequest, events: &[Event]) -> Result<Preflight, FerryError> {
    check(request, &Past::fold_onto(Ledger::default(), events)).await
}

/// The same for a run that may have begun: what it made itself is not in the way.
pub(crate) async fn check(request: &RunRequest, past: &Past) -> Result<Preflight, FerryError> {
    let RunRequest { plan, source, target, helper_login, .. } = request;
    check_plan(plan)?;
    check_secrets(request)?;
    program::of_plan(plan, helper_login, &**target)?;
    check_versions(plan, &**target)?;
    let mut notes = check_visibility(&**source).await?;
    let marker = marker::name();
    marker::require_free(&**target, past.made_on_target(&marker).is_some()).await?;
    check_nothing_exists(plan, &**target, past).await?;
    check_databases(plan, &**target).await?;
    check_collection(plan, &**target).await?;
    check_relayed(plan, &*site::source_of(plan, source), past).await?;
    notes.extend(helper_notes(plan));
    Ok(Preflight { notes })
}

fn check_plan(plan: &Plan) -> Result<(), FerryError> {
    if plan.settings.mode == ConfigMode::ResourceOnly {
        return Err(messages::plan_only_describes());
    }
    let problems: Vec<String> = plan.check().into_iter().map(|problem| problem.message).collect();
    if !problems.is_empty() {
        return Err(messages::plan_cannot_run(problems));
    }
    let undecided: Vec<ResourceName> =
        plan.enabled_steps().filter(|step| step.is_undecided()).map(|step| step.resource.clone()).collect();
    if undecided.is_empty() { Ok(()) } else { Err(messages::undecided_views(&undecided)) }
}

fn check_secrets(request: &RunRequest) -> Result<(), FerryError> {
    let needed = request.plan.required_secrets();
    let missing: Vec<String> =
        needed.into_iter().map(|secret| secret.key).filter(|key| request.secrets.get(key).is_none()).collect();
    if missing.is_empty() { Ok(()) } else { Err(messages::missing_secrets(&missing)) }
}

/// A target that cannot pull and must is refused (copy-safety 8).
fn check_versions(plan: &Plan, target: &dyn Site) -> Result<(), FerryError> {
    let must_pull = plan
        .enabled_steps()
        .filter(|step| step.action == StepAction::Copy)
        .any(|step| step.copy.as_ref().is_some_and(|copy| plan.through(copy) == CopyThrough::Helper));
    match cannot_pull(target).filter(|_| must_pull) {
        Some(error) => Err(error),
        None => Ok(()),
    }
}

/// Why a target cannot pull rows from another deployment, by its release.
pub(crate) fn cannot_pull(target: &dyn Site) -> Option<FerryError> {
    let info = target.info();
    let first = match info.product {
        Product::Proton => FIRST_PROTON_THAT_PULLS,
        Product::Enterprise => FIRST_ENTERPRISE_THAT_PULLS,
    };
    (info.version < first).then(|| messages::target_cannot_pull(info.product, info.version, first))
}

/// Rows that take the relay must have no values that it cannot walk over.
async fn check_relayed(plan: &Plan, source: &dyn Site, past: &Past) -> Result<(), FerryError> {
    let is_open = |step: &&Step| past.view.step(step.number).is_none_or(|view| !view.state.is_over());
    let mut stay = Vec::new();
    for step in plan.enabled_steps().filter(|step| step.action == StepAction::Copy).filter(is_open) {
        let Some(copy) = step.copy.as_ref().filter(|copy| plan.through(copy) == CopyThrough::Relay) else { continue };
        let columns = source.columns(&step.resource).await;
        let columns = columns.map_err(|error| trouble(messages::comparing_columns(&step.resource), &error))?;
        let are_copied = columns.iter().filter(|column| copy.columns.contains(&column.name));
        let named = |column: &CapturedColumn| format!("{}: {} ({})", step.resource, column.name, column.data_type);
        stay.extend(are_copied.filter(|column| !can_be_relayed(&column.data_type)).map(named));
    }
    if stay.is_empty() { Ok(()) } else { Err(messages::cannot_be_relayed(&stay)) }
}

/// Row policies blind copy and comparison alike (copy-safety 3).
async fn check_visibility(source: &dyn Site) -> Result<Vec<String>, FerryError> {
    let hidden = source.hidden_from_user().await;
    let hidden = hidden.map_err(|error| trouble(messages::checking_visibility(), &error))?;
    if hidden.is_empty() { Ok(Vec::new()) } else { Err(messages::rows_may_be_hidden(&hidden)) }
}

/// Nothing that exists on the target is touched (copy-safety 2).
async fn check_nothing_exists(plan: &Plan, target: &dyn Site, past: &Past) -> Result<(), FerryError> {
    let is_new = |step: &&Step| {
        let view = past.view.step(step.number);
        let is_over = |state| matches!(state, StepState::Done | StepState::Skipped);
        !view.is_some_and(|view| is_over(view.state)) && past.made_on_target(&step.resource).is_none()
    };
    let creates = plan.enabled_steps().filter(|step| step.action == StepAction::Create).filter(is_new);
    let helpers = plan
        .enabled_steps()
        .filter_map(|step| helper_of(plan, step))
        .filter(|helper| past.made_on_target(helper).is_none());
    let (may_stand, creates): (Vec<&Step>, Vec<&Step>) =
        creates.partition(|step| step.if_exists == IfExists::SkipIfEqual);
    for step in may_stand {
        let Some(wanted) = &step.definition else { continue };
        let stands = existing::stands_equal(target, &step.resource, wanted).await;
        stands.map_err(|error| trouble(messages::looking_for(&step.resource), &error))??;
    }
    let creates = creates.into_iter().map(|step| step.resource.clone());
    let names: Vec<ResourceName> = creates.chain(helpers).collect();
    let found = futures::stream::iter(names)
        .map(|name| async move {
            let exists = target.exists(&name).await;
            let exists = exists.map_err(|error| trouble(messages::looking_for(&name), &error))?;
            Ok::<_, FerryError>(exists.then_some(name))
        })
        .buffered(N_QUESTIONS);
    let existing: Vec<ResourceName> = found.try_filter_map(|name| async move { Ok(name) }).try_collect().await?;
    if existing.is_empty() { Ok(()) } else { Err(messages::already_exists(&existing)) }
}

/// A renamed resource may live in a database that nobody made yet (rule T22).
async fn check_databases(plan: &Plan, target: &dyn Site) -> Result<(), FerryError> {
    let creates = || plan.enabled_steps().filter(|step| step.action == StepAction::Create);
    let made: BTreeSet<&str> = creates()
        .filter(|step| step.resource.kind == ResourceKind::Database)
        .map(|step| step.resource.name.as_str())
        .collect();
    let renamed = creates().filter(|step| step.source.is_some());
    let wanted: BTreeSet<&str> = renamed.filter_map(|step| step.resource.database.as_deref()).collect();
    let mut missing = Vec::new();
    for name in wanted.into_iter().filter(|name| *name != "default" && !made.contains(name)) {
        let database = ResourceName::global(ResourceKind::Database, name);
        let exists = target.exists(&database).await;
        if !exists.map_err(|error| trouble(messages::looking_for(&database), &error))? {
            missing.push(name.to_owned());
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(messages::databases_missing(&missing)) }
}

/// Helpers that sign in with a named collection need it (copy-safety 6). Releases without any refuse the question.
async fn check_collection(plan: &Plan, target: &dyn Site) -> Result<(), FerryError> {
    let Some(name) = &plan.settings.helper_named_collection else { return Ok(()) };
    if !plan.enabled_steps().any(|step| helper_of(plan, step).is_some()) {
        return Ok(());
    }
    let question =
        format!("SELECT name FROM system.named_collections WHERE name = {}", ferry_timeplus::string_literal(name));
    match target.first_row(&question).await {
        Ok(row) if row.first().is_some_and(|found| found == name) => Ok(()),
        Ok(_) => Err(messages::no_named_collection(name, None)),
        Err(error @ SiteError::Refused { .. }) => Err(messages::no_named_collection(name, Some(&error.to_string()))),
        Err(error) => Err(trouble(messages::looking_for_collection(name), &error)),
    }
}

fn helper_of(plan: &Plan, step: &Step) -> Option<ResourceName> {
    let copy = step.copy.as_ref().filter(|_| step.action == StepAction::Copy)?;
    plan.through(copy).may_use_helper().then(|| program::helper_name(copy))
}

/// Helpers that stay hold the source's password (copy-safety 6).
fn helper_notes(plan: &Plan) -> Option<String> {
    let n_helpers = plan.enabled_steps().filter_map(|step| helper_of(plan, step)).count();
    let hold_password = n_helpers > 0 && plan.settings.helper_named_collection.is_none();
    let stay = hold_password && !plan.settings.drop_migration_external_stream;
    stay.then(|| messages::helpers_stay(n_helpers))
}

fn trouble(what: String, error: &SiteError) -> FerryError {
    messages::deployment_trouble(what, error.to_string())
}
