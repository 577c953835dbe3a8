//! Running a query.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::physical_plan::execute_stream;
use datafusion::prelude::SessionConfig;
use ferry_sql::{Query, QueryBody, Setting};
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};

use super::plan::{Planned, Planner};
use super::{ColumnDef, QueryContext, SqlError, conform, types};

/// The rows of a query, computed while they are read. Dropping it cancels the query.
pub struct QueryResult {
    /// The columns of every block.
    pub columns: Vec<ColumnDef>,
    /// The same columns as Arrow fields.
    pub schema: SchemaRef,
    /// The blocks, none longer than `max_block_size`.
    pub batches: BoxStream<'static, Result<RecordBatch, SqlError>>,
    /// What was read so far.
    pub progress: QueryProgress,
}

impl fmt::Debug for QueryResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueryResult")
            .field("columns", &self.columns)
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}

impl QueryResult {
    /// Reads all rows. For results that are known to be small.
    pub async fn collect(self) -> Result<Vec<RecordBatch>, SqlError> {
        self.batches.try_collect().await
    }
}

/// Counters that can be read while a query runs.
#[derive(Debug, Clone)]
pub struct QueryProgress(Arc<Counters>);

impl QueryProgress {
    /// Rows read from streams so far.
    pub fn read_rows(&self) -> u64 {
        self.0.read_rows.load(Ordering::Relaxed)
    }

    /// Bytes read from streams so far.
    pub fn read_bytes(&self) -> u64 {
        self.0.read_bytes.load(Ordering::Relaxed)
    }

    /// Rows that will be read, as far as it is known.
    pub fn total_rows(&self) -> u64 {
        self.0.total_rows.load(Ordering::Relaxed)
    }
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    read_rows: AtomicU64,
    read_bytes: AtomicU64,
    total_rows: AtomicU64,
}

impl Counters {
    pub(super) fn add_read(&self, rows: u64, bytes: u64) {
        self.read_rows.fetch_add(rows, Ordering::Relaxed);
        self.read_bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn add_total(&self, rows: u64) {
        self.total_rows.fetch_add(rows, Ordering::Relaxed);
    }
}

/// Starts a query.
///
/// # Errors
/// What resolving finds; errors of single rows come with the blocks.
pub async fn execute(query: &Query, context: &QueryContext) -> Result<QueryResult, SqlError> {
    let context = with_settings(query, context);
    let counters = Arc::new(Counters::default());
    let planned = resolve(query, &context, counters.clone())?;
    let columns = columns(&planned);
    let schema = types::schema(&columns)?;
    let state = session_state();
    let plan = state.create_physical_plan(&planned.plan).await?;
    let stream = execute_stream(plan, state.task_ctx())?;
    let max_rows = context.max_block_size();
    let result_schema = schema.clone();
    let batches = stream
        .map(move |batch| -> Result<RecordBatch, SqlError> { conform::batch(&batch?, &result_schema) })
        .map_ok(move |batch| stream::iter(blocks(batch, max_rows).map(Ok)))
        .try_flatten()
        .boxed();
    Ok(QueryResult { columns, schema, batches, progress: QueryProgress(counters) })
}

/// The columns that a query gives, without running it.
///
/// # Errors
/// What resolving finds.
pub fn columns_of(query: &Query, context: &QueryContext) -> Result<Vec<ColumnDef>, SqlError> {
    let context = with_settings(query, context);
    Ok(columns(&resolve(query, &context, Arc::default())?))
}

/// Nanoseconds since 1970.
pub(super) fn now_ns() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| i64::try_from(elapsed.as_nanos()).unwrap_or(i64::MAX))
}

/// DataFusion's rules and functions, made once.
pub(super) fn session_state() -> SessionState {
    static STATE: OnceLock<SessionState> = OnceLock::new();
    STATE
        .get_or_init(|| {
            // One partition: a sandbox shares two cores with another one and the console.
            let config =
                SessionConfig::new().with_target_partitions(1).with_batch_size(8_192).with_collect_statistics(false);
            SessionStateBuilder::new().with_config(config).with_default_features().build()
        })
        .clone()
}

fn resolve(query: &Query, context: &QueryContext, counters: Arc<Counters>) -> Result<Planned, SqlError> {
    let planner = Planner::new(context, now_ns(), counters);
    let environment = planner.environment();
    planner.query(query, &environment)
}

fn columns(planned: &Planned) -> Vec<ColumnDef> {
    planned.columns.iter().map(|column| ColumnDef::new(&column.name, column.data_type.clone())).collect()
}

/// The context with the query's own SETTINGS.
fn with_settings(query: &Query, context: &QueryContext) -> QueryContext {
    let mut context = context.clone();
    let mut add = |settings: &[Setting]| {
        for setting in settings {
            context.settings.insert(setting.name.value.clone(), setting.text());
        }
    };
    if let QueryBody::Select(select) = &query.body {
        add(&select.settings);
    }
    add(&query.settings);
    if let Some(mode) = context.settings.get("query_mode") {
        context.query_mode = match mode.as_str() {
            "streaming" => super::QueryMode::Streaming,
            _ => super::QueryMode::Table,
        };
    }
    context
}

fn blocks(batch: RecordBatch, max_rows: usize) -> impl Iterator<Item = RecordBatch> {
    let n_rows = batch.num_rows();
    (0..n_rows).step_by(max_rows.max(1)).map(move |start| batch.slice(start, max_rows.min(n_rows - start)))
}
