//! Measures the reader of statements beside two others, in one run: `cargo xtask bench sql`.
//!
//! - Beside the PyPI package `timeplus-sqlglot`, in the Python that `FERRY_BENCH_PYTHON` names.
//! - Beside the crate `sqlparser` with its ClickHouse dialect, on what both can read.
//! - From 1,000 to 100,000 definitions to an ordered graph, each in a process of its own.
//!
//! Statements come from the shared corpus beside the project, or from the file that `FERRY_CORPUS`
//! names: JSON lines with `sql`, `tier` and `should_parse`.

mod corpus;
mod graph;
mod others;
mod timing;

use corpus::Sample;
use timing::{Rate, measure, measure_both};

fn main() {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some("graph") {
        let count = arguments.next().and_then(|count| count.parse().ok()).expect("`graph COUNT`");
        return graph::report(count);
    }
    match corpus::samples() {
        Some(samples) => speed(&samples),
        None => println!("the shared corpus is not beside the project: name it with FERRY_CORPUS"),
    }
    println!(
        "\n{:>11} {:>10} {:>12} {:>14} {:>10} {:>12}",
        "definitions", "seconds", "processor s", "us/definition", "edges", "peak MB"
    );
    for count in [1_000, 10_000, 100_000] {
        graph::in_own_process(count);
    }
}

fn speed(samples: &[Sample]) {
    let valid: Vec<&Sample> = samples.iter().filter(|sample| sample.should_parse).collect();
    let shown: Vec<&Sample> = valid.iter().copied().filter(|sample| sample.tier == "show_create_output").collect();
    for (what, set) in [("meant to be valid", &valid), ("what servers print", &shown)] {
        let read = set.iter().filter(|sample| ferry_sql::parse(&sample.sql).is_ok()).count();
        println!("{what:<22} {read:5} of {:5} read", set.len());
    }
    let all: Vec<&str> = valid.iter().map(|sample| sample.sql.as_str()).collect();
    println!("\n{:<44} {:>7} {:>12} {:>9} {:>8}", "", "texts", "texts/s", "MB/s", "ratio");
    let ours = measure(&all, |sql| ferry_sql::parse(sql).statements.len());
    ours.print("ferry-sql", None);
    let references = measure(&all, |sql| {
        let parsed = ferry_sql::parse(sql);
        let found = parsed.statements.iter().map(|it| ferry_sql::references(it, "default", &|_: &str| false));
        found.map(|references| references.items.len()).sum()
    });
    references.print("ferry-sql with references", None);
    if let Some(theirs) = others::sqlglot(&all) {
        theirs.all.print(&format!("timeplus-sqlglot ({} read)", theirs.read.len()), Some(ours));
        let both: Vec<&str> = theirs.read.iter().map(|&n| all[n]).collect();
        let ours: Rate = measure(&both, |sql| ferry_sql::parse(sql).statements.len());
        ours.print("ferry-sql on what both read", None);
        theirs.on_read.print("timeplus-sqlglot on what both read", Some(ours));
    }
    let both: Vec<&str> =
        all.iter().copied().filter(|sql| others::sqlparser(sql).is_some() && ferry_sql::parse(sql).is_ok()).collect();
    let (ours, theirs) = measure_both(
        &both,
        |sql| ferry_sql::parse(sql).statements.len(),
        |sql| others::sqlparser(sql).unwrap_or_default(),
    );
    ours.print("ferry-sql on what both read", None);
    theirs.print(&format!("sqlparser ({} read)", both.len()), Some(ours));
}
