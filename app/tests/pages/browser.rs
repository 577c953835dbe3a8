//! Asks for pages as the server does.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use ferry_app::AssetNames;
use ferry_console::Console;
use ferry_model::{Caller, Role, UserId};
use leptos::prelude::provide_context;

use crate::record::Record;

/// Somebody with a browser that runs no WebAssembly.
#[derive(Clone)]
pub struct Browser {
    console: Console,
    caller: Option<Caller>,
    cookie: String,
}

/// A page as it arrived.
pub struct Page {
    /// The response's status.
    pub status: StatusCode,
    /// The document.
    pub html: String,
}

impl Browser {
    /// A browser of somebody with a role; without one, of a stranger.
    pub fn of(record: &Record, role: Option<Role>) -> Self {
        let caller = role.map(|role| Caller { user: UserId::new("u"), name: "Vera".into(), role });
        Self { console: record.console.clone(), caller, cookie: String::new() }
    }

    /// The same browser with a cookie.
    pub fn with_cookie(&self, cookie: &str) -> Self {
        Self { cookie: cookie.into(), ..self.clone() }
    }

    /// Asks for a page.
    pub async fn get(&self, path: &str) -> Page {
        let Self { console, caller, cookie } = self.clone();
        let add_context = move || {
            provide_context(console.clone());
            provide_context(caller.clone());
            provide_context(AssetNames::unhashed());
        };
        let request = Request::get(path).header("cookie", cookie).body(Body::empty()).expect("a request");
        let response = ferry_app::render_page(add_context, request).await;
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 10_000_000).await.expect("the whole page");
        Page { status, html: String::from_utf8(bytes.to_vec()).expect("UTF-8") }
    }
}
