//! The fixed header of a migration.

use ferry_model::messages::{migration_state, ui};
use ferry_model::{MigrationState, MigrationSummary};
use leptos::prelude::*;
use leptos_meta::Title;

use super::OneMigration;
use super::next::Next;
use crate::parts::error::ActionError;
use crate::parts::route::RouteOf;

/// Name, source and target, the state as one sentence, and the one next action.
#[component]
pub fn Header(
    /// The migration.
    migration: MigrationSummary,
) -> impl IntoView {
    let shared = expect_context::<OneMigration>();
    let MigrationSummary { id, name, source, target, state, next, .. } = migration;
    let newest_run = match &state {
        MigrationState::Run { run } => Some(run.id.clone()),
        _ => None,
    };
    // The page of the newest run says the same, and is fresher.
    let is_said_below = move || {
        let watched = shared.watched.with(|watched| watched.as_ref().map(|run| run.id.clone()));
        watched.is_some() && watched == newest_run
    };
    let state = StoredValue::new(state);
    let sentence = move || {
        if shared.make_plan.pending().get() {
            return format!("{} …", ui::CAPTURING);
        }
        state.with_value(migration_state)
    };
    view! {
        <Title text=name.clone() />
        <div class="page-head">
            <div>
                <h1>{name}</h1>
                <p class="subtitle">
                    <RouteOf source=source target=target />
                </p>
                <p class="sentence" hidden=is_said_below>{sentence}</p>
            </div>
            <div class="actions">
                <Next id=id next=next />
            </div>
        </div>
        <ActionError value=shared.make_plan.value() />
    }
}
