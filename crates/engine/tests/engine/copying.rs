//! Copy-safety 10 to 20: rows that are slow, lost, late, or of unknown fate.

use ferry_engine::{Control, CopyPath};
use ferry_model::{Basis, Count, EventBody, FerryError, RunState};
use ferry_plan::Settings;
use std::sync::Arc;

use crate::plans::{PlanBuilder, Stage, helper, stream};
use crate::world::{Fault, block_size};

fn one_stream() -> Arc<ferry_plan::Plan> {
    PlanBuilder::new().stream("orders").build()
}

fn n_sent(stage: &Stage) -> usize {
    stage.n_events(|body| matches!(body, EventBody::QuerySent { .. }))
}

#[tokio::test]
async fn rule_11_progress_is_an_estimate_below_the_total_until_every_row_is_seen() {
    let stage = Stage::new(&[("orders", 100)]);
    stage.start(&one_stream()).await.unwrap();
    let seen: Vec<(u64, Basis)> = stage
        .bodies()
        .iter()
        .filter_map(|body| match body {
            EventBody::StepProgress { rows_done, .. } => Some((rows_done.value, rows_done.basis)),
            _ => None,
        })
        .collect();
    assert_eq!(seen, [(0, Basis::Estimated), (99, Basis::Estimated), (100, Basis::Exact)]);
}

