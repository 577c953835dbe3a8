//! CREATE VIEW and CREATE MATERIALIZED VIEW.

use std::sync::Arc;

use ferry_sql::print::{quote_identifier, quote_identifier_always};
use ferry_sql::{CreateMaterializedView, CreateView, Query, Reference, Role, Setting as WrittenSetting, Statement};

use super::print;
use super::stream::{Setting, settings};
use crate::catalog::{Column, DefaultKind, Entry, EntryKind, QualifiedName, StoredSetting};
use crate::deployment::Deployment;
use crate::fault::{Fault, FaultCode};
use crate::materialized;

/// The definition that a CREATE VIEW asks for.
pub fn define_view(
    deployment: &Arc<Deployment>,
    statement: &Statement,
    create: &CreateView,
    around: &Setting<'_>,
) -> Result<Entry, Fault> {
    if create.attach {
        return Err(Fault::refused("ATTACH"));
    }
    let database = create.name.database_or(around.database);
    let mut entry = Entry::named(EntryKind::View, database, &create.name.name.value, around.owner);
    entry.engine = "View".to_owned();
    entry.comment = create.comment.as_ref().map(|comment| comment.value.clone()).unwrap_or_default();
    let relations = relations(deployment, statement, &create.query, database);
    read_select(&mut entry, &create.query, &relations, &create.settings, around)?;
    examine(deployment, &mut entry)?;
    entry.statement = print::view(&entry);
    Ok(entry)
}

/// The definition that a CREATE MATERIALIZED VIEW asks for.
pub fn define_materialized(
    deployment: &Arc<Deployment>,
    statement: &Statement,
    create: &CreateMaterializedView,
    around: &Setting<'_>,
) -> Result<Entry, Fault> {
    if create.attach || create.or_replace || create.scheduled || create.populate {
        return Err(Fault::refused("ATTACH, OR REPLACE, SCHEDULED and POPULATE of materialized views"));
    }
    let has_layout = create.engine.is_some() || create.partition_by.is_some() || create.order_by.is_some();
    if has_layout {
        return Err(Fault::refused("ENGINE, PARTITION BY and ORDER BY of materialized views"));
    }
    let database = create.name.database_or(around.database);
    let mut entry = Entry::named(EntryKind::MaterializedView, database, &create.name.name.value, around.owner);
    entry.engine = "MaterializedView".to_owned();
    entry.comment = create.comment.as_ref().map(|comment| comment.value.clone()).unwrap_or_default();
    if let Some(target) = &create.into {
        let target = QualifiedName::new(target.database_or(database), &target.name.value);
        must_be_writable(deployment, &target)?;
        entry.target = Some(target);
    }
    let relations = relations(deployment, statement, &create.query, database);
    read_select(&mut entry, &create.query, &relations, &create.settings, around)?;
    // Of the inner stream (resources.md 2.4).
    entry.settings = settings::read(&create.storage_settings, EntryKind::Stream)?;
    let rules: Vec<String> = create.ttl.iter().map(|rule| around.written.piece(rule.span)).collect();
    entry.ttl = rules.join(", ");
    entry.paused = all_settings(create)
        .any(|setting| setting.name.value == "pause_on_start" && ["1", "true"].contains(&setting.text().as_str()));
    examine(deployment, &mut entry)?;
    entry.statement = print::view(&entry);
    Ok(entry)
}

fn all_settings(create: &CreateMaterializedView) -> impl Iterator<Item = &WrittenSetting> {
    create.all_settings().into_iter()
}

/// Keeps the SELECT with every relation qualified, as the server prints it (resources.md 3.8 T22), and notes what it
/// reads.
fn read_select(
    entry: &mut Entry,
    query: &Query,
    relations: &[Reference],
    outside: &[WrittenSetting],
    around: &Setting<'_>,
) -> Result<(), Fault> {
    let text = around.written.exact(query.span);
    let mut select = String::with_capacity(text.len() + 32);
    let mut copied = 0;
    for relation in relations {
        let database = relation.name.database.as_deref().unwrap_or(&entry.database);
        let name = QualifiedName::new(database, &relation.name.name);
        let is_bare = is_name(around.written.exact(relation.span), &relation.name.name);
        if is_bare && relation.span.start >= query.span.start + copied {
            let at = relation.span.start - query.span.start;
            select.push_str(&text[copied..at]);
            select.push_str(&quote_identifier(&entry.database));
            select.push('.');
            copied = at;
        }
        if !entry.reads.contains(&name) {
            entry.reads.push(name);
        }
    }
    select.push_str(&text[copied..]);
    let mut select = select.trim().to_owned();
    if select.starts_with('(') && select.ends_with(')') && is_wrapped(&select) {
        select = select[1..select.len() - 1].trim().to_owned();
    }
    if !outside.is_empty() {
        let stored: Vec<StoredSetting> = outside
            .iter()
            .map(|setting| StoredSetting {
                name: setting.name.value.clone(),
                value: setting.text(),
                is_text: settings::is_text(setting),
            })
            .collect();
        select.push_str(&format!("\nSETTINGS {}", print::settings(&stored)));
    }
    entry.select = Some(select);
    Ok(())
}

