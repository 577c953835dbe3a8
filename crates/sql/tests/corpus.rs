//! What is read of the shared corpus.

mod support;

use ferry_sql::parse;
use std::collections::BTreeMap;

#[test]
fn statements_that_should_parse_do() {
    let Some(samples) = support::samples() else {
        return;
    };
    let mut table: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut failed = Vec::new();
    for sample in samples.iter().filter(|sample| sample.should_parse) {
        let parsed = parse(&sample.sql);
        let entry = table.entry(sample.tier.clone()).or_default();
        entry.1 += 1;
        match parsed.errors.first() {
            None => entry.0 += 1,
            Some(error) => failed.push((sample, error.clone())),
        }
    }
    for (tier, (good, all)) in &table {
        println!("{tier:20} {good:5} of {all:5}");
    }
    for (sample, error) in &failed {
        println!("{} [{}] {error}", sample.id, sample.tier);
    }
}

#[test]
fn statements_of_the_apps_parse() {
    let Some(apps) = support::apps() else {
        return;
    };
    let mut all = 0;
    let mut good = 0;
    for app in &apps {
        for sql in &app.statements {
            all += 1;
            let parsed = parse(sql);
            match parsed.errors.first() {
                None => good += 1,
                Some(error) => {
                    println!("{} {error}: {}", app.name, sql.chars().take(90).collect::<String>().replace('\n', " "))
                }
            }
        }
    }
    println!("apps {good} of {all}");
}

#[test]
fn what_is_printed_parses_and_prints_the_same() {
    use ferry_sql::print::{Dialect, statement};
    let (Some(samples), Some(apps)) = (support::samples(), support::apps()) else {
        return;
    };
    let texts = samples
        .iter()
        .map(|sample| (&sample.id, &sample.sql))
        .chain(apps.iter().flat_map(|app| app.statements.iter().map(move |sql| (&app.name, sql))));
    let mut bad = 0;
    for (id, sql) in texts {
        let parsed = parse(sql);
        if !parsed.is_ok() {
            continue;
        }
        for found in &parsed.statements {
            let once = statement(found, sql, Dialect::V3);
            let again = parse(&once);
            let twice = match (again.errors.first(), again.statements.first()) {
                (None, Some(again)) => statement(again, &once, Dialect::V3),
                (error, _) => format!("{error:?}"),
            };
            if once != twice {
                bad += 1;
                println!("{id}\n--- {once}\n+++ {twice}");
            }
        }
    }
    println!("{bad} do not come back");
}
