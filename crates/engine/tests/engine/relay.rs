//! Copy-safety 6, 7, 8, 12 and 16 where Ferry moves the rows itself.

use std::sync::Arc;

use ferry_engine::{Control, EngineError, SiteError};
use ferry_model::{EventBody, RunState};
use ferry_plan::{CopyThrough, Plan, Redo};

use crate::plans::{PASSWORD, PlanBuilder, Stage, helper, stream};
use crate::world::{Fault, World};

fn plan(through: CopyThrough) -> Arc<Plan> {
    PlanBuilder::new().settings(|settings| settings.copy_through = through).stream("orders").build()
}

/// The same in slices of 100 rows.
fn sliced_plan(redo: Redo) -> Arc<Plan> {
    let mut plan = Arc::unwrap_or_clone(plan(CopyThrough::Relay));
    let copy = plan.steps[1].copy.as_mut().unwrap();
    (copy.slice_rows, copy.redo) = (Some(100), redo);
    Arc::new(plan)
}

fn was_helper_made(stage: &Stage) -> bool {
    stage.n_events(|body| matches!(body, EventBody::Created { resource, .. } if *resource == helper(1))) > 0
}

#[tokio::test]
async fn rule_8_a_target_that_cannot_pull_gets_its_rows_through_the_relay_and_no_password() {
    let mut stage = Stage::new(&[("orders", 100)]);
    stage.target = World::old_proton(&stage.source);
    let run = stage.start(&plan(CopyThrough::Relay)).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!(stage.target.rows(&stream("orders")), 100);
    let insert = &stage.target.statements()[0];
    assert_eq!(insert.sql, "INSERT INTO `sales`.`orders` (`id`, `_tp_time`) VALUES");
    let read = insert.relay.as_ref().unwrap();
    assert_eq!((&read.stream, &read.columns), (&stream("orders"), &vec!["id".to_owned(), "_tp_time".to_owned()]));
    assert!(!was_helper_made(&stage) && !stage.texts().contains(PASSWORD));
    assert!(stage.texts().contains("travel through Ferry, not through a helper: the plan says so"));
}

#[tokio::test]
async fn a_single_step_may_take_another_way_than_the_settings_say() {
    let stage = Stage::new(&[("orders", 100), ("trades", 50)]);
    let plan = PlanBuilder::new().stream("orders").stream("trades");
    let plan = plan.change(|plan| plan.steps[4].copy.as_mut().unwrap().through = Some(CopyThrough::Relay)).build();
    let run = stage.start(&plan).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    let relayed = |insert: &ferry_engine::InsertSelect| (insert.sql.contains("`trades`"), insert.relay.is_some());
    let mut ways: Vec<_> = stage.target.statements().iter().map(relayed).collect();
    ways.sort_unstable();
    assert_eq!(ways, [(false, false), (true, true)]);
}

#[tokio::test]
async fn rule_8_where_the_plan_allows_it_rows_take_the_relay_when_the_target_cannot_reach_the_source() {
    let stage = Stage::new(&[("orders", 100)]);
    let unreachable = SiteError::Refused { code: 210, text: "source:8463 refused the connection".into() };
    stage.target.fail_creation("ferry_helper_1", unreachable);
    let run = stage.start(&plan(CopyThrough::HelperOrRelay)).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert!(stage.target.statements()[0].relay.is_some());
    assert!(stage.texts().contains("refused the connection"), "the log says why");
    assert!(!stage.target.has(&helper(1)));
}

#[tokio::test]
async fn rule_7_a_helper_that_fails_the_read_test_is_removed_and_rows_take_the_relay_where_the_plan_allows_it() {
    for (through, is_allowed) in [(CopyThrough::HelperOrRelay, true), (CopyThrough::Helper, false)] {
        let stage = Stage::new(&[("orders", 100)]);
        *stage.target.helper_adds.lock().unwrap() = 3;
        let run = stage.start(&plan(through)).await.unwrap();
        assert!(was_helper_made(&stage));
        if is_allowed {
            assert_eq!(run.state, RunState::Done, "{run:?}");
            assert_eq!(stage.target.rows(&stream("orders")), 100);
            assert!(!stage.target.has(&helper(1)), "rule 6: it held the password for nothing");
        } else {
            let error = run.steps[1].error.as_ref().unwrap().to_string();
            assert!(error.contains("the target reads 103") && error.contains("`copy_through: relay`"), "{error}");
            assert!(stage.target.statements().is_empty());
        }
    }
}

