//! Fuzzing on the stable toolchain.

use clap::ValueEnum;

use crate::chores::{Failure, cargo, step};

/// What can be fuzzed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Fuzz {
    /// The lexer, the parser, the printer, the orderer and the rewriter of statements
    Sql,
}

/// Builds optimised with its assertions, and runs for `seconds`.
pub fn run(name: Fuzz, seconds: u64, seed: u64) -> Result<(), Failure> {
    match name {
        Fuzz::Sql => {
            let mut command = cargo();
            command.args(["run", "--release", "--package", "ferry-sql", "--example", "fuzz_sql", "--"]);
            step("feed the reader of statements", command.args([seconds.to_string(), seed.to_string()]))
        }
    }
}
