//! Another name for a migration.

use ferry_model::MigrationId;
use leptos::prelude::*;

use crate::AppError;
use crate::compact::Compact;

/// Renames a migration, and goes back to its connections.
#[server(endpoint = "rename_migration", output = Compact)]
pub async fn rename_migration(id: MigrationId, name: String) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    console.rename_migration(&caller, &id, &name).await?;
    leptos_axum::redirect(&format!("/migrations/{id}/connect"));
    Ok(())
}