#[tokio::test]
async fn rule_8_a_plan_that_wants_helpers_never_takes_the_relay_and_says_how_to_choose_it() {
    let mut stage = Stage::new(&[("orders", 100)]);
    stage.target = World::old_proton(&stage.source);
    let refused = stage.start(&plan(CopyThrough::Helper)).await;
    let Err(EngineError::Refused(error)) = refused else { panic!("{refused:?}") };
    assert!(error.to_string().contains("`copy_through: relay`"), "{error}");

    let stage = Stage::new(&[("orders", 100)]);
    let unreachable = SiteError::Refused { code: 210, text: "source:8463 refused the connection".into() };
    stage.target.fail_creation("ferry_helper_1", unreachable);
    let refused = stage.start(&plan(CopyThrough::Helper)).await;
    let Err(EngineError::Refused(error)) = refused else { panic!("{refused:?}") };
    assert!(error.to_string().contains("`copy_through: relay`"), "{error}");
}

#[tokio::test]
async fn values_that_the_relay_cannot_walk_refuse_a_run_before_its_first_change() {
    let stage = Stage::new(&[("orders", 100)]);
    stage.source.change_type(&stream("orders"), 0, "array(json)");
    let refused = stage.start(&plan(CopyThrough::Relay)).await;
    let Err(EngineError::Refused(error)) = refused else { panic!("{refused:?}") };
    assert!(error.to_string().contains("(array(json))") && error.to_string().contains("through: helper"), "{error}");
    assert_eq!(stage.n_events(|body| matches!(body, EventBody::CreateIntended { .. })), 0, "nothing was begun");
}

#[tokio::test]
async fn rule_12_blocks_that_are_too_large_for_the_relay_or_the_target_are_halved() {
    let stage = Stage::new(&[("orders", 100)]);
    stage.target.fail_next_inserts([Fault::TooLargeAbove(3)]);
    let run = stage.start(&plan(CopyThrough::Relay)).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    let block_rows = |insert: &ferry_engine::InsertSelect| {
        let settings = &insert.relay.as_ref().unwrap().settings;
        settings.iter().find(|(name, _)| name == "max_block_size").unwrap().1.clone()
    };
    let sizes: Vec<String> = stage.target.statements().iter().map(block_rows).collect();
    assert_eq!(sizes, ["10", "5", "3"]);
}

#[tokio::test]
async fn rule_16_an_insert_whose_source_broke_is_proved_to_have_ended_before_anything_else() {
    for plan in [plan(CopyThrough::Relay), sliced_plan(Redo::Delete)] {
        let stage = Stage::new(&[]);
        stage.source.put_stream_over_days(&stream("orders"), 6, 50);
        stage.target.fail_next_inserts([Fault::BrokenAtSource]);
        let run = stage.start(&plan).await.unwrap();
        assert_eq!(run.state, RunState::Failed);
        assert_eq!(stage.target.n_running(), 0, "the target waits for no more rows");
        let run = stage.start(&plan).await.unwrap();
        assert_eq!(run.state, RunState::Done, "{run:?}");
        assert_eq!(stage.target.rows(&stream("orders")), 300);
    }
}

#[tokio::test]
async fn rule_16_a_relay_of_unknown_outcome_is_settled_and_doubles_no_row() {
    for fault in [Fault::LostWhileRunning, Fault::LostAfterwards, Fault::FinishedShort] {
        for plan in [plan(CopyThrough::Relay), sliced_plan(Redo::Delete), sliced_plan(Redo::Recreate)] {
            let stage = Stage::new(&[]);
            stage.source.put_stream_over_days(&stream("orders"), 6, 50);
            stage.target.fail_next_inserts([fault]);
            let run = stage.start(&plan).await.unwrap();
            assert_eq!(run.state, RunState::Done, "{fault:?}: {run:?}");
            assert_eq!(stage.target.rows(&stream("orders")), 300, "{fault:?}");
        }
    }
}

#[tokio::test]
async fn a_relay_is_paused_between_slices_and_cancelled_at_once() {
    let stage = Stage::new(&[]);
    stage.source.put_stream_over_days(&stream("orders"), 6, 50);
    stage.target.fail_next_inserts([Fault::NeverEnds]);
    let control = Control::default();
    let person = async {
        stage.until(|body| matches!(body, EventBody::QuerySent { .. })).await;
        control.cancel("anna");
    };
    let mut plan = Arc::unwrap_or_clone(sliced_plan(Redo::Delete));
    plan.settings.slices_in_flight = 1;
    let plan = Arc::new(plan);
    let (run, ()) = tokio::join!(stage.start_steered(&plan, &control), person);
    assert_eq!(run.unwrap().state, RunState::Cancelled);

    let control = Control::default();
    let person = async {
        stage.until(|body| matches!(body, EventBody::SliceDone { .. })).await;
        control.pause("anna");
        stage.until(|body| matches!(body, EventBody::RunPaused)).await;
        control.resume("bert");
    };
    let (run, ()) = tokio::join!(stage.start_steered(&plan, &control), person);
    let run = run.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!(stage.target.rows(&stream("orders")), 300);
}
