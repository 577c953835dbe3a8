//! The table of steps of a run. Rows never change their place.

use ferry_model::messages::{step_state, ui};
use ferry_model::{StepNumber, StepState};
use leptos::prelude::*;

use super::row::StepRow;
use crate::live::RunStore;
use crate::parts::table::TableFrame;

/// Which steps the table shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Every step.
    All,
    /// The steps in one state.
    In(StepState),
}

impl Shown {
    /// The choice in an address.
    pub fn of(value: Option<&str>) -> Self {
        let states = [StepState::Done, StepState::Running, StepState::Waiting, StepState::Failed, StepState::Blocked];
        let state = states.into_iter().find(|state| Some(step_state(*state)) == value);
        state.map_or(Self::All, Self::In)
    }

    fn includes(self, state: StepState) -> bool {
        match self {
            Self::All => true,
            // The count of done steps includes those that were not needed.
            Self::In(StepState::Done) => matches!(state, StepState::Done | StepState::Skipped),
            Self::In(wanted) => state == wanted,
        }
    }
}

/// The steps in the plan's order.
#[component]
pub fn RunSteps(
    /// The run.
    store: RunStore,
    /// The step whose log is shown.
    chosen: Memo<Option<StepNumber>>,
    /// Which steps are shown.
    shown: Memo<Shown>,
) -> impl IntoView {
    let steps = move || {
        let (shown, steps) = (shown.get(), store.steps.get());
        match shown {
            Shown::All => steps,
            some => steps.into_iter().filter(|step| some.includes(step.with(|step| step.state))).collect(),
        }
    };
    view! {
        <TableFrame label=ui::STEPS>
            <table class="table table-run">
                <thead>
                    <tr>
                        <th scope="col" class="number">{ui::STEP}</th>
                        <th scope="col">{ui::STATE}</th>
                        <th scope="col">{ui::RESOURCE}</th>
                        <th scope="col">{ui::PROGRESS}</th>
                        <th scope="col" class="number">{ui::SPEED}</th>
                        <th scope="col" class="number">{ui::ELAPSED}</th>
                    </tr>
                </thead>
                <tbody>
                    <For
                        each=steps
                        key=|step| step.with_untracked(|step| step.number)
                        children=move |step| view! { <StepRow step=step chosen=chosen /> }
                    />
                </tbody>
            </table>
        </TableFrame>
    }
}
