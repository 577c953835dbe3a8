//! A file of statements as a whole: what each is, what they need of each other, in which order they run.

mod catalog;
mod report;
mod sorting;
mod target;

pub use report::{Direction, Place, Problem, ReferenceReport, Report, SecretReport, UnresolvedReport, Use};
pub use sorting::{Needed, ScriptCycle};

use crate::ast::{Statement, StatementKind};
use crate::error::SyntaxError;
use crate::references::{References, references};
use catalog::{ItemCatalog, ScriptCatalog};

/// One text of a script: a `.sql` file, or one line of JSON lines.
#[derive(Clone, Debug, Default)]
pub struct Source {
    /// What its first statement is called; further ones get `#2`, `#3`. Without it statements are
    /// numbered over the whole script.
    pub id: Option<String>,
    /// The text.
    pub sql: String,
    /// The database of its unqualified names, if it is not the script's.
    pub database: Option<String>,
}

impl Source {
    /// A text whose statements are numbered.
    pub fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), ..Self::default() }
    }

    /// A text with an id.
    pub fn with_id(id: impl Into<String>, sql: impl Into<String>) -> Self {
        Self { id: Some(id.into()), sql: sql.into(), database: None }
    }
}

/// One statement of a script.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its id, unique where the sources' ids are.
    pub id: String,
    /// Which source it stands in.
    pub source: usize,
    /// Its tree; `None` for a source with an id and no statement in it.
    pub statement: Option<Statement>,
    /// The database of its unqualified names: the source's, or what USE said before it.
    pub database: String,
    /// What is wrong with it.
    pub errors: Vec<SyntaxError>,
    /// What was read although no server takes it.
    pub remarks: Vec<SyntaxError>,
}

/// What an item is, in short.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The kind by the statement's words: `materialized_view`, `insert`; empty where no statement was found.
    pub kind: String,
    /// The database of `name`, for kinds that live in one.
    pub database: Option<String>,
    /// What it creates, changes or shows.
    pub name: Option<String>,
}

impl Item {
    /// What it is, in short.
    pub fn head(&self) -> Head {
        let Some(Statement { kind, .. }) = &self.statement else {
            return Head::default();
        };
        let name = target::name(kind);
        let in_database = name.as_ref().filter(|_| target::lives_in_database(kind));
        Head {
            kind: target::kind(kind),
            database: in_database.map(|name| name.database_or(&self.database).to_owned()),
            name: name.map(|name| name.name.value),
        }
    }
}

/// Statements that belong together: names that one creates are known to all the others.
#[derive(Debug)]
pub struct Script {
    sources: Vec<Source>,
    items: Vec<Item>,
    catalog: ScriptCatalog,
}

impl Script {
    /// Reads all sources. Unqualified names belong to `database`, unless the source says otherwise
    /// or a USE stands before them.
    pub fn read(sources: Vec<Source>, database: &str) -> Self {
        let mut items = Vec::with_capacity(sources.len());
        for (n, source) in sources.iter().enumerate() {
            read_source(n, source, database, &mut items);
        }
        let catalog = ScriptCatalog::of(&items);
        Self { sources, items, catalog }
    }

    /// The statements in the order of the text.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The text that an item's places refer to.
    pub fn text(&self, item: &Item) -> &str {
        &self.sources[item.source].sql
    }

    /// What an item refers to; functions and streams that the script creates are known. Unqualified
    /// names belong to the database of what is created, unless the script creates them in the
    /// current one only.
    pub fn references(&self, item: &Item) -> References {
        let Some(statement) = &item.statement else {
            return References::default();
        };
        let own = statement.kind.created().and_then(|created| created.name.database);
        let own = own.map_or_else(|| item.database.clone(), |database| database.value);
        references(statement, &own, &ItemCatalog { script: &self.catalog, current: &item.database })
    }

    /// Whether every statement could be read.
    pub fn is_ok(&self) -> bool {
        self.items.iter().all(|item| item.errors.is_empty())
    }
}

fn read_source(n: usize, source: &Source, database: &str, items: &mut Vec<Item>) {
    let parsed = crate::parse(&source.sql);
    let mut database = source.database.clone().unwrap_or_else(|| database.to_owned());
    let mut errors = parsed.errors.into_iter().peekable();
    let mut remarks = parsed.remarks.into_iter().peekable();
    let first = items.len();
    let mut statements = parsed.statements.into_iter().peekable();
    while let Some(statement) = statements.next() {
        if let StatementKind::Use(using) = &statement.kind {
            database.clone_from(&using.database.value);
        }
        let next_start = statements.peek().map_or(usize::MAX, |next| next.span.start);
        let own_errors = std::iter::from_fn(|| errors.next_if(|error| error.span.start < next_start)).collect();
        let own_remarks = std::iter::from_fn(|| remarks.next_if(|remark| remark.span.start < next_start)).collect();
        let id = match &source.id {
            Some(id) if items.len() == first => id.clone(),
            Some(id) => format!("{id}#{}", items.len() - first + 1),
            None => (items.len() + 1).to_string(),
        };
        let statement = Some(statement);
        let database = database.clone();
        items.push(Item { id, source: n, statement, database, errors: own_errors, remarks: own_remarks });
    }
    if items.len() == first
        && let Some(id) = &source.id
    {
        let errors = crate::parse_one(&source.sql).err().into_iter().collect();
        items.push(Item { id: id.clone(), source: n, statement: None, database, errors, remarks: Vec::new() });
    }
}
