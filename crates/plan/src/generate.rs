//! From snapshots to a plan.

mod copy;
mod findings;
mod index;
mod inner_rows;
mod order;
mod rewrites;

use std::collections::{BTreeMap, BTreeSet};

use ferry_model::{
    CompareLevel, LeftOut, MigrationId, Resource, ResourceKind, ResourceName, Side, Snapshot, StepAction, StepNumber,
    messages,
};

use crate::facts::{DEFAULT_DATABASE, Facts};
use crate::renames::settle_databases;
use crate::{
    CompareSpec, Config, ConfigMode, ConfigReference, CopyThrough, InnerRows, PLAN_FORMAT, Plan, Settings, Step,
};
pub(crate) use findings::finding;
pub(crate) use index::Index;

/// What a plan is made from.
#[derive(Clone, Copy)]
pub struct PlanInput<'a> {
    /// Whose plan.
    pub migration: &'a MigrationId,
    /// A name for people.
    pub name: &'a str,
    /// The configuration.
    pub config: &'a Config,
    /// The path of the configuration file, as the plan shall name it.
    pub config_file: &'a str,
    /// What the source holds.
    pub source: &'a Snapshot,
    /// What the target holds already, where there is one.
    pub target: Option<&'a Snapshot>,
}

/// One resource of the source with what its definition says.
pub(crate) struct Captured<'a> {
    pub resource: &'a Resource,
    pub facts: Facts,
}

/// Makes a plan: a create step for every resource, copy and compare steps for streams, stops where the settings ask
/// for them, numbered in an order that works. The same input gives the same plan.
pub fn generate(input: &PlanInput<'_>) -> Plan {
    let functions: BTreeSet<&str> = input.source.resources.iter().filter(is_function).map(name_of).collect();
    let is_user_function = |name: &str| functions.contains(name);
    let mut left_out = input.source.left_out.clone();
    let alerts: Vec<serde_json::Value> = left_out.iter_mut().filter_map(|one| one.alert.take()).collect();
    let mut captured: Vec<Captured<'_>> = Vec::new();
    for resource in &input.source.resources {
        match skipped_because(resource, input).or_else(|| made_already(resource, &captured, input)) {
            Some(why) => left_out.push(LeftOut { what: resource.name.to_string(), why, alert: None }),
            None => captured.push(Captured { resource, facts: Facts::of(resource, &is_user_function) }),
        }
    }
    let index = Index::of(&captured);
    let order = order::creation_order(&captured, &index);

    let mut maker = StepMaker { input, index: &index, steps: Vec::new(), created_by: BTreeMap::new() };
    maker.add_stops();
    let (after, before) = order::split_at_copies(&order.positions, &captured, &index);
    for &at in &before {
        maker.add_create(at, &captured[at]);
    }
    for &at in &before {
        maker.add_copy(at, &captured[at]);
    }
    for &at in &after {
        maker.add_create(at, &captured[at]);
        maker.add_copy(at, &captured[at]);
    }
    let mut plan = Plan {
        format: PLAN_FORMAT,
        migration: input.migration.clone(),
        name: input.name.to_owned(),
        config: ConfigReference { file: input.config_file.to_owned(), digest: input.config.digest() },
        source: (&input.source.deployment).into(),
        target: input.target.map(|target| (&target.deployment).into()),
        settings: settings_for(input),
        findings: vec![],
        steps: maker.steps,
        left_out,
        problems: input.source.problems.clone(),
        query_history: input.source.query_history.clone(),
    };
    inner_rows::decide(&mut plan, input.config.inner_rows);
    plan.rename(&input.config.renames);
    settle_databases(&mut plan, &databases_of(input.target));
    findings::of_renamed(&mut plan, input);
    plan.findings = findings::of_plan(&plan, input, &order);
    plan.findings.extend(rewrites::of_alerts(&alerts, input));
    plan
}

fn databases_of(target: Option<&Snapshot>) -> BTreeSet<&str> {
    let resources = target.into_iter().flat_map(|target| &target.resources);
    resources.filter(|resource| resource.name.kind == ResourceKind::Database).map(name_of).collect()
}

