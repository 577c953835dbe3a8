//! Comparing rows by checksums, with real SQL on both sides.

use std::fmt::Write;
use std::sync::Arc;

use ferry_engine::{Control, Wish};
use ferry_model::{
    BucketDifference, CompareBucket, CompareLevel, Count, EventBody, ResourceKind, ResourceName, RunId, RunState,
    RunView, Side, StepAction, StepState, Verification,
};
use ferry_plan::{CompareSpec, Plan, Settings};
use ferry_sandbox::{Edition, Workload};

use crate::pair::Pair;

/// Rows over ten days, with NULLs, duplicates and types that are hashed by their text; and streams with keys.
fn workload() -> Workload {
    let flush = "flush_threshold_ms = 50";
    let mut sql = format!(
        "CREATE DATABASE sales;
         CREATE STREAM sales.orders (id int64, who nullable(string), price nullable(decimal(10, 2)),
             tags array(nullable(string)), at datetime, city low_cardinality(nullable(string)), weight float64)
             SETTINGS {flush};
         CREATE STREAM sales.customers (id int64, name nullable(string)) PRIMARY KEY id
             SETTINGS mode = 'versioned_kv', {flush};
         CREATE STREAM sales.accounts (id int64, region string, amount int64) PRIMARY KEY (id, region)
             SETTINGS mode = 'changelog_kv', {flush};
         CREATE MUTABLE STREAM sales.stock (id int64, n nullable(int32)) PRIMARY KEY id SETTINGS {flush};
         INSERT INTO sales.orders (id, who, price, tags, at, city, weight, _tp_time) VALUES "
    );
    for n in 0..300 {
        let who = if n % 7 == 0 { "NULL".into() } else { format!("'who {n}'") };
        let price = if n % 5 == 0 { "NULL".into() } else { format!("{n}.5") };
        let (city, day) = (if n % 3 == 0 { "NULL" } else { "'Oslo'" }, n % 10 + 1);
        // Every tenth row is there twice.
        for _ in 0..=u32::from(n % 10 == 0) {
            write!(
                sql,
                "({n}, {who}, {price}, ['a', NULL, '{n}'], '2026-01-01 00:00:00', {city}, {n}.25, \
                 '2026-01-{day:02} 12:00:00.{n:03}'), "
            )
            .unwrap();
        }
    }
    let mut sql = sql.trim_end_matches([',', ' ']).to_owned();
    sql.push_str("; INSERT INTO sales.customers (id, name, _tp_time) VALUES ");
    for n in 0..120 {
        let name = if n % 7 == 0 { "NULL".into() } else { format!("'name {n}'") };
        write!(sql, "({}, {name}, '2026-01-01 00:00:00.{n:03}'), ", n % 100).unwrap();
    }
    let mut sql = sql.trim_end_matches([',', ' ']).to_owned();
    sql.push_str("; INSERT INTO sales.accounts (id, region, amount, _tp_delta) VALUES ");
    for n in 0..50 {
        write!(sql, "({n}, 'north', {n}, 1), ").unwrap();
    }
    let mut sql = sql.trim_end_matches([',', ' ']).to_owned();
    sql.push_str("; INSERT INTO sales.stock (id, n) VALUES (1, 5), (2, NULL), (3, 7), (1, 6)");
    Workload::Sql(sql)
}

const STREAMS: [&str; 4] = ["orders", "customers", "accounts", "stock"];

fn stream(name: &str) -> ResourceName {
    let kind = if name == "stock" { ResourceKind::MutableStream } else { ResourceKind::Stream };
    ResourceName::in_database(kind, "sales", name)
}

async fn copied(settings: Settings) -> (Pair, Arc<Plan>, RunView) {
    let mut pair = Pair::new(workload(), settings).await;
    let plan = pair.plan().await;
    let run = pair.run("r-1", &plan, &Control::default()).await.unwrap();
    (pair, plan, run)
}

fn compare<'a>(run: &'a RunView, name: &str) -> &'a ferry_model::StepView {
    let is_it = |step: &&ferry_model::StepView| step.action == StepAction::Compare && step.resource == stream(name);
    run.steps.iter().find(is_it).unwrap()
}

fn bodies(pair: &Pair) -> Vec<EventBody> {
    pair.journal.bodies(&RunId::new("r-1"))
}

fn differences(pair: &Pair) -> Vec<BucketDifference> {
    let differs = |body| match body {
        EventBody::BucketDiffers { difference, .. } => Some(difference),
        _ => None,
    };
    bodies(pair).into_iter().filter_map(differs).collect()
}

