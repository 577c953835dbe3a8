//! The sentence, the facets, and the table, a page at a time.

use std::collections::BTreeSet;
use std::sync::Arc;

use ferry_console::{Facet, Found, Inventory, InventoryQuery, SnapshotRecord};
use ferry_model::messages::{inventory as text, ui};
use ferry_model::{Count, MigrationId, ResourceKind};
use leptos::prelude::*;

use super::super::Asked;
use super::super::address::link;
use super::{bytes, link_to, read_at, rows, snapshot_label, troubles};
use crate::format;
use crate::parts::empty::Empty;
use crate::parts::name::NameOf;
use crate::parts::table::TableFrame;

/// Rows of one page: enough to scroll, little enough to be there at once.
const PAGE: usize = 100;
/// Values of one facet that are listed; the search finds the others.
const MOST_VALUES: usize = 12;

pub(super) fn draw(
    asked: &Asked,
    id: &MigrationId,
    inventory: &Arc<Inventory>,
    snapshots: &[SnapshotRecord],
    capture: AnyView,
) -> AnyView {
    let get = |key| asked.address.get(key).to_owned();
    let query = InventoryQuery {
        search: get("q"),
        facets: Facet::ALL.map(|facet| get(facet.key())),
        by_rows: get("sort") == "rows",
    };
    let found = inventory.find(&query);
    let list = List { id, inventory, query: &query, found: &found };
    let sentence = sentence(inventory);
    let page = get("page").parse::<usize>().unwrap_or(1);
    view! {
        <div class="stack">
            <div class="section-head">
                <div>
                    <h2 class="sentence-title" id="inventory-sentence">
                        {sentence}
                    </h2>
                    <p class="sentence">{sides(id, inventory, snapshots)} " " {read_at(&inventory.record)}</p>
                </div>
                <div class="actions">{capture}</div>
            </div>
            {troubles(inventory)}
            {list.search()}
            <div class="inventory">
                {list.facets()}
                <div class="inventory-table">{list.table(page)}</div>
            </div>
            {compare_form(id, inventory, snapshots)}
        </div>
    }
    .into_any()
}

fn sentence(inventory: &Inventory) -> String {
    let resources = &inventory.snapshot.resources;
    let databases: BTreeSet<&str> = resources
        .iter()
        .filter_map(|resource| match resource.name.kind {
            ResourceKind::Database => Some(resource.name.name.as_str()),
            _ => resource.name.database.as_deref(),
        })
        .collect();
    let sum = |number: fn(&ferry_model::Resource) -> Count| {
        let known: Vec<Count> = resources.iter().map(number).filter(|count| count.known().is_some()).collect();
        let total = known.iter().map(|count| count.value).fold(0, u64::saturating_add);
        let is_exact = known.iter().all(|count| *count == Count::exact(count.value));
        if is_exact { Count::exact(total) } else { Count::estimated(total) }
    };
    let n_rows =
        format::count(sum(|resource| if resource.name.kind.holds_rows() { resource.rows } else { Count::UNKNOWN }));
    let size = sum(|resource| resource.bytes);
    let size = if size.value == 0 { String::new() } else { bytes(size) };
    text::sentence(resources.len(), databases.len(), &n_rows, &size, inventory.snapshot.problems.len())
}

/// Links to the newest snapshot of each side, and all the others.
fn sides(id: &MigrationId, shown: &Inventory, snapshots: &[SnapshotRecord]) -> impl IntoView {
    let all = snapshots.iter().map(|record| {
        let href = link(&format!("/migrations/{id}/inventory"), &[("snapshot", record.id.as_str())]);
        let is_shown = record.id == shown.record.id;
        view! {
            <li>
                <a href=href aria-current=is_shown.then_some("true")>
                    {snapshot_label(record)}
                </a>
            </li>
        }
    });
    view! {
        <details class="more snapshots">
            <summary>{snapshot_label(&shown.record)}</summary>
            <ul aria-label=text::SNAPSHOTS>{all.collect_view()}</ul>
        </details>
    }
}

struct List<'a> {
    id: &'a MigrationId,
    inventory: &'a Inventory,
    query: &'a InventoryQuery,
    found: &'a Found,
}

