//! Capturing and replaying whole deployments, over real sockets.

use std::collections::BTreeSet;
use std::time::Duration;

use ferry_model::{
    Definition, Product, QueryId, Resource, ResourceKind, ResourceName, Secret, SecretMap, StreamMode, Version,
};
use ferry_sandbox::{Edition, Sandbox, SandboxOptions, Workload};
use ferry_sql::rewrite::{Migration, Release, rewrite};
use ferry_timeplus::{
    CaptureOptions, Captured, CopyPath, Deployment, Endpoint, FilledDefinition, InsertOutcome, InsertSelect, Timeouts,
    capture,
};
use tokio_util::sync::CancellationToken;

/// One of every kind, with names that need quotes and secrets in the clear.
const WORKLOAD: &str = r#"
CREATE DATABASE market;
CREATE DATABASE `odd name`;
CREATE FUNCTION middle AS (a, b) -> (a + b) / 2;
CREATE FUNCTION shout(text string) RETURNS string LANGUAGE JAVASCRIPT AS $$
function shout(values) { return values.map(v => v + "'!"); }
$$;
CREATE FORMAT SCHEMA trade AS $$
syntax = "proto3";
message Trade { string symbol = 1; }
$$ TYPE Protobuf;
CREATE STREAM market.trades (symbol string, price float64, qty float64, cost float64 ALIAS price * qty)
  SETTINGS flush_threshold_ms = 50;
CREATE STREAM market.minutes (symbol string, total float64) SETTINGS flush_threshold_ms = 50;
CREATE STREAM market.latest (symbol string, price float64) PRIMARY KEY symbol SETTINGS mode = 'versioned_kv', flush_threshold_ms = 50;
CREATE STREAM market.changes (symbol string, price float64) PRIMARY KEY symbol SETTINGS mode = 'changelog_kv', flush_threshold_ms = 50;
CREATE MUTABLE STREAM market.book (symbol string, price float64, PRIMARY KEY symbol);
CREATE STREAM `odd name`.`a stream, really` (`a column` string) SETTINGS flush_threshold_ms = 50;
CREATE STREAM intake (raw string) SETTINGS flush_threshold_ms = 50;
CREATE RANDOM STREAM market.noise (x float64 DEFAULT rand() % 10) SETTINGS eps = 1;
CREATE EXTERNAL STREAM market.kafka (raw string)
  SETTINGS type = 'kafka', brokers = 'broker.example:9092', topic = 't', username = 'me', password = 'geheim''s';
CREATE VIEW market.mids AS SELECT symbol, middle(price, price) AS mid FROM market.trades;
CREATE VIEW market.above AS SELECT symbol FROM market.mids WHERE mid > 1 COMMENT 'high ones';
CREATE MATERIALIZED VIEW market.totals INTO market.minutes AS SELECT symbol, price * qty AS total FROM market.trades;
INSERT INTO market.trades (symbol, price, qty) VALUES ('a', 1, 2), ('b', 3, 4), ('c', 5, 6);
"#;

async fn sandbox(edition: Edition, workload: &str) -> (Sandbox, Deployment) {
    let has_app_server = edition.is_enterprise();
    let mut options = SandboxOptions {
        users: vec![("anna".to_owned(), Secret::new("correct horse"))],
        edition,
        workload: Workload::Sql(workload.to_owned()),
        ..SandboxOptions::default()
    };
    if !has_app_server {
        options.app_addr = None;
    }
    let sandbox = Sandbox::start(options).await.expect("a sandbox");
    let deployment = connect(&sandbox, "correct horse").await.expect("a connection");
    (sandbox, deployment)
}

async fn connect(sandbox: &Sandbox, password: &str) -> Result<Deployment, ferry_timeplus::Error> {
    let addresses = sandbox.addresses();
    let mut endpoint = Endpoint::new(addresses.native.to_string(), "anna", Secret::new(password));
    endpoint.app_server_address = addresses.app.map(|address| format!("http://{address}"));
    endpoint.timeplusd_http_address = Some(format!("http://{}", addresses.http));
    Deployment::connect(endpoint, Timeouts::default()).await
}

