//! Copy-safety 19, 20, 23 and 29: what differs is copied again, and what came later is copied, and nothing else.

use std::sync::Arc;

use ferry_engine::{Control, EngineError, Wish};
use ferry_model::{CompareLevel, EventBody, FerryError, RunState, RunView, StepNumber, StreamMode, TimeRange};
use ferry_plan::{CompareSpec, Plan, Redo};

use crate::plans::{PlanBuilder, Stage, marker, source_named, stream};
use crate::world::Fault;

/// Six days of fifty rows.
const N_ROWS: u64 = 300;
const DAY_MS: i64 = 86_400_000;
const COMPARE: StepNumber = StepNumber(3);

/// How the stream is copied.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Way {
    slice_rows: u64,
    redo: Redo,
}

/// In slices of two days, and whole.
const WAYS: [Way; 2] = [Way { slice_rows: 100, redo: Redo::Delete }, Way { slice_rows: 1_000, redo: Redo::Delete }];

fn builder(way: Way) -> PlanBuilder {
    PlanBuilder::new().stream("orders").change(move |plan| {
        let copy = plan.steps[1].copy.as_mut().unwrap();
        (copy.slice_rows, copy.redo) = (Some(way.slice_rows), way.redo);
        plan.steps[2].compare = Some(CompareSpec { level: CompareLevel::Checksum, ..CompareSpec::default() });
    })
}

/// A run that is done, whose plan is compared by checksums.
async fn done(plan: &Arc<Plan>) -> Stage {
    let stage = Stage::new(&[]);
    stage.source.put_stream_over_days(&stream("orders"), 6, 50);
    let run = stage.start(plan).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    stage
}

/// The same, with a row of the target that became another one, and a comparison that found it.
async fn damaged(plan: &Arc<Plan>) -> Stage {
    let stage = done(plan).await;
    stage.target.damage_a_row(&stream("orders"), 3 * DAY_MS);
    let run = stage.wish(plan, &Control::default(), Wish::Verify).await.unwrap();
    assert_eq!(run.state, RunState::Failed, "{run:?}");
    stage
}

fn n_sent(stage: &Stage) -> usize {
    stage.n_events(|body| matches!(body, EventBody::QuerySent { .. }))
}

fn n_dropped(stage: &Stage) -> usize {
    stage.n_events(|body| matches!(body, EventBody::Dropped { resource, .. } if *resource == stream("orders")))
}

fn assert_whole(stage: &Stage, run: &RunView, what: &str) {
    assert_eq!(run.state, RunState::Done, "{what}: {run:?}");
    let (on_source, on_target) = (&stage.source, &stage.target);
    assert_eq!(on_target.rows(&stream("orders")), on_source.rows(&stream("orders")), "{what}");
    for at_ms in (0..7).flat_map(|day| [day * DAY_MS, day * DAY_MS + 1]) {
        let rows = |side: &crate::world::World| side.rows_at(&stream("orders"), at_ms);
        assert_eq!(rows(on_target), rows(on_source), "{what} at {at_ms}");
    }
    assert!(!stage.target.has(&marker()), "{what}");
}

#[tokio::test]
async fn rule_19_only_what_differs_is_emptied_and_copied_again() {
    for way in WAYS {
        let plan = builder(way).build();
        let stage = damaged(&plan).await;
        let (n_before, asked) = (n_sent(&stage), stage.bodies().len());
        let run = stage.wish(&plan, &Control::default(), Wish::Recopy(COMPARE)).await.unwrap();
        assert_whole(&stage, &run, &format!("{way:?}"));
        assert_eq!((n_sent(&stage) - n_before, stage.target.n_deletes(), n_dropped(&stage)), (1, 1, 0), "{way:?}");
        let range = stage.target.statements().last().unwrap().rows.range;
        let day = TimeRange { from_ms: Some(3 * DAY_MS), until_ms: Some(4 * DAY_MS) };
        assert!(range.within(day) == range && range.contains(3 * DAY_MS + 1), "{way:?}: {range:?}");
        // Who asked, what will be taken away, that it is gone, and only then the copy.
        let bodies = &stage.bodies()[asked..];
        let at = |fits: &dyn Fn(&EventBody) -> bool| bodies.iter().position(fits).expect("it is recorded");
        let told = at(&|body| matches!(body, EventBody::Noted { text, .. } if text.contains("only this is emptied")));
        let emptied = at(&|body| matches!(body, EventBody::SliceEmptied { .. }));
        let sent = at(&|body| matches!(body, EventBody::QuerySent { .. }));
        let compared = at(&|body| matches!(body, EventBody::Verified { .. }));
        assert!(matches!(&bodies[0], EventBody::StepRecopyRequested { by, .. } if by == "anna"), "{:?}", bodies[0]);
        assert!(told < emptied && emptied < sent && sent < compared, "{told} {emptied} {sent} {compared}");
    }
}

