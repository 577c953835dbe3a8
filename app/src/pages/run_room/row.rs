//! One step of a run.

use ferry_model::messages::{error_text, step_action, ui};
use ferry_model::{StepAction, StepNumber, StepState, StepView};
use leptos::prelude::*;

use crate::format;
use crate::parts::badge::{Badge, Mark};
use crate::parts::name::NameOf;
use crate::parts::progress::RowsProgress;

/// A row: number, state, resource, rows, speed, time, and what there is to say.
#[component]
pub fn StepRow(
    /// The step.
    step: RwSignal<StepView>,
    /// The step whose log is shown.
    chosen: Memo<Option<StepNumber>>,
) -> impl IntoView {
    let (number, action, resource) = step.with_untracked(|step| (step.number, step.action, step.resource.clone()));
    let label = resource.to_string();
    let state = Memo::new(move |_| step.with(|step| step.state));
    let rows = Signal::derive(move || step.with(|step| (step.rows_done, step.rows_total)));
    let is_open = Signal::derive(move || state.get() != StepState::Done);
    let note = Memo::new(move |_| step.with(note));
    let speed = Memo::new(move |_| step.with(speed));
    let time = Memo::new(move |_| step.with(elapsed));
    let is_chosen = move || chosen.get() == Some(number);
    view! {
        <tr id=format!("step-{number}") data-state=move || format!("{:?}", state.get()) class:chosen=is_chosen>
            <td class="number">
                <a href=format!("?step={number}#log") class="step-link" title=ui::SHOW_LOG>
                    {number.to_string()}
                </a>
            </td>
            <td>
                <Badge mark=Signal::derive(move || Mark::from(state.get())) />
            </td>
            <td>
                <span class="action-word">{step_action(action)}</span>
                <NameOf resource=resource />
                <span class="cell-note" hidden=move || note.with(String::is_empty)>
                    {move || note.get()}
                </span>
            </td>
            <td>{(action == StepAction::Copy).then(|| view! { <RowsProgress rows=rows label=label is_open=is_open /> })}</td>
            <td class="number">{move || speed.get()}</td>
            <td class="number quiet">{move || time.get()}</td>
        </tr>
    }
}

/// The reason for waiting or skipping, the cause of a failure, or what the counts of both sides say.
fn note(step: &StepView) -> String {
    if let Some(error) = &step.error {
        return error_text(error);
    }
    match (step.state, step.compared) {
        (StepState::Done, Some((source, target))) => {
            ui::compared(&format::count(source), &format::count(target), source == target)
        }
        (StepState::Pending | StepState::Done, _) => String::new(),
        (StepState::Blocked, _) if step.note.is_empty() => ui::NOT_TRIED.into(),
        _ => step.note.clone(),
    }
}

fn speed(step: &StepView) -> String {
    if step.rows_per_second > 0 { format::rate(step.rows_per_second) } else { String::new() }
}

/// How long the step took, once it ended; the events tell nothing about the time in between.
fn elapsed(step: &StepView) -> String {
    match (step.started_at_ms, step.ended_at_ms) {
        (Some(started), Some(ended)) => format::duration(ended - started),
        _ => String::new(),
    }
}
