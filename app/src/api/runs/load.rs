//! A run as it stands.

use ferry_model::{Event, RunId, RunView};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::AppError;

/// Everything that the run room shows at first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoadedRun {
    /// Which run.
    pub id: RunId,
    /// The run as it stands.
    pub view: RunView,
    /// Its latest events, for the log; they may go on after the view.
    pub events: Vec<Event>,
}

/// How many of the latest events the log begins with.
#[cfg(feature = "ssr")]
const LOG_LENGTH: u64 = 500;

/// A run as it stands.
#[server(endpoint = "load_run")]
pub async fn load_run(id: RunId) -> Result<LoadedRun, AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    let view = console.run_view(&caller, &id).await?;
    let events = console.run_events(&caller, &id, view.last_seq.saturating_sub(LOG_LENGTH)).await?;
    Ok(LoadedRun { id, view, events })
}
