//! What a statement creates, by name and kind.

use super::{AccessKind, Ident, ObjectName, StatementKind, StreamFlavor, SystemAction};
use serde::{Deserialize, Serialize};

/// The kinds of things that statements create, drop or ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// A Python package.
    PythonPackage,
    /// A database.
    Database,
    /// A named collection.
    NamedCollection,
    /// A disk.
    Disk,
    /// A storage policy.
    StoragePolicy,
    /// A format schema.
    FormatSchema,
    /// A function in SQL, JavaScript or Python.
    Function,
    /// An aggregate function.
    AggregateFunction,
    /// A remote function.
    RemoteFunction,
    /// A stream of any mode; also `TABLE`.
    Stream,
    /// A mutable stream.
    MutableStream,
    /// A random stream.
    RandomStream,
    /// A null stream.
    NullStream,
    /// An external stream.
    ExternalStream,
    /// An external table.
    ExternalTable,
    /// A dictionary.
    Dictionary,
    /// A view.
    View,
    /// A materialized view.
    MaterializedView,
    /// An input.
    Input,
    /// A task.
    Task,
    /// An alert.
    Alert,
    /// A role.
    Role,
    /// A user.
    User,
    /// A settings profile.
    SettingsProfile,
    /// A grant.
    Grant,
    /// A row policy.
    RowPolicy,
    /// A quota.
    Quota,
}

impl ObjectKind {
    /// The name in snake case: `materialized_view`.
    pub fn name(self) -> &'static str {
        match self {
            Self::PythonPackage => "python_package",
            Self::Database => "database",
            Self::NamedCollection => "named_collection",
            Self::Disk => "disk",
            Self::StoragePolicy => "storage_policy",
            Self::FormatSchema => "format_schema",
            Self::Function => "function",
            Self::AggregateFunction => "aggregate_function",
            Self::RemoteFunction => "remote_function",
            Self::Stream => "stream",
            Self::MutableStream => "mutable_stream",
            Self::RandomStream => "random_stream",
            Self::NullStream => "null_stream",
            Self::ExternalStream => "external_stream",
            Self::ExternalTable => "external_table",
            Self::Dictionary => "dictionary",
            Self::View => "view",
            Self::MaterializedView => "materialized_view",
            Self::Input => "input",
            Self::Task => "task",
            Self::Alert => "alert",
            Self::Role => "role",
            Self::User => "user",
            Self::SettingsProfile => "settings_profile",
            Self::Grant => "grant",
            Self::RowPolicy => "row_policy",
            Self::Quota => "quota",
        }
    }

    /// The words in SQL: `MATERIALIZED VIEW`.
    pub fn words(self) -> &'static str {
        match self {
            Self::PythonPackage => "PYTHON PACKAGE",
            Self::Database => "DATABASE",
            Self::NamedCollection => "NAMED COLLECTION",
            Self::Disk => "DISK",
            Self::StoragePolicy => "STORAGE POLICY",
            Self::FormatSchema => "FORMAT SCHEMA",
            Self::Function => "FUNCTION",
            Self::AggregateFunction => "AGGREGATE FUNCTION",
            Self::RemoteFunction => "REMOTE FUNCTION",
            Self::Stream => "STREAM",
            Self::MutableStream => "MUTABLE STREAM",
            Self::RandomStream => "RANDOM STREAM",
            Self::NullStream => "NULL STREAM",
            Self::ExternalStream => "EXTERNAL STREAM",
            Self::ExternalTable => "EXTERNAL TABLE",
            Self::Dictionary => "DICTIONARY",
            Self::View => "VIEW",
            Self::MaterializedView => "MATERIALIZED VIEW",
            Self::Input => "INPUT",
            Self::Task => "TASK",
            Self::Alert => "ALERT",
            Self::Role => "ROLE",
            Self::User => "USER",
            Self::SettingsProfile => "SETTINGS PROFILE",
            Self::Grant => "GRANT",
            Self::RowPolicy => "ROW POLICY",
            Self::Quota => "QUOTA",
        }
    }

    /// Whether its name has a database before it (resources.md 2.6).
    pub fn lives_in_database(self) -> bool {
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

    /// The highest rank.
    pub const LAST_RANK: u8 = 16;

    /// Its rank in a safe creation order (resources.md 2.7); equal ranks follow their references.
    pub fn rank(self) -> u8 {
        match self {
            Self::PythonPackage => 0,
            Self::Database => 1,
            Self::NamedCollection => 2,
            Self::Disk => 3,
            Self::StoragePolicy => 4,
            Self::FormatSchema => 5,
            Self::Function | Self::AggregateFunction | Self::RemoteFunction => 6,
            Self::Stream | Self::MutableStream | Self::RandomStream | Self::NullStream => 7,
            Self::ExternalStream | Self::ExternalTable => 8,
            Self::Dictionary | Self::View => 9,
            Self::MaterializedView => 10,
            Self::Input | Self::Task | Self::Alert => 11,
            Self::Role | Self::User | Self::SettingsProfile => 13,
            Self::Grant => 14,
            Self::RowPolicy => 15,
            Self::Quota => Self::LAST_RANK,
        }
    }
}

