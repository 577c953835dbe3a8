//! Pause, resume, cancel, retry. What follows is seen in the run's events, in every tab.

use ferry_model::messages::ui;
use ferry_model::{Permission, RunId, RunMode, RunState};
use leptos::prelude::*;

use crate::api::runs::{CancelRun, PauseRun, ResumeRun, RetryRun};
use crate::live::RunHead;
use crate::parts::button::{LinkButton, Weight};
use crate::parts::error::ActionError;
use crate::parts::form::{ActionForm, FormAction};
use crate::parts::frame::Me;
use crate::parts::submit::Submit;

/// The controls that fit the run's state, for who may use them.
#[component]
pub fn Controls(
    /// Which run.
    id: RunId,
    /// The run.
    head: RwSignal<RunHead>,
) -> impl IntoView {
    let me = expect_context::<Me>();
    view! {
        <div class="actions">
            {Suspend::new(async move {
                let may_run = me.may(Permission::OperateRuns).await;
                may_run.then(|| view! { <Buttons id=id head=head /> })
            })}
        </div>
    }
}

#[component]
fn Buttons(id: RunId, head: RwSignal<RunHead>) -> impl IntoView {
    let pause = FormAction::of::<PauseRun>();
    let resume = FormAction::of::<ResumeRun>();
    let cancel = FormAction::of::<CancelRun>();
    let retry = FormAction::of::<RetryRun>();
    let state = Memo::new(move |_| head.with(|head| head.summary.state));
    let is_clean = head.with_untracked(|head| head.summary.mode == RunMode::Clean);
    let migration = head.with_untracked(|head| head.summary.migration.clone());
    let run = StoredValue::new(id.to_string());
    let is_in = move |states: &'static [RunState]| Signal::derive(move || !states.contains(&state.get()));
    let hidden_run = move || view! { <input type="hidden" name="run" value=run.get_value() /> };
    view! {
        <div hidden=is_in(&[RunState::Running])>
            <ActionForm action=pause>
                {hidden_run()}
                <Submit weight=Weight::Outlined label=ui::PAUSE busy_label=ui::PAUSE pending=pause.pending() />
            </ActionForm>
        </div>
        <div hidden=is_in(&[RunState::Created, RunState::Running, RunState::Pausing, RunState::Paused])>
            <ActionForm action=cancel>
                {hidden_run()}
                <Submit weight=Weight::Outlined label=ui::CANCEL_RUN busy_label=ui::CANCEL_RUN pending=cancel.pending() />
            </ActionForm>
        </div>
        <div hidden=is_in(&[RunState::Pausing, RunState::Paused])>
            <ActionForm action=resume>
                {hidden_run()}
                <Submit weight=Weight::Filled label=ui::RESUME busy_label=ui::RESUME pending=resume.pending() />
            </ActionForm>
        </div>
        <div hidden=is_in(&[RunState::Failed, RunState::Cancelled, RunState::Deferred])>
            <ActionForm action=retry>
                {hidden_run()}
                <Submit weight=Weight::Filled label=ui::RETRY busy_label=ui::RETRY pending=retry.pending() />
            </ActionForm>
        </div>
        <div hidden=move || is_clean || !state.get().is_over()>
            <LinkButton href=format!("/migrations/{migration}/clean") weight=Weight::Outlined>
                {ui::CLEAN_LINK}
            </LinkButton>
        </div>
        <ActionError value=pause.value() />
        <ActionError value=resume.value() />
        <ActionError value=cancel.value() />
        <ActionError value=retry.value() />
    }
}
