//! The order in which things can be created.

mod circles;

use crate::ast::{ObjectKind, Statement};
use crate::references::{QualifiedName, References, Role, qualify};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// Names of one space do not meet names of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Namespace {
    /// Streams, tables, views, dictionaries.
    Relation,
    /// Functions.
    Function,
    /// Format schemas.
    FormatSchema,
    /// Named collections.
    NamedCollection,
    /// Disks.
    Disk,
    /// Storage policies.
    StoragePolicy,
    /// Users.
    User,
    /// Roles.
    Role,
    /// Settings profiles.
    Profile,
    /// Databases.
    Database,
    /// Things that nothing refers to.
    Other,
}

impl Namespace {
    /// Where things of this kind have their names.
    pub fn of(kind: ObjectKind) -> Self {
        match kind {
            ObjectKind::Stream
            | ObjectKind::MutableStream
            | ObjectKind::RandomStream
            | ObjectKind::NullStream
            | ObjectKind::ExternalStream
            | ObjectKind::ExternalTable
            | ObjectKind::Dictionary
            | ObjectKind::View
            | ObjectKind::MaterializedView => Self::Relation,
            ObjectKind::Function | ObjectKind::AggregateFunction | ObjectKind::RemoteFunction => Self::Function,
            ObjectKind::FormatSchema => Self::FormatSchema,
            ObjectKind::NamedCollection => Self::NamedCollection,
            ObjectKind::Disk => Self::Disk,
            ObjectKind::StoragePolicy => Self::StoragePolicy,
            ObjectKind::User => Self::User,
            ObjectKind::Role => Self::Role,
            ObjectKind::SettingsProfile => Self::Profile,
            ObjectKind::Database => Self::Database,
            ObjectKind::PythonPackage
            | ObjectKind::Input
            | ObjectKind::Task
            | ObjectKind::Alert
            | ObjectKind::Grant
            | ObjectKind::RowPolicy
            | ObjectKind::Quota => Self::Other,
        }
    }

    /// Where the names that are used in this role live.
    pub fn of_role(role: Role) -> &'static [Self] {
        match role {
            Role::Reads | Role::Writes | Role::UsesDictionary => &[Self::Relation],
            Role::UsesFunction => &[Self::Function],
            Role::UsesFormatSchema => &[Self::FormatSchema],
            Role::UsesNamedCollection => &[Self::NamedCollection],
            Role::UsesDisk => &[Self::Disk],
            Role::UsesStoragePolicy => &[Self::StoragePolicy],
            Role::UsesUser => &[Self::User],
            Role::UsesRole => &[Self::Role],
            Role::UsesGrantee => &[Self::User, Self::Role],
            Role::UsesProfile => &[Self::Profile],
            Role::UsesDatabase => &[Self::Database],
        }
    }
}

/// One thing to be ordered.
#[derive(Clone, Debug)]
pub struct Node<'a> {
    /// Its id, unique; the last tie-break.
    pub id: &'a str,
    /// Its rank, the first tie-break: [`ObjectKind::rank`].
    pub rank: u8,
    /// The names that exist once it was created.
    pub provides: Vec<(Namespace, QualifiedName)>,
    /// What it refers to. Names that nothing provides are no hindrance.
    pub references: &'a References,
    /// Nodes, by index, that it comes after whatever it refers to.
    pub after: Vec<usize>,
}

/// Things that need each other in a circle.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these need each other in a circle: {}", path.join(" -> "))]
pub struct Cycle {
    /// Ids in the order of need; the first is also the last.
    pub path: Vec<String>,
    /// The same as indexes of nodes.
    pub nodes: Vec<usize>,
}

/// The names that exist once `statement` has run.
pub fn provides(statement: &Statement, default_database: &str) -> Vec<(Namespace, QualifiedName)> {
    let Some(created) = statement.kind.created() else {
        return Vec::new();
    };
    let namespace = Namespace::of(created.kind);
    if created.kind.lives_in_database() {
        return vec![(namespace, qualify(&created.name, default_database))];
    }
    if let crate::ast::StatementKind::CreateAccess(access) = &statement.kind {
        return access.names.iter().map(|name| (namespace, QualifiedName::global(name.value.clone()))).collect();
    }
    vec![(namespace, QualifiedName::global(created.name.name.value))]
}

