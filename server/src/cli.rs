//! The command line, as clap reads it. Its texts are what `--help` teaches.

mod sql;

use std::ffi::OsString;
use std::net::SocketAddr;
#[cfg(feature = "sandbox")]
use std::num::NonZeroU32;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use sql::{SqlArgs, SqlCommand, SqlDiffArgs, SqlFileArgs, SqlRewriteArgs};

const EXAMPLES: &str = "\
A migration in three commands:
  ferry plan   -f migration.yaml -p plan.yaml   read the source, write the plan
  ferry run    -p plan.yaml                     create on the target, copy the rows, compare
  ferry clean  -p plan.yaml                     remove from the target what the run made

And once more whether both sides are the same:
  ferry verify -p plan.yaml

To try it without any deployment:
  ferry demo

Exit codes:
  0    everything was done
  1    something failed; `ferry run` again goes on from there
  2    the command, the configuration or the plan is wrong
  3    refused before any change, for example because a resource exists on the target
  4    a script must add --yes
  5    everything was copied, and not all of it verified
  6    everything else was done; creations are deferred, because the target cannot reach what they need
  7    everything was copied and compared; the cut-over waits for your word (--cut-over)
  130  interrupted or cancelled; the same command goes on from there";

/// Moves data and resources between Timeplus deployments: plan, run, watch, clean.
#[derive(Debug, Parser)]
#[command(name = "ferry", version, about, after_help = EXAMPLES)]
pub struct Cli {
    /// Say more: -v for what Ferry does, -vv for what its parts do. RUST_LOG goes before it.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

impl Cli {
    /// Reads the command line of this process.
    pub fn of_process() -> Self {
        Self::parse_from(words_of(std::env::args_os().collect(), std::env::var_os("LEPTOS_SITE_ROOT")))
    }
}

/// `cargo leptos watch` starts the binary without a command, and says in the environment where it laid out the site:
/// then the console is served.
fn words_of(mut words: Vec<OsString>, site_of_watch: Option<OsString>) -> Vec<OsString> {
    if let (1, Some(site)) = (words.len(), site_of_watch) {
        words.extend(["serve".into(), "--site".into(), site]);
    }
    words
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read a source and write a migration plan, which you then read and edit.
    Plan(PlanArgs),
    /// Carry a plan out. Interrupted or failed, the same command goes on from there.
    Run(RunArgs),
    /// Compare the rows of both sides again, as the plan says. Changes nothing.
    Verify(VerifyArgs),
    /// Remove from the target exactly what runs of a plan made, after showing it.
    Clean(CleanArgs),
    /// List the newest runs.
    Runs(RunsArgs),
    /// Write everything that is recorded of a run to one file, or check such a file.
    Evidence(EvidenceArgs),
    /// Serve the console in the browser.
    Serve(ServeArgs),
    /// Read files of Timeplus SQL: find mistakes, references and secrets, and put statements in order.
    Sql(SqlArgs),
    /// Ask a running console whether it is healthy (for health checks).
    Health(HealthArgs),
    /// Start two sandboxes and the console, with a migration that is ready to run.
    #[cfg(feature = "sandbox")]
    Demo(DemoArgs),
    /// Start one sandbox: a stand-in for a Timeplus deployment. Prints one line of JSON once it serves.
    #[cfg(feature = "sandbox")]
    Sandbox(SandboxArgs),
}

/// Where Ferry keeps its record. `run`, `clean`, `runs` and `serve` share it.
#[derive(Debug, Clone, Args)]
pub struct RecordArgs {
    /// The folder of the record; by default `ferry` in the data folder of your account.
    #[arg(long, env = "FERRY_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// A PostgreSQL database for the record instead of SQLite in the data directory.
    #[arg(long, env = "FERRY_DATABASE_URL", value_name = "postgres://..", hide_env_values = true)]
    pub database_url: Option<String>,
}

/// Options of `ferry plan`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ferry plan -f migration.yaml -p plan.yaml")]
pub struct PlanArgs {
    /// The configuration: source, target and settings, as for `timeplus migrate`.
    #[arg(short = 'f', long = "file", env = "FERRY_CONFIG", value_name = "CONFIG")]
    pub config: PathBuf,
    /// The plan to write.
    #[arg(short = 'p', long = "plan", value_name = "PLAN")]
    pub plan: PathBuf,
    /// Write over an existing plan without asking.
    #[arg(long)]
    pub yes: bool,
}

/// Options of `ferry run`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  ferry run -p plan.yaml

Secrets are not in the plan. They come from the environment (FERRY_SECRET_..), the
configuration, or the source itself; a missing one is named with its key.
Ctrl-C pauses at a safe point; pressed twice it leaves at once.

One step at a time, after a failure:
  ferry run -p plan.yaml --retry 12
  ferry run -p plan.yaml --skip 12 --reason \"made by hand\"
  ferry run -p plan.yaml --recopy 12    (the comparison that found a difference)

Rows that reached the source after their copy:
  ferry run -p plan.yaml --catch-up

The word to cut over, where the plan says `cut_over: on_request`:
  ferry run -p plan.yaml --cut-over")]
pub struct RunArgs {
    /// The plan to carry out.
    #[arg(short = 'p', long = "plan", value_name = "PLAN")]
    pub plan: PathBuf,
    /// The configuration; by default the file that the plan was made from.
    #[arg(short = 'f', long = "file", env = "FERRY_CONFIG", value_name = "CONFIG")]
    pub config: Option<PathBuf>,
    /// Say what would be done, and change nothing.
    #[arg(long, conflicts_with_all = ["retry", "skip", "recopy", "catch_up", "cut_over"])]
    pub dry_run: bool,
    /// Give only this step of the unfinished run another turn, and what was not tried because of it.
    #[arg(long, value_name = "STEP", conflicts_with = "skip")]
    pub retry: Option<u32>,
    /// Copy again what this comparison found to differ, and compare again. Where the target can delete rows only the
    /// differing parts are copied; otherwise the stream is made again.
    #[arg(long, value_name = "STEP", conflicts_with_all = ["retry", "skip", "catch_up"])]
    pub recopy: Option<u32>,
    /// Copy the rows that reached the source after the copies, and compare again. Can be repeated.
    #[arg(long, conflicts_with_all = ["retry", "skip"])]
    pub catch_up: bool,
    /// Start materialized views, sources and everything else that writes or acts by itself on the target. The run waits
    /// for this where its plan says `cut_over: on_request`.
    #[arg(long, conflicts_with_all = ["retry", "skip", "recopy", "catch_up"])]
    pub cut_over: bool,
    /// Go on as if this step were done. Needs --reason.
    #[arg(long, value_name = "STEP", requires = "reason")]
    pub skip: Option<u32>,
    /// Why the step is skipped; everybody reads it in the run's record.
    #[arg(long, value_name = "TEXT", requires = "skip")]
    pub reason: Option<String>,
    #[command(flatten)]
    #[allow(missing_docs, reason = "clap takes the documentation of the flattened struct")]
    pub record: RecordArgs,
}

/// Options of `ferry verify`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  ferry verify -p plan.yaml

How closely each stream is compared is in the plan: `compare.level` of its step.
It ends with code 1 where anything differs, and names the rows.")]
pub struct VerifyArgs {
    /// The plan that was run.
    #[arg(short = 'p', long = "plan", value_name = "PLAN")]
    pub plan: PathBuf,
    #[command(flatten)]
    #[allow(missing_docs, reason = "clap takes the documentation of the flattened struct")]
    pub record: RecordArgs,
}

/// Options of `ferry clean`.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  ferry clean -p plan.yaml\n  ferry clean -p plan.yaml --yes    (in a script)")]
pub struct CleanArgs {
    /// The plan whose runs are cleaned up after.
    #[arg(short = 'p', long = "plan", value_name = "PLAN")]
    pub plan: PathBuf,
    /// Remove without asking. Needed where nobody can be asked.
    #[arg(long)]
    pub yes: bool,
    /// Say what would be removed, and change nothing.
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
    #[command(flatten)]
    #[allow(missing_docs, reason = "clap takes the documentation of the flattened struct")]
    pub record: RecordArgs,
}

/// Options of `ferry runs`.
#[derive(Debug, Args)]
pub struct RunsArgs {
    #[command(flatten)]
    #[allow(missing_docs, reason = "clap takes the documentation of the flattened struct")]
    pub record: RecordArgs,
}

/// Options of `ferry evidence`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    arg_required_else_help = true,
    after_help = "\
Example:
  ferry runs
  ferry evidence 0199.. -o evidence.json
  ferry evidence verify evidence.json

The file holds the plan, every event, what was made and what the comparisons found;
no secrets. Checking it needs nothing but the file."
)]
pub struct EvidenceArgs {
    /// The run, as `ferry runs` lists it.
    #[arg(value_name = "RUN", required = true)]
    pub run: Option<String>,
    /// The file to write; by default `evidence-RUN.json`.
    #[arg(short = 'o', long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Write over an existing file.
    #[arg(long)]
    pub yes: bool,
    #[command(flatten)]
    #[allow(missing_docs, reason = "clap takes the documentation of the flattened struct")]
    pub record: RecordArgs,
    /// Check a file instead.
    #[command(subcommand)]
    pub command: Option<EvidenceCommand>,
}

