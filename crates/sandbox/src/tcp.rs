//! The native ports (protocol.md A): one task a client.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use arrow::array::RecordBatch;
use ferry_native::server::{QueryRequest, Request as Packet, ServerConnection, ServerIdentity, ServerOptions};
use ferry_native::{Block, DataType, Error, ProfileInfo, Progress, ServerException, TableName, TableStatus, Version};
use futures::StreamExt;
use tokio::net::{TcpListener, TcpStream};

use crate::deployment::Deployment;
use crate::engine::ColumnDef;
use crate::fault::{Fault, FaultCode};
use crate::insert::{BlockInsert, CopyInsert};
use crate::processes::{Counters, Process};
use crate::statement::{Outcome, Request, RowStream, settings};

/// How often progress is sent while a query runs: `interactive_delay` (protocol.md A6).
const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);

/// Takes clients until the deployment shuts down. On the streaming port bare stream names are endless (A7).
pub fn serve(deployment: &Arc<Deployment>, listener: TcpListener, is_streaming: bool) {
    let serving = Arc::clone(deployment);
    deployment.spawn(async move {
        loop {
            match listener.accept().await {
                Ok((socket, _)) => {
                    let client = Client { deployment: Arc::clone(&serving), is_streaming };
                    serving.spawn(async move {
                        if let Err(error) = client.serve(socket).await {
                            tracing::debug!(%error, "a native connection ended");
                        }
                    });
                }
                Err(error) => {
                    // Out of file handles: the next moment may be better.
                    tracing::warn!(%error, "could not accept a native connection");
                    tokio::time::sleep(PROGRESS_INTERVAL).await;
                }
            }
        }
    });
}

struct Client {
    deployment: Arc<Deployment>,
    is_streaming: bool,
}

/// What a connection remembers between queries.
struct Session {
    user: String,
    database: String,
    settings: HashMap<String, String>,
}

impl Client {
    async fn serve(self, socket: TcpStream) -> Result<(), Error> {
        // Small packets go out at once; a socket that refuses the option still works.
        let _ = socket.set_nodelay(true);
        let (major, minor, patch) = self.deployment.edition().engine_version;
        let mut identity = ServerIdentity::proton(Version { major, minor, patch });
        self.deployment.name().clone_into(&mut identity.display_name);
        let greeting = ServerConnection::accept(socket, identity, ServerOptions::default()).await?;
        let client = greeting.client().clone();
        if let Err(fault) = self.let_in(&client.user, client.password.expose(), &client.database) {
            return greeting.refuse(exception(&fault)).await;
        }
        let mut connection = greeting.respond_hello().await?;
        let database = if client.database.is_empty() { "default".to_owned() } else { client.database };
        let mut session = Session { user: client.user, database, settings: HashMap::new() };
        while let Some(packet) = connection.next_request().await? {
            match packet {
                Packet::Ping => connection.send_pong().await?,
                Packet::TablesStatus(tables) => {
                    let statuses = self.statuses(tables);
                    connection.send_tables_status(statuses).await?;
                }
                Packet::Query(query) => self.query(&mut connection, &mut session, *query).await?,
            }
        }
        Ok(())
    }

    fn let_in(&self, user: &str, password: &str, database: &str) -> Result<(), Fault> {
        self.deployment.users().check(user, password)?;
        if !database.is_empty() && database != "system" {
            self.deployment.catalog().database(database)?;
        }
        Ok(())
    }

    /// Streams that exist are listed, as replicated and without delay (protocol.md A6).
    fn statuses(&self, tables: Vec<TableName>) -> Vec<TableStatus> {
        let exists = |table: &TableName| {
            let database = if table.database.is_empty() { "default" } else { &table.database };
            self.deployment.readable(database, &table.name).is_ok()
        };
        tables
            .into_iter()
            .filter(exists)
            .map(|table| TableStatus { table, is_replicated: true, delay_seconds: 0 })
            .collect()
    }

    async fn query(
        &self,
        connection: &mut ServerConnection,
        session: &mut Session,
        query: QueryRequest,
    ) -> Result<(), Error> {
        let started = self.deployment.processes().begin(&query.id, &session.user, &query.text);
        let process = match started {
            Ok(process) => process,
            Err(fault) => return connection.send_exception(&exception(&fault)).await,
        };
        let cancellation = query.cancellation.clone();
        let token = process.cancel.clone();
        let watch = tokio_util::task::AbortOnDropHandle::new(tokio::spawn(async move {
            cancellation.cancelled().await;
            token.cancel();
        }));
        let result = match self.request(session, &query) {
            Ok(request) => self.answer(connection, session, &request, &query, &process).await,
            Err(fault) => Err(Ended::Fault(fault)),
        };
        drop(watch);
        // The process leaves the list before the client hears of the end.
        drop(process);
        match result {
            Ok(finish) => finish.send(connection).await,
            Err(Ended::Fault(fault)) => connection.send_exception(&exception(&fault)).await,
            Err(Ended::Connection(error)) => Err(error),
        }
    }

