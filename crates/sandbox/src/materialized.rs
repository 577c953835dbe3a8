//! Materialized views: a stateless SELECT that runs for each inserted block and writes into its target.

use std::sync::Arc;

use arrow::array::RecordBatch;
use futures::TryStreamExt;

use crate::catalog::{Catalog, Entry, EntryKind, QualifiedName};
use crate::deployment::Deployment;
use crate::engine::insert::InsertPlan;
use crate::engine::{self, ColumnDef, QueryContext, Relation};
use crate::fault::{Fault, FaultCode};
use crate::insert::sink::Sink;

/// Views on views are followed this far.
const MAX_DEPTH: usize = 16;

/// The materialized views that run when `stream` is written.
pub fn readers(deployment: &Arc<Deployment>, stream: &QualifiedName) -> Vec<Entry> {
    let catalog = deployment.catalog();
    let views = catalog.relations().filter(|entry| {
        entry.kind == EntryKind::MaterializedView
            && entry.problem.is_none()
            && !entry.paused
            && reads(&catalog, entry, stream, 0)
    });
    views.cloned().collect()
}

/// What one view makes of a block, for its target.
pub async fn run(
    deployment: &Arc<Deployment>,
    view: &Entry,
    source: &QualifiedName,
    columns: &[ColumnDef],
    block: &RecordBatch,
    around: &QueryContext,
) -> Result<Vec<(Sink, RecordBatch)>, Fault> {
    let failed = |fault: Fault| {
        Fault::new(
            fault.code,
            format!("While running materialized view {}.{}: {}", view.database, view.name, fault.message),
        )
    };
    let select = view.select.as_deref().unwrap_or_default();
    let query = ferry_sql::parse_query(select)
        .map_err(|error| failed(Fault::new(FaultCode::SyntaxError, error.to_string())))?;
    let mut context = QueryContext::new(Arc::clone(deployment) as Arc<dyn engine::Catalog>);
    context.database.clone_from(&view.database);
    context.user.clone_from(&around.user);
    let key = (source.database.clone(), source.name.clone());
    let stored: Vec<ColumnDef> = columns.iter().filter(|column| column.is_stored()).cloned().collect();
    context.overrides.insert(key, Relation::Rows { columns: stored, batches: vec![block.clone()] });
    let result = engine::execute(&query, &context).await.map_err(|error| failed(error.into()))?;
    let given = result.columns;
    let batches: Vec<RecordBatch> = result.batches.try_collect().await.map_err(|error| failed(error.into()))?;
    let mut made = Vec::new();
    for batch in batches.into_iter().filter(|batch| batch.num_rows() > 0) {
        let sink = target(deployment, view).map_err(failed)?;
        let known: Vec<ColumnDef> = given
            .iter()
            .filter(|column| sink.columns().iter().any(|target| target.name == column.name))
            .cloned()
            .collect();
        let completer = InsertPlan::new(&known, sink.columns(), &context).map_err(|error| failed(error.into()))?;
        let batch = keep(&batch, &known).map_err(failed)?;
        let whole = completer.apply(&batch).map_err(|error| failed(error.into()))?;
        made.push((sink, whole));
    }
    Ok(made)
}

/// The columns of a view's SELECT.
pub fn columns(deployment: &Arc<Deployment>, select: &str, database: &str) -> Result<Vec<ColumnDef>, Fault> {
    let (query, context) = context(deployment, select, database)?;
    Ok(engine::columns_of(&query, &context)?)
}

/// Why a materialized view's SELECT cannot run for each block, if so.
pub fn runs_per_block(deployment: &Arc<Deployment>, select: &str, database: &str) -> Result<(), Fault> {
    let (query, _) = context(deployment, select, database)?;
    Ok(engine::is_stateless(&query)?)
}

fn context(
    deployment: &Arc<Deployment>,
    select: &str,
    database: &str,
) -> Result<(ferry_sql::Query, QueryContext), Fault> {
    let query =
        ferry_sql::parse_query(select).map_err(|error| Fault::new(FaultCode::SyntaxError, error.to_string()))?;
    let mut context = QueryContext::new(Arc::clone(deployment) as Arc<dyn engine::Catalog>);
    context.database = database.to_owned();
    Ok((query, context))
}

fn target(deployment: &Arc<Deployment>, view: &Entry) -> Result<Sink, Fault> {
    match &view.target {
        None => Sink::inner(deployment, view),
        Some(target) => {
            let entry = deployment.readable(&target.database, &target.name)?;
            Sink::open(deployment, &entry)
        }
    }
}

/// The batch with only these columns.
fn keep(batch: &RecordBatch, columns: &[ColumnDef]) -> Result<RecordBatch, Fault> {
    let indexes: Result<Vec<usize>, _> = columns.iter().map(|column| batch.schema().index_of(&column.name)).collect();
    indexes
        .and_then(|indexes| batch.project(&indexes))
        .map_err(|error| Fault::new(FaultCode::Other(49), error.to_string()))
}

/// Whether `entry` reads `stream`, directly or through views.
fn reads(catalog: &Catalog, entry: &Entry, stream: &QualifiedName, depth: usize) -> bool {
    entry.reads.iter().any(|name| {
        name == stream
            || (depth < MAX_DEPTH
                && catalog
                    .relation(&name.database, &name.name)
                    .is_some_and(|inner| inner.kind == EntryKind::View && reads(catalog, inner, stream, depth + 1)))
    })
}
