//! Statements that change definitions.

pub mod alter;
pub mod drop;
pub mod function;
pub mod other;
pub mod print;
pub mod stream;
pub mod system;
pub mod view;
pub mod written;

use std::sync::Arc;

use ferry_sql::{ObjectKind, Statement, StatementKind};

use self::written::Written;
use crate::catalog::{Entry, EntryKind};
use crate::deployment::Deployment;
use crate::external;
use crate::fault::{Fault, FaultCode};
use crate::statement::Request;

/// Carries out a statement that changes something and answers nothing.
pub async fn apply(deployment: &Arc<Deployment>, statement: &Statement, request: &Request) -> Result<(), Fault> {
    let written = Written::new(&request.sql);
    let edition = deployment.edition();
    let around = stream::Setting { written: &written, edition, database: &request.database, owner: &request.user };
    match &statement.kind {
        StatementKind::CreateDatabase(create) => {
            let entry = other::database(create, &request.user)?;
            create_global(deployment, entry, create.if_not_exists, false)
        }
        StatementKind::CreateStream(create) | StatementKind::CreateExternalTable(create) => {
            let kind = kind_of(statement)?;
            let entry = stream::define(create, kind, &around)?;
            create_relation(deployment, entry, create.if_not_exists).await
        }
        StatementKind::CreateView(create) => {
            let entry = view::define_view(deployment, statement, create, &around)?;
            if create.or_replace {
                return replace_view(deployment, entry);
            }
            create_relation(deployment, entry, create.if_not_exists).await
        }
        StatementKind::CreateMaterializedView(create) => {
            let entry = view::define_materialized(deployment, statement, create, &around)?;
            create_relation(deployment, entry, create.if_not_exists).await
        }
        StatementKind::CreateDictionary(create) => {
            let entry = other::dictionary(create, &written, statement.span, (&request.database, &request.user))?;
            create_relation(deployment, entry, create.if_not_exists).await
        }
        StatementKind::CreateFunction(create) => {
            let entry = function::define(create, &written, &request.user)?;
            create_global(deployment, entry, create.if_not_exists, create.or_replace)
        }
        StatementKind::CreateFormatSchema(create) => {
            let entry = other::format_schema(create, &request.user)?;
            create_global(deployment, entry, create.if_not_exists, create.or_replace)
        }
        StatementKind::CreateNamedCollection(create) if edition.is_enterprise() => {
            let entry = other::named_collection(create, &request.user);
            create_global(deployment, entry, create.if_not_exists, create.or_replace)
        }
        StatementKind::Drop(drop) => drop::apply(deployment, drop, request),
        StatementKind::Alter(alter) => alter::apply(deployment, alter, &written, request),
        StatementKind::Truncate(truncate) => alter::truncate(deployment, truncate, request),
        StatementKind::Delete(delete) => alter::delete(deployment, delete, request),
        StatementKind::Optimize(optimize) => alter::optimize(deployment, optimize, request),
        StatementKind::System(system) => system::apply(deployment, system, request),
        other => Err(Fault::refused(format!("the statement {}", other.label().to_uppercase()))),
    }
}

async fn create_relation(deployment: &Arc<Deployment>, mut entry: Entry, if_not_exists: bool) -> Result<(), Fault> {
    if !may_create(deployment, &entry, if_not_exists)? {
        return Ok(());
    }
    let is_remote = entry.kind == EntryKind::ExternalStream && entry.setting("type") == Some("timeplus");
    if is_remote {
        if let Some(name) = entry.setting("named_collection") {
            let missing = || Fault::bad(format!("There is no named collection `{name}`"));
            let collection = deployment.catalog().global(EntryKind::NamedCollection, name).cloned();
            let collection = collection.ok_or_else(missing)?;
            external::keep_collection(&mut entry, &collection);
        }
        external::learn(&mut entry).await?;
        entry.statement = print::stream(&entry);
    } else if matches!(entry.kind, EntryKind::ExternalStream | EntryKind::ExternalTable) {
        external::reach(&entry).await?;
    }
    deployment.open_stream(&entry)?;
    let mut catalog = deployment.catalog_mut();
    // Another CREATE of the name may have come while the other deployment was asked.
    if catalog.relation(&entry.database, &entry.name).is_some() {
        drop(catalog);
        deployment.close_stream(&entry);
        return Err(exists_already(&entry));
    }
    catalog.put(entry)
}

/// Whether a relation is to be created: its database is there, and its name is free.
fn may_create(deployment: &Arc<Deployment>, entry: &Entry, if_not_exists: bool) -> Result<bool, Fault> {
    let catalog = deployment.catalog();
    catalog.database(&entry.database)?;
    match catalog.relation(&entry.database, &entry.name) {
        None => Ok(true),
        Some(existing) if if_not_exists && !deployment.is_dropping(existing) => Ok(false),
        Some(_) => Err(exists_already(entry)),
    }
}

fn create_global(
    deployment: &Arc<Deployment>,
    entry: Entry,
    if_not_exists: bool,
    or_replace: bool,
) -> Result<(), Fault> {
    let mut catalog = deployment.catalog_mut();
    let exists = match entry.kind {
        EntryKind::Database => catalog.database(&entry.name).is_ok(),
        kind => catalog.global(kind, &entry.name).is_some(),
    };
    if entry.kind == EntryKind::Function && crate::engine::functions::find(&entry.name).is_some() {
        return Err(Fault::new(
            FaultCode::FunctionAlreadyExists,
            format!("The function '{}' already exists", entry.name),
        ));
    }
    match (exists, if_not_exists, or_replace) {
        (true, true, _) => Ok(()),
        (true, false, false) => Err(exists_already(&entry)),
        _ => catalog.put(entry),
    }
}

/// CREATE OR REPLACE VIEW: the only relation that can be replaced (protocol.md F2).
fn replace_view(deployment: &Arc<Deployment>, entry: Entry) -> Result<(), Fault> {
    let mut catalog = deployment.catalog_mut();
    catalog.database(&entry.database)?;
    match catalog.relation(&entry.database, &entry.name) {
        Some(existing) if existing.kind != EntryKind::View => Err(exists_already(&entry)),
        _ => catalog.put(entry),
    }
}

fn exists_already(entry: &Entry) -> Fault {
    let (code, name) = match entry.kind {
        EntryKind::Database => (FaultCode::DatabaseAlreadyExists, entry.name.clone()),
        EntryKind::Function => (FaultCode::FunctionAlreadyExists, entry.name.clone()),
        kind if kind.is_global() => (FaultCode::StreamAlreadyExists, entry.name.clone()),
        _ => (FaultCode::StreamAlreadyExists, format!("{}.{}", entry.database, entry.name)),
    };
    Fault::new(code, format!("{} {name} already exists", entry.kind.label()))
}

/// What a CREATE STREAM creates: head and ENGINE line decide together (protocol.md F2).
fn kind_of(statement: &Statement) -> Result<EntryKind, Fault> {
    let created = statement.kind.created().map(|created| created.kind);
    Ok(match created {
        Some(ObjectKind::Stream) => EntryKind::Stream,
        Some(ObjectKind::MutableStream) => EntryKind::MutableStream,
        Some(ObjectKind::RandomStream) => EntryKind::RandomStream,
        Some(ObjectKind::NullStream) => EntryKind::NullStream,
        Some(ObjectKind::ExternalStream) => EntryKind::ExternalStream,
        Some(ObjectKind::ExternalTable) => EntryKind::ExternalTable,
        _ => return Err(Fault::refused("this CREATE")),
    })
}
