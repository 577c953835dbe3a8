//! In which order a script's statements run.

use super::{Item, Script, target};
use crate::ast::{ObjectKind, StatementKind};
use crate::order::{Namespace, Node, order, provides};
use crate::references::{QualifiedName, References, qualify};
use serde::Serialize;
use std::collections::HashMap;

/// What comes as soon as it can: it prepares for the rest.
const FIRST: u8 = 0;

/// What creates nothing comes after everything that does.
const LAST: u8 = ObjectKind::LAST_RANK + 1;

/// A name that exists once a statement has run, or no longer.
type Provided = (Namespace, QualifiedName);

/// Statements that need each other in a circle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ScriptCycle {
    /// Ids in the order of need; the first is also the last.
    pub cycle: Vec<String>,
    /// Why each needs the next.
    pub needs: Vec<Needed>,
}

/// Why one statement needs another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Needed {
    /// Which needs.
    pub id: String,
    /// Which is needed.
    pub needs: String,
    /// The name by which it is needed, `None` where only the order of the text says so.
    pub name: Option<String>,
}

impl Script {
    /// Indexes into [`Script::items`] such that each comes after what it refers to, by the ranks of
    /// a safe creation order and then by id (resources.md 2.7). A DROP comes before a CREATE of the
    /// same name that follows it in the text, and after one that precedes it; ALTER comes right
    /// after what it changes; INSERT, SELECT and other commands come last.
    ///
    /// # Errors
    /// The way round one circle.
    pub fn order(&self) -> Result<Vec<usize>, ScriptCycle> {
        let references: Vec<References> = self.items.iter().map(|item| self.needed(item)).collect();
        let keys: Vec<String> = self.items.iter().map(|item| self.sort_key(item)).collect();
        let provided: Vec<Vec<Provided>> = self.items.iter().map(provided).collect();
        let after = self.after_drops(&provided);
        let nodes: Vec<Node<'_>> = self
            .items
            .iter()
            .zip(provided)
            .zip(after)
            .enumerate()
            .map(|(n, ((item, provides), (rank, after)))| Node {
                id: &keys[n],
                rank: rank.unwrap_or_else(|| self.rank(item)),
                provides,
                references: &references[n],
                after,
            })
            .collect();
        order(&nodes).map_err(|cycle| self.describe(&cycle.nodes, &nodes))
    }

    /// A DROP's needs depend on where it stands, which [`Script::after_drops`] says.
    fn needed(&self, item: &Item) -> References {
        match &item.statement {
            Some(statement) if matches!(statement.kind, StatementKind::Drop(_)) => References::default(),
            _ => self.references(item),
        }
    }

    /// Numbers sort as numbers.
    fn sort_key(&self, item: &Item) -> String {
        match &self.sources[item.source].id {
            Some(_) => item.id.clone(),
            None => format!("{:>12}", item.id),
        }
    }

    fn rank(&self, item: &Item) -> u8 {
        let Some(statement) = &item.statement else {
            return LAST;
        };
        match (&statement.kind, statement.kind.created()) {
            (_, Some(created)) => created.kind.rank(),
            (StatementKind::Alter(_) | StatementKind::Rename(_) | StatementKind::Use(_) | StatementKind::Set(_), _) => {
                FIRST
            }
            _ => LAST,
        }
    }

    /// For each item its rank, where a DROP's place in the text gives it, and what it comes after.
    fn after_drops(&self, provided: &[Vec<Provided>]) -> Vec<(Option<u8>, Vec<usize>)> {
        let mut all: Vec<(Option<u8>, Vec<usize>)> = vec![(None, Vec::new()); self.items.len()];
        let names: Vec<Vec<Provided>> = self.items.iter().map(dropped_names).collect();
        if names.iter().all(Vec::is_empty) {
            return all;
        }
        let mut dropped: HashMap<&Provided, usize> = HashMap::new();
        let mut created: HashMap<&Provided, usize> = HashMap::new();
        for n in 0..self.items.len() {
            for name in &names[n] {
                match created.get(name) {
                    Some(&creator) => all[n].1.push(creator),
                    None => all[n].0 = Some(FIRST),
                }
                dropped.insert(name, n);
            }
            for name in &provided[n] {
                all[n].1.extend(dropped.get(name));
                created.insert(name, n);
            }
        }
        all
    }

    fn describe(&self, path: &[usize], nodes: &[Node<'_>]) -> ScriptCycle {
        let id = |n: usize| self.items[n].id.clone();
        let needs = path.windows(2).map(|pair| {
            let provided = &nodes[pair[1]].provides;
            let reason = nodes[pair[0]].references.items.iter().find(|item| {
                let spaces = Namespace::of_role(item.role);
                provided.iter().any(|(space, name)| spaces.contains(space) && *name == item.name)
            });
            Needed { id: id(pair[0]), needs: id(pair[1]), name: reason.map(|item| item.name.to_string()) }
        });
        ScriptCycle { cycle: path.iter().map(|&n| id(n)).collect(), needs: needs.collect() }
    }
}

fn provided(item: &Item) -> Vec<Provided> {
    let Some(statement) = &item.statement else {
        return Vec::new();
    };
    match &statement.kind {
        StatementKind::Rename(rename) => {
            let space = Namespace::of(rename.kind);
            rename.pairs.iter().map(|(_, to)| (space, qualify(to, &item.database))).collect()
        }
        _ => provides(statement, &item.database),
    }
}

fn dropped_names(item: &Item) -> Vec<Provided> {
    let Some(StatementKind::Drop(drop)) = item.statement.as_ref().map(|statement| &statement.kind) else {
        return Vec::new();
    };
    let space = Namespace::of(drop.kind);
    let in_database = item.statement.as_ref().is_some_and(|statement| target::lives_in_database(&statement.kind));
    let names = std::iter::once(&drop.name).chain(&drop.more);
    names
        .map(|name| match in_database {
            true => (space, qualify(name, &item.database)),
            false => (space, QualifiedName::global(name.name.value.clone())),
        })
        .collect()
}
