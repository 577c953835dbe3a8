//! ALTER, TRUNCATE, DELETE and OPTIMIZE of streams.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use ferry_sql::{Alter, AlterAction, Delete, Expr, ExprKind, Literal, ObjectName, Optimize, Setting, Truncate};

use super::print;
use super::stream::{columns, settings as stream_settings};
use super::written::Written;
use crate::catalog::{Entry, EntryKind};
use crate::deployment::{Deployment, names::column_defs, spec};
use crate::engine::insert::InsertPlan;
use crate::engine::{self, QueryContext, predicate};
use crate::fault::{Fault, FaultCode};
use crate::statement::{Request, settings};
use crate::storage::{StorageError, Stream};

/// Carries out ALTER STREAM: each action is checked before the first is done.
pub fn apply(
    deployment: &Arc<Deployment>,
    alter: &Alter,
    written: &Written<'_>,
    request: &Request,
) -> Result<(), Fault> {
    settings::check(&alter.settings)?;
    let database = alter.name.database_or(&request.database);
    let name = &alter.name.name.value;
    let entry = match deployment.readable(database, name) {
        Err(fault) if fault.code == FaultCode::UnknownStream && alter.if_exists => return Ok(()),
        entry => entry?,
    };
    if let [AlterAction::DropPartition(partition)] = alter.actions.as_slice() {
        let stream = rows_of(deployment, &entry)?;
        stream.drop_partition(&partition.plain_text())?;
        return Ok(());
    }
    if let [AlterAction::Delete(condition)] = alter.actions.as_slice() {
        return delete_rows(deployment, &entry, condition, request);
    }
    let mut changed = entry.clone();
    for action in &alter.actions {
        change(&mut changed, action, written)?;
    }
    changed.statement = print::stream(&changed);
    if changed.kind.stores_rows() {
        rewrite(deployment, &entry, &changed)?;
    }
    deployment.catalog_mut().put(changed)
}

fn change(entry: &mut Entry, action: &AlterAction, written: &Written<'_>) -> Result<(), Fault> {
    let is_stored = entry.kind.stores_rows();
    match action {
        AlterAction::AddColumn { if_not_exists, column, after, first } if is_stored => {
            columns::reserved(&column.name.value)?;
            let column = columns::one(column, entry.kind, written)?;
            if entry.columns.iter().any(|existing| existing.name == column.name) {
                if *if_not_exists {
                    return Ok(());
                }
                return Err(Fault::bad(format!("Column {} already exists", column.name)));
            }
            let index = match after {
                _ if *first => 0,
                Some(after) => position(entry, &after.value)? + 1,
                // Before the columns that the server added.
                None => {
                    entry.columns.iter().position(|column| column.name == "_tp_time").unwrap_or(entry.columns.len())
                }
            };
            entry.columns.insert(index, column);
        }
        AlterAction::DropColumn { if_exists, name } if is_stored => {
            let found = position(entry, &name.value);
            if found.is_err() && *if_exists {
                return Ok(());
            }
            let index = found?;
            if name.value.starts_with("_tp_") || entry.primary_key.contains(&name.value) {
                return Err(Fault::bad(format!("Column {} cannot be dropped", name.value)));
            }
            entry.columns.remove(index);
        }
        AlterAction::CommentColumn { name, comment, .. } => {
            let index = position(entry, &name.value)?;
            entry.columns[index].comment.clone_from(&comment.value);
        }
        AlterAction::ModifyTtl(rules) if is_stored => {
            let rules: Vec<String> = rules.iter().map(|rule| written.piece(rule.span)).collect();
            entry.ttl = rules.join(", ");
        }
        AlterAction::RemoveTtl if is_stored => entry.ttl.clear(),
        AlterAction::ModifySetting(changes) if is_stored => modify_settings(entry, changes)?,
        AlterAction::ModifyComment(comment) => entry.comment.clone_from(&comment.value),
        _ => return Err(Fault::refused("this ALTER")),
    }
    Ok(())
}

fn modify_settings(entry: &mut Entry, changes: &[Setting]) -> Result<(), Fault> {
    const FIXED: [&str; 6] =
        ["mode", "shards", "replication_factor", "sharding_expr", "version_column", "event_time_column"];
    for change in stream_settings::read(changes, entry.kind)? {
        if FIXED.contains(&change.name.as_str()) {
            return Err(Fault::bad(format!("Setting {} cannot be changed", change.name)));
        }
        match entry.settings.iter_mut().find(|setting| setting.name == change.name) {
            Some(setting) => *setting = change,
            None => entry.settings.push(change),
        }
    }
    Ok(())
}

