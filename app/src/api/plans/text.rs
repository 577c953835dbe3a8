//! The plan's text, and checks while somebody types.

use ferry_model::MigrationId;
use leptos::prelude::*;

use crate::AppError;
use crate::compact::Compact;

/// Keeps the text in the draft, whatever it says.
#[server(endpoint = "plan_text", output = Compact)]
pub async fn plan_text(id: MigrationId, text: String) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    console.edit_plan_text(&caller, &id, text, false).await?;
    super::to_plan(&id, "?view=yaml");
    Ok(())
}

/// What an editor shows of a text: `class start end` for each coloured piece and `! line column message` for each
/// problem, one a line; places of pieces count UTF-16 units, as browsers do.
#[server(endpoint = "check_text", output = Compact)]
pub async fn check_text(language: String, text: String) -> Result<String, AppError> {
    crate::api::context::console_and_caller()?;
    Ok(ferry_console::editor_marks(&language, &text))
}
