//! Pause, resume, cancel, retry, shutdown, and following along.

use ferry_engine::{Control, EngineError, SiteError, Wish};
use ferry_model::{EventBody, RunState, RunView, StepNumber, StepState};

use crate::plans::{PlanBuilder, Stage, marker, source_named, stream};
use crate::world::Fault;

#[tokio::test]
async fn a_paused_run_starts_no_step_until_it_is_resumed() {
    let stage = Stage::new(&[("orders", 100)]);
    let control = Control::default();
    let person = async {
        stage.until(|body| matches!(body, EventBody::QuerySent { .. })).await;
        control.pause("anna");
        stage.until(|body| matches!(body, EventBody::RunPaused)).await;
        assert_eq!(stage.n_events(|body| matches!(body, EventBody::RowsCompared { .. })), 0);
        assert!(stage.target.has(&marker()), "the target stays reserved");
        control.resume("bert");
    };
    let plan = PlanBuilder::new().stream("orders").build();
    let (run, ()) = tokio::join!(stage.start_steered(&plan, &control), person);
    assert_eq!(run.unwrap().state, RunState::Done);
    assert_eq!(stage.n_events(|body| matches!(body, EventBody::ResumeRequested { by } if by == "bert")), 1);
}

#[tokio::test]
async fn rule_16_and_20_a_cancelled_copy_is_remembered_as_partial_and_a_retry_begins_again() {
    let stage = Stage::new(&[("orders", 100)]);
    stage.source.put_running(&source_named("feed"), "s-1");
    stage.target.fail_next_inserts([Fault::NeverEnds]);
    let control = Control::default();
    let person = async {
        stage.until(|body| matches!(body, EventBody::QuerySent { .. })).await;
        control.cancel("anna");
    };
    let plan = PlanBuilder::new().stop("feed").stream("orders").build();
    let (run, ()) = tokio::join!(stage.start_steered(&plan, &control), person);
    let run = run.unwrap();
    assert_eq!(run.state, RunState::Cancelled);
    assert_eq!(run.steps[2].state, StepState::Failed);
    assert!(stage.source.runs(&source_named("feed")), "rule 23: what ran runs again");
    assert!(!stage.target.has(&marker()));
    let again = stage.start(&plan).await.unwrap();
    assert_eq!(again.state, RunState::Done, "{again:?}");
    assert_eq!(stage.target.rows(&stream("orders")), 100);
}

#[tokio::test]
async fn failed_steps_can_be_retried_while_others_still_run() {
    let stage = Stage::new(&[("orders", 100), ("trades", 10)]);
    let refused = SiteError::Refused { code: 36, text: "the broker cannot be reached".into() };
    stage.target.fail_creation("trades", refused);
    let control = Control::default();
    let person = async {
        stage.until(|body| matches!(body, EventBody::StepFailed { .. })).await;
        control.retry_failed("anna");
    };
    // While `trades` has failed, the copy of `orders` still waits for the source's flush.
    let plan = PlanBuilder::new().stream("trades").stream("orders").build();
    let (run, ()) = tokio::join!(stage.start_steered(&plan, &control), person);
    let run = run.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!(stage.n_events(|body| matches!(body, EventBody::RetryRequested { .. })), 1);
    assert_eq!(stage.n_events(|body| matches!(body, EventBody::RunStarted { .. })), 1, "it never ended meanwhile");
}

#[tokio::test]
async fn a_run_that_was_let_go_is_taken_up_by_the_next_process() {
    let stage = Stage::new(&[("orders", 100)]);
    stage.target.fail_next_inserts([Fault::NeverEnds]);
    let control = Control::default();
    let process = async {
        stage.until(|body| matches!(body, EventBody::QuerySent { .. })).await;
        control.shutdown();
    };
    let plan = PlanBuilder::new().stream("orders").build();
    let (run, ()) = tokio::join!(stage.start_steered(&plan, &control), process);
    assert!(matches!(run, Err(EngineError::Interrupted)), "{run:?}");
    assert!(stage.target.has(&marker()), "rule 5: the target stays reserved for this run");
    let run = stage.start(&plan).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!(stage.target.rows(&stream("orders")), 100);
}

#[tokio::test]
async fn a_follower_sees_every_event_once_and_in_order_wherever_it_begins() {
    let stage = Stage::new(&[("orders", 100)]);
    let engine = stage.engine();
    let plan = PlanBuilder::new().stream("orders").build();
    let mut early = engine.feed().follow(&stage.run, 0);
    let control = Control::default();
    let watch = async {
        let mut seen = Vec::new();
        loop {
            let event = early.next().await.unwrap();
            seen.push(event.seq);
            if matches!(event.body, EventBody::RunFinished { .. }) {
                return seen;
            }
        }
    };
    let (run, seen) = tokio::join!(engine.run(stage.request(&plan, &control)), watch);
    let n_events = run.unwrap().last_seq;
    assert_eq!(seen, (1..=n_events).collect::<Vec<_>>());
    let mut late = engine.feed().follow(&stage.run, n_events - 2);
    assert_eq!(late.next().await.unwrap().seq, n_events - 1);
    assert_eq!(late.next().await.unwrap().seq, n_events);
}

