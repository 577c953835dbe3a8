//! Where rows come from: tables that DataFusion scans.

use std::fmt;
use std::sync::Arc;

use arrow::array::{Array, RecordBatch, RecordBatchOptions, UInt64Array};
use arrow::compute::concat_batches;
use arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::ScalarValue;
use datafusion::datasource::TableType;
use datafusion::error::{DataFusionError, Result as DataFusionResult};
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::TaskContext;
use datafusion::logical_expr::{BinaryExpr, Expr, Operator, TableProviderFilterPushDown};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use futures::StreamExt;

use super::execute::Counters;
use super::{ColumnDef, RemoteRelation, SqlError, conform, types};
use crate::storage::{Segment, Snapshot, TIME_COLUMN, batch_size_bytes};

/// Rows of one batch that operators work on.
const BATCH_ROWS: usize = 8_192;

/// The schema under which DataFusion sees columns: fields have plan names, and all are nullable,
/// because the types decide about NULL, not Arrow.
fn plan_schema(columns: &[ColumnDef], fields: &[String]) -> Result<SchemaRef, SqlError> {
    let fields = columns
        .iter()
        .zip(fields)
        .map(|(column, name)| Ok(Field::new(name, types::arrow_type(&column.data_type)?, true)))
        .collect::<Result<Vec<_>, SqlError>>()?;
    Ok(Arc::new(Schema::new(fields)))
}

fn projected(schema: &SchemaRef, projection: Option<&Vec<usize>>) -> DataFusionResult<SchemaRef> {
    Ok(match projection {
        Some(indices) => Arc::new(schema.project(indices)?),
        None => schema.clone(),
    })
}

/// The same columns under the plan's names.
fn renamed(batch: &RecordBatch, schema: &SchemaRef) -> DataFusionResult<RecordBatch> {
    Ok(conform::batch(batch, schema)?)
}

/// A stream's history at one moment.
#[derive(Debug)]
pub struct SnapshotTable {
    snapshot: Snapshot,
    schema: SchemaRef,
    time_field: Option<String>,
    counters: Arc<Counters>,
}

impl SnapshotTable {
    /// A table over the stored `columns`, seen as `fields`.
    pub fn new(
        snapshot: Snapshot,
        columns: &[ColumnDef],
        fields: &[String],
        counters: Arc<Counters>,
    ) -> Result<Self, SqlError> {
        let time = columns.iter().position(|column| column.name == TIME_COLUMN);
        Ok(Self {
            schema: plan_schema(columns, fields)?,
            time_field: time.map(|index| fields[index].clone()),
            snapshot,
            counters,
        })
    }
}

#[async_trait::async_trait]
impl TableProvider for SnapshotTable {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let mut segments = self.snapshot.segments.clone();
        if let Some(field) = &self.time_field {
            for filter in filters {
                segments.retain(|segment| may_match(filter, field, segment));
            }
        }
        let schema = projected(&self.schema, projection)?;
        self.counters.add_total(segments.iter().map(|segment| segment.live_rows() as u64).sum());
        let partition = SegmentScan {
            segments,
            schema: schema.clone(),
            projection: projection.cloned(),
            counters: self.counters.clone(),
        };
        let exec = StreamingTableExec::try_new(schema, vec![Arc::new(partition)], None, [], false, limit)?;
        Ok(Arc::new(exec))
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> DataFusionResult<Vec<TableProviderFilterPushDown>> {
        // Segments are left out by their time bounds; the rows that stay are filtered above.
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }
}

/// Whether a segment can hold rows for which a condition on `_tp_time` is true.
fn may_match(filter: &Expr, field: &str, segment: &Segment) -> bool {
    let Expr::BinaryExpr(BinaryExpr { left, op, right }) = filter else {
        return true;
    };
    if *op == Operator::And {
        return may_match(left, field, segment) && may_match(right, field, segment);
    }
    let (operator, value) = match (left.as_ref(), right.as_ref()) {
        (Expr::Column(column), Expr::Literal(value, _)) if column.name == field => (*op, value),
        (Expr::Literal(value, _), Expr::Column(column)) if column.name == field => match op.swap() {
            Some(operator) => (operator, value),
            None => return true,
        },
        _ => return true,
    };
    let ticks = match value {
        ScalarValue::TimestampSecond(Some(ticks), _)
        | ScalarValue::TimestampMillisecond(Some(ticks), _)
        | ScalarValue::TimestampMicrosecond(Some(ticks), _)
        | ScalarValue::TimestampNanosecond(Some(ticks), _) => *ticks,
        _ => return true,
    };
    let Some((low, high)) = segment.time_bounds() else {
        return true;
    };
    match operator {
        Operator::Lt => low < ticks,
        Operator::LtEq => low <= ticks,
        Operator::Gt => high > ticks,
        Operator::GtEq => high >= ticks,
        Operator::Eq => low <= ticks && ticks <= high,
        _ => true,
    }
}