/// The settings, with a relay where the target is known to be unable to pull (copy-safety 8).
fn settings_for(input: &PlanInput<'_>) -> Settings {
    let mut settings = input.config.settings.clone();
    if findings::cannot_pull(input) && settings.copy_through == CopyThrough::Helper {
        settings.copy_through = CopyThrough::Relay;
    }
    settings
}

fn is_function(resource: &&Resource) -> bool {
    matches!(resource.name.kind, ResourceKind::Function | ResourceKind::AggregateFunction)
}

fn name_of(resource: &Resource) -> &str {
    &resource.name.name
}

/// Why a captured resource gets no step.
fn skipped_because(resource: &Resource, input: &PlanInput<'_>) -> Option<String> {
    if resource.name.kind != ResourceKind::Database {
        return None;
    }
    let name = input.config.renames.target_of(&resource.name);
    if name.name == DEFAULT_DATABASE {
        return Some(messages::plan::EVERY_DEPLOYMENT_HAS_DEFAULT.to_owned());
    }
    let on_target = databases_of(input.target).contains(name.name.as_str());
    on_target.then(|| messages::plan::DATABASE_IS_THERE.to_owned())
}

/// Two databases may become one.
fn made_already(resource: &Resource, captured: &[Captured<'_>], input: &PlanInput<'_>) -> Option<String> {
    if resource.name.kind != ResourceKind::Database || input.config.renames.is_empty() {
        return None;
    }
    let name_of = |resource: &Resource| input.config.renames.target_of(&resource.name);
    let is_made = captured.iter().any(|other| name_of(other.resource) == name_of(resource));
    is_made.then(|| messages::renames::ANOTHER_STEP_MAKES_IT.to_owned())
}

struct StepMaker<'a> {
    input: &'a PlanInput<'a>,
    index: &'a Index,
    steps: Vec<Step>,
    /// Which step creates the captured resource at this position.
    created_by: BTreeMap<usize, StepNumber>,
}

