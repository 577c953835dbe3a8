//! The newest revision of a plan.

use ferry_model::{MigrationId, PlanOverview};
use leptos::prelude::*;

use crate::AppError;
use crate::compact::Compact;

/// The newest revision, where there is one.
#[server(endpoint = "get_plan", output = Compact)]
pub async fn get_plan(id: MigrationId) -> Result<Option<PlanOverview>, AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    Ok(console.plan(&caller, &id).await?)
}
