//! The run room: is it going well? The sentence first, then what failed, then every step, then the log.

mod controls;
mod head;
mod log;
mod phases;
mod row;
mod shown;
mod step_controls;
mod steps;
mod trouble;

use ferry_model::{LogPage, MigrationState, RunId, RunState};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use self::head::RunRoomHead;
use self::log::{Log, choice_of};
use self::shown::Shown;
use self::step_controls::StepControls;
use self::steps::RunSteps;
use self::trouble::Trouble;
use super::migration::OneMigration;
use crate::api::runs::{LoadLog, LoadRun, LoadedRun};
use crate::live::{Link, RunStore, follow};
use crate::parts::loaded::Loaded;
use crate::remote::Remote;

/// One run, as it goes on.
#[component]
pub fn RunRoomPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| RunId::new(params.read().get("run").unwrap_or_default()));
    let run = Remote::new(move || LoadRun { id: id.get() });
    let query = use_query_map();
    let choice = Memo::new(move |_| choice_of(&query.read()));
    let log = Remote::new(move || LoadLog { run: id.get(), choice: choice.get() });
    let content = move |run| view! { <Room run=run log=log /> }.into_any();
    view! { <Loaded resource=run n_lines=14 content=content /> }
}

#[component]
fn Room(run: LoadedRun, log: Remote<LogPage>) -> impl IntoView {
    let id = run.id.clone();
    let store = RunStore::new(run);
    let link = RwSignal::new(Link::AsLoaded);
    let since_ms = RwSignal::new(0_i64);
    let query = use_query_map();
    let shown = Memo::new(move |_| Shown::of(&query.read()));
    let choice = Memo::new(move |_| choice_of(&query.read()));
    let chosen = Memo::new(move |_| choice.get().step);
    tell_the_header(store);
    Effect::new({
        let id = id.clone();
        move |_| follow(&id, store, link, since_ms)
    });
    view! {
        <div class="room">
            <RunRoomHead id=id.clone() store=store link=link since_ms=since_ms shown=shown />
            <Trouble store=store />
            <RunSteps store=store chosen=chosen shown=shown />
            <StepControls id=id store=store chosen=chosen />
            <Log store=store page=log choice=choice />
        </div>
    }
}

/// The header follows the run that is watched, and asks again for the next action when the run's state changes.
fn tell_the_header(store: RunStore) {
    let shared = expect_context::<OneMigration>();
    let state = Memo::new(move |_| store.head.with(|head| head.summary.state));
    Effect::new(move |_| shared.watched.set(Some(store.head.with(|head| head.summary.clone()))));
    Effect::new(move |before: Option<RunState>| {
        let now = state.get();
        // Whoever comes here from the button that started the run brings the header of the time before.
        let is_news = match before {
            Some(before) => before != now,
            None => !is_newest(&shared, &store.head.with_untracked(|head| head.summary.id.clone())),
        };
        if is_news {
            shared.summary.refetch();
        }
        now
    });
    // The header may be gone already.
    on_cleanup(move || {
        shared.watched.try_set(None);
    });
}

/// Whether the header knows a run as the newest of its migration.
fn is_newest(shared: &OneMigration, id: &RunId) -> bool {
    let is_of = |state: &MigrationState| matches!(state, MigrationState::Run { run } if run.id == *id);
    shared.summary.get_untracked().is_some_and(|summary| summary.is_ok_and(|migration| is_of(&migration.state)))
}
