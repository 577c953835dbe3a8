//! Changes a definition so that another release, or another topology, takes it.
//!
//! Each rule T1 to T22 (resources.md 3.8) is a transformation of its own with a name and an explanation. A rule changes
//! places of the text and nothing else: what it does not touch stays byte for byte. Rules that have nothing to change
//! in SQL ([`RULES`] says which) only tell a person what to look at.

mod emit;
pub(crate) mod list;
pub(crate) mod place;
pub mod rest;
pub(crate) mod rules;
mod target;

pub use rules::{RULES, Rule};
pub use target::{Migration, Release, ReleaseError};

use crate::ast::Statement;
use crate::edit::{self, Edit};
use crate::error::SyntaxError;
use crate::rename::Rename;
use place::Source;
use serde::{Deserialize, Serialize};

/// How much a person must do about a rule that was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attention {
    /// Nothing: the definition means what it meant.
    None,
    /// Look at it: what the resource does may change.
    Review,
    /// Give a value that the definition does not hold (`'[HIDDEN]'` stands in its place).
    NeedsValue,
    /// Decide: the target does not take it as it is.
    Blocks,
}

/// A rule that had something to say about a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// `T1` to `T22`.
    pub rule: String,
    /// The rule's name: `stream_engine`.
    pub name: String,
    /// What was changed and why, for a reviewer.
    pub explanation: String,
    /// What is left to do for a person.
    pub attention: Attention,
    /// Whether the text was changed.
    pub changed: bool,
}

/// A statement after all rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewritten {
    /// The text, changed or not.
    pub sql: String,
    /// Which rules had something to say, in the order in which they were applied.
    pub applied: Vec<Applied>,
}

impl Rewritten {
    /// Whether the text is another one than before.
    pub fn is_changed(&self) -> bool {
        self.applied.iter().any(|applied| applied.changed)
    }
}

/// What a rule sees.
struct Input<'a> {
    statement: &'a Statement,
    source: Source<'a>,
    migration: &'a Migration,
}

impl<'a> Input<'a> {
    fn sql(&self) -> &'a str {
        self.source.sql
    }
}

/// What a rule does.
struct Outcome {
    edits: Vec<Edit>,
    explanation: String,
    attention: Attention,
}

impl Outcome {
    fn changed(edits: Vec<Edit>, explanation: String) -> Option<Self> {
        Self::with(edits, explanation, Attention::None)
    }

    fn with(edits: Vec<Edit>, explanation: String, attention: Attention) -> Option<Self> {
        (!edits.is_empty()).then_some(Self { edits, explanation, attention })
    }

    fn note(explanation: String, attention: Attention) -> Option<Self> {
        Some(Self { edits: Vec::new(), explanation, attention })
    }
}

/// Applies every rule to one statement.
///
/// # Errors
/// The text is not one valid statement.
pub fn rewrite(sql: &str, migration: &Migration) -> Result<Rewritten, SyntaxError> {
    let mut statement = crate::parse_one(sql)?;
    let mut text = sql.to_owned();
    let mut applied = Vec::new();
    for rule in &RULES {
        let input = Input { statement: &statement, source: Source::new(&text), migration };
        let Some(outcome) = (rule.apply)(&input) else { continue };
        let mut changed = false;
        if !outcome.edits.is_empty() {
            // A rule whose result cannot be read would do harm: then the text stays, and the caller sees nothing of it.
            let Ok(next) = edit::apply(&text, outcome.edits) else { continue };
            let Ok(parsed) = crate::parse_one(&next) else { continue };
            (changed, text, statement) = (next != text, next, parsed);
        }
        applied.push(Applied {
            rule: rule.id.to_owned(),
            name: rule.name.to_owned(),
            explanation: outcome.explanation,
            attention: outcome.attention,
            changed,
        });
    }
    Ok(Rewritten { sql: text, applied })
}

/// [`rewrite`] for a query as it stands in a dashboard, a saved query or a sink: the rules about queries alone, and
/// renames. What cannot be read stays as it is.
pub fn rewrite_query_text(sql: &str, migration: &Migration) -> Rewritten {
    rewrite(sql, migration).unwrap_or_else(|_| Rewritten { sql: sql.to_owned(), applied: Vec::new() })
}

/// The renames of a migration, as [`crate::rename`] takes them.
fn renames(migration: &Migration) -> &[Rename] {
    &migration.renames
}
