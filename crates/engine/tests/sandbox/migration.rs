//! Whole migrations.

use std::fmt::Write;
use std::sync::Arc;

use ferry_engine::{Control, EngineError, preview_clean};
use ferry_model::{EventBody, ResourceKind, ResourceName, RunId, RunState, StepAction};
use ferry_plan::{CopyThrough, Settings};
use ferry_sandbox::{Edition, Workload};

use crate::pair::{PASSWORD, Pair};

/// Three streams of different modes, a view, a function, and a materialized view between two of them.
fn workload() -> Workload {
    let flush = "flush_threshold_ms = 50";
    let mut sql = format!(
        "CREATE DATABASE sales;
         CREATE FUNCTION add_one AS (x) -> x + 1;
         CREATE STREAM sales.orders (id int64, who nullable(string), price decimal(10, 2)) SETTINGS {flush};
         CREATE STREAM sales.customers (id int64, name string) PRIMARY KEY id
             SETTINGS mode = 'versioned_kv', {flush};
         CREATE STREAM sales.`big orders` (id int64) SETTINGS shards = 3, {flush};
         CREATE VIEW sales.cheap AS SELECT id FROM sales.orders WHERE price < 10;
         CREATE MATERIALIZED VIEW sales.picks INTO sales.`big orders` AS SELECT id FROM sales.orders WHERE price > 1000;"
    );
    let rows = |count: u32, row: &dyn Fn(u32) -> String| (0..count).map(row).collect::<Vec<_>>().join(", ");
    let time = |n: u32| format!("'2026-01-{:02} 00:00:00.{:03}'", n % 28 + 1, n % 1000);
    let who = |n: u32| if n.is_multiple_of(7) { "NULL".into() } else { format!("'who {n}'") };
    let orders = rows(300, &|n| format!("({n}, {}, {n}.5, {})", who(n), time(n)));
    let customers = rows(50, &|n| format!("({n}, 'name {n}', {})", time(n)));
    let big = rows(90, &|n| format!("({n}, {})", time(n)));
    write!(sql, "INSERT INTO sales.orders (id, who, price, _tp_time) VALUES {orders};").unwrap();
    write!(sql, "INSERT INTO sales.customers (id, name, _tp_time) VALUES {customers};").unwrap();
    write!(sql, "INSERT INTO sales.`big orders` (id, _tp_time) VALUES {big};").unwrap();
    Workload::Sql(sql)
}

fn stream(name: &str) -> ResourceName {
    ResourceName::in_database(ResourceKind::Stream, "sales", name)
}

const STREAMS: [(&str, u64); 3] = [("orders", 300), ("customers", 50), ("big orders", 90)];

fn settings(through_timeplusd: bool) -> Settings {
    Settings { use_timeplusd_for_data_migration: through_timeplusd, ..Settings::default() }
}

fn proton(version: (u64, u64, u64)) -> Edition {
    let (major, minor, patch) = version;
    Edition { engine_version: version, product_version: format!("{major}.{minor}.{patch}"), ..Edition::proton() }
}

