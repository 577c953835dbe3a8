//! The client against a small app server on loopback.

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get};
use axum::{Json, Router};
use ferry_model::Secret;
use serde_json::json;

use super::*;

/// Answers with the path and the headers that prove who asked.
async fn echo(request: Request) -> Response {
    let header =
        |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    Json(json!([{"path": request.uri().path(), "basic": header("authorization"), "key": header("x-api-key")}]))
        .into_response()
}

async fn app_server() -> String {
    let refusal = || async {
        let body = json!({"code": 516, "message": "wrong password hunter22", "system": "timeplusd"});
        (StatusCode::BAD_REQUEST, Json(body))
    };
    let router = Router::new()
        .route("/default/api/v1beta2/echo/{name}", get(echo))
        .route("/ab12cd34/api/v1beta2/echo/{name}", get(echo))
        .route("/default/api/v1beta2/refused", get(refusal))
        .route("/default/api/v1beta2/unauthorized", get(|| async { StatusCode::UNAUTHORIZED }))
        .route("/default/api/v1beta2/sinks/left", delete(|| async { Json(json!(["a topic"])) }))
        .route("/default/api/v1beta2/sinks/gone", delete(|| async { StatusCode::NO_CONTENT }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn client(address: &str, change: impl FnOnce(&mut Endpoint)) -> Rest {
    let mut endpoint = Endpoint::new("127.0.0.1:8463", "admin", Secret::new("hunter22"));
    endpoint.app_server_address = Some(address.to_owned());
    change(&mut endpoint);
    Rest::app_server(&endpoint, Timeouts::default()).expect("a client").expect("an app server")
}

#[tokio::test]
async fn self_hosted_deployments_get_the_user_and_cloud_gets_the_key() {
    let address = app_server().await;
    let rest = client(&address, |_| {});
    let answer = rest.list(&["v1beta2", "echo", "a b/c"], "a test").await.expect("a list");
    assert_eq!(answer[0]["path"], "/default/api/v1beta2/echo/a%20b%2Fc");
    assert_eq!((&answer[0]["basic"], &answer[0]["key"]), (&json!("Basic YWRtaW46aHVudGVyMjI="), &json!("")));
    let cloud = client(&address, |endpoint| {
        endpoint.workspace = Some("ab12cd34".into());
        endpoint.api_key = Some(Secret::new("the-key"));
    });
    let answer = cloud.list(&["v1beta2", "echo", "x"], "a test").await.expect("a list");
    assert_eq!((&answer[0]["basic"], &answer[0]["key"]), (&json!(""), &json!("the-key")));
}

#[tokio::test]
async fn an_endpoint_that_is_not_there_is_an_empty_list() {
    let rest = client(&app_server().await, |_| {});
    assert!(rest.list(&["v1beta2", "apps"], "a test").await.expect("a list").is_empty());
    assert_eq!(rest.get(&["v1beta2", "apps"], "a test").await.expect("an answer"), None);
}

#[tokio::test]
async fn refusals_have_their_code_and_lose_their_secrets() {
    let rest = client(&app_server().await, |_| {});
    let error = rest.list(&["v1beta2", "refused"], "a test").await.expect_err("refused");
    assert_eq!((error.code(), error.to_string()), (Some(516), "wrong password [secret]".to_owned()));
    let error = rest.list(&["v1beta2", "unauthorized"], "a test").await.expect_err("refused");
    assert!(matches!(error, Error::SignInRefused { .. }), "{error}");
}

#[tokio::test]
async fn what_a_delete_leaves_behind_is_told() {
    let rest = client(&app_server().await, |_| {});
    assert_eq!(rest.delete(&["v1beta2", "sinks", "left"], "a test").await.expect("deleted"), ["a topic"]);
    assert!(rest.delete(&["v1beta2", "sinks", "gone"], "a test").await.expect("deleted").is_empty());
    assert!(rest.delete(&["v1beta2", "sinks", "never"], "a test").await.expect("deleted").is_empty());
}

#[tokio::test]
async fn an_app_server_that_is_not_there_is_not_reachable() {
    // A port that was free a moment ago and is closed again.
    let closed = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        listener.local_addr().expect("an address")
    };
    let rest = client(&format!("http://{closed}"), |_| {});
    let error = rest.list(&["v1beta2", "sources"], "a test").await.expect_err("nobody listens");
    assert!(matches!(error, Error::NotReachable { .. }), "{error:?}");
}
