//! The inventory: what is there?

mod compare;
mod graph;
mod list;
mod resource;
mod sql;

use ferry_console::{CaptureProgress, CaptureState, Inventory, SnapshotRecord};
use ferry_model::messages::{inventory as text, ui};
use ferry_model::{Count, FerryError, MigrationId, Permission, ResourceName, Side, SnapshotId};
use leptos::prelude::*;

use super::address::link;
use super::{Asked, ago, post_button, sheet};
use crate::api::sheet::Sheet;
use crate::format;
use crate::parts::badge::Tone;
use crate::parts::empty::Empty;
use crate::parts::name::NameOf;
use crate::parts::notice::Notice;

/// How soon a capture that is under way is worth looking at again.
const REFRESH_MS: u32 = 500;

/// The list, or what stands in its place before the first capture.
pub(super) async fn draw(asked: &Asked, id: &MigrationId) -> Result<Sheet, FerryError> {
    let snapshots = asked.console.snapshots(&asked.caller, id).await?;
    let state = asked.console.capture_state(&asked.caller, id).await?;
    let shown = match asked.address.get("snapshot") {
        "" => snapshots.iter().find(|record| record.side == side_of(asked)),
        wanted => snapshots.iter().find(|record| record.id.as_str() == wanted),
    };
    let refresh_ms = if matches!(state, Some(CaptureState::UnderWay(_))) { REFRESH_MS } else { 0 };
    let capture = capture(asked, id, state.as_ref(), !snapshots.is_empty());
    let content = match shown {
        Some(record) => {
            let inventory = asked.console.inventory(&asked.caller, id, &record.id).await?;
            list::draw(asked, id, &inventory, &snapshots, capture)
        }
        None if !asked.address.get("snapshot").is_empty() => {
            let wanted = asked.address.get("snapshot").to_owned();
            return Err(FerryError::NotFound { what: "snapshot".into(), id: wanted });
        }
        None if refresh_ms > 0 => capture,
        None => view! {
            <Empty icon="database" title=text::NOTHING_YET text=text::NOTHING_YET_REMEDY>
                {capture}
            </Empty>
        }
        .into_any(),
    };
    Ok(Sheet { refresh_ms, ..sheet("", content) })
}

/// One resource.
pub(super) async fn draw_resource(asked: &Asked, id: &MigrationId) -> Result<Sheet, FerryError> {
    let snapshot = SnapshotId::new(asked.address.get("snapshot"));
    let inventory = asked.console.inventory(&asked.caller, id, &snapshot).await?;
    let get = |key| asked.address.get(key);
    let at = inventory.position(get("kind"), get("database"), get("name"), get("id"));
    let at = at.ok_or_else(|| FerryError::NotFound { what: "resource".into(), id: get("name").into() })?;
    Ok(sheet("", resource::draw(id, &inventory, at)))
}

/// Two snapshots, or one resource of both.
pub(super) async fn draw_comparison(asked: &Asked, id: &MigrationId) -> Result<Sheet, FerryError> {
    let (from, to) = (SnapshotId::new(asked.address.get("from")), SnapshotId::new(asked.address.get("to")));
    let from = asked.console.inventory(&asked.caller, id, &from).await?;
    let to = asked.console.inventory(&asked.caller, id, &to).await?;
    Ok(sheet("", compare::draw(asked, id, &from, &to)))
}

fn side_of(asked: &Asked) -> Side {
    if asked.address.get("side") == "target" { Side::Target } else { Side::Source }
}

/// The button that captures, the progress of a capture, or why the last one ended early.
fn capture(asked: &Asked, id: &MigrationId, state: Option<&CaptureState>, has_snapshots: bool) -> AnyView {
    let may_capture = asked.may(Permission::EditPlans);
    let label = if has_snapshots { text::CAPTURE_AGAIN } else { text::CAPTURE };
    let button = may_capture.then(|| post_button("start_capture", &[("id", id.to_string())], "button", label));
    match state {
        None => button.into_any(),
        Some(CaptureState::Failed(error)) => {
            let why = error.to_string();
            view! {
                <Notice tone=Tone::Risk title=text::CAPTURE_FAILED>
                    <p>{why}</p>
                    <p>{text::CAPTURE_FAILED_REMEDY}</p>
                    {button}
                </Notice>
            }
            .into_any()
        }
        Some(CaptureState::UnderWay(sides)) => {
            let cancel =
                may_capture.then(|| post_button("cancel_capture", &[("id", id.to_string())], "button", text::CANCEL));
            view! {
                <section class="capture" aria-label=text::CAPTURING>
                    <h2 class="sentence-title">{text::CAPTURING}</h2>
                    <div role="status">{sides.iter().map(progress).collect_view()}</div>
                    {cancel}
                </section>
            }
            .into_any()
        }
    }
}