async fn assert_complete(pair: &Pair) {
    for (name, n_rows) in STREAMS {
        assert_eq!(pair.counts(&stream(name)).await, (n_rows, n_rows), "{name}");
    }
    let times = "SELECT count() FROM table(sales.orders) WHERE to_year(_tp_time) = 2026 AND who IS NULL";
    let (source, target) = (pair.source.number(times).await.unwrap(), pair.target.number(times).await.unwrap());
    assert_eq!((source, target), (43, 43), "rule 13: times and NULLs are the source's own");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_migration_is_captured_planned_run_and_cleaned_on_both_copy_paths() {
    for through_timeplusd in [true, false] {
        let mut pair = Pair::new(workload(), settings(through_timeplusd)).await;
        let before = pair.target_names().await;
        let plan = pair.plan().await;
        let run = pair.run("r-1", &plan, &Control::default()).await.unwrap();
        assert_eq!(run.state, RunState::Done, "timeplusd: {through_timeplusd}, {run:#?}");
        assert_complete(&pair).await;
        let texts = serde_json::to_string(&pair.journal.events(&RunId::new("r-1"))).unwrap();
        assert!(!texts.contains(PASSWORD), "rule 6");

        let items = preview_clean(&pair.ledger("r-1"), &pair.target).await.unwrap();
        assert!(items.iter().all(|item| item.exists), "{items:?}");
        let clean = pair.clean("c-1", "r-1").await;
        assert_eq!(clean.state, RunState::Done, "{clean:#?}");
        assert_eq!(pair.target_names().await, before, "rule 25: the names are really gone");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn proton_moves_to_enterprise() {
    let mut pair = Pair::of(proton((1, 6, 9)), Edition::enterprise(), workload(), settings(true)).await;
    let plan = pair.plan().await;
    let run = pair.run("r-1", &plan, &Control::default()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    assert_complete(&pair).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_8_a_proton_that_cannot_pull_is_refused_as_a_target() {
    let mut pair = Pair::of(Edition::enterprise(), proton((1, 6, 8)), workload(), settings(true)).await;
    let before = pair.target_names().await;
    let mut plan = Arc::unwrap_or_clone(pair.plan().await);
    plan.settings.copy_through = CopyThrough::Helper;
    let plan = Arc::new(plan);
    let refused = pair.run("r-1", &plan, &Control::default()).await;
    let Err(EngineError::Refused(error)) = refused else { panic!("{refused:?}") };
    assert!(error.to_string().contains("1.6.9"), "{error}");
    assert_eq!(pair.target_names().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_8_a_proton_that_cannot_pull_gets_its_rows_through_the_relay_that_its_plan_proposes() {
    let mut pair = Pair::of(Edition::enterprise(), proton((1, 6, 8)), workload(), settings(true)).await;
    let plan = pair.plan().await;
    assert_eq!(plan.settings.copy_through, CopyThrough::Relay);
    let rules: Vec<&str> = plan.findings.iter().map(|finding| finding.rule.as_str()).collect();
    assert!(rules.contains(&"relay") && !rules.contains(&"helper-password"), "{rules:?}");
    let run = pair.run("r-1", &plan, &Control::default()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    assert_complete(&pair).await;
    let is_helper = |body: &EventBody| matches!(body, EventBody::CreateIntended { resource, .. } if resource.name.starts_with("ferry_helper_"));
    assert!(!pair.journal.bodies(&RunId::new("r-1")).iter().any(is_helper), "rule 6: no password on the target");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_2_a_second_run_finds_everything_there_and_changes_nothing() {
    let mut pair = Pair::new(workload(), settings(true)).await;
    let plan = pair.plan().await;
    pair.run("r-1", &plan, &Control::default()).await.unwrap();
    let names = pair.target_names().await;
    let refused = pair.run("r-2", &plan, &Control::default()).await;
    assert!(matches!(refused, Err(EngineError::Refused(_))), "{refused:?}");
    assert!(pair.ledger("r-2").entries.is_empty());
    assert_eq!(pair.target_names().await, names);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_5_a_target_that_a_run_holds_is_refused_to_another() {
    let mut pair = Pair::new(workload(), settings(true)).await;
    let plan = pair.plan().await;
    let control = Control::default();
    let person = async {
        pair.until("r-1", |body| matches!(body, EventBody::StepStarted { .. })).await;
        control.pause("anna");
        pair.until("r-1", |body| matches!(body, EventBody::RunPaused)).await;
        let refused = pair.run("r-2", &plan, &Control::default()).await;
        let Err(EngineError::Refused(error)) = refused else { panic!("{refused:?}") };
        assert!(error.to_string().contains("run r-1 of anna (console-a)"), "{error}");
        control.resume("anna");
    };
    let (run, ()) = tokio::join!(pair.run("r-1", &plan, &control), person);
    assert_eq!(run.unwrap().state, RunState::Done);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_cut_off_again_and_again_loses_and_doubles_nothing() {
    let mut pair = Pair::new(workload(), settings(true)).await;
    let plan = pair.plan().await;
    pair.run_cut_off("r-1", &plan, 12).await;
    assert_complete(&pair).await;
    pair.journal.set_room(None);
    let clean = pair.clean("c-1", "r-1").await;
    assert_eq!(clean.state, RunState::Done, "{clean:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_workload_is_migrated_whole_and_cleaned_whole() {
    let settings = Settings {
        max_block_size: 20_000,
        stop_data_ingestion_on_source: true,
        stop_data_ingestion_on_target: true,
        stop_sinks_on_source: true,
        stop_materialized_views_on_source: true,
        ..Settings::default()
    };
    let mut pair = Pair::new(Workload::Demo { scale: 0.001 }, settings).await;
    let before = pair.target_names().await;
    let plan = pair.decided_plan().await;
    let run = pair.run("r-1", &plan, &Control::default()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    let copies: Vec<_> = run.steps.iter().filter(|step| step.action == StepAction::Copy).collect();
    let mut n_filled = 0;
    for copy in copies {
        let (source, target) = pair.counts(&copy.resource).await;
        assert_eq!(source, target, "{}", copy.resource);
        n_filled += u32::from(source > 0);
    }
    assert!(n_filled >= 8, "the demo has rows in 8 streams: {n_filled}");
    let running = |connectors: Vec<ferry_timeplus::Connector>| connectors.iter().filter(|one| one.running).count();
    assert_eq!(running(pair.source.sources().await.unwrap()), 0, "rule 23: the source stays stopped");
    assert_eq!(running(pair.target.sources().await.unwrap()), 0);
    assert_eq!(running(pair.source.sinks().await.unwrap()), 0, "rule 23: its sinks too");
    let stopped = run.steps.iter().filter(|step| step.action == StepAction::Stop);
    let views: Vec<_> = stopped.filter(|step| step.resource.kind == ResourceKind::MaterializedView).collect();
    assert!(!views.is_empty(), "the demo has materialized views");
    for view in views {
        assert!(!pair.source.materialized_view_runs(&view.resource).await.unwrap(), "{} runs", view.resource);
    }

    let clean = pair.clean("c-1", "r-1").await;
    assert_eq!(clean.state, RunState::Done, "{clean:#?}");
    assert_eq!(pair.target_names().await, before);
    assert!(pair.target.sources().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_6_helpers_sign_in_with_a_named_collection_and_hold_no_password() {
    let collection = Some("the source".to_owned());
    let mut pair = Pair::new(workload(), Settings { helper_named_collection: collection, ..Settings::default() }).await;
    let plan = pair.plan().await;
    let Err(EngineError::Refused(error)) = pair.run("r-1", &plan, &Control::default()).await else {
        panic!("a collection that is not there");
    };
    assert!(error.to_string().contains("no named collection `the source`"), "{error}");

    let login = pair.helper_login();
    let statement = format!(
        "CREATE NAMED COLLECTION `the source` AS hosts = '{}', user = '{}', password = '{PASSWORD}'",
        login.host, login.user
    );
    pair.target.execute(&statement).await.unwrap();
    let run = pair.run("r-2", &plan, &Control::default()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    assert_complete(&pair).await;
    let helpers =
        pair.target.rows("SELECT name, create_table_query FROM system.tables WHERE name LIKE 'ferry_helper%'");
    let helpers = helpers.await.unwrap();
    let definitions: Vec<&str> = helpers.iter().map(|row| row.text("create_table_query")).collect();
    assert_eq!(definitions.len(), STREAMS.len());
    for definition in definitions {
        assert!(definition.contains("named_collection") && !definition.contains(PASSWORD), "{definition}");
    }
}
