//! What a step waits for: its needs and the stages of copy-safety 21.

use std::collections::{BTreeMap, BTreeSet};

use ferry_model::{ResourceKind, ResourceName, StepAction, StepNumber};

use super::{Plan, Step};

/// The steps that end each stage.
pub(super) struct Stages {
    enabled: BTreeSet<StepNumber>,
    stops: Vec<StepNumber>,
    /// Comparisons, and copies that nothing compares.
    counted: Vec<StepNumber>,
    materialized_views: Vec<StepNumber>,
    /// Which steps create the streams that views without INTO are told to write into, by name.
    inner_targets: BTreeMap<ResourceName, StepNumber>,
    /// Which enabled steps need each step.
    needed_by: BTreeMap<StepNumber, Vec<StepNumber>>,
}

impl Stages {
    pub fn of(plan: &Plan) -> Self {
        let numbers = |wanted: &dyn Fn(&Step) -> bool| -> Vec<StepNumber> {
            plan.enabled_steps().filter(|step| wanted(step)).map(|step| step.number).collect()
        };
        let compared: BTreeSet<StepNumber> = plan
            .enabled_steps()
            .filter(|step| step.action == StepAction::Compare)
            .flat_map(|step| step.needs.iter().copied())
            .collect();
        let mut needed_by: BTreeMap<StepNumber, Vec<StepNumber>> = BTreeMap::new();
        for step in plan.enabled_steps() {
            for need in &step.needs {
                needed_by.entry(*need).or_default().push(step.number);
            }
        }
        let chosen: BTreeSet<&ResourceName> = plan.enabled_steps().filter_map(Step::chosen_inner_target).collect();
        let creates = plan.enabled_steps().filter(|step| step.action == StepAction::Create);
        let inner = creates.filter(|step| chosen.contains(&step.resource));
        Self {
            inner_targets: inner.map(|step| (step.resource.clone(), step.number)).collect(),
            needed_by,
            enabled: plan.enabled_steps().map(|step| step.number).collect(),
            stops: numbers(&|step| step.action == StepAction::Stop),
            counted: numbers(&|step| {
                step.action == StepAction::Compare
                    || (step.action == StepAction::Copy && !compared.contains(&step.number))
            }),
            materialized_views: numbers(&|step| {
                step.action == StepAction::Create && step.resource.kind == ResourceKind::MaterializedView
            }),
        }
    }

    /// What `step` waits for, in order of number, without itself and without steps that do not run.
    pub fn after(&self, step: &Step) -> Vec<StepNumber> {
        let staged: Vec<&[StepNumber]> = match (step.action, step.resource.kind) {
            (StepAction::Copy, _) => vec![&self.stops],
            (StepAction::Create, ResourceKind::MaterializedView) => vec![&self.counted],
            (StepAction::Create, kind) if brings_rows_in(kind) => vec![&self.counted, &self.materialized_views],
            (StepAction::Create, kind) if acts_by_itself(kind) => vec![&self.counted],
            _ => vec![],
        };
        let mut after: BTreeSet<StepNumber> = step.needs.iter().copied().collect();
        after.extend(step.chosen_inner_target().and_then(|stream| self.inner_targets.get(stream)));
        if !staged.is_empty() {
            // A stream that cannot be made before a materialized view cannot be copied before it either.
            let dependents = self.dependents_of(step.number);
            let waited_for = staged.into_iter().flatten().copied();
            after.extend(waited_for.filter(|number| !dependents.contains(number)));
        }
        after.remove(&step.number);
        after.retain(|number| self.enabled.contains(number));
        after.into_iter().collect()
    }

    /// Every step that needs this one, over any number of others.
    fn dependents_of(&self, number: StepNumber) -> BTreeSet<StepNumber> {
        let mut found = BTreeSet::new();
        let mut open = vec![number];
        while let Some(next) = open.pop() {
            for dependent in self.needed_by.get(&next).into_iter().flatten() {
                if found.insert(*dependent) {
                    open.push(*dependent);
                }
            }
        }
        found
    }
}

/// Kinds that write into streams as soon as they exist.
fn brings_rows_in(kind: ResourceKind) -> bool {
    matches!(kind, ResourceKind::Source | ResourceKind::Input)
}

/// Kinds that do something to the world as soon as they exist.
fn acts_by_itself(kind: ResourceKind) -> bool {
    matches!(kind, ResourceKind::Sink | ResourceKind::Task | ResourceKind::Alert)
}
