//! Trying Ferry without a deployment.

use leptos::prelude::*;

use crate::AppError;
use crate::compact::Compact;

/// Starts two sandboxes, makes a migration between them, and goes to it. Takes seconds.
#[server(endpoint = "try_sandboxes", output = Compact)]
pub async fn try_sandboxes() -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    let id = console.try_with_sandboxes(&caller).await?;
    console.check_connection(&caller, &id).await?;
    leptos_axum::redirect(&format!("/migrations/{id}/connect"));
    Ok(())
}