/// What to do with evidence that is there.
#[derive(Debug, Subcommand)]
pub enum EvidenceCommand {
    /// Check a file of evidence, offline.
    Verify(EvidenceVerifyArgs),
}

/// Options of `ferry evidence verify`.
#[derive(Debug, Args)]
pub struct EvidenceVerifyArgs {
    /// The file to check.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Options of `ferry serve`.
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  ferry serve --listen 127.0.0.1:3000

The first administrator comes in through a one-time link that is printed at start.
Put a proxy with TLS in front of it to serve other machines.")]
pub struct ServeArgs {
    /// Where to listen; port 0 is chosen by the system.
    #[arg(long, default_value = "127.0.0.1:3000", env = "FERRY_LISTEN", value_name = "ADDR:PORT")]
    pub listen: SocketAddr,
    #[command(flatten)]
    #[allow(missing_docs, reason = "clap takes the documentation of the flattened struct")]
    pub record: RecordArgs,
    #[command(flatten)]
    #[allow(missing_docs, reason = "clap takes the documentation of the flattened struct")]
    pub site: SiteArgs,
}

/// What the browser gets.
#[derive(Debug, Clone, Args)]
pub struct SiteArgs {
    /// The folder with the browser's part; by default `site` beside the executable.
    #[arg(long, env = "FERRY_SITE", value_name = "DIR")]
    pub site: Option<PathBuf>,
    /// Let sessions travel over plain HTTP to other machines than this one.
    #[arg(long)]
    pub plain_http: bool,
}

/// Options of `ferry health`.
#[derive(Debug, Args)]
pub struct HealthArgs {
    /// Where the console listens.
    #[arg(long, default_value = "127.0.0.1:3000", value_name = "ADDR:PORT")]
    pub address: SocketAddr,
}

/// Options of `ferry demo`.
#[cfg(feature = "sandbox")]
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Where the console listens; port 0 is chosen by the system.
    #[arg(long, default_value = "127.0.0.1:3000", value_name = "ADDR:PORT")]
    pub listen: SocketAddr,
    /// How much data the source holds: 1 is two million rows.
    #[arg(long, default_value_t = 1.0, value_name = "FACTOR")]
    pub scale: f64,
    /// Rows of one inserted block while copying.
    #[arg(long, default_value_t = 20_000, value_name = "ROWS")]
    pub max_block_size: u64,
    /// Rows that one query of the source sends in a second at most: a copy that is slow enough to be watched.
    #[arg(long, value_name = "ROWS")]
    pub rows_per_second: Option<NonZeroU32>,
    /// Keep the record here instead of in a temporary folder.
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    #[command(flatten)]
    #[allow(missing_docs, reason = "clap takes the documentation of the flattened struct")]
    pub site: SiteArgs,
}

