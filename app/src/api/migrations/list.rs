//! The list of migrations.

use ferry_model::MigrationSummary;
use leptos::prelude::*;

use crate::AppError;

/// Every migration that the caller may see.
#[server(endpoint = "list_migrations")]
pub async fn list_migrations() -> Result<Vec<MigrationSummary>, AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    Ok(console.list_migrations(&caller).await?)
}
