//! Every component in every state, in both themes side by side. Only builds for work have this page.

use ferry_model::messages::design as words;
use ferry_model::{Count, FerryError, ResourceKind, ResourceName, RunState, StepState};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::live::Link;
use crate::parts::badge::{Badge, Mark, Tone};
use crate::parts::button::{LinkButton, Weight};
use crate::parts::empty::Empty;
use crate::parts::error::ErrorNotice;
use crate::parts::field::{Field, FieldSpec};
use crate::parts::name::NameOf;
use crate::parts::notice::Notice;
use crate::parts::progress::RowsProgress;
use crate::parts::route::RouteOf;
use crate::parts::skeleton::Skeleton;
use crate::parts::sparkline::Sparkline;
use crate::parts::submit::Submit;

/// The gallery, once for each theme.
#[component]
pub fn DesignPage() -> impl IntoView {
    view! {
        <Title text=words::TITLE />
        <h1>{words::TITLE}</h1>
        <p class="lead">{words::LEAD}</p>
        <div class="design">
            {gallery("light")}
            {gallery("dark")}
        </div>
    }
}

fn gallery(theme: &'static str) -> impl IntoView {
    view! {
        <section class="design-theme" data-theme=theme aria-label=theme>
            {part(words::BADGES, badges().into_any())}
            {part(words::BUTTONS, buttons().into_any())}
            {part(words::PROGRESS, progress().into_any())}
            {part(words::NAMES, names().into_any())}
            {part(words::NOTICES, notices().into_any())}
            {part(words::FIELDS, fields(theme).into_any())}
            {part(words::EMPTY, view! { <Empty icon="activity" title=words::EMPTY_TITLE text=words::EMPTY_TEXT /> }.into_any())}
            {part(words::LOADING, view! { <Skeleton n_lines=3 /> }.into_any())}
        </section>
    }
}

fn part(title: &'static str, content: AnyView) -> impl IntoView {
    view! {
        <div class="design-part">
            <h2>{title}</h2>
            {content}
        </div>
    }
}

fn row_of(marks: Vec<Mark>) -> impl IntoView {
    let badges = marks.into_iter().map(|mark| view! { <Badge mark=Signal::stored(mark) /> });
    view! { <div class="design-row">{badges.collect_view()}</div> }
}

fn badges() -> impl IntoView {
    use RunState as R;
    use StepState as S;
    let steps = [S::Pending, S::Waiting, S::Running, S::Done, S::Skipped, S::Failed, S::Blocked];
    let runs = [R::Created, R::Running, R::Pausing, R::Paused, R::Cancelling, R::Cancelled, R::Failed, R::Done];
    let links = [Link::AsLoaded, Link::CatchingUp, Link::Live, Link::Disconnected, Link::SignedOut];
    view! {
        {row_of(steps.map(Mark::from).to_vec())}
        {row_of(runs.map(Mark::from).to_vec())}
        {row_of(links.map(Link::mark).to_vec())}
    }
}

fn buttons() -> impl IntoView {
    let weights = [Weight::Filled, Weight::Outlined, Weight::Danger];
    let row = |pending: bool, disabled: bool| {
        let button = move |weight| {
            view! {
                <Submit
                    weight=weight
                    label=words::BUTTON
                    busy_label=words::BUSY
                    pending=Signal::stored(pending)
                    disabled=Signal::stored(disabled)
                />
            }
        };
        view! { <div class="design-row">{weights.map(button).collect_view()}</div> }
    };
    let link = |weight| {
        view! {
            <LinkButton href="/design" weight=weight>
                {words::LINK}
            </LinkButton>
        }
    };
    view! {
        {row(false, false)}
        {row(true, false)}
        {row(false, true)}
        <div class="design-row">{weights.map(link).collect_view()}</div>
    }
}

fn progress() -> impl IntoView {
    let (exact, estimated) = (Count::exact, Count::estimated);
    let states = [
        (exact(0), exact(2_000_000), true),
        (exact(812_400), estimated(2_000_000), true),
        (exact(2_000_000), exact(2_000_000), true),
        (exact(2_000_000), exact(2_000_000), false),
        (exact(812_400), Count::UNKNOWN, true),
    ];
    let bar = |(done, total, is_open): (Count, Count, bool)| {
        view! { <RowsProgress rows=Signal::stored((done, total)) label=words::PROGRESS is_open=Signal::stored(is_open) /> }
    };
    let curve = |values: Vec<u64>| view! { <Sparkline values=Signal::stored(values) label=Signal::stored(words::CURVE.to_owned()) /> };
    view! {
        <div class="stack-small">{states.map(bar).collect_view()}</div>
        <div class="design-row">{curve(vec![0, 40, 90, 70, 95, 60, 100])} {curve(vec![5, 5, 5])}</div>
    }
}

fn names() -> impl IntoView {
    let long = "latest_prices_of_every_instrument_of_every_market_by_minute_and_by_currency";
    let long = ResourceName::in_database(ResourceKind::MaterializedView, "market", long);
    let of_kind =
        |kind: &ResourceKind| view! { <NameOf resource=ResourceName::in_database(*kind, "market", "trades") /> };
    view! {
        <div class="design-narrow">
            <NameOf resource=long />
        </div>
        <div class="design-row">{ResourceKind::ALL.iter().map(of_kind).collect_view()}</div>
        <RouteOf source="staging.example.net:8463".to_owned() target=Some("production.example.net:8463".to_owned()) />
        <RouteOf source="staging.example.net:8463".to_owned() target=None />
    }
}

fn notices() -> impl IntoView {
    let tones = [Tone::Plain, Tone::Active, Tone::Done, Tone::Risk, Tone::Blocks];
    let notice = |tone| {
        view! {
            <Notice tone=tone title=words::NOTICE>
                <p>{words::NOTICE_TEXT}</p>
            </Notice>
        }
    };
    let error = FerryError::Transport { why: words::WHY.into() };
    view! {
        <div class="stack-small">
            {tones.map(notice).collect_view()} <ErrorNotice error=error.into() retry=Callback::new(|()| ()) />
            <ErrorNotice error=FerryError::NotSignedIn.into() />
        </div>
    }
}

fn fields(theme: &'static str) -> impl IntoView {
    let name = if theme == "dark" { "design-dark" } else { "design-light" };
    view! { <Field spec=FieldSpec { name, kind: "text", autocomplete: "off" } label=words::FIELD hint=words::HINT /> }
}
