#![doc = include_str!("../README.md")]

use leptos::prelude::*;
use wasm_bindgen::prelude::wasm_bindgen;

/// Takes over the page that the server rendered, and says so on the document's root as `data-hydrated`.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(ferry_app::App);
    if let Some(root) = document().document_element() {
        // Setting an attribute with a valid name cannot fail.
        root.set_attribute("data-hydrated", "").ok();
    }
}
