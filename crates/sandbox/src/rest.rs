//! The app server's REST API (rest.md): base `/default/api`.

pub mod answer;
mod auth;
mod definitions;
mod info;
pub mod json;
pub mod objects;
mod queries;

use std::sync::Arc;

use axum::response::Response;
use tokio::net::TcpListener;

use crate::deployment::Deployment;

pub use auth::basic;
pub use definitions::function as function_json;

/// What every handler sees.
#[derive(Clone)]
pub struct App {
    /// The deployment behind the API.
    pub deployment: Arc<Deployment>,
}

type Router = axum::Router<App>;

/// Serves the API until the deployment shuts down.
pub fn serve(deployment: &Arc<Deployment>, listener: TcpListener) {
    let app = App { deployment: Arc::clone(deployment) };
    let v1beta2 = Router::new()
        .merge(objects::routes())
        .merge(queries::routes())
        .merge(definitions::routes())
        .merge(info::routes());
    let router: axum::Router = Router::new()
        .route("/default/api/info", axum::routing::get(info::info))
        .nest("/default/api/v1beta2", v1beta2)
        .fallback(absent)
        .method_not_allowed_fallback(absent)
        .with_state(app);
    let stopped = deployment.stopped().clone().cancelled_owned();
    deployment.spawn(async move {
        let served = axum::serve(listener, router).with_graceful_shutdown(stopped).await;
        if let Err(error) = served {
            tracing::warn!(%error, "the app server ended");
        }
    });
}

/// A path or method that does not exist, or does not any more: 404 without a body (rest.md 2, 1.4).
async fn absent() -> Response {
    answer::not_found()
}
