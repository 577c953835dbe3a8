//! What every part of a plan has above it: the sentence, whose revision it is, and the draft with undo and redo.

use ferry_console::{DraftHead, Plan};
use ferry_model::messages::{plan_page as words, ui};
use ferry_model::{Count, Permission, StepSummary};
use leptos::prelude::*;

use super::super::{ago, post_button};
use super::{Shown, base, edit_form, submit};
use crate::format;
use crate::parts::badge::Tone;
use crate::parts::notice::Notice;

pub(super) fn draw(shown: &Shown<'_>) -> AnyView {
    let page = &shown.page;
    let sentence = page.reading.plan().map_or_else(|| words::NO_PLAN_TEXT.to_owned(), sentence);
    let whose = match &page.draft {
        Some(draft) => words::draft_of(page.revision, draft.n_edits),
        None => ui::revision(page.revision, &page.made_by),
    };
    let when = page.draft.is_none().then(|| view! { " · " {ago(page.made_at_ms)} });
    view! {
        <section class="stack plan-head" aria-labelledby="plan-sentence">
            <div class="section-head">
                <div>
                    <h2 class="sentence-title" id="plan-sentence">
                        {sentence}
                    </h2>
                    <p class="quiet">{whose} {when}</p>
                </div>
                {actions(shown)}
            </div>
            {old_revision(shown)}
            {page.draft.as_ref().map(|draft| draft_bar(shown, draft))}
            {problems(shown)}
            {parts(shown)}
        </section>
    }
    .into_any()
}

fn sentence(plan: &Plan) -> String {
    let steps: Vec<StepSummary> = plan
        .enabled_steps()
        .map(|step| StepSummary {
            number: step.number,
            action: step.action,
            resource: step.resource.clone(),
            rows_total: step.copy.as_ref().map_or(Count::UNKNOWN, |copy| copy.rows),
            after: vec![],
        })
        .collect();
    let sentence = ui::plan_sentence(&steps, &format::rows_to_copy(&steps));
    words::with_excluded(&sentence, plan.steps.len() - steps.len())
}

fn actions(shown: &Shown<'_>) -> AnyView {
    let path = format!("{}/plan.yaml", base(shown.id));
    let path = super::link(&path, &[("revision", shown.revision)]);
    let capture = (shown.revision.is_empty() && shown.asked.may(Permission::EditPlans) && shown.page.draft.is_none())
        .then(|| post_button("make_plan", &[("id", shown.id.to_string())], "button", ui::PLAN_AGAIN));
    view! {
        <div class="actions">
            <a class="button" href=path download="plan.yaml">
                {words::DOWNLOAD}
            </a>
            {capture}
        </div>
    }
    .into_any()
}

fn old_revision(shown: &Shown<'_>) -> Option<AnyView> {
    let page = &shown.page;
    let is_old = !shown.revision.is_empty() && page.revision != page.newest;
    is_old.then(|| {
        let (from, to) = (page.revision.to_string(), page.newest.to_string());
        let compare = super::link(&base(shown.id), &[("view", "diff"), ("from", &from), ("to", &to)]);
        let newest = base(shown.id);
        view! {
            <Notice tone=Tone::Plain title=words::old_revision(page.newest)>
                <p>
                    <a href=newest>{words::TO_NEWEST}</a>
                    " · "
                    <a href=compare>{words::COMPARE_WITH_NEWEST}</a>
                </p>
            </Notice>
        }
        .into_any()
    })
}

/// Undo, redo, what was changed, save, discard.
fn draft_bar(shown: &Shown<'_>, draft: &DraftHead) -> AnyView {
    let page = &shown.page;
    let button = |action: &'static str, label: String, is_on: bool| {
        let button = view! {
            <button type="submit" class="button" name="action" value=action disabled=!is_on id=format!("draft-{action}")>
                {label}
            </button>
        };
        edit_form(shown, "plan_draft", &[("over", page.newest.to_string())], button.into_any())
    };
    let from = page.revision.to_string();
    let compare = super::link(&base(shown.id), &[("view", "diff"), ("from", &from)]);
    let is_sound = page.reading.problems().is_empty();
    let newer = (page.newest != page.revision).then(|| {
        let to = page.newest.to_string();
        let compare = super::link(&base(shown.id), &[("view", "diff"), ("from", &to)]);
        view! {
            <p class="quiet">
                {words::newer_than_draft(page.newest)} " " <a href=compare>{words::COMPARE_DRAFT_WITH_NEWEST}</a>
            </p>
        }
    });
    view! {
        <div class="draft-bar" role="group" aria-label=words::DRAFT>
            <div>
                <p>
                    {words::DRAFT_IS_KEPT} " " {words::run_uses(page.newest)} " "
                    <a href=compare>{words::SHOW_CHANGES}</a>
                </p>
                {newer}
            </div>
            <div class="actions">
                {button("undo", words::undo(draft.undo.as_deref()), draft.undo.is_some())}
                {button("redo", words::redo(draft.redo.as_deref()), draft.redo.is_some())}
                {button("discard", words::DISCARD.into(), true)}
                {button("save", words::save_as(page.newest + 1), is_sound)}
            </div>
        </div>
    }
    .into_any()
}

/// What is wrong with the draft, each with its place in the text.
fn problems(shown: &Shown<'_>) -> Option<AnyView> {
    const N_SHOWN: usize = 20;
    let problems = shown.page.reading.problems();
    (!problems.is_empty()).then(|| {
        let lines = problems.iter().take(N_SHOWN).map(|problem| {
            let line = problem.line.to_string();
            let href = format!("{}#line-{line}", shown.link(&[("view", "yaml"), ("line", &line)]));
            view! { <li><a href=href>{problem.to_string()}</a></li> }
        });
        let lines = lines.collect_view();
        view! {
            <Notice tone=Tone::Blocks title=words::cannot_run(problems.len())>
                <ul class="problems">{lines}</ul>
            </Notice>
        }
        .into_any()
    })
}

/// Links to the table, the text, the graph and the revisions.
fn parts(shown: &Shown<'_>) -> AnyView {
    let view = shown.asked.address.get("view");
    let is_step = !shown.asked.address.get("step").is_empty();
    let parts = [("", words::TABLE), ("yaml", words::TEXT), ("graph", words::GRAPH), ("revisions", words::REVISIONS)];
    let links = parts.map(|(name, label)| {
        let is_here = name == view && !is_step;
        let current = is_here.then_some("page");
        view! { <li><a href=shown.link(&[("view", name)]) aria-current=current>{label}</a></li> }
    });
    view! {
        <nav class="parts" aria-label=words::PARTS>
            <ul>{links.collect_view()}</ul>
        </nav>
    }
    .into_any()
}

/// The buttons that switch steps.
pub(super) fn switch(shown: &Shown<'_>, steps: &[ferry_model::StepNumber], enable: bool, label: &str) -> AnyView {
    let numbers: Vec<String> = steps.iter().map(ToString::to_string).collect();
    let fields = [("steps", numbers.join(",")), ("enabled", enable.to_string())];
    edit_form(shown, "plan_enable", &fields, submit(label))
}
