//! `ferry sql diff`: the definitions of two files beside each other.

use ferry_sql::compare::{Comparison, Difference, Verdict, compare};
use ferry_sql::normal::Normalised;
use ferry_sql::script::{Head, Item, Script};
use serde::Serialize;

use super::{input, line, report_problems};
use crate::cli::SqlDiffArgs;
use crate::exit::{Exit, Failure};

/// One definition of either file.
#[derive(Serialize)]
struct Line {
    /// Its id in the first file.
    a: Option<String>,
    /// Its id in the second file.
    b: Option<String>,
    kind: String,
    database: Option<String>,
    name: Option<String>,
    /// `same`, `equivalent`, `different`, `only_in_a`, `only_in_b`.
    verdict: &'static str,
    normalised: Vec<Normalised>,
    differences: Vec<Difference>,
}

pub(super) fn run(args: &SqlDiffArgs) -> Result<Exit, Failure> {
    let first = input::read_script(&args.first, &args.database)?;
    let second = input::read_script(&args.second, &args.database)?;
    report_problems(&args.first, &first);
    report_problems(&args.second, &second);
    let (left, right) = (readable(&first), readable(&second));
    let mut paired = vec![false; right.len()];
    let mut differ = false;
    // Two files with one definition each are about the same thing, whatever its name.
    let alone = left.len() == 1 && right.len() == 1;
    for (item, head) in &left {
        let other = (0..right.len()).find(|at| !paired[*at] && (alone || is_same(head, &right[*at].1)));
        let (b, comparison) = match other {
            Some(at) => {
                paired[at] = true;
                (Some(right[at].0), compared(&first, item, &second, right[at].0))
            }
            None => (None, None),
        };
        let verdict = verdict(comparison.as_ref(), "only_in_a");
        differ |= !matches!(verdict, "same" | "equivalent");
        line(&described(Some(item), b, head, verdict, comparison))?;
    }
    for ((item, head), _) in right.iter().zip(&paired).filter(|(_, paired)| !**paired) {
        differ = true;
        line(&described(None, Some(item), head, "only_in_b", None))?;
    }
    Ok(match (first.is_ok() && second.is_ok(), differ) {
        (false, _) => Exit::Failed,
        (true, true) => Exit::Refused,
        (true, false) => Exit::Done,
    })
}

fn readable(script: &Script) -> Vec<(&Item, Head)> {
    let items = script.items().iter().filter(|item| item.errors.is_empty() && item.statement.is_some());
    items.map(|item| (item, item.head())).collect()
}

/// Relations of a database share one space of names: what was a stream may have become a view.
fn is_same(a: &Head, b: &Head) -> bool {
    let is_local = a.database.is_some() && a.kind != "task" && a.kind != "alert";
    let same_kind = a.kind == b.kind || is_local && b.database.is_some() && b.kind != "task" && b.kind != "alert";
    same_kind && a.database == b.database && a.name == b.name
}

fn compared(first: &Script, a: &Item, second: &Script, b: &Item) -> Option<Comparison> {
    let text = |script: &Script, item: &Item| -> Option<String> {
        let statement = item.statement.as_ref()?;
        Some(statement.span.text(script.text(item)).to_owned())
    };
    compare(&text(first, a)?, &text(second, b)?, &a.database).ok()
}

fn verdict(comparison: Option<&Comparison>, otherwise: &'static str) -> &'static str {
    match comparison.map(|comparison| comparison.verdict) {
        Some(Verdict::Same) => "same",
        Some(Verdict::Equivalent) => "equivalent",
        Some(Verdict::Different) => "different",
        None => otherwise,
    }
}

fn described(
    a: Option<&Item>,
    b: Option<&Item>,
    head: &Head,
    verdict: &'static str,
    comparison: Option<Comparison>,
) -> Line {
    let (normalised, differences) =
        comparison.map(|comparison| (comparison.normalised, comparison.differences)).unwrap_or_default();
    Line {
        a: a.map(|item| item.id.clone()),
        b: b.map(|item| item.id.clone()),
        kind: head.kind.clone(),
        database: head.database.clone(),
        name: head.name.clone(),
        verdict,
        normalised,
        differences,
    }
}
