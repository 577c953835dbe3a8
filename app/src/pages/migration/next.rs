//! The one next action of a migration.

use ferry_model::messages::{next_action, ui};
use ferry_model::{MigrationId, NextAction, Permission};
use leptos::prelude::*;

use super::OneMigration;
use crate::api::runs::StartRun;
use crate::parts::button::{LinkButton, Weight};
use crate::parts::error::ActionError;
use crate::parts::form::{ActionForm, FormAction};
use crate::parts::frame::Me;
use crate::parts::submit::Submit;

/// The one filled button of the page, for who may press it.
#[component]
pub fn Next(
    /// Which migration.
    id: MigrationId,
    /// What to do next.
    next: NextAction,
) -> impl IntoView {
    let shared = expect_context::<OneMigration>();
    let me = expect_context::<Me>();
    let start = FormAction::of::<StartRun>();
    let label = next_action(&next);
    Suspend::new(async move {
        let may_plan = me.may(Permission::EditPlans).await;
        let may_run = me.may(Permission::OperateRuns).await;
        let may_clean = me.may(Permission::Clean).await;
        match next {
            NextAction::MakePlan if may_plan => make_plan(shared, id, label, Weight::Filled).into_any(),
            NextAction::StartRun { digest, .. } if may_run => start_run(start, id, digest, label).into_any(),
            // The page of the run has buttons of its own for these.
            NextAction::Watch { run }
            | NextAction::Resume { run }
            | NextAction::CutOver { run }
            | NextAction::Retry { run, .. } => {
                let href = format!("/migrations/{id}/runs/{run}");
                let label = StoredValue::new(label);
                let is_elsewhere =
                    move || shared.watched.with(|watched| watched.as_ref().is_none_or(|watched| watched.id != run));
                view! {
                    <Show when=is_elsewhere>
                        <LinkButton href=href.clone() weight=Weight::Filled>
                            {label.get_value()}
                        </LinkButton>
                    </Show>
                }
                .into_any()
            }
            NextAction::Clean if may_clean => view! {
                <LinkButton href=format!("/migrations/{id}/clean") weight=Weight::Filled>
                    {label}
                </LinkButton>
            }
            .into_any(),
            _ => ().into_any(),
        }
    })
}

/// The form that captures the source.
fn make_plan(shared: OneMigration, id: MigrationId, label: String, weight: Weight) -> impl IntoView {
    let action = shared.make_plan;
    view! {
        <ActionForm action=action>
            <input type="hidden" name="id" value=id.to_string() />
            <Submit weight=weight label=label busy_label=ui::CAPTURING pending=action.pending() />
        </ActionForm>
    }
}

fn start_run(action: FormAction, id: MigrationId, digest: String, label: String) -> impl IntoView {
    view! {
        <ActionForm action=action>
            <input type="hidden" name="migration" value=id.to_string() />
            <input type="hidden" name="digest" value=digest />
            <Submit weight=Weight::Filled label=label busy_label=ui::STARTING pending=action.pending() />
        </ActionForm>
        <ActionError value=action.value() />
    }
}
