//! The runs of a migration.

use ferry_model::{MigrationId, RunSummary};
use leptos::prelude::*;

use crate::AppError;
use crate::compact::Compact;

/// Every run of a migration, newest first.
#[server(endpoint = "list_runs", output = Compact)]
pub async fn list_runs(migration: MigrationId) -> Result<Vec<RunSummary>, AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    Ok(console.runs_of_migration(&caller, &migration).await?)
}
