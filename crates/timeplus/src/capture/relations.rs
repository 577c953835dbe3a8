//! Streams, views, external streams and tables, dictionaries: everything that lives in a database.

use std::sync::atomic::{AtomicUsize, Ordering};

use ferry_model::messages::deployment as text;
use ferry_model::{CapturedColumn, Count, Definition, Resource, ResourceKind, ResourceName, StreamMode};

use super::catalogue::{Catalogue, CatalogueEntry};
use super::found::Found;
use super::{Progress, created, each, secrets};
use crate::{Deployment, Error, assumed, qualified};

pub(super) async fn read_all(
    deployment: &Deployment,
    catalogue: &Catalogue,
    sinks: &[String],
    progress: &Progress<'_>,
) -> Found {
    let n_total = catalogue.entries.len();
    let n_done = AtomicUsize::new(0);
    let n_done = &n_done;
    each(&catalogue.entries, |entry| async move {
        let found = read_one(deployment, entry, sinks).await;
        progress.tell(n_done.fetch_add(1, Ordering::Relaxed) + 1, n_total);
        found
    })
    .await
}

async fn read_one(deployment: &Deployment, entry: &CatalogueEntry, sinks: &[String]) -> Found {
    let mut found = Found::default();
    if entry.is_temporary {
        found.left_out(entry.path(), text::TEMPORARY);
        return found;
    }
    if entry.engine == "MaterializedView" && assumed::is_view_of_sink(&entry.name, sinks) {
        found.left_out(entry.path(), text::VIEW_OF_SINK);
        return found;
    }
    let statement = match deployment.show_create_relation(&entry.database, &entry.name).await {
        Ok(statement) => statement,
        Err(error) => {
            found.not_read(&entry.path(), &error);
            return found;
        }
    };
    let Some(kind) = kind_of(entry, &statement) else {
        let cut = secrets::cut_from_sql(&entry.path(), &statement);
        found.secrets.extend(cut.secrets);
        let why = text::unknown_engine(&entry.engine);
        found.problem(&entry.path(), why, text::REMEDY_DEFINITION, Some(cut.text));
        return found;
    };
    let name = ResourceName::in_database(kind, &entry.database, &entry.name);
    let cut = secrets::cut_from_sql(&secrets::key_prefix(&name), &statement);
    found.secrets.extend(cut.secrets);
    let mut resource = Resource {
        name,
        definition: Definition::Sql(cut.text),
        secrets: cut.references,
        columns: vec![],
        mode: None,
        rows: entry.total_rows.map_or(Count::UNKNOWN, Count::estimated),
        bytes: entry.total_bytes.map_or(Count::UNKNOWN, Count::estimated),
        owner: None,
        server_id: None,
        running: None,
    };
    if kind.holds_rows()
        && let Err(error) = add_rows(deployment, entry, &mut resource, &mut found).await
    {
        found.not_read(&entry.path(), &error);
        return found;
    }
    if kind == ResourceKind::MaterializedView && created::keeps_rows_inside(&statement) {
        // One that cannot be read is still carried; its rows are not.
        let _unread = add_columns_and_count(deployment, entry, &mut resource).await;
    }
    found.resources.push(resource);
    found
}

/// Columns, mode and number of rows of what holds rows.
async fn add_rows(
    deployment: &Deployment,
    entry: &CatalogueEntry,
    resource: &mut Resource,
    found: &mut Found,
) -> Result<(), Error> {
    add_columns_and_count(deployment, entry, resource).await?;
    resource.mode = match (resource.name.kind, StreamMode::from_server(&entry.mode)) {
        (ResourceKind::MutableStream, _) => Some(StreamMode::Mutable),
        (_, Some(mode)) => Some(mode),
        (_, None) => {
            let why = text::unknown_mode(&entry.mode);
            found.problem(&entry.path(), why, text::REMEDY_DEFINITION, None);
            None
        }
    };
    Ok(())
}

async fn add_columns_and_count(
    deployment: &Deployment,
    entry: &CatalogueEntry,
    resource: &mut Resource,
) -> Result<(), Error> {
    resource.columns = columns_of(deployment, entry).await?;
    if resource.rows == Count::UNKNOWN {
        // Some releases do not count in the catalogue. Without a number the rows are still copied and compared.
        if let Ok(count) = deployment.count(&entry.database, &entry.name).await {
            resource.rows = Count::exact(count);
        }
    }
    Ok(())
}

/// The columns as DESC lists them: name, type, kind and expression of the default (protocol.md E).
async fn columns_of(deployment: &Deployment, entry: &CatalogueEntry) -> Result<Vec<CapturedColumn>, Error> {
    let sql = format!("DESCRIBE {}", qualified(Some(&entry.database), &entry.name));
    let rows = deployment.rows(&sql).await?;
    let column = |row: crate::TextRow<'_>| CapturedColumn {
        name: row.text("name").to_owned(),
        data_type: row.text("type").to_owned(),
        default_kind: row.text("default_type").to_owned(),
        default_expression: row.text("default_expression").to_owned(),
    };
    Ok(rows.iter().map(column).collect())
}

/// The kind, by the engine and, where it says more, by the statement: 1.x prints external streams without the word
/// EXTERNAL (protocol.md F2).
fn kind_of(entry: &CatalogueEntry, statement: &str) -> Option<ResourceKind> {
    let by_engine = match entry.engine.as_str() {
        "Stream" => ResourceKind::Stream,
        "MutableStream" => ResourceKind::MutableStream,
        "Random" => ResourceKind::RandomStream,
        "Null" => ResourceKind::NullStream,
        "ExternalStream" => ResourceKind::ExternalStream,
        "ExternalTable" => ResourceKind::ExternalTable,
        "View" => ResourceKind::View,
        "MaterializedView" => ResourceKind::MaterializedView,
        "Dictionary" => ResourceKind::Dictionary,
        _ => return None,
    };
    Some(created::kind_of(statement).filter(|_| by_engine == ResourceKind::Stream).unwrap_or(by_engine))
}
