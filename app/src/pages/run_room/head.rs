//! The first lines of the run room.

use ferry_model::messages::{room, ui};
use ferry_model::{RunId, RunMode, RunState};
use leptos::prelude::*;

use super::controls::Controls;
use super::phases::Phases;
use super::shown::Shown;
use crate::format;
use crate::live::{Group, Link, RunHead, RunStore};
use crate::parts::badge::{Badge, Mark, Tone};
use crate::parts::progress::RowsProgress;
use crate::parts::sparkline::Sparkline;
use crate::parts::time::now_ms;

/// The sentence, the counts, the connection and the controls.
#[component]
pub fn RunRoomHead(
    /// Which run.
    id: RunId,
    /// The run.
    store: RunStore,
    /// How up to date the page is.
    link: RwSignal<Link>,
    /// Since when.
    since_ms: RwSignal<i64>,
    /// Which steps the table shows.
    shown: Memo<Shown>,
) -> impl IntoView {
    let head = store.head;
    let (mode, created_at_ms) = head.with_untracked(|head| (head.summary.mode, head.summary.created_at_ms));
    let title = ui::run_title(mode, &format::utc(created_at_ms));
    let sentence = move || head.with(sentence);
    let state = Signal::derive(move || Mark::from(head.with(|head| head.summary.state)));
    let rows = Signal::derive(move || head.with(|head| (head.summary.rows_done, head.summary.rows_total)));
    let is_open = Signal::derive(move || head.with(|head| head.summary.state != RunState::Done));
    view! {
        <section class="room-head" aria-labelledby="run-sentence">
            <div class="section-head">
                <div>
                    <h2 class="sentence-title" id="run-sentence">
                        {sentence}
                    </h2>
                    <p class="quiet">{title.clone()} " · " {move || head.with(elapsed)}</p>
                </div>
                <Controls id=id head=head />
            </div>
            <div class="room-strip">
                <Badge mark=state />
                <ConnectionBadge link=link since_ms=since_ms />
                <Counts head=head shown=shown />
                {(mode == RunMode::Migrate).then(|| view! { <RowsProgress rows=rows label=title is_open=is_open /> })}
            </div>
            {(mode == RunMode::Migrate).then(|| view! { <Speed head=head /> })}
            <Phases head=head shown=shown />
        </section>
    }
}

/// The curve of rows per second, and how long the copies may still take, where that is known.
#[component]
fn Speed(head: RwSignal<RunHead>) -> impl IntoView {
    let rates = Signal::derive(move || head.with(|head| head.rates.clone()));
    let label = Signal::derive(move || {
        let highest = rates.with(|rates| rates.iter().max().copied());
        highest.map_or_else(|| room::NO_RATES.into(), |highest| room::rates(&format::rate(highest)))
    });
    let eta = Memo::new(move |_| head.with(|head| head.eta));
    let left = move || eta.get().map(|eta| room::eta(&format::span(eta.from_ms, eta.to_ms)));
    let basis = move || {
        eta.get().map(|eta| {
            let as_of = format::time_of_day(eta.as_of_ms);
            room::eta_basis(&format::rate(eta.recent), &format::rate(eta.overall), &as_of)
        })
    };
    view! {
        <div class="speed" hidden=move || rates.with(|rates| rates.len() < 2)>
            <Sparkline values=rates label=label />
            <p class="eta">
                <b>{left}</b>
                " "
                <span class="quiet">{basis}</span>
            </p>
        </div>
    }
}

/// How many steps are in which group. Each count is a link that shows only these steps.
#[component]
fn Counts(head: RwSignal<RunHead>, shown: Memo<Shown>) -> impl IntoView {
    let count = move |group: Group| {
        let number = Memo::new(move |_| head.with(|head| head.n_in[group.index()]));
        let is_shown = move || shown.get().group == Some(group);
        view! {
            <li class=tone_of(group).class() class:shown=is_shown hidden=move || number.get() == 0 && !is_shown()>
                <a href=move || shown.get().with_group(Some(group)).href()>
                    <b>{move || number.get()}</b>
                    " "
                    {group.label()}
                </a>
            </li>
        }
    };
    view! {
        <ul class="counts" aria-label=ui::STEPS>
            {Group::ALL.map(count).collect_view()}
            <li hidden=move || shown.get().is_everything()>
                <a href="?">{ui::SHOW_ALL_STEPS}</a>
            </li>
        </ul>
    }
}

const fn tone_of(group: Group) -> Tone {
    match group {
        Group::Failed => Tone::Blocks,
        Group::Deferred => Tone::Risk,
        Group::Running => Tone::Active,
        Group::Waiting | Group::Pending => Tone::Plain,
        Group::Done => Tone::Done,
    }
}

/// The connection; while there is none, for how long.
#[component]
fn ConnectionBadge(link: RwSignal<Link>, since_ms: RwSignal<i64>) -> impl IntoView {
    let seconds = RwSignal::new(0_u64);
    Effect::new(move |_| {
        if link.get() != Link::Disconnected {
            return;
        }
        let count = move || {
            let lost_ms = now_ms() - since_ms.get_untracked();
            seconds.set(lost_ms.max(0).unsigned_abs() / 1000);
        };
        count();
        let handle = set_interval_with_handle(count, std::time::Duration::from_secs(1)).ok();
        on_cleanup(move || {
            if let Some(handle) = handle {
                handle.clear();
            }
        });
    });
    let how_long = move || match link.get() {
        Link::Disconnected => ui::for_seconds(seconds.get()),
        _ => String::new(),
    };
    view! {
        <span class="connection" data-link=move || format!("{:?}", link.get())>
            <Badge mark=Signal::derive(move || link.get().mark()) />
            <span>{how_long}</span>
        </span>
    }
}

fn sentence(head: &RunHead) -> String {
    let speed = if head.rows_per_second > 0 { format::rate(head.rows_per_second) } else { String::new() };
    ui::run_room_sentence(&head.summary, head.n_copying, &speed)
}

/// How long the run has been going on, by its own events.
fn elapsed(head: &RunHead) -> String {
    format::duration(head.summary.updated_at_ms - head.summary.created_at_ms)
}
