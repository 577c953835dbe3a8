//! Versions, workspace, users.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::get;
use serde_json::json;

use super::answer::Answer;
use super::auth::Caller;
use super::{App, Router};

/// The routes of this file, but for `/info`, which has no version in its path.
pub fn routes() -> Router {
    Router::new()
        .route("/workspace", get(workspace))
        .route("/users", get(users))
        .route("/roles", get(roles))
        .route("/databases", get(databases))
}

/// GET /info (rest.md 1.7).
pub async fn info(State(app): State<App>, _caller: Caller) -> Answer {
    let edition = app.deployment.edition();
    let component = |version: &str| json!({"version": version, "commit": "", "build_time": "", "feature_flags": {}});
    Ok(Json(json!({
        "product_name": edition.product_name,
        "product_version": edition.product_version,
        "neutron": component(&edition.app_server_version),
        "proton": component(&edition.engine_version_text()),
        "orbit": component("unknown"),
        "axion": component("unknown"),
    }))
    .into_response())
}

async fn workspace(State(app): State<App>, _caller: Caller) -> Answer {
    Ok(Json(json!({
        "id": "default",
        "name": app.deployment.name(),
        "settings": {"enabled_user_tracking": false},
    }))
    .into_response())
}

async fn users(State(app): State<App>, _caller: Caller) -> Answer {
    let users = app.deployment.users().list();
    let shown: Vec<_> = users.iter().map(|name| json!({"username": name, "role": "admin"})).collect();
    Ok(Json(shown).into_response())
}

async fn roles(_caller: Caller) -> Answer {
    Ok(Json(json!(["admin", "read_only"])).into_response())
}

async fn databases(State(app): State<App>, _caller: Caller) -> Answer {
    let catalog = app.deployment.catalog();
    let shown: Vec<_> = catalog
        .databases()
        .map(|database| {
            let n_relations = catalog.relations().filter(|entry| entry.database == database.name).count();
            json!({"name": database.name, "engine": database.engine, "count": {"total": n_relations}})
        })
        .collect();
    Ok(Json(shown).into_response())
}