/// A run whose process ended while its copy was on the way, and what a person had asked before.
async fn interrupted(wish: impl Fn(&Control)) -> (Stage, std::sync::Arc<ferry_plan::Plan>) {
    let stage = Stage::new(&[("orders", 100)]);
    stage.target.fail_next_inserts([Fault::NeverEnds]);
    let control = Control::default();
    let process = async {
        stage.until(|body| matches!(body, EventBody::QuerySent { .. })).await;
        wish(&control);
        control.shutdown();
    };
    let plan = PlanBuilder::new().stream("orders").build();
    let (run, ()) = tokio::join!(stage.start_steered(&plan, &control), process);
    assert!(matches!(run, Err(EngineError::Interrupted)), "{run:?}");
    (stage, plan)
}

#[tokio::test]
async fn a_pause_outlives_the_process() {
    let (stage, plan) = interrupted(|control| control.pause("anna")).await;
    let control = Control::default();
    let person = async {
        stage.until(|body| matches!(body, EventBody::RunPaused)).await;
        control.resume("bert");
    };
    let (run, ()) = tokio::join!(stage.start_steered(&plan, &control), person);
    assert_eq!(run.unwrap().state, RunState::Done);
    let paused = stage.position(|body| matches!(body, EventBody::RunPaused));
    let probed = stage.position(|body| matches!(body, EventBody::StepProbed { .. }));
    assert!(paused < probed, "nothing goes on before the resume");
    assert_eq!(stage.target.rows(&stream("orders")), 100);
}

#[tokio::test]
async fn a_cancel_outlives_the_process_and_ends_what_it_had_sent() {
    let (stage, plan) = interrupted(|control| control.cancel("anna")).await;
    assert_eq!(stage.target.n_running(), 1);
    let run = stage.start(&plan).await.unwrap();
    assert_eq!(run.state, RunState::Cancelled, "{run:?}");
    assert_eq!(run.steps[1].state, StepState::Failed);
    assert_eq!(stage.target.n_running(), 0);
}

#[tokio::test]
async fn one_failed_step_is_tried_again_and_another_one_stays_as_it_is() {
    let stage = Stage::new(&[("trades", 10), ("orders", 100)]);
    let refused = || SiteError::Refused { code: 241, text: "no memory".into() };
    stage.target.fail_creation("trades", refused());
    stage.target.fail_creation("orders", refused());
    let plan = PlanBuilder::new().stream("trades").stream("orders").build();
    let control = Control::default();
    let run = stage.start(&plan).await.unwrap();
    let failed = |run: &RunView| -> Vec<StepNumber> {
        let failed = run.steps.iter().filter(|step| step.state == StepState::Failed);
        failed.map(|step| step.number).collect()
    };
    let both = failed(&run);
    assert_eq!(both.len(), 2, "{run:?}");
    let run = stage.wish(&plan, &control, Wish::RetryStep(both[1])).await.unwrap();
    assert_eq!((run.state, failed(&run)), (RunState::Failed, vec![both[0]]));
    assert_eq!(stage.target.rows(&stream("orders")), 100, "what was not tried because of it is done now");
    assert_eq!(run.step(both[0]).unwrap().attempt, 1);

    let unknown = stage.wish(&plan, &control, Wish::RetryStep(StepNumber(999))).await;
    assert!(matches!(unknown, Err(EngineError::Refused(_))), "{unknown:?}");
    let done = Wish::SkipStep { step: both[1], reason: "why not".into() };
    assert!(matches!(stage.wish(&plan, &control, done).await, Err(EngineError::Refused(_))));
    let nameless = Wish::SkipStep { step: both[0], reason: " ".into() };
    assert!(matches!(stage.wish(&plan, &control, nameless).await, Err(EngineError::Refused(_))));
}

#[tokio::test]
async fn a_step_that_is_skipped_with_a_reason_holds_nothing_up() {
    let stage = Stage::new(&[("orders", 100)]);
    let plan = PlanBuilder::new().stream("orders").build();
    let control = Control::default();
    stage.target.fill_at_creation("orders", 7);
    let run = stage.start(&plan).await.unwrap();
    let copy = run.steps.iter().find(|step| step.state == StepState::Failed).unwrap().number;
    for step in run.steps.iter().filter(|step| step.number >= copy) {
        let wish = Wish::SkipStep { step: step.number, reason: "by hand".into() };
        stage.wish(&plan, &control, wish).await.unwrap();
    }
    let run = RunView::fold(&stage.journal.events(&stage.run));
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert!(run.steps.iter().filter(|step| step.number >= copy).all(|step| step.note == "by hand"));
}
