//! What switching steps off or on drags along.

use std::collections::{BTreeMap, BTreeSet};

use ferry_model::StepNumber;

use super::{Plan, Step};

impl Plan {
    /// The enabled steps that cannot run without these, over any number of others; without these themselves.
    pub fn dragged_off(&self, steps: &BTreeSet<StepNumber>) -> BTreeSet<StepNumber> {
        let mut needed_by: BTreeMap<StepNumber, Vec<StepNumber>> = BTreeMap::new();
        for step in self.enabled_steps() {
            for need in &step.needs {
                needed_by.entry(*need).or_default().push(step.number);
            }
        }
        reached(steps, |number| needed_by.get(&number).cloned().unwrap_or_default())
    }

    /// The steps that are switched off and that these need, over any number of others; without these themselves.
    pub fn dragged_on(&self, steps: &BTreeSet<StepNumber>) -> BTreeSet<StepNumber> {
        let known: BTreeMap<StepNumber, &Step> = self.steps.iter().map(|step| (step.number, step)).collect();
        let is_off = |number: &StepNumber| known.get(number).is_some_and(|step| !step.enabled);
        reached(steps, |number| {
            let needs = known.get(&number).map(|step| step.needs.as_slice()).unwrap_or_default();
            needs.iter().copied().filter(is_off).collect()
        })
    }
}

fn reached(start: &BTreeSet<StepNumber>, next: impl Fn(StepNumber) -> Vec<StepNumber>) -> BTreeSet<StepNumber> {
    let mut found = BTreeSet::new();
    let mut open: Vec<StepNumber> = start.iter().copied().collect();
    while let Some(number) = open.pop() {
        for other in next(number) {
            if !start.contains(&other) && found.insert(other) {
                open.push(other);
            }
        }
    }
    found
}
