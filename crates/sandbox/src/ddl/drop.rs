//! DROP.

use std::sync::Arc;

use ferry_sql::{Drop, ObjectKind, ObjectName};

use crate::catalog::{Entry, EntryKind};
use crate::deployment::Deployment;
use crate::fault::{Fault, FaultCode};
use crate::statement::{Request, settings};

/// Drops what is named. The name of a relation goes a moment later (copy-safety 25).
pub fn apply(deployment: &Arc<Deployment>, drop: &Drop, request: &Request) -> Result<(), Fault> {
    if drop.detach || drop.temporary {
        return Err(Fault::refused("DETACH and DROP TEMPORARY"));
    }
    settings::check(&drop.settings)?;
    for name in std::iter::once(&drop.name).chain(&drop.more) {
        match drop.kind {
            ObjectKind::Database => database(deployment, drop, &name.name.value)?,
            ObjectKind::Function | ObjectKind::AggregateFunction | ObjectKind::RemoteFunction => {
                global(deployment, drop, EntryKind::Function, name)?;
            }
            ObjectKind::FormatSchema => global(deployment, drop, EntryKind::FormatSchema, name)?,
            ObjectKind::NamedCollection => global(deployment, drop, EntryKind::NamedCollection, name)?,
            kind if kind.lives_in_database() => relation(deployment, drop, name, &request.database)?,
            kind => return Err(Fault::refused(format!("DROP {}", kind.words()))),
        }
    }
    Ok(())
}

fn relation(deployment: &Arc<Deployment>, drop: &Drop, name: &ObjectName, database: &str) -> Result<(), Fault> {
    let database = name.database_or(database);
    let name = &name.name.value;
    let entry = match deployment.readable(database, name) {
        Err(fault) if fault.code == FaultCode::UnknownStream && drop.if_exists => return Ok(()),
        entry => entry?,
    };
    let is_view = matches!(entry.kind, EntryKind::View | EntryKind::MaterializedView);
    let fits = match drop.kind {
        ObjectKind::View | ObjectKind::MaterializedView => is_view,
        ObjectKind::Dictionary => entry.kind == EntryKind::Dictionary,
        _ => !is_view && entry.kind != EntryKind::Dictionary,
    };
    if !fits {
        let label = entry.kind.label();
        return Err(Fault::bad(format!(
            "{database}.{name} is a {}, it is not dropped with DROP {}",
            label.to_lowercase(),
            drop.kind.words()
        )));
    }
    // `check_table_dependencies` is on by default (resources.md 2.7).
    let is_checked = !drop.settings.iter().any(|setting| {
        setting.name.value == "check_table_dependencies" && ["0", "false"].contains(&setting.text().as_str())
    });
    if is_checked && let Some(dependant) = dependant(deployment, &entry) {
        return Err(Fault::new(
            FaultCode::HasDependants,
            format!("Cannot drop {database}.{name}, because {dependant} depends on it"),
        ));
    }
    deployment.drop_entry(entry)
}

/// A view or materialized view that reads or writes `entry`.
fn dependant(deployment: &Arc<Deployment>, entry: &Entry) -> Option<String> {
    let catalog = deployment.catalog();
    let name = entry.qualified();
    let mut others = catalog.relations().filter(|other| !deployment.is_dropping(other));
    others
        .find(|other| other.reads.contains(&name) || other.target.as_ref() == Some(&name))
        .map(|other| format!("{}.{}", other.database, other.name))
}

fn database(deployment: &Arc<Deployment>, drop: &Drop, name: &str) -> Result<(), Fault> {
    let entry = match deployment.catalog().database(name) {
        Ok(entry) => entry.clone(),
        Err(_) if drop.if_exists => return Ok(()),
        Err(fault) => return Err(fault),
    };
    if name == "default" {
        return Err(Fault::refused("DROP DATABASE default"));
    }
    let inside: Vec<Entry> = deployment.catalog().relations().filter(|entry| entry.database == name).cloned().collect();
    if !inside.is_empty() && !drop.cascade {
        return Err(Fault::new(
            FaultCode::HasDependants,
            format!("Database {name} is not empty: it holds {} relations; use CASCADE", inside.len()),
        ));
    }
    for relation in inside {
        if !deployment.is_dropping(&relation) {
            deployment.drop_entry(relation)?;
        }
    }
    deployment.drop_entry(entry)
}

fn global(deployment: &Arc<Deployment>, drop: &Drop, kind: EntryKind, name: &ObjectName) -> Result<(), Fault> {
    let name = &name.name.value;
    let entry = deployment.catalog().global(kind, name).cloned();
    match entry {
        Some(entry) => deployment.drop_entry(entry),
        None if drop.if_exists => Ok(()),
        None => {
            let code = if kind == EntryKind::Function { FaultCode::UnknownFunction } else { FaultCode::UnknownStream };
            Err(Fault::new(code, format!("{} {name} does not exist", kind.label())))
        }
    }
}
