//! INSERT: values in the text, native blocks, and INSERT .. SELECT.

pub mod sink;

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use ferry_sql::{Insert, InsertSource, Setting};
use futures::StreamExt;

use self::sink::Sink;
use crate::deployment::{Deployment, names::column_defs};
use crate::engine::insert::{InsertPlan, value_columns, values};
use crate::engine::{self, ColumnDef, QueryContext};
use crate::fault::{Fault, FaultCode};
use crate::processes::Process;
use crate::statement::{Outcome, Request, RowStream, settings};

/// Rows of one block where nothing says otherwise: the engine's default (resources.md 1.1).
const DEFAULT_BLOCK_ROWS: usize = 65_409;

/// An INSERT that waits for native blocks.
pub struct BlockInsert {
    /// The columns that the client is asked for.
    pub columns: Vec<ColumnDef>,
    writer: Writer,
}

/// An INSERT .. SELECT that is ready to run.
pub struct CopyInsert {
    rows: RowStream,
    given: Vec<ColumnDef>,
    block_rows: usize,
    writer: Writer,
}

/// Turns given columns into whole rows of the stream, and writes them.
struct Writer {
    sink: Sink,
    context: QueryContext,
    process: Arc<Process>,
}

/// Reads an INSERT's head, runs what needs no further data, and returns what does.
pub async fn begin(
    deployment: &Arc<Deployment>,
    insert: &Insert,
    request: &Request,
    process: &Arc<Process>,
) -> Result<Outcome, Fault> {
    if insert.function.is_some() || insert.wildcard.is_some() {
        return Err(Fault::refused("INSERT INTO FUNCTION and INSERT with an asterisk"));
    }
    let mut all_settings = request.settings.clone();
    all_settings.extend(settings::read(&insert.settings)?);
    let database = insert.table.database_or(&request.database);
    let entry = deployment.readable(database, &insert.table.name.value)?;
    // An inner stream is written under its own name only (resources.md 2.4).
    let is_inner = insert.table.name.value != entry.name;
    let sink = if is_inner { Sink::inner(deployment, &entry)? } else { Sink::open(deployment, &entry)? };
    let given = given_columns(insert, &column_defs(&entry)?, database)?;
    match &insert.source {
        InsertSource::Query(query) => {
            let in_query = query.as_select().map(|select| select.settings.as_slice()).unwrap_or_default();
            extend(&mut all_settings, in_query)?;
            extend(&mut all_settings, &query.settings)?;
            let request = Request { settings: all_settings.clone(), ..request.clone() };
            let rows = deployment.select(query, &request, process).await?;
            if rows.columns.len() != given.len() {
                return Err(Fault::new(
                    FaultCode::from_number(20),
                    format!("The query has {} columns, the INSERT names {}", rows.columns.len(), given.len()),
                ));
            }
            let block_rows = block_rows(&all_settings)?;
            let writer = Writer::new(deployment, sink, all_settings, request, process);
            Ok(Outcome::Copy(CopyInsert { rows, given, block_rows, writer }))
        }
        InsertSource::Values { rows, .. } if !rows.is_empty() => {
            let writer = Writer::new(deployment, sink, all_settings, request.clone(), process);
            let batch = values(rows, &given, &writer.context)?;
            let prepared = writer.prepare(&value_columns(&given))?;
            writer.write(&prepared, batch).await?;
            writer.sink.finish()?;
            Ok(Outcome::Done)
        }
        InsertSource::Format { name, .. } if !["Native", "Values"].iter().any(|known| name.is_word(known)) => {
            Err(Fault::refused(format!("INSERT .. FORMAT {}", name.value)))
        }
        // The rows follow as blocks (protocol.md A4).
        InsertSource::Values { .. } | InsertSource::Format { .. } | InsertSource::Infile(_) | InsertSource::None => {
            let writer = Writer::new(deployment, sink, all_settings, request.clone(), process);
            Ok(Outcome::Blocks(BlockInsert { columns: given, writer }))
        }
    }
}

