//! What may be done with the step that an address chooses: try it again, or go on without it.

use ferry_model::messages::room;
use ferry_model::{Permission, RunId, StepNumber, StepState};
use leptos::prelude::*;

use crate::api::runs::{RetryStep, SkipStep};
use crate::live::RunStore;
use crate::parts::button::Weight;
use crate::parts::error::ActionError;
use crate::parts::field::{Field, FieldSpec};
use crate::parts::form::{ActionForm, FormAction};
use crate::parts::frame::Me;
use crate::parts::submit::Submit;

const REASON: FieldSpec = FieldSpec { name: "reason", kind: "text", autocomplete: "off" };

/// The controls of the chosen step, while it failed or was not tried, for who may use them.
#[component]
pub fn StepControls(
    /// Which run.
    id: RunId,
    /// The run.
    store: RunStore,
    /// The step that the address names.
    chosen: Memo<Option<StepNumber>>,
) -> impl IntoView {
    let me = expect_context::<Me>();
    let open = Memo::new(move |_| {
        let chosen = chosen.get()?;
        let steps = store.steps.get();
        let step = steps.into_iter().find(|step| step.with(|step| step.number == chosen))?;
        let is_open =
            step.with(|step| matches!(step.state, StepState::Failed | StepState::Blocked | StepState::Deferred));
        is_open.then_some(chosen)
    });
    view! {
        {Suspend::new(async move {
            let may_run = me.may(Permission::OperateRuns).await;
            let of_step = move |step| view! { <OneStep id=id.clone() step=step /> };
            may_run.then_some(move || open.get().map(of_step.clone()))
        })}
    }
}

#[component]
fn OneStep(id: RunId, step: StepNumber) -> impl IntoView {
    let retry = FormAction::of::<RetryStep>();
    let skip = FormAction::of::<SkipStep>();
    let id = StoredValue::new(id.to_string());
    let hidden = move || {
        view! {
            <input type="hidden" name="run" value=id.get_value() />
            <input type="hidden" name="step" value=step.0.to_string() />
        }
    };
    view! {
        <section class="step-controls stack-small" aria-label=room::step_controls(step)>
            <ActionForm action=retry>
                {hidden()}
                <Submit
                    weight=Weight::Filled
                    label=room::RETRY_STEP
                    busy_label=room::RETRY_STEP
                    pending=retry.pending()
                />
            </ActionForm>
            <details class="more">
                <summary>{room::SKIP_STEP}</summary>
                <ActionForm action=skip>
                    {hidden()}
                    <Field spec=REASON label=room::SKIP_REASON hint=room::SKIP_HINT />
                    <Submit
                        weight=Weight::Outlined
                        label=room::SKIP_STEP
                        busy_label=room::SKIP_STEP
                        pending=skip.pending()
                    />
                </ActionForm>
            </details>
            <ActionError value=retry.value() />
            <ActionError value=skip.value() />
        </section>
    }
}
