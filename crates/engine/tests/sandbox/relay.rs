//! Rows that Ferry moves itself, with real SQL and real sockets on both sides.

use std::fmt::Write;
use std::sync::Arc;

use ferry_engine::{Control, EngineError};
use ferry_model::{EventBody, ResourceKind, ResourceName, RunId, RunState, StepAction};
use ferry_plan::{CopyThrough, Plan, Settings};
use ferry_sandbox::Workload;

use crate::pair::{PASSWORD, Pair};

const N_ORDERS: u64 = 600;
const N_CUSTOMERS: u64 = 50;

/// An append stream of three shards with columns of every kind, and one whose rows have keys.
fn workload() -> Workload {
    let mut sql = String::from(
        "CREATE DATABASE sales;
         CREATE STREAM sales.orders (
             id int64, who nullable(string), price decimal(10, 2), city low_cardinality(string), tags array(string),
             attributes map(string, uint64), pair tuple(uint32, string), code fixed_string(3), flag bool, day date,
             state enum8('new' = 1, 'old' = 2), ip ipv4, ref uuid, wide int128, at datetime64(6, 'UTC'), ratio float64
         ) SETTINGS shards = 3, flush_threshold_ms = 50;
         CREATE STREAM sales.customers (id int64, name string) PRIMARY KEY id
             SETTINGS mode = 'versioned_kv', flush_threshold_ms = 50;
         INSERT INTO sales.orders (id, who, price, city, tags, attributes, pair, code, flag, day, state, ip, ref, wide, \
             at, ratio, _tp_time) VALUES ",
    );
    for n in 0..N_ORDERS {
        let who = if n.is_multiple_of(7) { "NULL".into() } else { format!("'who {n}'") };
        let tags = if n.is_multiple_of(3) { "[]".into() } else { format!("['a', 'tag {n}']") };
        write!(
            sql,
            "({n}, {who}, {n}.25, 'city {}', {tags}, {{'k': {n}}}, ({n}, 'p'), 'abc', {}, '2026-01-{:02}', 'old', \
             '10.0.0.{}', '00000000-0000-0000-0000-{n:012}', {n}, '2026-01-01 00:00:00.{n:06}', {n}.5, \
             '2026-01-{:02} 12:00:00.{n:03}'), ",
            n % 5,
            n.is_multiple_of(2),
            n % 28 + 1,
            n % 250,
            n % 10 + 1,
        )
        .unwrap();
    }
    let mut sql = sql.trim_end_matches([',', ' ']).to_owned();
    sql.push_str("; INSERT INTO sales.customers (id, name, _tp_time) VALUES ");
    for n in 0..2 * N_CUSTOMERS {
        write!(sql, "({}, 'name {n}', '2026-01-01 00:00:00.{n:03}'), ", n % N_CUSTOMERS).unwrap();
    }
    Workload::Sql(sql.trim_end_matches([',', ' ']).to_owned())
}

fn settings(through: CopyThrough) -> Settings {
    Settings { copy_through: through, max_block_size: 20, ..Settings::default() }
}

/// The plan, with the append stream in slices of 100 rows.
async fn sliced(pair: &mut Pair) -> Arc<Plan> {
    let mut plan = Arc::unwrap_or_clone(pair.plan().await);
    let copies = plan.steps.iter_mut().filter(|step| step.action == StepAction::Copy);
    for step in copies.filter(|step| step.resource.name == "orders") {
        step.copy.as_mut().unwrap().slice_rows = Some(100);
    }
    Arc::new(plan)
}

fn stream(name: &str) -> ResourceName {
    ResourceName::in_database(ResourceKind::Stream, "sales", name)
}

/// What the run itself compared by checksums, counted once more.
async fn assert_complete(pair: &Pair) {
    assert_eq!(pair.counts(&stream("orders")).await, (N_ORDERS, N_ORDERS));
    assert_eq!(pair.counts(&stream("customers")).await, (N_CUSTOMERS, N_CUSTOMERS));
}

fn texts(pair: &Pair) -> String {
    serde_json::to_string(&pair.journal.events(&RunId::new("r-1"))).unwrap()
}

fn helpers_made(pair: &Pair) -> usize {
    let is_helper = |body: &&EventBody| matches!(body, EventBody::Created { resource, .. } if resource.kind == ResourceKind::ExternalStream);
    pair.journal.bodies(&RunId::new("r-1")).iter().filter(is_helper).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn values_of_every_kind_arrive_slice_by_slice_and_no_helper_is_made() {
    let mut pair = Pair::new(workload(), settings(CopyThrough::Relay)).await;
    let plan = sliced(&mut pair).await;
    let run = pair.run("r-1", &plan, &Control::default()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    assert_complete(&pair).await;
    let bodies = pair.journal.bodies(&RunId::new("r-1"));
    assert!(bodies.iter().filter(|body| matches!(body, EventBody::SliceDone { .. })).count() >= 6);
    assert_eq!(helpers_made(&pair), 0);
    assert!(!texts(&pair).contains(PASSWORD));
    let clean = pair.clean("c-1", "r-1").await;
    assert_eq!(clean.state, RunState::Done, "{clean:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_8_a_target_that_cannot_reach_the_source_is_told_of_the_relay_which_works() {
    for (through, works) in [(CopyThrough::Helper, false), (CopyThrough::HelperOrRelay, true)] {
        let mut pair = Pair::new(workload(), settings(through)).await;
        pair.advertise_wrongly();
        let plan = sliced(&mut pair).await;
        match pair.run("r-1", &plan, &Control::default()).await {
            Ok(run) => {
                assert!(works && run.state == RunState::Done, "{run:#?}");
                assert_complete(&pair).await;
                assert!(texts(&pair).contains("travel through Ferry, not through a helper"));
                assert_eq!(helpers_made(&pair), 0);
            }
            Err(EngineError::Refused(error)) => {
                assert!(!works && error.to_string().contains("`copy_through: relay`"), "{error}");
            }
            Err(error) => panic!("{error:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_that_is_cut_off_again_and_again_loses_and_doubles_nothing() {
    let mut pair = Pair::new(workload(), settings(CopyThrough::Relay)).await;
    let plan = sliced(&mut pair).await;
    pair.run_cut_off("r-1", &plan, 11).await;
    assert_complete(&pair).await;
    let dropped = |body: &&EventBody| matches!(body, EventBody::Dropped { resource, .. } if resource.kind.holds_rows());
    assert_eq!(pair.journal.bodies(&RunId::new("r-1")).iter().filter(dropped).count(), 0, "what was copied stays");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_16_a_relay_that_is_cancelled_in_the_middle_is_whole_after_the_next_start() {
    let mut pair = Pair::new(workload(), Settings { slices_in_flight: 1, ..settings(CopyThrough::Relay) }).await;
    let plan = sliced(&mut pair).await;
    let control = Control::default();
    let person = async {
        pair.until("r-1", |body| matches!(body, EventBody::SliceStarted { slice: 2, .. })).await;
        control.cancel("anna");
    };
    let (run, ()) = tokio::join!(pair.run("r-1", &plan, &control), person);
    assert_eq!(run.unwrap().state, RunState::Cancelled);
    let run = pair.run("r-1", &plan, &Control::default()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    assert_complete(&pair).await;
}
