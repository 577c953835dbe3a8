//! Starting a clean.

use ferry_model::MigrationId;
use leptos::prelude::*;

use crate::AppError;
use crate::compact::Compact;

/// Starts a clean once the migration's name was typed, and goes to its page.
#[server(endpoint = "start_clean", output = Compact)]
pub async fn start_clean(migration: MigrationId, typed_name: String) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    let run = console.clean_start(&caller, &migration, &typed_name).await?;
    leptos_axum::redirect(&format!("/migrations/{migration}/runs/{run}"));
    Ok(())
}
