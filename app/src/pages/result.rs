//! The result: is everything there? The worst first, then every resource with the counts of both sides, then all runs.

mod mend;
mod table;

use ferry_model::messages::{result as words, ui};
use ferry_model::{RunId, RunMode, RunResult, RunSummary, Verdict};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use self::mend::{CatchUp, Differing, RunForm};
use self::table::Resources;
use super::migration::OneMigration;
use super::runs::run_table;
use crate::api::runs::{ListRuns, LoadResult, VerifyRun};
use crate::format;
use crate::parts::badge::{Badge, Mark, Tone};
use crate::parts::button::{LinkButton, Weight};
use crate::parts::empty::Empty;
use crate::parts::form::FormAction;
use crate::parts::loaded::Loaded;
use crate::parts::notice::Notice;
use crate::remote::Remote;

/// What came of the newest run, or of the one that `?run=` names.
#[component]
pub fn ResultPage() -> impl IntoView {
    let shared = expect_context::<OneMigration>();
    let query = use_query_map();
    let run = Memo::new(move |_| query.read().get("run").map(RunId::new));
    let result = Remote::new(move || LoadResult { migration: shared.id.get(), run: run.get() });
    let runs = Remote::new(move || ListRuns { migration: shared.id.get() });
    let show = |result: Option<RunResult>| match result {
        Some(result) => view! { <Outcome result=result /> }.into_any(),
        None => view! { <Empty icon="scale" title=ui::NO_RUNS text=ui::NO_RUNS_REMEDY /> }.into_any(),
    };
    let history = |runs: Vec<RunSummary>| {
        (!runs.is_empty())
            .then(|| {
                view! {
                    <section class="stack-small" aria-labelledby="history">
                        <h2 id="history">{words::HISTORY}</h2>
                        {run_table(runs)}
                    </section>
                }
            })
            .into_any()
    };
    view! {
        <div class="stack">
            <Loaded resource=result n_lines=10 content=show />
            <Loaded resource=runs n_lines=3 content=history />
        </div>
    }
}

#[component]
fn Outcome(result: RunResult) -> impl IntoView {
    let shared = expect_context::<OneMigration>();
    let sentence = words::result_sentence(&result);
    let counted_at = words::counted_at(&format::utc(result.updated_at_ms));
    let counts = Verdict::ALL.map(|verdict| (verdict, result.n_with(verdict)));
    let RunResult { run, state, is_cleaned, resources, differing, late, .. } = result;
    let base = format!("/migrations/{}", shared.id.get_untracked());
    let room = format!("{base}/runs/{run}");
    let of_run = format!("?run={run}&");
    let chips = counts.into_iter().filter(|(_, n)| *n > 0).map(move |(verdict, n)| {
        let href = format!("{of_run}show={}", address(verdict));
        view! {
            <li class=mark_of(verdict).tone.class()>
                <a href=href>
                    <b>{n}</b>
                    " "
                    {words::verdict(verdict)}
                </a>
            </li>
        }
    });
    let evidence = format!("/runs/{run}/evidence.json");
    let can_ask = !is_cleaned && state.is_over();
    // Both sides are read once more, and the run room shows how that goes.
    let again = can_ask.then(|| {
        let action = FormAction::of::<VerifyRun>();
        view! { <RunForm action=action run=run.clone() label=words::COMPARE_AGAIN /> }
    });
    let mend = can_ask.then(|| {
        view! {
            <Differing run=run.clone() room=room.clone() streams=differing />
            <CatchUp run=run.clone() late=late />
        }
    });
    let remove = (!is_cleaned).then(|| {
        view! {
            <LinkButton href=format!("{base}/clean") weight=Weight::Outlined>
                {ui::CLEAN_LINK}
            </LinkButton>
        }
    });
    view! {
        <section class="stack-small" aria-labelledby="result-sentence">
            <div class="section-head">
                <div>
                    <h2 class="sentence-title" id="result-sentence">
                        {sentence}
                    </h2>
                    <p class="quiet">{counted_at}</p>
                </div>
                <div class="actions">
                    <LinkButton href=room.clone() weight=Weight::Outlined>
                        {words::OPEN_RUN}
                    </LinkButton>
                    // A file, not a page: the router leaves it to the browser.
                    <a class="button" href=evidence download="evidence.json" rel="external">
                        {words::EVIDENCE}
                    </a>
                    {again}
                    {remove}
                </div>
            </div>
            {is_cleaned
                .then(|| {
                    view! {
                        <Notice tone=Tone::Risk title=words::CLEANED>
                            <p>{words::CLEANED_REMEDY}</p>
                        </Notice>
                    }
                })}
            <div class="room-strip">
                <Badge mark=Signal::stored(Mark::from(state)) />
                <ul class="counts" aria-label=words::VERDICT>
                    {chips.collect_view()}
                </ul>
            </div>
            {mend}
            <Resources resources=resources room=room />
        </section>
    }
}

/// Whether a run has a result of its own: what a clean did is said by its steps.
pub fn has_result(run: &RunSummary) -> bool {
    run.mode == RunMode::Migrate
}

/// A verdict's name in an address.
const fn address(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Differs => "differs",
        Verdict::Failed => "failed",
        Verdict::NotTried => "not-tried",
        Verdict::Deferred => "deferred",
        Verdict::Open => "open",
        Verdict::Equal => "equal",
        Verdict::There => "created",
        Verdict::LeftOut => "left-out",
    }
}

/// The badge of a verdict.
const fn mark_of(verdict: Verdict) -> Mark {
    let (tone, icon) = match verdict {
        Verdict::Differs => (Tone::Blocks, "scale"),
        Verdict::Failed => (Tone::Blocks, "circle-x"),
        Verdict::NotTried => (Tone::Risk, "circle-slash"),
        Verdict::Deferred => (Tone::Risk, "clock"),
        Verdict::Open => (Tone::Plain, "circle-dashed"),
        Verdict::Equal | Verdict::There => (Tone::Done, "circle-check"),
        Verdict::LeftOut => (Tone::Plain, "skip-forward"),
    };
    Mark { tone, icon, word: words::verdict(verdict) }
}
