//! The draft as a whole.

use ferry_model::MigrationId;
use leptos::prelude::*;

use crate::AppError;
use crate::compact::Compact;

/// Takes the last edit back, makes it again, throws the draft away, or saves it over the newest revision that the
/// caller knows of: `undo`, `redo`, `discard`, `save`.
#[server(endpoint = "plan_draft", output = Compact)]
pub async fn plan_draft(id: MigrationId, over: u32, action: String) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    match action.as_str() {
        "undo" => console.undo_plan_edit(&caller, &id).await?,
        "redo" => console.redo_plan_edit(&caller, &id).await?,
        "discard" => console.discard_plan_draft(&caller, &id).await?,
        "save" => {
            console.save_plan_draft(&caller, &id, over).await?;
            super::to_plan(&id, "");
        }
        other => {
            return Err(AppError(ferry_model::FerryError::NotFound { what: "action".into(), id: other.into() }));
        }
    }
    Ok(())
}
