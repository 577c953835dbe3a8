//! What a step waits for: its needs and the stages of copy-safety 21.

use std::collections::BTreeSet;

use ferry_model::{ResourceKind, StepAction, StepNumber};

use super::{Plan, Step};

/// The steps that end each stage.
pub(super) struct Stages {
    enabled: BTreeSet<StepNumber>,
    stops: Vec<StepNumber>,
    /// Comparisons, and copies that nothing compares.
    counted: Vec<StepNumber>,
    materialized_views: Vec<StepNumber>,
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
        Self {
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
        let mut after: BTreeSet<StepNumber> = step.needs.iter().copied().collect();
        match (step.action, step.resource.kind) {
            (StepAction::Copy, _) => after.extend(&self.stops),
            (StepAction::Create, ResourceKind::MaterializedView) => after.extend(&self.counted),
            (StepAction::Create, kind) if brings_rows_in(kind) => {
                after.extend(&self.counted);
                after.extend(&self.materialized_views);
            }
            (StepAction::Create, kind) if acts_by_itself(kind) => after.extend(&self.counted),
            _ => {}
        }
        after.remove(&step.number);
        after.retain(|number| self.enabled.contains(number));
        after.into_iter().collect()
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
