//! What the engine asks of a deployment, and nothing more.

mod deployment;
mod renamed;

pub(crate) use renamed::source_of;

use std::any::Any;
use std::time::Duration;

use ferry_model::{CapturedColumn, DeploymentInfo, QueryId, ResourceName, TimeRange};
use ferry_timeplus::{FilledDefinition, RELAY_BLOCK_TOO_LARGE, means_unreachable_system};
use futures::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use crate::SliceRows;
use crate::verify::{BucketDigest, Bucketing, Question, RowDigest};

/// The answer to one question to a deployment.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, SiteError>>;

/// One deployment as the engine sees it. Every method may be called at the same time as every other.
pub trait Site: Any + Send + Sync {
    /// The address of timeplusd.
    fn address(&self) -> String;

    /// What the deployment said of itself.
    fn info(&self) -> DeploymentInfo;

    /// Whether it has an app server; Proton has none.
    fn has_app_server(&self) -> bool;

    /// Whether something of this kind and name exists.
    fn exists<'a>(&'a self, resource: &'a ResourceName) -> Answer<'a, bool>;

    /// The definition of a resource of SQL, as the deployment prints it.
    fn definition<'a>(&'a self, resource: &'a ResourceName) -> Answer<'a, String>;

    /// The ids under which the deployment knows the name, for kinds known by id (rest.md 1.3); empty for others.
    fn ids<'a>(&'a self, resource: &'a ResourceName) -> Answer<'a, Vec<String>>;

    /// Sends a definition, secrets filled in. Gives the id that the deployment chose, for kinds known by id.
    fn create<'a>(&'a self, resource: &'a ResourceName, definition: &'a FilledDefinition)
    -> Answer<'a, Option<String>>;

    /// Asks for the removal. DROP is asynchronous (copy-safety 25): the caller waits until the name is gone.
    fn remove<'a>(&'a self, resource: &'a ResourceName, server_id: Option<&'a str>) -> Answer<'a, ()>;

    /// The rows in `table()` of a stream or external stream.
    fn count<'a>(&'a self, resource: &'a ResourceName) -> Answer<'a, u64>;

    /// The rows of a slice in `table()` of a stream.
    fn count_in<'a>(&'a self, stream: &'a ResourceName, rows: &SliceRows) -> Answer<'a, u64>;

    /// The first and the last moment of a stream's rows, cheaply; none where it is not partitioned by day, so that
    /// moments say nothing of partitions.
    fn span_by_day<'a>(&'a self, stream: &'a ResourceName) -> Answer<'a, Option<TimeSpan>>;

    /// How the rows of a time range lie in time: intervals of so many milliseconds that hold rows, in their order.
    fn histogram<'a>(&'a self, stream: &'a ResourceName, range: TimeRange, width_ms: i64) -> Answer<'a, Vec<Bucket>>;

    /// Counts and checksums of a stream's rows, bucket by bucket, for a comparison.
    fn bucket_digests<'a>(&'a self, question: &'a Question, bucketing: Bucketing) -> Answer<'a, Vec<BucketDigest>>;

    /// The rows of a stream one by one, so many at most, for a comparison.
    fn row_digests<'a>(&'a self, question: &'a Question, limit: u64) -> Answer<'a, Vec<RowDigest>>;

    /// Asks for the removal of the rows of a slice. It may happen later (copy-safety 19): the caller waits
    /// until none is counted.
    fn delete_in<'a>(&'a self, stream: &'a ResourceName, rows: &SliceRows) -> Answer<'a, ()>;

    /// The columns as DESC lists them.
    fn columns<'a>(&'a self, resource: &'a ResourceName) -> Answer<'a, Vec<CapturedColumn>>;

    /// After how long an accepted row is in `table()` at the latest (resources.md 3.2).
    fn flush_interval<'a>(&'a self, resource: &'a ResourceName) -> Answer<'a, Duration>;

    /// Runs an INSERT .. SELECT to its end, and says how it ended.
    fn insert_select<'a>(&'a self, insert: &'a InsertSelect, progress: ProgressSink<'a>) -> BoxFuture<'a, InsertEnd>;

    /// Reads rows here, as `insert.relay` says, and inserts them on another deployment, through this process; runs to
    /// its end, and says how it ended.
    fn relay_into<'a>(
        &'a self,
        target: &'a dyn Site,
        insert: &'a InsertSelect,
        progress: ProgressSink<'a>,
    ) -> BoxFuture<'a, InsertEnd>;

    /// Whether a query with this id runs.
    fn query_is_running<'a>(&'a self, query: &'a QueryId) -> Answer<'a, bool>;

    /// Asks for the end of a query.
    fn cancel_query<'a>(&'a self, query: &'a QueryId) -> Answer<'a, ()>;

    /// Whether a source or sink runs.
    fn is_running<'a>(&'a self, resource: &'a ResourceName, server_id: Option<&'a str>) -> Answer<'a, bool>;

    /// Starts or stops a source or sink.
    fn set_running<'a>(
        &'a self,
        resource: &'a ResourceName,
        server_id: Option<&'a str>,
        wanted: Running,
    ) -> Answer<'a, ()>;

    /// What may be hidden from the user that Ferry signs in with, one sentence each (copy-safety 3).
    fn hidden_from_user(&self) -> Answer<'_, Vec<String>>;

    /// The first row of a small query, every cell as text.
    fn first_row<'a>(&'a self, sql: &'a str) -> Answer<'a, Vec<String>>;
}

