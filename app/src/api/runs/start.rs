//! Starting a run.

use ferry_model::MigrationId;
use leptos::prelude::*;

use crate::AppError;
use crate::compact::Compact;

/// Starts a run of the revision whose digest the person saw, and goes to its page.
#[server(endpoint = "start_run", output = Compact)]
pub async fn start_run(migration: MigrationId, digest: String) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    let run = console.run_start(&caller, &migration, &digest).await?;
    leptos_axum::redirect(&format!("/migrations/{migration}/runs/{run}"));
    Ok(())
}
