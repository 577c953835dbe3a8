//! What a clean would remove.

use ferry_model::{CleanPreview, MigrationId};
use leptos::prelude::*;

use crate::AppError;
use crate::compact::Compact;

/// What a clean would remove; nothing is changed.
#[server(endpoint = "preview_clean", output = Compact)]
pub async fn preview_clean(migration: MigrationId) -> Result<CleanPreview, AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    Ok(console.clean_preview(&caller, &migration).await?)
}
