//! The parts of a plan, as a run goes through them.

use ferry_model::StepView;
use ferry_model::messages::ui;

use super::Group;

/// One part of the plan and how far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Phase {
    /// Its name.
    pub name: &'static str,
    /// How many steps it has.
    pub n_steps: usize,
    /// How many of them are in each group.
    pub n_in: [usize; Group::ALL.len()],
}

impl Phase {
    /// The group that says most about the phase: what failed, then what runs, then what is still to come.
    pub fn group(&self) -> Group {
        let first = |group: &Group| self.n_in[group.index()] > 0;
        let has_begun = self.n_in[Group::Done.index()] > 0 && self.n_in[Group::Done.index()] < self.n_steps;
        match Group::ALL.into_iter().find(first) {
            Some(Group::Pending) if has_begun => Group::Running,
            Some(group) => group,
            None => Group::Pending,
        }
    }
}

/// The phases in the order in which they begin.
pub fn phases(steps: &[StepView]) -> Vec<Phase> {
    let mut phases: Vec<Phase> = Vec::new();
    for step in steps {
        let name = name_of(step);
        let at = phases.iter().position(|phase| phase.name == name).unwrap_or_else(|| {
            phases.push(Phase { name, n_steps: 0, n_in: [0; Group::ALL.len()] });
            phases.len() - 1
        });
        phases[at].n_steps += 1;
        phases[at].n_in[Group::of(step.state).index()] += 1;
    }
    phases
}

/// The name of a step's phase.
pub fn name_of(step: &StepView) -> &'static str {
    ui::phase(step.action, step.resource.kind)
}