impl BlockInsert {
    /// Writes one block. Its columns are matched by name; they are cast to the stream's types.
    pub async fn write(&self, columns: &[ColumnDef], batch: RecordBatch) -> Result<(), Fault> {
        for column in columns {
            if !self.columns.iter().any(|wanted| wanted.name == column.name) {
                return Err(Fault::new(
                    FaultCode::NoSuchColumn,
                    format!("The block has a column {} that the INSERT does not name", column.name),
                ));
            }
        }
        let prepared = self.writer.prepare(columns)?;
        self.writer.write(&prepared, batch).await
    }

    /// Makes everything that was written durable.
    pub fn finish(&self) -> Result<(), Fault> {
        self.writer.sink.finish()
    }
}

impl CopyInsert {
    /// Runs the copy to its end. Counters move while it runs; a cancelled one ends with the fault of the query.
    pub async fn run(mut self) -> Result<(), Fault> {
        let prepared = self.writer.prepare(&self.renamed())?;
        let mut pending = Pending::default();
        let result = loop {
            match self.rows.batches.next().await {
                None => break Ok(()),
                Some(Err(fault)) => break Err(fault),
                Some(Ok(batch)) => {
                    let whole = prepared.apply(&rename(&batch, &self.given)?)?;
                    for block in pending.add(whole, self.block_rows)? {
                        self.writer.append(block).await?;
                    }
                }
            }
        };
        // What was read before a cancel or a failure is not written any more; what was written stays.
        if result.is_ok()
            && let Some(rest) = pending.take()?
        {
            self.writer.append(rest).await?;
        }
        self.writer.sink.finish()?;
        result
    }

    /// The query's types under the names of the columns that they are for: INSERT .. SELECT matches by position.
    fn renamed(&self) -> Vec<ColumnDef> {
        let pairs = self.rows.columns.iter().zip(&self.given);
        pairs.map(|(from, to)| ColumnDef::new(&to.name, from.data_type.clone())).collect()
    }
}

impl Writer {
    fn new(
        deployment: &Arc<Deployment>,
        sink: Sink,
        settings: HashMap<String, String>,
        request: Request,
        process: &Arc<Process>,
    ) -> Self {
        let mut context = QueryContext::new(Arc::clone(deployment) as Arc<dyn engine::Catalog>);
        context.settings = settings;
        context.database = request.database;
        context.user = request.user;
        Self { sink, context, process: Arc::clone(process) }
    }

    fn prepare(&self, given: &[ColumnDef]) -> Result<InsertPlan, Fault> {
        Ok(InsertPlan::new(given, self.sink.columns(), &self.context)?)
    }

    async fn write(&self, prepared: &InsertPlan, batch: RecordBatch) -> Result<(), Fault> {
        let whole = prepared.apply(&batch)?;
        self.append(whole).await
    }

    async fn append(&self, block: RecordBatch) -> Result<(), Fault> {
        let rows = block.num_rows() as u64;
        let bytes = crate::storage::batch_size_bytes(&block) as u64;
        self.sink.write(block, &self.context).await?;
        self.process.counters.add_written(rows, bytes);
        Ok(())
    }
}

/// Rows that wait until a block of the wanted size is full: the server squashes small blocks and cuts large ones
/// (resources.md 3.3).
#[derive(Default)]
struct Pending {
    batches: Vec<RecordBatch>,
    rows: usize,
}

impl Pending {
    fn add(&mut self, batch: RecordBatch, block_rows: usize) -> Result<Vec<RecordBatch>, Fault> {
        self.rows += batch.num_rows();
        self.batches.push(batch);
        if self.rows < block_rows {
            return Ok(Vec::new());
        }
        let Some(joined) = self.take()? else {
            return Ok(Vec::new());
        };
        let n_full = joined.num_rows() / block_rows;
        let blocks = (0..n_full).map(|index| joined.slice(index * block_rows, block_rows)).collect();
        let rest = joined.num_rows() - n_full * block_rows;
        if rest > 0 {
            self.rows = rest;
            self.batches.push(joined.slice(n_full * block_rows, rest));
        }
        Ok(blocks)
    }

