//! What the engine asks of whoever owns the names.

use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use arrow::array::RecordBatch;
use ferry_native::DataType;
use futures::stream::BoxStream;

use super::SqlError;
use crate::storage::Stream;

/// One column of a relation or result.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnDef {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: DataType,
    /// What stands in for a missing value, and how.
    pub default: Option<ColumnDefault>,
}

impl ColumnDef {
    /// A column without a default.
    pub fn new(name: impl Into<String>, data_type: DataType) -> Self {
        Self { name: name.into(), data_type, default: None }
    }

    /// A column with a DEFAULT expression.
    pub fn with_default(mut self, expr: ferry_sql::Expr) -> Self {
        self.default = Some(ColumnDefault { kind: DefaultKind::Default, expr });
        self
    }

    /// Whether rows hold a value of it.
    pub fn is_stored(&self) -> bool {
        !matches!(self.default, Some(ColumnDefault { kind: DefaultKind::Alias | DefaultKind::Ephemeral, .. }))
    }

    /// Whether an INSERT may name it.
    pub fn is_insertable(&self) -> bool {
        !matches!(self.default, Some(ColumnDefault { kind: DefaultKind::Alias | DefaultKind::Materialized, .. }))
    }
}

/// The expression behind a column.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnDefault {
    /// When it is used.
    pub kind: DefaultKind,
    /// The expression, over the other columns.
    pub expr: ferry_sql::Expr,
}

/// When a column's expression is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultKind {
    /// When no value was given.
    Default,
    /// Always, at INSERT.
    Materialized,
    /// At INSERT only, never stored.
    Ephemeral,
    /// When read; never stored.
    Alias,
}

/// Something that rows can be read from.
#[derive(Debug, Clone)]
pub enum Relation {
    /// A stream of this deployment. Its stored columns are those of `columns` that are stored.
    Stream {
        /// All columns in order.
        columns: Vec<ColumnDef>,
        /// The rows.
        stream: Arc<Stream>,
    },
    /// A view: its query is put in its place.
    View {
        /// The query.
        query: Arc<ferry_sql::Query>,
        /// The database that its bare names mean.
        database: String,
    },
    /// Rows that are known already: system tables.
    Rows {
        /// The columns.
        columns: Vec<ColumnDef>,
        /// The rows.
        batches: Vec<RecordBatch>,
    },
    /// Another deployment's stream.
    Remote(Arc<dyn RemoteRelation>),
}

/// A relation that lives elsewhere.
pub trait RemoteRelation: fmt::Debug + Send + Sync {
    /// Its columns.
    fn columns(&self) -> Vec<ColumnDef>;

    /// Reads some columns, in the order given. `filter` is a condition as text over the remote's
    /// columns; rows outside it may be left out, and whatever comes is filtered again here.
    fn scan(&self, columns: &[String], filter: Option<&str>) -> BoxStream<'static, Result<RecordBatch, SqlError>>;
}

/// `CREATE FUNCTION f AS (a, b) -> expression`.
#[derive(Debug, Clone, PartialEq)]
pub struct SqlFunction {
    /// The names of its arguments.
    pub parameters: Vec<String>,
    /// What it stands for.
    pub body: ferry_sql::Expr,
}

/// Who owns the names.
pub trait Catalog: Send + Sync {
    /// What a name stands for; an unknown one is [`super::ErrorCode::UnknownStream`].
    fn relation(&self, database: &str, name: &str) -> Result<Relation, SqlError>;

    /// A function made by a user, if there is one of this name. One that cannot run here is an
    /// error that says so.
    fn sql_function(&self, name: &str) -> Result<Option<SqlFunction>, SqlError>;

    /// The release that is presented, for `version()`.
    fn version(&self) -> String {
        "1.6.1".to_owned()
    }
}

/// How bare stream names are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QueryMode {
    /// As history, like `table(x)`.
    #[default]
    Table,
    /// As an endless stream, which the engine refuses: `table(x)` must be written.
    Streaming,
}

/// Everything around one query.
#[derive(Clone)]
pub struct QueryContext {
    /// Who owns the names.
    pub catalog: Arc<dyn Catalog>,
    /// The database that bare names mean.
    pub database: String,
    /// Only this shard is read, counted from 1 (`_shard_num`, protocol.md E).
    pub shard: Option<u32>,
    /// How bare stream names are read.
    pub query_mode: QueryMode,
    /// Settings by name. Unknown ones are ignored, as a server ignores them (protocol.md A4).
    pub settings: HashMap<String, String>,
    /// Relations that are replaced for this query, by database and name.
    pub overrides: HashMap<(String, String), Relation>,
    /// Who asks, for `current_user()`.
    pub user: String,
}

impl QueryContext {
    /// A context with the default database and no settings.
    pub fn new(catalog: Arc<dyn Catalog>) -> Self {
        Self {
            catalog,
            database: "default".to_owned(),
            shard: None,
            query_mode: QueryMode::Table,
            settings: HashMap::new(),
            overrides: HashMap::new(),
            user: "default".to_owned(),
        }
    }

    /// A setting as a number, if it is one.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.settings.get(name)?.parse().ok()
    }

    /// A setting as a switch.
    pub fn switch(&self, name: &str, otherwise: bool) -> bool {
        match self.settings.get(name).map(String::as_str) {
            Some("1" | "true") => true,
            Some("0" | "false") => false,
            _ => otherwise,
        }
    }

    /// The most rows of one result block.
    pub fn max_block_size(&self) -> usize {
        let rows = self.number("max_block_size").filter(|rows| *rows > 0);
        rows.map_or(65_409, |rows| usize::try_from(rows).unwrap_or(usize::MAX))
    }
}
