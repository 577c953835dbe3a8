//! The demo workload.

use ferry_sandbox::{Sandbox, Workload};

use super::support::{connect, run, start_with, texts};

async fn start() -> Sandbox {
    start_with(|options| options.workload = Workload::Demo { scale: 0.002 }).await
}

#[tokio::test]
async fn the_demo_has_the_same_rows_at_every_start() {
    let (first, second) = (start().await, start().await);
    let (mut one, mut two) = (connect(&first).await, connect(&second).await);
    for sql in [
        "SELECT database, name, engine, mode, total_rows FROM system.tables ORDER BY database, name",
        "SELECT count(), sum(trade_id), sum(quantity), max(price), count_distinct(order_id) FROM table(market.trades)",
        "SELECT count(), sum(speed_kmh), max(sensors['tyre_pressure']) FROM table(fleet.telemetry)",
        "SELECT account, balance FROM table(ledger.v_balance) ORDER BY account LIMIT 20",
    ] {
        let found = texts(&mut one, sql).await;
        assert!(!found.is_empty(), "{sql}");
        assert_eq!(found, texts(&mut two, sql).await, "{sql}");
    }
    assert_eq!(texts(&mut one, "SELECT count() FROM table(market.trades)").await, [["1400"]]);
}

#[tokio::test]
async fn a_loaded_workload_is_kept_and_one_that_was_cut_off_is_refused() {
    let directory = tempfile::tempdir().expect("a folder");
    let options = || ferry_sandbox::SandboxOptions {
        data_dir: Some(directory.path().to_owned()),
        workload: Workload::Demo { scale: 0.001 },
        ..ferry_sandbox::SandboxOptions::default()
    };
    let count = "SELECT count() FROM table(market.trades)";
    let first = Sandbox::start(options()).await.expect("starts");
    first.shutdown().await;
    let second = Sandbox::start(options()).await.expect("starts again");
    assert_eq!(texts(&mut connect(&second).await, count).await, [["700"]]);
    second.shutdown().await;
    std::fs::remove_file(directory.path().join("workload-loaded")).expect("the mark of a whole workload");
    let refused = Sandbox::start(options()).await.err().map(|error| error.to_string());
    assert!(refused.is_some_and(|text| text.contains("not a whole workload")));
}

#[tokio::test]
async fn every_definition_of_the_demo_creates_the_same_elsewhere() {
    let source = start().await;
    let target = super::support::start().await;
    let (mut from, mut to) = (connect(&source).await, connect(&target).await);
    let lists = [
        ("SHOW DATABASES", "SHOW CREATE DATABASE"),
        ("SHOW FORMAT SCHEMAS", "SHOW CREATE FORMAT SCHEMA"),
        ("SHOW FUNCTIONS", "SHOW CREATE FUNCTION"),
    ];
    let mut n_created = 0;
    for (list, show) in lists {
        for row in texts(&mut from, list).await {
            if !["default", "system", "neutron", "information_schema", "INFORMATION_SCHEMA"].contains(&row[0].as_str())
            {
                let printed = texts(&mut from, &format!("{show} `{}`", row[0])).await[0][0].clone();
                // 2.x prints no language for JavaScript (resources.md 3.8 T5).
                let is_script =
                    printed.contains(" AS $$") && !printed.contains("LANGUAGE") && show.ends_with("FUNCTION");
                let printed =
                    if is_script { printed.replacen(" AS $$", " LANGUAGE JAVASCRIPT AS $$", 1) } else { printed };
                run(&mut to, &printed).await;
                n_created += 1;
            }
        }
    }
    // Views come after what they read; a later round makes what an earlier one could not.
    let all = "SELECT create_table_query FROM system.tables WHERE database != 'system' ORDER BY database, name";
    let mut waiting: Vec<String> = texts(&mut from, all).await.into_iter().map(|mut row| row.remove(0)).collect();
    n_created += waiting.len();
    while !waiting.is_empty() {
        let before = waiting.len();
        let mut left = Vec::new();
        for statement in waiting {
            if to.execute(statement.as_str()).await.is_err() {
                left.push(statement);
            }
        }
        assert!(left.len() < before, "these cannot be created: {left:#?}");
        waiting = left;
    }
    assert_eq!(texts(&mut from, all).await, texts(&mut to, all).await);
    assert!(n_created + 11 >= 60, "{n_created} resources besides the 11 of REST");
}
