//! What planning noticed, what could not be read, and what is left out: the worst first, each with its remedy.

use ferry_model::messages::ui;
use ferry_model::{CaptureProblem, FindingSeverity, FindingSummary, LeftOut};
use leptos::prelude::*;

use crate::parts::badge::{Badge, Mark, Tone};

/// Three lists; those without entries are not there.
#[component]
pub fn Findings(
    /// What planning noticed.
    findings: Vec<FindingSummary>,
    /// What could not be read.
    problems: Vec<CaptureProblem>,
    /// What is left out.
    left_out: Vec<LeftOut>,
) -> impl IntoView {
    let mut findings = findings;
    findings.sort_by_key(|finding| finding.severity);
    let endangers = findings.iter().any(|finding| finding.severity != FindingSeverity::Note);
    let (n_findings, n_problems, n_left_out) = (findings.len(), problems.len(), left_out.len());
    view! {
        {list(ui::FINDINGS, n_findings, endangers, findings.into_iter().map(finding).collect_view().into_any())}
        {list(ui::NOT_READ, n_problems, true, problems.into_iter().map(problem).collect_view().into_any())}
        {list(ui::LEFT_OUT, n_left_out, false, left_out.into_iter().map(omission).collect_view().into_any())}
    }
}

fn list(title: &'static str, n: usize, is_open: bool, items: AnyView) -> Option<AnyView> {
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

fn finding(finding: FindingSummary) -> impl IntoView {
    let FindingSummary { rule, severity, step, text, remedy } = finding;
    view! {
        <li>
            <Badge mark=Signal::stored(mark(severity)) />
            <div>
                <p>{text} {step.map(|step| view! { " " <a href=format!("#step-{step}")>{ui::STEP} " " {step.to_string()}</a> })}</p>
                <p class="quiet">{remedy} " " <code>{rule}</code></p>
            </div>
        </li>
    }
}

fn problem(problem: CaptureProblem) -> impl IntoView {
    let CaptureProblem { what, why, remedy, raw } = problem;
    view! {
        <li>
            <Badge mark=Signal::stored(mark(FindingSeverity::Risk)) />
            <div>
                <p>
                    <code>{what}</code>
                    ": "
                    {why}
                </p>
                <p class="quiet">{remedy}</p>
                {raw.map(|raw| view! { <pre class="raw" tabindex="0">{raw}</pre> })}
            </div>
        </li>
    }
}

fn omission(omission: LeftOut) -> impl IntoView {
    let LeftOut { what, why } = omission;
    view! {
        <li>
            <Badge mark=Signal::stored(mark(FindingSeverity::Note)) />
            <p>
                <code>{what}</code>
                ": "
                {why}
            </p>
        </li>
    }
}

const fn mark(severity: FindingSeverity) -> Mark {
    match severity {
        FindingSeverity::Blocks => Mark { tone: Tone::Blocks, icon: "circle-alert", word: ui::BLOCKS },
        FindingSeverity::Risk => Mark { tone: Tone::Risk, icon: "triangle-alert", word: ui::RISK },
        FindingSeverity::Note => Mark { tone: Tone::Plain, icon: "info", word: ui::NOTE },
    }
}
