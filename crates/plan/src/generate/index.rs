//! Which captured resource a name means.

use std::collections::BTreeMap;

use ferry_model::ResourceKind;

use super::Captured;
use crate::facts::{DEFAULT_DATABASE, Needed, NeededKind};

/// Captured resources by what others call them.
pub(crate) struct Index {
    relations: BTreeMap<(String, String), usize>,
    globals: BTreeMap<(NeededKind, String), usize>,
}

impl Index {
    pub fn of(captured: &[Captured<'_>]) -> Self {
        let mut index = Self { relations: BTreeMap::new(), globals: BTreeMap::new() };
        for (at, one) in captured.iter().enumerate() {
            let name = &one.resource.name;
            if name.kind.has_database() {
                let database = name.database.clone().unwrap_or_else(|| DEFAULT_DATABASE.to_owned());
                index.relations.insert((database, name.name.clone()), at);
            } else if let Some(kind) = needed_kind(name.kind) {
                index.globals.insert((kind, name.name.clone()), at);
            }
        }
        index
    }

    /// The captured resource that is meant.
    pub fn find(&self, needed: &Needed) -> Option<usize> {
        match needed.kind {
            NeededKind::Relation => {
                let database = needed.database.clone().unwrap_or_else(|| DEFAULT_DATABASE.to_owned());
                self.relations.get(&(database, needed.name.clone())).copied()
            }
            kind => self.globals.get(&(kind, needed.name.clone())).copied(),
        }
    }

    /// Everything that the resource at `at` needs, itself left out; its database included.
    pub fn needed_by<'a>(&'a self, at: usize, captured: &'a Captured<'_>) -> impl Iterator<Item = usize> + 'a {
        let database = captured.resource.name.database.as_ref().map(|name| Needed {
            kind: NeededKind::Database,
            database: None,
            name: name.clone(),
        });
        let own = database.and_then(|needed| self.find(&needed));
        let named = captured.facts.needs.iter().filter_map(|needed| self.find(needed));
        named.chain(own).filter(move |&need| need != at)
    }

    /// What the definition refers to and nobody captured: system tables, built-in functions and names that a query
    /// defines itself are not among it.
    pub fn unknown_to<'a>(&'a self, captured: &'a Captured<'_>) -> impl Iterator<Item = String> + 'a {
        captured.facts.needs.iter().filter(|needed| needed.kind.is_always_captured()).filter_map(|needed| {
            let database = needed.database.as_deref().unwrap_or(DEFAULT_DATABASE);
            let is_system = ["system", "information_schema", "INFORMATION_SCHEMA", "neutron"].contains(&database);
            (!is_system && self.find(needed).is_none()).then(|| match needed.kind {
                NeededKind::Relation => format!("{database}.{}", needed.name),
                _ => needed.name.clone(),
            })
        })
    }
}

fn needed_kind(kind: ResourceKind) -> Option<NeededKind> {
    use ResourceKind as K;
    match kind {
        K::Database => Some(NeededKind::Database),
        K::Function | K::AggregateFunction => Some(NeededKind::Function),
        K::FormatSchema => Some(NeededKind::FormatSchema),
        K::NamedCollection => Some(NeededKind::NamedCollection),
        K::Disk => Some(NeededKind::Disk),
        K::StoragePolicy => Some(NeededKind::StoragePolicy),
        _ => None,
    }
}
