//! timeplusd over its native protocol: a few connections that are used again, one query at a time on each.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ferry_model::SecretMap;
use ferry_native::{ConnectOptions, Connection, Limits, Query, ServerHello, TlsOptions};
use klickhouse::Value;
use tokio::sync::Semaphore;

use crate::error::{BoxedError, Error};
use crate::{Endpoint, Timeouts};

/// Connections that may be open for catalogue queries at a time.
const MAX_CONNECTIONS: usize = 8;

/// A small pool of connections.
#[derive(Clone)]
pub(crate) struct Wire {
    options: ConnectOptions,
    idle: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
    secrets: Arc<Mutex<SecretMap>>,
}

impl Wire {
    /// Connects once, to prove that it works, and tells what the server said of itself.
    pub async fn connect(endpoint: &Endpoint, timeouts: Timeouts) -> Result<(Self, ServerHello), Error> {
        let mut options = ConnectOptions::new(endpoint.native_address())
            .credentials(endpoint.username.clone(), endpoint.password.clone());
        options.connect_timeout = timeouts.connect;
        options.read_timeout = timeouts.read;
        options.tls = TlsOptions { enabled: endpoint.secure, ca_file: endpoint.ca_file.clone(), server_name: None };
        let wire = Self {
            options,
            idle: Arc::default(),
            permits: Arc::new(Semaphore::new(MAX_CONNECTIONS)),
            secrets: Arc::new(Mutex::new(endpoint.secrets())),
        };
        let connection = wire.open().await?;
        let hello = connection.server().clone();
        wire.keep(connection);
        Ok((wire, hello))
    }

    /// Removes secrets from a text that a server sent.
    pub fn scrub(&self, text: &str) -> String {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner).scrub(text)
    }

    /// Adds secrets that servers may repeat from now on.
    pub fn learn_secrets(&self, secrets: &SecretMap) {
        self.secrets.lock().unwrap_or_else(PoisonError::into_inner).extend(secrets.clone());
    }

    /// All rows of a query, every cell as text. For results of a catalogue's size.
    pub async fn rows(&self, sql: &str) -> Result<TextRows, Error> {
        // On the streaming port an unbounded read would never end (protocol.md A7).
        let query = Query::new(sql).setting("query_mode", "table");
        let _permit = self.permit().await;
        let mut connection = self.take().await?;
        let rows = read_rows(&mut connection, query).await;
        self.give_back(connection);
        rows.map_err(|error| self.failed(error, &summary_of(sql)))
    }

    /// Runs a statement to its end.
    pub async fn execute(&self, query: Query, what: &str) -> Result<(), Error> {
        let _permit = self.permit().await;
        let mut connection = self.take().await?;
        let done = connection.execute(query).await;
        self.give_back(connection);
        done.map(|_| ()).map_err(|error| self.failed(error, what))
    }

    /// A connection of its own, for a statement that takes long.
    pub async fn open(&self) -> Result<Connection, Error> {
        Connection::connect(self.options.clone()).await.map_err(|error| self.not_connected(error))
    }

    /// The same with limits of its own.
    pub async fn open_with(&self, limits: Limits) -> Result<Connection, Error> {
        let options = ConnectOptions { limits, ..self.options.clone() };
        Connection::connect(options).await.map_err(|error| self.not_connected(error))
    }

    /// What an error of the wire means for what was asked.
    pub fn failed(&self, error: ferry_native::Error, what: &str) -> Error {
        match error {
            ferry_native::Error::Server(exception) => Error::Refused {
                what: what.to_owned(),
                code: Some(exception.code),
                status: None,
                message: self.scrub(&exception.to_string()),
            },
            ferry_native::Error::Auth(exception) => Error::SignInRefused {
                address: self.options.address.clone(),
                message: self.scrub(&exception.to_string()),
            },
            other if other.is_outcome_unknown() => {
                Error::UnknownOutcome { what: what.to_owned(), source: self.scrubbed(&other) }
            }
            other => Error::Unexpected { what: what.to_owned(), why: self.scrub(&chain(&other)) },
        }
    }

    fn not_connected(&self, error: ferry_native::Error) -> Error {
        match error {
            ferry_native::Error::Auth(exception) => Error::SignInRefused {
                address: self.options.address.clone(),
                message: self.scrub(&exception.to_string()),
            },
            other => Error::NotReachable { address: self.options.address.clone(), source: self.scrubbed(&other) },
        }
    }

    fn scrubbed(&self, error: &dyn std::error::Error) -> BoxedError {
        self.scrub(&chain(error)).into()
    }

    async fn permit(&self) -> Option<tokio::sync::SemaphorePermit<'_>> {
        // The semaphore is never closed.
        self.permits.acquire().await.ok()
    }

    async fn take(&self) -> Result<Connection, Error> {
        loop {
            let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let Some(mut connection) = idle else { return self.open().await };
            // A server may have closed it meanwhile, and a statement must not be what finds out.
            let answer = tokio::time::timeout(self.options.connect_timeout, connection.ping()).await;
            if matches!(answer, Ok(Ok(()))) {
                return Ok(connection);
            }
            // Nobody is there any more, or the way there is gone: each of the others could cost as long.
            self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
        }
    }

    /// After how long a silence the deployment counts as gone, where an answer is expected.
    pub const fn silence_limit(&self) -> Duration {
        self.options.read_timeout
    }

    fn give_back(&self, connection: Connection) {
        if connection.is_usable() {
            self.keep(connection);
        }
    }

    fn keep(&self, connection: Connection) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }
}

