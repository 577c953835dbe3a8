//! What SQL created, to read and to delete: streams, views, functions, schemas (rest.md 2.1 to 2.3, 2.9, 2.10).
//!
//! Creating them was removed from the API in 2025-06 (rest.md 4): those methods are 404.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get, post};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::answer::{Answer, no_content, not_found, time_text};
use super::auth::Caller;
use super::{App, Router};
use crate::catalog::{Entry, EntryKind};
use crate::ddl::system::set_paused;
use crate::deployment::Deployment;
use crate::fault::FaultCode;

/// `?db=`, the default database if absent (rest.md 1.3).
#[derive(Deserialize)]
struct Database {
    db: Option<String>,
}

impl Database {
    fn name(&self) -> &str {
        self.db.as_deref().unwrap_or("default")
    }
}

type Kinds = &'static [EntryKind];

const STREAMS: Kinds = &[EntryKind::Stream, EntryKind::MutableStream, EntryKind::RandomStream, EntryKind::NullStream];

/// The routes of this file.
pub fn routes() -> Router {
    let relations: [(&str, Kinds); 6] = [
        ("/streams", STREAMS),
        ("/views", &[EntryKind::View]),
        ("/materialized_views", &[EntryKind::MaterializedView]),
        ("/external_streams", &[EntryKind::ExternalStream]),
        ("/external_tables", &[EntryKind::ExternalTable]),
        ("/dictionaries", &[EntryKind::Dictionary]),
    ];
    let mut router = Router::new();
    for (path, kinds) in relations {
        router = router.route(path, relation_list(kinds)).route(&format!("{path}/{{name}}"), relation_item(kinds));
    }
    for (path, kind) in [("/udfs", EntryKind::Function), ("/schemas", EntryKind::FormatSchema)] {
        router = router.route(path, global_list(kind)).route(&format!("{path}/{{name}}"), global_item(kind));
    }
    router
        .route("/materialized_views/{name}/pause", pause(true))
        .route("/materialized_views/{name}/resume", pause(false))
}

fn relation_list(kinds: Kinds) -> MethodRouter<App> {
    get(move |State(app): State<App>, _caller: Caller, Query(database): Query<Database>| async move {
        app.deployment.catalog().database(database.name())?;
        let catalog = app.deployment.catalog();
        let entries: Vec<Entry> = catalog
            .relations()
            .filter(|entry| entry.database == database.name() && kinds.contains(&entry.kind))
            .cloned()
            .collect();
        drop(catalog);
        let shown: Vec<Value> = entries.iter().map(|entry| relation(&app.deployment, entry)).collect();
        Answer::Ok(Json(shown).into_response())
    })
}

fn relation_item(kinds: Kinds) -> MethodRouter<App> {
    get(move |State(app): State<App>, _caller: Caller, Path(name): Path<String>, Query(database): Query<Database>| {
        async move {
            let entry = app.deployment.catalog().relation(database.name(), &name).cloned();
            Answer::Ok(match entry.filter(|entry| kinds.contains(&entry.kind)) {
                Some(entry) => Json(relation(&app.deployment, &entry)).into_response(),
                None => not_found(),
            })
        }
    })
    .delete(move |State(app): State<App>, _caller: Caller, Path(name): Path<String>, Query(database): Query<Database>| {
        async move {
            let entry = app.deployment.catalog().relation(database.name(), &name).cloned();
            let Some(entry) = entry.filter(|entry| kinds.contains(&entry.kind)) else {
                return Answer::Ok(not_found());
            };
            app.deployment.drop_entry(entry)?;
            Ok(no_content())
        }
    })
}

fn global_list(kind: EntryKind) -> MethodRouter<App> {
    get(move |State(app): State<App>, _caller: Caller| async move {
        let catalog = app.deployment.catalog();
        let shown: Vec<Value> = catalog.globals(kind).filter_map(global).collect();
        Answer::Ok(Json(shown).into_response())
    })
}

fn global_item(kind: EntryKind) -> MethodRouter<App> {
    get(move |State(app): State<App>, _caller: Caller, Path(name): Path<String>| async move {
        let catalog = app.deployment.catalog();
        Answer::Ok(match catalog.global(kind, &name).and_then(global) {
            Some(shown) => Json(shown).into_response(),
            None => not_found(),
        })
    })
    .delete(move |State(app): State<App>, _caller: Caller, Path(name): Path<String>| async move {
        let entry = app.deployment.catalog().global(kind, &name).cloned();
        let Some(entry) = entry else {
            return Answer::Ok(not_found());
        };
        app.deployment.drop_entry(entry)?;
        Ok(no_content())
    })
}

