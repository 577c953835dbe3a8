//! Copy-safety 9 to 20 for streams that are copied in slices.

use std::sync::Arc;

use ferry_engine::{Control, EngineError};
use ferry_model::{EventBody, RunState, TimeRange};
use ferry_plan::{Plan, Redo};

use crate::plans::{PlanBuilder, Stage, stream};
use crate::world::Fault;

/// Six days of fifty rows, two days in a slice.
const N_ROWS: u64 = 300;

fn stage(faults: &[Fault]) -> Stage {
    let stage = Stage::new(&[]);
    stage.source.put_stream_over_days(&stream("orders"), 6, 50);
    stage.target.fail_next_inserts(faults.iter().copied());
    stage
}

fn plan(redo: Redo) -> Arc<Plan> {
    let sliced = |plan: &mut Plan| {
        let copy = plan.steps[1].copy.as_mut().unwrap();
        (copy.slice_rows, copy.redo) = (Some(100), redo);
    };
    PlanBuilder::new().stream("orders").change(sliced).build()
}

/// The same, where a slice begins when the one before it is seen: a test can do something between them.
fn plan_one_by_one() -> Arc<Plan> {
    let mut plan = Arc::unwrap_or_clone(plan(Redo::Delete));
    plan.settings.slices_in_flight = 1;
    Arc::new(plan)
}

fn n_sent(stage: &Stage) -> usize {
    stage.n_events(|body| matches!(body, EventBody::QuerySent { .. }))
}

fn is_slice_done(body: &EventBody) -> bool {
    matches!(body, EventBody::SliceDone { .. })
}

#[tokio::test]
async fn rule_9_slices_are_half_open_and_the_first_and_last_have_no_end() {
    let stage = stage(&[]);
    let run = stage.start(&plan(Redo::Delete)).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!(stage.target.rows(&stream("orders")), N_ROWS);
    let ranges: Vec<TimeRange> = stage.target.statements().iter().map(|insert| insert.rows.range).collect();
    let day_ms = 86_400_000;
    assert_eq!(ranges, TimeRange::between(&[2 * day_ms, 4 * day_ms]));
    let middle = &stage.target.statements()[1].sql;
    let expected = " WHERE _tp_time >= from_unix_timestamp64_milli(to_int64(172800000)) \
        AND _tp_time < from_unix_timestamp64_milli(to_int64(345600000))";
    assert!(middle.ends_with(expected), "{middle}");
}

#[tokio::test]
async fn a_stream_that_fits_into_one_slice_is_copied_whole() {
    let stage = Stage::new(&[("orders", 100)]);
    let run = stage.start(&plan(Redo::Delete)).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!(stage.n_events(|body| matches!(body, EventBody::SlicesPlanned { .. })), 0);
    assert_eq!(n_sent(&stage), 1);
}

#[tokio::test]
async fn rule_10_a_stream_over_too_many_days_is_copied_in_slices_however_few_rows_it_has() {
    for (n_days, n_slices) in [(50, 1), (51, 3)] {
        let stage = Stage::new(&[]);
        stage.source.put_stream_over_days(&stream("orders"), n_days, 1);
        let run = stage.start(&plan(Redo::Delete)).await.unwrap();
        assert_eq!(run.state, RunState::Done, "{run:?}");
        assert_eq!(n_sent(&stage), n_slices, "{n_days} days");
    }
}

#[tokio::test]
async fn rule_19_a_slice_that_came_out_short_is_emptied_and_copied_again_alone() {
    for fault in [Fault::FinishedShort, Fault::LostWhileRunning, Fault::TooLargeAbove(5)] {
        let stage = stage(&[fault]);
        let run = stage.start(&plan(Redo::Delete)).await.unwrap();
        assert_eq!(run.state, RunState::Done, "{fault:?}: {run:?}");
        assert_eq!(stage.target.rows(&stream("orders")), N_ROWS, "{fault:?}");
        assert_eq!((n_sent(&stage), stage.target.n_deletes()), (4, 1), "{fault:?}: three slices, one of them twice");
        assert_eq!(stage.n_events(is_slice_done), 3);
    }
}

#[tokio::test]
async fn rule_17_a_slice_that_counts_zero_at_first_is_not_taken_for_absent() {
    // The answer is lost in the moment in which the rows are written: they are seen one flush interval later.
    let stage = stage(&[Fault::LostAfterwards; 3]);
    let run = stage.start(&plan(Redo::Delete)).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!(stage.target.rows(&stream("orders")), N_ROWS);
    assert_eq!((n_sent(&stage), stage.target.n_deletes()), (3, 0), "each is sent once and none is emptied");
}

#[tokio::test]
async fn rule_20_where_rows_cannot_be_deleted_the_stream_is_made_again() {
    let stage = stage(&[Fault::FinishedShort]);
    let run = stage.start(&plan(Redo::Recreate)).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!(stage.target.rows(&stream("orders")), N_ROWS);
    assert_eq!(stage.target.n_deletes(), 0);
    assert_eq!(stage.n_events(|body| matches!(body, EventBody::SlicesPlanned { .. })), 2);
}

