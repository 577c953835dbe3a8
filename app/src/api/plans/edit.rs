//! Single changes.

use ferry_model::MigrationId;
use leptos::prelude::*;

use crate::AppError;
use crate::compact::Compact;

/// Switches steps on or off; `steps` are numbers separated by commas.
#[server(endpoint = "plan_enable", output = Compact)]
pub async fn plan_enable(id: MigrationId, steps: String, enabled: bool) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    let numbers = steps.split(',').filter_map(|step| step.parse().ok()).map(ferry_model::StepNumber);
    let numbers: Vec<ferry_model::StepNumber> = numbers.collect();
    let place = numbers.first().map(|step| format!("?pick={step}#step-{step}")).unwrap_or_default();
    console.edit_plan(&caller, &id, &[ferry_console::PlanEdit::Enable { steps: numbers, enabled }]).await?;
    super::to_plan(&id, &place);
    Ok(())
}

/// Decides about the rows of a materialized view without INTO.
#[server(endpoint = "plan_inner_rows", output = Compact)]
pub async fn plan_inner_rows(id: MigrationId, step: u32, rows: String) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    let known = ferry_console::InnerRows::of_word(&rows);
    let unknown = || ferry_model::FerryError::NotFound { what: "way to treat the rows".into(), id: rows.clone() };
    let rows = known.ok_or_else(unknown)?;
    let edit = ferry_console::PlanEdit::InnerRows { step: ferry_model::StepNumber(step), rows };
    console.edit_plan(&caller, &id, &[edit]).await?;
    super::to_plan(&id, &format!("?step={step}"));
    Ok(())
}

/// Decides what happens where the target has the resource already.
#[server(endpoint = "plan_if_exists", output = Compact)]
pub async fn plan_if_exists(id: MigrationId, step: u32, choice: String) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    let unknown = || ferry_model::FerryError::NotFound { what: "choice".into(), id: choice.clone() };
    let known = ferry_console::IfExists::of_word(&choice).ok_or_else(unknown)?;
    let edit = ferry_console::PlanEdit::IfExists { step: ferry_model::StepNumber(step), choice: known };
    console.edit_plan(&caller, &id, &[edit]).await?;
    super::to_plan(&id, &format!("?step={step}"));
    Ok(())
}

/// Sets how a stream is copied; `order_by` are columns separated by commas.
#[server(endpoint = "plan_copy", output = Compact)]
pub async fn plan_copy(id: MigrationId, step: u32, threads: u64, order_by: String) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    let number = ferry_model::StepNumber(step);
    let columns = order_by.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let threads = ferry_console::PlanEdit::Threads { step: number, threads };
    let order_by = ferry_console::PlanEdit::OrderBy { step: number, columns };
    console.edit_plan(&caller, &id, &[threads, order_by]).await?;
    super::to_plan(&id, &format!("?step={step}"));
    Ok(())
}

/// Sets how closely a stream is compared; `accepts_movement` is a box that is ticked or not there.
#[server(endpoint = "plan_compare", output = Compact)]
pub async fn plan_compare(
    id: MigrationId,
    step: u32,
    level: String,
    accepts_movement: Option<String>,
) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    let known = ferry_model::CompareLevel::ALL.into_iter().find(|one| one.as_str() == level);
    let unknown = || ferry_model::FerryError::NotFound { what: "way to compare".into(), id: level.clone() };
    let edit = ferry_console::PlanEdit::Compare {
        step: ferry_model::StepNumber(step),
        level: known.ok_or_else(unknown)?,
        accepts_movement: accepts_movement.is_some(),
    };
    console.edit_plan(&caller, &id, &[edit]).await?;
    super::to_plan(&id, &format!("?step={step}"));
    Ok(())
}

/// Replaces a definition: SQL, or the JSON of what the app server holds.
#[server(endpoint = "plan_definition", output = Compact)]
pub async fn plan_definition(id: MigrationId, step: u32, text: String) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    console.edit_plan_definition(&caller, &id, ferry_model::StepNumber(step), &text).await?;
    super::to_plan(&id, &format!("?step={step}"));
    Ok(())
}

/// Sets the most rows of one inserted block.
#[server(endpoint = "plan_block_size", output = Compact)]
pub async fn plan_block_size(id: MigrationId, rows: u64) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    console.edit_plan(&caller, &id, &[ferry_console::PlanEdit::MaxBlockSize { rows }]).await?;
    super::to_plan(&id, "");
    Ok(())
}
