//! The fixed header of a migration.

use ferry_model::messages::{migration_state, run_sentence, ui};
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
    let shown = state.clone();
    let sentence = move || {
        if shared.make_plan.pending().get() {
            return format!("{} …", ui::CAPTURING);
        }
        // The page of a run knows more than the list, as long as it shows the newest one.
        let watched = shared.watched.get();
        match (&shown, watched) {
            (MigrationState::Run { run }, Some(watched)) if watched.id == run.id => run_sentence(&watched),
            (state, _) => migration_state(state),
        }
    };
    view! {
        <Title text=name.clone() />
        <div class="page-head">
            <div>
                <h1>{name}</h1>
                <p class="subtitle">
                    <RouteOf source=source target=target />
                </p>
                <p class="sentence">{sentence}</p>
            </div>
            <div class="actions">
                <Next id=id next=next />
            </div>
        </div>
        <ActionError value=shared.make_plan.value() />
    }
}
