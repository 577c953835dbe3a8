//! Several slices of one stream in flight (copy-safety 10, 11, 16, 19, 20): what goes wrong with one of them while others
//! are on their way.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use ferry_engine::Control;
use ferry_model::{EventBody, RunState};
use ferry_plan::{Plan, Redo};

use crate::plans::{PlanBuilder, Stage, stream};
use crate::world::Fault;

/// Twelve days of fifty rows.
const N_DAYS: i64 = 12;
const N_ROWS: u64 = 600;
/// Long beside the time that INSERTs take here, so that slices wait for it side by side.
const FLUSH: Duration = Duration::from_millis(80);

/// How a copy is cut and what it may do.
#[derive(Debug, Clone, Copy)]
struct Way {
    slice_rows: u64,
    in_flight: u64,
    redo: Redo,
}

const THREE: Way = Way { slice_rows: 100, in_flight: 3, redo: Redo::Delete };

fn stage(faults: &[Option<Fault>]) -> Stage {
    let stage = Stage::new(&[]);
    stage.source.put_stream_over_days(&stream("orders"), N_DAYS, 50);
    stage.target.set_flush(FLUSH);
    stage.target.plan_inserts(faults.iter().copied());
    stage
}

fn plan(way: Way) -> Arc<Plan> {
    let sliced = |plan: &mut Plan| {
        let copy = plan.steps[1].copy.as_mut().unwrap();
        (copy.slice_rows, copy.redo) = (Some(way.slice_rows), way.redo);
        plan.settings.slices_in_flight = way.in_flight;
    };
    PlanBuilder::new().stream("orders").change(sliced).build()
}

/// The slices that are in flight after each event.
fn in_flight(stage: &Stage) -> Vec<(EventBody, BTreeSet<u32>)> {
    let mut open = BTreeSet::new();
    let step = |body: EventBody| {
        match &body {
            EventBody::SliceStarted { slice, .. } => drop(open.insert(*slice)),
            EventBody::SliceDone { slice, .. } => drop(open.remove(slice)),
            EventBody::SlicesPlanned { .. } => open.clear(),
            _ => {}
        }
        (body, open.clone())
    };
    stage.bodies().into_iter().map(step).collect()
}

fn most_in_flight(stage: &Stage) -> usize {
    in_flight(stage).iter().map(|(_, open)| open.len()).max().unwrap_or_default()
}

/// The slices that were in flight each time when something was emptied or dropped to be copied again.
fn in_flight_when_redone(stage: &Stage) -> Vec<Vec<u32>> {
    let is_redone = |body: &EventBody| match body {
        EventBody::Noted { text, .. } => text.contains("is emptied and copied again") || text.contains("larger than"),
        EventBody::DropIntended { resource, .. } => *resource == stream("orders"),
        _ => false,
    };
    let redone = in_flight(stage).into_iter().filter(|(body, _)| is_redone(body));
    redone.map(|(_, open)| open.into_iter().collect()).collect()
}

fn n_sent(stage: &Stage) -> usize {
    stage.n_events(|body| matches!(body, EventBody::QuerySent { .. }))
}

async fn copied(stage: &Stage, way: Way) {
    let run = stage.start(&plan(way)).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{way:?}: {run:?}");
    assert_eq!(stage.target.rows(&stream("orders")), N_ROWS, "{way:?}");
}

#[tokio::test]
async fn rule_11_as_many_slices_wait_for_their_rows_as_the_plan_says_and_one_is_sent() {
    for in_flight in [1, 2, 4] {
        let stage = stage(&[]);
        copied(&stage, Way { slice_rows: 50, in_flight, ..THREE }).await;
        assert_eq!(most_in_flight(&stage) as u64, in_flight);
        assert_eq!((stage.target.most_inserts_at_once(), n_sent(&stage)), (1, 12));
    }
}

#[tokio::test]
async fn rule_10_slices_in_flight_together_touch_at_most_50_partitions() {
    // A day is a partition; a slice touches 25 at most.
    for (slice_rows, n_slices, most) in [(10, 12, 5), (1_000, 5, 2)] {
        let stage = Stage::new(&[]);
        stage.source.put_stream_over_days(&stream("orders"), 120, 1);
        stage.target.set_flush(FLUSH);
        let run = stage.start(&plan(Way { slice_rows, in_flight: 16, ..THREE })).await.unwrap();
        assert_eq!(run.state, RunState::Done, "{run:?}");
        assert_eq!((n_sent(&stage), most_in_flight(&stage)), (n_slices, most));
    }
}

#[tokio::test]
async fn rule_19_a_slice_is_redone_alone_when_nothing_else_is_in_flight() {
    for fault in [Fault::FinishedShort, Fault::LostWhileRunning, Fault::TooLargeAbove(5)] {
        for n_before in 0..5 {
            let mut faults = vec![None; n_before];
            faults.push(Some(fault));
            let stage = stage(&faults);
            copied(&stage, THREE).await;
            let slice = u32::try_from(n_before).unwrap();
            assert_eq!(in_flight_when_redone(&stage), [[slice]], "{fault:?} after {n_before}");
            assert_eq!((n_sent(&stage), stage.target.n_deletes()), (7, 1), "{fault:?}: six slices, one of them twice");
        }
    }
}

