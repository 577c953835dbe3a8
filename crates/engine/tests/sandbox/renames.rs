//! Rule T22: a database and a stream that have other names on the target.

use std::sync::Arc;

use ferry_engine::{Control, EngineError};
use ferry_model::{
    CompareLevel, Definition, EventBody, FerryError, ResourceKind, ResourceName, RunId, RunState, SecretMap, StepAction,
};
use ferry_plan::{Plan, Renames, Settings};
use ferry_sandbox::Workload;
use ferry_timeplus::{CaptureOptions, Deployment, FilledDefinition, capture};

use crate::pair::Pair;

fn workload() -> Workload {
    let flush = "SETTINGS flush_threshold_ms = 50";
    let rows = |count: u32| (0..count).map(|n| format!("({n}, 'who {n}')")).collect::<Vec<_>>().join(", ");
    Workload::Sql(format!(
        "CREATE DATABASE sales;
         CREATE STREAM default.events (id int64, who string) {flush};
         CREATE STREAM default.picked (id int64) {flush};
         CREATE STREAM sales.orders (id int64, who string) {flush};
         CREATE STREAM sales.others (id int64, who string) {flush};
         CREATE VIEW default.recent AS SELECT id, who FROM default.events WHERE id < 10;
         CREATE VIEW sales.both AS SELECT id FROM sales.orders UNION ALL SELECT id FROM default.events;
         CREATE MATERIALIZED VIEW default.picks INTO default.picked AS SELECT id FROM default.events WHERE id > 100000;
         INSERT INTO default.events (id, who) VALUES {};
         INSERT INTO sales.orders (id, who) VALUES {};
         INSERT INTO sales.others (id, who) VALUES {};",
        rows(200),
        rows(40),
        rows(3),
    ))
}

fn stream(database: &str, name: &str) -> ResourceName {
    ResourceName::in_database(ResourceKind::Stream, database, name)
}

async fn count(deployment: &Deployment, stream: &ResourceName) -> u64 {
    deployment.count(stream.database.as_deref().unwrap(), &stream.name).await.unwrap()
}

async fn dashboard_on(source: &Deployment) {
    let name = ResourceName::global(ResourceKind::Dashboard, "overview");
    let panel = serde_json::json!({
        "id": "p", "title": "t", "viz_type": "chart", "viz_content": "SELECT count() FROM table(events) WHERE who = '{{who}}' -- events",
    });
    let value = serde_json::json!({"name": "overview", "description": "", "panels": [panel]});
    let definition = FilledDefinition::fill(&Definition::Json(value), &SecretMap::default()).expect("no secrets");
    source.create(&name, &definition).await.expect("a dashboard is made");
}

/// The definitions of a deployment, by name.
async fn definitions(deployment: &Deployment) -> Vec<(ResourceName, Definition)> {
    let captured = capture(deployment, &CaptureOptions::default()).await.expect("it is captured");
    captured.snapshot.resources.into_iter().map(|resource| (resource.name, resource.definition)).collect()
}

async fn renamed_pair() -> (Pair, Arc<Plan>) {
    let settings = Settings { drop_migration_external_stream: true, ..Settings::default() };
    let mut pair = Pair::new(workload(), settings).await;
    dashboard_on(&pair.source).await;
    let mut renames = Renames::default();
    renames.add_database("default", "prod");
    renames.add_resource(("sales", "orders"), ("archive", "old orders"));
    pair.rename(renames);
    let plan = pair.plan().await;
    assert!(plan.check().is_empty(), "{:#?}", plan.check());
    (pair, plan)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_and_a_stream_get_other_names_and_everything_follows_them() {
    let (pair, plan) = renamed_pair().await;
    let (before, source_before) = (pair.target_names().await, definitions(&pair.source).await);

    let run = pair.run("r-1", &plan, &Control::default()).await.unwrap();
    assert_eq!(run.state, RunState::Done, "{run:#?}");
    for (old, new, n_rows) in [
        (stream("default", "events"), stream("prod", "events"), 200),
        (stream("sales", "orders"), stream("archive", "old orders"), 40),
        (stream("sales", "others"), stream("sales", "others"), 3),
    ] {
        assert_eq!((count(&pair.source, &old).await, count(&pair.target, &new).await), (n_rows, n_rows), "{new}");
    }
    let compared = |body: &EventBody| matches!(body, EventBody::Verified { verification, .. } if verification.level == CompareLevel::Checksum);
    let n_compared = pair.journal.bodies(&RunId::new("r-1")).iter().filter(|body| compared(body)).count();
    assert_eq!(n_compared, plan.steps.iter().filter(|step| step.action == StepAction::Compare).count());

    let names = pair.target_names().await;
    assert!(!names.iter().any(|name| name.starts_with("default.") && !before.contains(name)), "{names:?}");
    let made = definitions(&pair.target).await;
    let text = |name: &str| match made.iter().find(|(resource, _)| resource.name == name) {
        Some((_, Definition::Sql(sql))) => sql.clone(),
        Some((_, Definition::Json(value))) => value.to_string(),
        None => panic!("{name} is not there: {names:?}"),
    };
    assert!(text("both").contains("archive.`old orders`") && text("both").contains("prod.events"), "{}", text("both"));
    assert!(text("picks").contains("INTO prod.picked") && text("picks").contains("prod.events"), "{}", text("picks"));
    assert!(
        text("overview").contains("FROM table(prod.events) WHERE who = '{{who}}' -- events"),
        "{}",
        text("overview")
    );
    assert_eq!(pair.target.number("SELECT count() FROM table(prod.recent)").await.unwrap(), 10);
    assert_eq!(definitions(&pair.source).await, source_before, "the source keeps its names");

    let again = pair.run("r-2", &plan, &Control::default()).await;
    let Err(EngineError::Refused(FerryError::Conflict { why, .. })) = again else { panic!("{again:?}") };
    assert!(why.contains("prod.events"), "{why}");

    let clean = pair.clean("c-1", "r-1").await;
    assert_eq!(clean.state, RunState::Done, "{clean:#?}");
    assert_eq!(pair.target_names().await, before);
    assert_eq!(count(&pair.source, &stream("default", "events")).await, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_of_renamed_resources_that_nobody_makes_is_missed_before_the_first_change() {
    let (pair, plan) = renamed_pair().await;
    let mut plan = Arc::unwrap_or_clone(plan);
    let is_archive =
        |step: &ferry_plan::Step| step.resource.kind == ResourceKind::Database && step.resource.name == "archive";
    let made_by: Vec<_> = plan.steps.iter().filter(|step| is_archive(step)).map(|step| step.number).collect();
    plan.steps.retain(|step| !is_archive(step));
    plan.steps.iter_mut().for_each(|step| step.needs.retain(|need| !made_by.contains(need)));
    let run = pair.run("r-1", &Arc::new(plan), &Control::default()).await;
    let Err(EngineError::Refused(FerryError::Conflict { why, .. })) = run else { panic!("{run:?}") };
    assert!(why.contains("archive") && !why.contains("prod"), "{why}");
}
