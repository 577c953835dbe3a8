//! One definition, and one object of the REST side.

use serde::{Deserialize, Serialize};

/// Something that was created by a statement.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// Its database; empty for what is global (resources.md 2.6) and for databases.
    pub database: String,
    /// Its name.
    pub name: String,
    /// Its identity, new with every creation.
    pub uuid: String,
    /// The text that SHOW CREATE prints.
    pub statement: String,
    /// When it was created, in milliseconds since 1970.
    pub created_ms: i64,
    /// Who created it.
    pub owner: String,
    /// Its COMMENT.
    #[serde(default)]
    pub comment: String,
    /// Columns as DESC lists them.
    #[serde(default)]
    pub columns: Vec<Column>,
    /// What `system.tables.engine` says.
    #[serde(default)]
    pub engine: String,
    /// What `system.tables.engine_full` says.
    #[serde(default)]
    pub engine_full: String,
    /// append, versioned_kv, changelog_kv, changelog.
    #[serde(default)]
    pub mode: String,
    /// Number of shards of a stream.
    #[serde(default)]
    pub shards: u32,
    /// Columns of the primary key.
    #[serde(default)]
    pub primary_key: Vec<String>,
    /// ORDER BY as text.
    #[serde(default)]
    pub order_by: String,
    /// PARTITION BY as text.
    #[serde(default)]
    pub partition_by: String,
    /// TTL as text.
    #[serde(default)]
    pub ttl: String,
    /// INDEX, FAMILY and CONSTRAINT elements as text.
    #[serde(default)]
    pub elements: Vec<String>,
    /// SETTINGS as stored.
    #[serde(default)]
    pub settings: Vec<StoredSetting>,
    /// The SELECT of a view or materialized view.
    #[serde(default)]
    pub select: Option<String>,
    /// The INTO of a materialized view.
    #[serde(default)]
    pub target: Option<QualifiedName>,
    /// The relations that the SELECT reads.
    #[serde(default)]
    pub reads: Vec<QualifiedName>,
    /// Why a view or materialized view cannot run here.
    #[serde(default)]
    pub problem: Option<String>,
    /// Whether a materialized view was paused.
    #[serde(default)]
    pub paused: bool,
    /// What only one kind has: a function's arguments, a schema's content, ...
    #[serde(default)]
    pub details: serde_json::Value,
}

/// One `name = value` that a definition keeps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredSetting {
    /// The name.
    pub name: String,
    /// The value without quotes.
    pub value: String,
    /// Whether it is printed in quotes.
    pub is_text: bool,
}

/// What a definition defines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// CREATE DATABASE.
    Database,
    /// CREATE STREAM with rows of its own.
    Stream,
    /// CREATE MUTABLE STREAM.
    MutableStream,
    /// CREATE RANDOM STREAM.
    RandomStream,
    /// CREATE NULL STREAM.
    NullStream,
    /// CREATE EXTERNAL STREAM.
    ExternalStream,
    /// CREATE EXTERNAL TABLE.
    ExternalTable,
    /// CREATE VIEW.
    View,
    /// CREATE MATERIALIZED VIEW.
    MaterializedView,
    /// CREATE DICTIONARY.
    Dictionary,
    /// CREATE FUNCTION of every language, aggregates too.
    Function,
    /// CREATE FORMAT SCHEMA.
    FormatSchema,
    /// CREATE NAMED COLLECTION.
    NamedCollection,
}

impl EntryKind {
    /// Whether things of this kind have no database (resources.md 2.6).
    pub fn is_global(self) -> bool {
        matches!(self, Self::Function | Self::FormatSchema | Self::NamedCollection)
    }

    /// Whether things of this kind keep rows here.
    pub fn stores_rows(self) -> bool {
        matches!(self, Self::Stream | Self::MutableStream)
    }

    /// What the kind is called in messages.
    pub fn label(self) -> &'static str {
        match self {
            Self::Database => "Database",
            Self::Stream => "Stream",
            Self::MutableStream => "Mutable stream",
            Self::RandomStream => "Random stream",
            Self::NullStream => "Null stream",
            Self::ExternalStream => "External stream",
            Self::ExternalTable => "External table",
            Self::View => "View",
            Self::MaterializedView => "Materialized view",
            Self::Dictionary => "Dictionary",
            Self::Function => "Function",
            Self::FormatSchema => "Format schema",
            Self::NamedCollection => "Named collection",
        }
    }
}

