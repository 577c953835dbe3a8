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

impl Catalog for ScriptCatalog {
    fn is_function(&self, name: &str) -> bool {
        self.kinds.contains_key(&(Namespace::Function, QualifiedName::global(name)))
    }

    /// A name that the script does not create may exist all the same.
    fn is_relation(&self, database: &str, name: &str) -> Option<bool> {
        self.kinds.contains_key(&(Namespace::Relation, QualifiedName::local(database, name))).then_some(true)
    }
}
