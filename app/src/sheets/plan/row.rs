//! One row of the table, and the panel with what switching it drags along.

use ferry_console::{Drag, PlanRow, Severity};
use ferry_model::messages::{plan_page as words, step_action, ui};
use ferry_model::{StepAction, StepNumber};
use leptos::prelude::*;

use super::Shown;
use super::head::switch;
use super::table::N_COLUMNS;
use crate::format;
use crate::parts::badge::{Badge, Mark, Tone};
use crate::parts::name::NameOf;

/// How many numbers of other steps a row names.
const N_NAMED: usize = 4;
/// How many steps a panel names.
const N_LISTED: usize = 12;

pub(super) fn row(shown: &Shown<'_>, row: &PlanRow, is_dragged: bool) -> AnyView {
    let number = row.number.to_string();
    let rows = (row.action == StepAction::Copy).then(|| format::count(row.rows));
    let check = shown.page.may_edit.then(|| {
        let label = words::pick(row.number);
        view! { <input type="checkbox" name="pick" value=number.clone() form="plan-pick" aria-label=label /> }
    });
    view! {
        <tr id=format!("step-{number}") data-step=number.clone() class:is-off=!row.enabled class:is-dragged=is_dragged>
            <td>{check}</td>
            <td class="number">
                <a href=shown.step_link(row.number)>
                    <span class="visually-hidden">{ui::STEP} " "</span>
                    {number.clone()}
                </a>
            </td>
            <td>
                <NameOf resource=row.resource.clone() />
                {is_dragged.then(|| view! { <span class="cell-note">{words::GOES_ALONG}</span> })}
            </td>
            <td>{step_action(row.action)}</td>
            <td>{marks(row)}</td>
            <td class="number" data-label=ui::ROWS>
                {rows}
            </td>
            <td class="quiet after" data-label=words::NEEDS>
                {needs(shown, &row.needs)}
            </td>
            <td class="number">{switch_link(shown, row)}</td>
        </tr>
    }
    .into_any()
}

fn marks(row: &PlanRow) -> AnyView {
    let badge = |mark: Mark| view! { <Badge mark=Signal::stored(mark) /> };
    let off = Mark { tone: Tone::Plain, icon: "circle-slash", word: words::IS_EXCLUDED };
    let undecided = Mark { tone: Tone::Blocks, icon: "circle-alert", word: words::IS_UNDECIDED };
    let worst = row.worst.filter(|_| !row.undecided).map(mark_of);
    view! {
        <span class="marks">
            {(!row.enabled).then(|| badge(off))}
            {row.undecided.then(|| badge(undecided))}
            {worst.map(badge)}
        </span>
    }
    .into_any()
}

/// How a severity is shown.
pub(super) const fn mark_of(severity: Severity) -> Mark {
    match severity {
        Severity::Blocks => Mark { tone: Tone::Blocks, icon: "circle-alert", word: ui::BLOCKS },
        Severity::Caution => Mark { tone: Tone::Risk, icon: "triangle-alert", word: ui::RISK },
        Severity::Note => Mark { tone: Tone::Plain, icon: "info", word: ui::NOTE },
    }
}

fn needs(shown: &Shown<'_>, needs: &[StepNumber]) -> Option<AnyView> {
    let links = needs.iter().take(N_NAMED).map(|need| {
        view! { <a href=shown.step_link(*need)>{need.to_string()}</a> " " }
    });
    let more = needs.len().saturating_sub(N_NAMED);
    (!needs.is_empty()).then(|| view! { {links.collect_view()} {(more > 0).then(|| format!("+{more}"))} }.into_any())
}

fn switch_link(shown: &Shown<'_>, row: &PlanRow) -> Option<AnyView> {
    shown.page.may_edit.then(|| {
        let (wish, label) = if row.enabled { ("exclude", words::EXCLUDE) } else { ("include", words::INCLUDE) };
        let number = row.number.to_string();
        let address = &shown.asked.address;
        let query = [("q", address.get("q")), ("only", address.get("only")), ("pick", &number), ("do", wish)];
        let name = words::switch_step(label, row.number);
        view! {
            <a href=shown.link(&query) aria-label=name id=format!("switch-{number}") data-noscroll="">
                {label}
            </a>
        }
        .into_any()
    })
}

/// What would be switched together, and the two ways on.
pub(super) fn drag(shown: &Shown<'_>, drag: &Drag) -> AnyView {
    let listed = drag.dragged.iter().take(N_LISTED).map(|row| {
        view! {
            <li>
                <a href=shown.step_link(row.number)>{ui::STEP} " " {row.number.to_string()}</a>
                " "
                {step_action(row.action)}
                " "
                <NameOf resource=row.resource.clone() />
            </li>
        }
    });
    let more = drag.dragged.len().saturating_sub(N_LISTED);
    let address = &shown.asked.address;
    let keep = shown.link(&[("q", address.get("q")), ("only", address.get("only"))]);
    let numbers = drag.numbers();
    let label = words::switch_all(drag.enable, numbers.len());
    let button = shown.page.may_edit.then(|| switch(shown, &numbers, drag.enable, &label));
    view! {
        <tr class="drag" id="drag">
            <td colspan=N_COLUMNS.to_string()>
                <div class="drag-panel" role="group" aria-label=words::DRAG_PANEL>
                    <p class="notice-title">{words::drags(drag.enable, drag.picked.len(), drag.dragged.len())}</p>
                    <ul>{listed.collect_view()}</ul>
                    {(more > 0).then(|| view! { <p class="quiet">{words::and_more(more)}</p> })}
                    <div class="actions">
                        {button}
                        <a class="button" href=keep data-noscroll="">
                            {words::KEEP}
                        </a>
                    </div>
                </div>
            </td>
        </tr>
    }
    .into_any()
}