#[tokio::test]
async fn rule_11_an_insert_that_returned_is_not_believed_while_rows_are_missing() {
    let stage = Stage::new(&[("orders", 100)]);
    stage.target.fail_next_inserts([Fault::FinishedShort]);
    let run = stage.start(&one_stream()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!(stage.target.rows(&stream("orders")), 100);
    assert_eq!(n_sent(&stage), 2);
}

#[tokio::test]
async fn rule_12_a_block_that_is_too_large_is_halved_until_it_fits() {
    let stage = Stage::new(&[("orders", 100)]);
    stage.target.fail_next_inserts([Fault::TooLargeAbove(3)]);
    let run = stage.start(&one_stream()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    let sizes: Vec<u64> = stage.target.statements().iter().map(block_size).collect();
    assert_eq!(sizes, [10, 5, 3]);
    assert_eq!(stage.target.rows(&stream("orders")), 100);
}

#[tokio::test]
async fn rule_13_columns_of_another_type_stop_the_copy_before_its_first_row() {
    let stage = Stage::new(&[("orders", 100)]);
    stage.source.change_type(&stream("orders"), 0, "uint64");
    let run = stage.start(&one_stream()).await.unwrap();
    let error = run.steps[1].error.as_ref().unwrap().to_string();
    assert!(error.contains("differ between source and target: id"), "{error}");
    assert_eq!(n_sent(&stage), 0);
}

#[tokio::test]
async fn every_setting_of_the_plan_is_in_the_statement_on_both_paths() {
    for through_timeplusd in [true, false] {
        let stage = Stage::new(&[("orders", 100)]);
        let plan = PlanBuilder::new()
            .settings(|settings| {
                settings.use_timeplusd_for_data_migration = through_timeplusd;
                settings.max_block_size = 20_000;
            })
            .stream("orders")
            .change(|plan| plan.steps[1].copy.as_mut().unwrap().threads = 3);
        let run = stage.start(&plan.build()).await.unwrap();
        assert_eq!(run.state, RunState::Done);
        let statements = stage.target.statements();
        let [insert] = statements.as_slice() else { panic!("one statement") };
        let expected = [
            ("max_insert_threads", "3"),
            ("max_block_size", "20000"),
            ("min_insert_block_size_rows", "20000"),
            ("min_insert_block_size_bytes", "0"),
            ("max_execution_time", "0"),
            ("insert_null_as_default", "0"),
        ];
        let settings: Vec<(&str, &str)> = insert.settings.iter().map(|(name, value)| (&**name, &**value)).collect();
        assert_eq!(settings, expected);
        let beginning = "INSERT INTO `sales`.`orders` (`id`, `_tp_time`) SELECT `id`, `_tp_time` FROM table(";
        assert!(insert.sql.starts_with(beginning), "{}", insert.sql);
        assert_eq!(matches!(insert.path, CopyPath::Timeplusd), through_timeplusd);
        let gives_time = matches!(insert.path, CopyPath::AppServer { timeout } if timeout.as_secs() > 3600);
        assert_eq!(gives_time, !through_timeplusd, "rule 16: /exec ends at 30 s unless a time is given");
    }
}

#[tokio::test]
async fn rule_14_a_stream_whose_order_matters_is_copied_whole_in_order_by_one_thread() {
    let stage = Stage::new(&[("orders", 100)]);
    let plan = PlanBuilder::new().stream("orders").change(|plan| {
        let copy = plan.steps[1].copy.as_mut().unwrap();
        (copy.order_by, copy.threads) = (vec!["_tp_time".into()], 1);
    });
    stage.start(&plan.build()).await.unwrap();
    let insert = &stage.target.statements()[0];
    assert!(insert.sql.ends_with(" ORDER BY `_tp_time`"), "{}", insert.sql);
    for setting in ["max_insert_threads", "max_threads"] {
        assert!(insert.settings.contains(&(setting.into(), "1".into())), "{:?}", insert.settings);
    }
}

#[tokio::test]
async fn rule_16_an_insert_that_succeeded_with_its_answer_lost_is_not_sent_again() {
    let stage = Stage::new(&[("orders", 100)]);
    stage.target.fail_next_inserts([Fault::LostAfterwards]);
    let run = stage.start(&one_stream()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!((n_sent(&stage), stage.target.rows(&stream("orders"))), (1, 100));
}

#[tokio::test]
async fn rule_16_and_20_an_insert_that_was_cut_is_ended_first_and_the_stream_is_made_again_before_a_second_one() {
    let stage = Stage::new(&[("orders", 100)]);
    stage.target.fail_next_inserts([Fault::LostWhileRunning]);
    let run = stage.start(&one_stream()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!((n_sent(&stage), stage.target.rows(&stream("orders"))), (2, 100));
    let dropped =
        |body: &EventBody| matches!(body, EventBody::Dropped { resource, .. } if *resource == stream("orders"));
    let bodies = stage.bodies();
    let last_sent = bodies.iter().rposition(|body| matches!(body, EventBody::QuerySent { .. })).unwrap();
    assert!(stage.position(dropped).unwrap() < last_sent);
}

#[tokio::test]
async fn rule_18_no_insert_select_carries_an_idempotent_id() {
    for through_timeplusd in [true, false] {
        let stage = Stage::new(&[("orders", 100)]);
        stage.target.fail_next_inserts([Fault::LostWhileRunning, Fault::TooLargeAbove(3)]);
        let plan = PlanBuilder::new().stream("orders");
        let plan = plan.settings(|settings| settings.use_timeplusd_for_data_migration = through_timeplusd).build();
        stage.start(&plan).await.unwrap();
        let statements = stage.target.statements();
        assert!(statements.len() > 2, "it was sent again: {}", statements.len());
        for insert in statements {
            let names = insert.settings.iter().map(|(name, _)| name.as_str());
            assert!(!names.clone().any(|name| name.contains("idempotent")), "{:?}", names.collect::<Vec<_>>());
            assert!(!insert.sql.contains("idempotent"), "{}", insert.sql);
        }
    }
}

#[tokio::test]
async fn rule_20_a_copy_that_loses_rows_every_time_fails_and_says_so() {
    let stage = Stage::new(&[("orders", 100)]);
    stage.target.fail_next_inserts([Fault::FinishedShort; 3]);
    let run = stage.start(&one_stream()).await.unwrap();
    assert_eq!(run.state, RunState::Failed);
    let error = run.steps[1].error.as_ref().unwrap().to_string();
    assert!(error.contains("the source holds 100 rows") && error.contains("only 50 of them arrived"), "{error}");
}

#[tokio::test]
async fn rule_20_a_retry_of_a_refused_copy_begins_with_an_empty_stream() {
    let stage = Stage::new(&[("orders", 100)]);
    stage.target.fail_next_inserts([Fault::RefusedHalfway]);
    let failed = stage.start(&one_stream()).await.unwrap();
    assert_eq!(failed.state, RunState::Failed);
    let run = stage.start(&one_stream()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!(stage.target.rows(&stream("orders")), 100);
}

#[tokio::test]
async fn rule_29_rows_that_reach_the_source_after_its_copy_are_counted_as_not_covered() {
    let stage = Stage::new(&[("orders", 100)]);
    let run = stage.start_paused_for(&one_stream(), |stage| stage.source.add_seen_rows(&stream("orders"), 7)).await;
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert!(run.steps[2].note.contains("7 rows that reached the source after the copy are not covered"), "{run:?}");
    assert_eq!(run.steps[2].compared, Some((Count::exact(107), Count::exact(100))));
}

#[tokio::test]
async fn counts_that_differ_for_no_good_reason_fail_the_comparison() {
    let stage = Stage::new(&[("orders", 100)]);
    let run = stage.start_paused_for(&one_stream(), |stage| stage.target.add_seen_rows(&stream("orders"), 1)).await;
    assert_eq!(run.state, RunState::Failed);
    let error = run.steps[2].error.as_ref().unwrap().to_string();
    assert!(error.contains("The source holds 100 rows of stream sales.orders and the target 101"), "{error}");
}

#[tokio::test]
async fn an_empty_stream_is_copied_without_an_insert() {
    let stage = Stage::new(&[("orders", 0)]);
    let run = stage.start(&one_stream()).await.unwrap();
    assert_eq!(run.state, RunState::Done);
    assert_eq!(n_sent(&stage), 0);
    assert!(stage.target.has(&helper(1)), "the read test was made nevertheless");
}

#[tokio::test]
async fn as_many_streams_are_copied_at_once_as_the_plan_allows_and_the_others_say_what_they_wait_for() {
    for (settings, n_at_once) in [(Settings::default(), 2), (Settings { copies_at_once: 3, ..Settings::default() }, 3)]
    {
        copy_at_once(settings, n_at_once).await;
    }
}

#[tokio::test]
async fn no_more_steps_work_on_a_side_than_the_plan_allows_and_the_others_say_what_they_wait_for() {
    let limited = [
        ("source", Settings { steps_on_source: 1, ..Settings::default() }),
        ("target", Settings { steps_on_target: 1, ..Settings::default() }),
    ];
    for (side, settings) in limited {
        let stage = Stage::new(&[("a", 50), ("b", 50)]);
        let plan = PlanBuilder::new().settings(|own| *own = settings).stream("a").stream("b").build();
        stage.target.hold_inserts(true);
        let words = format!("waits until no other step works on the {side}");
        let (control, is_copy) = (Control::default(), [ferry_model::StepNumber(2), ferry_model::StepNumber(5)]);
        let release = async {
            let waits = |body: &EventBody| matches!(body, EventBody::StepWaiting { step, reason } if is_copy.contains(step) && *reason == words);
            stage.until(waits).await;
            stage.until(|body| matches!(body, EventBody::QuerySent { .. })).await;
            stage.target.hold_inserts(false);
        };
        let (run, ()) = tokio::join!(stage.start_steered(&plan, &control), release);
        assert_eq!(run.unwrap().state, RunState::Done, "{side}");
        assert_eq!(stage.target.most_inserts_at_once(), 1, "{side}");
    }
}

async fn copy_at_once(settings: Settings, n_at_once: usize) {
    let names = ["a", "b", "c", "d", "e"];
    let stage = Stage::new(&names.map(|name| (name, 50)));
    let plan = PlanBuilder::new().settings(|own| *own = settings);
    let plan = names.iter().fold(plan, |plan, name| plan.stream(name)).build();
    stage.target.hold_inserts(true);
    let control = Control::default();
    let release = async {
        stage.until(|body| matches!(body, EventBody::StepWaiting { .. })).await;
        while stage.target.most_inserts_at_once() < n_at_once {
            tokio::task::yield_now().await;
        }
        stage.target.hold_inserts(false);
    };
    let (run, ()) = tokio::join!(stage.start_steered(&plan, &control), release);
    let run = run.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!(stage.target.most_inserts_at_once(), n_at_once);
    let words = format!("fewer than {n_at_once}");
    let waits = stage.n_events(|body| matches!(body, EventBody::StepWaiting { reason, .. } if reason.contains(&words)));
    assert!(waits >= 1);
}

#[tokio::test]
async fn rule_2_a_stream_that_something_else_writes_to_is_not_copied_into() {
    let stage = Stage::new(&[("orders", 100)]);
    stage.target.fill_at_creation("orders", 1);
    let run = stage.start(&one_stream()).await.unwrap();
    assert!(matches!(run.steps[1].error, Some(FerryError::Conflict { .. })), "{run:?}");
    assert_eq!(n_sent(&stage), 0);
}
