//! Controlling a run. What follows is seen in its events.

use ferry_model::{MigrationId, RunId, StepNumber};
use leptos::prelude::*;

use crate::AppError;
use crate::compact::Compact;

/// Asks the run to stand still after the steps in flight.
#[server(endpoint = "pause_run", output = Compact)]
pub async fn pause_run(run: RunId) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    Ok(console.run_pause(&caller, &run).await?)
}

/// Lets a paused or interrupted run go on.
#[server(endpoint = "resume_run", output = Compact)]
pub async fn resume_run(run: RunId) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    Ok(console.run_resume(&caller, &run).await?)
}

/// Asks the run to end early.
#[server(endpoint = "cancel_run", output = Compact)]
pub async fn cancel_run(run: RunId) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    Ok(console.run_cancel(&caller, &run).await?)
}

/// Tries failed and blocked steps again.
#[server(endpoint = "retry_run", output = Compact)]
pub async fn retry_run(run: RunId) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    Ok(console.run_retry(&caller, &run).await?)
}

/// Tries one step again, and those that were not tried because of it.
#[server(endpoint = "retry_step", output = Compact)]
pub async fn retry_step(run: RunId, step: StepNumber) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    Ok(console.run_retry_step(&caller, &run, step).await?)
}

/// Lets the run go on as if one step were done. The reason is recorded.
#[server(endpoint = "skip_step", output = Compact)]
pub async fn skip_step(run: RunId, step: StepNumber, reason: String) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    Ok(console.run_skip_step(&caller, &run, step, &reason).await?)
}

/// Compares every stream that the run copied again, and goes to its page. Changes nothing on either side.
#[server(endpoint = "verify_run", output = Compact)]
pub async fn verify_run(migration: MigrationId, run: RunId) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    console.run_verify(&caller, &run).await?;
    leptos_axum::redirect(&format!("/migrations/{migration}/runs/{run}"));
    Ok(())
}

/// Copies again what differs of the stream that a step compares, and goes to the run's page.
#[server(endpoint = "recopy_step", output = Compact)]
pub async fn recopy_step(migration: MigrationId, run: RunId, step: StepNumber) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    console.run_recopy_step(&caller, &run, step).await?;
    leptos_axum::redirect(&format!("/migrations/{migration}/runs/{run}"));
    Ok(())
}

/// Gives the word for which the run waits: what writes or acts by itself starts on the target.
#[server(endpoint = "cut_over_run", output = Compact)]
pub async fn cut_over_run(run: RunId) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    Ok(console.run_cut_over(&caller, &run).await?)
}

/// Copies the rows that reached the source after the copies, and goes to the run's page.
#[server(endpoint = "catch_up_run", output = Compact)]
pub async fn catch_up_run(migration: MigrationId, run: RunId) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    console.run_catch_up(&caller, &run).await?;
    leptos_axum::redirect(&format!("/migrations/{migration}/runs/{run}"));
    Ok(())
}
