//! How the rows of one stream are copied (resources.md 3.1, 3.2, 3.6).

use ferry_model::{CapturedColumn, Count, Product, StreamMode, Version};

use super::{Captured, PlanInput};
use crate::{CopySpec, Redo};

/// Bytes of one slice, about: small enough to redo, large enough that checking it costs little beside copying it.
const SLICE_BYTES: u64 = 512 * 1024 * 1024;
/// A slice has never fewer rows than this, so that small streams are copied whole.
const FEWEST_SLICE_ROWS: u64 = 1_000_000;
/// A slice has never more rows than this.
const MOST_SLICE_ROWS: u64 = 5_000_000;
/// The first Timeplus Enterprise that deletes rows (resources.md 3.9).
const FIRST_THAT_DELETES: Version = Version::new(2, 7, 0);

pub(crate) fn spec_of(captured: &Captured<'_>, input: &PlanInput<'_>) -> CopySpec {
    let resource = captured.resource;
    let mode = resource.mode.unwrap_or(StreamMode::Append);
    let columns: Vec<String> =
        resource.columns.iter().filter(|column| is_copied(column, mode)).map(|column| column.name.clone()).collect();
    let has_time = columns.iter().any(|name| name == "_tp_time");
    // Between versions of one key, and between a row and its retraction, order decides what is kept.
    let order_matters = mode != StreamMode::Append;
    CopySpec {
        columns,
        mode,
        rows: resource.rows,
        bytes: resource.bytes,
        order_by: if order_matters && has_time { vec!["_tp_time".to_owned()] } else { vec![] },
        threads: if order_matters { 1 } else { input.config.settings.max_insert_threads },
        slice_rows: (mode == StreamMode::Append && has_time).then(|| slice_rows(resource.rows, resource.bytes)),
        redo: if mode == StreamMode::Append { redo(input) } else { Redo::Recreate },
        helper: helper_name(input.migration.as_str(), &resource.name.path()),
        through: None,
    }
}

/// Whether a column is named in the copy: real columns and `_tp_time` always, `_tp_delta` only where it is stored
/// and not made up, never what the server assigns or computes (copy-safety 13, resources.md 3.1).
fn is_copied(column: &CapturedColumn, mode: StreamMode) -> bool {
    if matches!(column.default_kind.to_ascii_uppercase().as_str(), "ALIAS" | "MATERIALIZED" | "EPHEMERAL") {
        return false;
    }
    match column.name.as_str() {
        "_tp_time" => true,
        "_tp_delta" => matches!(mode, StreamMode::Changelog | StreamMode::ChangelogKv),
        // Everything else that begins so is assigned by the server: `_tp_sn`, `_tp_index_time`, `_tp_shard`, ...
        name => !name.starts_with("_tp_"),
    }
}

/// Rows of one slice, from the width of a row where it was measured.
fn slice_rows(rows: Count, bytes: Count) -> u64 {
    let width_bytes = match (rows.known(), bytes.known()) {
        (Some(n_rows), Some(n_bytes)) if n_rows > 0 => (n_bytes / n_rows).max(1),
        _ => 1,
    };
    (SLICE_BYTES / width_bytes).clamp(FEWEST_SLICE_ROWS, MOST_SLICE_ROWS)
}

/// What the target can do for a slice that came out short: Proton and older releases of Enterprise delete no rows.
fn redo(input: &PlanInput<'_>) -> Redo {
    let deletes = input.target.is_some_and(|target| {
        target.deployment.product == Product::Enterprise && target.deployment.version >= FIRST_THAT_DELETES
    });
    if deletes { Redo::Delete } else { Redo::Recreate }
}

/// The helper's name: recognisable, the same for every revision of a migration's plan, and another one for every
/// migration, so that two of them never share a helper (copy-safety 6).
fn helper_name(migration: &str, stream: &str) -> String {
    let digest = crate::digest::of_text(&format!("{migration}\n{stream}"));
    format!("{}{}", ferry_model::HELPER_PREFIX, &digest[..12])
}