async fn read_rows(connection: &mut Connection, query: Query) -> Result<TextRows, ferry_native::Error> {
    let mut stream = connection.query(query).await?;
    let mut found = TextRows::default();
    while let Some(block) = stream.next_block().await? {
        found.columns = block.columns.iter().map(|column| column.name.clone()).collect();
        found.rows.extend(block.to_rows()?.map(|row| row.into_iter().map(as_text).collect::<Vec<_>>()));
    }
    Ok(found)
}

/// A statement's beginning, for messages.
fn summary_of(sql: &str) -> String {
    const LONGEST: usize = 80;
    let mut text: String = sql.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(LONGEST).collect();
    if text.len() < sql.len() {
        text.push_str(" ...");
    }
    text
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

fn as_text(value: Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        Value::Uuid(uuid) => Some(uuid.to_string()),
        other => Some(other.to_string()),
    }
}

/// The rows of a catalogue query.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextRows {
    columns: Vec<String>,
    rows: Vec<Vec<Option<String>>>,
}

impl TextRows {
    /// The rows, in order.
    pub fn iter(&self) -> impl Iterator<Item = TextRow<'_>> {
        self.rows.iter().map(|cells| TextRow { columns: &self.columns, cells })
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The first cell of the first row, unless it is NULL or there is none.
    pub fn single(&self) -> Option<&str> {
        self.rows.first()?.first()?.as_deref()
    }
}

/// One row.
#[derive(Debug, Clone, Copy)]
pub struct TextRow<'rows> {
    columns: &'rows [String],
    cells: &'rows [Option<String>],
}

impl<'rows> TextRow<'rows> {
    /// The cell of a column; NULL and absent columns are the empty text.
    pub fn text(&self, column: &str) -> &'rows str {
        self.get(column).unwrap_or_default()
    }

    /// The cell of a column, unless it is NULL or absent.
    pub fn get(&self, column: &str) -> Option<&'rows str> {
        let at = self.columns.iter().position(|name| name == column)?;
        self.cells.get(at)?.as_deref()
    }

    /// The cells in the order of the columns; NULL is none.
    pub fn cells(&self) -> impl Iterator<Item = Option<&'rows str>> {
        self.cells.iter().map(Option::as_deref)
    }
}