/// Indexes into `nodes` such that each comes after everything it refers to; among those that could
/// come next, the one with the lowest rank, then the lowest id (resources.md 2.7). The reverse is an
/// order for dropping. Time and memory grow with the number of references.
///
/// A function may be created before the functions that it calls (resources.md 2.1), so a circle of
/// functions is no error: inside it their calls do not count, outside it they do.
///
/// # Errors
/// The way round one circle, if there is any other.
pub fn order(nodes: &[Node<'_>]) -> Result<Vec<usize>, Cycle> {
    let edges = all_edges(nodes);
    let sorted = sort(nodes, &edges);
    if sorted.len() == nodes.len() {
        return Ok(sorted);
    }
    let component = circles::components(nodes.len(), &edges);
    let is_inside = |edge: &Edge| component[edge.from] == component[edge.to];
    let hard: Vec<Edge> = edges.into_iter().filter(|edge| !edge.soft || !is_inside(edge)).collect();
    let sorted = sort(nodes, &hard);
    if sorted.len() == nodes.len() { Ok(sorted) } else { Err(cycle(nodes, &hard, &sorted)) }
}

/// As far as circles let it come.
fn sort(nodes: &[Node<'_>], edges: &[Edge]) -> Vec<usize> {
    let mut waits: Vec<usize> = vec![0; nodes.len()];
    let mut dependents: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for edge in edges {
        waits[edge.from] += 1;
        dependents[edge.to].push(edge.from);
    }
    let mut ready: BinaryHeap<Reverse<(u8, &str, usize)>> = BinaryHeap::new();
    let enter = |n: usize| Reverse((nodes[n].rank, nodes[n].id, n));
    ready.extend((0..nodes.len()).filter(|&n| waits[n] == 0).map(enter));
    let mut sorted = Vec::with_capacity(nodes.len());
    while let Some(Reverse((_, _, n))) = ready.pop() {
        sorted.push(n);
        for &dependent in &dependents[n] {
            waits[dependent] -= 1;
            if waits[dependent] == 0 {
                ready.push(enter(dependent));
            }
        }
    }
    sorted
}

/// Which node needs which: pairs of indexes (what needs, what is needed), sorted, without repetitions.
pub fn edges(nodes: &[Node<'_>]) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = all_edges(nodes).iter().map(|edge| (edge.from, edge.to)).collect();
    pairs.dedup();
    pairs
}

/// `from` needs `to`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    from: usize,
    to: usize,
    /// It may be left out where it closes a circle.
    soft: bool,
}

fn all_edges(nodes: &[Node<'_>]) -> Vec<Edge> {
    let mut providers: HashMap<(Namespace, &QualifiedName), Vec<usize>> = HashMap::new();
    for (n, node) in nodes.iter().enumerate() {
        for (namespace, name) in &node.provides {
            providers.entry((*namespace, name)).or_default().push(n);
        }
    }
    let mut edges = Vec::new();
    for (from, node) in nodes.iter().enumerate() {
        let is_function = node.provides.iter().any(|(space, _)| *space == Namespace::Function);
        for item in &node.references.items {
            for namespace in Namespace::of_role(item.role) {
                let found = providers.get(&(*namespace, &item.name));
                for &to in found.into_iter().flatten().filter(|&&to| to != from) {
                    let soft = is_function && item.role == Role::UsesFunction;
                    edges.push(Edge { from, to, soft });
                }
            }
        }
        edges.extend(node.after.iter().filter(|&&to| to != from).map(|&to| Edge { from, to, soft: false }));
    }
    edges.sort_unstable();
    // What is needed firmly is not needed softly too: firm edges come first.
    edges.dedup_by_key(|edge| (edge.from, edge.to));
    edges
}

/// Follows needs among what is not sorted until a node comes again: each of them needs another.
fn cycle(nodes: &[Node<'_>], edges: &[Edge], sorted: &[usize]) -> Cycle {
    let mut done = vec![false; nodes.len()];
    sorted.iter().for_each(|&n| done[n] = true);
    let mut needs: Vec<Option<usize>> = vec![None; nodes.len()];
    for edge in edges.iter().rev().filter(|edge| !done[edge.from] && !done[edge.to]) {
        needs[edge.from] = Some(edge.to);
    }
    let mut path: Vec<usize> = Vec::new();
    let mut position: HashMap<usize, usize> = HashMap::new();
    let mut next = (0..nodes.len()).find(|&n| needs[n].is_some());
    while let Some(n) = next {
        if let Some(&first) = position.get(&n) {
            path.drain(..first);
            path.push(n);
            break;
        }
        position.insert(n, path.len());
        path.push(n);
        next = needs[n];
    }
    Cycle { path: path.iter().map(|&n| nodes[n].id.to_owned()).collect(), nodes: path }
}
