//! One step: what it does, from what, with which rows, and what hangs on it.

use ferry_console::{IfExists, InnerRows, PlanRow, Step};
use ferry_model::messages::{plan_page as words, step_action, ui};
use ferry_model::{FerryError, StepNumber};
use leptos::prelude::*;

use super::head::switch;
use super::row::mark_of;
use super::{Shown, compare, definition, edit_form, submit};
use crate::format;
use crate::parts::badge::Badge;
use crate::parts::name::NameOf;

/// How many steps a list of others shows.
const N_LISTED: usize = 200;

pub(super) fn draw(shown: &Shown<'_>, number: &str) -> Result<AnyView, FerryError> {
    let missing = || FerryError::NotFound { what: "step".into(), id: number.into() };
    let plan = shown.page.reading.plan().ok_or_else(missing)?;
    let number = StepNumber(number.parse().map_err(|_| missing())?);
    let step = plan.step(number).ok_or_else(missing)?;
    let needed_by: Vec<&Step> = plan.steps.iter().filter(|other| other.needs.contains(&number)).collect();
    let needs: Vec<&Step> = step.needs.iter().filter_map(|need| plan.step(*need)).collect();
    let graph = shown.link(&[("view", "graph"), ("around", &number.to_string())]);
    let view = view! {
        <article class="stack step-detail" aria-labelledby="step-title">
            <div class="section-head">
                <div>
                    <p>
                        <a rel="external" href=format!("{}#step-{number}", shown.link(&[("pick", &number.to_string())]))>
                            {words::BACK_TO_TABLE}
                        </a>
                    </p>
                    <h3 id="step-title">
                        {ui::STEP} " " {number.to_string()} ": " {step_action(step.action)} " "
                        <NameOf resource=step.resource.clone() />
                    </h3>
                </div>
                {switching(shown, step)}
            </div>
            {findings(step)}
            {definition::draw(shown, step)}
            {if_exists(shown, step)}
            {inner_rows(shown, step)}
            {copy(shown, step)}
            {compare::draw(shown, step)}
            <section class="stack-tight" aria-labelledby="step-needs">
                <h3 id="step-needs">{words::DEPENDENCIES}</h3>
                {others(shown, words::NEEDS_THESE, &needs)}
                {others(shown, words::NEEDED_BY_THESE, &needed_by)}
                <p>
                    <a href=graph>{words::SHOW_GRAPH}</a>
                </p>
            </section>
        </article>
    };
    Ok(view.into_any())
}

/// Switching the step: what it drags along is shown in the table first.
fn switching(shown: &Shown<'_>, step: &Step) -> Option<AnyView> {
    let plan = shown.page.reading.plan()?;
    let only = std::collections::BTreeSet::from([step.number]);
    let dragged = if step.enabled { plan.dragged_off(&only) } else { plan.dragged_on(&only) };
    let (wish, label) = if step.enabled { ("exclude", words::EXCLUDE) } else { ("include", words::INCLUDE) };
    shown.page.may_edit.then(|| {
        if dragged.is_empty() {
            return switch(shown, &[step.number], !step.enabled, label);
        }
        let number = step.number.to_string();
        let href = format!("{}#drag", shown.link(&[("pick", &number), ("do", wish)]));
        view! {
            <a class="button" rel="external" href=href>
                {words::with_others(label, dragged.len())}
            </a>
        }
        .into_any()
    })
}

fn findings(step: &Step) -> Option<AnyView> {
    let items = step.open_findings().map(|finding| {
        view! {
            <li>
                <Badge mark=Signal::stored(mark_of(finding.severity)) />
                <div>
                    <p>{finding.message.clone()}</p>
                    <p class="quiet">{finding.remedy.clone()} " " <code>{finding.rule.clone()}</code></p>
                </div>
            </li>
        }
    });
    let items: Vec<_> = items.collect();
    (!items.is_empty()).then(|| view! { <ul class="findings">{items}</ul> }.into_any())
}

/// The decision about the rows of a materialized view without INTO.
fn inner_rows(shown: &Shown<'_>, step: &Step) -> Option<AnyView> {
    let chosen = step.inner_rows?;
    let is_possible = |rows: &InnerRows| *rows != InnerRows::ExplicitTarget || step.inner_target.is_some();
    let possible = InnerRows::ALL.into_iter().filter(is_possible);
    let choices = possible.map(|rows| (rows.as_str(), words::inner_rows(rows.as_str()), rows == chosen)).collect();
    Some(decision(shown, step, "plan_inner_rows", ("rows", words::INNER_ROWS), choices))
}