fn progress(progress: &CaptureProgress) -> impl IntoView {
    let CaptureProgress { side, n_done, n_total } = *progress;
    let words = text::captured(side, n_done, n_total);
    let value = (n_total > 0).then(|| n_done.to_string());
    view! {
        <p>
            <progress
                class="progress"
                max=n_total.max(1).to_string()
                value=value
                aria-label=text::side(side)
            ></progress>
            {words}
        </p>
    }
}

/// Where a resource of a snapshot is shown.
fn link_to(id: &MigrationId, inventory: &Inventory, at: usize) -> String {
    let resource = &inventory.snapshot.resources[at];
    let ResourceName { kind, database, name } = &resource.name;
    link(
        &format!("/migrations/{id}/inventory/resource"),
        &[
            ("snapshot", inventory.record.id.as_str()),
            ("kind", kind.as_str()),
            ("database", database.as_deref().unwrap_or_default()),
            ("name", name),
            ("id", resource.server_id.as_deref().unwrap_or_default()),
        ],
    )
}

/// `Source, 2026-11-22 21:00 UTC, by anna`.
fn snapshot_label(record: &SnapshotRecord) -> String {
    format!("{}, {}, {}", text::side(record.side), format::utc(record.taken_at_ms), record.taken_by)
}

/// When it was read, and by whom.
fn read_at(record: &SnapshotRecord) -> impl IntoView {
    view! { <span class="quiet">{text::READ_AT} " " {ago(record.taken_at_ms)} ", " {record.taken_by.clone()}</span> }
}

/// Bytes in words; empty where nobody knows.
fn bytes(count: Count) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let Some(bytes) = count.known() else { return String::new() };
    let mut unit = 0;
    let mut tenths = u128::from(bytes) * 10;
    while tenths >= 10_000 && unit + 1 < UNITS.len() {
        tenths /= 1_000;
        unit += 1;
    }
    let number = if unit == 0 || tenths >= 1_000 {
        (tenths / 10).to_string()
    } else {
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    format!("{number} {}", UNITS[unit])
}

/// Unknown numbers say so in words already; here the column's cell stays readable.
fn rows(resource: &ferry_model::Resource) -> String {
    if resource.name.kind.holds_rows() { format::count(resource.rows) } else { String::new() }
}

/// A heading with a list of links to resources.
fn neighbours(id: &MigrationId, inventory: &Inventory, title: &'static str, at: &[usize]) -> AnyView {
    let items = at.iter().map(|at| {
        let resource = &inventory.snapshot.resources[*at];
        view! {
            <li>
                <a href=link_to(id, inventory, *at)>
                    <NameOf resource=resource.name.clone() />
                </a>
            </li>
        }
    });
    let content = if at.is_empty() {
        view! { <p class="quiet">{text::NOTHING}</p> }.into_any()
    } else {
        view! { <ul class="neighbours">{items.collect_view()}</ul> }.into_any()
    };
    view! {
        <section>
            <h3>{title}</h3>
            {content}
        </section>
    }
    .into_any()
}

/// What could not be read, and what was seen and left out.
fn troubles(inventory: &Inventory) -> impl IntoView {
    let problems = &inventory.snapshot.problems;
    let left_out = &inventory.snapshot.left_out;
    let problem = |problem: &ferry_model::CaptureProblem| {
        let raw = problem.raw.clone().map(|raw| view! { <pre class="raw" tabindex="0">{raw}</pre> });
        view! {
            <li>
                <p>
                    <code>{problem.what.clone()}</code>
                    " "
                    {problem.why.clone()}
                </p>
                <p class="quiet">{problem.remedy.clone()}</p>
                {raw}
            </li>
        }
    };
    let problems = (!problems.is_empty()).then(|| {
        let items = problems.iter().map(problem).collect_view();
        view! {
            <Notice tone=Tone::Risk title=ui::NOT_READ>
                <ul class="problems" id="not-read">
                    {items}
                </ul>
            </Notice>
        }
    });
    let left = |left: &ferry_model::LeftOut| {
        view! {
            <li>
                <code>{left.what.clone()}</code>
                " "
                {left.why.clone()}
            </li>
        }
    };
    let left_out = (!left_out.is_empty()).then(|| {
        view! {
            <details class="more">
                <summary>{ui::LEFT_OUT} " (" {left_out.len().to_string()} ")"</summary>
                <ul class="problems">{left_out.iter().map(left).collect_view()}</ul>
            </details>
        }
    });
    view! {
        {problems}
        {left_out}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_said_with_two_or_three_digits() {
        for (n, words) in
            [(0, "0 B"), (999, "999 B"), (1_500, "1.5 kB"), (48_200_000_000, "48.2 GB"), (999_949, "999 kB")]
        {
            assert_eq!(bytes(Count::exact(n)), words);
        }
        assert_eq!(bytes(Count::UNKNOWN), "");
    }
}