impl List<'_> {
    /// The address of this list with one thing changed.
    fn link_with(&self, key: &str, value: &str) -> String {
        let sort = if self.query.by_rows { "rows" } else { "" };
        let mut query =
            vec![("snapshot", self.inventory.record.id.as_str()), ("q", self.query.search.as_str()), ("sort", sort)];
        query.extend(Facet::ALL.iter().zip(&self.query.facets).map(|(facet, value)| (facet.key(), value.as_str())));
        query.retain(|(known, _)| *known != key);
        query.push((key, value));
        link(&format!("/migrations/{}/inventory", self.id), &query)
    }

    fn search(&self) -> AnyView {
        let hidden = [("snapshot", self.inventory.record.id.as_str())];
        let facets = Facet::ALL.iter().zip(&self.query.facets).map(|(facet, value)| (facet.key(), value.as_str()));
        let hidden = hidden.into_iter().chain(facets).filter(|(_, value)| !value.is_empty());
        let hidden = hidden.map(|(key, value)| view! { <input type="hidden" name=key value=value.to_owned() /> });
        let is_restricted = self.found.rows.len() < self.inventory.snapshot.resources.len();
        let clear =
            link(&format!("/migrations/{}/inventory", self.id), &[("snapshot", self.inventory.record.id.as_str())]);
        view! {
            <form method="get" action=format!("/migrations/{}/inventory", self.id) role="search" class="one-line">
                {hidden.collect_view()}
                <div class="field">
                    <label for="inventory-search">{text::SEARCH}</label>
                    <input
                        id="inventory-search"
                        type="search"
                        name="q"
                        value=self.query.search.clone()
                        autocomplete="off"
                        spellcheck="false"
                    />
                </div>
                <button type="submit" class="button">
                    {text::SEARCH_BUTTON}
                </button>
                {is_restricted.then(|| view! { <a class="button" href=clear>{text::CLEAR}</a> })}
            </form>
        }
        .into_any()
    }

    fn facets(&self) -> AnyView {
        let groups = Facet::ALL.iter().enumerate().map(|(at, facet)| {
            let values = &self.found.facets[at];
            let chosen = &self.query.facets[at];
            let items = values.iter().take(MOST_VALUES).map(|(value, n)| {
                let is_chosen = value == chosen;
                let href = self.link_with(facet.key(), if is_chosen { "" } else { value });
                view! {
                    <li>
                        <a
                            href=href
                            id=format!("facet-{}-{value}", facet.key())
                            aria-current=is_chosen.then_some("true")
                        >
                            <span>{value_label(*facet, value)}</span>
                            <span class="count">{n.to_string()}</span>
                        </a>
                    </li>
                }
            });
            (values.len() > 1 || !chosen.is_empty()).then(|| {
                view! {
                    <section>
                        <h3>{text::facet(facet.key())}</h3>
                        <ul>{items.collect_view()}</ul>
                    </section>
                }
            })
        });
        view! {
            <nav class="facets" aria-label=text::FILTERS>
                {groups.collect_view()}
            </nav>
        }
        .into_any()
    }

    fn table(&self, page: usize) -> AnyView {
        let n = self.found.rows.len();
        if n == 0 {
            return view! {
                <Empty icon="file-search" title=text::NOTHING_FOUND text=text::NOTHING_FOUND_REMEDY />
            }
            .into_any();
        }
        let n_pages = n.div_ceil(PAGE);
        let page = page.clamp(1, n_pages);
        let first = (page - 1) * PAGE;
        let last = (first + PAGE).min(n);
        let shown = &self.found.rows[first..last];
        let (sort, sort_label) = if self.query.by_rows { ("", text::BY_NAME) } else { ("rows", text::BY_ROWS) };
        let to_page = |page: usize, label: &'static str| {
            let is_there = (1..=n_pages).contains(&page);
            let href = self.link_with("page", &page.to_string());
            is_there.then(|| view! { <a class="button" id=format!("page-{label}") href=href>{label}</a> })
        };
        let pages = (n_pages > 1).then(|| {
            view! {
                <nav class="pages" aria-label=text::PAGES>
                    {to_page(page - 1, text::PREVIOUS)}
                    <span>{text::page(first + 1, last, n)}</span>
                    {to_page(page + 1, text::NEXT)}
                </nav>
            }
        });
        let body = shown.iter().map(|at| self.row(*at)).collect_view();
        view! {
            <p class="list-head">
                <span role="status">{text::found(n, self.inventory.snapshot.resources.len())}</span>
                <a href=self.link_with("sort", sort) id="inventory-sort">
                    {sort_label}
                </a>
            </p>
            <TableFrame label=text::INVENTORY>
                <table class="table table-list table-inventory">
                    <thead>
                        <tr>
                            <th scope="col">{ui::RESOURCE}</th>
                            <th scope="col">{text::ENGINE}</th>
                            <th scope="col" class="number">{ui::ROWS}</th>
                            <th scope="col" class="number">{text::BYTES}</th>
                            <th scope="col">{text::FLOWS}</th>
                        </tr>
                    </thead>
                    <tbody>{body}</tbody>
                </table>
            </TableFrame>
            {pages}
        }
        .into_any()
    }

    fn row(&self, at: usize) -> impl IntoView + use<> {
        let resource = &self.inventory.snapshot.resources[at];
        let kind = resource.name.kind.label();
        let engine = match self.inventory.engine(at) {
            "" => kind.to_owned(),
            engine => format!("{kind}, {engine}"),
        };
        let flows = &self.inventory.links.flows;
        let n_read = flows.iter().filter(|(_, to)| *to == at).count();
        let n_fed = flows.range((at, 0)..(at + 1, 0)).count();
        let flows = (n_read + n_fed > 0).then(|| format!("{n_read} → {n_fed}"));
        view! {
            <tr>
                <th scope="row">
                    <a href=link_to(self.id, self.inventory, at)>
                        <NameOf resource=resource.name.clone() />
                    </a>
                </th>
                <td>{engine}</td>
                <td class="number" data-label=ui::ROWS>
                    {rows(resource)}
                </td>
                <td class="number" data-label=text::BYTES>
                    {bytes(resource.bytes)}
                </td>
                <td class="quiet" data-label=text::FLOWS>
                    {flows}
                </td>
            </tr>
        }
    }
}

