//! A new migration.

use std::collections::BTreeMap;

use leptos::prelude::*;

use crate::AppError;
use crate::compact::Compact;

/// Makes a migration, from a configuration or from the fields of a form, and goes to its connections.
#[server(endpoint = "create_migration", output = Compact)]
pub async fn create_migration(
    name: String,
    #[server(default)] configuration: String,
    #[server(default)] form: BTreeMap<String, String>,
) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    let id = if form.is_empty() {
        console.create_migration(&caller, &name, &configuration).await?
    } else {
        let form = crate::api::connection::read_form(&form);
        console.create_migration_from_form(&caller, &name, &form).await?
    };
    console.check_connection(&caller, &id).await?;
    leptos_axum::redirect(&format!("/migrations/{id}/connect"));
    Ok(())
}
