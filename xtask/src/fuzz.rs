//! Fuzzing on the stable toolchain.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::chores::{Attempt, Failure, cargo, step};
use crate::paths;

/// What can be fuzzed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Fuzz {
    /// The lexer, the parser, the printer, the orderer and the rewriter of statements, guided by what they do
    Sql,
    /// The lexer alone, guided by the branches that a text takes
    SqlLexer,
    /// The parser and the printer, guided by the branches that a text takes
    SqlParser,
    /// The rewriter, the references and the order, guided by the branches that a text takes
    SqlRewriter,
}

/// What has the compiler count branches, for libFuzzer; the stable one knows it too.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
                        -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
                        -Cllvm-args=-sanitizer-coverage-trace-compares -Cdebug-assertions -Ccodegen-units=1";

/// Builds optimised with its assertions, and runs for `seconds`.
pub fn run(name: Fuzz, seconds: u64, seed: u64) -> Result<(), Failure> {
    match name {
        Fuzz::Sql => {
            let mut command = cargo();
            command.args(["run", "--release", "--package", "ferry-sql", "--example", "fuzz_sql", "--"]);
            step("feed the reader of statements", command.args([seconds.to_string(), seed.to_string()]))
        }
        Fuzz::SqlLexer => guided("lexer", seconds, seed),
        Fuzz::SqlParser => guided("parser", seconds, seed),
        Fuzz::SqlRewriter => guided("rewriter", seconds, seed),
    }
}

/// One of the programs in `crates/sql/fuzz`. What it keeps stays in the target folder for the next run; a text that
/// breaks a promise is written beside it.
fn guided(name: &str, seconds: u64, seed: u64) -> Result<(), Failure> {
    let project = paths::root().join("crates/sql/fuzz");
    let folder = paths::target().join("fuzz").join(name);
    let seeds = seeds(&folder)?;
    let mut command = cargo();
    // For a named target the flags are not those of build scripts.
    command.args(["run", "--release", "--target", "host-tuple", "--bin", name, "--"]);
    command.current_dir(project).env("RUSTFLAGS", COVERAGE).env("CARGO_TARGET_DIR", paths::target().join("fuzz"));
    command.arg(folder.join("kept")).arg(seeds);
    command.args([format!("-max_total_time={seconds}"), format!("-seed={seed}")]);
    command.args(["-max_len=4000", "-timeout=10", "-rss_limit_mb=3000", "-print_final_stats=1"]);
    command.arg(format!("-artifact_prefix={}/", folder.display()));
    step(&format!("feed the {name} with texts that nobody wrote"), &mut command)
}

/// The statements of the tests, each in a file of its own.
fn seeds(folder: &Path) -> Result<PathBuf, Failure> {
    let seeds = folder.join("seeds");
    for made in [&seeds, &folder.join("kept")] {
        std::fs::create_dir_all(made).attempt(made.display())?;
    }
    let grammar = paths::root().join("crates/sql/tests/it/grammar");
    for kind in ["definitions", "queries", "commands"] {
        let path = grammar.join(kind).with_extension("sql");
        let text = std::fs::read_to_string(&path).attempt(path.display())?;
        for (n, sql) in text.split("\n---\n").enumerate() {
            let file = seeds.join(format!("{kind}-{n}"));
            std::fs::write(&file, sql).attempt(file.display())?;
        }
    }
    Ok(seeds)
}
