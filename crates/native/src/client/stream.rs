use std::sync::Arc;

use klickhouse::Row;

use super::link::Shared;
use super::{Connection, State};
use crate::block::{Block, RawBlock, Rows};
use crate::error::{Error, ServerException};
use crate::packet::{ProfileInfo, Progress, ServerPacket};

/// What a running query sends.
#[derive(Debug, Clone, PartialEq)]
pub enum QueryEvent {
    /// The names and types of the result, before its rows.
    Header(Block),
    /// Rows of the result.
    Block(Block),
    /// A block of a query that wants them undecoded, also one without rows.
    Raw(RawBlock),
    /// What was done since the last such event.
    Progress(Progress),
    /// What the server counted over the whole result.
    ProfileInfo(ProfileInfo),
    /// The server's counters, as rows.
    ProfileEvents(Block),
    /// The row of WITH TOTALS.
    Totals(Block),
    /// The smallest and largest values.
    Extremes(Block),
}

/// What a query did in all.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Summary {
    /// The query's id.
    pub query_id: String,
    /// The sum of all progress.
    pub progress: Progress,
    /// What the server counted over the result, if it said so.
    pub profile: Option<ProfileInfo>,
}

/// A running query. Dropped before its end, it is cancelled, and the connection reads
/// what is left before its next use.
#[derive(Debug)]
pub struct QueryStream<'c> {
    connection: &'c mut Connection,
    summary: Summary,
    header: Option<Block>,
    phase: Phase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Running,
    Ended,
    Failed,
}

impl<'c> QueryStream<'c> {
    pub(super) fn new(connection: &'c mut Connection, query_id: String) -> Self {
        Self { connection, summary: Summary { query_id, ..Summary::default() }, header: None, phase: Phase::Running }
    }

    /// The query's id.
    #[must_use]
    pub fn query_id(&self) -> &str {
        &self.summary.query_id
    }

    /// The sum of all progress so far.
    #[must_use]
    pub fn progress(&self) -> &Progress {
        &self.summary.progress
    }

    /// The names and types of the result, once they have arrived.
    #[must_use]
    pub fn header(&self) -> Option<&Block> {
        self.header.as_ref()
    }

    /// A handle that cancels this query from anywhere. The stream must be read on: it
    /// then ends in [`Error::Cancelled`].
    #[must_use]
    pub fn cancel_handle(&self) -> CancelHandle {
        CancelHandle { shared: Arc::clone(&self.connection.link.shared), generation: self.connection.generation }
    }

    /// The next event; `None` at the end of a complete result. Cancel-safe.
    ///
    /// # Errors
    /// The server's exception, [`Error::Cancelled`], or what broke the connection. After
    /// an error there is no further event.
    pub async fn next(&mut self) -> Result<Option<QueryEvent>, Error> {
        match self.phase {
            Phase::Running => {}
            Phase::Ended => return Ok(None),
            Phase::Failed => {
                return Err(Error::Invalid { what: "this query has already failed".to_owned() });
            }
        }
        let next = self.next_event().await;
        match &next {
            Ok(Some(_)) => {}
            Ok(None) => self.phase = Phase::Ended,
            Err(_) => self.phase = Phase::Failed,
        }
        next
    }

    async fn next_event(&mut self) -> Result<Option<QueryEvent>, Error> {
        loop {
            let packet = self.connection.receive("waiting for a query's result").await?;
            let event = match packet {
                ServerPacket::Data(block) if block.is_end() => continue,
                ServerPacket::RawData(block) if block.is_end() => continue,
                ServerPacket::RawData(block) => QueryEvent::Raw(block),
                ServerPacket::Data(block) if block.n_rows == 0 => {
                    self.header.get_or_insert_with(|| block.clone());
                    QueryEvent::Header(block)
                }
                ServerPacket::Data(block) => QueryEvent::Block(block),
                ServerPacket::Totals(block) => QueryEvent::Totals(block),
                ServerPacket::Extremes(block) => QueryEvent::Extremes(block),
                ServerPacket::ProfileEvents(block) => QueryEvent::ProfileEvents(block),
                ServerPacket::ProfileInfo(info) => {
                    self.summary.profile = Some(info);
                    QueryEvent::ProfileInfo(info)
                }
                ServerPacket::Progress(progress) => {
                    self.summary.progress.add(&progress);
                    QueryEvent::Progress(progress)
                }
                ServerPacket::Log(_) => continue,
                ServerPacket::TableColumns(_) => {
                    // The server waits for rows now and for nothing else.
                    self.connection.state = State::Broken;
                    return Err(Error::Invalid { what: "the statement asks for rows to insert".to_owned() });
                }
                ServerPacket::EndOfStream => return self.end().map(|()| None),
                ServerPacket::Exception(exception) => return Err(self.fail(exception)),
                other => return Err(self.connection.unexpected(&other)),
            };
            return Ok(Some(event));
        }
    }