    fn request(&self, session: &Session, query: &QueryRequest) -> Result<Request, Fault> {
        let mut settings = session.settings.clone();
        for setting in &query.settings {
            settings.insert(setting.name.clone(), setting.value.clone());
        }
        if !query.parameters.is_empty() {
            return Err(Fault::refused("query parameters"));
        }
        if !query.external.is_empty() {
            return Err(Fault::refused("external tables in a query"));
        }
        Ok(Request {
            sql: query.text.clone(),
            user: session.user.clone(),
            database: session.database.clone(),
            settings,
            is_streaming: self.is_streaming,
            shard: shard(&query.scalars)?,
        })
    }

    async fn answer(
        &self,
        connection: &mut ServerConnection,
        session: &mut Session,
        request: &Request,
        query: &QueryRequest,
        process: &Arc<Process>,
    ) -> Result<Finish, Ended> {
        let outcome = tokio::select! {
            biased;
            () = process.cancel.cancelled() => return Err(settings::cancelled().into()),
            outcome = self.deployment.run(request, process) => outcome?,
        };
        match outcome {
            Outcome::Done => Ok(Finish::Plain),
            Outcome::Set(pairs) => {
                session.settings.extend(pairs);
                Ok(Finish::Plain)
            }
            Outcome::Use(database) => {
                session.database = database;
                Ok(Finish::Plain)
            }
            Outcome::Rows(rows) => {
                let pace = self.deployment.rows_per_second().map(Pace::of);
                rows_out(connection, rows, process, query, pace).await
            }
            Outcome::Blocks(insert) => blocks_in(connection, insert, process).await,
            Outcome::Copy(copy) => copy_over(connection, copy, process, query).await,
        }
    }
}

/// How a query that went well ends.
enum Finish {
    /// EndOfStream only.
    Plain,
    /// After rows.
    Result(ProfileInfo, Progress),
}

impl Finish {
    async fn send(self, connection: &mut ServerConnection) -> Result<(), Error> {
        match self {
            Self::Plain => connection.send_end_of_stream().await,
            Self::Result(info, progress) => connection.end_result(&info, &progress).await,
        }
    }
}

/// Why a query did not end well.
enum Ended {
    /// The client is told.
    Fault(Fault),
    /// The client is gone.
    Connection(Error),
}

impl From<Fault> for Ended {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<Error> for Ended {
    fn from(error: Error) -> Self {
        Self::Connection(error)
    }
}

/// Header, blocks, and progress as it is made.
async fn rows_out(
    connection: &mut ServerConnection,
    mut rows: RowStream,
    process: &Arc<Process>,
    query: &QueryRequest,
    mut pace: Option<Pace>,
) -> Result<Finish, Ended> {
    let asked = query.setting("max_block_size").and_then(|rows| rows.parse().ok()).filter(|rows| *rows > 0);
    let block_rows = asked.unwrap_or(usize::MAX).min(pace.as_ref().map_or(usize::MAX, Pace::block_rows));
    let types: Vec<DataType> = rows.columns.iter().map(|column| column.data_type.clone()).collect();
    let header = rows.columns.iter().map(|column| (column.name.clone(), column.data_type.clone()));
    connection.send_data(&Block::header(header)).await?;
    let mut info = ProfileInfo::default();
    let mut sent = Sent::default();
    while let Some(batch) = rows.batches.next().await {
        let batch = batch?;
        for part in parts(&batch, block_rows) {
            let block = Block::from_record_batch(&part, &types).map_err(unsendable)?;
            info.rows += block.n_rows as u64;
            info.blocks += 1;
            info.bytes += block.data_bytes() as u64;
            connection.send_data(&block).await?;
            if let Some(pace) = &mut pace {
                tokio::select! {
                    () = pace.after(block.n_rows) => {}
                    () = process.cancel.cancelled() => {}
                }
            }
        }
        if sent.is_due() {
            connection.send_progress(&sent.next(&process.counters)).await?;
        }
    }
    Ok(Finish::Result(info, sent.next(&process.counters)))
}

/// Asks for blocks and writes them. After a fault the client's rest is passed over (protocol.md A6).
async fn blocks_in(
    connection: &mut ServerConnection,
    insert: BlockInsert,
    process: &Arc<Process>,
) -> Result<Finish, Ended> {
    let header = insert.columns.iter().map(|column| (column.name.clone(), column.data_type.clone()));
    connection.begin_insert(&Block::header(header)).await?;
    loop {
        let block = tokio::select! {
            biased;
            // KILL QUERY ends it also while its client is silent.
            () = process.cancel.cancelled() => return Err(settings::cancelled().into()),
            block = connection.next_insert_block() => block?,
        };
        let Some(block) = block else { break };
        let columns: Vec<ColumnDef> =
            block.columns.iter().map(|column| ColumnDef::new(&column.name, column.data_type.clone())).collect();
        let batch = block.to_record_batch().map_err(unsendable)?;
        insert.write(&columns, batch).await?;
    }
    insert.finish()?;
    Ok(Finish::Plain)
}

/// Runs an INSERT .. SELECT and sends what was written every 100 ms. One that its client cancelled ends in a plain
/// EndOfStream (protocol.md A6): the client must remember that it cancelled.
async fn copy_over(
    connection: &mut ServerConnection,
    copy: CopyInsert,
    process: &Arc<Process>,
    query: &QueryRequest,
) -> Result<Finish, Ended> {
    let mut sent = Sent::default();
    let running = tokio_util::task::AbortOnDropHandle::new(tokio::spawn(copy.run()));
    tokio::pin!(running);
    let mut ticks = tokio::time::interval(PROGRESS_INTERVAL);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let result = loop {
        tokio::select! {
            result = &mut running => break result,
            _ = ticks.tick() => {
                let progress = sent.next(&process.counters);
                if progress != Progress::default() {
                    connection.send_progress(&progress).await?;
                }
            }
        }
    };
    match result {
        Ok(Ok(())) => {}
        // Cancelled by its own client; one that KILL QUERY ended gets the exception.
        Ok(Err(fault)) if fault.code == FaultCode::QueryCancelled && query.cancellation.is_cancelled() => {
            return Ok(Finish::Plain);
        }
        Ok(Err(fault)) => return Err(fault.into()),
        Err(error) => return Err(Fault::new(FaultCode::Other(49), format!("The copy ended early: {error}")).into()),
    }
    connection.send_progress(&sent.next(&process.counters)).await?;
    Ok(Finish::Plain)
}

/// What the client was told so far: progress packets carry differences (protocol.md A6).
struct Sent {
    progress: Progress,
    at: tokio::time::Instant,
}

impl Default for Sent {
    fn default() -> Self {
        Self { progress: Progress::default(), at: tokio::time::Instant::now() }
    }
}

impl Sent {
    fn is_due(&self) -> bool {
        self.at.elapsed() >= PROGRESS_INTERVAL
    }

