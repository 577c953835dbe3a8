//! timeplusd's own HTTP (protocol.md D): `/proton/...` and `/timeplusd/...`: ping, info, functions.

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::catalog::{Entry, EntryKind};
use crate::deployment::Deployment;
use crate::fault::{Fault, FaultCode};
use crate::rest::basic;

type Shared = State<Arc<Deployment>>;

/// Serves both prefixes until the deployment shuts down.
pub fn serve(deployment: &Arc<Deployment>, listener: TcpListener) {
    let routes = axum::Router::new()
        .route("/ping", get(ping))
        .route("/info", get(info))
        .route("/v1/udfs", get(functions))
        .route("/v1/udfs/{name}", get(function).delete(remove_function));
    let router: axum::Router = axum::Router::new()
        .nest("/proton", routes.clone())
        .nest("/timeplusd", routes)
        .fallback(absent)
        .with_state(Arc::clone(deployment));
    let stopped = deployment.stopped().clone().cancelled_owned();
    deployment.spawn(async move {
        if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopped).await {
            tracing::warn!(%error, "timeplusd's HTTP ended");
        }
    });
}

/// A fault as timeplusd's HTTP writes it.
struct Refusal(Fault);

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self(fault)
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = match self.0.code {
            FaultCode::AuthenticationFailed => StatusCode::UNAUTHORIZED,
            FaultCode::UnknownFunction => StatusCode::NOT_FOUND,
            _ => StatusCode::BAD_REQUEST,
        };
        let body = json!({"code": self.0.code.number(), "error_msg": self.0.text()});
        (status, Json(body)).into_response()
    }
}

/// A request with a valid user: HTTP Basic, or the headers of Proton and Timeplus (protocol.md D).
struct Caller;

impl FromRequestParts<Arc<Deployment>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, deployment: &Arc<Deployment>) -> Result<Self, Refusal> {
        let text = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let from_headers = |prefix: &str| {
            text(&format!("{prefix}-user")).map(|user| (user, text(&format!("{prefix}-key")).unwrap_or_default()))
        };
        let from_basic = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).and_then(basic);
        let (user, password) = from_basic
            .or_else(|| from_headers("x-timeplus"))
            .or_else(|| from_headers("x-proton"))
            .unwrap_or_else(|| ("default".to_owned(), String::new()));
        deployment.users().check(&user, &password)?;
        Ok(Self)
    }
}

async fn ping() -> Json<Value> {
    Json(json!({"status": "UP"}))
}

async fn info(State(deployment): Shared, _caller: Caller) -> Json<Value> {
    let edition = deployment.edition();
    let name = if edition.is_enterprise() { "Enterprise" } else { "Proton" };
    Json(json!({
        "build": {
            "version": edition.engine_version_text(),
            "time": "",
            "commit_sha": "",
            "edition": name,
            "name": "timeplusd",
        },
        "server": {"name": deployment.name()},
    }))
}

async fn functions(State(deployment): Shared, _caller: Caller) -> Json<Value> {
    let catalog = deployment.catalog();
    let shown: Vec<Value> = catalog.globals(EntryKind::Function).filter_map(shown).collect();
    Json(json!({"data": shown}))
}

async fn function(
    State(deployment): Shared,
    _caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let catalog = deployment.catalog();
    let found = catalog.global(EntryKind::Function, &name).and_then(shown);
    Ok(found.map(|function| Json(json!({"data": function}))).ok_or_else(|| unknown(&name))?)
}

async fn remove_function(
    State(deployment): Shared,
    _caller: Caller,
    Path(name): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let entry = deployment.catalog().global(EntryKind::Function, &name).cloned();
    deployment.drop_entry(entry.ok_or_else(|| unknown(&name))?)?;
    Ok(Json(json!({"request_id": uuid::Uuid::new_v4().to_string()})))
}

/// Unlike the app server, timeplusd returns what a function needs to be created again.
fn shown(entry: &Entry) -> Option<Value> {
    let mut shown = crate::rest::function_json(entry)?;
    if let Some(key) = entry.details["auth_key"].as_str() {
        shown["auth_context"] = json!({"key_name": entry.details["auth_header"], "key_value": key});
    }
    Some(shown)
}

fn unknown(name: &str) -> Fault {
    Fault::new(FaultCode::UnknownFunction, format!("Function {name} does not exist"))
}

async fn absent() -> StatusCode {
    StatusCode::NOT_FOUND
}
