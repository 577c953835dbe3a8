//! The archive of migrations.

use ferry_model::MigrationId;
use leptos::prelude::*;

use crate::AppError;
use crate::compact::Compact;

/// Archives a migration, and goes to the list.
#[server(endpoint = "archive_migration", output = Compact)]
pub async fn archive_migration(id: MigrationId) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    console.archive_migration(&caller, &id).await?;
    leptos_axum::redirect("/migrations");
    Ok(())
}

/// Takes a migration back from the archive, and goes to it.
#[server(endpoint = "restore_migration", output = Compact)]
pub async fn restore_migration(id: MigrationId) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    console.restore_migration(&caller, &id).await?;
    leptos_axum::redirect(&format!("/migrations/{id}/connect"));
    Ok(())
}
