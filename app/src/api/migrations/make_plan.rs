//! Capturing the source and making a plan.

use ferry_model::MigrationId;
use leptos::prelude::*;

use crate::AppError;
use crate::compact::Compact;

/// Captures the source and makes the next revision. Takes seconds.
#[server(endpoint = "make_plan", output = Compact)]
pub async fn make_plan(id: MigrationId) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    console.make_plan(&caller, &id).await?;
    Ok(())
}
