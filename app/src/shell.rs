//! The document around every page.

use leptos::prelude::*;
use leptos_meta::MetaTags;

use crate::parts::theme::Theme;
use crate::{App, AssetNames};

/// The whole document. It holds no inline script and no inline style: `start.js` starts the module that the
/// attributes name.
pub fn shell() -> impl IntoView {
    let AssetNames { js, wasm, css, .. } = use_context().unwrap_or_else(AssetNames::unhashed);
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=Theme::of_request().attribute()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" type="image/svg+xml" href="/favicon.svg" />
                <link rel="stylesheet" href=css />
                <link rel="modulepreload" href=js.clone() />
                <link rel="preload" href=wasm.clone() r#as="fetch" r#type="application/wasm" crossorigin="" />
                <script type="module" src="/start.js" data-js=js data-wasm=wasm></script>
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
