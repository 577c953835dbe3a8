//! Renames over the steps of a plan.

use ferry_model::messages::plan::FindingText;
use ferry_model::messages::renames as text;
use ferry_model::{Definition, ResourceKind, Side, StepAction};
use ferry_sql::edit::apply;
use ferry_sql::rename::{Rename, Unqualified, edits_for};
use serde_json::Value;

use super::Renames;
use crate::facts::{DEFAULT_DATABASE, each_query, split_name};
use crate::generate::finding;
use crate::plan::EXISTS_RULE;
use crate::{Finding, Plan, Severity, Step};

/// The rule that findings about renames are of.
const RULE: &str = "rewrite-t22";

impl Plan {
    /// Gives the target's side of every step its new names: the step's resource, and what its definition names. What
    /// the source calls a resource stays in [`Step::source`].
    pub fn rename(&mut self, renames: &Renames) {
        if renames.is_empty() {
            return;
        }
        for step in self.steps.iter_mut().filter(|step| step.side == Side::Target) {
            rename_step(step, renames);
        }
    }
}

fn rename_step(step: &mut Step, renames: &Renames) {
    if step.action == StepAction::Stop {
        return;
    }
    let old = step.resource.clone();
    let new = renames.target_of(&old);
    let database = old.database.as_deref().unwrap_or(DEFAULT_DATABASE);
    let inside = match &mut step.definition {
        Some(definition) => in_definition(definition, old.kind, database, renames),
        None => Inside::default(),
    };
    let mut found = Vec::new();
    match (new == old, step.action) {
        (true, _) if inside.followed.is_empty() => {}
        (true, _) => found.push(noted(text::names_follow(&inside.followed.join(", ")))),
        (false, StepAction::Create) => found.push(noted(text::renamed_on_target(&old.path(), &new.path()))),
        (false, _) => found.push(noted(text::read_under_other_name(&step.on_source().path(), &new.path()))),
    }
    step.inner_target = step.inner_target.take().map(|stream| renames.target_of(&stream));
    if inside.unread {
        found.push(finding(RULE, Severity::Caution, text::query_keeps_names(&old)));
    }
    if inside.source_leaves_default {
        found.push(finding(RULE, Severity::Caution, text::source_writes_elsewhere(&old)));
    }
    if new != old {
        // What was found under the old name says nothing of the new one.
        step.findings.retain(|found| found.rule != EXISTS_RULE);
        step.source.get_or_insert(old);
        step.resource = new;
    }
    step.findings.extend(found);
}

/// Whether a finding tells of a rename.
#[cfg(feature = "yaml")]
pub(crate) fn is_of_rename(found: &Finding) -> bool {
    found.rule == RULE
}

fn noted(words: FindingText) -> Finding {
    finding(RULE, Severity::Note, words)
}

/// What happened inside a definition.
#[derive(Default)]
struct Inside {
    /// The renames that it names something of: `a → b`.
    followed: Vec<String>,
    /// A query in it could not be read.
    unread: bool,
    /// A source of the app server writes into another database than `default` now.
    source_leaves_default: bool,
}

fn in_definition(definition: &mut Definition, kind: ResourceKind, database: &str, renames: &Renames) -> Inside {
    let mut inside = Inside::default();
    match definition {
        Definition::Sql(sql) => in_sql(sql, database, renames, &mut inside),
        Definition::Json(value) => {
            each_query(kind, value, &mut |sql| in_sql(sql, DEFAULT_DATABASE, renames, &mut inside));
            if kind == ResourceKind::Source
                && let Some(Value::String(stream)) = value.get_mut("stream")
            {
                in_source(stream, renames, &mut inside);
            }
        }
    }
    inside
}

fn in_sql(sql: &mut String, database: &str, renames: &Renames, inside: &mut Inside) {
    if sql.trim().is_empty() {
        return;
    }
    let Ok(statement) = ferry_sql::parse_one(sql) else {
        inside.unread = true;
        return;
    };
    let edits = |renames: &[Rename]| edits_for(&statement, sql, renames, database, Unqualified::BecomesQualified);
    for rename in renames.all.iter().filter(|rename| !edits(std::slice::from_ref(rename)).is_empty()) {
        inside.follow(format!("{} → {}", rename.from, rename.to));
    }
    match apply(sql, edits(&renames.all)) {
        Ok(renamed) => *sql = renamed,
        Err(_) => inside.unread = true,
    }
}

/// The stream of a source: `stream`, or `database.stream`, which the app server does not document (rest.md 1.3).
fn in_source(stream: &mut String, renames: &Renames, inside: &mut Inside) {
    let old = split_name(ResourceKind::Stream, stream);
    let new = renames.target_of(&old);
    if new == old {
        return;
    }
    inside.follow(format!("{} → {}", old.path(), new.path()));
    let is_default = new.database.as_deref() == Some(DEFAULT_DATABASE);
    inside.source_leaves_default |= !is_default;
    *stream = if is_default { new.name } else { format!("{}.{}", new.database.unwrap_or_default(), new.name) };
}

impl Inside {
    fn follow(&mut self, names: String) {
        if !self.followed.contains(&names) {
            self.followed.push(names);
        }
    }
}