    fn next(&mut self, counters: &Counters) -> Progress {
        let now = Progress {
            read_rows: counters.read_rows.load(Ordering::Relaxed),
            read_bytes: counters.read_bytes.load(Ordering::Relaxed),
            total_rows: 0,
            written_rows: counters.written_rows.load(Ordering::Relaxed),
            written_bytes: counters.written_bytes.load(Ordering::Relaxed),
        };
        let difference = Progress {
            read_rows: now.read_rows - self.progress.read_rows,
            read_bytes: now.read_bytes - self.progress.read_bytes,
            total_rows: 0,
            written_rows: now.written_rows - self.progress.written_rows,
            written_bytes: now.written_bytes - self.progress.written_bytes,
        };
        self.progress = now;
        self.at = tokio::time::Instant::now();
        difference
    }
}

/// Keeps a query from sending more rows in a second than the deployment allows.
struct Pace {
    rows_per_second: NonZeroU32,
    /// When all that was sent so far may have been sent.
    due: tokio::time::Instant,
}

impl Pace {
    fn of(rows_per_second: NonZeroU32) -> Self {
        Self { rows_per_second, due: tokio::time::Instant::now() }
    }

    /// Blocks that take no longer than a tenth of a second each, so that rows arrive evenly.
    fn block_rows(&self) -> usize {
        (self.rows_per_second.get() / 10).max(1) as usize
    }

    /// Waits until the next block may be sent.
    async fn after(&mut self, n_rows: usize) {
        self.due += Duration::from_secs_f64(n_rows as f64 / f64::from(self.rows_per_second.get()));
        tokio::time::sleep_until(self.due).await;
    }
}

/// The batch in blocks of at most `block_rows`.
fn parts(batch: &RecordBatch, block_rows: usize) -> Vec<RecordBatch> {
    let n_rows = batch.num_rows();
    let starts = (0..n_rows).step_by(block_rows.min(n_rows.max(1)));
    starts.map(|start| batch.slice(start, block_rows.min(n_rows - start))).collect()
}

/// `_shard_num`, counted from 1, of any integer type (protocol.md E).
fn shard(scalars: &[(String, Block)]) -> Result<Option<u32>, Fault> {
    let Some((_, block)) = scalars.iter().find(|(name, _)| name == "_shard_num") else {
        return Ok(None);
    };
    let column = block.columns.first().filter(|_| block.n_rows == 1);
    let number =
        column.map(|column| column.data.iter().rev().fold(0_u64, |number, byte| number << 8 | u64::from(*byte)));
    let number = number.and_then(|number| u32::try_from(number).ok()).filter(|number| *number > 0);
    number.map(Some).ok_or_else(|| Fault::bad("The scalar _shard_num is not a number from 1"))
}

fn unsendable(error: Error) -> Fault {
    Fault::new(FaultCode::BadArguments, crate::deployment::chain(&error))
}

fn exception(fault: &Fault) -> ServerException {
    ServerException::new(fault.code.number(), fault.text())
}
