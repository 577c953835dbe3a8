//! `INSERT INTO .. SELECT ..`: one statement that takes long, and may end in more than two ways.

mod over_http;

use ferry_model::QueryId;
use ferry_native::{Query, QueryEvent};
use tokio_util::sync::CancellationToken;

use crate::error::QUERY_WAS_CANCELLED;
use crate::{Deployment, Error, assumed, string_literal};

/// The way by which the statement reaches timeplusd.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyPath {
    /// timeplusd's native port.
    Timeplusd,
    /// The app server's HTTP API.
    AppServer {
        /// After how long the app server gives up. Always sent: its default is 30 s (copy-safety 16).
        timeout_ms: u64,
    },
}

/// One `INSERT .. SELECT`.
#[derive(Clone, Copy)]
pub struct InsertSelect<'a> {
    /// The statement, without SETTINGS.
    pub sql: &'a str,
    /// Its settings.
    pub settings: &'a [(String, String)],
    /// The id by which it can be found and ended later. On the app server's path the server chooses its own, and a
    /// comment in the statement carries this one.
    pub query_id: &'a QueryId,
    /// The way that it takes.
    pub path: CopyPath,
    /// Ends it early.
    pub cancel: &'a CancellationToken,
}

/// What a running `INSERT .. SELECT` has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct InsertProgress {
    /// Rows read from the source.
    pub read_rows: u64,
    /// Rows written on this deployment.
    pub written_rows: u64,
    /// Bytes written, uncompressed.
    pub written_bytes: u64,
}

/// How an `INSERT .. SELECT` ended. Only a count on the target proves that its rows are there (copy-safety 11, 16).
#[derive(Debug)]
pub enum InsertOutcome {
    /// The statement ran to its end.
    Finished(InsertProgress),
    /// It was ended early; some rows may have been written.
    Cancelled(InsertProgress),
    /// The deployment says that it failed; some rows may have been written, and it is not running any more.
    Refused(Error),
    /// Nobody knows: it may still be running.
    Unknown(Error),
}

impl Deployment {
    /// Runs an `INSERT .. SELECT` and tells how it ended. It is never sent twice.
    pub async fn insert_select(
        &self,
        insert: InsertSelect<'_>,
        on_progress: impl FnMut(InsertProgress) + Send,
    ) -> InsertOutcome {
        match insert.path {
            CopyPath::Timeplusd => self.insert_over_native(insert, on_progress).await,
            CopyPath::AppServer { timeout_ms } => self.insert_over_http(insert, timeout_ms, on_progress).await,
        }
    }

    async fn insert_over_native(
        &self,
        insert: InsertSelect<'_>,
        mut on_progress: impl FnMut(InsertProgress) + Send,
    ) -> InsertOutcome {
        const WHAT: &str = "the INSERT .. SELECT";
        // Nothing was sent yet, so a connection that does not stand leaves no doubt.
        let mut connection = match self.wire().open().await {
            Ok(connection) => connection,
            Err(error) => return InsertOutcome::Refused(error),
        };
        let mut query = Query::new(insert.sql).id(insert.query_id.as_str());
        for (name, value) in insert.settings {
            query = query.setting(name.as_str(), value.as_str());
        }
        let mut stream = match connection.query(query).await {
            Ok(stream) => stream,
            Err(error) => return self.ended_with(error, InsertProgress::default(), WHAT),
        };
        let cancel = stream.cancel_handle();
        let mut done = InsertProgress::default();
        let mut is_cancelled = false;
        loop {
            let event = tokio::select! {
                event = stream.next() => event,
                () = insert.cancel.cancelled(), if !is_cancelled => {
                    is_cancelled = true;
                    cancel.cancel();
                    continue;
                }
            };
            match event {
                Ok(Some(QueryEvent::Progress(next))) => {
                    done.read_rows = done.read_rows.saturating_add(next.read_rows);
                    done.written_rows = done.written_rows.saturating_add(next.written_rows);
                    done.written_bytes = done.written_bytes.saturating_add(next.written_bytes);
                    on_progress(done);
                }
                Ok(Some(_)) => {}
                // A cancelled INSERT .. SELECT may end like a success on the wire (protocol.md A6).
                Ok(None) if is_cancelled => return InsertOutcome::Cancelled(done),
                Ok(None) => return InsertOutcome::Finished(done),
                Err(error) => return self.ended_with(error, done, WHAT),
            }
        }
    }

    fn ended_with(&self, error: ferry_native::Error, done: InsertProgress, what: &str) -> InsertOutcome {
        if matches!(error, ferry_native::Error::Cancelled { .. }) {
            return InsertOutcome::Cancelled(done);
        }
        match self.wire().failed(error, what) {
            Error::Refused { code: Some(QUERY_WAS_CANCELLED), .. } => InsertOutcome::Cancelled(done),
            error if error.is_refusal() => InsertOutcome::Refused(error),
            error => InsertOutcome::Unknown(error),
        }
    }

    /// Whether a statement with this id, or with this id in its comment, is running.
    ///
    /// # Errors
    /// The deployment cannot be asked.
    pub async fn query_is_running(&self, query: &QueryId) -> Result<bool, Error> {
        Ok(!self.running_ids(query).await?.is_empty())
    }

    /// Asks timeplusd to end a statement with this id, or with this id in its comment. What does not run needs no
    /// ending.
    ///
    /// # Errors
    /// The deployment cannot be asked or refuses.
    pub async fn cancel(&self, query: &QueryId) -> Result<(), Error> {
        for id in self.running_ids(query).await? {
            self.execute(&format!("KILL QUERY WHERE query_id = {}", string_literal(&id))).await?;
        }
        Ok(())
    }

    /// The ids of the running statements that are meant by an id of ours.
    async fn running_ids(&self, query: &QueryId) -> Result<Vec<String>, Error> {
        let tag = assumed::tag(query.as_str());
        let rows = self.rows("SELECT query_id, query FROM system.processes").await?;
        let is_meant = |id: &str, text: &str| id == query.as_str() || text.contains(&tag);
        let meant = rows.iter().filter(|row| is_meant(row.text("query_id"), row.text("query")));
        Ok(meant.map(|row| row.text("query_id").to_owned()).collect())
    }
}