fn value_label(facet: Facet, value: &str) -> String {
    match facet {
        Facet::Kind => {
            ResourceKind::from_stored(value).map_or_else(|_| value.to_owned(), |kind| kind.label().to_owned())
        }
        Facet::Size => text::size(value).to_owned(),
        _ => value.to_owned(),
    }
}

fn compare_form(id: &MigrationId, shown: &Inventory, snapshots: &[SnapshotRecord]) -> Option<AnyView> {
    if snapshots.len() < 2 {
        return None;
    }
    let before = snapshots.iter().filter(|record| record.side == shown.record.side && record.id != shown.record.id);
    let other = snapshots.iter().filter(|record| record.id != shown.record.id);
    let from = before.chain(other).next().map(|record| record.id.clone());
    let options = |chosen: Option<&ferry_model::SnapshotId>| {
        let option = |record: &SnapshotRecord| {
            let is_chosen = chosen == Some(&record.id);
            view! {
                <option value=record.id.to_string() selected=is_chosen>
                    {snapshot_label(record)}
                </option>
            }
        };
        snapshots.iter().map(option).collect_view()
    };
    Some(
        view! {
            <section>
                <h3>{text::COMPARE}</h3>
                <form method="get" action=format!("/migrations/{id}/inventory/compare") class="one-line">
                    <div class="field">
                        <label for="compare-from">{text::COMPARE_FROM}</label>
                        <select id="compare-from" name="from">
                            {options(from.as_ref())}
                        </select>
                    </div>
                    <div class="field">
                        <label for="compare-to">{text::COMPARE_TO}</label>
                        <select id="compare-to" name="to">
                            {options(Some(&shown.record.id))}
                        </select>
                    </div>
                    <button type="submit" class="button">
                        {text::COMPARE_BUTTON}
                    </button>
                </form>
            </section>
        }
        .into_any(),
    )
}
