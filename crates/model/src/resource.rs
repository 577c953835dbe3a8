//! Resources and snapshots: what was captured from a deployment.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Count, ResourceKind, StreamMode, Version};

/// How the names of helpers begin, so that they are recognised and never captured (copy-safety 6).
pub const HELPER_PREFIX: &str = "ferry_helper_";

/// Which resource: kind, database where the kind has one, and name, exactly as people wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ResourceName {
    /// What it is.
    pub kind: ResourceKind,
    /// The database, for kinds that live in one.
    pub database: Option<String>,
    /// The name, unquoted.
    pub name: String,
}

impl ResourceName {
    /// A resource that lives in a database.
    pub fn in_database(kind: ResourceKind, database: impl Into<String>, name: impl Into<String>) -> Self {
        Self { kind, database: Some(database.into()), name: name.into() }
    }

    /// A resource whose name is global.
    pub fn global(kind: ResourceKind, name: impl Into<String>) -> Self {
        Self { kind, database: None, name: name.into() }
    }

    /// `database.name`, or the name alone for global kinds; unquoted, for people.
    pub fn path(&self) -> String {
        match &self.database {
            Some(database) => format!("{database}.{}", self.name),
            None => self.name.clone(),
        }
    }
}

impl fmt::Display for ResourceName {
    /// `stream sales.orders`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.path())
    }
}

/// The text or JSON from which a resource can be created again. Secrets are cut out of it: each stands there
/// as a [`SecretReference`] placeholder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Definition {
    /// A CREATE statement.
    Sql(String),
    /// A REST object, server-assigned fields removed.
    Json(serde_json::Value),
}

/// A secret that a definition needs, by the key under which configuration and environment supply it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SecretReference {
    /// For example `external_stream.market.kafka_trades.password`.
    pub key: String,
    /// Whether the source showed the value, so that a run can read it there again.
    pub readable_on_source: bool,
}

impl SecretReference {
    /// What stands in a definition instead of the value.
    pub fn placeholder(&self) -> String {
        format!("${{secret:{}}}", self.key)
    }
}

/// One column of a stream, table or view as DESC lists it (protocol.md E).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CapturedColumn {
    /// Name, unquoted.
    pub name: String,
    /// Type in Timeplus's spelling.
    pub data_type: String,
    /// `DEFAULT`, `ALIAS`, `MATERIALIZED`, `EPHEMERAL` or empty.
    pub default_kind: String,
    /// The default's expression, or empty.
    pub default_expression: String,
}

/// One thing captured from a deployment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// Which resource.
    pub name: ResourceName,
    /// How to create it again.
    pub definition: Definition,
    /// Secrets that the definition needs.
    pub secrets: Vec<SecretReference>,
    /// Columns, for kinds that have them.
    pub columns: Vec<CapturedColumn>,
    /// How rows are kept, for streams.
    pub mode: Option<StreamMode>,
    /// Rows that the deployment reports.
    pub rows: Count,
    /// Bytes on disk that the deployment reports.
    pub bytes: Count,
    /// Who owns it, where the deployment says so.
    pub owner: Option<String>,
    /// The id that the deployment gave it, for kinds known by id (rest.md 1.3).
    pub server_id: Option<String>,
    /// Whether it was active (a source that ran, a materialized view that was not paused), where known.
    pub running: Option<bool>,
}

/// Which product a deployment runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Product {
    /// The open-source engine; it has no app server.
    Proton,
    /// Timeplus Enterprise.
    Enterprise,
}

impl Product {
    /// The product's name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Proton => "Proton",
            Self::Enterprise => "Timeplus Enterprise",
        }
    }
}

/// What a deployment says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeploymentInfo {
    /// Which product.
    pub product: Product,
    /// The product's version.
    pub version: Version,
    /// The address of timeplusd that was used.
    pub timeplusd_address: String,
    /// The display name from the handshake.
    pub display_name: String,
    /// The server's time zone.
    pub timezone: String,
}

impl DeploymentInfo {
    /// Whether materialized views can be paused at all: not on Proton before 3 (resources.md 2.1, 3.5).
    pub const fn can_pause(&self) -> bool {
        match self.product {
            Product::Enterprise => true,
            Product::Proton => self.version.major >= 3,
        }
    }

    /// Whether such a pause outlives a restart: `PERMANENT` came with RESUME in Enterprise 2.7 (protocol.md C, resources.md
    /// 3.5).
    pub fn can_pause_for_good(&self) -> bool {
        self.can_pause() && (self.version.major, self.version.minor) >= (2, 7)
    }
}

/// A resource, or a listing, that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaptureProblem {
    /// Which resource, or which listing, for example `sources`.
    pub what: String,
    /// The cause, secrets removed.
    pub why: String,
    /// What to do about it.
    pub remedy: String,
    /// The raw text that could not be understood, secrets removed, where there is one.
    pub raw: Option<String>,
}

/// A resource that was seen and is deliberately not carried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// What it is, as the deployment calls it.
    pub what: String,
    /// The reason, in one sentence.
    pub why: String,
    /// The JSON of an alert of the app server, secrets cut out: a plan drafts what may replace it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alert: Option<serde_json::Value>,
}

/// The resources of one deployment at one time; never changed afterwards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// When the capture began, in milliseconds since 1970 on Ferry's clock.
    pub taken_at_ms: i64,
    /// Whose resources these are.
    pub deployment: DeploymentInfo,
    /// Everything that was read, ordered by name.
    pub resources: Vec<Resource>,
    /// Everything that could not be read.
    pub problems: Vec<CaptureProblem>,
    /// Everything that was seen and is not carried.
    pub left_out: Vec<LeftOut>,
    /// Statements people ran, newest first; only where `show_query_history` asked for it. Never migrated.
    pub query_history: Vec<String>,
}
