//! Everything that a deployment knows by name, kept durably before it is acknowledged.

pub mod entry;
pub mod journal;

use std::collections::BTreeMap;
use std::path::Path;

pub use entry::{Column, DefaultKind, Entry, EntryKind, QualifiedName, RestKind, RestObject, StoredSetting};
use journal::{Change, Journal, JournalError};

use crate::fault::{Fault, FaultCode};

/// Names that belong to the server itself: they exist in every deployment and are never captured (resources.md 2.0).
pub const BUILT_IN_DATABASES: [&str; 4] = ["system", "information_schema", "INFORMATION_SCHEMA", "neutron"];

/// The definitions of one deployment.
pub struct Catalog {
    databases: BTreeMap<String, Entry>,
    relations: BTreeMap<(String, String), Entry>,
    globals: BTreeMap<(EntryKind, String), Entry>,
    rest: BTreeMap<(RestKind, String), RestObject>,
    journal: Option<Journal>,
}

impl Catalog {
    /// The catalogue kept under `data_dir`, or an empty one in memory. A new one has the database `default`.
    pub fn open(data_dir: Option<&Path>) -> Result<Self, JournalError> {
        let mut catalog = Self {
            databases: BTreeMap::new(),
            relations: BTreeMap::new(),
            globals: BTreeMap::new(),
            rest: BTreeMap::new(),
            journal: None,
        };
        if let Some(directory) = data_dir {
            let changes = journal::read(directory)?;
            for change in changes {
                catalog.apply(change);
            }
            if !catalog.databases.contains_key("default") {
                catalog.apply(Change::Put(Box::new(Entry::default_database())));
            }
            catalog.journal = Some(Journal::create(directory, &catalog.all_changes())?);
        } else {
            catalog.apply(Change::Put(Box::new(Entry::default_database())));
        }
        Ok(catalog)
    }

    /// Keeps a definition; it replaces one of the same name.
    pub fn put(&mut self, entry: Entry) -> Result<(), Fault> {
        self.commit(Change::Put(Box::new(entry)))
    }

    /// Notes durably that a definition is dropped; [`Catalog::forget`] takes it out of the lists later.
    pub fn journal_removal(&mut self, entry: &Entry) -> Result<(), Fault> {
        self.journal(&removal(entry))
    }

    /// Takes a definition out of the lists.
    pub fn forget(&mut self, entry: &Entry) {
        self.apply(removal(entry));
    }

    /// Keeps a REST object; it replaces one of the same id.
    pub fn put_rest(&mut self, object: RestObject) -> Result<(), Fault> {
        self.commit(Change::PutRest(Box::new(object)))
    }

    /// Forgets a REST object.
    pub fn remove_rest(&mut self, kind: RestKind, id: &str) -> Result<(), Fault> {
        self.commit(Change::DropRest { kind, id: id.to_owned() })
    }

    /// Databases in order of name, without the server's own.
    pub fn databases(&self) -> impl Iterator<Item = &Entry> {
        self.databases.values()
    }

    /// The database, or the fault that says that there is none.
    pub fn database(&self, name: &str) -> Result<&Entry, Fault> {
        self.databases
            .get(name)
            .ok_or_else(|| Fault::new(FaultCode::UnknownDatabase, format!("Database {name} does not exist")))
    }

    /// Streams, views and everything else that lives in a database, in order of database and name.
    pub fn relations(&self) -> impl Iterator<Item = &Entry> {
        self.relations.values()
    }

    /// The relation of this name.
    pub fn relation(&self, database: &str, name: &str) -> Option<&Entry> {
        self.relations.get(&(database.to_owned(), name.to_owned()))
    }

    /// Functions, format schemas, named collections, ... of one kind, in order of name.
    pub fn globals(&self, kind: EntryKind) -> impl Iterator<Item = &Entry> {
        self.globals.iter().filter(move |((of, _), _)| *of == kind).map(|(_, entry)| entry)
    }

    /// The one thing of this kind and name.
    pub fn global(&self, kind: EntryKind, name: &str) -> Option<&Entry> {
        self.globals.get(&(kind, name.to_owned()))
    }

    /// REST objects of one kind, oldest first.
    pub fn rest(&self, kind: RestKind) -> Vec<&RestObject> {
        let mut objects: Vec<&RestObject> =
            self.rest.iter().filter(|((of, _), _)| *of == kind).map(|(_, object)| object).collect();
        objects.sort_by_key(|object| object.sequence);
        objects
    }

    /// The REST object of this id.
    pub fn rest_object(&self, kind: RestKind, id: &str) -> Option<&RestObject> {
        self.rest.get(&(kind, id.to_owned()))
    }

    /// The number that the next REST object gets, for its place in lists.
    pub fn next_rest_sequence(&self) -> u64 {
        self.rest.values().map(|object| object.sequence + 1).max().unwrap_or(0)
    }

    fn commit(&mut self, change: Change) -> Result<(), Fault> {
        self.journal(&change)?;
        self.apply(change);
        Ok(())
    }

    fn journal(&mut self, change: &Change) -> Result<(), Fault> {
        let Some(journal) = &mut self.journal else {
            return Ok(());
        };
        journal
            .append(change)
            .map_err(|error| Fault::new(FaultCode::Other(1001), format!("Could not keep the definition: {error}")))
    }

    fn apply(&mut self, change: Change) {
        match change {
            Change::Put(entry) => match entry.kind {
                EntryKind::Database => {
                    self.databases.insert(entry.name.clone(), *entry);
                }
                kind if kind.is_global() => {
                    self.globals.insert((kind, entry.name.clone()), *entry);
                }
                _ => {
                    let key = (entry.database.clone(), entry.name.clone());
                    self.relations.insert(key, *entry);
                }
            },
            Change::Drop { kind, database, name } => match kind {
                EntryKind::Database => {
                    self.databases.remove(&name);
                }
                kind if kind.is_global() => {
                    self.globals.remove(&(kind, name));
                }
                _ => {
                    self.relations.remove(&(database, name));
                }
            },
            Change::PutRest(object) => {
                self.rest.insert((object.kind, object.id.clone()), *object);
            }
            Change::DropRest { kind, id } => {
                self.rest.remove(&(kind, id));
            }
        }
    }

    fn all_changes(&self) -> Vec<Change> {
        let entries = self.databases.values().chain(self.globals.values()).chain(self.relations.values());
        let rest = self.rest.values();
        entries
            .map(|entry| Change::Put(Box::new(entry.clone())))
            .chain(rest.map(|object| Change::PutRest(Box::new(object.clone()))))
            .collect()
    }
}

fn removal(entry: &Entry) -> Change {
    Change::Drop { kind: entry.kind, database: entry.database.clone(), name: entry.name.clone() }
}
