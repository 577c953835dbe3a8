//! Two snapshots side by side: what was added, removed and changed, each change line by line.

use std::collections::BTreeMap;
use std::sync::Arc;

use ferry_console::{DiffLine, Inventory, lines_around_changes};
use ferry_model::messages::inventory as text;
use ferry_model::{Definition, MigrationId, Resource, ResourceName};
use leptos::prelude::*;

use super::super::Asked;
use super::super::address::link;
use super::{link_to, snapshot_label};
use crate::parts::empty::Empty;
use crate::parts::name::NameOf;

/// Resources of one group that are listed; the numbers are of all.
const MOST_LISTED: usize = 500;

pub(super) fn draw(asked: &Asked, id: &MigrationId, from: &Arc<Inventory>, to: &Arc<Inventory>) -> AnyView {
    let pairs = pairs(from, to);
    let back = link(&format!("/migrations/{id}/inventory"), &[("snapshot", to.record.id.as_str())]);
    let comparison = Comparison { asked, id, from, to };
    let of = |wanted: fn(&Pair) -> bool| -> Vec<Pair> { pairs.iter().copied().filter(wanted).collect() };
    let added = of(|pair| pair.before.is_none());
    let removed = of(|pair| pair.after.is_none());
    let changed: Vec<Pair> = of(|pair| pair.before.is_some() && pair.after.is_some());
    let (same, changed): (Vec<Pair>, Vec<Pair>) = changed.into_iter().partition(|pair| comparison.is_same(pair));
    let sentence = text::compared(added.len(), removed.len(), changed.len(), same.len());
    let content = if added.is_empty() && removed.is_empty() && changed.is_empty() {
        view! { <Empty icon="scale" title=text::SAME text=text::SAME_REMEDY /> }.into_any()
    } else {
        view! {
            {comparison.group(text::CHANGED, &changed)}
            {comparison.group(text::ADDED, &added)}
            {comparison.group(text::REMOVED, &removed)}
        }
        .into_any()
    };
    view! {
        <div class="stack">
            <div>
                <p>
                    <a href=back>{text::INVENTORY}</a>
                </p>
                <h2 class="sentence-title">{sentence}</h2>
                <p class="sentence">
                    {snapshot_label(&from.record)} " → " {snapshot_label(&to.record)}
                </p>
            </div>
            {content}
        </div>
    }
    .into_any()
}

/// One resource by its positions in both.
#[derive(Debug, Clone, Copy)]
struct Pair {
    before: Option<usize>,
    after: Option<usize>,
}

fn pairs(from: &Inventory, to: &Inventory) -> Vec<Pair> {
    // Several of the app server's resources may share a name: they are told apart by their order.
    let mut known: BTreeMap<(&ResourceName, usize), Pair> = BTreeMap::new();
    let numbered = |resources: &'_ [Resource]| -> Vec<usize> {
        let mut seen: BTreeMap<&ResourceName, usize> = BTreeMap::new();
        resources
            .iter()
            .map(|resource| {
                let nth = seen.entry(&resource.name).or_default();
                *nth += 1;
                *nth
            })
            .collect()
    };
    let none = Pair { before: None, after: None };
    for (at, (resource, nth)) in from.snapshot.resources.iter().zip(numbered(&from.snapshot.resources)).enumerate() {
        known.entry((&resource.name, nth)).or_insert(none).before = Some(at);
    }
    for (at, (resource, nth)) in to.snapshot.resources.iter().zip(numbered(&to.snapshot.resources)).enumerate() {
        known.entry((&resource.name, nth)).or_insert(none).after = Some(at);
    }
    known.into_values().collect()
}

struct Comparison<'a> {
    asked: &'a Asked,
    id: &'a MigrationId,
    from: &'a Inventory,
    to: &'a Inventory,
}

impl Comparison<'_> {
    fn is_same(&self, pair: &Pair) -> bool {
        let (Some(before), Some(after)) = (pair.before, pair.after) else { return false };
        self.from.snapshot.resources[before].definition == self.to.snapshot.resources[after].definition
    }

    fn group(&self, title: &'static str, pairs: &[Pair]) -> Option<AnyView> {
        if pairs.is_empty() {
            return None;
        }
        let items = pairs.iter().take(MOST_LISTED).filter_map(|pair| self.item(pair));
        Some(
            view! {
                <section>
                    <h3>{title} " " <span class="count">{pairs.len().to_string()}</span></h3>
                    <ul class="compared">{items.collect_view()}</ul>
                </section>
            }
            .into_any(),
        )
    }

    fn item(&self, pair: &Pair) -> Option<AnyView> {
        let (inventory, at) = match (pair.after, pair.before) {
            (Some(at), _) => (self.to, at),
            (None, Some(at)) => (self.from, at),
            (None, None) => return None,
        };
        let name = inventory.snapshot.resources[at].name.clone();
        let id = format!("{}-{}-{}", name.kind.as_str(), name.database.as_deref().unwrap_or_default(), name.name);
        let is_open = self.asked.address.get("show") == id;
        let href = link_to(self.id, inventory, at);
        let lines = self.lines(pair).map(|lines| {
            view! {
                <details open=is_open>
                    <summary>{text::DEFINITION}</summary>
                    {lines}
                </details>
            }
        });
        Some(
            view! {
                <li id=id>
                    <a href=href>
                        <NameOf resource=name />
                    </a>
                    {lines}
                </li>
            }
            .into_any(),
        )
    }

    /// The lines that differ, with some around them.
    fn lines(&self, pair: &Pair) -> Option<AnyView> {
        let before = text_of(&self.from.snapshot.resources[pair.before?]);
        let after = text_of(&self.to.snapshot.resources[pair.after?]);
        let lines = lines_around_changes(&before, &after).into_iter().map(|line| match line {
            DiffLine::Same(text) => view! { <span class="diff-same">{format!("  {text}\n")}</span> }.into_any(),
            DiffLine::Old(text) => view! { <del class="diff-removed">{format!("- {text}\n")}</del> }.into_any(),
            DiffLine::New(text) => view! { <ins class="diff-added">{format!("+ {text}\n")}</ins> }.into_any(),
        });
        Some(view! { <pre class="sql diff" tabindex="0">{lines.collect_view()}</pre> }.into_any())
    }
}

fn text_of(resource: &Resource) -> String {
    match &resource.definition {
        Definition::Sql(text) => text.clone(),
        Definition::Json(value) => format!("{value:#}"),
    }
}
