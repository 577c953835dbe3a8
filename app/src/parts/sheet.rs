//! Shows what the server draws. One component for many pages: the browser's module does not grow with them.

use std::time::Duration;

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;
use wasm_bindgen::JsCast;

use super::loaded::Loaded;
use crate::api::sheet::{DrawSheet, Sheet};
use crate::remote::Remote;

/// The address of the reason why the last form was refused.
pub const REFUSED: &str = "refused";

/// The sheet of the page's own address. `fits` says which paths are this page's: while another page is being opened,
/// the address already is that of the other.
#[component]
pub fn SheetPage(
    /// Whether a path is of this page.
    fits: fn(&str) -> bool,
) -> impl IntoView {
    let location = use_location();
    let address = Memo::new(move |previous: Option<&String>| {
        let path = location.pathname.get();
        let search = location.search.get();
        match previous {
            Some(previous) if !fits(&path) => previous.clone(),
            _ if search.is_empty() => path,
            _ => format!("{path}?{}", search.trim_start_matches('?')),
        }
    });
    view! { <SheetAt address=address /> }
}

/// The sheet of an address.
#[component]
pub fn SheetAt(
    /// What to show.
    #[prop(into)]
    address: Signal<String>,
) -> impl IntoView {
    let turn = RwSignal::new(0_usize);
    let sheet = Remote::after_unless_known(move || turn.get(), move || question(address.get()));
    let content = move |sheet: Sheet| view! { <Drawn sheet=sheet turn=turn /> }.into_any();
    view! { <Loaded resource=sheet n_lines=8 content=content /> }
}

/// The browser is told once, with the page, why a form was refused, and never asks for it.
fn question(address: String) -> Result<DrawSheet, Sheet> {
    if cfg!(not(feature = "ssr")) && address == REFUSED { Err(Sheet::default()) } else { Ok(DrawSheet { address }) }
}

#[component]
fn Drawn(sheet: Sheet, turn: RwSignal<usize>) -> impl IntoView {
    let Sheet { title, html, refresh_ms } = sheet;
    let focused = RwSignal::new(focused_id());
    Effect::new(move |_| {
        // Drawing anew takes the focus from what is drawn again under the same id.
        if let Some(id) = focused.get_untracked()
            && focused_id().is_none()
            && let Some(element) = document().get_element_by_id(&id)
            && let Ok(element) = element.dyn_into::<web_sys::HtmlElement>()
        {
            element.focus().ok();
        }
        if refresh_ms > 0 {
            let again = move || turn.update(|turn| *turn = turn.wrapping_add(1));
            let timer = set_timeout_with_handle(again, Duration::from_millis(refresh_ms.into()));
            on_cleanup(move || {
                if let Ok(timer) = timer {
                    timer.clear();
                }
            });
        }
    });
    view! {
        {(!title.is_empty()).then(|| view! { <Title text=title /> })}
        <div class="sheet" inner_html=html></div>
    }
}

/// The id of what has the focus; in the browser.
fn focused_id() -> Option<String> {
    if cfg!(feature = "ssr") {
        return None;
    }
    let id = document().active_element()?.id();
    (!id.is_empty()).then_some(id)
}