#[derive(Debug)]
struct SegmentScan {
    segments: Vec<Arc<Segment>>,
    schema: SchemaRef,
    projection: Option<Vec<usize>>,
    counters: Arc<Counters>,
}

impl PartitionStream for SegmentScan {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (schema, projection) = (self.schema.clone(), self.projection.clone());
        let counters = self.counters.clone();
        let batches = self.segments.clone().into_iter().flat_map(move |segment| {
            let read = segment
                .live_columns(projection.as_deref())
                .map_err(|error| DataFusionError::from(SqlError::from(error)))
                .and_then(|batch| renamed(&batch, &schema));
            match read {
                Ok(batch) => pieces(batch).map(Ok).collect::<Vec<_>>(),
                Err(error) => vec![Err(error)],
            }
        });
        let counted = batches.inspect(move |batch| {
            if let Ok(batch) = batch {
                counters.add_batch(batch);
            }
        });
        Box::pin(RecordBatchStreamAdapter::new(self.schema.clone(), futures::stream::iter(counted)))
    }
}

fn pieces(batch: RecordBatch) -> impl Iterator<Item = RecordBatch> {
    let n_rows = batch.num_rows();
    (0..n_rows).step_by(BATCH_ROWS).map(move |start| batch.slice(start, BATCH_ROWS.min(n_rows - start)))
}

/// Rows that are known already.
#[derive(Debug)]
pub struct RowsTable {
    batches: Vec<RecordBatch>,
    schema: SchemaRef,
    counters: Arc<Counters>,
}

impl RowsTable {
    /// A table over batches with the given columns.
    pub fn new(
        batches: Vec<RecordBatch>,
        columns: &[ColumnDef],
        fields: &[String],
        counters: Arc<Counters>,
    ) -> Result<Self, SqlError> {
        Ok(Self { batches, schema: plan_schema(columns, fields)?, counters })
    }
}

#[async_trait::async_trait]
impl TableProvider for RowsTable {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        limit: Option<usize>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let schema = projected(&self.schema, projection)?;
        let mut batches = Vec::with_capacity(self.batches.len());
        for batch in &self.batches {
            let batch = match projection {
                Some(indices) => batch.project(indices)?,
                None => batch.clone(),
            };
            batches.push(renamed(&batch, &schema)?);
        }
        let partition = Rows { batches, schema: schema.clone(), counters: self.counters.clone() };
        let exec = StreamingTableExec::try_new(schema, vec![Arc::new(partition)], None, [], false, limit)?;
        Ok(Arc::new(exec))
    }
}

#[derive(Debug)]
struct Rows {
    batches: Vec<RecordBatch>,
    schema: SchemaRef,
    counters: Arc<Counters>,
}

impl PartitionStream for Rows {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let counters = self.counters.clone();
        let batches = self.batches.clone().into_iter().flat_map(pieces).map(move |batch| {
            counters.add_batch(&batch);
            Ok(batch)
        });
        Box::pin(RecordBatchStreamAdapter::new(self.schema.clone(), futures::stream::iter(batches)))
    }
}

/// `numbers(n)`.
#[derive(Debug)]
pub struct NumbersTable {
    first: u64,
    count: u64,
    schema: SchemaRef,
    counters: Arc<Counters>,
}

impl NumbersTable {
    /// `count` numbers from `first` on.
    pub fn new(first: u64, count: u64, field: &str, counters: Arc<Counters>) -> Self {
        let field = Field::new(field, arrow::datatypes::DataType::UInt64, true);
        Self { first, count, schema: Arc::new(Schema::new(vec![field])), counters }
    }
}

#[async_trait::async_trait]
impl TableProvider for NumbersTable {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        limit: Option<usize>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        self.counters.add_total(self.count);
        let schema = projected(&self.schema, projection)?;
        let partition =
            Numbers { first: self.first, count: self.count, schema: schema.clone(), counters: self.counters.clone() };
        let exec = StreamingTableExec::try_new(schema, vec![Arc::new(partition)], None, [], false, limit)?;
        Ok(Arc::new(exec))
    }
}

#[derive(Debug)]
struct Numbers {
    first: u64,
    count: u64,
    schema: SchemaRef,
    counters: Arc<Counters>,
}

