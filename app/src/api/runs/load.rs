//! A run as it stands.

use ferry_model::{RunId, RunView};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::AppError;
use crate::compact::Compact;

/// What the run room shows at first, but the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoadedRun {
    /// Which run.
    pub id: RunId,
    /// The run as it stands.
    pub view: RunView,
}

/// A run as it stands.
#[server(endpoint = "load_run", output = Compact)]
pub async fn load_run(id: RunId) -> Result<LoadedRun, AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    let view = console.run_view(&caller, &id).await?;
    Ok(LoadedRun { id, view })
}
