//! One migration.

use ferry_model::{MigrationId, MigrationSummary};
use leptos::prelude::*;

use crate::AppError;
use crate::compact::Compact;

/// One migration as its header shows it.
#[server(endpoint = "get_migration", output = Compact)]
pub async fn get_migration(id: MigrationId) -> Result<MigrationSummary, AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    Ok(console.migration(&caller, &id).await?)
}
