#![doc = include_str!("../README.md")]

mod ask;
mod cli;
mod commands;
mod exit;
mod interrupt;
mod logging;
mod progress;
mod record;
#[cfg(feature = "sandbox")]
mod sandboxes;
mod say;
pub mod web;

pub use cli::{Cli, Command};
pub use exit::Exit;

/// Carries a command out and says with what code the process ends.
pub async fn run(cli: Cli) -> Exit {
    logging::begin(cli.verbose, &cli.command);
    interrupt::outlive_file_limits();
    match commands::run(cli.command).await {
        Ok(exit) => exit,
        Err(failure) => {
            crate::say::err(failure.text);
            failure.exit
        }
    }
}
