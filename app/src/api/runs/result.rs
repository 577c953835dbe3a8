//! What came of a run.

use ferry_model::{MigrationId, RunId, RunResult};
use leptos::prelude::*;

use crate::AppError;
use crate::compact::Compact;

/// What came of a run of a migration: of the one that is named, or of the newest.
#[server(endpoint = "load_result", output = Compact)]
pub async fn load_result(
    migration: MigrationId,
    #[server(default)] run: Option<RunId>,
) -> Result<Option<RunResult>, AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    Ok(console.run_result(&caller, &migration, run.as_ref()).await?)
}
