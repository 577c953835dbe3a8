//! The log of a run.

use ferry_model::{LogChoice, LogPage, RunId};
use leptos::prelude::*;

use crate::AppError;
use crate::compact::Compact;

/// A part of a run's log.
#[server(endpoint = "load_log", output = Compact)]
pub async fn load_log(run: RunId, #[server(default)] choice: LogChoice) -> Result<LogPage, AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    Ok(console.run_log(&caller, &run, &choice).await?)
}
