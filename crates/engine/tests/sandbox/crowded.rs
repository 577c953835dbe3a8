//! A stream whose rows have one moment, some of them with NULL, with real SQL on both sides (copy-safety 9).

use std::sync::Arc;

use ferry_engine::{Control, Wish};
use ferry_model::{CompareLevel, EventBody, RunId, RunState, StepAction};
use ferry_plan::{CopyThrough, Plan, Settings};
use ferry_sandbox::Workload;

use crate::pair::Pair;
use crate::slices::{assert_holds, n_events};

/// Rows where they are copied in one go, and where they are copied again and again.
const MANY: u64 = 100_000;
const FEW: u64 = 10_000;

fn workload(n_rows: u64) -> Workload {
    Workload::Sql(format!(
        "CREATE DATABASE sales;
         CREATE STREAM sales.orders (id int64, who nullable(string), tags array(nullable(int8)), paid nullable(decimal(10, 2)))
            SETTINGS flush_threshold_ms = 50;
         INSERT INTO sales.orders (id, who, tags, paid, _tp_time)
            SELECT to_int64(number), if(number % 7 = 0, NULL, concat('who ', to_string(number))), [1, NULL],
            if(number % 3 = 0, NULL, to_decimal64('1.25', 2)), to_datetime64('2026-01-02 12:00:00.123', 3, 'UTC')
            FROM numbers({n_rows})"
    ))
}

/// Four slices, compared by checksums.
async fn sliced(through: CopyThrough, n_rows: u64) -> (Pair, Arc<Plan>) {
    let settings = Settings { copy_through: through, max_block_size: 10_000, ..Settings::default() };
    let mut pair = Pair::new(workload(n_rows), settings).await;
    let mut plan = Arc::unwrap_or_clone(pair.plan().await);
    for step in plan.steps.iter_mut().filter(|step| step.resource.name == "orders") {
        match step.action {
            StepAction::Copy => step.copy.as_mut().unwrap().slice_rows = Some(n_rows * 3 / 10),
            StepAction::Compare => step.compare.as_mut().unwrap().level = CompareLevel::Checksum,
            _ => {}
        }
    }
    (pair, Arc::new(plan))
}

fn n_dropped(pair: &Pair) -> usize {
    n_events(pair, |body| matches!(body, EventBody::Dropped { resource, .. } if resource.kind.holds_rows()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_9_a_stream_with_one_moment_is_copied_in_parts_of_about_the_same_size() {
    for (through, n_rows) in [(CopyThrough::Helper, MANY), (CopyThrough::Relay, FEW)] {
        let (pair, plan) = sliced(through, n_rows).await;
        let run = pair.run("r-1", &plan, &Control::default()).await.unwrap();
        assert_eq!(run.state, RunState::Done, "{run:#?}");
        assert_holds(&pair, n_rows).await;
        let slices: Vec<u64> = pair
            .journal
            .bodies(&RunId::new("r-1"))
            .iter()
            .filter_map(|body| match body {
                EventBody::SliceDone { rows, .. } => Some(rows.value),
                _ => None,
            })
            .collect();
        let is_about_a_quarter = |rows: &u64| (n_rows / 5..n_rows * 3 / 10).contains(rows);
        assert!(slices.len() == 4 && slices.iter().all(is_about_a_quarter), "{slices:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_9_parts_of_a_moment_that_are_cut_off_again_and_again_lose_and_double_nothing() {
    let (pair, plan) = sliced(CopyThrough::Helper, FEW).await;
    pair.run_cut_off("r-1", &plan, 11).await;
    assert_holds(&pair, FEW).await;
    assert_eq!(n_dropped(&pair), 0, "what was copied stays");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_19_a_moment_that_lost_rows_is_emptied_part_by_part_and_copied_again() {
    let (pair, plan) = sliced(CopyThrough::Helper, FEW).await;
    let run = pair.run("r-1", &plan, &Control::default()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    let lost = "SELECT count() FROM table(sales.orders) WHERE id % 10 = 3";
    pair.tamper("DELETE FROM sales.orders WHERE id % 10 = 3", lost, 0).await;
    let comparison = plan.steps.iter().find(|step| step.action == StepAction::Compare).unwrap().number;
    let run = pair.wish("r-1", &plan, &Control::default(), Wish::Recopy(comparison)).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    assert_holds(&pair, FEW).await;
    assert_eq!(n_events(&pair, |body| matches!(body, EventBody::SliceEmptied { .. })), 4);
    assert_eq!(n_dropped(&pair), 0, "the stream stays");
}
