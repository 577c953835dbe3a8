//! Which captured resources use which, as their definitions say: for people who look at a snapshot.

use std::collections::BTreeSet;

use ferry_model::{Resource, ResourceKind};

use crate::facts::{DEFAULT_DATABASE, Facts, Needed, NeededKind};
use crate::generate::{Captured, Index};

/// What captured resources have to do with each other. Resources are known by their position in the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// Rows go from the first to the second: a view reads a stream, a materialized view writes into one.
    pub flows: BTreeSet<(usize, usize)>,
    /// The first is named by the second, without rows going between them: functions, format schemas, collections.
    pub uses: BTreeSet<(usize, usize)>,
    /// What a definition names and nobody captured, by the position of the resource.
    pub unknown: Vec<(usize, String)>,
    /// The type of an external system, for external streams and tables.
    pub external_types: Vec<(usize, String)>,
}

impl Links {
    /// Reads the definitions of all resources.
    pub fn of(resources: &[Resource]) -> Self {
        let is_function = |resource: &&Resource| {
            matches!(resource.name.kind, ResourceKind::Function | ResourceKind::AggregateFunction)
        };
        let functions: BTreeSet<&str> =
            resources.iter().filter(is_function).map(|resource| resource.name.name.as_str()).collect();
        let is_function = |name: &str| functions.contains(name);
        let captured: Vec<Captured<'_>> =
            resources.iter().map(|resource| Captured { resource, facts: Facts::of(resource, &is_function) }).collect();
        let index = Index::of(&captured);
        let mut links = Self::default();
        for (at, one) in captured.iter().enumerate() {
            links.add(at, one, &index);
        }
        links
    }

    fn add(&mut self, at: usize, one: &Captured<'_>, index: &Index) {
        let into = one.facts.into.as_ref();
        let is_into = |needed: &Needed| {
            let database = needed.database.as_deref().unwrap_or(DEFAULT_DATABASE);
            into.is_some_and(|(into_database, name)| into_database == database && *name == needed.name)
        };
        for needed in &one.facts.needs {
            let Some(other) = index.find(needed).filter(|other| *other != at) else { continue };
            match needed.kind {
                NeededKind::Database => {}
                NeededKind::Relation if is_into(needed) || one.resource.name.kind == ResourceKind::Source => {
                    self.flows.insert((at, other));
                }
                NeededKind::Relation => {
                    self.flows.insert((other, at));
                }
                _ => {
                    self.uses.insert((other, at));
                }
            }
        }
        self.unknown.extend(index.unknown_to(one).map(|name| (at, name)));
        if let Some((kind, _)) = &one.facts.external
            && !kind.is_empty()
        {
            self.external_types.push((at, kind.clone()));
        }
    }
}

#[cfg(test)]
mod tests {
    use ferry_model::{Count, Definition, ResourceName};

    use super::*;

    fn resource(kind: ResourceKind, name: &str, sql: &str) -> Resource {
        let name = if kind.has_database() {
            ResourceName::in_database(kind, "d", name)
        } else {
            ResourceName::global(kind, name)
        };
        Resource {
            name,
            definition: Definition::Sql(sql.into()),
            secrets: vec![],
            columns: vec![],
            mode: None,
            rows: Count::UNKNOWN,
            bytes: Count::UNKNOWN,
            owner: None,
            server_id: None,
            running: None,
        }
    }

    #[test]
    fn rows_flow_from_what_is_read_and_into_what_is_written() {
        let resources = [
            resource(ResourceKind::Stream, "raw", "CREATE STREAM d.raw (a int)"),
            resource(ResourceKind::Stream, "kept", "CREATE STREAM d.kept (a int)"),
            resource(ResourceKind::Function, "f", "CREATE FUNCTION f AS (a) -> a + 1"),
            resource(
                ResourceKind::MaterializedView,
                "v",
                "CREATE MATERIALIZED VIEW d.v INTO d.kept AS SELECT f(a) AS a FROM d.raw",
            ),
            resource(ResourceKind::View, "w", "CREATE VIEW d.w AS SELECT a FROM d.gone"),
            resource(
                ResourceKind::ExternalStream,
                "k",
                "CREATE EXTERNAL STREAM d.k (a string) SETTINGS type = 'kafka', brokers = 'b:9092'",
            ),
        ];
        let links = Links::of(&resources);
        assert_eq!(links.flows, BTreeSet::from([(0, 3), (3, 1)]));
        assert_eq!(links.uses, BTreeSet::from([(2, 3)]));
        assert_eq!(links.unknown, [(4, "d.gone".to_owned())]);
        assert_eq!(links.external_types, [(5, "kafka".to_owned())]);
    }
}
