//! What is asked of the run of a plan file beyond going on with it.

use std::path::Path;

use ferry_console::{Console, Wish};

use super::plan_file::read;
use crate::cli::RecordArgs;
use crate::exit::{Exit, Failure};
use crate::{progress, record};

/// Takes the plan's run up for a wish, and shows it to its end.
pub(super) async fn carry_out(plan: &Path, record: &RecordArgs, wish: Wish) -> Result<Exit, Failure> {
    let path = plan.display().to_string();
    let plan_text = read(plan)?;
    let console = record::open_console(record).await?;
    let outcome = watch_to_the_end(&console, &path, &plan_text, wish).await;
    console.shut_down().await;
    outcome
}

async fn watch_to_the_end(console: &Console, path: &str, plan_text: &str, wish: Wish) -> Result<Exit, Failure> {
    let caller = super::operator();
    let migration = console.migration_of_plan_file(&caller, path, plan_text).await?;
    super::wait_for_other_process(console, &caller, &migration).await?;
    let begun = console.wish_of_plan_file(&caller, path, plan_text, wish).await?;
    let view = progress::watch(console, &caller, &begun).await?;
    Ok(Exit::of_run(&view))
}