async fn captured(deployment: &Deployment) -> Captured {
    let captured = capture(deployment, &CaptureOptions::default()).await.expect("a capture");
    assert_eq!(captured.snapshot.problems, [], "everything could be read");
    captured
}

fn find<'a>(captured: &'a Captured, name: &str) -> &'a Resource {
    let found = captured.snapshot.resources.iter().find(|resource| resource.name.name == name);
    found.unwrap_or_else(|| panic!("{name} was not captured"))
}

fn sql(resource: &Resource) -> &str {
    match &resource.definition {
        Definition::Sql(text) => text,
        Definition::Json(value) => panic!("{value} is not SQL"),
    }
}

async fn create_objects(deployment: &Deployment) {
    for (kind, definition) in [
        (
            ResourceKind::Source,
            serde_json::json!({"name": "feed", "type": "stream_generator", "stream": "intake",
                "properties": {"template": "iot", "interval": "1s"}}),
        ),
        (
            ResourceKind::Sink,
            serde_json::json!({"name": "to slack", "type": "slack", "query": "SELECT symbol FROM market.mids",
                "properties": {"url": "https://hooks.example/secret", "template": "x"}}),
        ),
        (
            ResourceKind::Dashboard,
            serde_json::json!({"name": "board", "description": "", "panels": [{"id": "1", "title": "t",
                "viz_type": "chart", "viz_content": "SELECT * FROM market.above", "viz_config": {"w": "80", "x": 1.5}}]}),
        ),
        (ResourceKind::SavedQuery, serde_json::json!({"name": "q", "sql": "SELECT 1", "tags": ["a"]})),
    ] {
        let name = ResourceName::global(kind, definition["name"].as_str().unwrap_or_default());
        let filled = fill(&Definition::Json(definition), &SecretMap::default());
        let id = deployment.create(&name, &filled).await.expect("created");
        assert!(id.is_some(), "{name} has an id");
    }
}

fn fill(definition: &Definition, secrets: &SecretMap) -> FilledDefinition {
    FilledDefinition::fill(definition, secrets).unwrap_or_else(|missing| panic!("{missing}"))
}

/// The definition as a plan creates it: rules take away what a server prints by itself.
fn replayed(definition: &Definition, source: &Deployment, target: &Deployment) -> Definition {
    let Definition::Sql(sql) = definition else { return definition.clone() };
    let release =
        |deployment: &Deployment| Release { product: deployment.info().product, version: deployment.info().version };
    let mut migration = Migration::new(release(source), release(target));
    migration.is_printed = true;
    Definition::Sql(rewrite(sql, &migration).expect("what is printed can be read").sql)
}

#[tokio::test]
async fn definitions_are_kept_as_the_server_says_them() {
    for edition in [Edition::enterprise(), Edition::proton()] {
        let workload = match edition.is_enterprise() {
            true => WORKLOAD,
            false => {
                "CREATE STREAM s (a int32); CREATE VIEW v AS SELECT a FROM s COMMENT 'x'; CREATE STREAM t (b int32);
                      CREATE MATERIALIZED VIEW mv INTO t AS SELECT a AS b FROM s;"
            }
        };
        let (_sandbox, deployment) = sandbox(edition, workload).await;
        let captured = captured(&deployment).await;
        let mut n_compared = 0;
        for resource in &captured.snapshot.resources {
            let Some(database) = &resource.name.database else { continue };
            let said = deployment.show_create_relation(database, &resource.name.name).await.expect("it says");
            if resource.secrets.is_empty() {
                assert_eq!(sql(resource), said, "{}", resource.name);
                n_compared += 1;
            }
        }
        assert!(n_compared >= 4, "{n_compared}");
    }
}

