//! What a stream is made from.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::SchemaRef;

use super::StorageError;

/// How rows with the same key relate (resources.md 2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// Every row counts.
    #[default]
    Append,
    /// Every row counts, with `_tp_delta` saying whether it adds or removes.
    Changelog,
    /// The latest row of a key counts; `_tp_delta` -1 removes the key.
    ChangelogKv,
    /// The latest version of a key counts.
    VersionedKv,
    /// A row replaces the earlier one of its key.
    Mutable,
}

impl Mode {
    /// Whether the stream has a primary key that decides what `table()` shows.
    pub fn is_keyed(self) -> bool {
        matches!(self, Self::ChangelogKv | Self::VersionedKv | Self::Mutable)
    }

    /// The mode with this name in `SETTINGS mode = '..'`.
    pub fn from_setting(name: &str) -> Option<Self> {
        Some(match name {
            "append" => Self::Append,
            "changelog" => Self::Changelog,
            "changelog_kv" => Self::ChangelogKv,
            "versioned_kv" => Self::VersionedKv,
            "mutable" => Self::Mutable,
            _ => return None,
        })
    }
}

/// An expression over a stream's stored columns.
pub trait RowExpression: fmt::Debug + Send + Sync {
    /// One value for each row.
    fn evaluate(&self, rows: &RecordBatch) -> Result<ArrayRef, StorageError>;
}

/// The numbers that decide when things happen to a stream's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// `flush_threshold_ms`: how long rows wait before they become visible.
    pub flush_interval: Duration,
    /// `flush_threshold_count`: so many waiting rows are flushed at once.
    pub flush_rows: usize,
    /// `max_partitions_per_insert_block`: a flush that touches more never succeeds.
    pub max_partitions: usize,
    /// `log_max_record_size`: a block above it is refused.
    pub max_record_bytes: usize,
    /// `merge_with_ttl_timeout`: how often rows past their TTL are looked for.
    pub ttl_interval: Duration,
    /// The log is replaced by a full copy when it is longer than this and than twice the rows.
    pub max_log_bytes: u64,
}

impl Limits {
    /// A real server's numbers (resources.md 3.2 and 3.3): 2 s for append, 30 s for mutable.
    pub fn of(mode: Mode) -> Self {
        let flush_interval = match mode {
            Mode::Mutable => Duration::from_secs(30),
            _ => Duration::from_secs(2),
        };
        Self {
            flush_interval,
            flush_rows: 100_000,
            max_partitions: 100,
            max_record_bytes: 10_485_760,
            ttl_interval: Duration::from_secs(14_400),
            max_log_bytes: 64 << 20,
        }
    }
}

/// Everything that [`super::Stream::open`] needs to know.
#[derive(Debug, Clone)]
pub struct StreamSpec {
    /// The stored columns in order, `_tp_time` included.
    pub schema: SchemaRef,
    /// How rows with the same key relate.
    pub mode: Mode,
    /// Columns of the primary key; used by keyed modes.
    pub primary_key: Vec<String>,
    /// The column whose larger value wins, if there is one.
    pub version_column: Option<String>,
    /// How many shards the stream has, at least 1.
    pub shards: u32,
    /// Chooses the shard of a row; without it whole blocks go round, keyed modes use the key.
    pub sharding: Option<Arc<dyn RowExpression>>,
    /// The partition of a row.
    pub partition: Option<Arc<dyn RowExpression>>,
    /// True for rows whose TTL is over.
    pub ttl: Option<Arc<dyn RowExpression>>,
    /// When things happen.
    pub limits: Limits,
    /// The stream's own folder; `None` keeps rows in memory only.
    pub data_dir: Option<PathBuf>,
}

impl StreamSpec {
    /// An append stream in memory with a real server's settings.
    pub fn append(schema: SchemaRef) -> Self {
        Self {
            schema,
            mode: Mode::Append,
            primary_key: Vec::new(),
            version_column: None,
            shards: 1,
            sharding: None,
            partition: None,
            ttl: None,
            limits: Limits::of(Mode::Append),
            data_dir: None,
        }
    }
}