impl Pair {
    /// Changes the target, and waits until the change is seen.
    pub async fn tamper(&self, statement: &str, until: &str, expected: u64) {
        self.target.execute(statement).await.unwrap();
        let seen = async {
            while self.target.number(until).await.unwrap() != expected {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(60), seen).await.expect("the change is seen");
    }

    pub async fn verify(&self, plan: &Arc<Plan>) -> RunView {
        self.wish("r-1", plan, &Control::default(), Wish::Verify).await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_14_and_27_streams_of_every_mode_are_verified_by_checksums() {
    let (pair, plan, run) = copied(Settings::default()).await;
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    for name in STREAMS {
        let verified = compare(&run, name).verified.unwrap_or_else(|| panic!("{name} was verified"));
        assert_eq!(verified.level, CompareLevel::Checksum, "{name}");
        assert_eq!((verified.n_late, verified.n_before_horizon), (0, 0), "{name}");
    }
    assert_eq!(compare(&run, "orders").verified.unwrap().n_rows, 330);
    assert!(run.unverified().is_empty());
    assert_eq!(differences(&pair), []);
    let names = pair.target_names().await;
    let again = pair.verify(&plan).await;
    assert_eq!(again.state, RunState::Done, "{again:#?}");
    assert_eq!(pair.target_names().await, names);
    let asked = bodies(&pair).iter().rposition(|body| matches!(body, EventBody::VerifyRequested { .. })).unwrap();
    let is_change = |body: &EventBody| matches!(body, EventBody::CreateIntended { .. } | EventBody::QuerySent { .. });
    assert!(!bodies(&pair)[asked..].iter().any(is_change), "comparing again changes nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_27_one_changed_value_in_a_row_with_a_null_is_seen_and_named() {
    let (pair, plan, _) = copied(Settings::default()).await;
    // Row 7 has no `who`; its price changes by a cent, and the number of rows stays.
    let rows = "SELECT count() FROM table(sales.orders) WHERE id = 7";
    pair.tamper("DELETE FROM sales.orders WHERE id = 7", rows, 0).await;
    let insert = "INSERT INTO sales.orders (id, who, price, tags, at, city, weight, _tp_time) VALUES \
        (7, NULL, 7.51, ['a', NULL, '7'], '2026-01-01 00:00:00', 'Oslo', 7.25, '2026-01-08 12:00:00.007')";
    pair.tamper(insert, rows, 1).await;
    let run = pair.verify(&plan).await;
    assert_eq!(run.state, RunState::Failed);
    let step = compare(&run, "orders");
    assert_eq!((step.state, step.compared), (StepState::Failed, Some((Count::exact(330), Count::exact(330)))));
    let error = step.error.as_ref().unwrap().to_string();
    assert!(error.contains("2026-01-08") && error.contains("id = 7"), "{error}");
    let found = differences(&pair);
    let [difference] = &found[..] else { panic!("{found:?}") };
    let CompareBucket::Time(range) = difference.bucket else { panic!("{difference:?}") };
    assert!(range.contains(1_767_873_600_007), "{difference:?}");
    assert_eq!((difference.only_source, difference.only_target), (Count::exact(1), Count::exact(1)));
    assert_eq!(difference.samples.iter().map(|sample| sample.side).collect::<Vec<_>>(), [Side::Source, Side::Target]);
    for name in &STREAMS[1..] {
        assert_eq!(compare(&run, name).state, StepState::Done, "{name}");
    }
    assert_eq!(run.unverified(), [&stream("orders")], "copied, not verified");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_27_a_null_that_became_an_empty_text_and_a_doubled_row_are_seen() {
    let (pair, plan, _) = copied(Settings::default()).await;
    let rows = "SELECT count() FROM table(sales.orders) WHERE id IN (7, 10, 11)";
    pair.tamper("DELETE FROM sales.orders WHERE id = 7 OR id = 11", rows, 2).await;
    // As many rows as before: 7 with a text instead of NULL, and 10 once more in the place of 11.
    let insert = "INSERT INTO sales.orders (id, who, price, tags, at, city, weight, _tp_time) VALUES \
        (7, '', 7.5, ['a', NULL, '7'], '2026-01-01 00:00:00', 'Oslo', 7.25, '2026-01-08 12:00:00.007'), \
        (10, 'who 10', NULL, ['a', NULL, '10'], '2026-01-01 00:00:00', 'Oslo', 10.25, '2026-01-01 12:00:00.010')";
    pair.tamper(insert, rows, 4).await;
    let run = pair.verify(&plan).await;
    let found = differences(&pair);
    assert_eq!(compare(&run, "orders").state, StepState::Failed);
    let shown: Vec<&str> = found.iter().flat_map(|one| &one.samples).map(|sample| sample.row.as_str()).collect();
    for id in ["id = 7", "id = 10", "id = 11"] {
        assert!(shown.iter().any(|row| row.contains(id)), "{id} is among {shown:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_14_a_changed_and_an_extra_key_on_the_target_are_seen_and_named() {
    let (pair, plan, _) = copied(Settings::default()).await;
    let names = "SELECT count() FROM table(sales.customers) WHERE name = 'changed' OR id = 900";
    let insert = "INSERT INTO sales.customers (id, name, _tp_time) VALUES \
        (42, 'changed', '2026-02-01 00:00:00'), (900, 'extra', '2026-02-01 00:00:00')";
    pair.tamper(insert, names, 2).await;
    let stock = "INSERT INTO sales.stock (id, n) VALUES (2, 0)";
    pair.tamper(stock, "SELECT count() FROM table(sales.stock) WHERE id = 2 AND n = 0", 1).await;
    let run = pair.verify(&plan).await;
    assert_eq!(run.state, RunState::Failed);
    for (name, keys) in [("customers", &["id = 42", "id = 900"][..]), ("stock", &["id = 2"])] {
        let step = compare(&run, name);
        assert_eq!(step.state, StepState::Failed, "{name}");
        let error = step.error.as_ref().unwrap().to_string();
        assert!(keys.iter().all(|key| error.contains(key)), "{name}: {error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_29_rows_that_reach_the_source_after_the_copy_are_counted_and_named_and_no_mismatch() {
    let (pair, plan, _) = copied(Settings::default()).await;
    // Late, and with a time in the middle of what was copied.
    let insert = "INSERT INTO sales.orders (id, tags, at, weight, _tp_time) VALUES \
        (1000, [], '2026-01-01 00:00:00', 1, '2026-01-05 12:00:00'), \
        (1001, [], '2026-01-01 00:00:00', 1, '2027-01-05 12:00:00')";
    pair.source.execute(insert).await.unwrap();
    pair.until_source_counts(&stream("orders"), 332).await;
    let run = pair.verify(&plan).await;
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    let expected = Verification { level: CompareLevel::Checksum, n_rows: 330, n_late: 2, n_before_horizon: 0 };
    assert_eq!(compare(&run, "orders").verified, Some(expected));
    assert_eq!(differences(&pair).iter().map(|one| one.only_source.value).sum::<u64>(), 2);
    // A row that was copied and is gone is not late, however many came to the source.
    let rows = "SELECT count() FROM table(sales.orders) WHERE id = 5";
    pair.tamper("DELETE FROM sales.orders WHERE id = 5", rows, 0).await;
    assert_eq!(pair.verify(&plan).await.state, RunState::Failed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_29_what_the_target_writes_by_itself_after_the_run_is_named_and_no_mismatch() {
    let sql = "CREATE DATABASE sales;
        CREATE STREAM sales.orders (id int64) SETTINGS flush_threshold_ms = 50;
        CREATE STREAM sales.seen (id int64) SETTINGS flush_threshold_ms = 50;
        CREATE MATERIALIZED VIEW sales.see INTO sales.seen AS SELECT id FROM sales.orders;
        INSERT INTO sales.orders (id, _tp_time) VALUES (1, '2026-01-01 00:00:00'), (2, '2026-01-02 00:00:00')";
    let mut pair = Pair::new(Workload::Sql(sql.into()), Settings::default()).await;
    pair.until_source_counts(&stream("seen"), 2).await;
    let plan = pair.plan().await;
    let run = pair.run("r-1", &plan, &Control::default()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    // The view that the run carried over works on the target from now on.
    let rows = "SELECT count() FROM table(sales.seen)";
    pair.tamper("INSERT INTO sales.orders (id) VALUES (3)", rows, 3).await;
    let again = pair.verify(&plan).await;
    assert_eq!(again.state, RunState::Done, "{again:#?}");
    assert_eq!(compare(&again, "seen").verified.unwrap().n_rows, 2);
    let said = format!("{:?}", bodies(&pair));
    assert!(said.contains("0 rows on the source and 1 on the target are not compared"), "{said}");
    // What was copied is still compared.
    pair.tamper("DELETE FROM sales.seen WHERE id = 2", rows, 2).await;
    let again = pair.verify(&plan).await;
    assert_eq!((again.state, compare(&again, "seen").state), (RunState::Failed, StepState::Failed));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_28_rows_before_the_horizon_of_the_plan_are_not_compared_and_said() {
    let (pair, plan, _) = copied(Settings::default()).await;
    let rows = "SELECT count() FROM table(sales.orders) WHERE id = 1";
    pair.tamper("DELETE FROM sales.orders WHERE id = 1", rows, 0).await;
    assert_eq!(pair.verify(&plan).await.state, RunState::Failed);

    let mut pair = Pair::new(workload(), Settings::default()).await;
    let mut plan = Arc::unwrap_or_clone(pair.plan().await);
    for step in plan.steps.iter_mut().filter(|step| step.resource == stream("orders")) {
        if let Some(compare) = &mut step.compare {
            // From the third day on.
            *compare = CompareSpec {
                level: CompareLevel::Checksum,
                from_ms: Some(1_767_398_400_000),
                ..CompareSpec::default()
            };
        }
    }
    let plan = Arc::new(plan);
    pair.run("r-1", &plan, &Control::default()).await.unwrap();
    pair.tamper("DELETE FROM sales.orders WHERE id = 1", rows, 0).await;
    let run = pair.verify(&plan).await;
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    let verified = compare(&run, "orders").verified.unwrap();
    assert_eq!((verified.n_rows, verified.n_before_horizon), (240, 90));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_comparison_that_is_cut_off_goes_on_from_the_part_that_it_had_reached() {
    let (pair, plan, _) = copied(Settings::default()).await;
    let n_parts = || bodies(&pair).iter().filter(|body| matches!(body, EventBody::BucketsCompared { .. })).count();
    let before = n_parts();
    let mut room = Some(4);
    let mut wish = Wish::Verify;
    let mut n_tries = 0;
    let run = loop {
        n_tries += 1;
        assert!(n_tries < 60, "it goes on each time");
        pair.journal.set_room(room);
        match pair.wish("r-1", &plan, &Control::default(), wish.clone()).await {
            Ok(run) => break run,
            Err(_) => (wish, room) = (Wish::GoOn, Some(16)),
        }
    };
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    assert!(n_tries > 1);
    // Three parts of the large stream and one of each other: as many as without interruptions.
    assert_eq!((before, n_parts() - before), (6, 6));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn proton_and_enterprise_compute_the_same_checksums() {
    let sql = "CREATE STREAM default.t (a int32, b nullable(string), c float64) SETTINGS flush_threshold_ms = 50;
        INSERT INTO default.t (a, b, c) VALUES (1, NULL, 0.5), (2, 'x', 1.5)";
    let proton = Edition { engine_version: (1, 6, 9), product_version: "1.6.9".into(), ..Edition::proton() };
    let mut pair = Pair::of(
        proton,
        Edition::enterprise(),
        Workload::Sql(sql.into()),
        Settings { use_timeplusd_for_data_migration: true, ..Settings::default() },
    )
    .await;
    let plan = pair.plan().await;
    let run = pair.run("r-1", &plan, &Control::default()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    let compared = run.steps.iter().find(|step| step.action == StepAction::Compare).unwrap();
    assert_eq!(compared.verified.map(|shown| (shown.level, shown.n_rows)), Some((CompareLevel::Checksum, 2)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_with_many_rows_is_compared_in_parts_that_follow_each_other() {
    let (mut pair, plan, run) = copied(Settings::default()).await;
    let number = compare(&run, "orders").number;
    let n_before = bodies(&pair).len();
    pair.n_compared_at_once = 20;
    let run = pair.verify(&plan).await;
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    let part = |body: &EventBody| match body {
        EventBody::BucketsCompared { step, range, source, .. } if *step == number => Some((*range, source.value)),
        _ => None,
    };
    let parts: Vec<_> = bodies(&pair)[n_before..].iter().filter_map(part).collect();
    // 33 rows a day, two of a millisecond at most.
    assert!(parts.iter().all(|(_, n_rows)| *n_rows <= 20), "{parts:?}");
    assert_eq!(parts.iter().map(|(_, n_rows)| n_rows).sum::<u64>(), 330);
    assert_eq!((parts[0].0.from_ms, parts[parts.len() - 1].0.until_ms), (None, None));
    assert!(parts.windows(2).all(|pair| pair[0].0.until_ms == pair[1].0.from_ms), "{parts:?}");
}