fn pause(paused: bool) -> MethodRouter<App> {
    post(
        move |State(app): State<App>, _caller: Caller, Path(name): Path<String>, Query(database): Query<Database>| async move {
            match set_paused(&app.deployment, database.name(), &name, paused) {
                Err(fault) if fault.code == FaultCode::UnknownStream => Answer::Ok(not_found()),
                Err(fault) => Err(fault.into()),
                Ok(()) => Ok(Json(json!({})).into_response()),
            }
        },
    )
}

/// A relation as the API returns it. Row counts come with `expand` only, which the sandbox leaves out.
fn relation(deployment: &Deployment, entry: &Entry) -> Value {
    let columns: Vec<Value> = entry
        .columns
        .iter()
        .map(|column| {
            json!({
                "name": column.name,
                "type": column.type_name,
                "codec": if column.codec.is_empty() { String::new() } else { format!("CODEC({})", column.codec) },
                "default": column.default_expression,
                "comment": column.comment,
                "nullable": column.type_name.starts_with("nullable("),
            })
        })
        .collect();
    let mut shown = Map::new();
    let mut put = |name: &str, value: Value| shown.insert(name.to_owned(), value);
    put("name", json!(entry.name));
    put("description", json!(entry.comment));
    put("columns", Value::Array(columns));
    put("create_query", json!(entry.statement));
    match entry.kind {
        EntryKind::View => {
            put("materialized", json!(false));
            put("query", json!(entry.select));
        }
        EntryKind::MaterializedView => {
            let (status, message) = deployment.view_status(entry);
            // The names of 2.8 (rest.md 2.2).
            let status = if status == "Executing" { "ExecutingPipeline" } else { status };
            put("query", json!(entry.select));
            put("target_stream", json!(entry.target.as_ref().map(|target| target.name.as_str())));
            put("status", json!(status));
            put("last_error_message", json!(message));
        }
        EntryKind::ExternalStream | EntryKind::ExternalTable => {
            put("type", json!(entry.setting("type").unwrap_or_default()));
            let settings = entry.settings.iter().map(|setting| json!({"key": setting.name, "value": setting.value}));
            let settings: Vec<Value> = settings.collect();
            put("settings", json!(settings));
        }
        _ => {
            put("engine", json!(entry.engine));
            put("mode", json!(entry.mode));
            put("primary_key", json!(entry.primary_key.join(", ")));
            put("ttl_expression", json!(entry.ttl));
            put("ttl", json!(entry.ttl));
            put("is_external", json!(false));
        }
    }
    let owner = json!({"id": entry.owner, "name": entry.owner});
    put("created_at", json!(time_text(entry.created_ms)));
    put("created_by", owner.clone());
    put("last_updated_at", json!(time_text(entry.created_ms)));
    put("last_updated_by", owner);
    Value::Object(shown)
}

/// A function or schema as the API returns it; SQL functions are not in it (rest.md 2.9).
fn global(entry: &Entry) -> Option<Value> {
    if entry.kind == EntryKind::FormatSchema {
        return Some(json!({
            "name": entry.name,
            "type": entry.details["type"],
            "content": entry.details["content"],
            "created_at": time_text(entry.created_ms),
            "created_by": {"id": entry.owner, "name": entry.owner},
        }));
    }
    function(entry).map(|mut shown| {
        shown["created_at"] = json!(entry.created_ms);
        shown["created_by"] = json!(entry.owner);
        shown["last_modified_at"] = json!(entry.created_ms);
        shown["last_modified_by"] = json!(entry.owner);
        shown
    })
}

/// A function in a language other than SQL. Whether a server returns the secret value is not known; here it is kept
/// back (rest.md 2.9).
pub fn function(entry: &Entry) -> Option<Value> {
    let details = &entry.details;
    let language = details["language"].as_str().filter(|language| *language != "sql")?;
    let mut shown = json!({
        "name": entry.name,
        "type": language,
        "description": entry.comment,
        "arguments": details["arguments"],
        "return_type": details["return_type"],
        "is_aggregation": details["is_aggregation"],
    });
    if language == "remote" {
        shown["url"] = details["url"].clone();
        shown["auth_method"] = details["auth_method"].clone();
        let header = details["auth_header"].as_str().unwrap_or_default();
        shown["auth_context"] = json!({"auth_header": header, "auth_value": ""});
    } else {
        shown["source"] = details["source"].clone();
    }
    Some(shown)
}