    fn take(&mut self) -> Result<Option<RecordBatch>, Fault> {
        self.rows = 0;
        let batches = std::mem::take(&mut self.batches);
        match batches.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one.clone())),
            several => arrow::compute::concat_batches(&several[0].schema(), several)
                .map(Some)
                .map_err(|error| Fault::new(FaultCode::Other(49), error.to_string())),
        }
    }
}

/// The columns that an INSERT fills: those that it names, or all that can be.
fn given_columns(insert: &Insert, columns: &[ColumnDef], database: &str) -> Result<Vec<ColumnDef>, Fault> {
    let Some(named) = &insert.columns else {
        return Ok(columns.iter().filter(|column| column.is_insertable()).cloned().collect());
    };
    let mut given: Vec<ColumnDef> = Vec::with_capacity(named.len());
    for name in named {
        let name = &name.value;
        let table = &insert.table.name.value;
        let column = columns.iter().find(|column| column.name == *name).ok_or_else(|| {
            Fault::new(FaultCode::NoSuchColumn, format!("No such column {name} in stream {database}.{table}"))
        })?;
        if !column.is_insertable() {
            return Err(Fault::bad(format!("Column {name} is computed and cannot be inserted")));
        }
        if given.iter().any(|earlier| earlier.name == *name) {
            return Err(Fault::new(FaultCode::from_number(15), format!("Column {name} is named twice")));
        }
        given.push(column.clone());
    }
    Ok(given)
}

/// Rows of one block: max_block_size, which min_insert_block_size_rows can raise (resources.md 3.3).
fn block_rows(all: &HashMap<String, String>) -> Result<usize, Fault> {
    let number = |name: &str| settings::number(all, name);
    let size = number("max_block_size")?.filter(|rows| *rows > 0);
    Ok(size.map_or(DEFAULT_BLOCK_ROWS, |rows| usize::try_from(rows).unwrap_or(usize::MAX)))
}

fn extend(all: &mut HashMap<String, String>, more: &[Setting]) -> Result<(), Fault> {
    all.extend(settings::read(more)?);
    Ok(())
}

/// The batch with the names of the columns that it is for.
fn rename(batch: &RecordBatch, given: &[ColumnDef]) -> Result<RecordBatch, Fault> {
    let schema = batch.schema();
    let fields: Vec<_> = schema
        .fields()
        .iter()
        .zip(given)
        .map(|(field, column)| field.as_ref().clone().with_name(&column.name))
        .collect();
    let schema = Arc::new(arrow::datatypes::Schema::new(fields));
    RecordBatch::try_new(schema, batch.columns().to_vec())
        .map_err(|error| Fault::new(FaultCode::Other(49), error.to_string()))
}

#[cfg(test)]
mod tests {
    use arrow::array::{Int64Array, RecordBatch};
    use arrow::datatypes::{DataType, Field, Schema};

    use super::*;

    fn batch(rows: std::ops::Range<i64>) -> RecordBatch {
        let schema = Arc::new(Schema::new(vec![Field::new("a", DataType::Int64, false)]));
        RecordBatch::try_new(schema, vec![Arc::new(Int64Array::from_iter_values(rows))]).expect("a batch")
    }

    #[test]
    fn blocks_have_exactly_the_wanted_size_and_no_row_is_lost() {
        let mut pending = Pending::default();
        let mut sizes = Vec::new();
        for rows in [0..3, 3..4, 4..25, 25..26] {
            sizes.extend(pending.add(batch(rows), 10).expect("blocks").iter().map(RecordBatch::num_rows));
        }
        let rest = pending.take().expect("the rest").map_or(0, |rest| rest.num_rows());
        assert_eq!((sizes, rest), (vec![10, 10], 6));
    }
}