#[tokio::test]
async fn rule_20_a_stream_is_made_again_when_nothing_is_in_flight_that_counts() {
    for fault in [Fault::FinishedShort, Fault::LostWhileRunning, Fault::TooLargeAbove(5)] {
        let stage = stage(&[None, Some(fault), None]);
        copied(&stage, Way { redo: Redo::Recreate, ..THREE }).await;
        let redone = in_flight_when_redone(&stage);
        assert!(!redone.is_empty() && redone.iter().all(|open| *open == [1]), "{fault:?}: {redone:?}");
        assert_eq!(stage.target.n_deletes(), 0);
        assert_eq!(stage.n_events(|body| matches!(body, EventBody::SlicesPlanned { .. })), 2);
    }
}

#[tokio::test]
async fn slices_that_lose_rows_together_are_emptied_together_and_count_once() {
    // Two rounds of three: counted one by one they would use up the patience of three.
    let stage = stage(&[Some(Fault::FinishedShort); 6]);
    copied(&stage, THREE).await;
    assert_eq!(in_flight_when_redone(&stage), vec![vec![0, 1, 2]; 6], "three notes each time");
    assert_eq!((n_sent(&stage), stage.target.n_deletes()), (12, 6));
}

#[tokio::test]
async fn rule_16_an_insert_of_unknown_outcome_is_proved_ended_before_the_next_is_sent() {
    let stage = stage(&[None, Some(Fault::LostWhileRunning), Some(Fault::LostAfterwards)]);
    copied(&stage, THREE).await;
    assert_eq!((stage.target.most_inserts_at_once(), stage.target.n_running()), (1, 0));
    assert_eq!(n_sent(&stage), 7, "the one that wrote everything is not sent again");
}

#[tokio::test]
async fn a_pause_leaves_nothing_in_flight() {
    let stage = stage(&[]);
    let control = Control::default();
    let person = async {
        stage.until(|body| matches!(body, EventBody::SliceStarted { slice: 2, .. })).await;
        control.pause("anna");
        stage.until(|body| matches!(body, EventBody::RunPaused)).await;
        let (_, open) = in_flight(&stage).pop().unwrap();
        assert!(open.is_empty(), "{open:?} are in flight in a paused run");
        let n_done = stage.n_events(|body| matches!(body, EventBody::SliceDone { .. }));
        assert!((3..6).contains(&n_done), "what was in flight is done, and not everything: {n_done}");
        control.resume("bert");
    };
    let plan = plan(THREE);
    let (run, ()) = tokio::join!(stage.start_steered(&plan, &control), person);
    assert_eq!(run.unwrap().state, RunState::Done);
    assert_eq!((n_sent(&stage), stage.target.rows(&stream("orders"))), (6, N_ROWS));
}

#[tokio::test]
async fn a_cancel_records_the_slices_that_came_through_and_settles_the_others_later() {
    let stage = stage(&[None, None, Some(Fault::NeverEnds)]);
    let control = Control::default();
    let person = async {
        stage.until(|body| matches!(body, EventBody::SliceStarted { slice: 2, .. })).await;
        control.cancel("anna");
    };
    let plan = plan(THREE);
    let (run, ()) = tokio::join!(stage.start_steered(&plan, &control), person);
    assert_eq!(run.unwrap().state, RunState::Cancelled);
    let (_, open) = in_flight(&stage).pop().unwrap();
    assert_eq!(open, BTreeSet::from([2]), "the two before it were seen");
    let run = stage.start(&plan).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!(stage.target.rows(&stream("orders")), N_ROWS);
    assert_eq!((n_sent(&stage), stage.target.n_deletes()), (7, 1));
}

#[tokio::test]
async fn after_a_crash_no_more_is_copied_again_than_was_in_flight() {
    // The third slice is in flight with two others, and its INSERT goes wrong.
    for fault in [None, Some(Fault::FinishedShort), Some(Fault::LostWhileRunning)] {
        for redo in Redo::ALL {
            let way = Way { redo, ..THREE };
            let quick_stage = || {
                let stage = stage(&[None, None, fault]);
                stage.target.set_flush(FLUSH / 5);
                stage
            };
            let whole = quick_stage();
            copied(&whole, way).await;
            for room in (0..whole.bodies().len()).step_by(4) {
                let stage = quick_stage();
                stage.journal.set_room(Some(room));
                stage.start(&plan(way)).await.ok();
                stage.journal.set_room(None);
                let n_before = stage.bodies().len();
                let open = in_flight(&stage).pop().map(|(_, open)| open).unwrap_or_default();
                assert!(open.len() <= 3, "{open:?} after {room} events");
                copied(&stage, way).await;
                let started = |bodies: &[EventBody]| {
                    let slice = |body: &EventBody| match body {
                        EventBody::SliceStarted { slice, .. } => Some(*slice),
                        _ => None,
                    };
                    bodies.iter().filter_map(slice).collect::<BTreeSet<u32>>()
                };
                let bodies = stage.bodies();
                let (before, after) = bodies.split_at(n_before);
                let again: BTreeSet<u32> = started(before).intersection(&started(after)).copied().collect();
                let is_bounded = redo != Redo::Delete || again.is_subset(&open);
                assert!(is_bounded, "{again:?} again and {open:?} were in flight, {fault:?} after {room} events");
            }
        }
    }
}