impl StepMaker<'_> {
    fn next_number(&self) -> StepNumber {
        StepNumber(u32::try_from(self.steps.len() + 1).unwrap_or(u32::MAX))
    }

    /// Running sources are stopped first, where the settings ask for it (resources.md 1.1).
    fn add_stops(&mut self) {
        let settings = &self.input.config.settings;
        if settings.mode == ConfigMode::ResourceOnly {
            return;
        }
        let source = self.input.source;
        if settings.stop_data_ingestion_on_source {
            self.add_stops_of(ResourceKind::Source, Side::Source, source);
        }
        if settings.stop_materialized_views_on_source && source.deployment.can_pause_for_good() {
            self.add_stops_of(ResourceKind::MaterializedView, Side::Source, source);
        }
        if settings.stop_sinks_on_source {
            self.add_stops_of(ResourceKind::Sink, Side::Source, source);
        }
        if let (true, Some(target)) = (settings.stop_data_ingestion_on_target, self.input.target) {
            self.add_stops_of(ResourceKind::Source, Side::Target, target);
        }
    }

    fn add_stops_of(&mut self, kind: ResourceKind, side: Side, snapshot: &Snapshot) {
        let can_be_stopped =
            |resource: &Resource| resource.server_id.is_some() || kind == ResourceKind::MaterializedView;
        let running = |resource: &&Resource| {
            resource.name.kind == kind && resource.running != Some(false) && can_be_stopped(resource)
        };
        for source in snapshot.resources.iter().filter(running) {
            let mut step = Step::new(self.next_number(), StepAction::Stop, source.name.clone());
            step.side = side;
            step.server_id = source.server_id.clone();
            step.running = source.running;
            self.steps.push(step);
        }
    }

    fn add_create(&mut self, at: usize, captured: &Captured<'_>) {
        let inner_target = self.add_inner_target(captured);
        let resource = captured.resource;
        let mut step = Step::new(self.next_number(), StepAction::Create, resource.name.clone());
        step.needs = self.needs_of(at, captured);
        let for_target = rewrites::for_target(captured, self.input);
        step.definition = Some(for_target.definition);
        step.secrets = resource.secrets.clone();
        step.secrets.extend(for_target.secrets);
        step.running = resource.running;
        if inner_rows::keeps_rows_inside(captured) {
            step.inner_rows = Some(InnerRows::Undecided);
            step.inner_target = inner_target;
        }
        // A definition that cannot be read would only fail: it stays visible and switched off.
        step.enabled = captured.facts.error.is_none();
        step.findings = findings::of_create(captured, self.input, self.index);
        // The same is said once.
        let is_said = step.findings.iter().any(|found| found.rule == "kind-not-on-target");
        step.findings.extend(for_target.findings.into_iter().filter(|found| !is_said || found.rule != "rewrite-t21"));
        self.created_by.insert(at, step.number);
        self.steps.push(step);
    }

    fn add_copy(&mut self, at: usize, captured: &Captured<'_>) {
        let resource = captured.resource;
        if !resource.name.kind.holds_rows() || self.input.config.settings.mode == ConfigMode::ResourceOnly {
            return;
        }
        let Some(&create) = self.created_by.get(&at) else { return };
        if captured.facts.keeps_no_history() || captured.facts.error.is_some() {
            return;
        }
        self.add_copy_into(&resource.name, create, captured);
    }

    /// A copy of the captured resource's rows into what a step creates, and its comparison.
    fn add_copy_into(&mut self, stream: &ResourceName, create: StepNumber, captured: &Captured<'_>) {
        let source = &captured.resource.name;
        let source = (source != stream).then(|| source.clone());
        let mut copy = Step::new(self.next_number(), StepAction::Copy, stream.clone());
        copy.source.clone_from(&source);
        copy.needs = vec![create];
        copy.findings = findings::of_copy(captured, settings_for(self.input).copy_through);
        copy.copy = Some(copy::spec_of(captured, self.input));
        let mut compare = Step::new(StepNumber(copy.number.0.saturating_add(1)), StepAction::Compare, stream.clone());
        compare.source = source;
        compare.needs = vec![copy.number];
        compare.compare = Some(CompareSpec { level: CompareLevel::Checksum, ..CompareSpec::default() });
        self.steps.extend([copy, compare]);
    }

    /// The steps for a stream of its own for a view's rows, switched off until a person wants them.
    fn add_inner_target(&mut self, captured: &Captured<'_>) -> Option<ResourceName> {
        if !inner_rows::keeps_rows_inside(captured) || self.input.config.settings.mode == ConfigMode::ResourceOnly {
            return None;
        }
        let target = inner_rows::inner_target(captured, self.input).ok()?;
        let n_before = self.steps.len();
        let mut create = Step::new(self.next_number(), StepAction::Create, target.stream.clone());
        let number = create.number;
        create.definition = Some(target.definition);
        self.steps.push(create);
        self.add_copy_into(&target.stream, number, captured);
        for step in &mut self.steps[n_before..] {
            step.enabled = false;
        }
        Some(target.stream)
    }

    fn needs_of(&self, at: usize, captured: &Captured<'_>) -> Vec<StepNumber> {
        let mut needs: Vec<StepNumber> =
            self.index.needed_by(at, captured).filter_map(|need| self.created_by.get(&need).copied()).collect();
        needs.sort();
        needs.dedup();
        needs
    }
}

/// `db.name`s for messages, at most ten of them.
pub(crate) fn listed(names: &[String]) -> String {
    const SHOWN: usize = 10;
    let shown = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Whether two names mean the same resource of the target, whatever its kind: relations of a database share one
/// space of names, and so do functions (resources.md 2.6).
pub(crate) fn shares_name(a: &ResourceName, b: &ResourceName) -> bool {
    name_key(a) == name_key(b)
}

/// What must be another one for two resources of a target.
pub(crate) fn name_key(name: &ResourceName) -> (Option<&str>, &str, u8) {
    (name.database.as_deref(), &name.name, name_space(name.kind))
}

fn name_space(kind: ResourceKind) -> u8 {
    use ResourceKind as K;
    match kind {
        K::Function | K::AggregateFunction => 1,
        kind if kind.has_database() => 2,
        // Every other kind has names of its own.
        kind => 10 + kind as u8,
    }
}
