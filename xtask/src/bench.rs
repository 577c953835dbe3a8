//! Benchmarks: figures and ratios taken in one run. They report; they never pass or fail a build.

use clap::ValueEnum;

use crate::chores::{Failure, Profile, build_binary, cargo, step};
use crate::prepare;
use crate::{bench_console, bench_demo, bench_run};

/// What can be measured.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Bench {
    /// The wire codec beside memcpy and beside the LZ4 library alone
    Wire,
    /// The relay alone beside a plain TCP forwarder, the LZ4 library and the official Python driver
    Relay,
    /// The reader of statements beside `timeplus-sqlglot` and `sqlparser`, and graphs of many definitions
    Sql,
    /// The whole demo migration on both copy paths: seconds, and memory of each process
    Demo,
    /// A copy of 20 million rows beside one big INSERT, and its verification beside the copy
    Run,
    /// The console over a plan of 10,000 steps, in a browser: measures the build that is there
    Console,
}

/// Builds optimised and measures.
pub fn run(bench: Bench) -> Result<(), Failure> {
    match bench {
        Bench::Wire => {
            let mut command = cargo();
            command.args(["run", "--release", "--package", "ferry-native", "--features", "arrow"]);
            step("measure the wire", command.args(["--example", "bench_wire"]))
        }
        Bench::Relay => {
            let python = prepare::python()?;
            let mut command = cargo();
            command.args(["run", "--release", "--package", "ferry-native", "--example", "bench_relay"]);
            step("measure the relay", command.env("FERRY_BENCH_PYTHON", python))
        }
        Bench::Sql => {
            let python = prepare::bench_python()?;
            let mut command = cargo();
            command.args(["run", "--release", "--package", "ferry-sql", "--example", "bench_sql"]);
            step("measure the reader of statements", command.env("FERRY_BENCH_PYTHON", python))
        }
        Bench::Demo => {
            build_binary(Profile::Release)?;
            bench_demo::run()
        }
        Bench::Run => {
            build_binary(Profile::Release)?;
            bench_run::run()
        }
        Bench::Console => bench_console::run(),
    }
}
