//! One statement: from its text to what it answers.

pub mod settings;

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::RecordBatch;
use ferry_sql::{ExprKind, Kill, Literal, Query, Statement, StatementKind};
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};

use crate::ddl;
use crate::deployment::{Deployment, parse};
use crate::engine::{self, ColumnDef, QueryContext, QueryMode};
use crate::fault::Fault;
use crate::insert::{self, BlockInsert, CopyInsert};
use crate::processes::Process;
use crate::rows::Rows;
use crate::show;

/// A statement with what its client said about it.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The text.
    pub sql: String,
    /// Who sends it.
    pub user: String,
    /// The database of names that have none.
    pub database: String,
    /// Settings of the connection and of the packet.
    pub settings: HashMap<String, String>,
    /// Whether bare stream names are read as endless streams, as on the streaming port (protocol.md A7).
    pub is_streaming: bool,
    /// The only shard to read, counted from 1 (protocol.md E).
    pub shard: Option<u32>,
}

/// What a statement answers.
pub enum Outcome {
    /// Nothing: it is done.
    Done,
    /// Rows.
    Rows(RowStream),
    /// It wants blocks to insert.
    Blocks(BlockInsert),
    /// An INSERT .. SELECT that is ready to run.
    Copy(CopyInsert),
    /// The connection's settings change.
    Set(Vec<(String, String)>),
    /// The connection's database changes.
    Use(String),
}

/// The rows of a result.
pub struct RowStream {
    /// Names and types.
    pub columns: Vec<ColumnDef>,
    /// The rows.
    pub batches: BoxStream<'static, Result<RecordBatch, Fault>>,
}

impl RowStream {
    /// The rows of a small table.
    pub fn of(rows: Rows) -> Result<Self, Fault> {
        let (columns, batch) = rows.finish()?;
        Ok(Self { columns, batches: futures::stream::iter([Ok(batch)]).boxed() })
    }
}

impl Deployment {
    /// Runs a statement up to the point where rows, blocks or a copy begin to flow.
    pub async fn run(self: &Arc<Self>, request: &Request, process: &Arc<Process>) -> Result<Outcome, Fault> {
        let statement = parse(&request.sql)?;
        let rows = |rows: Rows| RowStream::of(rows).map(Outcome::Rows);
        match &statement.kind {
            StatementKind::Select(query) => self.select(query, request, process).await.map(Outcome::Rows),
            StatementKind::Insert(insert) => insert::begin(self, insert, request, process).await,
            StatementKind::Show(show) if show.what == ferry_sql::ShowWhat::Processlist => {
                rows(crate::system_tables::table(self, "processes")?)
            }
            StatementKind::Show(show) => rows(show::list(self, show, &request.database)?),
            StatementKind::ShowCreate(show) => {
                settings::check(&show.settings)?;
                rows(show::create(self, show, &request.database)?)
            }
            StatementKind::Describe(describe) => rows(show::describe(self, describe, &request.database)?),
            StatementKind::Exists(exists) => rows(show::exists(self, exists, &request.database)?),
            StatementKind::Kill(kill) => rows(self.kill(kill)?),
            StatementKind::Set(set) => settings::read(&set.settings).map(Outcome::Set),
            StatementKind::Use(used) => {
                let database = &used.database.value;
                self.catalog().database(database)?;
                Ok(Outcome::Use(database.clone()))
            }
            _ => {
                ddl::apply(self, &statement, request).await?;
                Ok(Outcome::Done)
            }
        }
    }

    /// Whether a statement changes definitions: what REST answers with 204 (rest.md 3).
    pub fn is_ddl(statement: &Statement) -> bool {
        !matches!(
            statement.kind,
            StatementKind::Select(_)
                | StatementKind::Show(_)
                | StatementKind::ShowCreate(_)
                | StatementKind::Describe(_)
                | StatementKind::Exists(_)
                | StatementKind::Explain(_)
                | StatementKind::Kill(_)
        )
    }

