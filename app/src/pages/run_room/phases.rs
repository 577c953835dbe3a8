//! The parts of the plan and how far each is; each is a link that shows only its steps.

use ferry_model::StepState;
use ferry_model::messages::room;
use leptos::prelude::*;

use super::shown::Shown;
use crate::live::{Group, Phase, RunHead};
use crate::parts::badge::Mark;
use crate::parts::icon::Icon;

/// The phases in their order.
#[component]
pub fn Phases(
    /// The run.
    head: RwSignal<RunHead>,
    /// Which steps the table shows.
    shown: Memo<Shown>,
) -> impl IntoView {
    let phases = Memo::new(move |_| head.with(|head| head.phases.clone()));
    let draw =
        move || phases.get().into_iter().enumerate().map(|(place, phase)| item(place, phase, shown)).collect_view();
    view! { <ol class="phases" aria-label=room::PHASES>{draw}</ol> }
}

fn item(place: usize, phase: Phase, shown: Memo<Shown>) -> impl IntoView {
    let group = phase.group();
    let mark = Mark::from(state_of(group));
    let is_shown = move || shown.get().phase == Some(place);
    let href = move || {
        let shown = shown.get();
        shown.with_phase((shown.phase != Some(place)).then_some(place)).href()
    };
    let n_done = phase.n_in[Group::Done.index()];
    view! {
        <li class=mark.tone.class() class:shown=is_shown>
            <a href=href>
                <Icon name=mark.icon />
                <span class="phase-name">{phase.name}</span>
                <span class="phase-count">{room::phase_count(n_done, phase.n_steps)}</span>
                <span class="visually-hidden">" " {group.label()}</span>
            </a>
        </li>
    }
}

/// The state whose icon stands for a group.
const fn state_of(group: Group) -> StepState {
    match group {
        Group::Failed => StepState::Failed,
        Group::Deferred => StepState::Deferred,
        Group::Running => StepState::Running,
        Group::Waiting => StepState::Waiting,
        Group::Pending => StepState::Pending,
        Group::Done => StepState::Done,
    }
}
