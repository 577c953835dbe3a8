//! The log: what happened, in words, of all steps or of one.

use ferry_model::StepNumber;
use ferry_model::messages::ui;
use leptos::html::Ol;
use leptos::prelude::*;
use leptos_router::components::A;

use crate::format;
use crate::live::{LogLine, RunStore};

/// How far from the end a reader still counts as being at the end.
const NEAR_END_PX: i32 = 40;

/// The log, oldest first. It follows its end as long as the reader is there.
#[component]
pub fn Log(
    /// The run.
    store: RunStore,
    /// The step whose lines are shown; all where none is chosen.
    chosen: Memo<Option<StepNumber>>,
) -> impl IntoView {
    let lines = Memo::new(move |_| {
        let chosen = chosen.get();
        let is_shown = |line: &&LogLine| chosen.is_none() || line.step == chosen;
        store.log.with(|log| log.iter().filter(is_shown).cloned().collect::<Vec<_>>())
    });
    let list = NodeRef::<Ol>::new();
    keep_at_end(list, lines);
    let title = move || chosen.get().map_or_else(|| ui::LOG.into(), |step| ui::log_of_step(&step.to_string()));
    view! {
        <section class="log" id="log" aria-labelledby="log-title">
            <div class="section-head">
                <h2 id="log-title">{title}</h2>
                <Show when=move || chosen.get().is_some()>
                    <A href="?">{ui::SHOW_ALL_STEPS}</A>
                </Show>
            </div>
            <p class="quiet" hidden=move || store.n_not_shown.get() == 0>
                {move || ui::earlier_events(store.n_not_shown.get())}
            </p>
            <p class="quiet" hidden=move || lines.with(|lines| !lines.is_empty())>
                {ui::LOG_EMPTY}
            </p>
            <ol class="log-lines" tabindex="0" aria-label=title node_ref=list>
                <For each=move || lines.get() key=|line| line.seq children=line />
            </ol>
        </section>
    }
}

fn line(line: LogLine) -> impl IntoView {
    let LogLine { at_ms, step, text, .. } = line;
    let step = step.map(|step| view! { <span class="log-step">{step.to_string()}</span> });
    view! {
        <li>
            <time title=format::utc(at_ms)>{format::time_of_day(at_ms)}</time>
            {step}
            <span class="log-text">{text}</span>
        </li>
    }
}

/// Shows the newest line to readers who saw the one before it, and leaves everybody else where they read.
fn keep_at_end(list: NodeRef<Ol>, lines: Memo<Vec<LogLine>>) {
    Effect::new(move |is_first: Option<()>| {
        lines.track();
        let Some(list) = list.get() else { return };
        let hidden_px = list.scroll_height() - list.client_height() - list.scroll_top();
        if is_first.is_none() || hidden_px < NEAR_END_PX {
            // The new lines are drawn after this effect.
            request_animation_frame(move || list.set_scroll_top(list.scroll_height()));
        }
    });
}