#[tokio::test]
async fn rule_20_where_no_row_can_be_deleted_the_stream_is_made_again_and_that_is_said_before() {
    let plan = builder(Way { slice_rows: 100, redo: Redo::Recreate }).build();
    let stage = damaged(&plan).await;
    let run = stage.wish(&plan, &Control::default(), Wish::Recopy(COMPARE)).await.unwrap();
    assert_whole(&stage, &run, "made again");
    assert_eq!((stage.target.n_deletes(), n_dropped(&stage)), (0, 1));
    let told =
        stage.position(|body| matches!(body, EventBody::Noted { text, .. } if text.contains("copied again whole")));
    let removed = stage
        .position(|body| matches!(body, EventBody::DropIntended { resource, .. } if *resource == stream("orders")));
    assert!(told.is_some() && told < removed);
}

#[tokio::test]
async fn rule_19_a_copy_under_something_that_lives_is_not_copied_again() {
    let plan = builder(WAYS[0]).view("adds", "orders", "totals").change(|plan| {
        plan.steps[3].needs = vec![StepNumber(1)];
        plan.steps[3].definition =
            Some(ferry_model::Definition::Sql("CREATE MATERIALIZED VIEW sales.adds AS SELECT id".into()));
    });
    let plan = plan.build();
    let stage = damaged(&plan).await;
    let refused = stage.wish(&plan, &Control::default(), Wish::Recopy(COMPARE)).await;
    let Err(EngineError::Refused(FerryError::Conflict { why, .. })) = refused else { panic!("{refused:?}") };
    assert!(why.contains("materialized view sales.adds"), "{why}");
    assert_eq!(stage.target.n_deletes(), 0);
}

