//! What differs between two revisions, or a revision and the draft: by step, and in each by clause.

use ferry_console::{DiffLine, FieldChange, PlanDiff, StepChange};
use ferry_model::FerryError;
use ferry_model::messages::{plan_page as words, step_action, ui};
use leptos::prelude::*;

use super::{Shown, no_revision};
use crate::parts::name::NameOf;

/// Steps that are shown whole; the others are counted.
const N_SHOWN: usize = 200;
/// Unchanged lines that are shown around changed ones.
const N_AROUND: usize = 3;

pub(super) async fn draw(shown: &Shown<'_>) -> Result<AnyView, FerryError> {
    let asked = shown.asked;
    let number = |text: &str| text.parse::<u32>().map_err(|_| no_revision(text));
    let from = number(asked.address.get("from"))?;
    let to = match asked.address.get("to") {
        "" => None,
        text => Some(number(text)?),
    };
    let diff = asked.console.plan_diff(&asked.caller, shown.id, from, to).await?;
    let title = words::diff_title(from, to);
    let steps = diff.steps.iter().take(N_SHOWN).map(|change| step(shown, change));
    let more = diff.steps.len().saturating_sub(N_SHOWN);
    let settings = (!diff.settings.is_empty()).then(|| {
        view! {
            <section class="diff-step">
                <h3>{words::SETTINGS}</h3>
                {diff.settings.iter().map(field).collect_view()}
            </section>
        }
    });
    let view = view! {
        <section class="stack" aria-labelledby="diff-title">
            <div>
                <h3 id="diff-title">{title}</h3>
                <p class="quiet" id="diff-sentence">
                    {sentence(&diff)}
                </p>
            </div>
            {settings}
            {steps.collect_view()}
            {(more > 0).then(|| view! { <p class="quiet">{words::and_more(more)}</p> })}
        </section>
    };
    Ok(view.into_any())
}

fn sentence(diff: &PlanDiff) -> String {
    if diff.steps.is_empty() && diff.settings.is_empty() {
        return words::NO_DIFFERENCE.into();
    }
    words::diff_sentence(&diff.summary(), diff.n_same)
}

fn step(shown: &Shown<'_>, change: &StepChange) -> AnyView {
    view! {
        <section class="diff-step">
            <h3>
                <span class="diff-kind">{change.kind.word()}</span>
                " "
                <a href=shown.step_link(change.number)>{ui::STEP} " " {change.number.to_string()}</a>
                ": "
                {step_action(change.action)}
                " "
                <NameOf resource=change.resource.clone() />
            </h3>
            {change.fields.iter().map(field).collect_view()}
        </section>
    }
    .into_any()
}

fn field(change: &FieldChange) -> AnyView {
    let is_near = |position: usize| {
        let from = position.saturating_sub(N_AROUND);
        change
            .lines
            .iter()
            .skip(from)
            .take(position - from + N_AROUND + 1)
            .any(|line| !matches!(line, DiffLine::Same(_)))
    };
    let mut is_gap = false;
    let mut lines: Vec<AnyView> = Vec::new();
    for (position, line) in change.lines.iter().enumerate() {
        if is_near(position) {
            is_gap = false;
            lines.push(line_of(line));
        } else if !is_gap {
            is_gap = true;
            lines.push(view! { <span class="diff-gap">"…\n"</span> }.into_any());
        }
    }
    view! {
        <figure class="diff-field">
            <figcaption>
                <code>{change.field}</code>
            </figcaption>
            <pre class="diff" tabindex="0">{lines}</pre>
        </figure>
    }
    .into_any()
}

fn line_of(line: &DiffLine) -> AnyView {
    match line {
        DiffLine::Same(text) => view! { <span>{format!("  {text}\n")}</span> }.into_any(),
        DiffLine::Old(text) => view! { <del>{format!("- {text}\n")}</del> }.into_any(),
        DiffLine::New(text) => view! { <ins>{format!("+ {text}\n")}</ins> }.into_any(),
    }
}
