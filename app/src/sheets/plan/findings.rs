//! What planning noticed, what could not be read, and what is left out: the worst first, each with its remedy.

use std::cmp::Reverse;
use std::collections::HashMap;

use ferry_console::{Finding, Plan, Severity};
use ferry_model::StepNumber;
use ferry_model::messages::{plan_page as words, ui};
use leptos::prelude::*;

use super::row::mark_of;
use super::{Shown, edit_form, submit};
use crate::parts::badge::Badge;

/// The table has a filter for the rest.
const N_SHOWN: usize = 100;
/// How many steps are named where one thing holds for many.
const N_STEPS_NAMED: usize = 12;

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
    let all = all.into_iter().map(|(step, finding)| (step.map(|step| step.number), finding));
    let items = alike(all).into_iter().take(N_SHOWN).map(|(finding, steps)| {
        let of_steps = steps.iter().take(N_STEPS_NAMED).map(|step| {
            view! { " " <a href=shown.step_link(*step)>{ui::STEP} " " {step.to_string()}</a> }
        });
        let n_more = steps.len().saturating_sub(N_STEPS_NAMED);
        let step = view! { {of_steps.collect_view()} {(n_more > 0).then(|| format!(" {}", words::and_more(n_more)))} };
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

/// Findings that say the same of several steps, once each, with those steps.
fn alike<'a>(all: impl Iterator<Item = (Option<StepNumber>, &'a Finding)>) -> Vec<(&'a Finding, Vec<StepNumber>)> {
    let mut groups: Vec<(&Finding, Vec<StepNumber>)> = Vec::new();
    let mut known: HashMap<(Severity, &str, &str, &str), usize> = HashMap::new();
    for (step, finding) in all {
        let at =
            *known.entry((finding.severity, &finding.rule, &finding.message, &finding.remedy)).or_insert_with(|| {
                groups.push((finding, Vec::new()));
                groups.len() - 1
            });
        groups[at].1.extend(step);
    }
    groups
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

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(message: &str) -> Finding {
        let (rule, remedy) = ("state".into(), "pause".into());
        Finding { rule, severity: Severity::Note, message: message.into(), remedy, better_max_block_size: None }
    }

    #[test]
    fn what_holds_for_several_steps_is_said_once() {
        let (one, other, again) = (finding("one"), finding("other"), finding("one"));
        let all = [(Some(StepNumber(1)), &one), (None, &other), (Some(StepNumber(3)), &again)];
        let groups = alike(all.into_iter());
        let said = groups.iter().map(|(finding, steps)| (finding.message.as_str(), steps.as_slice()));
        let steps = [StepNumber(1), StepNumber(3)];
        assert_eq!(said.collect::<Vec<_>>(), [("one", steps.as_slice()), ("other", &[])]);
    }
}
