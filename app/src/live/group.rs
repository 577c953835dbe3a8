//! The groups in which a run's steps are shown: what needs somebody first, what is finished last.

use ferry_model::messages::room;
use ferry_model::{StepNumber, StepState, StepView};

/// A group of steps, in the order of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Failed, or not tried because another failed.
    Failed,
    /// Tried again later, because the target could not reach what they need.
    Deferred,
    /// Being done.
    Running,
    /// Their turn has come and something keeps them.
    Waiting,
    /// Their turn has not come.
    Pending,
    /// Done, or skipped with a reason.
    Done,
}

impl Group {
    /// Every group, in the order of the page.
    pub const ALL: [Self; 6] = [Self::Failed, Self::Deferred, Self::Running, Self::Waiting, Self::Pending, Self::Done];

    /// The group of a state.
    pub const fn of(state: StepState) -> Self {
        match state {
            StepState::Failed | StepState::Blocked => Self::Failed,
            StepState::Deferred => Self::Deferred,
            StepState::Running => Self::Running,
            StepState::Waiting => Self::Waiting,
            StepState::Pending => Self::Pending,
            StepState::Done | StepState::Skipped => Self::Done,
        }
    }

    /// Its words.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Failed => room::GROUP_FAILED,
            Self::Deferred => room::GROUP_DEFERRED,
            Self::Running => room::GROUP_RUNNING,
            Self::Waiting => room::GROUP_WAITING,
            Self::Pending => room::GROUP_PENDING,
            Self::Done => room::GROUP_DONE,
        }
    }

    /// Its name in an address.
    pub const fn address(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            other => other.label(),
        }
    }

    /// Its place among all groups.
    pub const fn index(self) -> usize {
        self as usize
    }
}

/// A step and the group it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// Its group.
    pub group: Group,
    /// The part of the plan it belongs to, counted from 0.
    pub phase: usize,
    /// Which step.
    pub number: StepNumber,
}

/// The steps in the order of the page: by group, and in the plan's order within each.
pub fn order(steps: &[StepView], phases: &[&'static str]) -> Vec<Placed> {
    let placed = |step: &StepView| Placed {
        group: Group::of(step.state),
        phase: phases.iter().position(|name| *name == super::phase::name_of(step)).unwrap_or(0),
        number: step.number,
    };
    let mut order: Vec<Placed> = steps.iter().map(placed).collect();
    order.sort_by_key(|placed| placed.group);
    order
}
