//! The steps as a table: filtered, paged, and with what switching some of them would drag along.

use std::collections::BTreeSet;

use ferry_console::{Only, PlanRow, PlanTable, TableQuery};
use ferry_model::StepNumber;
use ferry_model::messages::{plan_page as words, ui};
use leptos::prelude::*;

use super::row::{drag, row};
use super::{Shown, findings};
use crate::parts::table::TableFrame;

/// The columns of the table.
pub(super) const N_COLUMNS: usize = 8;

/// The conditions that a filter can have, by their word in the address.
const CONDITIONS: [(&str, Option<Only>, &str); 4] = [
    ("", None, words::ALL_STEPS),
    ("risky", Some(Only::Risky), words::ONLY_RISKY),
    ("undecided", Some(Only::Undecided), words::ONLY_UNDECIDED),
    ("excluded", Some(Only::Excluded), words::ONLY_EXCLUDED),
];

pub(super) fn draw(shown: &Shown<'_>) -> AnyView {
    let address = &shown.asked.address;
    let picked: BTreeSet<StepNumber> = numbers(&address.all("pick"));
    let only = address.get("only");
    let query = TableQuery {
        words: address.get("q").to_owned(),
        only: CONDITIONS.iter().find(|(name, ..)| *name == only).and_then(|(_, only, _)| *only),
        page: address.get("page").parse::<usize>().unwrap_or(1).saturating_sub(1),
        with_step: picked.first().copied(),
        enable: address.get("do") == "include",
        picked,
    };
    let table = PlanTable::of(&shown.page.reading, &query);
    let is_first = query.words.is_empty() && only.is_empty() && table.page == 0;
    view! {
        <div class="stack">
            {is_first.then(|| findings::draw(shown))}
            <div>
                {toolbar(shown, &query, &table)}
                {steps(shown, &table)}
                {pages(shown, &query, &table)}
            </div>
        </div>
    }
    .into_any()
}

fn numbers(texts: &[&str]) -> BTreeSet<StepNumber> {
    texts.iter().flat_map(|text| text.split(',')).filter_map(|text| text.parse().ok()).map(StepNumber).collect()
}

/// The conditions, how many steps fit, and what can be done with the picked ones.
fn toolbar(shown: &Shown<'_>, query: &TableQuery, table: &PlanTable) -> AnyView {
    let links = CONDITIONS.map(|(name, only, label)| {
        let current = (only == query.only).then_some("true");
        let href = shown.link(&[("q", &query.words), ("only", name)]);
        view! { <li><a href=href aria-current=current data-noscroll="">{label}</a></li> }
    });
    let only = shown.asked.address.get("only").to_owned();
    let pick = shown.page.may_edit.then(|| {
        view! {
            <form method="get" id="plan-pick" class="actions" action=format!("{}#drag", super::base(shown.id))>
                <input type="hidden" name="q" value=query.words.clone() />
                <input type="hidden" name="only" value=only />
                <button class="button" type="submit" name="do" value="exclude">
                    {words::EXCLUDE_PICKED}
                </button>
                <button class="button" type="submit" name="do" value="include">
                    {words::INCLUDE_PICKED}
                </button>
            </form>
        }
    });
    view! {
        <div class="plan-tools">
            <nav class="conditions" aria-label=words::CONDITIONS>
                <ul>{links.collect_view()}</ul>
            </nav>
            <p class="quiet" role="status" id="plan-count">
                {words::matching(table.n_matching, table.n_steps)}
            </p>
            {pick}
        </div>
    }
    .into_any()
}

fn steps(shown: &Shown<'_>, table: &PlanTable) -> AnyView {
    let dragged: BTreeSet<StepNumber> =
        table.drag.iter().flat_map(|drag| &drag.dragged).map(|row| row.number).collect();
    let first_picked = table.drag.as_ref().and_then(|drag| drag.picked.first()).map(|row| row.number);
    let is_on_page = first_picked.is_some_and(|first| table.rows.iter().any(|row| row.number == first));
    let mut groups: Vec<(&'static str, Vec<&PlanRow>)> = Vec::new();
    for row in &table.rows {
        match groups.last_mut() {
            Some((phase, rows)) if *phase == row.phase => rows.push(row),
            _ => groups.push((row.phase, vec![row])),
        }
    }
    let groups = groups.into_iter().map(|(phase, rows)| {
        let rows = rows.into_iter().map(|one| {
            let panel = (Some(one.number) == first_picked).then(|| table.drag.as_ref().map(|found| drag(shown, found)));
            view! {
                {row(shown, one, dragged.contains(&one.number))}
                {panel}
            }
        });
        view! {
            <tbody>
                <tr class="phase">
                    <th colspan=N_COLUMNS.to_string() scope="rowgroup">
                        {phase}
                    </th>
                </tr>
                {rows.collect_view()}
            </tbody>
        }
    });
    let elsewhere = (!is_on_page).then(|| {
        let panel = table.drag.as_ref().map(|found| drag(shown, found));
        panel.map(|panel| view! { <tbody>{panel}</tbody> })
    });
    let groups = groups.collect_view();
    view! {
        <TableFrame label=ui::STEPS>
            <table class="table table-plan" id="plan-rows">
                <thead>
                    <tr>
                        <th scope="col">
                            <span class="visually-hidden">{words::PICK}</span>
                        </th>
                        <th scope="col" class="number">{ui::STEP}</th>
                        <th scope="col">{ui::RESOURCE}</th>
                        <th scope="col">{ui::ACTION}</th>
                        <th scope="col">{ui::FINDINGS}</th>
                        <th scope="col" class="number">{ui::ROWS}</th>
                        <th scope="col">{words::NEEDS}</th>
                        <th scope="col">
                            <span class="visually-hidden">{words::SWITCH}</span>
                        </th>
                    </tr>
                </thead>
                {elsewhere}
                {groups}
            </table>
        </TableFrame>
    }
    .into_any()
}

fn pages(shown: &Shown<'_>, query: &TableQuery, table: &PlanTable) -> Option<AnyView> {
    let only = shown.asked.address.get("only").to_owned();
    let to = |page: usize| shown.link(&[("q", &query.words), ("only", &only), ("page", &(page + 1).to_string())]);
    (table.n_pages > 1).then(|| {
        let before =
            (table.page > 0).then(|| view! { <a class="button" href=to(table.page - 1)>{words::PAGE_BEFORE}</a> });
        let after = (table.page + 1 < table.n_pages)
            .then(|| view! { <a class="button" href=to(table.page + 1)>{words::PAGE_AFTER}</a> });
        view! {
            <nav class="pages" aria-label=words::PAGES>
                {before} <span class="quiet">{words::page_of(table.page + 1, table.n_pages)}</span> {after}
            </nav>
        }
        .into_any()
    })
}
