//! One file per command.

mod clean;
#[cfg(feature = "sandbox")]
mod demo;
mod dry_run;
mod evidence;
mod health;
mod plan;
mod plan_file;
mod run;
mod runs;
#[cfg(feature = "sandbox")]
mod sandbox;
mod serve;
mod sql;
mod verify;
mod wish;

use ferry_console::Console;
use ferry_model::messages::cli as text;
use ferry_model::{Caller, MigrationId};

use crate::cli::Command;
use crate::exit::{Exit, Failure};

pub(crate) async fn run(command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Plan(args) => plan::run(args).await,
        Command::Run(args) => run::run(args).await,
        Command::Verify(args) => verify::run(args).await,
        Command::Clean(args) => clean::run(args).await,
        Command::Evidence(args) => evidence::run(args).await,
        Command::Runs(args) => runs::run(args).await,
        Command::Serve(args) => serve::run(args).await,
        Command::Sql(args) => sql::run(args),
        Command::Health(args) => health::run(args).await,
        #[cfg(feature = "sandbox")]
        Command::Demo(args) => demo::run(args).await,
        #[cfg(feature = "sandbox")]
        Command::Sandbox(args) => sandbox::run(args).await,
    }
}

/// Who works at this terminal, by the name of their account.
fn operator() -> Caller {
    let account = ["USER", "LOGNAME", "USERNAME"].iter().find_map(|name| std::env::var(name).ok());
    Caller::command_line(account.filter(|name| !name.is_empty()).unwrap_or_else(|| "command line".into()))
}

/// A run whose process was killed is free within seconds; one that another process works on stays refused.
async fn wait_for_other_process(console: &Console, caller: &Caller, migration: &MigrationId) -> Result<(), Failure> {
    if let Some(run) = console.held_run(caller, migration).await? {
        crate::say::err(text::waiting_for_other_process(&run));
        console.wait_until_free(caller, &run).await?;
    }
    Ok(())
}
