//! Settings of queries.

use std::collections::HashMap;
use std::time::Duration;

use ferry_sql::Setting;
use tokio::time::Instant;

use crate::fault::{Fault, FaultCode};

/// Names and values of a SETTINGS clause. A name that nothing knows is refused (a real server does the same in a
/// statement's text; those in the packet are passed over, protocol.md A4).
pub fn read(settings: &[Setting]) -> Result<Vec<(String, String)>, Fault> {
    check(settings)?;
    Ok(settings.iter().map(|setting| (setting.name.value.clone(), setting.text())).collect())
}

/// Refuses a setting that nothing knows, and those that would change a result and are not supported.
pub fn check(settings: &[Setting]) -> Result<(), Fault> {
    for setting in settings {
        let name = setting.name.value.as_str();
        if REFUSED.contains(&name) {
            return Err(Fault::refused(format!("the setting {name}")));
        }
        if !KNOWN.contains(&name) {
            return Err(Fault::new(FaultCode::UnknownSetting, format!("Unknown setting {name}")));
        }
    }
    Ok(())
}

/// When `max_execution_time` is over.
pub fn deadline(settings: &HashMap<String, String>) -> Result<Option<Instant>, Fault> {
    let Some(text) = settings.get("max_execution_time") else {
        return Ok(None);
    };
    let seconds: f64 = text.parse().map_err(|_| Fault::bad(format!("max_execution_time '{text}' is not a number")))?;
    if !(seconds.is_finite() && seconds >= 0.0) {
        return Err(Fault::bad(format!("max_execution_time '{text}' is out of range")));
    }
    Ok((seconds > 0.0).then(|| Instant::now() + Duration::from_secs_f64(seconds.min(1e9))))
}

/// Waits until the deadline; for ever without one.
pub async fn passed(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// The query was killed or its client gave up.
pub fn cancelled() -> Fault {
    Fault::new(FaultCode::QueryCancelled, "Query was cancelled")
}

/// The query's time is over.
pub fn too_long() -> Fault {
    Fault::new(FaultCode::TimeoutExceeded, "Timeout exceeded: the query ran longer than max_execution_time")
}

/// A setting as a number.
pub fn number(settings: &HashMap<String, String>, name: &str) -> Result<Option<u64>, Fault> {
    let Some(text) = settings.get(name) else {
        return Ok(None);
    };
    text.parse().map(Some).map_err(|_| Fault::bad(format!("Setting {name} = '{text}' is not a number")))
}

/// They change which rows come back or are written, and the sandbox does not implement them.
const REFUSED: &[&str] = &["asterisk_include_tp_sn_column", "idempotent_id", "seek_to", "limit", "offset"];

const KNOWN: &[&str] = &[
    "asterisk_include_reserved_columns",
    "check_table_dependencies",
    "date_time_input_format",
    "enable_optimize_predicate_expression",
    "force_drop_big_stream",
    "insert_null_as_default",
    "insert_timeout_ms",
    "interactive_delay",
    "join_use_nulls",
    "log_comment",
    "max_block_size",
    "max_execution_time",
    "max_insert_block_size",
    "max_insert_threads",
    "max_memory_usage",
    "max_threads",
    "min_insert_block_size_bytes",
    "min_insert_block_size_rows",
    "network_compression_method",
    "query_mode",
    "receive_timeout",
    "send_logs_level",
    "send_timeout",
    "show_multi_versions",
    "show_uuid",
    "union_default_mode",
    "verbose",
];
