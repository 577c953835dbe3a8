//! `--dry-run`: what a command would do. Nothing is changed: the record is open for reading only, and the deployments
//! are only asked.

use ferry_console::{DryRun, PlanFile, Timeplus, dry_run_plan_file};
use ferry_model::messages::dry_run as text;
use ferry_model::{MigrationId, StepState};

use crate::cli::RecordArgs;
use crate::exit::{Exit, Failure};
use crate::{record, say};

/// Says what `ferry run` would do.
pub(super) async fn of_run(args: &RecordArgs, file: &PlanFile<'_>) -> Result<Exit, Failure> {
    let record = record::open_read_only(args).await?;
    let would = dry_run_plan_file(record.as_ref(), &Timeplus::default(), &super::operator(), file).await;
    if let Some(record) = record {
        record.shut_down().await;
    }
    tell(would?)
}

fn tell(would: DryRun) -> Result<Exit, Failure> {
    say::out(text::heading(would.goes_on_with.as_ref(), &would.target));
    for step in &would.steps {
        let level = step.compares.map(|spec| spec.level);
        say::out(format_args!(
            "  {}",
            text::step(step.number, step.action, &step.resource, step.state, step.rows, level)
        ));
    }
    for note in &would.notes {
        say::out(text::note(note));
    }
    match would.refused {
        Some(error) => {
            let Failure { text, .. } = Failure::from(error);
            Err(Failure { text, exit: Exit::Refused })
        }
        None => {
            let n_left = would.steps.iter().filter(|step| !matches!(step.state, StepState::Done | StepState::Skipped));
            say::out(text::end(n_left.count()));
            Ok(Exit::Done)
        }
    }
}

/// Says what `ferry clean` would remove.
pub(super) async fn of_clean(args: &RecordArgs, path: &str, plan_text: &str) -> Result<Exit, Failure> {
    let Some(console) = record::open_read_only(args).await? else {
        return Err(Failure { text: text::no_record(&record::place(args)?), exit: Exit::Refused });
    };
    let outcome = preview(&console, path, plan_text).await;
    console.shut_down().await;
    outcome
}

async fn preview(console: &ferry_console::Console, path: &str, plan_text: &str) -> Result<Exit, Failure> {
    let caller = super::operator();
    let id: MigrationId = console.migration_of_plan_file(&caller, path, plan_text).await?;
    let preview = console.clean_preview(&caller, &id).await?;
    say::out(text::clean_heading(preview.entries.len(), &preview.target));
    for entry in &preview.entries {
        say::out(format_args!("  {}", text::clean_entry(&entry.resource, entry.step, entry.presence)));
    }
    match preview.problem {
        Some(problem) => Err(problem.into()),
        None => Ok(Exit::Done),
    }
}
