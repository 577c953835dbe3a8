//! SETTINGS of streams, external streams and external tables.

use ferry_sql::{ExprKind, Literal, Setting};

use crate::catalog::{EntryKind, StoredSetting};
use crate::fault::{Fault, FaultCode};

/// The settings as they are kept. A setting that no stream has is refused; an external stream's are passed to its
/// driver and may have any name.
pub fn read(settings: &[Setting], kind: EntryKind) -> Result<Vec<StoredSetting>, Fault> {
    let is_external = matches!(kind, EntryKind::ExternalStream | EntryKind::ExternalTable);
    let mut stored: Vec<StoredSetting> = Vec::with_capacity(settings.len());
    for setting in settings {
        let name = current_name(&setting.name.value);
        if !is_external && !KNOWN.contains(&name) {
            return Err(Fault::new(FaultCode::UnknownSetting, format!("Unknown setting {name}")));
        }
        if stored.iter().any(|earlier| earlier.name == name) {
            return Err(Fault::bad(format!("Setting {name} is given twice")));
        }
        stored.push(StoredSetting { name: name.to_owned(), value: setting.text(), is_text: is_text(setting) });
    }
    Ok(stored)
}

/// Whether the value was written as a string.
pub fn is_text(setting: &Setting) -> bool {
    matches!(setting.value.kind, ExprKind::Literal(Literal::String(_)))
}

/// The name that this version uses (resources.md 3.8 T9).
fn current_name(name: &str) -> &str {
    match name {
        "distributed_flush_threshold_count" => "flush_threshold_count",
        "distributed_flush_threshold_ms" => "flush_threshold_ms",
        "distributed_flush_threshold_bytes" => "flush_threshold_bytes",
        "distributed_ingest_mode" => "ingest_mode",
        "replicas" => "replication_factor",
        other => other,
    }
}

/// What a stream may set (resources.md 2.2).
const KNOWN: &[&str] = &[
    "ack",
    "auto_cf",
    "coalesced",
    "enable_hash_index",
    "enable_statistics",
    "eps",
    "event_time_column",
    "fetch_threads",
    "flush_ms",
    "flush_rows",
    "flush_threshold_bytes",
    "flush_threshold_count",
    "flush_threshold_ms",
    "index_granularity",
    "ingest_batch_max_bytes",
    "ingest_batch_timeout_ms",
    "ingest_mode",
    "interval_time",
    "keep_versions",
    "kvstore_codec",
    "kvstore_options",
    "late_insert_overrides",
    "log_kvstore",
    "logstore_codec",
    "logstore_flush_messages",
    "logstore_flush_ms",
    "logstore_retention_bytes",
    "logstore_retention_ms",
    "merge_with_ttl_timeout",
    "min_bytes_for_wide_part",
    "min_rows_for_wide_part",
    "mode",
    "placement_policies",
    "replication_factor",
    "sharding_expr",
    "shards",
    "storage_policy",
    "storage_type",
    "ttl_column",
    "ttl_only_drop_parts",
    "ttl_seconds",
    "version_column",
];