#[tokio::test]
async fn what_cannot_be_copied_again_is_refused() {
    let plan = builder(WAYS[0]).build();
    let stage = damaged(&plan).await;
    for (step, expected) in [(1, "neither copies nor compares"), (99, "no step 99")] {
        let refused = stage.wish(&plan, &Control::default(), Wish::Recopy(StepNumber(step))).await;
        let Err(EngineError::Refused(error)) = refused else { panic!("{refused:?}") };
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn rule_19_a_copy_again_that_is_cut_off_after_any_event_doubles_and_loses_nothing() {
    let ways = [WAYS[0], WAYS[1], Way { slice_rows: 100, redo: Redo::Recreate }];
    for (way, fault) in ways.into_iter().flat_map(|way| [None, Some(Fault::FinishedShort)].map(|fault| (way, fault))) {
        let plan = builder(way).build();
        for room in 0.. {
            let stage = damaged(&plan).await;
            stage.target.fail_next_inserts(fault);
            stage.journal.set_room(Some(room));
            let cut = stage.wish(&plan, &Control::default(), Wish::Recopy(COMPARE)).await;
            assert!(matches!(cut, Err(EngineError::Journal(_)) | Ok(_)), "after {room} events: {cut:?}");
            stage.journal.set_room(None);
            assert!(stage.target.rows(&stream("orders")) <= N_ROWS, "after {room} events a row is there twice");
            if cut.is_ok() {
                assert!(room > 10, "{room}");
                break;
            }
            let is_asked = stage.n_events(|body| matches!(body, EventBody::StepRecopyRequested { .. })) == 1;
            let wish = if is_asked { Wish::GoOn } else { Wish::Recopy(COMPARE) };
            let run = stage.wish(&plan, &Control::default(), wish).await.unwrap();
            assert_whole(&stage, &run, &format!("{way:?} {fault:?} after {room} events"));
        }
    }
}

#[tokio::test]
async fn a_cancelled_copy_again_goes_on_with_the_next_start() {
    let plan = builder(WAYS[0]).build();
    let stage = damaged(&plan).await;
    stage.target.fail_next_inserts([Fault::NeverEnds]);
    let control = Control::default();
    let n_before = n_sent(&stage);
    let person = async {
        while n_sent(&stage) == n_before {
            tokio::task::yield_now().await;
        }
        control.cancel("anna");
    };
    let (run, ()) = tokio::join!(stage.wish(&plan, &control, Wish::Recopy(COMPARE)), person);
    assert_eq!(run.unwrap().state, RunState::Cancelled);
    let run = stage.start(&plan).await.unwrap();
    assert_whole(&stage, &run, "after a cancel");
}

#[tokio::test]
async fn rule_23_a_source_that_was_started_after_the_failure_is_stopped_again_for_the_copy() {
    let plan = PlanBuilder::new().stop("feed").stream("orders").change(|plan| {
        let copy = plan.steps[2].copy.as_mut().unwrap();
        (copy.slice_rows, copy.redo) = (Some(100), Redo::Delete);
        plan.steps[3].compare = Some(CompareSpec { level: CompareLevel::Checksum, ..CompareSpec::default() });
    });
    let plan = plan.build();
    let stage = Stage::new(&[]);
    stage.source.put_stream_over_days(&stream("orders"), 6, 50);
    stage.source.put_running(&source_named("feed"), "s-1");
    let run = stage.start_paused_for(&plan, |stage| stage.target.damage_a_row(&stream("orders"), 0)).await;
    // Whether the pause came before the last slice or after it, the damage is found.
    assert_eq!(run.state, RunState::Failed);
    assert!(stage.source.runs(&source_named("feed")), "it ran before, so it runs again");
    let run = stage.wish(&plan, &Control::default(), Wish::Recopy(StepNumber(4))).await.unwrap();
    assert_whole(&stage, &run, "after the failure");
    assert!(!stage.source.runs(&source_named("feed")));
}

/// Rows that reach the source later: with a new time, with the time of a slice that is done, and before all others.
fn arrive(stage: &Stage) {
    for (n_rows, at_ms) in [(7, 6 * DAY_MS), (3, 2 * DAY_MS + 1), (2, 0)] {
        stage.source.add_rows_at(&stream("orders"), n_rows, at_ms);
    }
}

#[tokio::test]
async fn rule_29_a_catch_up_copies_what_came_later_whatever_its_time() {
    for way in WAYS {
        let plan = builder(way).build();
        let stage = done(&plan).await;
        arrive(&stage);
        let run = stage.wish(&plan, &Control::default(), Wish::Verify).await.unwrap();
        assert_eq!(run.steps[2].verified.map(|shown| shown.n_late), Some(12), "{run:?}");
        let run = stage.wish(&plan, &Control::default(), Wish::CatchUp).await.unwrap();
        assert_whole(&stage, &run, &format!("{way:?}"));
        assert_eq!(run.steps[2].verified.map(|shown| (shown.n_rows, shown.n_late)), Some((312, 0)));
        assert_eq!((stage.target.n_deletes(), n_dropped(&stage)), (2, 0), "{way:?}: the new time held no row");
        // As often as a person wants, and for nothing where nothing came.
        let n_before = n_sent(&stage);
        let run = stage.wish(&plan, &Control::default(), Wish::CatchUp).await.unwrap();
        assert_whole(&stage, &run, &format!("{way:?} again"));
        assert_eq!(n_sent(&stage), n_before);
        stage.source.add_rows_at(&stream("orders"), 1, 6 * DAY_MS);
        let run = stage.wish(&plan, &Control::default(), Wish::CatchUp).await.unwrap();
        assert_whole(&stage, &run, &format!("{way:?} once more"));
        assert_eq!(n_sent(&stage), n_before + 1);
    }
}

#[tokio::test]
async fn rule_9_a_catch_up_appends_where_no_row_can_be_deleted_and_no_row_lies_in_the_way() {
    for (way, n_more_dropped) in [(1, 0), (0, 1)] {
        let plan = builder(Way { slice_rows: 100, redo: Redo::Recreate }).build();
        let stage = done(&plan).await;
        // Beside the rows of the fourth day, or at their very moment.
        stage.source.add_rows_at(&stream("orders"), 5, 3 * DAY_MS + way);
        let run = stage.wish(&plan, &Control::default(), Wish::CatchUp).await.unwrap();
        assert_whole(&stage, &run, &format!("{way} ms later"));
        assert_eq!((stage.target.n_deletes(), n_dropped(&stage)), (0, n_more_dropped), "{way} ms later");
    }
}

#[tokio::test]
async fn rule_14_a_stream_with_keys_is_made_again_by_a_catch_up_only_if_it_changed() {
    let plan = builder(WAYS[0]).change(|plan| {
        let copy = plan.steps[1].copy.as_mut().unwrap();
        (copy.mode, copy.redo) = (StreamMode::VersionedKv, Redo::Recreate);
        let sql = "CREATE STREAM sales.orders (`id` int64) PRIMARY KEY id SETTINGS mode = 'versioned_kv'";
        plan.steps[0].definition = Some(ferry_model::Definition::Sql(sql.into()));
    });
    let plan = plan.build();
    let stage = done(&plan).await;
    let run = stage.wish(&plan, &Control::default(), Wish::CatchUp).await.unwrap();
    assert_whole(&stage, &run, "nothing changed");
    assert_eq!((n_sent(&stage), n_dropped(&stage)), (1, 0));
    stage.source.damage_a_row(&stream("orders"), DAY_MS);
    let run = stage.wish(&plan, &Control::default(), Wish::CatchUp).await.unwrap();
    assert_whole(&stage, &run, "a key changed");
    assert_eq!((n_sent(&stage), n_dropped(&stage)), (2, 1));
}

#[tokio::test]
async fn rule_29_a_catch_up_that_is_cut_off_after_any_event_doubles_and_loses_nothing() {
    for way in WAYS {
        let plan = builder(way).build();
        for room in 0.. {
            let stage = done(&plan).await;
            arrive(&stage);
            stage.journal.set_room(Some(room));
            let cut = stage.wish(&plan, &Control::default(), Wish::CatchUp).await;
            stage.journal.set_room(None);
            assert!(stage.target.rows(&stream("orders")) <= N_ROWS + 12, "after {room} events a row is there twice");
            if cut.is_ok() {
                assert!(room > 10, "{room}");
                break;
            }
            let is_asked = stage.n_events(|body| matches!(body, EventBody::CatchUpRequested { .. })) == 1;
            let wish = if is_asked { Wish::GoOn } else { Wish::CatchUp };
            let run = stage.wish(&plan, &Control::default(), wish).await.unwrap();
            assert_whole(&stage, &run, &format!("{way:?} after {room} events"));
        }
    }
}
