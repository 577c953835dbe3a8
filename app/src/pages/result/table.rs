//! Every resource of a run with the counts of both sides.

use ferry_model::messages::{result as words, room, ui};
use ferry_model::{Count, ResourceResult, Verdict};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::{address, mark_of};
use crate::format;
use crate::parts::badge::Badge;
use crate::parts::name::NameOf;
use crate::parts::table::TableFrame;

/// How many rows are drawn as long as nobody asks for more.
const FEW: usize = 300;

/// The table; `?show=` chooses one verdict, `?all=1` every row.
#[component]
pub fn Resources(
    /// The resources, the worst first.
    resources: Vec<ResourceResult>,
    /// The address of the run.
    room: String,
) -> impl IntoView {
    let query = use_query_map();
    let shown = move || {
        query.with(|query| Verdict::ALL.into_iter().find(|verdict| query.get_str("show") == Some(address(*verdict))))
    };
    let resources = StoredValue::new(resources);
    let room = StoredValue::new(room);
    let rows = move || {
        let n_rows = if query.with(|query| query.get_str("all").is_some()) { usize::MAX } else { FEW };
        let shown = shown();
        resources.with_value(|resources| {
            let wanted = resources.iter().filter(|resource| shown.is_none_or(|shown| resource.verdict == shown));
            wanted.take(n_rows).map(|resource| room.with_value(|room| row(resource, room))).collect_view()
        })
    };
    let n_more = move || {
        let shown = shown();
        let is_cut = query.with(|query| query.get_str("all").is_none());
        let is_wanted = |resource: &&ResourceResult| shown.is_none_or(|shown| resource.verdict == shown);
        let n_all = resources.with_value(|resources| resources.iter().filter(is_wanted).count());
        if is_cut { n_all.saturating_sub(FEW) } else { 0 }
    };
    view! {
        <p hidden=move || shown().is_none()>
            <a href="?">{words::SHOW_ALL}</a>
        </p>
        <TableFrame label=words::RESOURCES>
            <table class="table table-list">
                <thead>
                    <tr>
                        <th scope="col">{ui::RESOURCE}</th>
                        <th scope="col">{words::VERDICT}</th>
                        <th scope="col" class="number">{words::SOURCE_ROWS}</th>
                        <th scope="col" class="number">{words::TARGET_ROWS}</th>
                        <th scope="col" class="number">{ui::STEP}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </TableFrame>
        <p hidden=move || n_more() == 0>
            <a href="?all=1">{move || room::show_more(n_more(), "")}</a>
        </p>
    }
}

fn row(resource: &ResourceResult, room: &str) -> impl IntoView + use<> {
    let ResourceResult { resource, verdict, rows, step, note, .. } = resource.clone();
    let on_side = |side: fn((Count, Count)) -> Count| rows.map(side).map(format::count);
    let (source, target) = (on_side(|(source, _)| source), on_side(|(_, target)| target));
    view! {
        <tr data-verdict=address(verdict)>
            <th scope="row">
                <NameOf resource=resource />
                {(!note.is_empty()).then(|| view! { <span class="cell-note">{note}</span> })}
            </th>
            <td>
                <Badge mark=Signal::stored(mark_of(verdict)) />
            </td>
            <td class="number" data-label=words::SOURCE_ROWS>
                {source}
            </td>
            <td class="number" data-label=words::TARGET_ROWS>
                {target}
            </td>
            <td class="number" data-label=ui::STEP>
                <a href=format!("{room}?step={step}#log") class="step-link" title=ui::SHOW_LOG>
                    {step.to_string()}
                </a>
            </td>
        </tr>
    }
}