/// Options of `ferry sandbox`.
#[cfg(feature = "sandbox")]
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  ferry sandbox --workload demo
  ferry sandbox --workload empty --user admin --password secret

It serves until Ctrl-C. The line of JSON has timeplusd_address, app_server_address,
timeplusd_http_address, username and password: what a configuration needs.")]
pub struct SandboxArgs {
    /// What it holds: demo, empty, or a file of SQL statements.
    #[arg(long, default_value = "empty", value_name = "demo|empty|FILE.sql")]
    pub workload: String,
    /// How much data the demo holds: 1 is two million rows.
    #[arg(long, default_value_t = 1.0, value_name = "FACTOR")]
    pub scale: f64,
    /// Keep everything here; without it, in memory only.
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Rows that one query of the sandbox sends in a second at most: a copy that is slow enough to be watched.
    #[arg(long, value_name = "ROWS")]
    pub rows_per_second: Option<NonZeroU32>,
    /// Where timeplusd's native port listens; port 0 is chosen by the system.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDR:PORT")]
    pub native: SocketAddr,
    /// Where the app server listens.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDR:PORT")]
    pub app: SocketAddr,
    /// Where timeplusd's own HTTP port listens.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDR:PORT")]
    pub http: SocketAddr,
    /// Who may sign in.
    #[arg(long, default_value = "default", value_name = "U")]
    pub user: String,
    /// The user's password.
    #[arg(long, default_value = "", hide_default_value = true, value_name = "P")]
    pub password: String,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn a_watched_console_is_served_and_every_command_stays() {
        let words = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        let site = || Some(OsString::from("target/site"));
        assert_eq!(words_of(words(&["ferry"]), site()), words(&["ferry", "serve", "--site", "target/site"]));
        assert_eq!(words_of(words(&["ferry", "runs"]), site()), words(&["ferry", "runs"]));
        assert_eq!(words_of(words(&["ferry"]), None), words(&["ferry"]));
    }

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
