//! What can go wrong on the wire.

use std::io;
use std::time::Duration;

use crate::types::TypeError;

/// An error of the native protocol, of the connection below it, or of the server.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system reported an error on the socket.
    #[error("the network failed while {during}")]
    Io {
        /// What was being done, as a phrase that follows "while".
        during: String,
        /// The operating system's error.
        #[source]
        source: io::Error,
    },
    /// Nothing arrived (or could be sent) for as long as the options allow.
    #[error("nothing happened for {} s while {during}", after.as_secs_f32())]
    Timeout {
        /// What was being done, as a phrase that follows "while".
        during: String,
        /// The limit that passed.
        after: Duration,
    },
    /// The peer closed the connection, or it was given up earlier; a result in
    /// progress is incomplete.
    #[error("the connection was closed while {during}")]
    Closed {
        /// What was being done, as a phrase that follows "while".
        during: String,
    },
    /// The server answered with an exception; the connection stays usable.
    #[error("{0}")]
    Server(ServerException),
    /// The server refused the user or the password.
    #[error("the server refused the sign-in: {0}")]
    Auth(ServerException),
    /// The query was cancelled from this side. A cancelled `INSERT .. SELECT` ends on
    /// the wire like a success (protocol.md A6), so its target is partially written.
    #[error("query `{query_id}` was cancelled after {written_rows} rows had been written")]
    Cancelled {
        /// The id of the cancelled query.
        query_id: String,
        /// Rows that the server had reported as written by then.
        written_rows: u64,
    },
    /// The peer sent something that the protocol does not allow.
    #[error("the peer broke the native protocol: {what}")]
    Protocol {
        /// What was wrong.
        what: String,
    },
    /// A length from the network passes a limit; no memory was taken for it.
    #[error("{what} is {got}, more than the limit of {limit}")]
    Limit {
        /// What is limited.
        what: &'static str,
        /// The limit.
        limit: u64,
        /// What the peer announced.
        got: u64,
    },
    /// A column's type or values cannot be carried.
    #[error("column `{column}` of type `{type_name}`: {reason}")]
    Type {
        /// The column's name.
        column: String,
        /// The type's name as it was sent.
        type_name: String,
        /// Why it cannot be carried.
        reason: String,
    },
    /// TLS could not be set up.
    #[error("TLS: {what}")]
    Tls {
        /// What failed.
        what: String,
        /// The cause, where there is one.
        #[source]
        source: Option<Box<dyn std::error::Error + Send + Sync>>,
    },
    /// The caller asked for something that cannot be done.
    #[error("{what}")]
    Invalid {
        /// What was wrong with the request.
        what: String,
    },
}

impl Error {
    pub(crate) fn protocol(what: impl Into<String>) -> Self {
        Self::Protocol { what: what.into() }
    }

    pub(crate) fn closed(during: impl Into<String>) -> Self {
        Self::Closed { during: during.into() }
    }

    pub(crate) fn column(column: &str, error: TypeError) -> Self {
        Self::Type { column: column.to_owned(), type_name: error.type_name, reason: error.reason }
    }

    pub(crate) fn values(column: &str, data_type: &crate::DataType, reason: impl Into<String>) -> Self {
        Self::Type { column: column.to_owned(), type_name: data_type.to_string(), reason: reason.into() }
    }

    /// The server's exception, where the server sent one.
    #[must_use]
    pub fn server_exception(&self) -> Option<&ServerException> {
        match self {
            Self::Server(exception) | Self::Auth(exception) => Some(exception),
            _ => None,
        }
    }

    /// Whether the outcome of the statement is unknown: the connection ended before
    /// the server said how it went.
    #[must_use]
    pub fn is_outcome_unknown(&self) -> bool {
        matches!(self, Self::Io { .. } | Self::Timeout { .. } | Self::Closed { .. } | Self::Protocol { .. })
    }
}

/// An exception as timeplusd sends it (protocol.md A6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerException {
    /// The error code, for example 60 for an unknown stream.
    pub code: i32,
    /// The exception's class, `DB::Exception` in practice.
    pub name: String,
    /// The message for people.
    pub message: String,
    /// The server's stack trace, often empty.
    pub stack_trace: String,
}

impl ServerException {
    /// The code that timeplusd gives to a query that was cancelled (`QUERY_WAS_CANCELLED`).
    pub const QUERY_WAS_CANCELLED: i32 = 394;

    /// An exception of the class that timeplusd uses, without a stack trace.
    #[must_use]
    pub fn new(code: i32, message: impl Into<String>) -> Self {
        Self { code, name: "DB::Exception".to_owned(), message: message.into(), stack_trace: String::new() }
    }

    /// Whether this refuses a user or a password: UNKNOWN_USER, WRONG_PASSWORD,
    /// REQUIRED_PASSWORD or AUTHENTICATION_FAILED.
    #[must_use]
    pub fn is_authentication(&self) -> bool {
        matches!(self.code, 192 | 193 | 194 | 516)
    }
}

impl std::fmt::Display for ServerException {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "code {}: {}", self.code, self.message)
    }
}

impl std::error::Error for ServerException {}
