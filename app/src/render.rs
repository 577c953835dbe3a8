//! Renders a page on the server, without inline scripts.

mod state;

use std::pin::Pin;

use axum::body::Body;
use axum::http::{Request, Response};
use futures::stream::once;
use futures::{Future, Stream, StreamExt};
use leptos::prelude::*;

use self::state::PageState;
use crate::shell;

type Pieces = Pin<Box<dyn Stream<Item = String> + Send>>;

/// Answers a GET of any page. The status is 404 where no page has the address.
///
/// Leptos sends what the page already knows to the browser as inline scripts, which a strict
/// Content-Security-Policy refuses. Here it becomes a data block, which no policy has to allow and which
/// `start.js` reads.
pub async fn render_page(add_context: impl Fn() + Clone + Send + 'static, request: Request<Body>) -> Response<Body> {
    // A second call finds the executor in place; that is no error.
    any_spawner::Executor::init_tokio().ok();
    leptos_axum::handle_response_inner(add_context, shell, request, whole_page).await
}

/// The page in one piece, once everything in it has been loaded.
fn whole_page<View: IntoView + 'static>(
    page: View,
    scripts: Box<dyn FnOnce() -> Pieces + Send>,
    _out_of_order: bool,
) -> Pin<Box<dyn Future<Output = Pieces> + Send>> {
    Box::pin(async move {
        let html: String = page.to_html_stream_in_order().collect().await;
        let scripts: String = scripts().collect().await;
        let document = match PageState::from_scripts(&scripts) {
            Some(state) => insert_before_end_of_body(html, &state.to_data_block()),
            None => {
                leptos::logging::error!("the state of a page could not be read; it is sent without WebAssembly");
                html
            }
        };
        Box::pin(once(async move { document })) as Pieces
    })
}

fn insert_before_end_of_body(mut html: String, block: &str) -> String {
    match html.rfind("</body>") {
        Some(end) => html.insert_str(end, block),
        None => html.push_str(block),
    }
    html
}
