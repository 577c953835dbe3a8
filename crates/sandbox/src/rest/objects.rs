//! The id-keyed kinds: sources, sinks, dashboards, saved queries, alerts (rest.md 2.4 to 2.8).
//!
//! Duplicate names are accepted: the id is the only key.

pub mod rules;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get, post};
use serde_json::{Map, Value, json};

use self::rules::Rules;
use super::answer::{Answer, Refusal, no_content, not_found, time_text};
use super::auth::Caller;
use super::{App, Router};
use crate::catalog::entry::now_ms;
use crate::catalog::{RestKind, RestObject};

/// The routes of every id-keyed kind.
pub fn routes() -> Router {
    [
        ("/sources", RestKind::Source),
        ("/sinks", RestKind::Sink),
        ("/dashboards", RestKind::Dashboard),
        ("/savedqueries", RestKind::SavedQuery),
        ("/alerts", RestKind::Alert),
    ]
    .into_iter()
    .fold(Router::new(), |router, (path, kind)| {
        let router = router.route(path, collection(kind)).route(&format!("{path}/{{id}}"), item(kind));
        if Rules::of(kind).runs {
            router
                .route(&format!("{path}/{{id}}/start"), switch(kind, true))
                .route(&format!("{path}/{{id}}/stop"), switch(kind, false))
        } else {
            router
        }
    })
}

fn collection(kind: RestKind) -> MethodRouter<App> {
    get(move |app: State<App>, caller: Caller| list(app, caller, kind))
        .post(move |app: State<App>, caller: Caller, body: Json<Value>| create(app, caller, kind, body))
}

fn item(kind: RestKind) -> MethodRouter<App> {
    let methods = get(move |app: State<App>, caller: Caller, id: Path<String>| read(app, caller, kind, id))
        .delete(move |app: State<App>, caller: Caller, id: Path<String>| remove(app, caller, kind, id))
        .put(move |app: State<App>, caller: Caller, id: Path<String>, body: Json<Value>| {
            update(app, caller, kind, id, body)
        });
    if Rules::of(kind).takes_patch {
        methods.patch(move |app: State<App>, caller: Caller, id: Path<String>, body: Json<Value>| {
            update(app, caller, kind, id, body)
        })
    } else {
        methods
    }
}

fn switch(kind: RestKind, on: bool) -> MethodRouter<App> {
    post(move |app: State<App>, caller: Caller, id: Path<String>| set_running(app, caller, kind, id, on))
}

async fn list(State(app): State<App>, _caller: Caller, kind: RestKind) -> Answer {
    let catalog = app.deployment.catalog();
    let objects: Vec<Value> = catalog.rest(kind).into_iter().map(shown).collect();
    Ok(Json(objects).into_response())
}

async fn read(State(app): State<App>, _caller: Caller, kind: RestKind, Path(id): Path<String>) -> Answer {
    let catalog = app.deployment.catalog();
    Ok(match catalog.rest_object(kind, &id) {
        Some(object) => Json(shown(object)).into_response(),
        None => not_found(),
    })
}

async fn create(State(app): State<App>, caller: Caller, kind: RestKind, Json(body): Json<Value>) -> Answer {
    let object = app.deployment.create_rest_object(kind, body, &caller.user)?;
    Ok((StatusCode::CREATED, Json(shown(&object))).into_response())
}

async fn update(
    State(app): State<App>,
    caller: Caller,
    kind: RestKind,
    Path(id): Path<String>,
    Json(change): Json<Value>,
) -> Answer {
    let rules = Rules::of(kind);
    let change = rules.readable_fields(change)?;
    let mut catalog = app.deployment.catalog_mut();
    let Some(mut object) = catalog.rest_object(kind, &id).cloned() else {
        return Ok(not_found());
    };
    if kind == RestKind::Source && object.running {
        return Err(Refusal::bad_request("Only stopped sources can be updated"));
    }
    let mut body = object.body.as_object().cloned().unwrap_or_default();
    for (key, value) in change {
        body.insert(key, value);
    }
    let body = Value::Object(body);
    rules.check(&body)?;
    object.body = body;
    object.updated_ms = now_ms();
    object.updated_by = caller.user;
    catalog.put_rest(object.clone())?;
    Ok(Json(shown(&object)).into_response())
}

async fn remove(State(app): State<App>, _caller: Caller, kind: RestKind, Path(id): Path<String>) -> Answer {
    let mut catalog = app.deployment.catalog_mut();
    if catalog.rest_object(kind, &id).is_none() {
        return Ok(not_found());
    }
    catalog.remove_rest(kind, &id)?;
    Ok(no_content())
}

async fn set_running(
    State(app): State<App>,
    _caller: Caller,
    kind: RestKind,
    Path(id): Path<String>,
    on: bool,
) -> Answer {
    let mut catalog = app.deployment.catalog_mut();
    let Some(mut object) = catalog.rest_object(kind, &id).cloned() else {
        return Ok(not_found());
    };
    if object.running != on {
        object.running = on;
        object.started_s = now_ms() / 1000;
        catalog.put_rest(object)?;
    }
    Ok(no_content())
}

/// The object as the API returns it: what the server adds, without what is sensitive. Sensitive properties are
/// absent, not masked (rest.md 2.4).
pub fn shown(object: &RestObject) -> Value {
    let rules = Rules::of(object.kind);
    let mut shown = Map::new();
    shown.insert("id".to_owned(), json!(object.id));
    for (key, value) in object.body.as_object().into_iter().flatten() {
        let value = if key == "properties" { rules.without_secrets(&object.body, value) } else { value.clone() };
        shown.insert(key.clone(), value);
    }
    if rules.runs {
        let (status, message) = rules.status(object);
        shown.insert("status".to_owned(), json!(status));
        shown.insert("message".to_owned(), json!(message));
        if object.running {
            shown.insert("start_time".to_owned(), json!(object.started_s));
        }
    }
    let owner = |name: &str| json!({"id": name, "name": name});
    shown.insert("created_at".to_owned(), json!(time_text(object.created_ms)));
    shown.insert("created_by".to_owned(), owner(&object.owner));
    shown.insert("last_updated_at".to_owned(), json!(time_text(object.updated_ms)));
    shown.insert("last_updated_by".to_owned(), owner(&object.updated_by));
    Value::Object(shown)
}
