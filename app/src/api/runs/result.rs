//! What came of a run.

use ferry_model::{MigrationId, RunId, RunResult};
use leptos::prelude::*;

use crate::AppError;

/// What came of a run of a migration: of the one that is named, or of the newest.
#[server(endpoint = "load_result", input = server_fn::codec::Json)]
pub async fn load_result(migration: MigrationId, run: Option<RunId>) -> Result<Option<RunResult>, AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    Ok(console.run_result(&caller, &migration, run.as_ref()).await?)
}
