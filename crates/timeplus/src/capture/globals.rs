//! Databases and format schemas.

use ferry_model::{Count, Definition, Resource, ResourceKind, ResourceName};

use super::catalogue::SYSTEM_DATABASES;
use super::found::Found;
use super::{each, secrets};
use crate::Deployment;

pub(super) async fn capture(deployment: &Deployment) -> Found {
    let (mut found, schemas) = tokio::join!(databases(deployment), format_schemas(deployment));
    found.merge(schemas);
    found
}

async fn databases(deployment: &Deployment) -> Found {
    let rows = match deployment.rows("SELECT name FROM system.databases").await {
        Ok(rows) => rows,
        Err(error) => {
            let mut found = Found::default();
            found.not_listed("databases", &error);
            return found;
        }
    };
    let names: Vec<String> = rows.iter().map(|row| row.text("name").to_owned()).collect();
    let carried = names.into_iter().filter(|name| !SYSTEM_DATABASES.contains(&name.as_str()));
    each(carried, |name| read(deployment, ResourceName::global(ResourceKind::Database, name))).await
}

async fn format_schemas(deployment: &Deployment) -> Found {
    let mut found = Found::default();
    let rows = match deployment.rows("SHOW FORMAT SCHEMAS").await {
        Ok(rows) => rows,
        Err(error) => {
            found.not_listed("format schemas", &error);
            return found;
        }
    };
    let names: Vec<String> = rows.iter().filter_map(|row| row.cells().next().flatten().map(str::to_owned)).collect();
    each(names, |name| read(deployment, ResourceName::global(ResourceKind::FormatSchema, name))).await
}

async fn read(deployment: &Deployment, name: ResourceName) -> Found {
    let mut found = Found::default();
    match deployment.show_create(&name).await {
        Ok(statement) => {
            let resource = of_sql(name, &statement, &mut found);
            found.resources.push(resource);
        }
        Err(error) => found.not_read(&name.to_string(), &error),
    }
    found
}

/// A resource that is nothing but its statement.
pub(super) fn of_sql(name: ResourceName, statement: &str, found: &mut Found) -> Resource {
    let cut = secrets::cut_from_sql(&secrets::key_prefix(&name), statement);
    found.secrets.extend(cut.secrets);
    Resource {
        name,
        definition: Definition::Sql(cut.text),
        secrets: cut.references,
        columns: vec![],
        mode: None,
        rows: Count::UNKNOWN,
        bytes: Count::UNKNOWN,
        owner: None,
        server_id: None,
        running: None,
    }
}
