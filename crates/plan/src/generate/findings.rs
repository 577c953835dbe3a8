//! What planning notices.

use std::collections::BTreeMap;

use ferry_model::messages::plan as text;
use ferry_model::{Definition, Product, Resource, ResourceKind, ResourceName, StepAction, Version};

use super::order::CreationOrder;
use super::{Captured, Index, PlanInput, inner_rows, listed, shares_name};
use crate::plan::{EXISTS_RULE, INNER_ROWS_RULE};
use crate::{CopyThrough, Finding, Plan, Settings, Severity, Step, can_be_relayed};

/// Findings about the whole plan.
pub(crate) fn of_plan(plan: &Plan, input: &PlanInput<'_>, order: &CreationOrder) -> Vec<Finding> {
    let mut found = Vec::new();
    let copies = plan.steps.iter().filter(|step| step.action == StepAction::Copy).count();
    if copies > 0 {
        found.extend(small_blocks(plan));
        let through = plan.settings.copy_through;
        if through.may_use_helper() {
            let drops = plan.settings.drop_migration_external_stream;
            found.push(match &plan.settings.helper_named_collection {
                None => finding("helper-password", Severity::Caution, text::helper_holds_password(drops)),
                Some(name) => finding("helper-collection", Severity::Note, text::helper_uses_collection(name)),
            });
        }
        found.extend(relayed(through, input));
    }
    let tasks = plan.steps.iter().filter(|step| step.action == StepAction::Create);
    let tasks: Vec<String> =
        tasks.filter(|step| step.resource.kind == ResourceKind::Task).map(|step| step.on_source().path()).collect();
    if !tasks.is_empty() {
        found.push(finding("tasks-run-on", Severity::Caution, text::tasks_run_on(tasks.len(), &listed(&tasks))));
    }
    if !order.circle.is_empty() {
        found.push(finding("circle", Severity::Blocks, text::refers_to_itself(&listed(&order.circle))));
    }
    found.extend(duplicates(input));
    found
}

/// Findings about creating one resource.
pub(crate) fn of_create(captured: &Captured<'_>, input: &PlanInput<'_>, index: &Index) -> Vec<Finding> {
    let resource = captured.resource;
    let name = &resource.name;
    let facts = &captured.facts;
    let mut found = Vec::new();
    if let Some(error) = &facts.error {
        found.push(finding("unreadable", Severity::Blocks, text::cannot_be_read(error)));
    }
    found.extend(on_target(name, &resource.definition, input));
    if let Some((system, address)) = &facts.external {
        let words = text::needs_external_system(name, system, address);
        found.push(finding("external-system", Severity::Caution, words));
    }
    if !facts.local_files.is_empty() {
        let words = text::names_local_files(name, &facts.local_files.join(", "));
        found.push(finding("local-files", Severity::Caution, words));
    }
    if let Some(storage) = facts.storage_type.as_ref().filter(|_| facts.keeps_no_history()) {
        found.push(finding("no-history", Severity::Note, text::keeps_no_history(storage)));
    }
    if let Some(column) = &facts.auto_increment {
        found.push(finding("auto-increment", Severity::Caution, text::auto_increment_changes(column)));
    }
    if name.kind == ResourceKind::MaterializedView && facts.error.is_none() {
        found.push(of_materialized_view(captured, input));
    }
    let missing: Vec<String> = resource
        .secrets
        .iter()
        .filter(|secret| !secret.readable_on_source && input.config.secrets.get(&secret.key).is_none())
        .map(|secret| secret.key.clone())
        .collect();
    if !missing.is_empty() {
        found.push(finding("secret", Severity::Caution, text::secret_must_be_supplied(&listed(&missing))));
    }
    if matches!(name.kind, ResourceKind::Source | ResourceKind::Sink) && resource.running != Some(false) {
        found.push(finding("starts-at-once", Severity::Caution, text::starts_at_once(name)));
    }
    let mut unknown: Vec<String> = index.unknown_to(captured).collect();
    unknown.sort();
    unknown.dedup();
    if !unknown.is_empty() {
        found.push(finding("unknown-name", Severity::Caution, text::uses_unknown(&listed(&unknown))));
    }
    found
}

/// Findings about copying one stream.
pub(crate) fn of_copy(captured: &Captured<'_>, through: CopyThrough) -> Vec<Finding> {
    let mut found = Vec::new();
    let columns = &captured.resource.columns;
    let stay = columns.iter().filter(|column| column.default_kind != "ALIAS" && !can_be_relayed(&column.data_type));
    let stay: Vec<String> = stay.map(|column| format!("{} ({})", column.name, column.data_type)).collect();
    if through != CopyThrough::Helper && !stay.is_empty() {
        let severity = if through == CopyThrough::Relay { Severity::Blocks } else { Severity::Caution };
        found.push(finding("not-relayable", severity, text::cannot_be_relayed(&listed(&stay))));
    }
    if captured.facts.has_ttl {
        found.push(finding("ttl", Severity::Caution, text::rows_expire()));
    }
    found
}

/// What stands on the target under the new names of what is renamed.
pub(crate) fn of_renamed(plan: &mut Plan, input: &PlanInput<'_>) {
    let renamed = |step: &&mut Step| step.action == StepAction::Create && step.source.is_some();
    for step in plan.steps.iter_mut().filter(renamed) {
        let found = step.definition.as_ref().and_then(|definition| on_target(&step.resource, definition, input));
        step.findings.extend(found.filter(|found| !step.findings.contains(found)));
    }
}

