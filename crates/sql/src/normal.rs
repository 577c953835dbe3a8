//! The normal form of a definition: what remains when everything is taken away that two texts of the same resource may
//! differ in.
//!
//! Taken away are defaults that the server adds and prints (resources.md 2.2), what only matters at creation, other
//! names for the same type, setting or word, the order of settings, quoting, layout and comments. What is not known to
//! mean the same stays: definitions that differ in meaning never have the same normal form.

mod expr;
mod stream;
mod tokens;

use crate::ast::{Statement, StatementKind};
use crate::edit::{self, Edit};
use crate::print::{self, Dialect};
use crate::references::Role;
use crate::span::Span;
use crate::visit::visit;
use serde::{Deserialize, Serialize};

/// What was taken away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NormalisedKind {
    /// Spaces, line breaks, comments.
    Layout,
    /// Upper and lower case of keywords and types.
    Case,
    /// Quotes around names, needless parentheses, ways to write a string.
    Quoting,
    /// The order of clauses or settings.
    ClauseOrder,
    /// `OR REPLACE`, `IF NOT EXISTS`, `UUID`, `ATTACH`, `ON CLUSTER`.
    CreateOption,
    /// A default that the server adds and prints.
    ServerDefault,
    /// Another name of the same type.
    TypeAlias,
    /// Another name of the same setting, function or clause.
    Synonym,
    /// A database that the text left out.
    DefaultDatabase,
}

/// One thing that was taken away.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Normalised {
    /// What kind of thing.
    pub kind: NormalisedKind,
    /// Which one: `ORDER BY to_start_of_hour(_tp_time)`.
    pub what: String,
}

/// A normal form.
#[derive(Clone, Debug, PartialEq)]
pub struct Normal {
    /// As SQL. Two definitions mean the same if these are equal.
    pub text: String,
    /// What was taken away, sorted, each once.
    pub removed: Vec<Normalised>,
}

/// The normal form of a statement. Names without a database belong to `database`.
pub fn normalize(statement: &Statement, source: &str, database: &str) -> Normal {
    let mut notes = Notes::default();
    let (text, qualified) = with_databases(statement, source, database, &mut notes);
    let (mut statement, source) = match &qualified {
        Some(qualified) => (qualified.clone(), text.as_str()),
        None => (statement.clone(), source),
    };
    create_options(&statement.kind, &mut notes);
    visit(&mut statement, &mut expr::Simplifier { notes: &mut notes });
    stream::simplify(&mut statement.kind, &mut notes);
    let text = match &statement.kind {
        kind if kind.created().is_none() || is_kept_raw(kind) => tokens::normal_text(statement.span.text(source)),
        kind => print::show_create(kind, source, Dialect::V3),
    };
    let text = if matches!(statement.kind, StatementKind::Select(_)) {
        print::statement(&statement, source, Dialect::V3)
    } else {
        text
    };
    notes.0.sort();
    notes.0.dedup();
    Normal { text, removed: notes.0 }
}

/// What was taken away so far.
#[derive(Default)]
struct Notes(Vec<Normalised>);

impl Notes {
    fn add(&mut self, kind: NormalisedKind, what: impl Into<String>) {
        self.0.push(Normalised { kind, what: what.into() });
    }
}

/// Statements of which the tree keeps only the head.
fn is_kept_raw(kind: &StatementKind) -> bool {
    matches!(kind, StatementKind::CreateAccess(_) | StatementKind::Grant(_) | StatementKind::System(_))
}