    /// Starts a query; its rows stop when the process is cancelled or its time is over.
    pub async fn select(
        self: &Arc<Self>,
        query: &Query,
        request: &Request,
        process: &Arc<Process>,
    ) -> Result<RowStream, Fault> {
        if query.into_outfile.is_some() {
            return Err(Fault::refused("INTO OUTFILE"));
        }
        let context = self.context(query, request)?;
        let deadline = settings::deadline(&context.settings)?;
        let result = engine::execute(query, &context).await?;
        let counters = Arc::clone(&process.counters);
        let progress = result.progress.clone();
        let (mut seen_rows, mut seen_bytes) = (0, 0);
        let batches = result.batches.map_err(Fault::from).inspect(move |_| {
            let (rows, bytes) = (progress.read_rows(), progress.read_bytes());
            counters.add_read(rows - seen_rows, bytes - seen_bytes);
            (seen_rows, seen_bytes) = (rows, bytes);
        });
        let batches = until(batches.boxed(), Arc::clone(process), deadline);
        Ok(RowStream { columns: result.columns, batches })
    }

    /// What the engine must know about a query.
    pub fn context(self: &Arc<Self>, query: &Query, request: &Request) -> Result<QueryContext, Fault> {
        let mut context = QueryContext::new(Arc::clone(self) as Arc<dyn engine::Catalog>);
        context.database.clone_from(&request.database);
        context.user.clone_from(&request.user);
        context.shard = request.shard;
        context.settings.clone_from(&request.settings);
        let in_select = query.as_select().map(|select| select.settings.as_slice()).unwrap_or_default();
        context.settings.extend(settings::read(in_select)?);
        context.settings.extend(settings::read(&query.settings)?);
        let mode = context.settings.get("query_mode").map(String::as_str);
        context.query_mode = match mode {
            Some("table" | "snapshot") => QueryMode::Table,
            Some("streaming") => QueryMode::Streaming,
            Some(other) => return Err(Fault::bad(format!("Unknown query_mode '{other}'"))),
            None if request.is_streaming => QueryMode::Streaming,
            None => QueryMode::Table,
        };
        Ok(context)
    }

    /// `KILL QUERY WHERE query_id = '..'`: the only condition that the sandbox understands.
    fn kill(&self, kill: &Kill) -> Result<Rows, Fault> {
        let id = kill.filter.as_ref().and_then(|filter| match &filter.kind {
            ExprKind::Binary { op: ferry_sql::BinaryOp::Eq, left, right } => match &right.kind {
                ExprKind::Literal(Literal::String(id)) if left.plain_text() == "query_id" => Some(id.clone()),
                _ => None,
            },
            _ => None,
        });
        let Some(id) = id.filter(|_| !kill.mutation) else {
            return Err(Fault::refused("KILL other than KILL QUERY WHERE query_id = '..'"));
        };
        let found: Vec<_> = self.processes().list().into_iter().filter(|process| process.query_id == id).collect();
        self.processes().kill(&id);
        Ok(Rows::new()
            .text("kill_status", found.iter().map(|_| "waiting"))
            .text("query_id", found.iter().map(|process| &process.query_id))
            .text("user", found.iter().map(|process| &process.user))
            .text("query", found.iter().map(|process| &process.sql)))
    }
}

/// Rows until the query is killed or its time is over. The process stays listed as long as the stream lives.
fn until(
    batches: BoxStream<'static, Result<RecordBatch, Fault>>,
    process: Arc<Process>,
    deadline: Option<tokio::time::Instant>,
) -> BoxStream<'static, Result<RecordBatch, Fault>> {
    let state = (batches, process, false);
    futures::stream::unfold(state, move |(mut batches, process, is_over)| async move {
        if is_over {
            return None;
        }
        // Rows that are always ready must not keep the thread from whoever wants to end the query.
        tokio::task::consume_budget().await;
        let next = tokio::select! {
            biased;
            () = process.cancel.cancelled() => Some(Err(settings::cancelled())),
            () = settings::passed(deadline) => Some(Err(settings::too_long())),
            next = batches.next() => next,
        };
        let is_over = matches!(next, Some(Err(_)));
        next.map(|item| (item, (batches, process, is_over)))
    })
    .boxed()
}