#[tokio::test]
async fn everything_that_exists_is_captured_with_its_facts() {
    let (_sandbox, deployment) = sandbox(Edition::enterprise(), WORKLOAD).await;
    create_objects(&deployment).await;
    assert_eq!(deployment.info().product, Product::Enterprise);
    let captured = captured(&deployment).await;
    let kinds: Vec<(ResourceKind, String)> =
        captured.snapshot.resources.iter().map(|resource| (resource.name.kind, resource.name.path())).collect();
    for expected in [
        (ResourceKind::Database, "default"),
        (ResourceKind::Database, "market"),
        (ResourceKind::Database, "odd name"),
        (ResourceKind::FormatSchema, "trade"),
        (ResourceKind::Function, "middle"),
        (ResourceKind::Function, "shout"),
        (ResourceKind::Stream, "market.trades"),
        (ResourceKind::Stream, "market.latest"),
        (ResourceKind::Stream, "odd name.a stream, really"),
        (ResourceKind::MutableStream, "market.book"),
        (ResourceKind::RandomStream, "market.noise"),
        (ResourceKind::ExternalStream, "market.kafka"),
        (ResourceKind::View, "market.above"),
        (ResourceKind::MaterializedView, "market.totals"),
        (ResourceKind::Source, "feed"),
        (ResourceKind::Sink, "to slack"),
        (ResourceKind::Dashboard, "board"),
        (ResourceKind::SavedQuery, "q"),
    ] {
        assert!(kinds.contains(&(expected.0, expected.1.to_owned())), "{expected:?} is missing in {kinds:#?}");
    }
    for (name, mode) in [
        ("trades", StreamMode::Append),
        ("latest", StreamMode::VersionedKv),
        ("changes", StreamMode::ChangelogKv),
        ("book", StreamMode::Mutable),
    ] {
        assert_eq!(find(&captured, name).mode, Some(mode), "{name}");
    }
    let columns: Vec<(&str, &str)> =
        find(&captured, "trades").columns.iter().map(|c| (c.name.as_str(), c.default_kind.as_str())).collect();
    assert!(columns.contains(&("cost", "ALIAS")) && columns.contains(&("_tp_time", "DEFAULT")), "{columns:?}");
    assert_eq!(find(&captured, "feed").running, Some(true));
}

#[tokio::test]
async fn secrets_stand_apart_from_definitions_and_hidden_ones_must_be_supplied() {
    let (_sandbox, deployment) = sandbox(Edition::enterprise(), WORKLOAD).await;
    create_objects(&deployment).await;
    let captured = captured(&deployment).await;
    let text = serde_json::to_string(&captured.snapshot).expect("snapshots are plain JSON");
    assert!(!text.contains("geheim") && !text.contains("hooks.example/secret"), "{text}");
    let kafka = find(&captured, "kafka");
    assert!(sql(kafka).contains("'${secret:external_stream.market.kafka.password}'"), "{}", sql(kafka));
    assert_eq!(captured.secrets.get("external_stream.market.kafka.password").expect("kept").expose(), "geheim's");
    let slack = find(&captured, "to slack");
    assert_eq!(slack.secrets.len(), 1);
    assert!(!slack.secrets[0].readable_on_source, "the app server never shows it");
}

