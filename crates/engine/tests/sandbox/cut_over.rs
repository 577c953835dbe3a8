//! A run between two sandboxes that waits for the word to cut over.

use ferry_engine::{Control, Wish};
use ferry_model::{EventBody, ResourceKind, ResourceName, RunState};
use ferry_plan::{CutOver, Settings};
use ferry_sandbox::Workload;

use crate::pair::Pair;

const WORKLOAD: &str = "
    CREATE STREAM orders (id int64) SETTINGS flush_threshold_ms = 50;
    CREATE STREAM copies (id int64) SETTINGS flush_threshold_ms = 50;
    INSERT INTO orders (id) VALUES (1), (2), (3);
    CREATE MATERIALIZED VIEW adds INTO copies AS SELECT id FROM orders;";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_22_rows_follow_until_the_word_and_what_the_target_writes_itself_comes_after_it() {
    let settings = Settings { cut_over: CutOver::OnRequest, ..Settings::default() };
    let mut pair = Pair::new(Workload::Sql(WORKLOAD.into()), settings).await;
    let plan = pair.plan().await;
    let orders = ResourceName::in_database(ResourceKind::Stream, "default", "orders");
    let control = Control::default();
    let person = async {
        pair.until("r-1", |body| matches!(body, EventBody::CutOverAwaited)).await;
        assert!(!pair.target_names().await.contains(&"default.adds".to_owned()));
        pair.source.execute("INSERT INTO orders (id) VALUES (4), (5)").await.unwrap();
        pair.until_source_counts(&orders, 5).await;
        // It lets go of the run: the wait belongs to nobody.
        control.shutdown();
    };
    let (left, ()) = tokio::join!(pair.run("r-1", &plan, &control), person);
    assert!(left.is_err(), "{left:?}");

    let control = Control::default();
    let person = async {
        pair.until("r-1", |body| matches!(body, EventBody::CatchUpRequested { .. })).await;
        let bodies = || pair.journal.bodies(&ferry_model::RunId::new("r-1"));
        let n_awaited = || bodies().iter().filter(|body| matches!(body, EventBody::CutOverAwaited)).count();
        while n_awaited() < 2 {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        control.wish("anna", Wish::CutOver);
    };
    let (run, ()) = tokio::join!(pair.wish("r-1", &plan, &control, Wish::CatchUp), person);
    let run = run.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    assert_eq!(pair.counts(&orders).await, (5, 5));
    assert!(pair.target_names().await.contains(&"default.adds".to_owned()));
}
