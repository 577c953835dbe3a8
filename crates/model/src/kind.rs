//! The kinds of resource that a deployment can hold (resources.md 2.1).

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $stored:literal, $label:literal, rank $rank:literal;)*) => {
        /// The kind of a resource.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum ResourceKind {
            $($(#[$doc])* $variant,)*
        }

        impl ResourceKind {
            /// Every kind, in the order of this list.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The kind as plans and stored records spell it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $stored,)* }
            }

            /// The kind as people read it.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)* }
            }

            /// Rank in the safe creation order (resources.md 2.7): a tie-break, never a substitute for the
            /// real dependencies.
            pub const fn creation_rank(self) -> u8 {
                match self { $(Self::$variant => $rank,)* }
            }
        }
    };
}

kinds! {
    /// Python package, needed before functions written in Python.
    PythonPackage = "python_package", "Python package", rank 0;
    /// Database.
    Database = "database", "database", rank 1;
    /// Named collection of settings, often secret.
    NamedCollection = "named_collection", "named collection", rank 2;
    /// Disk.
    Disk = "disk", "disk", rank 3;
    /// Storage policy over disks.
    StoragePolicy = "storage_policy", "storage policy", rank 4;
    /// Format schema (Protobuf, Avro).
    FormatSchema = "format_schema", "format schema", rank 5;
    /// Function: SQL, JavaScript, Python or remote.
    Function = "function", "function", rank 6;
    /// Aggregate function in JavaScript or Python.
    AggregateFunction = "aggregate_function", "aggregate function", rank 6;
    /// Stream of any mode that stores rows.
    Stream = "stream", "stream", rank 7;
    /// Mutable stream (Enterprise).
    MutableStream = "mutable_stream", "mutable stream", rank 7;
    /// Stream that makes random rows.
    RandomStream = "random_stream", "random stream", rank 7;
    /// Stream that forgets its rows.
    NullStream = "null_stream", "null stream", rank 7;
    /// External stream (Kafka, Timeplus, ...).
    ExternalStream = "external_stream", "external stream", rank 8;
    /// External table (ClickHouse, MySQL, ...).
    ExternalTable = "external_table", "external table", rank 8;
    /// Dictionary.
    Dictionary = "dictionary", "dictionary", rank 9;
    /// View.
    View = "view", "view", rank 9;
    /// Materialized view.
    MaterializedView = "materialized_view", "materialized view", rank 10;
    /// Input that listens on a port.
    Input = "input", "input", rank 11;
    /// Task that runs on a schedule.
    Task = "task", "task", rank 11;
    /// Alert.
    Alert = "alert", "alert", rank 11;
    /// Dashboard (REST).
    Dashboard = "dashboard", "dashboard", rank 12;
    /// Saved query (REST).
    SavedQuery = "saved_query", "saved query", rank 12;
    /// Sink (REST).
    Sink = "sink", "sink", rank 12;
    /// Source (REST).
    Source = "source", "source", rank 12;
    /// Role.
    Role = "role", "role", rank 13;
    /// User.
    User = "user", "user", rank 13;
    /// Grant.
    Grant = "grant", "grant", rank 13;
    /// Row policy.
    RowPolicy = "row_policy", "row policy", rank 13;
    /// Quota.
    Quota = "quota", "quota", rank 13;
    /// Settings profile.
    SettingsProfile = "settings_profile", "settings profile", rank 13;
}

impl ResourceKind {
    /// Reads a stored kind.
    ///
    /// # Errors
    /// [`UnknownKind`] with the raw text: unknown means loud (architecture, invariant 8).
    pub fn from_stored(text: &str) -> Result<Self, UnknownKind> {
        let found = Self::ALL.iter().copied().find(|kind| kind.as_str() == text);
        found.ok_or_else(|| UnknownKind(text.to_owned()))
    }

    /// Whether resources of this kind hold rows that a migration copies.
    pub const fn holds_rows(self) -> bool {
        matches!(self, Self::Stream | Self::MutableStream)
    }

    /// Whether a creation of this kind may have to reach another system (resources.md 2.3, rest.md 2.4, 2.5).
    pub const fn may_need_external_system(self) -> bool {
        use ResourceKind::{Database, Dictionary, ExternalStream, ExternalTable, Sink, Source};
        matches!(self, Database | Dictionary | ExternalStream | ExternalTable | Sink | Source)
    }

    /// Whether the resource lives behind the app server's REST API only (rest.md 2.4 to 2.7).
    pub const fn is_rest_only(self) -> bool {
        matches!(self, Self::Dashboard | Self::SavedQuery | Self::Sink | Self::Source)
    }

    /// Whether names of this kind belong to a database (resources.md 2.6).
    pub const fn has_database(self) -> bool {
        matches!(
            self,
            Self::Stream
                | Self::MutableStream
                | Self::RandomStream
                | Self::NullStream
                | Self::ExternalStream
                | Self::ExternalTable
                | Self::Dictionary
                | Self::View
                | Self::MaterializedView
                | Self::Input
                | Self::Task
                | Self::Alert
        )
    }

    /// Whether the server knows the resource by an id of its own, so that a name can occur twice (rest.md 1.6).
    pub const fn allows_duplicate_names(self) -> bool {
        self.is_rest_only()
    }
}

impl fmt::Display for ResourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// A kind that this version of Ferry does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a kind of resource that this version of Ferry knows")]
pub struct UnknownKind(pub String);

/// How a stream keeps its rows (resources.md 2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamMode {
    /// Rows are only added.
    Append,
    /// Rows carry `_tp_delta`.
    Changelog,
    /// Rows carry `_tp_delta` and a primary key.
    ChangelogKv,
    /// The latest version of each primary key counts.
    VersionedKv,
    /// Rows are replaced by primary key (Enterprise).
    Mutable,
}

impl StreamMode {
    /// The mode as the `mode` setting and `system.tables.mode` spell it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Append => "append",
            Self::Changelog => "changelog",
            Self::ChangelogKv => "changelog_kv",
            Self::VersionedKv => "versioned_kv",
            Self::Mutable => "mutable",
        }
    }

    /// Reads a mode as the server spells it; an empty text means append.
    pub fn from_server(text: &str) -> Option<Self> {
        let modes = [Self::Append, Self::Changelog, Self::ChangelogKv, Self::VersionedKv, Self::Mutable];
        if text.is_empty() {
            return Some(Self::Append);
        }
        modes.into_iter().find(|mode| mode.as_str() == text)
    }

    /// Whether rows with the same primary key replace each other, so that row counts per time range mean
    /// nothing (copy-safety 14).
    pub const fn is_keyed(self) -> bool {
        matches!(self, Self::ChangelogKv | Self::VersionedKv | Self::Mutable)
    }

    /// Whether `_tp_delta` is a stored column that must be copied (resources.md 3.1).
    pub const fn stores_delta(self) -> bool {
        matches!(self, Self::Changelog | Self::ChangelogKv)
    }
}
