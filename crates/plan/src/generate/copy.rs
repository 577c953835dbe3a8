//! How the rows of one stream are copied (resources.md 3.1, 3.2, 3.6).

use ferry_model::{CapturedColumn, StreamMode};

use super::{Captured, PlanInput};
use crate::CopySpec;

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
        helper: helper_name(input.migration.as_str(), &resource.name.path()),
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

/// The helper's name: recognisable, the same for every revision of a migration's plan, and another one for every
/// migration, so that two of them never share a helper (copy-safety 6).
fn helper_name(migration: &str, stream: &str) -> String {
    let digest = crate::digest::of_text(&format!("{migration}\n{stream}"));
    format!("{}{}", ferry_model::HELPER_PREFIX, &digest[..12])
}
