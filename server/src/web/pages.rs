//! Pages and server functions: rendered and answered by `ferry-app`, with what they need in their context.

use axum::Extension;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use ferry_console::SignInPort;
use leptos::prelude::provide_context;
use tower_sessions::Session;

use super::caller::MaybeCaller;
use super::router::Web;
use super::session::RequestSession;

/// Any page.
pub(super) async fn page(
    State(web): State<Web>,
    Extension(caller): Extension<MaybeCaller>,
    session: Session,
    request: Request,
) -> Response {
    ferry_app::render_page(context(web, caller, session), request).await
}

/// Any server function.
pub(super) async fn function(
    State(web): State<Web>,
    Extension(caller): Extension<MaybeCaller>,
    session: Session,
    request: Request,
) -> Response {
    let context = context(web, caller, session);
    leptos_axum::handle_server_fns_with_context(context, request).await.into_response()
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
