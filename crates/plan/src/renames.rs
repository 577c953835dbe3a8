//! Other names on the target (rule T22, resources.md 3.8).

mod apply;
mod databases;
#[cfg(feature = "yaml")]
mod read;

#[cfg(feature = "yaml")]
pub(crate) use apply::is_of_rename;
pub(crate) use databases::settle_databases;
#[cfg(feature = "yaml")]
pub(crate) use read::read;

use ferry_model::{ResourceKind, ResourceName};
use ferry_sql::QualifiedName;
use ferry_sql::rename::{Rename, RenameKind};

/// Databases, and resources that live in one, which get another name on the target.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Renames {
    all: Vec<Rename>,
}

impl Renames {
    /// Another name for a database, and so for everything in it.
    pub fn add_database(&mut self, from: &str, to: &str) {
        self.all.push(Rename::database(from, to));
    }

    /// Another name for a resource, with the databases on both sides.
    pub fn add_resource(&mut self, from: (&str, &str), to: (&str, &str)) {
        self.all.push(Rename::relation(from, to));
    }

    /// Whether nothing gets another name.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The name that a resource gets; a rename of the resource itself goes before that of its database.
    pub fn target_of(&self, name: &ResourceName) -> ResourceName {
        let database_of = |database: &str| {
            let is_it = |rename: &&Rename| rename.kind == RenameKind::Database && rename.from.name == database;
            self.all.iter().find(is_it).map(|rename| rename.to.name.clone())
        };
        let mut target = name.clone();
        match (&name.database, name.kind) {
            (None, ResourceKind::Database) => target.name = database_of(&name.name).unwrap_or(target.name),
            (Some(database), kind) if kind.has_database() => {
                let old = QualifiedName::local(database, &name.name);
                let is_it = |rename: &&Rename| rename.kind == RenameKind::Relation && rename.from == old;
                match self.all.iter().find(is_it) {
                    Some(rename) => {
                        target.database.clone_from(&rename.to.database);
                        target.name.clone_from(&rename.to.name);
                    }
                    None => target.database = database_of(database).or(target.database),
                }
            }
            _ => {}
        }
        target
    }

    /// What is renamed, in a form for digests: pairs of names.
    pub(crate) fn pairs(&self) -> Vec<(String, String)> {
        self.all.iter().map(|rename| (rename.from.to_string(), rename.to.to_string())).collect()
    }
}
