//! Copy-safety 1 to 8, 15: what refuses a run while nothing was changed yet.

use ferry_engine::{EngineError, SiteError, preflight};
use ferry_model::{EventBody, FerryError, RunState, SecretMap, StepAction};
use ferry_plan::{ConfigMode, IfExists, InnerRows};

use crate::plans::{PASSWORD, PlanBuilder, Stage, helper, marker, stream, view};
use crate::world::World;

/// The refusal, after making sure that nothing was changed.
async fn refused(stage: &Stage, plan: PlanBuilder) -> FerryError {
    let before = stage.target.names();
    let result = stage.start(&plan.build()).await;
    let Err(EngineError::Refused(error)) = result else { panic!("it should have been refused: {result:?}") };
    assert_eq!(stage.target.names(), before, "something was changed");
    assert_eq!(stage.n_events(|body| matches!(body, EventBody::RunFailed { .. })), 1);
    error
}

#[tokio::test]
async fn rule_1_and_2_a_whole_run_changes_nothing_on_the_source_and_all_it_makes_is_in_the_ledger() {
    let stage = Stage::new(&[("orders", 100)]);
    let before = stage.source.names();
    let run = stage.start(&PlanBuilder::new().stream("orders").build()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert_eq!(stage.source.names(), before);
    let mut made: Vec<String> = stage.ledger().entries.iter().map(|entry| entry.resource.path()).collect();
    made.sort();
    assert_eq!(made, stage.target.names());
    assert_eq!(run.rows().0.known(), Some(100));
}

#[tokio::test]
async fn rule_2_a_resource_of_the_same_name_stops_the_run_before_its_first_change() {
    let stage = Stage::new(&[("orders", 100), ("trades", 5)]);
    stage.target.put_stream(&stream("trades"), 7);
    let error = refused(&stage, PlanBuilder::new().stream("orders").stream("trades")).await;
    assert!(error.to_string().contains("sales.trades"), "{error}");
    assert!(!stage.texts().contains("create_intended"));
    assert_eq!(stage.target.rows(&stream("trades")), 7);
}

/// A plan that lets `sales.trades` stand, whose rows it does not copy.
fn lets_stand() -> PlanBuilder {
    PlanBuilder::new().stream("orders").stream("trades").change(|plan| {
        for step in plan.steps.iter_mut().filter(|step| step.resource == stream("trades")) {
            step.if_exists = if step.copy.is_none() { IfExists::SkipIfEqual } else { IfExists::Refuse };
            step.enabled = step.action == StepAction::Create;
        }
    })
}

#[tokio::test]
async fn rule_2_what_the_plan_lets_stand_because_it_is_equal_is_used_and_never_cleaned() {
    let stage = Stage::new(&[("orders", 100), ("trades", 5)]);
    stage.target.put_stream(&stream("trades"), 7);
    stage.target.define(&stream("trades"), "CREATE STREAM `sales`.`trades` (id int64)");
    let run = stage.start(&lets_stand().build()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:?}");
    assert!(stage.texts().contains("this run did not touch it"));
    assert_eq!(stage.target.rows(&stream("trades")), 7);
    assert!(stage.ledger().entries.iter().all(|entry| entry.resource != stream("trades")), "rule 25: nothing to clean");

    let stage = Stage::new(&[("orders", 100), ("trades", 5)]);
    let run = stage.start(&lets_stand().build()).await.unwrap();
    assert_eq!(run.state, RunState::Done);
    assert!(stage.ledger().entries.iter().any(|entry| entry.resource == stream("trades")), "it was not there: made");
}

#[tokio::test]
async fn rule_2_what_means_something_else_is_not_let_stand() {
    for (definition, expected) in
        [("CREATE STREAM sales.trades (id string)", "columns id"), ("no statement", "cannot be told")]
    {
        let stage = Stage::new(&[("orders", 100), ("trades", 5)]);
        stage.target.put_stream(&stream("trades"), 7);
        stage.target.define(&stream("trades"), definition);
        let error = refused(&stage, lets_stand()).await;
        assert!(error.to_string().contains("sales.trades") && error.to_string().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn rule_2_a_leftover_helper_of_the_same_name_stops_the_run() {
    let stage = Stage::new(&[("orders", 100)]);
    stage.target.put(&helper(1));
    let error = refused(&stage, PlanBuilder::new().stream("orders")).await;
    assert!(error.to_string().contains("ferry_helper_1"), "{error}");
}

#[tokio::test]
async fn rule_3_a_user_who_may_not_see_every_row_stops_the_run() {
    let stage = Stage::new(&[("orders", 100)]);
    stage.source.hide("row policy p1 hides rows of sales.orders");
    let error = refused(&stage, PlanBuilder::new().stream("orders")).await;
    assert!(error.to_string().contains("row policy p1"), "{error}");
}

#[tokio::test]
async fn rule_5_a_marker_of_another_run_stops_the_run_and_names_its_owner() {
    let stage = Stage::new(&[("orders", 100)]);
    stage.target.put(&marker());
    let error = refused(&stage, PlanBuilder::new().stream("orders")).await;
    assert!(error.to_string().contains("run r-1 of bert (console-b)"), "{error}");
}

#[tokio::test]
async fn rule_5_the_marker_is_up_while_rows_are_copied_and_gone_afterwards() {
    let stage = Stage::new(&[("orders", 100)]);
    stage.start(&PlanBuilder::new().stream("orders").build()).await.unwrap();
    let up = stage.position(|body| matches!(body, EventBody::Created { resource, .. } if *resource == marker()));
    let sent = stage.position(|body| matches!(body, EventBody::QuerySent { .. }));
    let down = stage.position(|body| matches!(body, EventBody::Dropped { resource, .. } if *resource == marker()));
    assert!(up.is_some() && up < sent && sent < down, "{up:?} {sent:?} {down:?}");
    assert!(!stage.target.has(&marker()));
}

#[tokio::test]
async fn rule_6_a_named_collection_that_the_target_does_not_show_stops_the_run() {
    let stage = Stage::new(&[("orders", 100)]);
    let plan = PlanBuilder::new().stream("orders");
    let plan = plan.change(|plan| plan.settings.helper_named_collection = Some("the source".into()));
    let error = refused(&stage, plan).await;
    assert!(error.to_string().contains("no named collection `the source`"), "{error}");
}

#[tokio::test]
async fn rule_6_the_password_stands_in_no_event() {
    let stage = Stage::new(&[("orders", 100)]);
    stage.target.fail_next_inserts([crate::world::Fault::RefusedHalfway]);
    let run = stage.start(&PlanBuilder::new().stream("orders").build()).await.unwrap();
    assert_eq!(run.state, RunState::Failed);
    assert!(stage.texts().contains("memory limit"), "the server's text is told");
    assert!(!stage.texts().contains(PASSWORD), "{}", stage.texts());
}

#[tokio::test]
async fn rule_6_helpers_stay_by_default_and_a_note_says_so() {
    let stage = Stage::new(&[("orders", 100)]);
    stage.start(&PlanBuilder::new().stream("orders").build()).await.unwrap();
    assert!(stage.target.has(&helper(1)));
    assert!(stage.texts().contains("1 helpers stay on the target"), "{}", stage.texts());
}

#[tokio::test]
async fn rule_6_helpers_are_dropped_where_the_setting_says_so() {
    let stage = Stage::new(&[("orders", 100)]);
    let plan = PlanBuilder::new().settings(|settings| settings.drop_migration_external_stream = true).stream("orders");
    let run = stage.start(&plan.build()).await.unwrap();
    assert_eq!(run.state, RunState::Done);
    assert!(!stage.target.has(&helper(1)));
    assert!(stage.ledger().entries.iter().all(|entry| entry.resource != helper(1)));
}

#[tokio::test]
async fn rule_7_a_helper_that_reads_other_rows_than_the_source_stops_the_copy_before_its_first_row() {
    let stage = Stage::new(&[("orders", 100)]);
    *stage.target.helper_adds.lock().unwrap() = 100;
    let run = stage.start(&PlanBuilder::new().stream("orders").build()).await.unwrap();
    assert_eq!(run.state, RunState::Failed);
    let error = run.steps[1].error.as_ref().unwrap().to_string();
    assert!(error.contains("counts 100 rows and the target reads 200"), "{error}");
    assert_eq!(stage.n_events(|body| matches!(body, EventBody::QuerySent { .. })), 0);
}

#[tokio::test]
async fn rule_8_a_target_too_old_to_pull_is_refused() {
    let mut stage = Stage::new(&[("orders", 100)]);
    stage.target = World::old_proton(&stage.source);
    let error = refused(&stage, PlanBuilder::new().stream("orders")).await;
    assert!(error.to_string().contains("1.6.9"), "{error}");
}

#[tokio::test]
async fn rule_8_a_target_that_cannot_reach_the_source_is_refused_and_left_as_it_was() {
    let stage = Stage::new(&[("orders", 100)]);
    let unreachable = SiteError::Refused { code: 210, text: "source:8463 refused the connection".into() };
    stage.target.fail_creation("ferry_helper_1", unreachable);
    let error = refused(&stage, PlanBuilder::new().stream("orders")).await;
    assert!(error.to_string().contains("refused the connection"), "{error}");
    assert!(stage.ledger().entries.is_empty());
}

#[tokio::test]
async fn rule_15_an_undecided_materialized_view_stops_the_run() {
    let stage = Stage::new(&[("orders", 100)]);
    let plan = PlanBuilder::new().stream("orders").view("totals", "orders", "orders");
    let plan = plan.change(|plan| plan.steps.last_mut().unwrap().inner_rows = Some(InnerRows::Undecided));
    let error = refused(&stage, plan).await;
    assert!(error.to_string().contains(&view("totals").path()), "{error}");
}

#[tokio::test]
async fn a_copy_into_a_stream_that_the_plan_does_not_create_is_refused() {
    let stage = Stage::new(&[("orders", 100)]);
    let plan = PlanBuilder::new().stream("orders").change(|plan| {
        plan.steps[0].enabled = false;
        plan.steps[1].needs.clear();
    });
    let error = refused(&stage, plan).await;
    assert!(error.to_string().contains("does not create it"), "{error}");
}

#[tokio::test]
async fn a_plan_that_only_describes_is_refused() {
    let stage = Stage::new(&[]);
    let plan = PlanBuilder::new().settings(|settings| settings.mode = ConfigMode::ResourceOnly);
    let error = refused(&stage, plan).await;
    assert!(error.to_string().contains("resource_only"), "{error}");
}

#[tokio::test]
async fn a_missing_secret_is_refused_by_its_key() {
    let stage = Stage::new(&[]);
    let plan = PlanBuilder::new().source("feed").change(|plan| {
        let json = serde_json::json!({ "name": "feed", "properties": { "token": "${secret:source.feed.token}" } });
        plan.steps[0].definition = Some(ferry_model::Definition::Json(json));
    });
    let mut request = stage.request(&plan.build(), &ferry_engine::Control::default());
    request.secrets = SecretMap::default();
    let error = preflight(&request).await.unwrap_err();
    assert!(error.to_string().contains("`source.feed.token`"), "{error}");
}
