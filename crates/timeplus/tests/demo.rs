//! The demo workload: everything in it is captured, and a plan of it can run.

use ferry_model::{MigrationId, ResourceKind, Secret, SecretMap};
use ferry_plan::{Config, PlanInput, Renames, Settings, SideConfig, generate};
use ferry_sandbox::{Sandbox, SandboxOptions, Workload};
use ferry_timeplus::{CaptureOptions, Deployment, Endpoint, Timeouts, capture, check_source_version};

#[tokio::test]
async fn the_demo_is_captured_whole_and_its_plan_can_run() {
    let users = vec![("anna".to_owned(), Secret::new("correct horse"))];
    let workload = Workload::Demo { scale: 0.001 };
    let sandbox =
        Sandbox::start(SandboxOptions { users, workload, ..SandboxOptions::default() }).await.expect("a sandbox");
    let addresses = sandbox.addresses();
    let mut endpoint = Endpoint::new(addresses.native.to_string(), "anna", Secret::new("correct horse"));
    endpoint.app_server_address = addresses.app.map(|address| format!("http://{address}"));
    let deployment = Deployment::connect(endpoint, Timeouts::default()).await.expect("a connection");
    check_source_version(deployment.info()).expect("new enough");

    let captured = capture(&deployment, &CaptureOptions::default()).await.expect("a capture");
    assert_eq!(captured.snapshot.problems, []);
    let n_of = |kind: ResourceKind| captured.snapshot.resources.iter().filter(|one| one.name.kind == kind).count();
    for kind in [
        ResourceKind::Stream,
        ResourceKind::ExternalStream,
        ResourceKind::ExternalTable,
        ResourceKind::View,
        ResourceKind::MaterializedView,
        ResourceKind::Function,
        ResourceKind::AggregateFunction,
        ResourceKind::FormatSchema,
        ResourceKind::Sink,
        ResourceKind::Source,
        ResourceKind::Dashboard,
        ResourceKind::SavedQuery,
    ] {
        assert!(n_of(kind) > 0, "the demo has a {kind}");
    }

    let side = || SideConfig {
        app_server_address: None,
        timeplusd_address: addresses.native.to_string(),
        timeplusd_http_address: None,
        username: "anna".into(),
        password: Secret::new("correct horse"),
        workspace: None,
        api_key: None,
        secure: false,
        ca_file: None,
        address_for_target: None,
        silence_limit_seconds: None,
    };
    let config = Config {
        source: side(),
        target: Some(side()),
        settings: Settings::default(),
        secrets: SecretMap::default(),
        renames: Renames::default(),
        inner_rows: ferry_plan::InnerRows::default(),
    };
    let plan = generate(&PlanInput {
        migration: &MigrationId::new("demo"),
        name: "demo",
        config: &config,
        config_file: "demo.yaml",
        source: &captured.snapshot,
        target: None,
    });
    assert_eq!(plan.check(), []);
    assert!(plan.steps.iter().all(|step| step.enabled), "every definition could be read");
    let text = serde_json::to_string(&plan).expect("plans are plain JSON");
    for key in captured.secrets.keys().map(str::to_owned).collect::<Vec<_>>() {
        let secret = captured.secrets.get(&key).expect("it is listed").expose();
        assert!(secret.len() < 4 || !text.contains(secret), "the secret {key} stands in the plan");
    }
    let unknown: Vec<&str> = plan
        .all_findings()
        .filter(|(_, finding)| finding.rule == "unknown-name")
        .map(|(_, finding)| finding.message.as_str())
        .collect();
    assert!(unknown.is_empty(), "every name was captured: {unknown:#?}");
}
