//! Changes that people ask for: settings, shards, replicas, IF NOT EXISTS, INTO. Everything else stays byte for byte.

use crate::ast::{Setting, StatementKind, setting};
use crate::edit::{self, Edit};
use crate::error::SyntaxError;
use crate::rewrite::list::{SettingsChange, of_stream};
use crate::rewrite::place::Source;
use crate::span::Span;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Gives a setting a value, or takes it out. The value is SQL: strings with their quotes.
    Setting {
        /// Its name.
        name: String,
        /// Its value; `None` takes it out.
        value: Option<String>,
    },
    /// The number of shards, of the engine too where one is written.
    Shards(u32),
    /// The number of replicas; `None` leaves it to the server.
    Replicas(Option<u32>),
    /// `IF NOT EXISTS` or not.
    IfNotExists(bool),
    /// `INTO target` of a materialized view, in SQL; `None` takes it out.
    Into(Option<String>),
}

/// Why a change cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChangeError {
    /// The text is not one valid statement.
    #[error("the definition cannot be read")]
    Syntax(#[source] SyntaxError),
    /// The statement creates nothing that has this.
    #[error("a `{0}` statement has nothing to change there")]
    NotThere(String),
    /// The result would not be valid.
    #[error("the value is not valid SQL")]
    Value(#[source] SyntaxError),
}

/// Makes changes one after the other.
///
/// # Errors
/// The text is not one statement, the statement has no such clause, or a value is not valid.
pub fn change(sql: &str, changes: &[Change]) -> Result<String, ChangeError> {
    let mut text = sql.to_owned();
    for change in changes {
        let statement = crate::parse_one(&text).map_err(ChangeError::Syntax)?;
        let source = Source::new(&text);
        let edits =
            edits(&statement.kind, &source, change).ok_or_else(|| ChangeError::NotThere(statement.kind.label()))?;
        let next = edit::apply(&text, edits).unwrap_or_else(|_| text.clone());
        crate::parse_one(&next).map_err(ChangeError::Value)?;
        text = next;
    }
    Ok(text)
}

fn edits(kind: &StatementKind, source: &Source<'_>, change: &Change) -> Option<Vec<Edit>> {
    match change {
        Change::Setting { name, value } => set(kind, source, name, value.as_deref()),
        Change::Shards(shards) => numbered(kind, source, "shards", 0, Some(*shards)),
        Change::Replicas(replicas) => numbered(kind, source, "replication_factor", 1, *replicas),
        Change::IfNotExists(wanted) => if_not_exists(kind, source, *wanted),
        Change::Into(target) => into(kind, source, target.as_deref()),
    }
}

/// INTO stands between the view's name and its columns (resources.md 2.4).
fn into(kind: &StatementKind, source: &Source<'_>, target: Option<&str>) -> Option<Vec<Edit>> {
    let StatementKind::CreateMaterializedView(create) = kind else { return None };
    let head = create.uuid.as_ref().map_or(create.name.span, |uuid| uuid.span);
    Some(match (&create.into, target) {
        (Some(old), Some(new)) => vec![Edit::new(old.span, new)],
        (Some(old), None) => {
            let word = source.words_before(old.span.start, &["INTO"])?;
            let space = source.text(Span::new(head.end, word.start));
            let start = if space.trim().is_empty() { head.end } else { word.start };
            vec![Edit::new(Span::new(start, old.span.end), "")]
        }
        (None, Some(new)) => vec![Edit::new(Span::empty(head.end), format!(" INTO {new}"))],
        (None, None) => Vec::new(),
    })
}

/// A number that stands among the engine's arguments, or in the settings.
fn numbered(
    kind: &StatementKind,
    source: &Source<'_>,
    name: &str,
    position: usize,
    value: Option<u32>,
) -> Option<Vec<Edit>> {
    let StatementKind::CreateStream(create) = kind else { return None };
    let engine = create
        .engine
        .as_ref()
        .filter(|engine| ["Stream", "MutableStream"].iter().any(|name| engine.name.value.eq_ignore_ascii_case(name)));
    let argument = engine.and_then(|engine| engine.args.as_ref()?.get(position));
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match argument.filter(|argument| is_number(source.text(argument.span))) {
        Some(argument) => Some(vec![Edit::new(argument.span, value.unwrap_or(1).to_string())]),
        None => {
            let known =
                if setting(&create.settings, "replicas").is_some() && position == 1 { "replicas" } else { name };
            set(kind, source, known, value.map(|value| value.to_string()).as_deref())
        }
    }
}

fn set(kind: &StatementKind, source: &Source<'_>, name: &str, value: Option<&str>) -> Option<Vec<Edit>> {
    let mut list = settings_of(kind, source)?;
    let found = list.list.iter().position(|setting| setting.name.value.eq_ignore_ascii_case(name));
    match (found, value) {
        (Some(at), Some(value)) => return Some(vec![Edit::new(list.list[at].value.span, value)]),
        (Some(at), None) => list.gone.push(at),
        (None, Some(value)) => list.added.push(format!("{name} = {value}")),
        (None, None) => return Some(Vec::new()),
    }
    Some(list.edits(source))
}

/// The settings of what is created; those at the end of a materialized view's query are the view's.
fn settings_of<'a>(kind: &'a StatementKind, source: &Source<'_>) -> Option<SettingsChange<'a>> {
    let clause = |list: &'a [Setting], place: usize| SettingsChange {
        list,
        keyword: "SETTINGS",
        place,
        gone: Vec::new(),
        added: Vec::new(),
    };
    Some(match kind {
        StatementKind::CreateStream(create) | StatementKind::CreateExternalTable(create) => of_stream(create, source),
        StatementKind::CreateView(create) => {
            let inner = create.query.as_select().map_or(&[][..], |select| &select.settings);
            let list = if create.settings.is_empty() { inner } else { &create.settings };
            clause(list, create.query.span.end)
        }
        StatementKind::CreateMaterializedView(create) => {
            let inner = create.query.as_select().map_or(&create.query.settings[..], |select| &select.settings);
            let list = if create.settings.is_empty() { inner } else { &create.settings };
            clause(list, create.query.span.end)
        }
        StatementKind::CreateInput(create) => clause(&create.settings, create.name.span.end),
        StatementKind::CreateDatabase(create) => {
            let engine = create.engine.as_ref().map_or(create.name.span, |engine| engine.span);
            clause(&create.settings, engine.end)
        }
        _ => return None,
    })
}

fn if_not_exists(kind: &StatementKind, source: &Source<'_>, wanted: bool) -> Option<Vec<Edit>> {
    let name = kind.created()?.name.span;
    match (source.words_before(name.start, &["IF", "NOT", "EXISTS"]), wanted) {
        (Some(_), true) | (None, false) => Some(Vec::new()),
        (Some(words), false) => Some(vec![Edit::new(Span::new(words.start, name.start), "")]),
        (None, true) => Some(vec![Edit::new(Span::empty(name.start), "IF NOT EXISTS ")]),
    }
}
