//! What needs somebody, before everything else: what failed, what is deferred, and a word that is waited for.

use ferry_model::messages::{error_text, room, ui};
use ferry_model::{RunState, RunView, StepState, StepView};
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
    let deferred = Memo::new(move |_| {
        let has_deferred = store.head.with(|head| head.summary.n_deferred > 0);
        let steps = store.steps.get();
        let deferred =
            steps.into_iter().filter(|step| has_deferred && step.with(|step| step.state == StepState::Deferred));
        deferred.map(|step| step.get()).collect::<Vec<StepView>>()
    });
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
    let deferred = move || {
        let deferred = deferred.get();
        (!deferred.is_empty()).then(|| deferred_notice(&deferred))
    };
    let n_held = Memo::new(move |_| {
        let awaits = store.head.with(|head| head.summary.state == RunState::AwaitingCutOver);
        let steps = store.steps.get();
        let is_held = |step: &StepView| RunView::starts_life(step) && !step.state.is_over();
        steps.into_iter().filter(|step| awaits && step.with(is_held)).count()
    });
    let awaiting = move || {
        let n_held = n_held.get();
        (n_held > 0).then(|| {
            view! {
                <Notice tone=Tone::Risk title=room::cut_over_waits(n_held)>
                    <p>{room::CUT_OVER_HINT}</p>
                </Notice>
            }
        })
    };
    view! {
        {whole}
        {awaiting}
        {steps}
        {deferred}
    }
}

/// All deferred creations in one notice: nothing failed, and the way on is the same for each.
fn deferred_notice(deferred: &[StepView]) -> impl IntoView + use<> {
    let n = u32::try_from(deferred.len()).unwrap_or(u32::MAX);
    let lines = deferred.iter().take(N_NOTICES).map(|step| {
        let cause = step.error.as_ref().map(error_text);
        let note = step.note.clone();
        view! {
            <p>
                <a href=format!("?step={}", step.number)>{ui::deferred_step(step)}</a>
                " "
                {cause}
                " "
                <span class="quiet">{ui::sentence(&note)}</span>
            </p>
        }
    });
    let lines = lines.collect_view();
    let n_more = deferred.len().saturating_sub(N_NOTICES);
    view! {
        <Notice tone=Tone::Risk title=room::deferred_title(n)>
            {lines}
            <p class="quiet" hidden=n_more == 0>{room::more_deferred(n_more)}</p>
        </Notice>
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
