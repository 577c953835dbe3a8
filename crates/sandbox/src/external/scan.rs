//! Reading rows of another deployment: one connection a shard.

use std::sync::Arc;

use arrow::array::RecordBatch;
use ferry_native::{Block, Column, Connection, DataType, Query, Stage, TableName};
use futures::StreamExt;
use futures::stream::BoxStream;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::task::AbortOnDropHandle;

use super::{RemoteStream, remote_fault};
use crate::engine::{ColumnDef, SqlError};
use crate::fault::{Fault, FaultCode};
use ferry_sql::print::quote_identifier_always;

/// Blocks that wait between a connection and whoever reads them.
const N_WAITING: usize = 4;

/// The rows of every shard, as they come. Dropping the stream ends the connections and with them the remote queries.
pub fn rows(
    remote: &RemoteStream,
    columns: &[String],
    filter: Option<&str>,
) -> BoxStream<'static, Result<RecordBatch, SqlError>> {
    let addresses = remote.addresses();
    let n_shards = addresses.len();
    let wanted: Arc<[ColumnDef]> =
        columns.iter().filter_map(|name| remote.columns.iter().find(|column| column.name == *name).cloned()).collect();
    let sql = statement(remote, columns, filter);
    let (sender, receiver) = mpsc::channel(N_WAITING);
    let mut readers = Vec::with_capacity(n_shards);
    for (index, address) in addresses.into_iter().enumerate() {
        let shard = Shard {
            options: remote.connect_options(&address),
            address,
            table: TableName { database: remote.database.clone(), name: remote.stream.clone() },
            sql: sql.clone(),
            number: index as u64 + 1,
            count: n_shards as u64,
            wanted: Arc::clone(&wanted),
        };
        let sender = sender.clone();
        readers.push(AbortOnDropHandle::new(tokio::spawn(async move {
            if let Err(fault) = shard.read(&sender).await {
                // Nobody listens any more when the query was cancelled.
                let _ = sender.send(Err(SqlError::from(fault))).await;
            }
        })));
    }
    drop(sender);
    ReceiverStream::new(receiver)
        .map(move |batch| {
            // The readers live as long as the stream.
            let _ = &readers;
            batch
        })
        .boxed()
}

/// One line, every identifier in back quotes, no `table()`: that comes as a setting (protocol.md E).
fn statement(remote: &RemoteStream, columns: &[String], filter: Option<&str>) -> String {
    let selected: Vec<String> = columns.iter().map(|column| quote_identifier_always(column)).collect();
    // A query that needs no column still needs its rows counted.
    let selected = if selected.is_empty() { "1".to_owned() } else { selected.join(", ") };
    let condition = filter.map(|filter| format!(" WHERE {filter}")).unwrap_or_default();
    let (database, stream) = (quote_identifier_always(&remote.database), quote_identifier_always(&remote.stream));
    format!("SELECT {selected} FROM {database}.{stream}{condition}")
}

/// One shard of a remote stream.
struct Shard {
    options: ferry_native::ConnectOptions,
    address: String,
    table: TableName,
    sql: String,
    number: u64,
    count: u64,
    wanted: Arc<[ColumnDef]>,
}

impl Shard {
    async fn read(&self, sender: &mpsc::Sender<Result<RecordBatch, SqlError>>) -> Result<(), Fault> {
        let failed = |error| remote_fault(&self.address, error);
        let mut connection = Connection::connect(self.options.clone()).await.map_err(failed)?;
        let statuses = connection.tables_status(vec![self.table.clone()]).await.map_err(failed)?;
        if statuses.is_empty() {
            let TableName { database, name } = &self.table;
            return Err(Fault::new(
                FaultCode::UnknownStream,
                format!("There is no stream {database}.{name} on {}", self.address),
            ));
        }
        // With several shards a real server asks for states that can be merged (stage 1); plain columns are the same
        // at every stage, and only plain columns are asked for here.
        let query = Query::new(&self.sql)
            .secondary()
            .stage(Stage::Complete)
            .setting("query_mode", "table")
            .scalar("_shard_count", scalar(self.count).map_err(failed)?)
            .scalar("_shard_num", scalar(self.number).map_err(failed)?);
        let mut stream = connection.query(query).await.map_err(failed)?;
        while let Some(block) = stream.next_block().await.map_err(failed)? {
            if block.n_rows == 0 {
                continue;
            }
            let batch = self.batch(block)?;
            if sender.send(Ok(batch)).await.is_err() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The wanted columns by name, in order (protocol.md E: matched by name).
    fn batch(&self, block: Block) -> Result<RecordBatch, Fault> {
        let failed = |error| remote_fault(&self.address, error);
        if self.wanted.is_empty() {
            let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(block.n_rows));
            return RecordBatch::try_new_with_options(
                Arc::new(arrow::datatypes::Schema::empty()),
                Vec::new(),
                &options,
            )
            .map_err(|error| Fault::new(FaultCode::Other(49), error.to_string()));
        }
        let mut columns = Vec::with_capacity(self.wanted.len());
        for wanted in self.wanted.iter() {
            let column = block.column(&wanted.name).ok_or_else(|| {
                Fault::new(FaultCode::NoSuchColumn, format!("{} sent no column {}", self.address, wanted.name))
            })?;
            if column.data_type != wanted.data_type {
                return Err(Fault::bad(format!(
                    "Column {} of {} is now {}, it was {} when the external stream was created",
                    wanted.name, self.address, column.data_type, wanted.data_type
                )));
            }
            columns.push(column.clone());
        }
        Block::new(columns).and_then(|block| block.to_record_batch()).map_err(failed)
    }
}

/// A scalar: one column with one row.
fn scalar(value: u64) -> Result<Block, ferry_native::Error> {
    let bytes = bytes::Bytes::copy_from_slice(&value.to_le_bytes());
    Block::new(vec![Column::from_wire("_dummy", DataType::UInt64, 1, bytes)?])
}