fn of_materialized_view(captured: &Captured<'_>, input: &PlanInput<'_>) -> Finding {
    match &captured.facts.into {
        None => {
            let no_stream = inner_rows::inner_target(captured, input).err();
            finding(INNER_ROWS_RULE, Severity::Blocks, text::inner_rows_undecided(no_stream.as_deref()))
        }
        Some((database, name)) if captured.facts.reads_from_earliest => {
            let into = ResourceName::in_database(ResourceKind::Stream, database, name);
            let words = text::reads_from_earliest(&input.config.renames.target_of(&into).path());
            finding("reads-from-earliest", Severity::Caution, words)
        }
        Some(_) => finding("state", Severity::Note, text::loses_state()),
    }
}

/// What stands in the way on the target (copy-safety 2).
fn on_target(name: &ResourceName, definition: &Definition, input: &PlanInput<'_>) -> Option<Finding> {
    let target = input.target?;
    let enterprise_only = name.kind == ResourceKind::MutableStream || name.kind.is_rest_only();
    if enterprise_only && target.deployment.product == Product::Proton {
        let words = text::kind_not_on_target(name, Product::Proton.label());
        return Some(finding("kind-not-on-target", Severity::Blocks, words));
    }
    let taken = target.resources.iter().find(|other| shares_name(&other.name, name))?;
    let words = match (taken.name.kind == name.kind, differing_clauses(name, definition, taken)) {
        (false, _) => text::name_taken_on_target(name, &taken.name),
        (true, None) => text::exists_on_target(name),
        (true, Some(clauses)) if clauses.is_empty() => {
            text::exists_alike_on_target(name, crate::plan::can_stand(name.kind))
        }
        (true, Some(clauses)) => text::exists_otherwise_on_target(name, &listed(&clauses)),
    };
    Some(finding(EXISTS_RULE, Severity::Blocks, words))
}

/// In which clauses two definitions differ once everything is taken away that means nothing; none: they mean the same.
fn differing_clauses(name: &ResourceName, definition: &Definition, taken: &Resource) -> Option<Vec<String>> {
    let (Definition::Sql(source), Definition::Sql(target)) = (definition, &taken.definition) else {
        return None;
    };
    let database = name.database.as_deref().unwrap_or(crate::facts::DEFAULT_DATABASE);
    Some(ferry_sql::compare::compare(source, target, database).ok()?.clauses())
}

/// Proton has external streams of type timeplus since 1.6.9 (copy-safety 8).
pub(crate) fn cannot_pull(input: &PlanInput<'_>) -> bool {
    let is_too_old = |target: &ferry_model::Snapshot| {
        target.deployment.product == Product::Proton && target.deployment.version < Version::new(1, 6, 9)
    };
    input.target.is_some_and(is_too_old)
}

/// That rows travel through Ferry, and why.
fn relayed(through: CopyThrough, input: &PlanInput<'_>) -> Option<Finding> {
    let too_old = input.target.filter(|_| cannot_pull(input)).map(|target| target.deployment.version.to_string());
    let words = match (through, too_old) {
        (CopyThrough::Helper, _) => return None,
        (_, Some(version)) => text::relay_because_of_target(&version),
        (CopyThrough::Relay, None) => text::relay_was_chosen(),
        (CopyThrough::HelperOrRelay, None) => text::relay_where_needed(),
    };
    Some(finding("relay", Severity::Caution, words))
}

/// The documented default of ten rows a block is slow for ordinary rows (copy-safety 12).
fn small_blocks(plan: &Plan) -> Option<Finding> {
    let size = plan.settings.max_block_size;
    if size > Settings::DEFAULT_MAX_BLOCK_SIZE {
        return None;
    }
    let better = better_block_size(plan)?;
    let mut found = finding("small-blocks", Severity::Note, text::small_blocks(size, better));
    found.better_max_block_size = Some(better);
    Some(found)
}

/// So many rows that a block stays below 8 MiB, given the widest average row of all copies; the log takes records up
/// to 10 MiB (resources.md 3.3). What a deployment reports is compressed, so rows are taken to be ten times as wide.
fn better_block_size(plan: &Plan) -> Option<u64> {
    const BLOCK_BYTES: u64 = 8 << 20;
    const EXPANSION: u64 = 10;
    const MOST_ROWS: u64 = 20_000;
    let widths = plan.steps.iter().filter_map(|step| {
        let copy = step.copy.as_ref()?;
        Some(match (copy.bytes.known(), copy.rows.known()) {
            (Some(bytes), Some(rows)) if rows > 0 => bytes.saturating_mul(EXPANSION) / rows,
            _ => 0,
        })
    });
    let widest = widths.max()?.max(1);
    let fits = (BLOCK_BYTES / widest).min(MOST_ROWS);
    // A round number, where there is room for one.
    let better = if fits > 1_000 { fits / 1_000 * 1_000 } else { fits };
    (better > plan.settings.max_block_size).then_some(better)
}

/// REST objects with one name (rest.md 1.6).
fn duplicates(input: &PlanInput<'_>) -> Vec<Finding> {
    let mut by_name: BTreeMap<&ResourceName, usize> = BTreeMap::new();
    for resource in input.source.resources.iter().filter(|resource| resource.name.kind.allows_duplicate_names()) {
        *by_name.entry(&resource.name).or_default() += 1;
    }
    let several = by_name.into_iter().filter(|(_, n)| *n > 1);
    several.map(|(name, n)| finding("duplicate-name", Severity::Caution, text::duplicate_name(name, n))).collect()
}

pub(crate) fn finding(rule: &str, severity: Severity, (message, remedy): text::FindingText) -> Finding {
    Finding { rule: rule.to_owned(), severity, message, remedy, better_max_block_size: None }
}
