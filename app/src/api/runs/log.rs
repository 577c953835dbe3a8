//! The log of a run.

use ferry_model::{LogChoice, LogPage, RunId};
use leptos::prelude::*;

use crate::AppError;

/// A part of a run's log.
#[server(endpoint = "load_log", input = server_fn::codec::Json)]
pub async fn load_log(run: RunId, choice: LogChoice) -> Result<LogPage, AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    Ok(console.run_log(&caller, &run, &choice).await?)
}
