//! What a definition says, as far as planning must know it. Everything is read from the parsed statement.

mod json;
mod sql;

use std::fmt;

use ferry_model::{Definition, Resource, ResourceKind, ResourceName};
use ferry_sql::Role;
pub(crate) use json::{each_query, split_name};

/// The database that names without one mean in REST objects and in statements without a home.
pub(crate) const DEFAULT_DATABASE: &str = "default";

/// What one definition says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Facts {
    /// What it creates; none for REST objects and for statements that create nothing.
    pub created: Option<Created>,
    /// Everything it refers to.
    pub needs: Vec<Needed>,
    /// Where a materialized view writes.
    pub into: Option<(String, String)>,
    /// Whether a materialized view without INTO says how its inner stream is stored (resources.md 2.4).
    pub shapes_inner_stream: bool,
    /// Whether a query starts at the earliest row: `seek_to = 'earliest'` or a condition on `earliest_ts()`.
    pub reads_from_earliest: bool,
    /// `storage_type`, where it was given.
    pub storage_type: Option<String>,
    /// Whether rows expire.
    pub has_ttl: bool,
    /// The type of an external stream or table, and the address it names.
    pub external: Option<(String, String)>,
    /// Settings that name files of the machine.
    pub local_files: Vec<String>,
    /// The column that counts by itself.
    pub auto_increment: Option<String>,
    /// Why it could not be read.
    pub error: Option<String>,
}

/// What a definition creates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Created {
    pub kind: ResourceKind,
    pub database: Option<String>,
    pub name: String,
}

impl Created {
    /// Whether this is `resource`; a name without a database means the database `default`.
    pub fn is(&self, resource: &ResourceName) -> bool {
        let database = |database: &Option<String>| database.clone().unwrap_or_else(|| "default".to_owned());
        let same_database = !resource.kind.has_database() || database(&self.database) == database(&resource.database);
        let same_kind = self.kind == resource.kind
            || matches!(
                (self.kind, resource.kind),
                (ResourceKind::Function, ResourceKind::AggregateFunction)
                    | (ResourceKind::AggregateFunction, ResourceKind::Function)
            );
        same_kind && same_database && self.name == resource.name
    }
}

impl fmt::Display for Created {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let database = self.database.as_ref().map(|name| format!("{name}.")).unwrap_or_default();
        write!(f, "{} {database}{}", self.kind, self.name)
    }
}

/// Something that a definition refers to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Needed {
    pub kind: NeededKind,
    pub database: Option<String>,
    pub name: String,
}

/// What kinds of names a definition refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NeededKind {
    /// A stream, view, table or dictionary.
    Relation,
    Database,
    Function,
    FormatSchema,
    NamedCollection,
    Disk,
    StoragePolicy,
}

impl NeededKind {
    /// Whether capture lists all of the kind, so that an unknown name is worth a finding. Built-in functions are
    /// not captured, and disks and policies are partly configured in files.
    pub fn is_always_captured(self) -> bool {
        matches!(self, Self::Relation | Self::FormatSchema)
    }
}

impl Facts {
    /// What the definition of a captured resource says; `is_function` tells which functions users defined.
    pub fn of(resource: &Resource, is_function: &dyn Fn(&str) -> bool) -> Self {
        let default_database = resource.name.database.as_deref().unwrap_or(DEFAULT_DATABASE);
        match &resource.definition {
            Definition::Sql(text) => match sql::read(text, default_database, is_function) {
                Ok(facts) => facts,
                Err(error) => Self { error: Some(error.to_string()), ..Self::default() },
            },
            Definition::Json(value) => json::read(resource.name.kind, value, is_function),
        }
    }

    /// What a statement says, functions of users left out.
    pub fn of_sql(text: &str) -> Result<Self, ferry_sql::SyntaxError> {
        sql::read(text, DEFAULT_DATABASE, &|_: &str| false)
    }

    /// Whether the stream has no rows that `table()` could read (resources.md 3.2).
    pub fn keeps_no_history(&self) -> bool {
        self.storage_type.as_deref().is_some_and(|kind| matches!(kind, "streaming" | "memory" | "inmemory"))
    }
}

impl Needed {
    /// What a reference needs to be there.
    fn of(reference: &ferry_sql::Reference) -> Option<Self> {
        let kind = match reference.role {
            Role::Reads | Role::Writes | Role::UsesDictionary => NeededKind::Relation,
            Role::UsesFunction => NeededKind::Function,
            Role::UsesFormatSchema => NeededKind::FormatSchema,
            Role::UsesNamedCollection => NeededKind::NamedCollection,
            Role::UsesDisk => NeededKind::Disk,
            Role::UsesStoragePolicy => NeededKind::StoragePolicy,
            Role::UsesDatabase => NeededKind::Database,
            // Access control is not carried yet.
            Role::UsesUser | Role::UsesRole | Role::UsesGrantee | Role::UsesProfile => return None,
        };
        Some(Self { kind, database: reference.name.database.clone(), name: reference.name.name.clone() })
    }
}
