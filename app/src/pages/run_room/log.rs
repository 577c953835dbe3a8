//! The log: what happened, in words, of all steps or of one, of now or of a range that an address names.

use ferry_model::messages::{room, ui};
use ferry_model::{LogChoice, LogLine, LogPage, StepNumber};
use leptos::html::Ol;
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

use crate::format;
use crate::live::RunStore;
use crate::parts::loaded::Loaded;
use crate::remote::Remote;

/// How far from the end a reader still counts as being at the end.
const NEAR_END_PX: i32 = 40;
/// How far a link to earlier lines goes back, in events.
const FAR_BACK: u64 = 400;

/// The part of the log that an address chooses: `?step=8`, `?from=120&to=180`.
pub fn choice_of(query: &ParamsMap) -> LogChoice {
    let number = |name| query.get_str(name).and_then(|text| text.parse::<u64>().ok());
    let step = query.get_str("step").and_then(|text| text.parse().ok()).map(StepNumber);
    LogChoice { step, from: number("from"), to: number("to") }
}

fn href(choice: &LogChoice) -> String {
    let step = choice.step.map(|step| format!("step={step}"));
    let from = choice.from.map(|from| format!("from={from}"));
    let to = choice.to.map(|to| format!("to={to}"));
    let parts: Vec<String> = [step, from, to].into_iter().flatten().collect();
    format!("?{}#log", parts.join("&"))
}

/// The log, oldest first. It follows its end as long as the reader is there.
#[component]
pub fn Log(
    /// The run.
    store: RunStore,
    /// The part that was loaded.
    page: Remote<LogPage>,
    /// The part that is asked for.
    choice: Memo<LogChoice>,
) -> impl IntoView {
    let title = move || match choice.get() {
        LogChoice { from: Some(from), .. } => room::log_from(from),
        LogChoice { step: Some(step), .. } => ui::log_of_step(&step.to_string()),
        _ => ui::LOG.into(),
    };
    let is_whole = move || choice.with(|choice| *choice == LogChoice::default());
    let loaded_at = store.last_seq();
    // Both were asked for at the same time: where the log was answered first, it lacks what the run already counts.
    Effect::new(move |_| {
        let is_behind = page.get().is_some_and(|page| page.is_ok_and(|page| page.last_seq < loaded_at));
        if is_behind && choice.with_untracked(LogChoice::follows) {
            page.refetch();
        }
    });
    let content =
        move |page: LogPage| view! { <Lines store=store page=page choice=choice.get_untracked() /> }.into_any();
    view! {
        <section class="log" id="log" aria-labelledby="log-title">
            <div class="section-head">
                <h2 id="log-title">{title}</h2>
                <span hidden=is_whole>
                    <a href="?#log">{room::WHOLE_LOG}</a>
                </span>
            </div>
            <Loaded resource=page n_lines=6 content=content />
        </section>
    }
}

#[component]
fn Lines(store: RunStore, page: LogPage, choice: LogChoice) -> impl IntoView {
    let LogPage { lines: loaded, last_seq, has_earlier, has_later } = page;
    let first = loaded.first().map_or(1, |line| line.seq);
    let last = loaded.last().map_or(1, |line| line.seq);
    let step = choice.step;
    let earlier = href(&LogChoice { step, from: Some(first.saturating_sub(FAR_BACK).max(1)), to: Some(first) });
    let later = href(&LogChoice { step, from: Some(last), to: None });
    let loaded = StoredValue::new(loaded);
    let chosen = StoredValue::new(choice);
    let lines = Memo::new(move |_| {
        let mut lines = loaded.get_value();
        chosen.with_value(|choice| {
            if choice.follows() {
                let is_new = |line: &&LogLine| line.seq > last_seq && choice.includes(line);
                store.news.with(|news| lines.extend(news.iter().filter(is_new).cloned()));
            }
        });
        lines
    });
    let list = NodeRef::<Ol>::new();
    if chosen.with_value(LogChoice::follows) {
        keep_at_end(list, lines);
    }
    view! {
        {has_earlier.then(|| view! { <p class="quiet"><a href=earlier>{room::EARLIER}</a></p> })}
        <p class="quiet" hidden=move || lines.with(|lines| !lines.is_empty())>
            {ui::LOG_EMPTY}
        </p>
        <ol class="log-lines" tabindex="0" aria-labelledby="log-title" node_ref=list>
            <For each=move || lines.get() key=|line| line.seq children=move |line| one_line(line, step) />
        </ol>
        {has_later.then(|| view! { <p class="quiet"><a href=later>{room::LATER}</a></p> })}
    }
}

fn one_line(line: LogLine, chosen: Option<StepNumber>) -> impl IntoView {
    let LogLine { at_ms, step, text, seq } = line;
    let here = href(&LogChoice { step: chosen, from: Some(seq), to: None });
    let step = step.map(|step| view! { <span class="log-step">{step.to_string()}</span> });
    view! {
        <li id=format!("event-{seq}")>
            <a href=here class="log-time" title=room::event_at(seq, &format::utc(at_ms))>
                <time>{format::time_of_day(at_ms)}</time>
            </a>
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_the_log_survives_the_way_through_its_address() {
        for choice in [
            LogChoice::default(),
            LogChoice { step: Some(StepNumber(8)), ..LogChoice::default() },
            LogChoice { step: None, from: Some(120), to: Some(180) },
        ] {
            let address = href(&choice);
            let query = address.trim_start_matches('?').trim_end_matches("#log");
            let pairs = query.split('&').filter_map(|part| part.split_once('='));
            let query: ParamsMap = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            assert_eq!(choice_of(&query), choice, "{address}");
        }
    }
}
