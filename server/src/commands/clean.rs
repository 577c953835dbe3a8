//! `ferry clean`: remove from the target what runs of a plan made.

use ferry_console::{Begun, Console};
use ferry_model::messages::cli as text;
use ferry_model::{Caller, MigrationId};

use super::plan_file::read;
use crate::cli::CleanArgs;
use crate::exit::{Exit, Failure};
use crate::{ask, progress, record};

pub(super) async fn run(args: CleanArgs) -> Result<Exit, Failure> {
    let path = args.plan.display().to_string();
    let plan_text = read(&args.plan)?;
    if args.dry_run {
        return super::dry_run::of_clean(&args.record, &path, &plan_text).await;
    }
    let console = record::open_console(&args.record).await?;
    let outcome = clean(&console, &path, &plan_text, args.yes).await;
    console.shut_down().await;
    outcome
}

async fn clean(console: &Console, path: &str, plan_text: &str, sure: bool) -> Result<Exit, Failure> {
    let caller = super::operator();
    let id = console.migration_of_plan_file(&caller, path, plan_text).await?;
    let preview = console.clean_preview(&caller, &id).await?;
    let n = preview.entries.len();
    if n == 0 {
        crate::say::out(text::NOTHING_TO_CLEAN);
        return Ok(Exit::Done);
    }
    crate::say::out(text::clean_heading(n, &preview.target));
    for name in preview.names() {
        crate::say::out(format_args!("  {name}"));
    }
    if !sure {
        if !ask::somebody_is_there() {
            return Err(Failure::needs_yes(text::clean_needs_yes(n)));
        }
        if !ask::yes(text::clean_question(n, &preview.target)).await {
            return Err(Failure::needs_yes(text::NOTHING_CHANGED));
        }
    }
    super::wait_for_other_process(console, &caller, &id).await?;
    if let Some(exit) = end_unfinished_run(console, &caller, &id).await? {
        return Ok(exit);
    }
    let run = console.clean_start(&caller, &id, &preview.confirm_with).await?;
    let view = progress::watch(console, &caller, &Begun { run, after_seq: 0 }).await?;
    Ok(Exit::of_run(&view))
}

/// A run that was paused or interrupted is cancelled before its traces are removed; a clean that was interrupted is
/// gone on with instead.
async fn end_unfinished_run(console: &Console, caller: &Caller, id: &MigrationId) -> Result<Option<Exit>, Failure> {
    let runs = console.runs_of_migration(caller, id).await?;
    let Some(newest) = runs.first() else { return Ok(None) };
    let view = console.run_view(caller, &newest.id).await?;
    let begun = Begun { run: newest.id.clone(), after_seq: view.last_seq };
    let is_clean = view.mode == ferry_model::RunMode::Clean;
    if is_clean && view.state != ferry_model::RunState::Done {
        match view.state.is_over() {
            true => console.run_retry(caller, &newest.id).await?,
            false => console.run_resume(caller, &newest.id).await?,
        }
        let view = progress::watch(console, caller, &begun).await?;
        return Ok(Some(Exit::of_run(&view)));
    }
    if !view.state.is_over() {
        crate::say::err(text::cancelling_first(&newest.id));
        console.run_cancel(caller, &newest.id).await?;
        progress::watch(console, caller, &begun).await?;
    }
    Ok(None)
}
