//! Whether two definitions mean the same, and where they differ.

pub(crate) mod clauses;
mod layout;

use crate::ast::{Statement, StatementKind};
use crate::error::SyntaxError;
use crate::normal::{Normal, Normalised, NormalisedKind, normalize};
use clauses::Clause;
use serde::{Deserialize, Serialize};

/// What a comparison found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The texts are the same, byte for byte.
    Same,
    /// The texts differ in what means nothing.
    Equivalent,
    /// The definitions differ.
    Different,
}

/// What happened to a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceKind {
    /// Only the second definition has it.
    Added,
    /// Only the first one has it.
    Removed,
    /// Both have it, with another content.
    Changed,
}

/// One clause, column, setting in which two definitions differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The clause: `columns`, `order_by`, `settings`, `query.where`.
    pub clause: String,
    /// Which one of several: the column, the setting, the selected value.
    pub name: Option<String>,
    /// What happened.
    pub change: DifferenceKind,
    /// Its text in the first definition's normal form, secrets hidden.
    pub before: Option<String>,
    /// Its text in the second definition's normal form, secrets hidden.
    pub after: Option<String>,
}

/// The outcome of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// What was found.
    pub verdict: Verdict,
    /// What was normalised away: in what means nothing the texts differ.
    pub normalised: Vec<Normalised>,
    /// In what they differ; empty unless the verdict says so.
    pub differences: Vec<Difference>,
}

/// Why two definitions cannot be compared.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// The first text is not one valid statement.
    #[error("the first definition cannot be read")]
    First(#[source] SyntaxError),
    /// The second text is not one valid statement.
    #[error("the second definition cannot be read")]
    Second(#[source] SyntaxError),
}

impl Comparison {
    /// In which clauses the definitions differ, each once: `ttl`, `columns price`.
    pub fn clauses(&self) -> Vec<String> {
        let mut clauses: Vec<String> = Vec::new();
        for difference in &self.differences {
            let clause = match &difference.name {
                Some(name) => format!("{} {name}", difference.clause),
                None => difference.clause.clone(),
            };
            if !clauses.contains(&clause) {
                clauses.push(clause);
            }
        }
        clauses
    }
}

/// Compares two definitions. Names without a database belong to `database`.
///
/// # Errors
/// One of the texts is not one valid statement.
pub fn compare(first: &str, second: &str, database: &str) -> Result<Comparison, CompareError> {
    let a = crate::parse_one(first).map_err(CompareError::First)?;
    let b = crate::parse_one(second).map_err(CompareError::Second)?;
    if first == second {
        return Ok(Comparison { verdict: Verdict::Same, normalised: Vec::new(), differences: Vec::new() });
    }
    let (a, b, derived) = without_derived_columns(a, b);
    let (left, right) = (normalize(&a, first, database), normalize(&b, second, database));
    let mut normalised = only_one_side(&left, &right);
    normalised.extend(derived);
    normalised.extend(layout::notes(&a, first, &b, second));
    normalised.sort();
    normalised.dedup();
    if left.text == right.text {
        return Ok(Comparison { verdict: Verdict::Equivalent, normalised, differences: Vec::new() });
    }
    let differences = differences(&left.text, &right.text);
    Ok(Comparison { verdict: Verdict::Different, normalised, differences })
}

/// The columns of a view follow from its query: where only one side prints them, they say nothing new, and where both
/// do, those that the server adds say nothing.
fn without_derived_columns(mut a: Statement, mut b: Statement) -> (Statement, Statement, Option<Normalised>) {
    fn list(statement: &mut Statement) -> Option<&mut crate::ast::Elements> {
        match &mut statement.kind {
            StatementKind::CreateView(create) => Some(&mut create.elements),
            StatementKind::CreateMaterializedView(create) => Some(&mut create.elements),
            _ => None,
        }
    }
    let (Some(left), Some(right)) = (list(&mut a), list(&mut b)) else { return (a, b, None) };
    let printed = |elements: &crate::ast::Elements| {
        elements.span.is_some() && crate::rewrite::rules::columns::own_words(elements).is_empty()
    };
    match (left.span.is_some(), right.span.is_some()) {
        (true, false) if printed(left) => *left = crate::ast::Elements::default(),
        (false, true) if printed(right) => *right = crate::ast::Elements::default(),
        // Releases print the server's own columns in ways of their own.
        (true, true) if printed(left) && printed(right) => {
            let is_own = |column: &crate::ast::Column| !column.name.value.starts_with("_tp_");
            let before = (left.columns.len(), right.columns.len());
            left.columns.retain(is_own);
            right.columns.retain(is_own);
            if before == (left.columns.len(), right.columns.len()) {
                return (a, b, None);
            }
        }
        _ => return (a, b, None),
    }
    let what = "the columns of a view, which follow from its query".to_owned();
    (a, b, Some(Normalised { kind: NormalisedKind::ServerDefault, what }))
}

fn only_one_side(left: &Normal, right: &Normal) -> Vec<Normalised> {
    let only = |a: &Normal, b: &Normal| a.removed.iter().filter(|note| !b.removed.contains(note)).cloned().collect();
    let (a, b): (Vec<Normalised>, Vec<Normalised>) = (only(left, right), only(right, left));
    a.into_iter().chain(b).collect()
}

/// Clause by clause; the texts are known to differ.
fn differences(left: &str, right: &str) -> Vec<Difference> {
    let (a, b) = (clauses::of(left), clauses::of(right));
    let mut found = Vec::new();
    let same = |x: &Clause, y: &Clause| (&x.clause, &x.name, x.nth) == (&y.clause, &y.name, y.nth);
    for clause in &a {
        match b.iter().find(|other| same(clause, other)) {
            Some(other) if other.text == clause.text => {}
            Some(other) => found.push(difference(Some(clause), Some(other), DifferenceKind::Changed)),
            None => found.push(difference(Some(clause), None, DifferenceKind::Removed)),
        }
    }
    for clause in b.iter().filter(|clause| !a.iter().any(|other| same(clause, other))) {
        found.push(difference(None, Some(clause), DifferenceKind::Added));
    }
    // Everything is the same by itself: then it stands in another order.
    if found.is_empty() {
        let (x, y) = (clauses::order(&a), clauses::order(&b));
        let clause = if x == y { "statement" } else { "columns" };
        let (before, after) = if x == y { (None, None) } else { (Some(x), Some(y)) };
        let (clause, name) = (clause.to_owned(), None);
        found.push(Difference { clause, name, change: DifferenceKind::Changed, before, after });
    }
    found
}

fn difference(before: Option<&Clause>, after: Option<&Clause>, change: DifferenceKind) -> Difference {
    let either = before.or(after);
    Difference {
        clause: either.map(|clause| clause.clause.clone()).unwrap_or_default(),
        name: either.and_then(|clause| clause.name.clone()),
        change,
        before: before.map(|clause| clause.shown.clone()),
        after: after.map(|clause| clause.shown.clone()),
    }
}
