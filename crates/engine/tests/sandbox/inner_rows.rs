//! Rows of a materialized view without INTO that are carried into a stream of its own (copy-safety 15).

use std::fmt::Write;
use std::sync::Arc;

use ferry_engine::Control;
use ferry_model::{ResourceKind, ResourceName, RunState, StepAction};
use ferry_plan::{CopyThrough, InnerRows, Plan, Settings};
use ferry_sandbox::Workload;

use crate::pair::Pair;

const N_ROWS: u64 = 120;

/// A view without INTO over a stream with rows.
fn workload() -> Workload {
    let mut sql = "CREATE DATABASE sales;
         CREATE STREAM sales.orders (id int64, who nullable(string)) SETTINGS flush_threshold_ms = 50;
         CREATE MATERIALIZED VIEW sales.late AS SELECT id, who FROM sales.orders WHERE id < 120;"
        .to_owned();
    let row = |n: u32| {
        format!(
            "({n}, {}, '2026-01-{:02} 00:00:00.{n:03}')",
            if n.is_multiple_of(3) { "NULL" } else { "'a'" },
            n % 28 + 1
        )
    };
    let rows: Vec<String> = (0..200).map(row).collect();
    write!(sql, "INSERT INTO sales.orders (id, who, _tp_time) VALUES {};", rows.join(", ")).unwrap();
    Workload::Sql(sql)
}

fn view() -> ResourceName {
    ResourceName::in_database(ResourceKind::MaterializedView, "sales", "late")
}

fn stream() -> ResourceName {
    ResourceName::in_database(ResourceKind::Stream, "sales", "late_rows")
}

async fn carrying(pair: &mut Pair) -> Arc<Plan> {
    pair.until_source_counts(&view(), N_ROWS).await;
    let mut plan = Arc::unwrap_or_clone(pair.plan().await);
    let number = plan.steps.iter().find(|step| step.inner_rows.is_some()).expect("the view").number;
    plan.decide_inner_rows(number, InnerRows::ExplicitTarget).expect("a stream of its own");
    assert_eq!(plan.check(), []);
    let copy = plan.steps.iter().find(|step| step.action == StepAction::Copy && step.resource == stream());
    let copy = copy.and_then(|step| step.copy.as_ref()).expect("a copy");
    assert_eq!(copy.rows.value, N_ROWS, "the plan knows how many rows it carries");
    Arc::new(plan)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_15_rows_of_a_view_without_into_are_carried_into_a_stream_of_its_own() {
    for copy_through in [CopyThrough::Helper, CopyThrough::Relay] {
        let mut pair = Pair::new(workload(), Settings { copy_through, ..Settings::default() }).await;
        let plan = carrying(&mut pair).await;
        let run = pair.run("r-1", &plan, &Control::default()).await.unwrap();
        assert_eq!(run.state, RunState::Done, "{copy_through:?}: {run:#?}");
        let sum = "SELECT sum(id) * 1000 + count(who) * 10 + uniq(_tp_time) FROM table(sales.late)";
        let (source, target) = (pair.source.number(sum).await.unwrap(), pair.target.number(sum).await.unwrap());
        assert_eq!(source, target, "whoever reads the view reads the carried rows, with their times");
        let compared = run.steps.iter().find(|step| step.action == StepAction::Compare && step.resource == stream());
        assert_eq!(compared.and_then(|step| step.verified).map(|seen| seen.n_rows), Some(N_ROWS));

        // The view writes on into the same stream.
        pair.target.execute("INSERT INTO sales.orders (id, who) VALUES (7, 'new'), (700, 'not seen')").await.unwrap();
        pair.until_target_counts(&stream(), N_ROWS + 1).await;
    }
}
