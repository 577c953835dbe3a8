//! The table of steps of a run. Rows never change their place.

use ferry_model::StepNumber;
use ferry_model::messages::ui;
use leptos::prelude::*;

use super::row::StepRow;
use crate::live::RunStore;
use crate::parts::table::TableFrame;

/// Every step in the plan's order.
#[component]
pub fn RunSteps(
    /// The run.
    store: RunStore,
    /// The step whose log is shown.
    chosen: Memo<Option<StepNumber>>,
) -> impl IntoView {
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
                        each=move || store.steps.get()
                        key=|step| step.with_untracked(|step| step.number)
                        children=move |step| view! { <StepRow step=step chosen=chosen /> }
                    />
                </tbody>
            </table>
        </TableFrame>
    }
}
