//! Pages and server functions: rendered and answered by `ferry-app`, with what they need in their context.

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::header::REFERER;
use axum::response::{IntoResponse, Response};
use ferry_console::SignInPort;
use leptos::prelude::provide_context;
use tower_sessions::Session;

use super::caller::MaybeCaller;
use super::refused;
use super::router::Web;
use super::session::RequestSession;

/// Any page.
pub(super) async fn page(
    State(web): State<Web>,
    Extension(caller): Extension<MaybeCaller>,
    session: Session,
    request: Request,
) -> Response {
    let refused = refused::of_request(request.headers());
    let was_refused = refused.is_some();
    let context = context(web, caller, session);
    let add_context = move || {
        context();
        provide_context(refused.clone());
    };
    let mut response = ferry_app::render_page(add_context, request).await;
    if was_refused {
        refused::forget(response.headers_mut());
    }
    response
}

/// Any server function.
pub(super) async fn function(
    State(web): State<Web>,
    Extension(caller): Extension<MaybeCaller>,
    session: Session,
    request: Request,
) -> Response {
    let context = context(web, caller, session);
    let came_from = request.headers().get(REFERER).cloned();
    let response = leptos_axum::handle_server_fns_with_context(context, request).await.into_response();
    refused::mend(response, came_from.as_ref()).await
}

fn context(web: Web, caller: MaybeCaller, session: Session) -> impl Fn() + Clone + Send + 'static {
    let port = SignInPort::new(RequestSession(session));
    move || {
        provide_context(web.console.clone());
        provide_context(caller.0.clone());
        provide_context(port.clone());
        provide_context(web.asset_names.as_ref().clone());
    }
}
