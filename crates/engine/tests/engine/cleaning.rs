//! Copy-safety 2, 25: a clean removes exactly what was recorded, and ends when it is really gone.

use std::time::Duration;

use ferry_engine::preview_clean;
use ferry_model::{EventBody, LedgerState, RunId, RunMode, RunState};

use crate::plans::{PlanBuilder, Stage, marker, source_named, stream, view};
use crate::world::Fault;

async fn migrated() -> Stage {
    let stage = Stage::new(&[("orders", 100), ("trades", 30)]);
    stage.target.put_stream(&stream("older"), 5);
    let plan = PlanBuilder::new().stream("orders").stream("trades").view("adds", "orders", "trades").source("feed");
    let run = stage.start(&plan.build()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    stage
}

#[tokio::test]
async fn a_clean_removes_what_the_run_made_in_reverse_order_and_nothing_else() {
    let stage = migrated().await;
    let run = stage.clean("c-1").await.unwrap();
    assert_eq!((run.state, run.mode), (RunState::Done, RunMode::Clean), "{run:?}");
    assert_eq!(stage.target.names(), ["sales.older"]);
    assert_eq!(stage.target.rows(&stream("older")), 5);
    assert!(stage.ledger().entries.is_empty());
    let removed: Vec<_> = run.steps.iter().map(|step| step.resource.clone()).collect();
    let place = |resource| removed.iter().position(|other| *other == resource).unwrap();
    assert!(place(source_named("feed")) < place(view("adds")));
    assert!(place(view("adds")) < place(stream("orders")));
}

#[tokio::test]
async fn a_preview_lists_everything_that_a_clean_would_remove_and_why() {
    let stage = migrated().await;
    let before = stage.target.names();
    let items = preview_clean(&stage.ledger(), &*stage.target).await.unwrap();
    assert_eq!(stage.target.names(), before);
    let mut names: Vec<String> = items.iter().map(|item| item.resource.path()).collect();
    names.push("sales.older".into());
    names.sort();
    assert_eq!(names, before);
    assert!(items.iter().all(|item| item.exists && item.state == LedgerState::Created && !item.why.is_empty()));
}

#[tokio::test]
async fn rule_25_a_clean_ends_when_the_names_are_really_gone() {
    let stage = migrated().await;
    stage.target.set_drop_takes(Duration::from_millis(20));
    let run = stage.clean("c-1").await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!(stage.target.names(), ["sales.older"]);
}

#[tokio::test]
async fn rule_25_a_name_that_does_not_vanish_in_time_fails_its_step_and_a_repeated_clean_goes_on() {
    let stage = migrated().await;
    stage.target.set_drop_takes(Duration::from_millis(600));
    let failed = stage.clean("c-1").await.unwrap();
    assert_eq!(failed.state, RunState::Failed);
    assert!(failed.steps[0].error.as_ref().unwrap().to_string().contains("still shows it"), "{failed:?}");
    stage.target.set_drop_takes(Duration::ZERO);
    let again = stage.clean("c-2").await.unwrap();
    assert_eq!(again.state, RunState::Done, "{again:?}");
    assert_eq!(stage.target.names(), ["sales.older"]);
}

#[tokio::test]
async fn a_clean_that_is_cut_off_after_any_event_is_taken_up_and_removes_the_rest() {
    for room in 0.. {
        let stage = migrated().await;
        stage.journal.set_room(Some(room));
        let cut = stage.clean("c-1").await;
        stage.journal.set_room(None);
        let run = match cut {
            Ok(run) => run,
            Err(_) => stage.clean("c-1").await.unwrap(),
        };
        assert_eq!(run.state, RunState::Done, "after {room} events: {run:?}");
        assert_eq!(stage.target.names(), ["sales.older"], "after {room} events");
        if stage.journal.events(&RunId::new("c-1")).len() <= room {
            break;
        }
    }
}

#[tokio::test]
async fn rule_5_a_clean_takes_over_the_marker_of_a_crashed_run_and_removes_it() {
    let stage = Stage::new(&[("orders", 100)]);
    stage.target.fail_next_inserts([Fault::NeverEnds]);
    let control = ferry_engine::Control::default();
    let crash = async {
        stage.until(|body| matches!(body, EventBody::QuerySent { .. })).await;
        control.shutdown();
    };
    let plan = PlanBuilder::new().stream("orders").build();
    let (run, ()) = tokio::join!(stage.start_steered(&plan, &control), crash);
    assert!(run.is_err());
    assert!(stage.target.has(&marker()));
    let clean = stage.clean("c-1").await.unwrap();
    assert_eq!(clean.state, RunState::Done, "{clean:?}");
    assert!(stage.target.names().is_empty(), "{:?}", stage.target.names());
}

#[tokio::test]
async fn a_clean_of_nothing_changes_nothing() {
    let stage = Stage::new(&[]);
    let run = stage.clean("c-1").await.unwrap();
    assert_eq!(run.state, RunState::Done);
    assert!(run.steps.is_empty() && stage.target.names().is_empty());
}