#[tokio::test]
async fn everything_that_was_captured_can_be_created_again_and_is_the_same_then() {
    let (_source_sandbox, source) = sandbox(Edition::enterprise(), WORKLOAD).await;
    create_objects(&source).await;
    let (_target_sandbox, target) = sandbox(Edition::enterprise(), "").await;
    let first = captured(&source).await;
    let mut secrets = first.secrets.clone();
    for reference in first.snapshot.resources.iter().flat_map(|resource| &resource.secrets) {
        if !reference.readable_on_source {
            secrets.insert(reference.key.clone(), Secret::new("https://hooks.example/secret"));
        }
    }
    let mut left: Vec<&Resource> =
        first.snapshot.resources.iter().filter(|resource| resource.name.path() != "default").collect();
    left.sort_by_key(|resource| resource.name.kind.creation_rank());
    // Views may need others of the same rank: what fails is tried again as long as something succeeds.
    while !left.is_empty() {
        let mut failed = Vec::new();
        let mut errors = Vec::new();
        for resource in &left {
            let definition = replayed(&resource.definition, &source, &target);
            if let Err(error) = target.create(&resource.name, &fill(&definition, &secrets)).await {
                errors.push(format!("{}: {}", resource.name, error.chain()));
                failed.push(*resource);
            } else {
                assert!(target.exists(&resource.name).await.expect("asked"), "{}", resource.name);
            }
        }
        assert!(failed.len() < left.len(), "{errors:#?}");
        left = failed;
    }
    let second = captured(&target).await;
    let same = |captured: &Captured| -> BTreeSet<String> {
        let key = |resource: &Resource| match &resource.definition {
            Definition::Sql(text) => format!("{} {text}", resource.name),
            // Ids are new on the target, and keys of secrets carry them.
            Definition::Json(value) => format!("{} {}", resource.name, value["query"]),
        };
        captured.snapshot.resources.iter().map(key).collect()
    };
    assert_eq!(same(&first), same(&second));
}

#[tokio::test]
async fn a_proton_without_an_app_server_shows_its_functions_over_http() {
    let workload = "CREATE FUNCTION shout(text string) RETURNS string LANGUAGE JAVASCRIPT AS $$\nfunction shout(v) { return v; }\n$$;
        CREATE FUNCTION middle AS (a, b) -> (a + b) / 2; CREATE STREAM s (a int32);";
    let (_sandbox, deployment) = sandbox(Edition::proton(), workload).await;
    assert_eq!((deployment.info().product, deployment.info().version), (Product::Proton, Version::new(1, 6, 9)));
    assert!(!deployment.has_app_server());
    let captured = captured(&deployment).await;
    // From the JSON a statement is made: with its language.
    assert!(sql(find(&captured, "shout")).contains("LANGUAGE JAVASCRIPT"), "{}", sql(find(&captured, "shout")));
    assert!(sql(find(&captured, "middle")).contains("->"));
    assert!(captured.snapshot.resources.iter().all(|resource| !resource.name.kind.is_rest_only()));
}

#[tokio::test]
async fn what_runs_of_ferry_put_on_a_deployment_is_never_captured() {
    let workload = "CREATE STREAM default.ferry_helper_0123456789ab (a int32); CREATE VIEW default.ferry_run_marker AS SELECT 1 AS a;";
    let (_sandbox, deployment) = sandbox(Edition::enterprise(), workload).await;
    let captured = captured(&deployment).await;
    let names: Vec<String> = captured.snapshot.resources.iter().map(|resource| resource.name.path()).collect();
    assert_eq!(names, ["default"]);
}

#[tokio::test]
async fn a_wrong_password_is_refused_by_name_and_not_repeated() {
    let (sandbox, _deployment) = sandbox(Edition::enterprise(), "").await;
    let Err(error) = connect(&sandbox, "wrong pony").await else { panic!("it let us in") };
    assert!(matches!(error, ferry_timeplus::Error::SignInRefused { .. }), "{error:?}");
    assert!(!error.chain().contains("wrong pony"), "{}", error.chain());
}

