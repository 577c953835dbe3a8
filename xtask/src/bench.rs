//! Benchmarks: figures and ratios taken in one run. They report; they never pass or fail a build.

use clap::ValueEnum;

use crate::bench_demo;
use crate::chores::{Failure, Profile, build_binary, cargo, step};

/// What can be measured.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Bench {
    /// The wire codec beside memcpy and beside the LZ4 library alone
    Wire,
    /// The whole demo migration on both copy paths: seconds, and memory of each process
    Demo,
}

/// Builds optimised and measures.
pub fn run(bench: Bench) -> Result<(), Failure> {
    match bench {
        Bench::Wire => {
            let mut command = cargo();
            command.args(["run", "--release", "--package", "ferry-native", "--features", "arrow"]);
            step("measure the wire", command.args(["--example", "bench_wire"]))
        }
        Bench::Demo => {
            build_binary(Profile::Release)?;
            bench_demo::run()
        }
    }
}
