//! Pause, resume, cancel, retry. What follows is seen in the run's events, in every tab.

use ferry_model::messages::result::CATCH_UP;
use ferry_model::messages::ui;
use ferry_model::{Permission, RunId, RunMode, RunState};
use leptos::prelude::*;

use crate::api::runs::{CancelRun, CatchUpRun, CutOverRun, PauseRun, ResumeRun, RetryRun};
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
    let cut_over = FormAction::of::<CutOverRun>();
    let catch_up = FormAction::of::<CatchUpRun>();
    let state = Memo::new(move |_| head.with(|head| head.summary.state));
    let is_clean = head.with_untracked(|head| head.summary.mode == RunMode::Clean);
    let migration = head.with_untracked(|head| head.summary.migration.to_string());
    let of_migration = migration.clone();
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
        <div hidden=is_in(&[RunState::AwaitingCutOver])>
            <ActionForm action=cut_over>
                {hidden_run()}
                <Submit weight=Weight::Filled label=ui::CUT_OVER busy_label=ui::CUT_OVER pending=cut_over.pending() />
            </ActionForm>
        </div>
        <div hidden=is_in(&[RunState::AwaitingCutOver])>
            <ActionForm action=catch_up>
                <input type="hidden" name="migration" value=of_migration />
                {hidden_run()}
                <Submit weight=Weight::Outlined label=CATCH_UP busy_label=CATCH_UP pending=catch_up.pending() />
            </ActionForm>
        </div>
        <div hidden=is_in(&[
            RunState::Created,
            RunState::Running,
            RunState::Pausing,
            RunState::Paused,
            RunState::AwaitingCutOver,
        ])>
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
        <div hidden=is_in(&[RunState::Failed, RunState::Cancelled])>
            <ActionForm action=retry>
                {hidden_run()}
                <Submit weight=Weight::Filled label=ui::RETRY busy_label=ui::RETRY pending=retry.pending() />
            </ActionForm>
        </div>
        <div hidden=is_in(&[RunState::Deferred])>
            <ActionForm action=retry>
                {hidden_run()}
                <Submit
                    weight=Weight::Filled
                    label=ui::RETRY_DEFERRED
                    busy_label=ui::RETRY_DEFERRED
                    pending=retry.pending()
                />
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
        <ActionError value=cut_over.value() />
        <ActionError value=catch_up.value() />
    }
}
