//! SQL over REST: `/queries` with its server-sent events, and `/exec` (rest.md 3).

mod events;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use ferry_sql::{Statement, StatementKind};
use futures::TryStreamExt;
use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::{Answer, Refusal, no_content, not_found};
use super::auth::Caller;
use super::json::{header, rows};
use super::{App, Router};
use crate::deployment::{Deployment, parse};
use crate::fault::{Fault, FaultCode};
use crate::processes::Process;
use crate::statement::{Outcome, Request, RowStream};

/// `/exec` ends its wait after this unless `timeout_ms` says otherwise (rest.md 3).
const DEFAULT_TIMEOUT_MS: u64 = 30_000;

/// The routes of this file.
pub fn routes() -> Router {
    Router::new()
        .route("/queries", get(list).post(query))
        .route("/queries/{id}", get(read).delete(remove))
        .route("/queries/{id}/cancel", post(cancel))
        .route("/exec", post(exec))
}

#[derive(Deserialize)]
struct QueryBody {
    sql: String,
    batching_policy: Option<BatchingPolicy>,
}

/// How rows are gathered into events.
#[derive(Deserialize, Clone, Copy)]
struct BatchingPolicy {
    count: Option<usize>,
    time_ms: Option<u64>,
}

/// Unknown keys are ignored (rest.md 3).
#[derive(Deserialize)]
struct ExecBody {
    sql: String,
    #[serde(rename = "type")]
    kind: String,
    timeout_ms: Option<u64>,
}

async fn query(State(app): State<App>, caller: Caller, Json(body): Json<QueryBody>) -> Answer {
    let statement = parse(&body.sql)?;
    let (request, process) = begin(&app.deployment, &caller, &statement, &body.sql)?;
    // Events or 204 by the statement, not by the Accept header (rest.md 3).
    match app.deployment.run(&request, &process).await? {
        Outcome::Rows(rows) => Ok(events::response(&app.deployment, rows, &process, body.batching_policy)),
        outcome => {
            let history = app.deployment.history();
            history.begin(&process.query_id, &body.sql, &caller.user, Vec::new());
            let result = finish(outcome).await;
            let (status, message) = ended(&result);
            history.end(&process.query_id, status, &message);
            result?;
            Ok(no_content())
        }
    }
}

async fn exec(State(app): State<App>, caller: Caller, Json(body): Json<ExecBody>) -> Answer {
    let statement = parse(&body.sql)?;
    let is_ddl = exec_takes_as_ddl(&statement);
    match (body.kind.as_str(), is_ddl) {
        ("ddl", true) | ("historical", false) => {}
        ("ddl" | "historical", _) => {
            return Err(Refusal::bad_request(format!("The statement is not of type '{}'", body.kind)));
        }
        (other, _) => return Err(Refusal::bad_request(format!("Unknown type '{other}'"))),
    }
    let (request, process) = begin(&app.deployment, &caller, &statement, &body.sql)?;
    let deployment = Arc::clone(&app.deployment);
    // The query runs in a task of its own: when the wait is over it goes on (copy-safety 16).
    let (sender, receiver) = tokio::sync::oneshot::channel();
    app.deployment.spawn(async move {
        let result = whole(&deployment, &request, &process).await;
        drop(process);
        // Nobody waits any more after a time-out.
        let _ = sender.send(result);
    });
    let limit = Duration::from_millis(body.timeout_ms.unwrap_or(DEFAULT_TIMEOUT_MS));
    match tokio::time::timeout(limit, receiver).await {
        Ok(Ok(result)) => Ok(match result? {
            Some(answer) => Json(answer).into_response(),
            None => no_content(),
        }),
        Ok(Err(_)) => Err(Fault::new(FaultCode::Other(49), "The deployment shuts down").into()),
        Err(_) => {
            let message = format!("No answer after {} ms; the query goes on", limit.as_millis());
            Err(Fault::new(FaultCode::TimeoutExceeded, message).into())
        }
    }
}

/// What `/exec` takes with `type: ddl`. Assumed for INSERT .. SELECT, which no public source settles: as on 3.3.1
/// DELETE is sent as ddl, INSERT is taken to be ddl too (rest.md 3, 8).
fn exec_takes_as_ddl(statement: &Statement) -> bool {
    Deployment::is_ddl(statement)
}

async fn list(State(app): State<App>, _caller: Caller) -> Answer {
    let shown: Vec<Value> = app.deployment.history().list().iter().map(crate::history::Query::shown).collect();
    Ok(Json(shown).into_response())
}

async fn read(State(app): State<App>, _caller: Caller, Path(id): Path<String>) -> Answer {
    Ok(match app.deployment.history().get(&id) {
        Some(query) => Json(query.shown()).into_response(),
        None => not_found(),
    })
}

async fn remove(State(app): State<App>, _caller: Caller, Path(id): Path<String>) -> Answer {
    Ok(if app.deployment.history().remove(&id) { no_content() } else { not_found() })
}

/// A query that does not run is no error (rest.md 3).
async fn cancel(State(app): State<App>, _caller: Caller, Path(id): Path<String>) -> Response {
    app.deployment.processes().kill(&id);
    no_content()
}

fn begin(
    deployment: &Arc<Deployment>,
    caller: &Caller,
    statement: &Statement,
    sql: &str,
) -> Result<(Request, Arc<Process>), Refusal> {
    if matches!(statement.kind, StatementKind::Set(_) | StatementKind::Use(_)) {
        return Err(Fault::refused("SET and USE over REST, where there is no session").into());
    }
    let request = Request {
        sql: sql.to_owned(),
        user: caller.user.clone(),
        // Neither endpoint has a db parameter (rest.md 3).
        database: "default".to_owned(),
        settings: HashMap::new(),
        is_streaming: true,
        shard: None,
    };
    let process = deployment.processes().begin("", &caller.user, sql)?;
    Ok((request, process))
}

/// Runs a statement to its end: rows as JSON, or nothing.
async fn whole(
    deployment: &Arc<Deployment>,
    request: &Request,
    process: &Arc<Process>,
) -> Result<Option<Value>, Fault> {
    match deployment.run(request, process).await? {
        Outcome::Rows(RowStream { columns, mut batches }) => {
            let mut data = Vec::new();
            while let Some(batch) = batches.try_next().await? {
                data.extend(rows(&batch, &columns));
            }
            Ok(Some(json!({"columns": header(&columns), "data": data})))
        }
        outcome => finish(outcome).await.map(|()| None),
    }
}

async fn finish(outcome: Outcome) -> Result<(), Fault> {
    match outcome {
        Outcome::Done => Ok(()),
        Outcome::Copy(copy) => copy.run().await,
        Outcome::Blocks(_) => Err(Fault::bad("The INSERT has no rows")),
        Outcome::Rows(_) | Outcome::Set(_) | Outcome::Use(_) => Err(Fault::refused("this statement over REST")),
    }
}

fn ended(result: &Result<(), Fault>) -> (&'static str, String) {
    match result {
        Ok(()) => ("finished", String::new()),
        Err(fault) if fault.code == FaultCode::QueryCancelled => ("canceled", fault.message.clone()),
        Err(fault) => ("failed", fault.text()),
    }
}
