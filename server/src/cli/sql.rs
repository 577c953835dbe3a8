//! `ferry sql`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use ferry_sql::rename::Rename;
use ferry_sql::rewrite::Release;

/// Options of `ferry sql`.
#[derive(Debug, Args)]
#[command(after_help = "\
Each prints one JSON object a line (docs/sql.md). A file is SQL text, or JSON lines with `id` and
`sql`; - is standard input. The exit code is 1 where something does not parse.")]
pub struct SqlArgs {
    /// What to do with the files.
    #[command(subcommand)]
    pub command: SqlCommand,
}

/// What can be done with files of SQL.
#[derive(Debug, Subcommand)]
pub enum SqlCommand {
    /// Say of each statement what it is, what it refers to, where secrets stand and what is wrong.
    #[command(after_help = "Example:\n  ferry sql check schema.sql")]
    Check(SqlFileArgs),
    /// Print the statements' ids in an order in which they can be created, or the circle they form.
    #[command(after_help = "Example:\n  ferry sql order schema.sql")]
    Order(SqlFileArgs),
    /// Print the statements that another release needs in other words, with the rules that changed them.
    #[command(after_help = "Example:\n  ferry sql rewrite --from 1.6.1 --to 3.3.1 schema.sql")]
    Rewrite(SqlRewriteArgs),
    /// Compare the definitions of two files: same, equivalent, or different, and where.
    #[command(after_help = "\
Example:
  ferry sql diff staging.sql production.sql

Exit codes:
  0  every definition is the same or equivalent
  1  a statement does not parse
  2  the command is wrong, or a file cannot be read
  3  definitions differ, or one file has one that the other has not")]
    Diff(SqlDiffArgs),
}

/// Options of `ferry sql rewrite`.
#[derive(Debug, Args)]
pub struct SqlRewriteArgs {
    /// The release that the statements come from: 1.6.1, 2.8.2, proton-3.0.1, enterprise-3.3.1.
    #[arg(long, value_name = "VERSION")]
    pub from: Release,
    /// The release that shall take them.
    #[arg(long, value_name = "VERSION")]
    pub to: Release,
    /// How many nodes the target has.
    #[arg(long, value_name = "N")]
    pub nodes: Option<u32>,
    /// Another name for a database, wherever it stands; may be given several times.
    #[arg(long = "rename-database", value_name = "OLD=NEW", value_parser = database_rename)]
    pub rename_databases: Vec<Rename>,
    /// Print every statement, also those that stay as they are.
    #[arg(long)]
    pub all: bool,
    /// The statements.
    #[command(flatten)]
    pub input: SqlFileArgs,
}

/// Options of `ferry sql diff`.
#[derive(Debug, Args)]
pub struct SqlDiffArgs {
    /// The first file; - for standard input.
    #[arg(value_name = "A")]
    pub first: PathBuf,
    /// The second file.
    #[arg(value_name = "B")]
    pub second: PathBuf,
    /// The database of names that have none.
    #[arg(long, default_value = "default", value_name = "NAME")]
    pub database: String,
}

fn database_rename(text: &str) -> Result<Rename, String> {
    match text.split_once('=') {
        Some((from, to)) if !from.is_empty() && !to.is_empty() => Ok(Rename::database(from, to)),
        _ => Err(ferry_model::messages::sql::bad_rename(text)),
    }
}

/// A file of SQL.
#[derive(Debug, Args)]
pub struct SqlFileArgs {
    /// The file; - for standard input.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The database of names that have none.
    #[arg(long, default_value = "default", value_name = "NAME")]
    pub database: String,
}
