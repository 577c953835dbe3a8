//! `ferry sql`: what the console knows of SQL, for scripts.

mod check;
mod diff;
mod input;
mod order;
mod rewrite;

use std::path::Path;

use ferry_model::messages::sql as text;
use ferry_sql::script::Script;
use serde::Serialize;

use crate::cli::{SqlArgs, SqlCommand};
use crate::exit::{Exit, Failure};

pub(super) fn run(args: SqlArgs) -> Result<Exit, Failure> {
    match args.command {
        SqlCommand::Check(args) => check::run(&args),
        SqlCommand::Order(args) => order::run(&args),
        SqlCommand::Rewrite(args) => rewrite::run(&args),
        SqlCommand::Diff(args) => diff::run(&args),
    }
}

/// Prints one line of JSON.
fn line(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value).map_err(|error| Failure::failed(error.to_string()))?;
    crate::say::out(text);
    Ok(())
}

/// Says on standard error what of a file does not parse.
fn report_problems(path: &Path, script: &Script) {
    for item in script.items() {
        for error in &item.errors {
            crate::say::err(text::problem(&path.display().to_string(), &item.id, &error.to_string()));
        }
    }
}