    /// The next block with rows; `None` at the end of a complete result.
    ///
    /// # Errors
    /// As for [`QueryStream::next`].
    pub async fn next_block(&mut self) -> Result<Option<Block>, Error> {
        while let Some(event) = self.next().await? {
            if let QueryEvent::Block(block) = event {
                return Ok(Some(block));
            }
        }
        Ok(None)
    }

    /// The next block of a query that wants them undecoded, the header first; `None` at the end of a complete
    /// result.
    ///
    /// # Errors
    /// As for [`QueryStream::next`].
    pub async fn next_raw(&mut self) -> Result<Option<RawBlock>, Error> {
        while let Some(event) = self.next().await? {
            if let QueryEvent::Raw(block) = event {
                return Ok(Some(block));
            }
        }
        Ok(None)
    }

    /// All blocks with rows.
    ///
    /// # Errors
    /// As for [`QueryStream::next`].
    pub async fn blocks(mut self) -> Result<Vec<Block>, Error> {
        let mut blocks = Vec::new();
        while let Some(block) = self.next_block().await? {
            blocks.push(block);
        }
        Ok(blocks)
    }

    /// The rows one by one, as structs that derive `klickhouse::Row`.
    #[must_use]
    pub fn rows<T: Row>(self) -> RowStream<'c, T> {
        RowStream { stream: self, rows: None, row: std::marker::PhantomData }
    }

    /// All rows.
    ///
    /// # Errors
    /// As for [`QueryStream::next`], or a row that does not fit `T`.
    pub async fn collect_rows<T: Row>(self) -> Result<Vec<T>, Error> {
        let mut stream = self.rows();
        let mut rows = Vec::new();
        while let Some(row) = stream.next().await? {
            rows.push(row);
        }
        Ok(rows)
    }

    /// Runs the query to its end, ignoring its rows.
    ///
    /// # Errors
    /// As for [`QueryStream::next`].
    pub async fn execute(mut self) -> Result<Summary, Error> {
        while self.next().await?.is_some() {}
        Ok(self.summary.clone())
    }

    /// A cancelled INSERT .. SELECT ends like a complete one (protocol.md A6), so the
    /// end of a query that was cancelled is never taken for a success.
    fn end(&mut self) -> Result<(), Error> {
        self.connection.state = State::Ready;
        if self.is_cancelled() {
            return Err(self.cancelled());
        }
        Ok(())
    }

    fn fail(&mut self, exception: ServerException) -> Error {
        self.connection.state = State::Ready;
        if self.is_cancelled() && exception.code == ServerException::QUERY_WAS_CANCELLED {
            return self.cancelled();
        }
        Error::Server(exception)
    }

    fn is_cancelled(&self) -> bool {
        self.connection.link.shared.is_cancelled(self.connection.generation)
    }

    fn cancelled(&self) -> Error {
        Error::Cancelled { query_id: self.summary.query_id.clone(), written_rows: self.summary.progress.written_rows }
    }
}

impl Drop for QueryStream<'_> {
    fn drop(&mut self) {
        if self.connection.state == State::Running {
            self.connection.link.shared.cancel(self.connection.generation);
        }
    }
}

/// Cancels one query; does nothing once that query has ended.
#[derive(Clone)]
pub struct CancelHandle {
    shared: Arc<Shared>,
    generation: u64,
}

impl CancelHandle {
    /// Asks the server to end the query.
    pub fn cancel(&self) {
        self.shared.cancel(self.generation);
    }
}

impl std::fmt::Debug for CancelHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CancelHandle").field("generation", &self.generation).finish()
    }
}

/// The rows of a running query.
#[derive(Debug)]
pub struct RowStream<'c, T> {
    stream: QueryStream<'c>,
    rows: Option<Rows>,
    row: std::marker::PhantomData<fn() -> T>,
}

impl<T: Row> RowStream<'_, T> {
    /// The next row; `None` at the end of a complete result.
    ///
    /// # Errors
    /// As for [`QueryStream::next`], or a row that does not fit `T`.
    pub async fn next(&mut self) -> Result<Option<T>, Error> {
        loop {
            if let Some(row) = self.rows.as_mut().and_then(Rows::next_as) {
                return row.map(Some);
            }
            match self.stream.next_block().await? {
                Some(block) => self.rows = Some(block.to_rows()?),
                None => return Ok(None),
            }
        }
    }
}
