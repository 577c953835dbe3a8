//! Copy-safety 9: one moment with more rows than a slice shall have is cut further by a hash of the row.

use std::sync::Arc;

use ferry_engine::{Control, SliceRows, Wish};
use ferry_model::{CompareLevel, EventBody, RunState, SlicePart};
use ferry_plan::{CompareSpec, CopyThrough, Plan, Redo};

use crate::plans::{PlanBuilder, Stage, stream};
use crate::world::Fault;

/// Fifty rows on each of two days, and between them a moment with 330.
const N_ROWS: u64 = 430;
const MOMENT_MS: i64 = 40_000_000;

fn stage(faults: &[Option<Fault>]) -> Stage {
    let stage = Stage::new(&[]);
    stage.source.put_stream_over_days(&stream("orders"), 2, 50);
    stage.source.add_rows_at(&stream("orders"), 330, MOMENT_MS);
    stage.target.plan_inserts(faults.iter().copied());
    stage
}

fn builder(redo: Redo) -> PlanBuilder {
    PlanBuilder::new().stream("orders").change(move |plan| {
        let copy = plan.steps[1].copy.as_mut().unwrap();
        (copy.slice_rows, copy.redo) = (Some(100), redo);
        plan.steps[2].compare = Some(CompareSpec { level: CompareLevel::Checksum, ..CompareSpec::default() });
    })
}

fn plan(redo: Redo) -> Arc<Plan> {
    builder(redo).build()
}

async fn copied(stage: &Stage, plan: &Arc<Plan>, n_rows: u64) {
    let run = stage.start(plan).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!(stage.target.rows(&stream("orders")), n_rows);
}

fn sent(stage: &Stage) -> Vec<SliceRows> {
    stage.target.statements().into_iter().map(|insert| insert.rows).collect()
}

/// The parts that were sent.
fn parts(stage: &Stage) -> Vec<SlicePart> {
    sent(stage).into_iter().filter_map(|rows| rows.part).map(|hashed| hashed.part).collect()
}

fn all_of(of: u32) -> Vec<SlicePart> {
    (0..of).map(|part| SlicePart { part, of }).collect()
}

#[tokio::test]
async fn rule_9_a_moment_with_too_many_rows_is_copied_in_parts_whichever_way_rows_take() {
    for through in [CopyThrough::Helper, CopyThrough::Relay] {
        let stage = stage(&[]);
        let plan = builder(Redo::Delete).settings(|settings| settings.copy_through = through).build();
        copied(&stage, &plan, N_ROWS).await;
        assert_eq!((sent(&stage).len(), parts(&stage)), (6, all_of(4)), "{through:?}");
        assert!(stage.texts().contains("cut into several slices by a hash of the row"));
    }
}

#[tokio::test]
async fn rule_9_a_stream_with_one_moment_alone_is_copied_in_parts() {
    let stage = Stage::new(&[("orders", 250)]);
    copied(&stage, &plan(Redo::Recreate), 250).await;
    assert_eq!(parts(&stage), all_of(3));
    assert!(sent(&stage).iter().all(|rows| rows.range.is_all()), "every row has its slice, whenever it comes");
}

#[tokio::test]
async fn rule_9_where_the_sides_hash_otherwise_the_moment_is_one_slice_and_that_is_said() {
    let stage = stage(&[]);
    stage.target.hash_otherwise();
    copied(&stage, &plan(Redo::Delete), N_ROWS).await;
    assert_eq!((sent(&stage).len(), parts(&stage)), (3, vec![]));
    assert!(stage.texts().contains("do not compute the same hash"));
}

#[tokio::test]
async fn rule_19_a_part_that_came_out_short_is_emptied_and_copied_again_alone() {
    for fault in [Fault::FinishedShort, Fault::LostWhileRunning, Fault::TooLargeAbove(5)] {
        for n_before in 1..5 {
            let mut faults = vec![None; n_before];
            faults.push(Some(fault));
            let stage = stage(&faults);
            copied(&stage, &plan(Redo::Delete), N_ROWS).await;
            assert_eq!((sent(&stage).len(), stage.target.n_deletes()), (7, 1), "{fault:?} after {n_before}");
        }
    }
}

#[tokio::test]
async fn rule_9_parts_are_settled_wherever_the_run_was_cut_off() {
    for (redo, fault) in [(Redo::Delete, None), (Redo::Delete, Some(Fault::FinishedShort)), (Redo::Recreate, None)] {
        let faults = [None, None, fault];
        let whole = stage(&faults);
        copied(&whole, &plan(redo), N_ROWS).await;
        for room in (0..whole.bodies().len()).step_by(2) {
            let stage = stage(&faults);
            stage.journal.set_room(Some(room));
            stage.start(&plan(redo)).await.ok();
            stage.journal.set_room(None);
            copied(&stage, &plan(redo), N_ROWS).await;
        }
    }
}

#[tokio::test]
async fn rule_29_a_moment_that_grew_is_emptied_and_copied_again_in_parts() {
    let (stage, plan) = (stage(&[]), plan(Redo::Delete));
    copied(&stage, &plan, N_ROWS).await;
    let n_before = sent(&stage).len();
    stage.source.add_rows_at(&stream("orders"), 1_000, MOMENT_MS);
    let run = stage.wish(&plan, &Control::default(), Wish::CatchUp).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!(stage.target.rows_at(&stream("orders"), MOMENT_MS), 1_330);
    assert_eq!(stage.target.rows(&stream("orders")), N_ROWS + 1_000);
    assert_eq!((sent(&stage).len() - n_before, &parts(&stage)[4..]), (14, &all_of(14)[..]), "nothing else is sent");
    // What stays of a moment that was cut is one slice of the next plan, with the rows of all its parts.
    stage.source.add_rows_at(&stream("orders"), 5, 2 * 86_400_000);
    let run = stage.wish(&plan, &Control::default(), Wish::CatchUp).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!(stage.target.rows(&stream("orders")), N_ROWS + 1_005);
    let kept = |body: EventBody| match body {
        EventBody::SlicesReplanned { kept, .. } => Some(kept.iter().map(|one| one.n_rows).sum::<u64>()),
        _ => None,
    };
    assert_eq!(stage.bodies().into_iter().filter_map(kept).next_back(), Some(N_ROWS + 1_000));
}
