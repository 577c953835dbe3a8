//! Copy-safety 22: what lives on the target starts when a person gives the word, where the plan says so.

use std::sync::Arc;

use ferry_engine::{Control, EngineError, Wish};
use ferry_model::{EventBody, FerryError, RunState, RunView, StepNumber, StepState};
use ferry_plan::{CutOver, Plan};

use crate::plans::{PlanBuilder, Stage, marker, source_named, stream, view};

fn stage() -> Stage {
    let stage = Stage::new(&[("orders", 100), ("totals", 20)]);
    stage.source.put_running(&source_named("feed"), "s-1");
    stage
}

/// Two streams, a materialized view, and a source that is stopped and carried.
fn plan() -> Arc<Plan> {
    let plan = PlanBuilder::new().settings(|settings| settings.cut_over = CutOver::OnRequest).stop("feed");
    let plan = plan.stream("orders").stream("totals").view("adds", "orders", "totals").source("feed");
    plan.change(|plan| plan.steps[7].needs = vec![StepNumber(2), StepNumber(5)]).build()
}

fn awaits(body: &EventBody) -> bool {
    matches!(body, EventBody::CutOverAwaited)
}

fn now(stage: &Stage) -> RunView {
    RunView::fold(&stage.journal.events(&stage.run))
}

#[tokio::test]
async fn rule_22_nothing_lives_on_the_target_before_the_word_and_rows_follow_until_then() {
    let (stage, plan, control) = (stage(), plan(), Control::default());
    let person = async {
        for n_rounds in 1..=2 {
            stage.until_so_many(n_rounds, awaits).await;
            assert_eq!(now(&stage).state, RunState::AwaitingCutOver);
            assert!(!stage.target.has(&view("adds")) && !stage.target.has(&source_named("feed")));
            assert!(stage.target.has(&marker()), "the target stays reserved");
            stage.source.add_rows_at(&stream("orders"), 7, 0);
            control.wish("anna", Wish::CatchUp);
        }
        stage.until_so_many(3, awaits).await;
        assert_eq!(stage.target.rows(&stream("orders")), 114);
        let waiting = now(&stage).steps.into_iter().filter(|step| step.state == StepState::Waiting);
        let notes: Vec<String> = waiting.map(|step| step.note).collect();
        assert_eq!(notes, ["waits for the word to cut over"; 2]);
        // As a restart of the source does with a pause that is not permanent.
        stage.source.put_running(&source_named("feed"), "s-1");
        control.wish("anna", Wish::CutOver);
    };
    let (run, ()) = tokio::join!(stage.start_steered(&plan, &control), person);
    let run = run.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert!(stage.target.has(&view("adds")) && stage.target.has(&source_named("feed")));
    assert!(!stage.source.runs(&source_named("feed")), "rule 23: it stands still before its like runs");
    assert_eq!(stage.n_events(|body| matches!(body, EventBody::CutOverRequested { by } if by == "anna")), 1);
    assert!(matches!(Wish::CutOver.check(&run), Err(FerryError::Conflict { .. })), "nobody waits for it any more");
}

#[tokio::test]
async fn rule_22_the_wait_for_the_word_outlives_the_process_and_the_word_takes_the_run_up() {
    let (stage, plan) = (stage(), plan());
    for n_times in 1..=2 {
        let control = Control::default();
        let process = async {
            stage.until_so_many(n_times, awaits).await;
            control.shutdown();
        };
        let (left, ()) = tokio::join!(stage.start_steered(&plan, &control), process);
        assert!(matches!(left, Err(EngineError::Interrupted)), "{left:?}");
        assert_eq!(now(&stage).state, RunState::AwaitingCutOver);
    }
    assert!(!stage.source.runs(&source_named("feed")), "it is not over");
    let run = stage.wish(&plan, &Control::default(), Wish::CutOver).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!(stage.n_events(|body| matches!(body, EventBody::QuerySent { .. })), 2, "nothing is copied again");
}

#[tokio::test]
async fn rule_22_and_23_a_run_that_waits_for_the_word_can_be_cancelled() {
    let (stage, plan, control) = (stage(), plan(), Control::default());
    let person = async {
        stage.until(awaits).await;
        control.cancel("anna");
    };
    let (run, ()) = tokio::join!(stage.start_steered(&plan, &control), person);
    assert_eq!(run.unwrap().state, RunState::Cancelled);
    assert!(stage.source.runs(&source_named("feed")) && !stage.target.has(&marker()));
    assert!(!stage.target.has(&view("adds")));
}

#[tokio::test]
async fn rule_22_a_run_in_which_nothing_would_live_waits_for_nobody() {
    let stage = Stage::new(&[("orders", 100)]);
    let plan = PlanBuilder::new().settings(|settings| settings.cut_over = CutOver::OnRequest).stream("orders").build();
    let run = stage.start(&plan).await.unwrap();
    assert_eq!((run.state, stage.n_events(awaits)), (RunState::Done, 0));
}

#[tokio::test]
async fn rule_22_a_copy_that_fails_leaves_nothing_to_give_a_word_for() {
    let (stage, plan) = (stage(), plan());
    stage.target.fill_at_creation("orders", 5);
    let run = stage.start(&plan).await.unwrap();
    assert_eq!((run.state, stage.n_events(awaits)), (RunState::Failed, 0), "{run:?}");
    assert!(stage.source.runs(&source_named("feed")));
}
