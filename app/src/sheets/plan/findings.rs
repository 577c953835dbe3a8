//! What planning noticed, what could not be read, and what is left out: the worst first, each with its remedy.

use std::cmp::Reverse;

use ferry_console::{Plan, Severity};
use ferry_model::messages::{plan_page as words, ui};
use leptos::prelude::*;

use super::row::mark_of;
use super::{Shown, edit_form, submit};
use crate::parts::badge::Badge;

/// The table has a filter for the rest.
const N_SHOWN: usize = 100;

/// Three lists; those without entries are not there.
pub(super) fn draw(shown: &Shown<'_>) -> Option<AnyView> {
    let plan = shown.page.reading.plan()?;
    let problems = plan.problems.iter().map(|problem| {
        let raw = problem.raw.clone();
        view! {
            <li>
                <Badge mark=Signal::stored(mark_of(Severity::Caution)) />
                <div>
                    <p>
                        <code>{problem.what.clone()}</code>
                        ": "
                        {problem.why.clone()}
                    </p>
                    <p class="quiet">{problem.remedy.clone()}</p>
                    {raw.map(|raw| view! { <pre class="raw" tabindex="0">{raw}</pre> })}
                </div>
            </li>
        }
    });
    let left_out = plan.left_out.iter().map(|omission| {
        view! {
            <li>
                <Badge mark=Signal::stored(mark_of(Severity::Note)) />
                <p>
                    <code>{omission.what.clone()}</code>
                    ": "
                    {omission.why.clone()}
                </p>
            </li>
        }
    });
    let (n_problems, n_left_out) = (plan.problems.len(), plan.left_out.len());
    let lists = view! {
        {findings(shown, plan)}
        {fold(ui::NOT_READ, n_problems, true, problems.collect_view().into_any())}
        {fold(ui::LEFT_OUT, n_left_out, false, left_out.collect_view().into_any())}
    };
    Some(lists.into_any())
}

fn findings(shown: &Shown<'_>, plan: &Plan) -> Option<AnyView> {
    let mut all: Vec<_> = plan.all_findings().filter(|(step, _)| step.is_none_or(|step| step.enabled)).collect();
    all.sort_by_key(|(_, finding)| Reverse(finding.severity));
    let endangers = all.first().is_some_and(|(_, finding)| finding.severity > Severity::Note);
    let n_findings = all.len();
    let items = all.into_iter().take(N_SHOWN).map(|(step, finding)| {
        let step = step.map(|step| {
            view! { " " <a href=shown.step_link(step.number)>{ui::STEP} " " {step.number.to_string()}</a> }
        });
        let better = finding.better_max_block_size.filter(|_| shown.page.may_edit).map(|rows| {
            edit_form(shown, "plan_block_size", &[("rows", rows.to_string())], submit(&words::use_block_size(rows)))
        });
        view! {
            <li>
                <Badge mark=Signal::stored(mark_of(finding.severity)) />
                <div>
                    <p>{finding.message.clone()} {step}</p>
                    <p class="quiet">{finding.remedy.clone()} " " <code>{finding.rule.clone()}</code></p>
                    {better}
                </div>
            </li>
        }
    });
    fold(ui::FINDINGS, n_findings, endangers, items.collect_view().into_any())
}

fn fold(title: &'static str, n: usize, is_open: bool, items: AnyView) -> Option<AnyView> {
    (n > 0).then(|| {
        view! {
            <details class="fold" open=is_open>
                <summary>
                    <h3>{title}</h3>
                    <span class="count">{n}</span>
                </summary>
                <ul class="findings">{items}</ul>
            </details>
        }
        .into_any()
    })
}
