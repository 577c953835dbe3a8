//! What failed, before everything else, with its remedy.

use ferry_model::messages::{error_text, room, ui};
use ferry_model::{StepState, StepView};
use leptos::prelude::*;

use crate::live::RunStore;
use crate::parts::badge::Tone;
use crate::parts::notice::Notice;

/// More failures than these are told by the table alone.
const N_NOTICES: usize = 3;

/// The failure of the run and of its steps.
#[component]
pub fn Trouble(
    /// The run.
    store: RunStore,
) -> impl IntoView {
    let whole = move || {
        let error = store.head.with(|head| head.error.clone())?;
        Some(view! { <Notice tone=Tone::Blocks title=error_text(&error) /> })
    };
    let failed = Memo::new(move |_| {
        // The head changes whenever the number of failed steps does.
        let has_failed = store.head.with(|head| head.summary.n_failed > 0);
        let steps = store.steps.get();
        let failed = steps.into_iter().filter(|step| has_failed && step.with(|step| step.state == StepState::Failed));
        failed.take(N_NOTICES).map(|step| step.get()).collect::<Vec<StepView>>()
    });
    let n_more = Memo::new(move |_| store.head.with(|head| (head.summary.n_failed as usize).saturating_sub(N_NOTICES)));
    let steps = move || {
        let failed = failed.get();
        (!failed.is_empty()).then(|| {
            view! {
                <section aria-label=ui::NEEDS_YOU class="stack">
                    {failed.into_iter().map(step_notice).collect_view()}
                    <p class="quiet" hidden=move || n_more.get() == 0>
                        {move || room::more_failed(n_more.get())}
                    </p>
                </section>
            }
        })
    };
    view! {
        {whole}
        {steps}
    }
}

fn step_notice(step: StepView) -> impl IntoView {
    let title = ui::failed_step(&step);
    let cause = step.error.as_ref().map(error_text);
    view! {
        <Notice tone=Tone::Blocks title=title>
            <p>{cause} " " <a href=format!("?step={}", step.number)>{ui::SHOW_LOG}</a></p>
        </Notice>
    }
}