/// One column as DESC lists it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type in Timeplus's spelling.
    pub type_name: String,
    /// Whether and how it has a default.
    #[serde(default)]
    pub default_kind: DefaultKind,
    /// The default's expression.
    #[serde(default)]
    pub default_expression: String,
    /// What stands inside `CODEC(...)`.
    #[serde(default)]
    pub codec: String,
    /// Its COMMENT.
    #[serde(default)]
    pub comment: String,
    /// Its TTL expression.
    #[serde(default)]
    pub ttl: String,
}

impl Column {
    /// A plain column.
    pub fn new(name: impl Into<String>, type_name: impl Into<String>) -> Self {
        Self { name: name.into(), type_name: type_name.into(), ..Self::default() }
    }
}

/// What a column's expression is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum DefaultKind {
    /// No expression.
    #[default]
    None,
    /// Used where an INSERT gives no value.
    Default,
    /// Always computed and stored.
    Materialized,
    /// Computed when read.
    Alias,
    /// Taken in an INSERT, never stored.
    Ephemeral,
}

impl DefaultKind {
    /// As DESC and `system.columns` spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Default => "DEFAULT",
            Self::Materialized => "MATERIALIZED",
            Self::Alias => "ALIAS",
            Self::Ephemeral => "EPHEMERAL",
        }
    }
}

/// A name with its database.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct QualifiedName {
    /// The database.
    pub database: String,
    /// The name in it.
    pub name: String,
}

impl QualifiedName {
    /// A name in a database.
    pub fn new(database: impl Into<String>, name: impl Into<String>) -> Self {
        Self { database: database.into(), name: name.into() }
    }
}

/// The id-keyed kinds of the app server (rest.md 1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RestKind {
    /// A connector that writes into a stream.
    Source,
    /// A connector that reads a query.
    Sink,
    /// Panels over queries.
    Dashboard,
    /// A kept query.
    SavedQuery,
    /// A REST alert, as Enterprise 2.8 still has them (rest.md 2.8).
    Alert,
}

/// One object of the app server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RestObject {
    /// What it is.
    pub kind: RestKind,
    /// Given by the server.
    pub id: String,
    /// Its place in lists.
    pub sequence: u64,
    /// What the client sent, whole, secrets included.
    pub body: serde_json::Value,
    /// Whether a source or sink runs.
    pub running: bool,
    /// When a source or sink was started, in seconds since 1970.
    pub started_s: i64,
    /// Milliseconds since 1970.
    pub created_ms: i64,
    /// Milliseconds since 1970.
    pub updated_ms: i64,
    /// Who created it.
    pub owner: String,
    /// Who changed it last.
    pub updated_by: String,
}

impl Entry {
    /// An entry with nothing but its names; the rest is filled by the statement's reader.
    pub fn named(kind: EntryKind, database: &str, name: &str, owner: &str) -> Self {
        Self {
            kind,
            database: database.to_owned(),
            name: name.to_owned(),
            uuid: uuid::Uuid::new_v4().to_string(),
            statement: String::new(),
            created_ms: now_ms(),
            owner: owner.to_owned(),
            comment: String::new(),
            columns: Vec::new(),
            engine: String::new(),
            engine_full: String::new(),
            mode: String::new(),
            shards: 0,
            primary_key: Vec::new(),
            order_by: String::new(),
            partition_by: String::new(),
            ttl: String::new(),
            elements: Vec::new(),
            settings: Vec::new(),
            select: None,
            target: None,
            reads: Vec::new(),
            problem: None,
            paused: false,
            details: serde_json::Value::Null,
        }
    }

    /// The database that every deployment has.
    pub fn default_database() -> Self {
        let mut entry = Self::named(EntryKind::Database, "", "default", "");
        entry.engine = "Atomic".to_owned();
        entry.statement = "CREATE DATABASE default\nENGINE = Atomic".to_owned();
        entry
    }

    /// The value of a stored setting.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.settings.iter().find(|setting| setting.name == name).map(|setting| setting.value.as_str())
    }

    /// Its name with its database.
    pub fn qualified(&self) -> QualifiedName {
        QualifiedName::new(&self.database, &self.name)
    }
}

/// Milliseconds since 1970.
pub fn now_ms() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}
