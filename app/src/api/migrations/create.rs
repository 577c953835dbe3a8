//! A new migration.

use leptos::prelude::*;

use crate::AppError;

/// Makes a migration from a configuration and goes to its page.
#[server(endpoint = "create_migration")]
pub async fn create_migration(name: String, configuration: String) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    let id = console.create_migration(&caller, &name, &configuration).await?;
    leptos_axum::redirect(&format!("/migrations/{id}"));
    Ok(())
}
