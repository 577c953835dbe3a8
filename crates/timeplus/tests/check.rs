//! The check of two deployments, over real sockets.

use std::sync::Mutex;

use ferry_model::{CheckItem, CheckLine, CheckState, ConnectionCheck, Secret, Side};
use ferry_sandbox::{Edition, Sandbox, SandboxOptions, Workload};
use ferry_timeplus::{CHECK_TIMEOUTS, CheckRequest, Deployment, Endpoint, Timeouts, check_connection};

const PASSWORD: &str = "correct horse";

async fn sandbox(edition: Edition, sql: &str) -> Sandbox {
    let users = vec![("anna".to_owned(), Secret::new(PASSWORD))];
    let workload = if sql.is_empty() { Workload::Empty } else { Workload::Sql(sql.to_owned()) };
    let mut options = SandboxOptions { edition, users, workload, ..SandboxOptions::default() };
    if !options.edition.is_enterprise() {
        options.app_addr = None;
    }
    Sandbox::start(options).await.expect("a sandbox")
}

fn endpoint(sandbox: &Sandbox, password: &str) -> Endpoint {
    let addresses = sandbox.addresses();
    let mut endpoint = Endpoint::new(addresses.native.to_string(), "anna", Secret::new(password));
    endpoint.app_server_address = addresses.app.map(|address| format!("http://{address}"));
    endpoint
}

async fn checked(source: Endpoint, target: Endpoint, address_for_target: &str) -> ConnectionCheck {
    let check = Mutex::new(ConnectionCheck::begun(0, true));
    let request = CheckRequest { source, target: Some(target), address_for_target: address_for_target.into() };
    check_connection(&request, CHECK_TIMEOUTS, &|line| check.lock().expect("no panic").tell(line)).await;
    let mut check = check.into_inner().expect("no panic");
    check.end();
    check
}

fn line(check: &ConnectionCheck, side: Side, item: CheckItem) -> &CheckLine {
    check.lines.iter().find(|line| (line.side, line.item) == (side, item)).expect("the line is there")
}

#[tokio::test]
async fn two_good_deployments_pass_everything_and_the_helper_is_gone_again() {
    let source = sandbox(Edition::enterprise(), "CREATE STREAM s (a int32);").await;
    let target = sandbox(Edition::enterprise(), "").await;
    let address = source.addresses().native.to_string();
    let check = checked(endpoint(&source, PASSWORD), endpoint(&target, PASSWORD), &address).await;
    assert_eq!(check.n_in(CheckState::Passed), check.lines.len(), "{check:#?}");
    assert!(line(&check, Side::Target, CheckItem::ReachesSource).finding.contains("default.s"));
    let deployment = Deployment::connect(endpoint(&target, PASSWORD), Timeouts::default()).await.expect("connected");
    let left = deployment.rows("SELECT name FROM system.tables WHERE name LIKE 'ferry_helper%'").await.expect("listed");
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn a_source_without_streams_is_reached_all_the_same() {
    let source = sandbox(Edition::enterprise(), "").await;
    let target = sandbox(Edition::enterprise(), "").await;
    let address = source.addresses().native.to_string();
    let check = checked(endpoint(&source, PASSWORD), endpoint(&target, PASSWORD), &address).await;
    let reaches = line(&check, Side::Target, CheckItem::ReachesSource);
    assert_eq!(reaches.state, CheckState::Passed, "{reaches:?}");
}

#[tokio::test]
async fn every_failure_says_why_and_what_to_do_and_never_a_password() {
    let source = sandbox(Edition::enterprise(), "CREATE STREAM s (a int32);").await;
    let target = sandbox(Edition::enterprise(), "").await;
    // A port that nobody listens on: it was free a moment ago.
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("its address");

    let wrong = checked(endpoint(&source, "wrong pony"), endpoint(&target, PASSWORD), "unused:1").await;
    let sign_in = line(&wrong, Side::Source, CheckItem::SignIn);
    assert_eq!(sign_in.state, CheckState::Failed);
    assert!(!sign_in.remedy.is_empty() && !sign_in.finding.contains("wrong pony"), "{sign_in:?}");
    assert_eq!(line(&wrong, Side::Target, CheckItem::ReachesSource).state, CheckState::Skipped);
    assert_eq!(line(&wrong, Side::Target, CheckItem::Privileges).state, CheckState::Passed);

    let gone = checked(
        Endpoint::new(free.to_string(), "anna", Secret::new(PASSWORD)),
        endpoint(&target, PASSWORD),
        "unused:1",
    );
    let gone = gone.await;
    assert_eq!(line(&gone, Side::Source, CheckItem::Tcp).state, CheckState::Failed);

    let unreachable = checked(endpoint(&source, PASSWORD), endpoint(&target, PASSWORD), &free.to_string()).await;
    let reaches = line(&unreachable, Side::Target, CheckItem::ReachesSource);
    assert_eq!(reaches.state, CheckState::Failed, "{reaches:?}");
    assert!(reaches.remedy.contains("address_for_target") && !reaches.finding.contains(PASSWORD), "{reaches:?}");
}

#[tokio::test]
async fn a_missing_app_server_is_noted() {
    let source = sandbox(Edition::proton(), "CREATE STREAM s (a int32);").await;
    let target = sandbox(Edition::enterprise(), "").await;
    let address = source.addresses().native.to_string();
    let check = checked(endpoint(&source, PASSWORD), endpoint(&target, PASSWORD), &address).await;
    assert_eq!(line(&check, Side::Source, CheckItem::AppServer).state, CheckState::Noted);
    assert_eq!(line(&check, Side::Target, CheckItem::ReachesSource).state, CheckState::Passed);
}
