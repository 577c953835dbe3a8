//! Copy-safety 21, 23, 26: what waits for what, and what is stopped and started.

use ferry_engine::SiteError;
use ferry_model::{EventBody, FerryError, ResourceName, RunState, Side, StepState};
use ferry_plan::CompareSpec;

use crate::plans::{PlanBuilder, Stage, source_named, stream, view};
use crate::world::{Fault, World};

fn created(resource: ResourceName) -> impl Fn(&EventBody) -> bool {
    move |body| matches!(body, EventBody::Created { resource: made, .. } if *made == resource)
}

#[tokio::test]
async fn rule_21_materialized_views_come_after_every_comparison_and_sources_last() {
    let stage = Stage::new(&[("orders", 100), ("totals", 20)]);
    let plan = PlanBuilder::new().source("feed").view("adds", "orders", "totals").stream("orders").stream("totals");
    let run = stage.start(&plan.build()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    let bodies = stage.bodies();
    let last_compared = bodies.iter().rposition(|body| matches!(body, EventBody::RowsCompared { .. }));
    let view_made = stage.position(created(view("adds")));
    let source_made = stage.position(created(source_named("feed")));
    assert!(last_compared < view_made && view_made < source_made, "{last_compared:?} {view_made:?} {source_made:?}");
}

/// A stream in slices with a view over it; rows with an old time reach the source when its first slice is done.
async fn with_late_rows(catch_up_rounds: u64) -> (Stage, ferry_model::RunView) {
    let stage = Stage::new(&[]);
    stage.source.put_stream_over_days(&stream("orders"), 6, 50);
    let one_by_one = |settings: &mut ferry_plan::Settings| {
        // Two more slices follow the first.
        (settings.catch_up_rounds, settings.slices_in_flight) = (catch_up_rounds, 1);
    };
    let plan = PlanBuilder::new().settings(one_by_one).stream("orders");
    let plan = plan.view("adds", "orders", "totals").change(|plan| {
        let copy = plan.steps[1].copy.as_mut().unwrap();
        (copy.slice_rows, copy.redo) = (Some(100), ferry_plan::Redo::Delete);
        plan.steps[3].needs = vec![ferry_model::StepNumber(1)];
        plan.steps[3].definition =
            Some(ferry_model::Definition::Sql("CREATE MATERIALIZED VIEW sales.adds AS SELECT id".into()));
    });
    let (plan, control) = (plan.build(), ferry_engine::Control::default());
    let writer = async {
        stage.until(|body| matches!(body, EventBody::SliceDone { .. })).await;
        stage.source.add_rows_at(&stream("orders"), 7, 0);
    };
    let (run, ()) = tokio::join!(stage.start_steered(&plan, &control), writer);
    let run = run.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    (stage, run)
}

#[tokio::test]
async fn rule_22_rows_that_came_later_follow_before_anything_lives_on_the_target_where_the_plan_says_so() {
    let (stage, run) = with_late_rows(2).await;
    assert_eq!(stage.target.rows(&stream("orders")), 307);
    assert_eq!(run.steps[2].verified.map(|shown| shown.n_late), Some(0));
    let rounds = |body: &EventBody| matches!(body, EventBody::CatchUpRequested { by, .. } if by == "the plan");
    assert_eq!(stage.n_events(rounds), 1, "as often as rows had come");
    let bodies = stage.bodies();
    let last_verified = bodies.iter().rposition(|body| matches!(body, EventBody::Verified { .. }));
    assert!(last_verified < stage.position(created(view("adds"))));
}

#[tokio::test]
async fn rule_22_after_the_cut_over_nothing_follows_any_more() {
    let (stage, run) = with_late_rows(0).await;
    assert_eq!(stage.target.rows(&stream("orders")), 300);
    assert_eq!(run.steps[2].verified.map(|shown| shown.n_late), Some(7), "counted and named");
    let alive = run.alive_over(&stream("orders"));
    assert_eq!(alive, [&view("adds")]);
    assert_eq!(
        ferry_engine::Wish::CatchUp.check(&run).map_err(|error| matches!(error, FerryError::Conflict { .. })),
        Err(true)
    );
}

#[tokio::test]
async fn rule_21_a_source_that_starts_at_creation_is_stopped_at_once_where_the_setting_says_so() {
    let stage = Stage::new(&[]);
    let plan = PlanBuilder::new().settings(|settings| settings.stop_data_ingestion_on_target = true).source("feed");
    let run = stage.start(&plan.build()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert!(!stage.target.runs(&source_named("feed")));
    assert!(stage.texts().contains("started by itself when it was created"));
}

#[tokio::test]
async fn a_source_runs_on_the_target_where_no_setting_stops_it() {
    let stage = Stage::new(&[]);
    stage.start(&PlanBuilder::new().source("feed").build()).await.unwrap();
    assert!(stage.target.runs(&source_named("feed")));
}

#[tokio::test]
async fn rule_23_after_success_what_was_stopped_stays_stopped() {
    let stage = Stage::new(&[("orders", 100)]);
    stage.source.put_running(&source_named("feed"), "s-1");
    let run = stage.start(&PlanBuilder::new().stop("feed").stream("orders").build()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert!(!stage.source.runs(&source_named("feed")));
    let stopped = stage.position(|body| matches!(body, EventBody::Stopped { side: Side::Source, .. }));
    let sent = stage.position(|body| matches!(body, EventBody::QuerySent { .. }));
    assert!(stopped.is_some() && stopped < sent);
}

#[tokio::test]
async fn rule_23_after_a_failure_what_ran_runs_again_and_a_retry_stops_it_again() {
    let stage = Stage::new(&[("orders", 100)]);
    stage.source.put_running(&source_named("feed"), "s-1");
    stage.target.fail_next_inserts([Fault::RefusedHalfway]);
    let plan = PlanBuilder::new().stop("feed").stream("orders").build();
    let failed = stage.start(&plan).await.unwrap();
    assert_eq!(failed.state, RunState::Failed);
    assert!(stage.source.runs(&source_named("feed")), "it ran before, so it runs again");
    let run = stage.start(&plan).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert!(!stage.source.runs(&source_named("feed")));
}

#[tokio::test]
async fn rule_23_what_did_not_run_is_not_started_by_a_failure() {
    let stage = Stage::new(&[("orders", 100)]);
    stage.source.put(&source_named("feed"));
    stage.target.fail_next_inserts([Fault::RefusedHalfway]);
    stage.start(&PlanBuilder::new().stop("feed").stream("orders").build()).await.unwrap();
    assert!(!stage.source.runs(&source_named("feed")));
}

#[tokio::test]
async fn rule_23_what_runs_again_before_the_copy_ends_is_stopped_again_and_said() {
    let stage = Stage::new(&[("orders", 100)]);
    let feed = source_named("feed");
    stage.source.put_running(&feed, "s-1");
    let restart = async {
        stage.until(|body| matches!(body, EventBody::QuerySent { .. })).await;
        // As a restart of the source does with a pause that is not permanent.
        stage.source.put_running(&feed, "s-1");
    };
    let plan = PlanBuilder::new().stop("feed").stream("orders").build();
    let (run, ()) = tokio::join!(stage.start(&plan), restart);
    assert_eq!(run.unwrap().state, RunState::Done);
    assert!(!stage.source.runs(&feed), "it stands still at the end");
    assert!(stage.texts().contains("ran again on the source although this run had stopped it"), "{}", stage.texts());
}

/// Rows come to the source while they are copied.
fn rows_come(stage: &Stage) {
    stage.source.add_seen_rows(&stream("orders"), 7);
}

#[tokio::test]
async fn rule_24_where_nothing_can_be_paused_movement_of_the_source_stops_the_run_until_somebody_accepts_it() {
    let stage = Stage::over(World::proton_source(), &[("orders", 100)]);
    let run = stage.start_paused_for(&PlanBuilder::new().stream("orders").build(), rows_come).await;
    assert_eq!(run.state, RunState::Failed, "{run:?}");
    let error = run.steps[2].error.as_ref().unwrap().to_string();
    assert!(error.contains("7 rows reached stream sales.orders") && error.contains("accepts_movement"), "{error}");

    let stage = Stage::over(World::proton_source(), &[("orders", 100)]);
    let accepted = PlanBuilder::new().stream("orders").change(|plan| {
        plan.steps[2].compare = Some(CompareSpec { accepts_movement: true, ..CompareSpec::default() });
    });
    let run = stage.start_paused_for(&accepted.build(), rows_come).await;
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert!(run.steps[2].note.contains("7 rows"), "{run:?}");
}

#[tokio::test]
async fn rule_24_a_source_that_moves_stops_the_run_only_when_the_plan_s_rounds_of_catching_up_are_used_up() {
    let rounds = |stage: &Stage| stage.n_events(|body| matches!(body, EventBody::CatchUpRequested { .. }));
    let plan = || PlanBuilder::new().settings(|settings| settings.catch_up_rounds = 1).stream("orders").build();
    let stage = Stage::over(World::proton_source(), &[("orders", 100)]);
    let run = stage.start_paused_for(&plan(), rows_come).await;
    assert_eq!((run.state, rounds(&stage)), (RunState::Done, 1), "{run:?}");
    assert_eq!(stage.target.rows(&stream("orders")), 107);

    // Rows that come during the last round, too.
    let stage = Stage::over(World::proton_source(), &[("orders", 100)]);
    let control = ferry_engine::Control::default();
    let (plan, is_sent) = (plan(), |body: &EventBody| matches!(body, EventBody::QuerySent { .. }));
    let person = async {
        for n_sent in 1..=2 {
            stage.until_so_many(n_sent, is_sent).await;
            control.pause("anna");
            stage.until_so_many(n_sent, |body| matches!(body, EventBody::RunPaused)).await;
            rows_come(&stage);
            control.resume("anna");
        }
    };
    let (run, ()) = tokio::join!(stage.start_steered(&plan, &control), person);
    let run = run.unwrap();
    assert_eq!((run.state, rounds(&stage)), (RunState::Failed, 1), "{run:?}");
    let error = run.steps[2].error.as_ref().unwrap().to_string();
    assert!(error.contains("7 rows reached stream sales.orders") && error.contains("accepts_movement"), "{error}");
}

#[tokio::test]
async fn rule_26_a_failed_step_blocks_its_dependents_and_nothing_else() {
    let stage = Stage::new(&[("orders", 100), ("trades", 10)]);
    let refused = SiteError::Refused { code: 36, text: "the broker cannot be reached".into() };
    stage.target.fail_creation("orders", refused);
    let plan = PlanBuilder::new().stream("orders").stream("trades").build();
    let failed = stage.start(&plan).await.unwrap();
    assert_eq!(failed.state, RunState::Failed);
    let states: Vec<StepState> = failed.steps.iter().map(|step| step.state).collect();
    use StepState::{Blocked, Done, Failed};
    assert_eq!(states, [Failed, Blocked, Blocked, Done, Done, Done]);
    let Some(FerryError::Deployment { why, .. }) = &failed.steps[0].error else { panic!("{failed:?}") };
    assert_eq!(why, "the broker cannot be reached.");
    assert!(!stage.ledger().entries.iter().any(|entry| entry.resource == stream("orders")));

    let run = stage.start(&plan).await.unwrap();
    assert_eq!(run.state, RunState::Done, "a retry does what was left: {run:?}");
    assert_eq!(stage.target.rows(&stream("trades")), 10);
}
