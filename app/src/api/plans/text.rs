//! The plan's text, and what an editor asks while somebody types.

use ferry_model::{Keeping, MigrationId, Problem};
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

/// Keeps what stands in an editor in the caller's draft: the definition of a step, or the whole text. `known` is the
/// digest of the text that the editor knows to be kept, `stamp` what it was given with it. Answers in JSON.
#[server(endpoint = "plan_keep")]
pub async fn plan_keep(
    id: MigrationId,
    step: Option<u32>,
    text: String,
    known: String,
    stamp: String,
) -> Result<Keeping, AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    let step = step.map(ferry_model::StepNumber);
    let typed = ferry_console::TypedText { step, text: &text, known: &known, stamp: &stamp };
    let kept = console.keep_typed_text(&caller, &id, &typed).await;
    Ok(kept.unwrap_or_else(|error| Keeping::Refused { why: ferry_model::messages::error_text(&error) }))
}

/// What is wrong with a text while somebody types it: JSON, or the text of a whole plan. Answers in JSON.
#[server(endpoint = "check_text")]
pub async fn check_text(language: String, text: String) -> Result<Vec<Problem>, AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    Ok(console.check_text(&caller, &language, text).await?)
}
