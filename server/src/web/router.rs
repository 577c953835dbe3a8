//! Every route of the console, and what every request passes on its way.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use axum::{Router, serve as serve_axum};
use ferry_app::AssetNames;
use ferry_console::Console;
use ferry_store::Store;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::trace::TraceLayer;

use super::session::{self, Cookies};
use super::{Site, caller, feed, files, headers, origin, pages};

/// A configuration file is a few kilobytes, an edited plan a few hundred.
const LARGEST_BODY_BYTES: usize = 4 * 1024 * 1024;

/// How to serve.
#[derive(Debug, Clone)]
pub struct WebOptions {
    /// What the browser downloads.
    pub site: Site,
    /// How session cookies travel.
    pub cookies: Cookies,
}

/// What handlers share.
#[derive(Clone)]
pub(super) struct Web {
    pub(super) console: Console,
    pub(super) store: Store,
    pub(super) asset_names: Arc<AssetNames>,
    /// Long-lived connections end when this says so.
    pub(super) ends: CancellationToken,
}

/// Serves the console until `ends` is cancelled and what is under way has been answered.
///
/// # Errors
/// The listener's error.
pub async fn serve(
    console: Console,
    listener: TcpListener,
    options: WebOptions,
    ends: CancellationToken,
) -> std::io::Result<()> {
    let removing = session::remove_ended(console.record().clone());
    let _removing = AbortOnDropHandle::new(tokio::spawn(removing));
    let app = router(console, &options, ends.clone());
    serve_axum(listener, app).with_graceful_shutdown(ends.cancelled_owned()).await
}

/// All routes.
pub fn router(console: Console, options: &WebOptions, ends: CancellationToken) -> Router {
    let store = console.record().clone();
    let sessions = session::layer(store.clone(), options.cookies);
    let web = Web { console, store, asset_names: Arc::new(options.site.names().clone()), ends };

    // Everything here has passed the session and the caller; strangers get no further than signing in.
    let private = Router::new()
        // The start page is the list of migrations.
        .route("/", get(|| async { Redirect::to("/migrations") }))
        // The live feed of a run.
        .route("/runs/{id}/events", get(feed::run_events))
        .route("/runs/{id}/evidence.json", get(files::download_evidence))
        // The plan as a file, the same that the command line reads and writes.
        .route("/migrations/{id}/plan.yaml", get(files::download_plan).post(files::upload_plan))
        // Server functions of the screens. POST only: a GET never changes anything.
        .route("/api/{*name}", post(pages::function))
        // Every page; unknown addresses get a page that says so.
        .fallback(get(pages::page))
        .layer(from_fn_with_state(web.clone(), caller::find))
        .layer(sessions);

    // Open to everybody: files that are the same for all, and the health check.
    let open = options.site.routes().route("/healthz", get(health));

    Router::new()
        .merge(open)
        .merge(private)
        .layer(RequestBodyLimitLayer::new(LARGEST_BODY_BYTES))
        .layer(from_fn(origin::require_own))
        .layer(from_fn(headers::add))
        .layer(TraceLayer::new_for_http())
        .with_state(web)
}

/// `GET /healthz`: 200 while the record can be read.
async fn health(State(web): State<Web>) -> impl IntoResponse {
    match web.console.check_health().await {
        Ok(()) => (StatusCode::OK, "ok\n"),
        Err(error) => {
            tracing::error!(%error, "the health check failed");
            (StatusCode::SERVICE_UNAVAILABLE, "the record cannot be read\n")
        }
    }
}
