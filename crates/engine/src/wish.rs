//! What people ask of a run beyond going on with it.

use ferry_model::messages::engine as messages;
use ferry_model::{EventBody, FerryError, RunState, RunView, StepAction, StepNumber, StepState};

/// For what a run is taken up, or what is asked of it while it goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Wish {
    /// Go on; steps that failed, and those that were not tried because of them, get another turn.
    #[default]
    GoOn,
    /// Another turn for one step, and for those that were not tried because of it.
    RetryStep(StepNumber),
    /// Go on as if one step were done.
    SkipStep {
        /// Which step.
        step: StepNumber,
        /// Why.
        reason: String,
    },
    /// Compare every copied stream again.
    Verify,
    /// Copy again what differs of the stream that a step copies or compares, and compare it again.
    Recopy(StepNumber),
    /// Copy the rows that reached the source after the copies, and compare again.
    CatchUp,
    /// Start what writes or acts by itself on the target, for which the run waits.
    CutOver,
}

impl Wish {
    /// The event that records it.
    pub(crate) fn body(&self, by: &str) -> EventBody {
        let by = by.to_owned();
        match self {
            Self::GoOn => EventBody::RetryRequested { by },
            Self::RetryStep(step) => EventBody::StepRetryRequested { step: *step, by },
            Self::SkipStep { step, reason } => EventBody::StepSkipRequested { step: *step, by, reason: reason.clone() },
            Self::Verify => EventBody::VerifyRequested { by },
            Self::Recopy(step) => EventBody::StepRecopyRequested { step: *step, by },
            Self::CatchUp => EventBody::CatchUpRequested { by, round: 0 },
            Self::CutOver => EventBody::CutOverRequested { by },
        }
    }

    /// Whether it fits a run as it stands.
    ///
    /// # Errors
    /// [`FerryError::Conflict`] with the reason why not.
    pub fn check(&self, view: &RunView) -> Result<(), FerryError> {
        match self {
            Self::GoOn => Ok(()),
            Self::Verify => {
                let compares = view.steps.iter().any(|step| step.action == StepAction::Compare);
                if compares { Ok(()) } else { Err(messages::nothing_to_verify()) }
            }
            Self::Recopy(number) => {
                let step = view.step(*number).ok_or_else(|| messages::no_such_step(*number))?;
                let copy = view.copy_of(*number).ok_or_else(|| messages::copies_nothing(*number))?;
                if !view.is_at_rest(copy) {
                    return Err(messages::nothing_to_recopy_in(*number, copy.state));
                }
                let alive = view.alive_over(&step.resource);
                if alive.is_empty() { Ok(()) } else { Err(messages::something_lives_over(&step.resource, &alive)) }
            }
            Self::CutOver if view.state == RunState::AwaitingCutOver => Ok(()),
            Self::CutOver => Err(messages::no_word_awaited()),
            Self::CatchUp => match view.copies_to_catch_up().next() {
                Some(_) => Ok(()),
                None => Err(messages::nothing_to_catch_up()),
            },
            Self::RetryStep(number) => {
                let step = view.step(*number).ok_or_else(|| messages::no_such_step(*number))?;
                let may_be_compared_again = step.state == StepState::Done && step.action == StepAction::Compare;
                let is_open = matches!(
                    step.state,
                    StepState::Failed | StepState::Blocked | StepState::Skipped | StepState::Deferred
                );
                match is_open || may_be_compared_again {
                    true => Ok(()),
                    false => Err(messages::nothing_to_retry_in(*number, step.state)),
                }
            }
            Self::SkipStep { step: number, reason } => {
                let step = view.step(*number).ok_or_else(|| messages::no_such_step(*number))?;
                if reason.trim().is_empty() {
                    return Err(messages::skip_needs_reason(*number));
                }
                match step.state {
                    StepState::Done | StepState::Running => Err(messages::cannot_skip(*number, step.state)),
                    _ => Ok(()),
                }
            }
        }
    }
}