#[tokio::test]
async fn rows_are_pulled_over_both_paths_and_counted() {
    let (source_sandbox, source) = sandbox(Edition::enterprise(), WORKLOAD).await;
    let (_target_sandbox, target) = sandbox(Edition::enterprise(), "").await;
    wait_for(&source, "market", "trades", 3).await;
    for (n, path) in [CopyPath::Timeplusd, CopyPath::AppServer { timeout_ms: 60_000 }].into_iter().enumerate() {
        let stream = format!("copy_{n}");
        target
            .execute(&format!(
                "CREATE STREAM {stream} (symbol string, price float64, qty float64) SETTINGS flush_threshold_ms = 50"
            ))
            .await
            .expect("created");
        target
            .execute(&format!(
                "CREATE EXTERNAL STREAM ferry_helper_{n} SETTINGS type = 'timeplus', hosts = '{}', db = 'market', \
                 stream = 'trades', user = 'anna', password = 'correct horse'",
                source_sandbox.addresses().native
            ))
            .await
            .expect("the helper is created");
        let sql = format!(
            "INSERT INTO {stream} (symbol, price, qty, _tp_time) SELECT symbol, price, qty, _tp_time FROM \
             table(ferry_helper_{n})"
        );
        let settings = [("max_block_size".to_owned(), "2".to_owned())];
        let query_id = QueryId::new(format!("copy-{n}"));
        let cancel = CancellationToken::new();
        let insert = InsertSelect { sql: &sql, settings: &settings, query_id: &query_id, path, cancel: &cancel };
        match target.insert_select(insert, |_| {}).await {
            InsertOutcome::Finished(_) => {}
            other => panic!("{path:?}: {other:?}"),
        }
        wait_for(&target, "default", &stream, 3).await;
        assert!(!target.query_is_running(&query_id).await.expect("asked"));
    }
}

#[tokio::test]
async fn a_statement_that_the_deployment_refuses_is_told_from_one_whose_end_is_unknown() {
    let (_sandbox, deployment) = sandbox(Edition::enterprise(), "CREATE STREAM s (a int32);").await;
    let settings = [];
    let query_id = QueryId::new("q");
    let cancel = CancellationToken::new();
    for path in [CopyPath::Timeplusd, CopyPath::AppServer { timeout_ms: 60_000 }] {
        let sql = "INSERT INTO s (a) SELECT a FROM table(nowhere)";
        let insert = InsertSelect { sql, settings: &settings, query_id: &query_id, path, cancel: &cancel };
        match deployment.insert_select(insert, |_| {}).await {
            InsertOutcome::Refused(error) => assert!(error.is_refusal(), "{error:?}"),
            other => panic!("{path:?}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn what_was_created_can_be_dropped_and_a_full_database_cannot() {
    let (_sandbox, deployment) = sandbox(Edition::enterprise(), WORKLOAD).await;
    create_objects(&deployment).await;
    let database = ResourceName::global(ResourceKind::Database, "market");
    let refused = deployment.drop(&database, None).await.expect_err("it holds streams");
    assert!(refused.to_string().contains("still holds"), "{refused}");
    let captured = captured(&deployment).await;
    let mut resources: Vec<&Resource> =
        captured.snapshot.resources.iter().filter(|resource| resource.name.path() != "default").collect();
    resources.sort_by_key(|resource| std::cmp::Reverse(resource.name.kind.creation_rank()));
    let mut left = resources;
    while !left.is_empty() {
        let mut failed = Vec::new();
        for resource in &left {
            match deployment.drop(&resource.name, resource.server_id.as_deref()).await {
                Ok(()) => wait_until_gone(&deployment, &resource.name).await,
                Err(_) => failed.push(*resource),
            }
        }
        assert!(failed.len() < left.len(), "{:?}", failed.iter().map(|r| r.name.path()).collect::<Vec<_>>());
        left = failed;
    }
}

/// Waits until a stream shows this many rows, with a bound.
async fn wait_for(deployment: &Deployment, database: &str, stream: &str, n_rows: u64) {
    let counted = async {
        while deployment.count(database, stream).await.expect("counted") != n_rows {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), counted).await.expect("the rows are there in time");
}

async fn wait_until_gone(deployment: &Deployment, name: &ResourceName) {
    let gone = async {
        while deployment.exists(name).await.expect("asked") {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), gone).await.expect("it is gone in time");
}
