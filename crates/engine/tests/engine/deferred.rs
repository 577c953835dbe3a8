//! Copy-safety 26: creations that need an external system which the target cannot reach.

use std::sync::Arc;

use ferry_engine::{Control, SiteError, Wish};
use ferry_model::{Definition, EventBody, ResourceKind, ResourceName, RunState, StepNumber, StepState};
use ferry_plan::{Plan, Step};

use crate::plans::{PlanBuilder, Stage, source_named, stream, view};

fn unreachable() -> SiteError {
    SiteError::Refused { code: 210, text: "failed to describe topic t: Local: Broker transport failure".into() }
}

fn refuse(stage: &Stage, n_times: usize) {
    (0..n_times).for_each(|_| stage.target.fail_creation("kafka", unreachable()));
}

/// A stream, an external stream over Kafka, and a materialized view from one to the other.
fn plan(deferred_rounds: u64) -> Arc<Plan> {
    let kafka = ResourceName::in_database(ResourceKind::ExternalStream, "sales", "kafka");
    let plan = PlanBuilder::new().stop("feed").settings(|settings| settings.deferred_rounds = deferred_rounds);
    let plan = plan.stream("orders").view("adds", "orders", "kafka").change(|plan| {
        let mut step = Step::new(StepNumber(6), ferry_model::StepAction::Create, kafka);
        let sql =
            "CREATE EXTERNAL STREAM sales.kafka (raw string) SETTINGS type = 'kafka', brokers = 'k:9092', topic = 't'";
        step.definition = Some(Definition::Sql(sql.into()));
        plan.steps.push(step);
        plan.steps[4].needs = vec![StepNumber(2), StepNumber(6)];
    });
    plan.build()
}

fn stage() -> Stage {
    let stage = Stage::new(&[("orders", 100)]);
    stage.source.put_running(&source_named("feed"), "s-1");
    stage
}

fn rounds(stage: &Stage) -> usize {
    stage.n_events(|body| matches!(body, EventBody::DeferredTriedAgain { .. }))
}

#[tokio::test]
async fn rule_26_a_creation_whose_system_cannot_be_reached_is_tried_again_when_nothing_else_is_left() {
    let (stage, plan) = (stage(), plan(3));
    refuse(&stage, 2);
    let run = stage.start(&plan).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!((rounds(&stage), run.steps[5].attempt), (2, 3));
    let compared = stage.position(|body| matches!(body, EventBody::Verified { .. }));
    let again = stage.position(|body| matches!(body, EventBody::DeferredTriedAgain { .. }));
    assert!(compared < again, "everything else comes first");
    let waits = |body: &EventBody| matches!(body, EventBody::StepWaiting { step: StepNumber(5), .. });
    assert_eq!(stage.n_events(waits), 1, "what needs it waits, and is told so once");
    assert_eq!(stage.n_events(|body| matches!(body, EventBody::StepBlocked { .. })), 0);
    assert!(stage.target.has(&view("adds")));
}

#[tokio::test]
async fn rule_26_a_run_whose_creations_stay_deferred_is_not_complete_and_a_retry_does_only_them() {
    let (stage, plan) = (stage(), plan(1));
    refuse(&stage, 2);
    let run = stage.start(&plan).await.unwrap();
    assert_eq!((run.state, rounds(&stage)), (RunState::Deferred, 1), "{run:?}");
    let states: Vec<StepState> = run.steps.iter().map(|step| step.state).collect();
    use StepState::{Deferred, Done, Waiting};
    assert_eq!(states, [Done, Done, Done, Done, Waiting, Deferred]);
    assert_eq!(run.steps[4].note, "waits for step 6, which is deferred");
    let error = run.steps[5].error.as_ref().unwrap().to_string();
    assert!(error.contains("`k:9092`") && error.contains("Broker transport failure"), "{error}");
    let sentence = ferry_model::messages::run_sentence(&run.summary(stage.run.clone()));
    assert_eq!(
        sentence,
        "Everything else is done: 4 of 6 steps. 1 creation is deferred because the target cannot reach what it needs, \
         and 1 step waits for it."
    );
    assert!(stage.source.runs(&source_named("feed")), "rule 23: not complete, so what ran runs again");
    assert!(!stage.ledger().entries.iter().any(|entry| entry.resource.name == "kafka"), "nothing came of it");
    assert_eq!(ferry_engine::Wish::RetryStep(StepNumber(6)).check(&run), Ok(()));

    let n_sent = stage.target.statements().len();
    let run = stage.wish(&plan, &Control::default(), Wish::RetryStep(StepNumber(6))).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!(stage.target.statements().len(), n_sent, "nothing is copied again");
    assert_eq!(stage.target.rows(&stream("orders")), 100);
}

#[tokio::test]
async fn rule_26_a_pause_and_a_retry_by_a_person_reach_a_run_that_only_waits_for_its_next_round() {
    let (stage, plan) = (stage(), plan(1));
    refuse(&stage, 1);
    let control = Control::default();
    let pace = ferry_engine::Pace { deferred: std::time::Duration::from_secs(3600), ..crate::plans::quick() };
    let engine = ferry_engine::Engine::with_pace(stage.journal.clone(), pace);
    let person = async {
        stage.until(|body| matches!(body, EventBody::StepDeferred { .. })).await;
        control.pause("anna");
        stage.until(|body| matches!(body, EventBody::RunPaused)).await;
        control.resume("anna");
        control.retry_failed("anna");
    };
    let (run, ()) = tokio::join!(engine.run(stage.request(&plan, &control)), person);
    assert_eq!(run.unwrap().state, RunState::Done);
    assert_eq!(rounds(&stage), 0, "the person was quicker");
}

#[tokio::test]
async fn rule_26_a_run_that_is_left_in_its_pause_goes_on_with_the_next_round() {
    let (stage, plan) = (stage(), plan(2));
    refuse(&stage, 2);
    let control = Control::default();
    let process = async {
        stage.until(|body| matches!(body, EventBody::DeferredTriedAgain { .. })).await;
        control.shutdown();
    };
    let (left, ()) = tokio::join!(stage.start_steered(&plan, &control), process);
    assert!(left.is_err() || left.is_ok_and(|run| run.state == RunState::Done));
    let run = stage.start(&plan).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert!((1..=2).contains(&rounds(&stage)));
}

#[tokio::test]
async fn rule_26_other_refusals_and_other_kinds_fail_as_before() {
    let (stage, plan) = (stage(), plan(3));
    stage.target.fail_creation("kafka", SiteError::Refused { code: 36, text: "Empty `topic` setting".into() });
    stage.target.fail_creation("orders", unreachable());
    let run = stage.start(&plan).await.unwrap();
    assert_eq!(run.state, RunState::Failed);
    use StepState::{Blocked, Done, Failed};
    let states: Vec<StepState> = run.steps.iter().map(|step| step.state).collect();
    assert_eq!(states, [Done, Failed, Blocked, Blocked, Blocked, Failed]);
    assert_eq!(rounds(&stage), 0);
}
