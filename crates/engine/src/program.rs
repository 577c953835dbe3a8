//! What a run carries out: every step's work, made from the plan or from the ledger.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use ferry_model::messages::engine as messages;
use ferry_model::{
    CompareLevel, Count, EventBody, FerryError, Ledger, MigrationId, ResourceKind, ResourceName, RunMode, Side,
    StepAction, StepNumber, StepSummary, StreamMode,
};
use ferry_plan::{CopySpec, CopyThrough, Plan, Step};

use crate::sql::{self, InsertSettings};
use crate::steps::StepWork;
use crate::steps::compare::Compare;
use crate::steps::copy::{Copy, helper::Helper};
use crate::steps::create::Create;
use crate::steps::drop::Drop;
use crate::steps::stop::Stop;
use crate::verify::RowsBy;
use crate::{CopyPath, HelperLogin, Site, marker};

/// The longest time that a copy through the app server may take.
const APP_SERVER_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);
/// The key under which the source's password stands in a helper's recorded definition.
pub(crate) const SOURCE_PASSWORD_KEY: &str = "source.password";

/// The work of every step, by number.
pub(crate) type Program = BTreeMap<StepNumber, Arc<dyn StepWork>>;

/// The first event of a run of a plan.
pub fn run_created(plan: &Plan, migration: &MigrationId, started_by: &str) -> EventBody {
    EventBody::RunCreated {
        migration: migration.clone(),
        mode: RunMode::Migrate,
        plan_digest: plan.digest(),
        target: plan.target.as_ref().map(|target| target.timeplusd_address.clone()).unwrap_or_default(),
        started_by: started_by.to_owned(),
        steps: plan.step_summaries(),
    }
}

/// The first event of a clean: what runs made is removed in reverse order.
pub fn clean_created(ledger: &Ledger, migration: &MigrationId, target: &str, started_by: &str) -> EventBody {
    let marker = marker::name();
    let entries = ledger.entries.iter().rev().filter(|entry| entry.side == Side::Target && entry.resource != marker);
    let resources: Vec<&ResourceName> = entries.map(|entry| &entry.resource).collect();
    let number = |index: usize| StepNumber(u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1));
    let in_database = |index: usize, database: &ResourceName| -> Vec<StepNumber> {
        let inside = |other: &&ResourceName| other.database.as_deref() == Some(database.name.as_str());
        let before = resources.iter().take(index).enumerate().filter(|(_, other)| inside(other));
        before.map(|(other, _)| number(other)).collect()
    };
    let summary = |(index, resource): (usize, &&ResourceName)| StepSummary {
        number: number(index),
        action: StepAction::Drop,
        resource: (*resource).clone(),
        rows_total: Count::UNKNOWN,
        after: match resource.kind {
            ResourceKind::Database => in_database(index, resource),
            _ => Vec::new(),
        },
    };
    EventBody::RunCreated {
        migration: migration.clone(),
        mode: RunMode::Clean,
        plan_digest: String::new(),
        target: target.to_owned(),
        started_by: started_by.to_owned(),
        steps: resources.iter().enumerate().map(summary).collect(),
    }
}

/// The work of a plan's enabled steps.
pub(crate) fn of_plan(plan: &Plan, login: &HelperLogin, target: &dyn Site) -> Result<Program, FerryError> {
    let work = |step: &Step| Ok((step.number, work_of(plan, step, login, target)?));
    plan.enabled_steps().map(work).collect()
}

/// The work of a clean's steps: what is no longer in the ledger is gone already.
pub(crate) fn of_ledger(steps: &[StepSummary], ledger: &Ledger) -> Program {
    let work = |step: &StepSummary| -> (StepNumber, Arc<dyn StepWork>) {
        let is_it = |entry: &&ferry_model::LedgerEntry| entry.side == Side::Target && entry.resource == step.resource;
        let entry = ledger.entries.iter().find(is_it).cloned();
        (step.number, Arc::new(Drop { resource: step.resource.clone(), entry }))
    };
    steps.iter().map(work).collect()
}

fn work_of(plan: &Plan, step: &Step, login: &HelperLogin, target: &dyn Site) -> Result<Arc<dyn StepWork>, FerryError> {
    Ok(match step.action {
        StepAction::Create => Arc::new(create_of(plan, step)?),
        StepAction::Copy => Arc::new(copy_of(plan, step, login, target)?),
        StepAction::Compare => Arc::new(compare_of(plan, step)?),
        StepAction::Stop => {
            Arc::new(Stop { side: step.side, resource: step.resource.clone(), server_id: step.server_id.clone() })
        }
        StepAction::Drop => return Err(messages::plan_may_not_drop(step.number)),
    })
}