/// Gives old rows the new columns: new ones have their default.
fn rewrite(deployment: &Arc<Deployment>, before: &Entry, after: &Entry) -> Result<(), Fault> {
    let stream = rows_of(deployment, before)?;
    let mut spec = spec::of(deployment, after, None)?;
    spec.data_dir = stream.spec().data_dir;
    let given: Vec<_> = column_defs(before)?.into_iter().filter(engine::ColumnDef::is_stored).collect();
    let wanted = column_defs(after)?;
    let kept: Vec<_> =
        given.iter().filter(|column| wanted.iter().any(|other| other.name == column.name)).cloned().collect();
    let context = QueryContext::new(Arc::clone(deployment) as Arc<dyn engine::Catalog>);
    let completer = InsertPlan::new(&kept, &wanted, &context)?;
    let failed = |error: engine::SqlError| StorageError::Expression(error.message);
    stream.alter(spec, &|rows| {
        let columns: Vec<ArrayRef> =
            kept.iter().filter_map(|column| rows.column_by_name(&column.name).cloned()).collect();
        let fields: Vec<_> =
            kept.iter().filter_map(|column| rows.schema().field_with_name(&column.name).ok().cloned()).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows.num_rows()));
        let schema = Arc::new(arrow::datatypes::Schema::new(fields));
        let rows = RecordBatch::try_new_with_options(schema, columns, &options)?;
        completer.apply(&rows).map_err(failed)
    })?;
    Ok(())
}

/// TRUNCATE STREAM.
pub fn truncate(deployment: &Arc<Deployment>, truncate: &Truncate, request: &Request) -> Result<(), Fault> {
    settings::check(&truncate.settings)?;
    let entry = match find(deployment, &truncate.name, request) {
        Err(fault) if fault.code == FaultCode::UnknownStream && truncate.if_exists => return Ok(()),
        entry => entry?,
    };
    Ok(rows_of(deployment, &entry)?.truncate()?)
}

/// DELETE FROM.
pub fn delete(deployment: &Arc<Deployment>, delete: &Delete, request: &Request) -> Result<(), Fault> {
    settings::check(&delete.settings)?;
    let entry = find(deployment, &delete.name, request)?;
    let condition = delete.filter.as_ref().ok_or_else(|| Fault::bad("DELETE needs a WHERE"))?;
    delete_rows(deployment, &entry, condition, request)
}

fn delete_rows(deployment: &Arc<Deployment>, entry: &Entry, condition: &Expr, request: &Request) -> Result<(), Fault> {
    let stream = rows_of(deployment, entry)?;
    if matches!(&condition.kind, ExprKind::Literal(Literal::Bool(true))) {
        return Ok(stream.truncate()?);
    }
    let mut context = QueryContext::new(Arc::clone(deployment) as Arc<dyn engine::Catalog>);
    context.database.clone_from(&request.database);
    let stored: Vec<_> = column_defs(entry)?.into_iter().filter(engine::ColumnDef::is_stored).collect();
    let condition = predicate(condition, &stored, &context)?;
    stream.delete_where(&condition)?;
    Ok(())
}

/// OPTIMIZE STREAM: TTL and merging at once.
pub fn optimize(deployment: &Arc<Deployment>, optimize: &Optimize, request: &Request) -> Result<(), Fault> {
    if optimize.partition.is_some() {
        return Err(Fault::refused("OPTIMIZE .. PARTITION"));
    }
    let entry = find(deployment, &optimize.name, request)?;
    Ok(rows_of(deployment, &entry)?.optimize()?)
}

fn find(deployment: &Arc<Deployment>, name: &ObjectName, request: &Request) -> Result<Entry, Fault> {
    deployment.readable(name.database_or(&request.database), &name.name.value)
}

fn rows_of(deployment: &Arc<Deployment>, entry: &Entry) -> Result<Arc<Stream>, Fault> {
    if entry.kind == EntryKind::MaterializedView && entry.target.is_some() {
        return Err(Fault::bad(format!("{} keeps no rows of its own", entry.name)));
    }
    deployment.stream_of(entry).ok_or_else(|| Fault::bad(format!("{}.{} keeps no rows", entry.database, entry.name)))
}

fn position(entry: &Entry, name: &str) -> Result<usize, Fault> {
    let found = entry.columns.iter().position(|column| column.name == name);
    found.ok_or_else(|| Fault::new(FaultCode::NoSuchColumn, format!("No such column {name} in stream {}", entry.name)))
}
