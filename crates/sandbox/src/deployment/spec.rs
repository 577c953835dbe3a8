//! From a definition to the rows' settings.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use arrow::datatypes::Schema;

use super::Deployment;
use super::names::column_defs;
use crate::catalog::Entry;
use crate::engine::{Catalog, ColumnDef, QueryContext, RowCondition, StreamExpression};
use crate::fault::{Fault, FaultCode};
use crate::storage::{Limits, Mode, RowExpression, StreamSpec};

/// What [`crate::storage::Stream::open`] needs for this entry.
pub fn of(deployment: &Arc<Deployment>, entry: &Entry, data_dir: Option<PathBuf>) -> Result<StreamSpec, Fault> {
    let columns = column_defs(entry)?;
    let mode = Mode::from_setting(&entry.mode).unwrap_or(Mode::Append);
    let stored: Vec<ColumnDef> = columns.iter().filter(|column| column.is_stored()).cloned().collect();
    let context = QueryContext::new(Arc::clone(deployment) as Arc<dyn Catalog>);
    let expression = |text: &str| -> Result<Option<Arc<dyn RowExpression>>, Fault> {
        if text.is_empty() {
            return Ok(None);
        }
        let expression = StreamExpression::new(&parse(text)?, &stored, &context)?;
        Ok(Some(Arc::new(expression) as Arc<dyn RowExpression>))
    };
    let partition = if mode == Mode::Mutable { None } else { expression(&entry.partition_by)? };
    let ttl: Option<Arc<dyn RowExpression>> = match entry.ttl.as_str() {
        "" => None,
        text => Some(Arc::new(RowCondition::expired(parse(text)?, stored.clone(), context.clone())?)),
    };
    Ok(StreamSpec {
        schema: Arc::new(schema(&columns)?),
        mode,
        primary_key: entry.primary_key.clone(),
        version_column: version_column(entry, mode),
        shards: entry.shards.max(1),
        sharding: expression(&sharding_text(entry).unwrap_or_default())?,
        partition,
        ttl,
        limits: limits(entry, mode)?,
        data_dir,
    })
}

fn parse(text: &str) -> Result<ferry_sql::Expr, Fault> {
    ferry_sql::parse_expr(text).map_err(|error| Fault::new(FaultCode::SyntaxError, format!("`{text}`: {error}")))
}

/// The Arrow schema of the columns that are stored.
pub fn schema(columns: &[ColumnDef]) -> Result<Schema, Fault> {
    let fields = columns
        .iter()
        .filter(|column| column.is_stored())
        .map(|column| ferry_native::arrow::field(&column.name, &column.data_type));
    let fields = fields
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Fault::new(FaultCode::NotImplemented, error.to_string()))?;
    Ok(Schema::new(fields))
}

/// A versioned stream's version is `_tp_time` where the definition names none.
fn version_column(entry: &Entry, mode: Mode) -> Option<String> {
    let written = entry.setting("version_column").map(str::to_owned);
    match mode {
        Mode::VersionedKv | Mode::ChangelogKv => Some(written.unwrap_or_else(|| "_tp_time".to_owned())),
        Mode::Mutable => written,
        Mode::Append | Mode::Changelog => None,
    }
}

/// The sharding expression if it decides anything: `rand()` sends whole blocks round, and a hash of the key is what
/// keyed streams do anyway.
fn sharding_text(entry: &Entry) -> Option<String> {
    if entry.shards < 2 {
        return None;
    }
    let inside = entry.engine_full.strip_prefix("Stream(")?.strip_suffix(')')?;
    let text = inside.splitn(3, ',').nth(2)?.trim();
    let is_ours = text == "rand()" || text.starts_with("weak_hash32(");
    (!is_ours).then(|| text.to_owned())
}

fn limits(entry: &Entry, mode: Mode) -> Result<Limits, Fault> {
    let mut limits = Limits::of(mode);
    let number = |names: &[&str]| -> Result<Option<u64>, Fault> {
        let Some(text) = names.iter().find_map(|name| entry.setting(name)) else {
            return Ok(None);
        };
        text.parse().map(Some).map_err(|_| Fault::bad(format!("Setting {} must be a number", names[0])))
    };
    if let Some(milliseconds) = number(&["flush_threshold_ms", "flush_ms"])? {
        limits.flush_interval = Duration::from_millis(milliseconds);
    }
    if let Some(rows) = number(&["flush_threshold_count", "flush_rows"])? {
        limits.flush_rows = usize::try_from(rows).unwrap_or(usize::MAX).max(1);
    }
    if let Some(seconds) = number(&["merge_with_ttl_timeout"])? {
        limits.ttl_interval = Duration::from_secs(seconds);
    }
    Ok(limits)
}