fn create_of(plan: &Plan, step: &Step) -> Result<Create, FerryError> {
    let definition = step.definition.clone().ok_or_else(|| messages::step_lacks(step.number, "a definition"))?;
    let is_source = step.resource.kind == ResourceKind::Source;
    let is_stopped_at_once = is_source && plan.settings.stop_data_ingestion_on_target;
    Ok(Create { resource: step.resource.clone(), definition, is_stopped_at_once, if_exists: step.if_exists })
}

/// What a comparison compares: the copy of the stream says how it keeps rows, its creation by which key.
fn compare_of(plan: &Plan, step: &Step) -> Result<Compare, FerryError> {
    let spec = step.compare.unwrap_or_default();
    let copy = of_stream(plan, step, StepAction::Copy).and_then(|copy| copy.copy.as_ref());
    let by = match spec.level {
        CompareLevel::Count => RowsBy::Each,
        CompareLevel::Buckets | CompareLevel::Checksum => rows_by(plan, step, copy).ok_or_else(|| {
            messages::step_lacks(step.number, "a primary key by which the stream's rows can be compared")
        })?,
    };
    Ok(Compare {
        stream: step.resource.clone(),
        spec,
        by,
        copied: copy.map(|copy| copy.columns.clone()),
        catch_up_rounds: plan.settings.catch_up_rounds,
    })
}

fn of_stream<'a>(plan: &'a Plan, step: &Step, action: StepAction) -> Option<&'a Step> {
    plan.enabled_steps().find(|other| other.action == action && other.resource == step.resource)
}

/// What counts as a row of the stream that a step is about; none where its definition names no key.
fn rows_by(plan: &Plan, step: &Step, copy: Option<&CopySpec>) -> Option<RowsBy> {
    let creation = || of_stream(plan, step, StepAction::Create).and_then(|create| create.definition.as_ref());
    let keys = || creation().and_then(sql::keys_of);
    Some(match copy.map_or(StreamMode::Append, |copy| copy.mode) {
        StreamMode::Append | StreamMode::Changelog => RowsBy::Each,
        StreamMode::ChangelogKv => RowsBy::Net { key: keys()?.key },
        StreamMode::VersionedKv | StreamMode::Mutable => {
            let sql::Keys { key, version } = keys()?;
            let has_time = copy.is_some_and(|copy| copy.columns.iter().any(|column| column == "_tp_time"));
            let time = has_time.then(|| "`_tp_time`".to_owned());
            RowsBy::Latest { key, version: version.or(time) }
        }
    })
}

/// The helper of a copy step that has no other way.
pub(crate) fn helper_of(plan: &Plan, number: StepNumber, login: &HelperLogin) -> Option<Helper> {
    let step = plan.step(number)?;
    let copy = step.copy.as_ref().filter(|copy| plan.through(copy) == CopyThrough::Helper)?;
    Some(helper(plan, step, copy, login))
}

/// What the helper of a copy is called.
pub(crate) fn helper_name(copy: &CopySpec) -> ResourceName {
    ResourceName::in_database(ResourceKind::ExternalStream, "default", &copy.helper)
}

fn helper(plan: &Plan, step: &Step, copy: &CopySpec, login: &HelperLogin) -> Helper {
    let name = helper_name(copy);
    let collection = plan.settings.helper_named_collection.as_deref();
    let definition = sql::helper(&name, step.on_source(), collection, login, SOURCE_PASSWORD_KEY);
    Helper { name, definition }
}

fn copy_of(plan: &Plan, step: &Step, login: &HelperLogin, target: &dyn Site) -> Result<Copy, FerryError> {
    let copy = step.copy.as_ref().ok_or_else(|| messages::step_lacks(step.number, "what to copy"))?;
    let through = plan.through(copy);
    let CopySpec { columns, order_by, threads, redo, .. } = copy.clone();
    let creation = of_stream(plan, step, StepAction::Create);
    let creation = creation.ok_or_else(|| messages::copy_without_create(&step.resource))?;
    // Without a key every row counts: then a stream with keys that only looks changed is copied again.
    let by = rows_by(plan, step, Some(copy)).unwrap_or(RowsBy::Each);
    let settings = &plan.settings;
    let through_timeplusd = settings.use_timeplusd_for_data_migration || !target.has_app_server();
    Ok(Copy {
        stream: step.resource.clone(),
        columns,
        settings: InsertSettings {
            n_threads: threads,
            n_rows_per_block: settings.max_block_size.max(1),
            is_ordered: threads == 1 || !order_by.is_empty(),
        },
        order_by,
        path: match through_timeplusd {
            true => CopyPath::Timeplusd,
            false => CopyPath::AppServer { timeout: APP_SERVER_TIMEOUT },
        },
        helper: helper(plan, step, copy, login),
        through,
        drops_helper: settings.drop_migration_external_stream,
        creation: (creation.number, create_of(plan, creation)?),
        slice_rows: copy.slices_hold(),
        n_slices_in_flight: usize::try_from(settings.slices_in_flight).unwrap_or(usize::MAX).max(1),
        redo,
        by,
    })
}
