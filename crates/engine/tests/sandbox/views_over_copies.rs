//! A view that stands on a stream whose copy must begin again.

use std::sync::Arc;

use ferry_engine::{Control, EngineError};
use ferry_model::{EventBody, ResourceKind, ResourceName, RunState, StepAction};
use ferry_plan::Settings;
use ferry_sandbox::Workload;

use crate::pair::Pair;

const WORKLOAD: &str = "
    CREATE DATABASE sales;
    CREATE STREAM sales.orders (id int64) SETTINGS flush_threshold_ms = 50;
    CREATE VIEW sales.cheap AS SELECT id FROM sales.orders WHERE id < 10;
    CREATE VIEW sales.cheapest AS SELECT id FROM sales.cheap WHERE id < 2;
    INSERT INTO sales.orders (id, _tp_time) VALUES (1, '2026-01-01 00:00:00'), (20, '2026-01-02 00:00:00');";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_20_a_stream_under_views_is_made_again_and_the_views_with_it() {
    let mut pair = Pair::new(Workload::Sql(WORKLOAD.into()), Settings::default()).await;
    let mut plan = Arc::unwrap_or_clone(pair.plan().await);
    // The copy comes after both views, so that they stand on the stream whenever it begins again.
    let is_view = |step: &&ferry_plan::Step| step.resource.kind == ResourceKind::View;
    let views: Vec<_> = plan.steps.iter().filter(is_view).map(|step| step.number).collect();
    assert_eq!(views.len(), 2);
    let copy = plan.steps.iter_mut().find(|step| step.action == StepAction::Copy).unwrap();
    copy.needs.extend(views);
    let plan = Arc::new(plan);

    let control = Control::default();
    let crash = async {
        pair.until("r-1", |body| matches!(body, EventBody::QuerySent { .. })).await;
        control.shutdown();
    };
    let (run, ()) = tokio::join!(pair.run("r-1", &plan, &control), crash);
    assert!(matches!(run, Err(EngineError::Interrupted)), "{run:?}");

    // A row that the interrupted INSERT cannot have read: the copy is short and must begin again.
    pair.source.execute("INSERT INTO sales.orders (id) VALUES (3)").await.unwrap();
    let stream = ResourceName::in_database(ResourceKind::Stream, "sales", "orders");
    pair.until_source_counts(&stream, 3).await;
    let run = pair.run("r-1", &plan, &Control::default()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    assert_eq!(pair.counts(&stream).await, (3, 3));
    let seen = pair.target.number("SELECT count() FROM table(sales.cheap)").await.unwrap();
    assert_eq!(seen, 2, "the view reads the stream that was made again");
    let names = pair.target_names().await;
    assert!(names.contains(&"sales.cheapest".to_owned()), "{names:?}");
}
