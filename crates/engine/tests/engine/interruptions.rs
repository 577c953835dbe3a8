//! A run that is cut off after any event is taken up and ends as if nothing had happened.

use ferry_engine::{EngineError, SiteError};
use ferry_model::{EventBody, RunState, RunView};

use crate::plans::{PlanBuilder, Stage, source_named, stream};
use crate::world::Fault;

fn stage(faults: &[Fault]) -> Stage {
    let stage = Stage::new(&[("orders", 100), ("trades", 30)]);
    stage.source.put_running(&source_named("feed"), "s-1");
    stage.target.fail_next_inserts(faults.iter().copied());
    stage
}

/// Everything that must be the same however often a run was interrupted.
fn outcome(stage: &Stage, run: &RunView) -> (RunState, Vec<String>, [u64; 2], bool, bool) {
    let rows = [stage.target.rows(&stream("orders")), stage.target.rows(&stream("trades"))];
    let runs = (stage.source.runs(&source_named("feed")), stage.target.runs(&source_named("feed")));
    (run.state, stage.target.names(), rows, runs.0, runs.1)
}

/// Cuts a run off after every number of events, takes it up each time, and compares its end.
async fn cut_everywhere(faults: &[Fault]) {
    let whole = stage(faults);
    let run = whole.start(&PlanBuilder::fed().build()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    let expected = outcome(&whole, &run);
    let n_events = usize::try_from(run.last_seq).unwrap();
    for room in 0..n_events {
        let stage = stage(faults);
        stage.journal.set_room(Some(room));
        let cut = stage.start(&PlanBuilder::fed().build()).await;
        stage.journal.set_room(None);
        if let Err(error) = cut {
            assert!(matches!(error, EngineError::Journal(_)), "after {room} events: {error:?}");
            assert!(stage.bodies().len() <= room);
            // What is on the target is in the ledger, or in the ledger's future: nothing is unrecorded.
            let known: Vec<String> = stage.ledger().entries.iter().map(|entry| entry.resource.path()).collect();
            let names = stage.target.names();
            assert!(names.iter().all(|name| known.contains(name)), "after {room} events: {names:?} in {known:?}");
        }
        let run = stage.start(&PlanBuilder::fed().build()).await.unwrap();
        assert_eq!(outcome(&stage, &run), expected, "after {room} events: {run:?}");
        let mut known: Vec<String> = stage.ledger().entries.iter().map(|entry| entry.resource.path()).collect();
        known.sort();
        assert_eq!(known, stage.target.names(), "after {room} events");
    }
}

#[tokio::test]
async fn a_run_that_is_cut_off_after_any_event_ends_the_same() {
    cut_everywhere(&[]).await;
}

#[tokio::test]
async fn a_run_with_a_lost_connection_that_is_cut_off_after_any_event_ends_the_same() {
    cut_everywhere(&[Fault::LostWhileRunning]).await;
}

#[tokio::test]
async fn a_run_with_lost_rows_that_is_cut_off_after_any_event_ends_the_same() {
    cut_everywhere(&[Fault::FinishedShort]).await;
}

#[tokio::test]
async fn a_run_that_is_cut_off_again_and_again_still_comes_to_its_end() {
    let stage = stage(&[]);
    let mut n_tries = 0;
    let run = loop {
        // On a slow machine what was in flight may have to be done anew each time: at last there is room for it.
        stage.journal.set_room(Some(9 + n_tries / 10));
        n_tries += 1;
        match stage.start(&PlanBuilder::fed().build()).await {
            Ok(run) => break run,
            Err(error) => assert!(matches!(error, EngineError::Journal(_)), "{error:?}"),
        }
        assert!(n_tries < 100, "it goes on each time");
    };
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert!(n_tries > 3, "{n_tries}");
    assert_eq!(stage.target.rows(&stream("orders")), 100);
    assert_eq!(stage.target.rows(&stream("trades")), 30);
}

#[tokio::test]
async fn rule_2_a_creation_whose_answer_was_lost_is_found_and_not_repeated() {
    let stage = stage(&[]);
    stage.target.fail_creation("orders", SiteError::Unknown { text: "connection reset".into() });
    stage.target.fail_creation("feed", SiteError::Unknown { text: "connection reset".into() });
    let run = stage.start(&PlanBuilder::fed().build()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    let ids: Vec<Option<String>> = stage
        .bodies()
        .into_iter()
        .filter_map(|body| match body {
            EventBody::Created { resource, server_id, .. } if resource == source_named("feed") => Some(server_id),
            _ => None,
        })
        .collect();
    assert_eq!(ids, [Some("id-1".to_owned())], "its id was asked for");
}

#[tokio::test]
async fn a_finished_run_is_not_done_twice() {
    let stage = stage(&[]);
    let first = stage.start(&PlanBuilder::fed().build()).await.unwrap();
    let second = stage.start(&PlanBuilder::fed().build()).await.unwrap();
    assert_eq!(first, second);
}

#[tokio::test]
async fn a_run_is_not_taken_up_with_another_plan() {
    let stage = stage(&[Fault::RefusedHalfway]);
    assert_eq!(stage.start(&PlanBuilder::fed().build()).await.unwrap().state, RunState::Failed);
    let before = stage.target.names();
    let other = PlanBuilder::fed().settings(|settings| settings.max_block_size = 7).build();
    let run = stage.start(&other).await.unwrap();
    assert_eq!(run.state, RunState::Failed);
    assert!(run.error.unwrap().to_string().contains("not the one that this run began with"));
    assert_eq!(stage.target.names(), before);
}