/// The decision about what the target has already.
fn if_exists(shown: &Shown<'_>, step: &Step) -> Option<AnyView> {
    if !step.may_stand() {
        return None;
    }
    let choice = |one: IfExists| (one.as_str(), words::if_exists(one.as_str()), one == step.if_exists);
    let choices = IfExists::ALL.into_iter().map(choice).collect();
    Some(decision(shown, step, "plan_if_exists", ("choice", words::IF_EXISTS), choices))
}

/// A choice of one among several: the word that plans spell, the words for people, and whether it is chosen.
fn decision(
    shown: &Shown<'_>,
    step: &Step,
    endpoint: &'static str,
    (name, legend): (&'static str, &'static str),
    choices: Vec<(&'static str, &'static str, bool)>,
) -> AnyView {
    let choices = choices.into_iter().map(|(word, label, is_chosen)| {
        let id = format!("{name}-{word}");
        view! {
            <p class="choice">
                <input
                    type="radio"
                    name=name
                    id=id.clone()
                    value=word
                    checked=is_chosen
                    disabled=!shown.page.may_edit
                />
                <label for=id>{label}</label>
            </p>
        }
    });
    let fields = view! {
        <fieldset>
            <legend>{legend}</legend>
            {choices.collect_view()}
        </fieldset>
        {shown.page.may_edit.then(|| submit(words::KEEP_DECISION))}
    };
    edit_form(shown, endpoint, &[("step", step.number.to_string())], fields.into_any())
}

/// Whether and how the rows are copied.
fn copy(shown: &Shown<'_>, step: &Step) -> Option<AnyView> {
    let spec = step.copy.as_ref()?;
    let through = shown.page.reading.plan()?.through(spec);
    // A relay makes no helper.
    let helper =
        through.may_use_helper().then(|| view! { <dt>{words::HELPER}</dt><dd><code>{spec.helper.clone()}</code></dd> });
    let facts = [
        (words::MODE, spec.mode.as_str().to_owned()),
        (ui::ROWS, format::count(spec.rows)),
        (words::BYTES, format::count(spec.bytes)),
        (words::COLUMNS, spec.columns.join(", ")),
    ];
    let facts = facts.map(|(name, value)| view! { <dt>{name}</dt><dd><code>{value}</code></dd> });
    let is_fixed = !shown.page.may_edit;
    let fields = view! {
        <div class="field">
            <label for="copy-threads">{words::THREADS}</label>
            <input
                id="copy-threads"
                name="threads"
                type="number"
                min="1"
                max="1024"
                required=true
                value=spec.threads.to_string()
                disabled=is_fixed
                aria-describedby="copy-threads-hint"
            />
            <p class="hint" id="copy-threads-hint">{words::THREADS_HINT}</p>
        </div>
        <div class="field">
            <label for="copy-order">{words::ORDER_BY}</label>
            <input
                id="copy-order"
                name="order_by"
                type="text"
                autocomplete="off"
                spellcheck="false"
                value=spec.order_by.join(", ")
                disabled=is_fixed
                aria-describedby="copy-order-hint"
            />
            <p class="hint" id="copy-order-hint">{words::ORDER_BY_HINT}</p>
        </div>
        {shown.page.may_edit.then(|| submit(words::KEEP_OPTIONS))}
    };
    let form = edit_form(shown, "plan_copy", &[("step", step.number.to_string())], fields.into_any());
    let view = view! {
        <section class="stack-tight" aria-labelledby="step-data">
            <h3 id="step-data">{words::DATA}</h3>
            <p class="quiet">{words::COPY_OR_NOT}</p>
            <dl class="facts">
                {facts.collect_view()} {helper}
                <dt>{words::THROUGH}</dt>
                <dd>{words::through(through.as_str())}</dd>
            </dl>
            <div class="narrow">{form}</div>
        </section>
    };
    Some(view.into_any())
}

fn others(shown: &Shown<'_>, title: &'static str, steps: &[&Step]) -> AnyView {
    if steps.is_empty() {
        return view! { <p class="quiet">{title} ": " {words::NONE}</p> }.into_any();
    }
    let items = steps.iter().take(N_LISTED).map(|step| {
        let row = PlanRow::of(&shown.page.reading, step);
        view! {
            <li>
                <a href=shown.step_link(row.number)>{ui::STEP} " " {row.number.to_string()}</a>
                " "
                {step_action(row.action)}
                " "
                <NameOf resource=row.resource />
                {(!row.enabled).then(|| view! { " " <span class="quiet">{words::IS_EXCLUDED}</span> })}
            </li>
        }
    });
    let more = steps.len().saturating_sub(N_LISTED);
    view! {
        <p>{title} ": " {steps.len()}</p>
        <ul class="other-steps">{items.collect_view()}</ul>
        {(more > 0).then(|| view! { <p class="quiet">{words::and_more(more)}</p> })}
    }
    .into_any()
}