/// The moments between which rows lie, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeSpan {
    /// The first.
    pub first_ms: i64,
    /// The last.
    pub last_ms: i64,
}

/// An interval of time that holds rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// Its first moment, in milliseconds since 1970.
    pub from_ms: i64,
    /// Its rows.
    pub n_rows: u64,
    /// The partitions that its rows lie in.
    pub n_partitions: u64,
}

/// Whether a source or sink shall run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Running {
    /// It shall run.
    Started,
    /// It shall stand still.
    Stopped,
}

/// Where numbers go while an INSERT runs.
pub type ProgressSink<'a> = &'a mut (dyn FnMut(Written) + Send);

/// How far an INSERT is, as the target reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Rows written since its start.
    pub rows: u64,
    /// Bytes written since its start.
    pub bytes: u64,
}

/// One INSERT .. SELECT.
#[derive(Clone)]
pub struct InsertSelect {
    /// The statement, without SETTINGS.
    pub sql: String,
    /// The rows that it copies.
    pub rows: SliceRows,
    /// Its settings, the same on both paths.
    pub settings: Vec<(String, String)>,
    /// The id by which it can be found and ended.
    pub query: QueryId,
    /// The way it is sent.
    pub path: CopyPath,
    /// For a relay: what Ferry itself reads on the source. The statement is then an INSERT without rows.
    pub relay: Option<RelayRead>,
    /// Ends it early.
    pub cancel: CancellationToken,
}

/// What a relay reads on the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RelayRead {
    /// The stream.
    pub stream: ResourceName,
    /// Its columns, those of the INSERT.
    pub columns: Vec<String>,
    /// The columns by which the rows are ordered.
    pub order_by: Vec<String>,
    /// The settings of the statement.
    pub settings: Vec<(String, String)>,
}

/// The way a copy is sent to the target (product.md, `use_timeplusd_for_data_migration`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CopyPath {
    /// timeplusd's native port.
    Timeplusd,
    /// The app server's HTTP API. `/exec` ends a statement after 30 s unless it is told otherwise (copy-safety
    /// 16), so the time is always given.
    AppServer {
        /// The longest time the statement may take.
        timeout: Duration,
    },
}

/// How an INSERT .. SELECT ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InsertEnd {
    /// The target says that it is finished. That the rows are there must still be seen (copy-safety 11).
    Finished,
    /// It was cancelled: the target may hold a part (protocol.md A6).
    Cancelled,
    /// The target ended it with an error: the target may hold a part.
    Refused(SiteError),
    /// Nobody knows: the connection or the time ended before the statement did (copy-safety 16).
    Unknown(SiteError),
}

/// Why a deployment did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SiteError {
    /// The deployment answered that it will not.
    #[error("{text}")]
    Refused {
        /// The deployment's error code, 0 where it gave none.
        code: i32,
        /// What it said, secrets removed.
        text: String,
    },
    /// No connection: nothing was sent.
    #[error("{text}")]
    Unreachable {
        /// The cause.
        text: String,
    },
    /// It was sent, and no answer came.
    #[error("{text}")]
    Unknown {
        /// The cause.
        text: String,
    },
}

impl SiteError {
    /// Whether it is certain that the request was not carried out.
    pub const fn is_certain(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Unreachable { .. })
    }

    /// Whether the deployment refused because it could not reach an external system, going by its code and words.
    pub fn means_unreachable_system(&self) -> bool {
        matches!(self, Self::Refused { code, text } if means_unreachable_system(*code, text))
    }

    /// The code of TOO_LARGE_RECORD: one block is larger than the log's record limit of 10 MiB
    /// (resources.md 3.3), or than what a relay holds. No public document gives the number, so the text decides.
    pub fn is_too_large_record(&self) -> bool {
        let says = |text: &str| text.contains("TOO_LARGE_RECORD") || text.contains(RELAY_BLOCK_TOO_LARGE);
        matches!(self, Self::Refused { text, .. } if says(text))
    }
}
