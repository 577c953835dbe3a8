//! A stream that is copied in slices, with real SQL on both sides.

use std::fmt::Write;
use std::sync::Arc;

use ferry_engine::Control;
use ferry_model::{EventBody, ResourceKind, ResourceName, RunId, RunState, StepAction};
use ferry_plan::{Plan, Redo, Settings};
use ferry_sandbox::Workload;

use crate::pair::Pair;

pub const N_ROWS: u64 = 600;

/// Rows over ten days, many of them in the same second of the last day.
pub fn workload() -> Workload {
    let mut sql = String::from(
        "CREATE DATABASE sales;
         CREATE STREAM sales.orders (id int64, who nullable(string)) SETTINGS flush_threshold_ms = 50;
         INSERT INTO sales.orders (id, who, _tp_time) VALUES ",
    );
    for n in 0..N_ROWS {
        let (day, ms) = if n < 300 { (n % 10 + 1, 0) } else { (10, n) };
        let who = if n.is_multiple_of(7) { "NULL".into() } else { format!("'who {n}'") };
        write!(sql, "({n}, {who}, '2026-01-{day:02} 12:00:00.{ms:03}'), ").unwrap();
    }
    Workload::Sql(sql.trim_end_matches([',', ' ']).to_owned())
}

pub async fn sliced(pair: &mut Pair) -> Arc<Plan> {
    let mut plan = Arc::unwrap_or_clone(pair.plan().await);
    let copy =
        plan.steps.iter_mut().find(|step| step.action == StepAction::Copy && step.resource.name == "orders").unwrap();
    let copy = copy.copy.as_mut().unwrap();
    assert_eq!(copy.redo, Redo::Delete, "this target can delete rows");
    copy.slice_rows = Some(100);
    Arc::new(plan)
}

/// How many events of the run fit.
pub fn n_events(pair: &Pair, fits: impl Fn(&EventBody) -> bool) -> usize {
    pair.journal.bodies(&RunId::new("r-1")).iter().filter(|body| fits(body)).count()
}

/// Both sides hold the same rows, so many.
pub async fn assert_holds(pair: &Pair, n_rows: u64) {
    let sums = "SELECT sum(id * 3 + to_unix_timestamp64_milli(_tp_time) + if_null(length(who), 0)) \
        FROM table(sales.orders)";
    let (source, target) = (pair.source.number(sums).await.unwrap(), pair.target.number(sums).await.unwrap());
    assert_eq!(source, target);
    let stream = ResourceName::in_database(ResourceKind::Stream, "sales", "orders");
    assert_eq!(pair.counts(&stream).await, (n_rows, n_rows));
}

async fn assert_complete(pair: &Pair) {
    assert_holds(pair, N_ROWS).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_is_cut_where_its_rows_lie_and_copied_slice_by_slice() {
    let mut pair = Pair::new(workload(), Settings::default()).await;
    let plan = sliced(&mut pair).await;
    let run = pair.run("r-1", &plan, &Control::default()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    assert_complete(&pair).await;
    let rows = |body: &EventBody| match body {
        EventBody::SliceDone { rows, .. } => Some(rows.value),
        _ => None,
    };
    let slices: Vec<u64> = pair.journal.bodies(&RunId::new("r-1")).iter().filter_map(rows).collect();
    assert!(slices.len() >= 6 && slices.iter().all(|n_rows| *n_rows <= 100), "{slices:?}");
    assert_eq!(slices.iter().sum::<u64>(), N_ROWS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_in_slices_that_is_cut_off_again_and_again_loses_and_doubles_nothing() {
    let mut pair = Pair::new(workload(), Settings::default()).await;
    let plan = sliced(&mut pair).await;
    pair.run_cut_off("r-1", &plan, 11).await;
    assert_complete(&pair).await;
    let n_dropped =
        n_events(&pair, |body| matches!(body, EventBody::Dropped { resource, .. } if resource.kind.holds_rows()));
    assert_eq!(n_dropped, 0, "what was copied stays");
}
