//! What is told of each statement (docs/sql.md).

use super::{Item, Script};
use crate::error::SyntaxError;
use crate::lines::Lines;
use crate::references::{Reference, Role};
use crate::secrets::{Secrecy, secrets};
use crate::span::Span;
use serde::Serialize;
use std::collections::HashSet;

/// One line of `ferry sql check`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The id of the line, or the statement's number.
    pub id: String,
    /// The kind by the statement's words: `materialized_view`, `insert`; empty where no statement was found.
    pub kind: String,
    /// The kind of what it creates; differs from `kind` where 1.x prints an external stream as a stream.
    pub creates: Option<&'static str>,
    /// The database of `name`, for kinds that live in one.
    pub database: Option<String>,
    /// What it creates, changes or shows.
    pub name: Option<String>,
    /// What it refers to, each once, in the order of the text.
    pub references: Vec<ReferenceReport>,
    /// Names of which the text does not tell whether they are references.
    pub unresolved: Vec<UnresolvedReport>,
    /// Where secrets stand; never their values.
    pub secrets: Vec<SecretReport>,
    /// What is wrong with it.
    pub problems: Vec<Problem>,
    /// What was read although no server takes it: something left out, a forgotten `;`.
    pub remarks: Vec<Problem>,
}

/// A place in the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// First byte, from 0.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// What a statement does with what it refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// Rows are read from it, or its columns are taken.
    Reads,
    /// Rows are put into it, or it is changed.
    Writes,
    /// It must exist: a function, a format schema, a role ..
    Uses,
}

/// Where data flow, seen from the statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From what is referred to.
    In,
    /// To what is referred to.
    Out,
}

/// One thing that a statement refers to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReferenceReport {
    /// Its name, with its database where it lives in one: `sales.orders`. Never quoted.
    pub name: String,
    /// The database in it.
    pub database: Option<String>,
    /// What it is: the kind that the file gives it, or what its use tells.
    pub kind: &'static str,
    /// What is done with it.
    pub role: Use,
    /// Where data flow.
    pub direction: Direction,
    /// Where it stands first; for a name inside a string, the whole string.
    #[serde(flatten)]
    pub place: Place,
}

/// A name that may or may not be a reference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnresolvedReport {
    /// The text.
    pub text: String,
    /// Why the text alone does not tell.
    pub reason: String,
    /// Where it stands.
    #[serde(flatten)]
    pub place: Place,
}

/// Where a secret stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SecretReport {
    /// Which key: `password`, `http_header_Authorization`, `identified by`.
    pub key: String,
    /// The server masked it: a person must give the value.
    pub masked: bool,
    /// The value with its quotes; for a password inside an address, the password alone.
    #[serde(flatten)]
    pub place: Place,
}

/// What is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// What is wrong, in words.
    pub message: String,
    /// What could have stood there instead.
    pub expected: Vec<String>,
    /// What to do about it, if that can be told.
    pub hint: Option<String>,
    /// The token that does not fit.
    #[serde(flatten)]
    pub place: Place,
}

impl Script {
    /// What is told of each statement, in the order of the text.
    pub fn reports(&self) -> impl Iterator<Item = Report> + '_ {
        let mut lines: Option<(usize, Lines<'_>)> = None;
        self.items.iter().map(move |item| {
            let known = lines.take().filter(|(source, _)| *source == item.source);
            let (_, lines) = lines.insert(known.unwrap_or_else(|| (item.source, Lines::new(self.text(item)))));
            self.report(item, lines)
        })
    }

    fn report(&self, item: &Item, lines: &Lines<'_>) -> Report {
        let head = item.head();
        let mut report = Report {
            id: item.id.clone(),
            kind: head.kind,
            creates: None,
            database: head.database,
            name: head.name,
            references: Vec::new(),
            unresolved: Vec::new(),
            secrets: Vec::new(),
            problems: item.errors.iter().map(problem).collect(),
            remarks: item.remarks.iter().map(problem).collect(),
        };
        let Some(statement) = &item.statement else {
            return report;
        };
        report.creates = statement.kind.created().map(|created| created.kind.name());
        let found = self.references(item);
        report.references = self.reference_reports(item, &found.items, lines);
        report.unresolved = found
            .unresolved
            .into_iter()
            .map(|it| UnresolvedReport { text: it.text, reason: it.reason, place: place(lines, it.span) })
            .collect();
        report.secrets = secrets(statement, self.text(item))
            .into_iter()
            .filter(|secret| secret.secrecy == Secrecy::Secret)
            .map(|secret| SecretReport { key: secret.key, masked: secret.masked, place: place(lines, secret.span) })
            .collect();
        report
    }

    /// Each once; that a thing lives in its own database is said by `database`.
    fn reference_reports(&self, item: &Item, found: &[Reference], lines: &Lines<'_>) -> Vec<ReferenceReport> {
        let home = item.head().database;
        let mut seen = HashSet::new();
        found
            .iter()
            .filter(|it| it.role != Role::UsesDatabase || Some(&it.name.name) != home.as_ref())
            .filter(|it| seen.insert((it.role, &it.name)))
            .map(|it| {
                let known = self.catalog.kind(it.role, &it.name).map(|kind| kind.name());
                let (role, kind) = role_and_kind(it.role);
                let name = match &it.name.database {
                    Some(database) => format!("{database}.{}", it.name.name),
                    None => it.name.name.clone(),
                };
                ReferenceReport {
                    name,
                    database: it.name.database.clone(),
                    kind: known.unwrap_or(kind),
                    role,
                    direction: if role == Use::Writes { Direction::Out } else { Direction::In },
                    place: place(lines, it.span),
                }
            })
            .collect()
    }
}

/// What is done, and what kind of thing that tells: `relation` is a stream, table, view or dictionary.
fn role_and_kind(role: Role) -> (Use, &'static str) {
    match role {
        Role::Reads => (Use::Reads, "relation"),
        Role::Writes => (Use::Writes, "relation"),
        Role::UsesFunction => (Use::Uses, "function"),
        Role::UsesFormatSchema => (Use::Uses, "format_schema"),
        Role::UsesNamedCollection => (Use::Uses, "named_collection"),
        Role::UsesDisk => (Use::Uses, "disk"),
        Role::UsesStoragePolicy => (Use::Uses, "storage_policy"),
        Role::UsesDictionary => (Use::Uses, "dictionary"),
        Role::UsesUser => (Use::Uses, "user"),
        Role::UsesRole => (Use::Uses, "role"),
        Role::UsesGrantee => (Use::Uses, "user_or_role"),
        Role::UsesProfile => (Use::Uses, "settings_profile"),
        Role::UsesDatabase => (Use::Uses, "database"),
    }
}

fn problem(error: &SyntaxError) -> Problem {
    let Span { start, end } = error.span;
    Problem {
        message: error.message.clone(),
        expected: error.expected.clone(),
        hint: error.hint.clone(),
        place: Place { line: error.line, column: error.column, start, end },
    }
}

fn place(lines: &Lines<'_>, span: Span) -> Place {
    let (line, column) = lines.line_column(span.start);
    Place { line, column, start: span.start, end: span.end }
}