impl PartitionStream for Numbers {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (first, count) = (self.first, self.count);
        let schema = self.schema.clone();
        let counters = self.counters.clone();
        let batches = (0..count).step_by(BATCH_ROWS).map(move |start| {
            let n_rows = (BATCH_ROWS as u64).min(count - start);
            let numbers: UInt64Array = (0..n_rows).map(|row| first.wrapping_add(start + row)).collect();
            let columns: Vec<Arc<dyn Array>> =
                if schema.fields().is_empty() { Vec::new() } else { vec![Arc::new(numbers)] };
            let options = RecordBatchOptions::new().with_row_count(usize::try_from(n_rows).ok());
            let batch = RecordBatch::try_new_with_options(schema.clone(), columns, &options)?;
            counters.add_batch(&batch);
            Ok(batch)
        });
        Box::pin(RecordBatchStreamAdapter::new(self.schema.clone(), futures::stream::iter(batches)))
    }
}

/// Another deployment's stream.
pub struct RemoteTable {
    remote: Arc<dyn RemoteRelation>,
    names: Vec<String>,
    widths: Vec<usize>,
    schema: SchemaRef,
    filter: Option<String>,
    counters: Arc<Counters>,
}

impl RemoteTable {
    /// A table over the stored columns of a remote relation; `filter` goes to the other side.
    pub fn new(
        remote: Arc<dyn RemoteRelation>,
        columns: &[ColumnDef],
        fields: &[String],
        filter: Option<String>,
        counters: Arc<Counters>,
    ) -> Result<Self, SqlError> {
        Ok(Self {
            schema: plan_schema(columns, fields)?,
            names: columns.iter().map(|column| column.name.clone()).collect(),
            widths: columns.iter().map(|column| column.data_type.fixed_width().unwrap_or(usize::MAX)).collect(),
            remote,
            filter,
            counters,
        })
    }
}

impl fmt::Debug for RemoteTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RemoteTable({:?})", self.names)
    }
}

#[async_trait::async_trait]
impl TableProvider for RemoteTable {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        _: &[Expr],
        limit: Option<usize>,
    ) -> DataFusionResult<Arc<dyn ExecutionPlan>> {
        let schema = projected(&self.schema, projection)?;
        let all: Vec<usize> = (0..self.names.len()).collect();
        let mut wanted: Vec<usize> = projection.cloned().unwrap_or(all);
        let counts_only = wanted.is_empty();
        if counts_only {
            // Rows are only counted: the narrowest column carries them.
            wanted.extend((0..self.names.len()).min_by_key(|index| self.widths[*index]));
        }
        let partition = RemoteScan {
            remote: self.remote.clone(),
            names: wanted.iter().map(|index| self.names[*index].clone()).collect(),
            filter: self.filter.clone(),
            schema: schema.clone(),
            counts_only,
            counters: self.counters.clone(),
        };
        let exec = StreamingTableExec::try_new(schema, vec![Arc::new(partition)], None, [], false, limit)?;
        Ok(Arc::new(exec))
    }
}

struct RemoteScan {
    remote: Arc<dyn RemoteRelation>,
    names: Vec<String>,
    filter: Option<String>,
    schema: SchemaRef,
    counts_only: bool,
    counters: Arc<Counters>,
}

impl fmt::Debug for RemoteScan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RemoteScan({:?})", self.names)
    }
}

impl PartitionStream for RemoteScan {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let schema = self.schema.clone();
        let counters = self.counters.clone();
        let counts_only = self.counts_only;
        let scan = self.remote.scan(&self.names, self.filter.as_deref());
        // The other side may send blocks of ten rows: what is there already is read as one.
        let batches = scan.ready_chunks(BATCH_ROWS / 10).map(move |chunk| {
            let chunk = chunk.into_iter().collect::<Result<Vec<_>, _>>().map_err(DataFusionError::from)?;
            let n_rows: usize = chunk.iter().map(RecordBatch::num_rows).sum();
            let n_bytes: usize = chunk.iter().map(batch_size_bytes).sum();
            counters.add_read(n_rows as u64, n_bytes as u64);
            if counts_only {
                let options = RecordBatchOptions::new().with_row_count(Some(n_rows));
                return Ok(RecordBatch::try_new_with_options(schema.clone(), Vec::new(), &options)?);
            }
            let chunk = chunk.iter().map(|batch| renamed(batch, &schema)).collect::<Result<Vec<_>, _>>()?;
            match chunk.as_slice() {
                [batch] => Ok(batch.clone()),
                batches => Ok(concat_batches(&schema, batches)?),
            }
        });
        Box::pin(RecordBatchStreamAdapter::new(self.schema.clone(), batches))
    }
}

impl Counters {
    fn add_batch(&self, batch: &RecordBatch) {
        self.add_read(batch.num_rows() as u64, batch_size_bytes(batch) as u64);
    }
}