#[tokio::test]
async fn rule_20_slices_that_lose_rows_every_time_fail_and_say_so() {
    for redo in Redo::ALL {
        let stage = stage(&[Fault::FinishedShort; 12]);
        let run = stage.start(&plan(redo)).await.unwrap();
        assert_eq!(run.state, RunState::Failed);
        let error = run.steps[1].error.as_ref().unwrap().to_string();
        assert!(error.contains("Every attempt ended with missing rows"), "{error}");
    }
}

#[tokio::test]
async fn a_run_that_is_cut_off_after_any_event_copies_again_only_what_was_in_flight() {
    for (redo, faults) in [
        (Redo::Delete, vec![]),
        (Redo::Delete, vec![Fault::FinishedShort]),
        (Redo::Delete, vec![Fault::LostWhileRunning]),
        (Redo::Recreate, vec![Fault::FinishedShort]),
    ] {
        let n_events = stage(&faults).start(&plan(redo)).await.unwrap().last_seq;
        for room in 0..usize::try_from(n_events).unwrap() {
            let stage = stage(&faults);
            stage.journal.set_room(Some(room));
            let cut = stage.start(&plan(redo)).await;
            assert!(matches!(cut, Err(EngineError::Journal(_)) | Ok(_)), "after {room} events: {cut:?}");
            stage.journal.set_room(None);
            let (n_done, n_before) = (stage.n_events(is_slice_done), n_sent(&stage));
            let run = stage.start(&plan(redo)).await.unwrap();
            assert_eq!(run.state, RunState::Done, "{redo:?} {faults:?} after {room} events: {run:?}");
            assert_eq!(stage.target.rows(&stream("orders")), N_ROWS, "{redo:?} {faults:?} after {room} events");
            if redo == Redo::Delete && faults.is_empty() {
                assert!(n_sent(&stage) - n_before <= 3 - n_done, "after {room} events");
            }
        }
    }
}

#[tokio::test]
async fn a_pause_takes_effect_between_two_slices_and_a_resume_copies_the_rest() {
    let stage = stage(&[]);
    let control = Control::default();
    let person = async {
        stage.until(|body| matches!(body, EventBody::QuerySent { .. })).await;
        control.pause("anna");
        stage.until(|body| matches!(body, EventBody::RunPaused)).await;
        let n_done = stage.n_events(is_slice_done);
        assert!((1..3).contains(&n_done), "what was in flight is done, and not everything: {n_done}");
        control.resume("bert");
    };
    let plan = plan_one_by_one();
    let (run, ()) = tokio::join!(stage.start_steered(&plan, &control), person);
    assert_eq!(run.unwrap().state, RunState::Done);
    assert_eq!((n_sent(&stage), stage.target.rows(&stream("orders"))), (3, N_ROWS));
}

#[tokio::test]
async fn rule_16_a_cancelled_slice_is_settled_by_the_next_start() {
    let stage = stage(&[Fault::NeverEnds]);
    let control = Control::default();
    let person = async {
        stage.until(|body| matches!(body, EventBody::QuerySent { .. })).await;
        control.cancel("anna");
    };
    let plan = plan(Redo::Delete);
    let (run, ()) = tokio::join!(stage.start_steered(&plan, &control), person);
    assert_eq!(run.unwrap().state, RunState::Cancelled);
    let run = stage.start(&plan).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!(stage.target.rows(&stream("orders")), N_ROWS);
}

#[tokio::test]
async fn rule_9_every_slice_is_counted_again_and_late_rows_are_reported() {
    let stage = stage(&[]);
    let plan = plan_one_by_one();
    let control = Control::default();
    let writer = async {
        stage.until(is_slice_done).await;
        // Into the first slice, which is copied already.
        stage.source.add_seen_rows(&stream("orders"), 7);
    };
    let (run, ()) = tokio::join!(stage.start_steered(&plan, &control), writer);
    let run = run.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    let grown = |body: EventBody| match body {
        EventBody::SliceGrew { slice, source, target, .. } => Some((slice, source.value, target.value)),
        _ => None,
    };
    let grown: Vec<_> = stage.journal.bodies(&stage.run).into_iter().filter_map(grown).collect();
    assert_eq!(grown, [(0, 107, 100)]);
    assert!(stage.texts().contains("7 rows that reached the source later are not covered"));
}

#[tokio::test]
async fn rule_9_a_slice_that_loses_rows_after_it_was_copied_fails_the_copy() {
    let stage = stage(&[]);
    let plan = plan_one_by_one();
    let control = Control::default();
    let thief = async {
        stage.until(is_slice_done).await;
        stage.target.add_seen_rows(&stream("orders"), 3);
    };
    let (run, ()) = tokio::join!(stage.start_steered(&plan, &control), thief);
    let error = run.unwrap().steps[1].error.clone().unwrap().to_string();
    assert!(error.contains("Slice 1 of"), "{error}");
}
