//! Captures for the inventory.

use ferry_model::MigrationId;
use leptos::prelude::*;

use crate::AppError;
use crate::compact::Compact;

/// Begins a capture of both deployments, and goes to where its progress is told.
#[server(endpoint = "start_capture", output = Compact)]
pub async fn start_capture(id: MigrationId) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    console.capture_start(&caller, &id).await?;
    leptos_axum::redirect(&format!("/migrations/{id}/inventory"));
    Ok(())
}

/// Ends a capture early.
#[server(endpoint = "cancel_capture", output = Compact)]
pub async fn cancel_capture(id: MigrationId) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    console.capture_cancel(&caller, &id).await?;
    leptos_axum::redirect(&format!("/migrations/{id}/inventory"));
    Ok(())
}
