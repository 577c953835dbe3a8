//! What a script creates, by name.

use super::Item;
use crate::ast::ObjectKind;
use crate::order::{Namespace, provides};
use crate::references::{Catalog, QualifiedName, Role};
use std::collections::HashMap;

/// The names that a script creates, with their kinds.
#[derive(Debug, Default)]
pub(super) struct ScriptCatalog {
    kinds: HashMap<(Namespace, QualifiedName), ObjectKind>,
}

impl ScriptCatalog {
    pub(super) fn of(items: &[Item]) -> Self {
        let mut kinds = HashMap::new();
        for item in items {
            let Some(statement) = &item.statement else { continue };
            let Some(created) = statement.kind.created() else { continue };
            for name in provides(statement, &item.database) {
                kinds.entry(name).or_insert(created.kind);
            }
        }
        Self { kinds }
    }

    /// The kind of what is referred to in this role, if the script creates it.
    pub(super) fn kind(&self, role: Role, name: &QualifiedName) -> Option<ObjectKind> {
        let spaces = Namespace::of_role(role);
        spaces.iter().find_map(|space| self.kinds.get(&(*space, name.clone())).copied())
    }
}

/// What one statement of a script knows.
pub(super) struct ItemCatalog<'a> {
    pub(super) script: &'a ScriptCatalog,
    /// The database that is current where the statement stands.
    pub(super) current: &'a str,
}

impl ItemCatalog<'_> {
    fn creates(&self, database: &str, name: &str) -> bool {
        self.script.kinds.contains_key(&(Namespace::Relation, QualifiedName::local(database, name)))
    }
}

impl Catalog for ItemCatalog<'_> {
    fn is_function(&self, name: &str) -> bool {
        self.script.kinds.contains_key(&(Namespace::Function, QualifiedName::global(name)))
    }

    /// A name that the script does not create may exist all the same.
    fn is_relation(&self, database: &str, name: &str) -> Option<bool> {
        self.creates(database, name).then_some(true)
    }

    /// The current database, if the script creates the name there and not beside the statement's owner.
    fn home(&self, database: &str, name: &str) -> Option<String> {
        let is_elsewhere = !self.creates(database, name) && self.creates(self.current, name);
        is_elsewhere.then(|| self.current.to_owned())
    }

    fn knows_all_functions(&self) -> bool {
        false
    }
}
