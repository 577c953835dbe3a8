//! `ferry sql`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

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
