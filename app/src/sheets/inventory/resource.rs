//! One resource of a snapshot.

use std::sync::Arc;

use ferry_console::Inventory;
use ferry_model::messages::{inventory as text, ui};
use ferry_model::{CapturedColumn, Definition, MigrationId, Resource};
use leptos::prelude::*;

use super::super::address::link;
use super::{bytes, graph, neighbours, read_at, rows, snapshot_label, sql};
use crate::parts::name::NameOf;
use crate::parts::table::TableFrame;

pub(super) fn draw(id: &MigrationId, inventory: &Arc<Inventory>, at: usize) -> AnyView {
    let resource = &inventory.snapshot.resources[at];
    let back = link(&format!("/migrations/{id}/inventory"), &[("snapshot", inventory.record.id.as_str())]);
    let flows = &inventory.links.flows;
    let uses = &inventory.links.uses;
    let from = |edges: &std::collections::BTreeSet<(usize, usize)>| -> Vec<usize> {
        edges.iter().filter(|(_, to)| *to == at).map(|(from, _)| *from).collect()
    };
    let to = |edges: &std::collections::BTreeSet<(usize, usize)>| -> Vec<usize> {
        edges.iter().filter(|(from, _)| *from == at).map(|(_, to)| *to).collect()
    };
    let (used, used_by) = (from(uses), to(uses));
    let others = (!used.is_empty() || !used_by.is_empty()).then(|| {
        view! {
            {neighbours(id, inventory, text::USES, &used)}
            {neighbours(id, inventory, text::USED_BY, &used_by)}
        }
    });
    view! {
        <div class="stack">
            <div>
                <p>
                    <a href=back>{text::INVENTORY}</a>
                    <span class="quiet">" · " {snapshot_label(&inventory.record)}</span>
                </p>
                <h2 class="sentence-title resource-title">
                    <NameOf resource=resource.name.clone() />
                </h2>
            </div>
            {facts(inventory, at)}
            {graph::draw(id, inventory, at)}
            <div class="neighbour-lists">
                {neighbours(id, inventory, text::READS_FROM, &from(flows))}
                {neighbours(id, inventory, text::FEEDS, &to(flows))}
                {others}
            </div>
            {unknown(inventory, at)}
            {definition(resource)}
            {columns(resource)}
        </div>
    }
    .into_any()
}

fn facts(inventory: &Inventory, at: usize) -> impl IntoView {
    let resource = &inventory.snapshot.resources[at];
    let running = match resource.running {
        None => String::new(),
        Some(true) => text::YES.into(),
        Some(false) => text::NO.into(),
    };
    let secrets = resource.secrets.len();
    let secrets = if secrets == 0 { String::new() } else { text::secrets(secrets) };
    let facts = [
        (text::KIND, resource.name.kind.label().to_owned()),
        (text::ENGINE, inventory.engine(at).to_owned()),
        (ui::ROWS, rows(resource)),
        (text::BYTES, bytes(resource.bytes)),
        (text::OWNER, resource.owner.clone().unwrap_or_default()),
        (text::IS_RUNNING, running),
        (text::SERVER_ID, resource.server_id.clone().unwrap_or_default()),
        (text::SECRETS, secrets),
    ];
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    });
    view! {
        <div>
            <dl class="facts facts-wide">{facts.collect_view()}</dl>
            {read_at(&inventory.record)}
        </div>
    }
}

fn unknown(inventory: &Inventory, at: usize) -> Option<AnyView> {
    let names: Vec<&String> =
        inventory.links.unknown.iter().filter(|(of, _)| *of == at).map(|(_, name)| name).collect();
    (!names.is_empty()).then(|| {
        let items = names.into_iter().map(|name| view! { <li><code>{name.clone()}</code></li> });
        view! {
            <section>
                <h3>{text::UNKNOWN_NAMES}</h3>
                <ul class="problems">{items.collect_view()}</ul>
            </section>
        }
        .into_any()
    })
}

fn definition(resource: &Resource) -> AnyView {
    let (title, text) = match &resource.definition {
        Definition::Sql(text) => (text::DEFINITION, text.clone()),
        Definition::Json(value) => (text::RAW_OBJECT, format!("{value:#}")),
    };
    let shown = match &resource.definition {
        Definition::Sql(_) => sql::highlighted(&text),
        Definition::Json(_) => view! { <pre class="sql" tabindex="0">{text}</pre> }.into_any(),
    };
    view! {
        <section class="definition">
            <div class="section-head">
                <h3>{title}</h3>
                <button type="button" class="button copy" data-copy="definition">
                    {text::COPY}
                </button>
            </div>
            <div id="definition">{shown}</div>
        </section>
    }
    .into_any()
}

fn columns(resource: &Resource) -> Option<AnyView> {
    let row = |column: &CapturedColumn| {
        let CapturedColumn { name, data_type, default_kind, default_expression } = column.clone();
        view! {
            <tr>
                <th scope="row">
                    <code>{name}</code>
                </th>
                <td>
                    <code>{data_type}</code>
                </td>
                <td>
                    {default_kind} " " <code>{default_expression}</code>
                </td>
            </tr>
        }
    };
    (!resource.columns.is_empty()).then(|| {
        let body = resource.columns.iter().map(row).collect_view();
        view! {
            <section>
                <h3>{text::COLUMNS} " " <span class="count">{resource.columns.len().to_string()}</span></h3>
                <TableFrame label=text::COLUMNS>
                    <table class="table table-list">
                        <thead>
                            <tr>
                                <th scope="col">{ui::NAME}</th>
                                <th scope="col">{text::TYPE}</th>
                                <th scope="col">{text::DEFAULT}</th>
                            </tr>
                        </thead>
                        <tbody>{body}</tbody>
                    </table>
                </TableFrame>
            </section>
        }
        .into_any()
    })
}
