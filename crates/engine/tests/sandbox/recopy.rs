//! Copying again what differs, and catching up, with real SQL on both sides.

use std::sync::Arc;

use ferry_engine::{Control, Wish};
use ferry_model::{EventBody, ResourceKind, ResourceName, RunState, RunView, StepAction, StepNumber, StepState};
use ferry_plan::{Plan, Settings};
use ferry_sandbox::Workload;

use crate::pair::Pair;
use crate::slices::{N_ROWS, assert_holds, n_events, sliced, workload};

fn orders() -> ResourceName {
    ResourceName::in_database(ResourceKind::Stream, "sales", "orders")
}

fn comparison(plan: &Plan) -> StepNumber {
    plan.steps.iter().find(|step| step.action == StepAction::Compare && step.resource == orders()).unwrap().number
}

/// A copy in slices that is done.
async fn copied() -> (Pair, Arc<Plan>) {
    let mut pair = Pair::new(workload(), Settings::default()).await;
    let plan = sliced(&mut pair).await;
    let run = pair.run("r-1", &plan, &Control::default()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    (pair, plan)
}

/// Asks something of the run whose record is cut off after every so many events, until it is done.
async fn cut_off(pair: &Pair, plan: &Arc<Plan>, wish: Wish, n_events: usize) -> RunView {
    let mut wish = wish;
    for n_tries in 1..60 {
        pair.journal.set_room(Some(n_events + n_tries / 10));
        match pair.wish("r-1", plan, &Control::default(), wish).await {
            Ok(run) => {
                assert!(n_tries > 2, "it was cut off");
                pair.journal.set_room(None);
                return run;
            }
            Err(_) => wish = Wish::GoOn,
        }
    }
    panic!("it goes on each time")
}

fn n_sent(pair: &Pair) -> usize {
    n_events(pair, |body| matches!(body, EventBody::QuerySent { .. }))
}

fn n_dropped(pair: &Pair) -> usize {
    n_events(pair, |body| matches!(body, EventBody::Dropped { resource, .. } if resource.kind.holds_rows()))
}

impl Pair {
    /// One row of the target gets another value.
    async fn damage(&self) {
        let row = "SELECT count() FROM table(sales.orders) WHERE id = 123";
        self.tamper("DELETE FROM sales.orders WHERE id = 123", row, 0).await;
        let insert = "INSERT INTO sales.orders (id, who, _tp_time) VALUES (123, 'nobody', '2026-01-04 12:00:00.000')";
        self.tamper(insert, row, 1).await;
    }

    /// Rows reach the source: with the time of the first slice, amid the others, and after all of them.
    async fn arrive(&self) {
        let insert = "INSERT INTO sales.orders (id, who, _tp_time) VALUES (1000, NULL, '2026-01-01 12:00:00.000'), \
            (1001, 'late', '2026-01-10 12:00:00.450'), (1002, 'new', '2026-03-01 00:00:00.000')";
        self.source.execute(insert).await.unwrap();
        self.until_source_counts(&orders(), N_ROWS + 3).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_19_a_damaged_row_is_mended_by_copying_its_slice_again_wherever_that_is_cut_off() {
    for n_at_once in [None, Some(9)] {
        let (pair, plan) = copied().await;
        pair.damage().await;
        let run = pair.verify(&plan).await;
        assert_eq!(run.state, RunState::Failed, "{run:#?}");
        let n_before = n_sent(&pair);
        let wish = Wish::Recopy(comparison(&plan));
        let run = match n_at_once {
            None => pair.wish("r-1", &plan, &Control::default(), wish).await.unwrap(),
            Some(n_at_once) => cut_off(&pair, &plan, wish, n_at_once).await,
        };
        assert_eq!(run.state, RunState::Done, "{run:#?}");
        assert_holds(&pair, N_ROWS).await;
        let damaged = "SELECT count() FROM table(sales.orders) WHERE who = 'nobody'";
        assert_eq!(pair.target.number(damaged).await.unwrap(), 0);
        assert_eq!(n_dropped(&pair), 0, "what was not damaged stays");
        if n_at_once.is_none() {
            assert_eq!(n_sent(&pair) - n_before, 1);
            let rows = |body: &EventBody| matches!(body, EventBody::SlicesReplanned { kept, .. } if kept.iter().map(|one| one.n_rows).sum::<u64>() >= N_ROWS - 30);
            assert_eq!(n_events(&pair, rows), 1, "only the rows around it are copied again");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_29_a_catch_up_covers_late_rows_of_any_time_wherever_it_is_cut_off() {
    for n_at_once in [None, Some(9)] {
        let (pair, plan) = copied().await;
        pair.arrive().await;
        let run = match n_at_once {
            None => pair.wish("r-1", &plan, &Control::default(), Wish::CatchUp).await.unwrap(),
            Some(n_at_once) => cut_off(&pair, &plan, Wish::CatchUp, n_at_once).await,
        };
        assert_eq!(run.state, RunState::Done, "{run:#?}");
        assert_holds(&pair, N_ROWS + 3).await;
        assert_eq!(n_dropped(&pair), 0, "what was there stays");
        let verified = run.step(comparison(&plan)).unwrap().verified.unwrap();
        assert_eq!((verified.n_rows, verified.n_late), (N_ROWS + 3, 0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_9_rows_that_arrive_during_the_copy_are_covered_by_the_next_catch_up() {
    let mut pair = Pair::new(workload(), Settings { slices_in_flight: 1, ..Settings::default() }).await;
    let plan = sliced(&mut pair).await;
    let writer = async {
        pair.until("r-1", |body| matches!(body, EventBody::SliceDone { .. })).await;
        pair.arrive().await;
    };
    let control = Control::default();
    let (run, ()) = tokio::join!(pair.run("r-1", &plan, &control), writer);
    assert_eq!(run.unwrap().state, RunState::Done);
    let run = pair.wish("r-1", &plan, &control, Wish::CatchUp).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    assert_holds(&pair, N_ROWS + 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_22_rows_follow_before_a_carried_view_starts_where_the_plan_says_so() {
    let Workload::Sql(mut sql) = workload() else { panic!("a workload in SQL") };
    sql.push_str(
        ";
         CREATE STREAM sales.seen (id int64) SETTINGS flush_threshold_ms = 50;
         CREATE MATERIALIZED VIEW sales.see INTO sales.seen AS SELECT id FROM sales.orders WHERE id > 100000;",
    );
    let settings = Settings { catch_up_rounds: 2, slices_in_flight: 1, ..Settings::default() };
    let mut pair = Pair::new(Workload::Sql(sql), settings).await;
    let plan = sliced(&mut pair).await;
    let control = Control::default();
    let writer = async {
        pair.until("r-1", |body| matches!(body, EventBody::SliceDone { .. })).await;
        control.pause("anna");
        pair.until("r-1", |body| matches!(body, EventBody::RunPaused)).await;
        pair.arrive().await;
        control.resume("anna");
    };
    let (run, ()) = tokio::join!(pair.run("r-1", &plan, &control), writer);
    let run = run.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    assert_holds(&pair, N_ROWS + 3).await;
    let bodies = pair.journal.bodies(&ferry_model::RunId::new("r-1"));
    let last = |fits: &dyn Fn(&EventBody) -> bool| bodies.iter().rposition(fits).expect("it is recorded");
    let is_view = |resource: &ResourceName| resource.kind == ResourceKind::MaterializedView;
    let asked = last(&|body| matches!(body, EventBody::CatchUpRequested { round: 1, .. }));
    let verified = last(&|body| matches!(body, EventBody::Verified { .. }));
    let lives = last(&|body| matches!(body, EventBody::CreateIntended { resource, .. } if is_view(resource)));
    assert!(asked < verified && verified < lives, "{asked} {verified} {lives}");
    let refused = pair.wish("r-1", &plan, &control, Wish::Recopy(comparison(&plan))).await;
    assert!(format!("{refused:?}").contains("materialized view sales.see"), "{refused:?}");
}

/// Streams with keys, and one whose rows retract each other.
const KEYED: &str = "
    CREATE DATABASE sales;
    CREATE STREAM sales.customers (id int64, name string) PRIMARY KEY id
        SETTINGS mode = 'versioned_kv', flush_threshold_ms = 50;
    CREATE MUTABLE STREAM sales.stock (id int64, n int32) PRIMARY KEY id SETTINGS flush_threshold_ms = 50;
    INSERT INTO sales.customers (id, name) VALUES (1, 'anna'), (2, 'bert');
    INSERT INTO sales.stock (id, n) VALUES (1, 5), (2, 6);";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rule_14_a_stream_with_keys_that_changed_is_made_again_by_a_catch_up_and_another_one_stays() {
    let mut pair = Pair::new(Workload::Sql(KEYED.into()), Settings::default()).await;
    let plan = pair.plan().await;
    let run = pair.run("r-1", &plan, &Control::default()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    // A key that changed, one that is new; the number of keys alone would not tell.
    pair.source.execute("INSERT INTO sales.customers (id, name) VALUES (2, 'berta'), (3, 'cara')").await.unwrap();
    let customers = ResourceName::in_database(ResourceKind::Stream, "sales", "customers");
    pair.until_source_counts(&customers, 3).await;
    let run = pair.wish("r-1", &plan, &Control::default(), Wish::CatchUp).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    let names = "SELECT count() FROM table(sales.customers) WHERE name IN ('anna', 'berta', 'cara')";
    assert_eq!(pair.target.number(names).await.unwrap(), 3);
    assert_eq!(n_dropped(&pair), 1, "only what changed is made again");
    assert!(run.steps.iter().all(|step| step.state == StepState::Done));
}
