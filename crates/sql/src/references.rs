//! What a statement refers to, and in which direction.
//!
//! Only what the tree shows is listed. A name that may or may not be a resource (`x IN name`, a
//! pattern that selects streams at run time) is in [`References::unresolved`], never guessed.

mod builtin;
mod collect;
mod create;
mod dictionary;
mod from;
mod settings;
mod text;

pub use text::references_in_query_text;

use crate::ast::{ObjectName, Statement};
use crate::span::Span;
use serde::{Deserialize, Serialize};

/// The name of a resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct QualifiedName {
    /// The database; `None` for kinds that live in none (resources.md 2.6).
    pub database: Option<String>,
    /// The name.
    pub name: String,
}

impl QualifiedName {
    /// A name in a database.
    pub fn local(database: impl Into<String>, name: impl Into<String>) -> Self {
        Self { database: Some(database.into()), name: name.into() }
    }

    /// A name that belongs to no database.
    pub fn global(name: impl Into<String>) -> Self {
        Self { database: None, name: name.into() }
    }

    /// Whether it belongs to the server itself and is never migrated (resources.md 2.0).
    pub fn is_system(&self) -> bool {
        self.database.as_deref().is_some_and(|database| {
            matches!(database, "system" | "neutron" | "information_schema" | "INFORMATION_SCHEMA")
        })
    }
}

impl std::fmt::Display for QualifiedName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(database) = &self.database {
            write!(f, "{}.", crate::print::quote_identifier(database))?;
        }
        f.write_str(&crate::print::quote_identifier(&self.name))
    }
}

/// What the statement does with what it refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads rows of, or takes the columns of, a stream, table, view or dictionary.
    Reads,
    /// Puts rows into it, or changes it.
    Writes,
    /// Calls a user-defined function.
    UsesFunction,
    /// Names a format schema.
    UsesFormatSchema,
    /// Names a named collection.
    UsesNamedCollection,
    /// Names a disk.
    UsesDisk,
    /// Names a storage policy.
    UsesStoragePolicy,
    /// Looks something up in a dictionary.
    UsesDictionary,
    /// Names a user.
    UsesUser,
    /// Names a role.
    UsesRole,
    /// Names a user or a role: the text cannot tell.
    UsesGrantee,
    /// Names a settings profile.
    UsesProfile,
    /// Needs a database.
    UsesDatabase,
}

/// One thing that a statement refers to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// Its name, the default database filled in.
    pub name: QualifiedName,
    /// What is done with it.
    pub role: Role,
    /// Where the name stands; for a name inside a string, the whole string.
    pub span: Span,
}

/// A place that may refer to something, which the text alone does not tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unresolved {
    /// The text.
    pub text: String,
    /// Why it could not be resolved.
    pub reason: String,
    /// Where it stands.
    pub span: Span,
}

/// What a statement refers to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct References {
    /// In the order of the text; a thing that is named several times is there several times.
    pub items: Vec<Reference>,
    /// What could not be resolved.
    pub unresolved: Vec<Unresolved>,
}

impl References {
    /// Names and roles without places and repetitions, sorted.
    pub fn distinct(&self) -> Vec<(Role, &QualifiedName)> {
        let mut all: Vec<(Role, &QualifiedName)> = self.items.iter().map(|item| (item.role, &item.name)).collect();
        all.sort();
        all.dedup();
        all
    }
}

/// What the caller knows about names.
pub trait Catalog {
    /// Whether a function of this name was defined by a user. Built-in functions are not references.
    fn is_function(&self, name: &str) -> bool;

    /// Whether a stream, table, view or dictionary of this name exists; `None` if that is not known.
    fn is_relation(&self, database: &str, name: &str) -> Option<bool> {
        let _ = (database, name);
        None
    }

    /// In which database an unqualified name of a statement that belongs to `database` lives, where
    /// that is another one.
    fn home(&self, database: &str, name: &str) -> Option<String> {
        let _ = (database, name);
        None
    }

    /// Whether a function that is no user's must be the server's. Where not, a name that is not
    /// known as the server's is listed as unresolved.
    fn knows_all_functions(&self) -> bool {
        true
    }
}

impl<F: Fn(&str) -> bool> Catalog for F {
    fn is_function(&self, name: &str) -> bool {
        self(name)
    }
}

/// What `statement` refers to. Unqualified names belong to `default_database`.
pub fn references(statement: &Statement, default_database: &str, catalog: &dyn Catalog) -> References {
    let mut collector = collect::Collector::new(default_database, catalog);
    collector.statement(&statement.kind);
    collector.finish()
}

/// A written name with the default database filled in.
pub(crate) fn qualify(name: &ObjectName, default_database: &str) -> QualifiedName {
    QualifiedName::local(name.database_or(default_database), name.name.value.clone())
}

/// The places of all references of a statement.
pub(crate) fn references_of_kind(
    kind: &crate::ast::StatementKind,
    default_database: &str,
    catalog: &dyn Catalog,
) -> Vec<Span> {
    let mut collector = collect::Collector::new(default_database, catalog);
    collector.statement(kind);
    collector.finish().items.into_iter().map(|item| item.span).collect()
}