/// SHOW CREATE prints every relation with its database: names without one get theirs.
fn with_databases(
    statement: &Statement,
    source: &str,
    database: &str,
    notes: &mut Notes,
) -> (String, Option<Statement>) {
    let mut places: Vec<Span> = Vec::new();
    let created = statement.kind.created().filter(|created| created.kind.lives_in_database());
    let owner = created.as_ref().map_or(database, |created| created.name.database_or(database)).to_owned();
    let own = created.filter(|created| created.name.database.is_none()).map(|created| created.name.span);
    let found = crate::references(statement, &owner, &|_: &str| false);
    let relations = found.items.iter().filter(|item| matches!(item.role, Role::Reads | Role::Writes));
    for item in relations.filter(|item| item.name.database.as_deref() == Some(owner.as_str())) {
        let written = item.span.text(source);
        let plain = written.trim_matches(['`', '"']);
        if plain == item.name.name && !written.starts_with('\'') {
            places.push(item.span);
        }
    }
    let mut edits: Vec<Edit> = Vec::new();
    let mut put = |place: Span, database: &str| {
        if !edits.iter().any(|edit| edit.span.start == place.start) {
            edits.push(Edit::new(Span::empty(place.start), format!("{}.", print::quote_identifier(database))));
        }
    };
    own.into_iter().for_each(|place| put(place, database));
    places.into_iter().for_each(|place| put(place, &owner));
    if edits.is_empty() {
        return (String::new(), None);
    }
    let Ok(text) = edit::apply(source, edits) else { return (String::new(), None) };
    let Ok(parsed) = crate::parse_one(statement_text(statement, &text, source)) else { return (String::new(), None) };
    notes.add(NormalisedKind::DefaultDatabase, owner);
    let text = statement_text(statement, &text, source).to_owned();
    (text, Some(parsed))
}

/// The statement's part of a text that grew behind its start.
fn statement_text<'t>(statement: &Statement, text: &'t str, source: &str) -> &'t str {
    let grown = text.len().saturating_sub(source.len());
    text.get(statement.span.start..statement.span.end + grown).unwrap_or(text)
}

/// What SHOW CREATE leaves out.
fn create_options(kind: &StatementKind, notes: &mut Notes) {
    use StatementKind as K;
    let mut option = |is_set: bool, what: &str| {
        if is_set {
            notes.add(NormalisedKind::CreateOption, what);
        }
    };
    let (or_replace, if_not_exists, uuid, attach, cluster) = match kind {
        K::CreateDatabase(c) => (false, c.if_not_exists, c.uuid.is_some(), false, false),
        K::CreateStream(c) | K::CreateExternalTable(c) => {
            (c.or_replace, c.if_not_exists, c.uuid.is_some(), c.attach, c.on_cluster.is_some())
        }
        K::CreateView(c) => (c.or_replace, c.if_not_exists, c.uuid.is_some(), c.attach, false),
        K::CreateMaterializedView(c) => {
            (c.or_replace, c.if_not_exists, c.uuid.is_some() || c.into_inner_uuid.is_some(), c.attach, false)
        }
        K::CreateDictionary(c) => (c.or_replace, c.if_not_exists, c.uuid.is_some(), c.attach, false),
        K::CreateFunction(c) => (c.or_replace, c.if_not_exists, false, false, false),
        K::CreateFormatSchema(c) => (c.or_replace, c.if_not_exists, false, false, false),
        K::CreateNamedCollection(c) => (c.or_replace, c.if_not_exists, false, false, false),
        K::CreateDisk(c) => (c.or_replace, c.if_not_exists, false, false, false),
        K::CreateStoragePolicy(c) => (c.or_replace, c.if_not_exists, false, false, false),
        K::CreateTask(c) => (c.or_replace, c.if_not_exists, false, false, false),
        K::CreateAlert(c) => (c.or_replace, c.if_not_exists, false, false, false),
        K::CreateInput(c) => (c.or_replace, c.if_not_exists, c.uuid.is_some(), false, false),
        K::CreateAccess(c) => (c.or_replace, c.if_not_exists, false, false, false),
        _ => return,
    };
    option(or_replace, "OR REPLACE");
    option(if_not_exists, "IF NOT EXISTS");
    option(uuid, "UUID");
    option(attach, "ATTACH");
    option(cluster, "ON CLUSTER");
}