impl From<AccessKind> for ObjectKind {
    fn from(kind: AccessKind) -> Self {
        match kind {
            AccessKind::User => Self::User,
            AccessKind::Role => Self::Role,
            AccessKind::RowPolicy => Self::RowPolicy,
            AccessKind::Quota => Self::Quota,
            AccessKind::SettingsProfile => Self::SettingsProfile,
        }
    }
}

/// What a statement creates.
#[derive(Clone, Debug, PartialEq)]
pub struct Created {
    /// Of which kind. An external stream that 1.x printed without EXTERNAL is told by its engine.
    pub kind: ObjectKind,
    /// Its name; no database for kinds that live in none.
    pub name: ObjectName,
}

impl StatementKind {
    /// What the statement creates: `None` for everything but CREATE (GRANT and
    /// `SYSTEM INSTALL PYTHON PACKAGE` included). A statement that creates several users gives the
    /// first.
    pub fn created(&self) -> Option<Created> {
        let global = |kind, name: &Ident| {
            let name = ObjectName { database: None, name: name.clone(), span: name.span };
            Some(Created { kind, name })
        };
        let local = |kind, name: &ObjectName| {
            let name = name.clone();
            Some(Created { kind, name })
        };
        match self {
            Self::CreateDatabase(create) => global(ObjectKind::Database, &create.name),
            Self::CreateStream(create) => {
                let kind = match create.flavor {
                    _ if create.is_external() => ObjectKind::ExternalStream,
                    _ if create.has_engine("ExternalTable") => ObjectKind::ExternalTable,
                    StreamFlavor::Mutable => ObjectKind::MutableStream,
                    _ if create.has_engine("MutableStream") => ObjectKind::MutableStream,
                    StreamFlavor::Random => ObjectKind::RandomStream,
                    _ if create.has_engine("Random") => ObjectKind::RandomStream,
                    StreamFlavor::Null => ObjectKind::NullStream,
                    _ if create.has_engine("Null") => ObjectKind::NullStream,
                    _ => ObjectKind::Stream,
                };
                local(kind, &create.name)
            }
            Self::CreateExternalTable(create) => local(ObjectKind::ExternalTable, &create.name),
            Self::CreateView(create) => local(ObjectKind::View, &create.name),
            Self::CreateMaterializedView(create) => local(ObjectKind::MaterializedView, &create.name),
            Self::CreateDictionary(create) => local(ObjectKind::Dictionary, &create.name),
            Self::CreateFunction(create) => {
                let kind = match (create.aggregate, create.remote) {
                    (true, _) => ObjectKind::AggregateFunction,
                    (_, true) => ObjectKind::RemoteFunction,
                    _ => ObjectKind::Function,
                };
                global(kind, &create.name)
            }
            Self::CreateFormatSchema(create) => global(ObjectKind::FormatSchema, &create.name),
            Self::CreateNamedCollection(create) => global(ObjectKind::NamedCollection, &create.name),
            Self::CreateDisk(create) => global(ObjectKind::Disk, &create.name),
            Self::CreateStoragePolicy(create) => global(ObjectKind::StoragePolicy, &create.name),
            Self::CreateTask(create) => local(ObjectKind::Task, &create.name),
            Self::CreateAlert(create) => local(ObjectKind::Alert, &create.name),
            Self::CreateInput(create) => local(ObjectKind::Input, &create.name),
            Self::CreateAccess(create) if !create.alter => global(create.kind.into(), create.names.first()?),
            Self::Grant(grant) if !grant.revoke => global(ObjectKind::Grant, grant.to.first()?),
            Self::System(system) => match &system.action {
                SystemAction::InstallPythonPackage(package) => {
                    let name = Ident { value: package.value.clone(), span: package.span, ..Ident::default() };
                    global(ObjectKind::PythonPackage, &name)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// One or two words for what the statement does: `create materialized_view`, `select`, `drop`.
    pub fn label(&self) -> String {
        if let Some(created) = self.created() {
            return format!("create {}", created.kind.name());
        }
        match self {
            Self::Grant(_) => "revoke".into(),
            Self::CreateAccess(_) => "alter access".into(),
            Self::Drop(_) => "drop".into(),
            Self::Alter(_) => "alter".into(),
            Self::Truncate(_) => "truncate".into(),
            Self::Delete(_) => "delete".into(),
            Self::Insert(_) => "insert".into(),
            Self::Select(_) => "select".into(),
            Self::Show(_) => "show".into(),
            Self::ShowCreate(_) => "show create".into(),
            Self::Describe(_) => "describe".into(),
            Self::Exists(_) => "exists".into(),
            Self::System(_) => "system".into(),
            Self::Set(_) => "set".into(),
            Self::Use(_) => "use".into(),
            Self::Explain(_) => "explain".into(),
            Self::Kill(_) => "kill".into(),
            Self::Optimize(_) => "optimize".into(),
            Self::Rename(_) => "rename".into(),
            Self::Other(other) => other.words.join(" ").to_ascii_lowercase(),
            _ => "create".into(),
        }
    }
}
