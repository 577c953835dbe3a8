//! The other readers.

use crate::timing::Rate;
use std::io::Write;
use std::process::{Command, Stdio};

/// How many statements `sqlparser` finds; `None` where it cannot read the text.
pub fn sqlparser(sql: &str) -> Option<usize> {
    let dialect = sqlparser::dialect::ClickHouseDialect {};
    sqlparser::parser::Parser::parse_sql(&dialect, sql).ok().map(|statements| statements.len())
}

/// What `timeplus-sqlglot` did.
pub struct Sqlglot {
    /// Over all texts, those that it cannot read included.
    pub all: Rate,
    /// Over those that it can.
    pub on_read: Rate,
    /// Which those are.
    pub read: Vec<usize>,
}

/// Reads all texts with `timeplus-sqlglot`; `None` where `FERRY_BENCH_PYTHON` names no Python that has it.
pub fn sqlglot(texts: &[&str]) -> Option<Sqlglot> {
    let Some(python) = std::env::var_os("FERRY_BENCH_PYTHON") else {
        println!("{:<44} not measured: `cargo xtask bench sql` prepares it", "timeplus-sqlglot");
        return None;
    };
    let mut command = Command::new(python);
    command.args(["-c", include_str!("sqlglot.py")]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the Python of FERRY_BENCH_PYTHON starts");
    let input = serde_json::to_vec(texts).expect("texts are JSON");
    // Dropping it ends the child's input.
    child.stdin.take().expect("its input is a pipe").write_all(&input).expect("it reads its input");
    let output = child.wait_with_output().expect("it ends");
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout).expect("it prints what it measured");
    let read: Vec<usize> = serde_json::from_value(answer["read"].clone()).expect("indexes");
    let readable: Vec<&str> = read.iter().map(|&n| texts[n]).collect();
    let seconds = |key: &str| answer[key].as_f64().expect("seconds");
    Some(Sqlglot {
        all: Rate::of(texts, seconds("all_seconds")),
        on_read: Rate::of(&readable, seconds("read_seconds")),
        read,
    })
}