/// The relations that the query itself names, in the order of the text.
fn relations(deployment: &Arc<Deployment>, statement: &Statement, query: &Query, database: &str) -> Vec<Reference> {
    let is_function = |name: &str| deployment.catalog().global(EntryKind::Function, name).is_some();
    let mut found = ferry_sql::references(statement, database, &is_function).items;
    found.retain(|reference| {
        query.span.contains(reference.span) && matches!(reference.role, Role::Reads | Role::UsesDictionary)
    });
    found.sort_by_key(|reference| reference.span.start);
    found
}

/// Whether a text is this name alone, quoted or not, without a database before it.
fn is_name(text: &str, name: &str) -> bool {
    text == name || text == quote_identifier_always(name) || text == format!("\"{name}\"")
}

/// Whether the first parenthesis closes at the very end, outside of quotes.
fn is_wrapped(text: &str) -> bool {
    let mut depth = 0_i32;
    let mut quote: Option<u8> = None;
    let mut is_escaped = false;
    for (index, byte) in text.bytes().enumerate() {
        match quote {
            Some(_) if is_escaped => is_escaped = false,
            Some(_) if byte == b'\\' => is_escaped = true,
            Some(open) if byte == open => quote = None,
            Some(_) => {}
            None => match byte {
                b'\'' | b'`' | b'"' => quote = Some(byte),
                b'(' => depth += 1,
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        return index + 1 == text.len();
                    }
                }
                _ => {}
            },
        }
    }
    false
}

/// Finds the columns, or keeps the reason why the view cannot run here. A relation that does not exist is refused at
/// once; what the sandbox cannot do is kept with status Error.
fn examine(deployment: &Arc<Deployment>, entry: &mut Entry) -> Result<(), Fault> {
    {
        let catalog = deployment.catalog();
        for name in entry.reads.iter().filter(|name| name.database != "system") {
            catalog.database(&name.database)?;
            if catalog.relation(&name.database, &name.name).is_none() {
                return Err(Fault::unknown_stream(&name.database, &name.name));
            }
        }
    }
    let is_materialized = entry.kind == EntryKind::MaterializedView;
    let select = entry.select.clone().unwrap_or_default();
    match materialized::columns(deployment, &select, &entry.database) {
        Ok(columns) => {
            entry.columns =
                columns.iter().map(|column| Column::new(&column.name, column.data_type.to_string())).collect();
        }
        Err(fault) => entry.problem = Some(only_unsupported(fault)?),
    }
    if is_materialized && entry.problem.is_none() {
        add_time(entry, deployment.edition().is_enterprise());
        let runs = materialized::runs_per_block(deployment, &select, &entry.database);
        let runs = runs.and_then(|()| target_takes_rows(deployment, entry));
        entry.problem = runs.err().map(|fault| fault.message);
    }
    Ok(())
}

/// What is wrong for a real server too is refused; what only the sandbox cannot do is a reason to keep.
fn only_unsupported(fault: Fault) -> Result<String, Fault> {
    match fault.code {
        FaultCode::NotImplemented | FaultCode::UnknownFunction | FaultCode::UnknownType => Ok(fault.message),
        _ => Err(fault),
    }
}

/// Why the rows of a materialized view cannot go into its target here, if so.
fn target_takes_rows(deployment: &Arc<Deployment>, entry: &Entry) -> Result<(), Fault> {
    let Some(target) = &entry.target else {
        return Ok(());
    };
    let kind = deployment.readable(&target.database, &target.name)?.kind;
    if matches!(kind, EntryKind::ExternalStream | EntryKind::ExternalTable) {
        return Err(Fault::refused(format!("writing into a {}", kind.label().to_lowercase())));
    }
    Ok(())
}

/// A materialized view lists `_tp_time`, and since Enterprise 2.6 `_tp_sn`, besides its own columns
/// (resources.md 3.8 T6).
fn add_time(entry: &mut Entry, has_sequence: bool) {
    if !entry.columns.iter().any(|column| column.name == "_tp_time") {
        entry.columns.push(Column {
            default_kind: DefaultKind::Default,
            default_expression: "now64(3, 'UTC')".to_owned(),
            ..Column::new("_tp_time", "datetime64(3, 'UTC')")
        });
    }
    if has_sequence && !entry.columns.iter().any(|column| column.name == "_tp_sn") {
        entry.columns.push(Column::new("_tp_sn", "int64"));
    }
}

/// The target of INTO must exist and take rows (resources.md 2.4).
fn must_be_writable(deployment: &Arc<Deployment>, target: &QualifiedName) -> Result<(), Fault> {
    let entry = deployment.readable(&target.database, &target.name)?;
    match entry.kind {
        EntryKind::Stream
        | EntryKind::MutableStream
        | EntryKind::NullStream
        | EntryKind::ExternalStream
        | EntryKind::ExternalTable => Ok(()),
        kind => Err(Fault::new(
            FaultCode::NotImplemented,
            format!("A materialized view cannot write into a {}", kind.label().to_lowercase()),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::is_wrapped;

    #[test]
    fn only_parentheses_around_the_whole_are_taken_off() {
        assert!(is_wrapped("(SELECT ')' AS a)"));
        assert!(!is_wrapped("(SELECT 1) UNION ALL (SELECT 2)"));
    }
}
