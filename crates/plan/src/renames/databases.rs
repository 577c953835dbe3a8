//! The databases that renamed resources live in.

use std::collections::{BTreeMap, BTreeSet};

use ferry_model::messages::renames as text;
use ferry_model::{Definition, ResourceKind, ResourceName, StepAction, StepNumber};

use crate::facts::DEFAULT_DATABASE;
use crate::generate::finding;
use crate::{Plan, Severity, Step};

/// Adds a step for each database that renamed resources move into and that neither the target has nor a step makes,
/// and lets every resource wait for its database.
pub(crate) fn settle_databases(plan: &mut Plan, on_target: &BTreeSet<&str>) {
    let is_creation = |step: &Step| step.action == StepAction::Create && step.resource.kind == ResourceKind::Database;
    let mut made_by: BTreeMap<String, StepNumber> = plan
        .steps
        .iter()
        .filter(|step| is_creation(step))
        .map(|step| (step.resource.name.clone(), step.number))
        .collect();
    let moved = |step: &&Step| step.action == StepAction::Create && step.source.is_some();
    let wanted: BTreeSet<String> =
        plan.steps.iter().filter(moved).filter_map(|step| step.resource.database.clone()).collect();
    let first = plan.steps.iter().position(|step| step.action == StepAction::Create).unwrap_or(plan.steps.len());
    for database in wanted {
        let is_there = database == DEFAULT_DATABASE || on_target.contains(database.as_str());
        if is_there || made_by.contains_key(&database) {
            continue;
        }
        let step = creation_of(&database, next_number(plan));
        made_by.insert(database, step.number);
        plan.steps.insert(first, step);
    }
    for step in plan.steps.iter_mut().filter(|step| step.action == StepAction::Create) {
        let database = step.resource.database.as_ref().and_then(|database| made_by.get(database));
        if let Some(number) = database.filter(|number| !step.needs.contains(number)) {
            step.needs.push(*number);
            step.needs.sort();
        }
    }
}

fn creation_of(database: &str, number: StepNumber) -> Step {
    let mut step = Step::new(number, StepAction::Create, ResourceName::global(ResourceKind::Database, database));
    let name = ferry_sql::print::quote_identifier(database);
    step.definition = Some(Definition::Sql(format!("CREATE DATABASE {name}")));
    step.findings = vec![finding("rewrite-t22", Severity::Note, text::database_for_renamed(database))];
    step
}

fn next_number(plan: &Plan) -> StepNumber {
    let highest = plan.steps.iter().map(|step| step.number.0).max().unwrap_or(0);
    StepNumber(highest.saturating_add(1))
}
