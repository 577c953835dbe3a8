//! Packets of both sides (protocol.md A3 to A6).

use std::fmt;

use crate::block::{Block, RawBlock};
use crate::error::ServerException;

pub(crate) mod client;
pub(crate) mod form;
pub(crate) mod query;
pub(crate) mod server;

/// The revision that Ferry announces. It is the official drivers' own: neither addendum,
/// nor parameters, nor elapsed time, nor nonce; the same bytes from 1.5 to 3.x
/// (protocol.md A1).
pub const CLIENT_REVISION: u64 = 54_453;
/// The revision of Proton 1.5 and 1.6 (protocol.md A1).
pub const SERVER_REVISION: u64 = 54_459;

/// Revisions from which something is on the wire (protocol.md A1).
pub(crate) mod since {
    pub(crate) const SERVER_TIMEZONE: u64 = 54_058;
    pub(crate) const SERVER_DISPLAY_NAME: u64 = 54_372;
    pub(crate) const VERSION_PATCH: u64 = 54_401;
    pub(crate) const INTERSERVER_SECRET: u64 = 54_441;
    pub(crate) const PROFILE_EVENTS: u64 = 54_451;
    pub(crate) const PROFILE_EVENTS_IN_INSERT: u64 = 54_456;
    pub(crate) const ADDENDUM: u64 = 54_458;
    pub(crate) const PARAMETERS: u64 = 54_459;
    pub(crate) const ELAPSED_IN_PROGRESS: u64 = 54_460;
    pub(crate) const NONCE: u64 = 54_473;
}

/// A release number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Version {
    /// The first number.
    pub major: u64,
    /// The second number.
    pub minor: u64,
    /// The third number.
    pub patch: u64,
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// What the server says about itself (protocol.md A3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerHello {
    /// The product's name; `proton` for Proton.
    pub name: String,
    /// The release.
    pub version: Version,
    /// The protocol revision that the server announces.
    pub revision: u64,
    /// The server's time zone.
    pub timezone: String,
    /// The name that the server gives itself.
    pub display_name: String,
}

/// What a query has done since the last such packet (protocol.md A6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Rows read.
    pub read_rows: u64,
    /// Bytes read.
    pub read_bytes: u64,
    /// Rows to be read in all, as far as they are known.
    pub total_rows: u64,
    /// Rows written.
    pub written_rows: u64,
    /// Bytes written.
    pub written_bytes: u64,
}

impl Progress {
    /// Adds the next difference.
    pub fn add(&mut self, next: &Self) {
        self.read_rows = self.read_rows.saturating_add(next.read_rows);
        self.read_bytes = self.read_bytes.saturating_add(next.read_bytes);
        self.total_rows = self.total_rows.saturating_add(next.total_rows);
        self.written_rows = self.written_rows.saturating_add(next.written_rows);
        self.written_bytes = self.written_bytes.saturating_add(next.written_bytes);
    }
}

/// What the server counted over a whole result (protocol.md A6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ProfileInfo {
    /// Rows of the result.
    pub rows: u64,
    /// Blocks of the result.
    pub blocks: u64,
    /// Bytes of the result.
    pub bytes: u64,
    /// Whether a LIMIT was applied.
    pub is_limit_applied: bool,
    /// Rows before the LIMIT.
    pub rows_before_limit: u64,
    /// Whether rows before the LIMIT were counted.
    pub is_rows_before_limit_calculated: bool,
}

/// The name of a stream, as in a request about the state of streams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableName {
    /// The database.
    pub database: String,
    /// The stream.
    pub name: String,
}

/// What a server says about one stream (protocol.md A6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableStatus {
    /// Which stream.
    pub table: TableName,
    /// Whether it is replicated; Proton says so of every stream.
    pub is_replicated: bool,
    /// How far a replica lags, in seconds; only sent for replicated ones.
    pub delay_seconds: u64,
}

/// One packet of a server.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum ServerPacket {
    Hello(ServerHello),
    Data(Block),
    RawData(RawBlock),
    Exception(ServerException),
    Progress(Progress),
    Pong,
    EndOfStream,
    ProfileInfo(ProfileInfo),
    Totals(Block),
    Extremes(Block),
    TablesStatus(Vec<TableStatus>),
    Log(Block),
    TableColumns(String),
    ProfileEvents(Block),
}

impl ServerPacket {
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Hello(_) => "Hello",
            Self::Data(_) | Self::RawData(_) => "Data",
            Self::Exception(_) => "Exception",
            Self::Progress(_) => "Progress",
            Self::Pong => "Pong",
            Self::EndOfStream => "EndOfStream",
            Self::ProfileInfo(_) => "ProfileInfo",
            Self::Totals(_) => "Totals",
            Self::Extremes(_) => "Extremes",
            Self::TablesStatus(_) => "TablesStatusResponse",
            Self::Log(_) => "Log",
            Self::TableColumns(_) => "TableColumns",
            Self::ProfileEvents(_) => "ProfileEvents",
        }
    }
}
