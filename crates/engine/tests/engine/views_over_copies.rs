//! Views that stand on a stream whose copy must begin again (copy-safety 20).

use ferry_engine::{Control, EngineError};
use ferry_model::{EventBody, ResourceKind, ResourceName, RunState, StepNumber, StepState};

use crate::plans::{PlanBuilder, Stage, stream};
use crate::world::Fault;

fn plain_view(name: &str) -> ResourceName {
    ResourceName::in_database(ResourceKind::View, "sales", name)
}

/// A stream, a view over it and a view over that one, both made before the stream's rows are copied.
fn plan() -> PlanBuilder {
    PlanBuilder::new()
        .stream("orders")
        .plain_view("cheap", "orders", 1)
        .plain_view("cheapest", "cheap", 4)
        .change(|plan| plan.steps[1].needs.push(StepNumber(5)))
}

fn stage(faults: &[Fault]) -> Stage {
    let stage = Stage::new(&[("orders", 100)]);
    stage.target.fail_next_inserts(faults.iter().copied());
    stage
}

fn is_complete(stage: &Stage) -> bool {
    let views = ["cheap", "cheapest"].map(plain_view);
    stage.target.rows(&stream("orders")) == 100 && views.iter().all(|view| stage.target.has(view))
}

#[tokio::test]
async fn rule_20_views_over_a_stream_that_is_made_again_are_there_at_the_end() {
    let stage = stage(&[Fault::FinishedShort]);
    let run = stage.start(&plan().build()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    assert!(is_complete(&stage));
    let dropped: Vec<ResourceName> = stage
        .bodies()
        .into_iter()
        .filter_map(|body| match body {
            EventBody::Dropped { resource, .. } if resource.database.as_deref() == Some("sales") => Some(resource),
            _ => None,
        })
        .collect();
    assert_eq!(dropped, [plain_view("cheapest"), plain_view("cheap"), stream("orders")], "youngest first");
}

#[tokio::test]
async fn rule_20_a_run_that_is_cut_off_while_views_are_away_brings_them_back() {
    let whole = stage(&[Fault::FinishedShort]);
    let n_events = whole.start(&plan().build()).await.unwrap().last_seq;
    for room in 0..usize::try_from(n_events).unwrap() {
        let stage = stage(&[Fault::FinishedShort]);
        stage.journal.set_room(Some(room));
        let cut = stage.start(&plan().build()).await;
        assert!(matches!(cut, Err(EngineError::Journal(_)) | Ok(_)), "after {room} events: {cut:?}");
        stage.journal.set_room(None);
        let run = stage.start(&plan().build()).await.unwrap();
        assert_eq!(run.state, RunState::Done, "after {room} events: {run:#?}");
        assert!(is_complete(&stage), "after {room} events: {:?}", stage.target.names());
    }
}

#[tokio::test]
async fn rule_2_a_view_of_somebody_else_stops_the_copy_and_stays() {
    let stage = stage(&[Fault::FinishedShort]);
    let control = Control::default();
    let person = async {
        stage.until(|body| matches!(body, EventBody::QuerySent { .. })).await;
        stage.target.put_view(&plain_view("theirs"), "sales.orders");
    };
    let plan = plan().build();
    let (run, ()) = tokio::join!(stage.start_steered(&plan, &control), person);
    let run = run.unwrap();
    assert_eq!(run.state, RunState::Failed);
    let error = run.steps[1].error.as_ref().unwrap().to_string();
    assert!(error.contains("sales.theirs depends on it"), "{error}");
    assert!(stage.target.has(&plain_view("theirs")));
    let views = [&run.steps[3], &run.steps[4]];
    assert!(views.iter().all(|step| step.state == StepState::Done), "the run's own views are back: {run:#?}");
    assert!(["cheap", "cheapest"].map(plain_view).iter().all(|view| stage.target.has(view)));
}

#[tokio::test]
async fn a_view_that_is_made_in_the_moment_of_the_recreation_is_there_at_the_end() {
    for hold_ms in 0..12 {
        let stage = stage(&[Fault::FinishedShort]);
        stage.target.set_creation_takes("cheap", std::time::Duration::from_millis(hold_ms * 3));
        let plan = PlanBuilder::new().stream("orders").plain_view("cheap", "orders", 1).build();
        let run = stage.start(&plan).await.unwrap();
        assert_eq!(run.state, RunState::Done, "{run:#?}");
        assert!(stage.target.has(&plain_view("cheap")));
        assert_eq!(stage.target.rows(&stream("orders")), 100);
    }
}
