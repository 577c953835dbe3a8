//! `ferry sql`: what the console knows of SQL, for scripts.

mod check;
mod input;
mod order;

use serde::Serialize;

use crate::cli::{SqlArgs, SqlCommand};
use crate::exit::{Exit, Failure};

pub(super) fn run(args: SqlArgs) -> Result<Exit, Failure> {
    match args.command {
        SqlCommand::Check(args) => check::run(&args),
        SqlCommand::Order(args) => order::run(&args),
    }
}

/// Prints one line of JSON.
fn line(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value).map_err(|error| Failure::failed(error.to_string()))?;
    crate::say::out(text);
    Ok(())
}
