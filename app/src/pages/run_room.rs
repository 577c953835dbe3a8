//! The run room: is it going well? The sentence first, then what failed, then every step, then the log.

mod controls;
mod head;
mod log;
mod phases;
mod row;
mod shown;
mod steps;
mod trouble;

use ferry_model::{RunId, RunState, StepNumber};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use self::head::RunRoomHead;
use self::log::Log;
use self::shown::Shown;
use self::steps::RunSteps;
use self::trouble::Trouble;
use super::migration::OneMigration;
use crate::api::runs::{LoadedRun, load_run};
use crate::live::{Link, RunStore, follow};
use crate::parts::loaded::Loaded;

/// One run, as it goes on.
#[component]
pub fn RunRoomPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| RunId::new(params.read().get("run").unwrap_or_default()));
    let run = Resource::new(move || id.get(), load_run);
    view! { <Loaded resource=run n_lines=14 content=|run| view! { <Room run=run /> }.into_any() /> }
}

#[component]
fn Room(run: LoadedRun) -> impl IntoView {
    let id = run.id.clone();
    let store = RunStore::new(run);
    let link = RwSignal::new(Link::AsLoaded);
    let since_ms = RwSignal::new(0_i64);
    let query = use_query_map();
    let shown = Memo::new(move |_| Shown::of(&query.read()));
    let chosen = Memo::new(move |_| query.read().get("step").and_then(|step| step.parse().ok()).map(StepNumber));
    tell_the_header(store);
    Effect::new({
        let id = id.clone();
        move |_| follow(&id, store, link, since_ms)
    });
    view! {
        <div class="room">
            <RunRoomHead id=id store=store link=link since_ms=since_ms shown=shown />
            <Trouble store=store />
            <RunSteps store=store chosen=chosen shown=shown />
            <Log store=store chosen=chosen />
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
        if before.is_some_and(|before| before != now) {
            shared.summary.refetch();
        }
        now
    });
    // The header may be gone already.
    on_cleanup(move || {
        shared.watched.try_set(None);
    });
}
