//! The project's chores. `cargo xtask help` explains each; nothing but Rust, and Node for the browser tests, has to
//! be there before.

mod bench;
mod bench_console;
mod bench_demo;
mod bench_run;
mod bundle;
mod chaos;
mod chores;
mod demo;
mod dockerfile;
mod editor;
mod fuzz;
mod lint;
mod module;
mod paths;
mod postgres;
mod prepare;
mod sandbox;
mod screenshots;
mod site;
mod test;

use clap::{Parser, Subcommand};

use crate::chores::Failure;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The chores of the Ferry project", disable_help_subcommand = false)]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Build the console: the browser's part, the styles, and the binary `ferry`
    Build {
        /// Optimise and compress, as for production
        #[arg(long)]
        release: bool,
        /// Make only the site folder, not the binary
        #[arg(long)]
        site_only: bool,
    },
    /// Start a source sandbox, a target sandbox and the console, and print the address to open
    Demo {
        /// Use the optimised build
        #[arg(long)]
        release: bool,
        /// Passed on to `ferry demo`, after `--`
        #[arg(last = true)]
        rest: Vec<String>,
    },
    /// Prepare what is missing and pass every test, the browser's included
    #[command(args_conflicts_with_subcommands = true)]
    Test {
        #[command(subcommand)]
        one: Option<LongTest>,
        /// Leave out the tests that need Chromium and Node
        #[arg(long)]
        without_browser: bool,
        /// Leave out the tests that need Python
        #[arg(long)]
        without_python: bool,
        /// Leave out the tests of the record on PostgreSQL; those on SQLite stay
        #[arg(long)]
        without_postgres: bool,
    },
    /// Check format and lints for both targets; cargo-deny and cargo-machete where installed
    Lint,
    /// Picture every page, in both themes and two widths, into `target/screenshots`
    Screenshots,
    /// Measure, and print ratios taken in one run: `wire`, `relay`, `sql`, `demo` or `console`
    Bench {
        /// What to measure
        #[arg(value_enum)]
        name: bench::Bench,
    },
    /// Feed the reader of SQL with texts that nobody wrote, until the time is over or a promise is broken
    Fuzz {
        /// What to feed
        #[arg(value_enum)]
        name: fuzz::Fuzz,
        /// For how long
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        /// Other numbers make other texts
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Install what builds and tests need and the machine lacks
    Prepare,
}

/// Tests that take longer than every change should wait.
#[derive(Subcommand)]
enum LongTest {
    /// Kill the console and the deployments and break their connections, at moments that seeds decide
    Chaos(chaos::Chaos),
}

fn main() {
    let outcome = run(Arguments::parse().chore);
    if let Err(failure) = outcome {
        eprintln!("error: {failure}");
        std::process::exit(1);
    }
}

fn run(chore: Chore) -> Result<(), Failure> {
    match chore {
        Chore::Build { release, site_only } => {
            let profile = chores::Profile::from_release_flag(release);
            prepare::wasm_target()?;
            if profile == chores::Profile::Release {
                prepare::wasm_optimiser()?;
            }
            site::build(profile)?;
            if site_only { Ok(()) } else { chores::build_binary(profile) }
        }
        Chore::Demo { release, rest } => demo::run(chores::Profile::from_release_flag(release), &rest),
        Chore::Test { one: Some(LongTest::Chaos(chaos)), .. } => chaos::run(&chaos),
        Chore::Test { without_browser, without_python, without_postgres, one: None } => {
            test::run(test::Choice { without_browser, without_python, without_postgres })
        }
        Chore::Lint => lint::run(),
        Chore::Screenshots => screenshots::run(),
        Chore::Bench { name } => bench::run(name),
        Chore::Fuzz { name, seconds, seed } => fuzz::run(name, seconds, seed),
        Chore::Prepare => prepare::everything(),
    }
}
