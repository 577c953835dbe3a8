//! `ferry runs`: list the newest runs.

use ferry_model::messages::{cli as text, run_sentence};

use crate::cli::RunsArgs;
use crate::exit::{Exit, Failure};
use crate::record;

pub(super) async fn run(args: RunsArgs) -> Result<Exit, Failure> {
    let console = record::open_console(&args.record).await?;
    let listed = list(&console).await;
    console.shut_down().await;
    let lines = listed?;
    if lines.is_empty() {
        crate::say::out(text::no_runs(&record::place(&args.record)?));
    }
    for line in lines {
        crate::say::out(line);
    }
    Ok(Exit::Done)
}

async fn list(console: &ferry_console::Console) -> Result<Vec<String>, Failure> {
    let caller = super::operator();
    let mut lines = Vec::new();
    for run in console.newest_runs(&caller).await? {
        let migration = console.migration(&caller, &run.migration).await?;
        lines.push(format!("{}  {}  {}  {}", run.id, migration.name, run.started_by, run_sentence(&run)));
    }
    Ok(lines)
}
