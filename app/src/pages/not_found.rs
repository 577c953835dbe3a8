//! An address without a page.

use ferry_model::messages::ui;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::parts::button::{LinkButton, Weight};
use crate::parts::empty::Empty;
use crate::parts::status::set_not_found;

/// A page that says so, and leads back.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    view! {
        <main class="alone" id="content">
            <NotFound />
        </main>
    }
}

/// The same within the frame of all pages, which has a `<main>` already.
#[component]
pub fn NotFound() -> impl IntoView {
    set_not_found();
    view! {
        <Title text=ui::NOT_FOUND />
        <Empty icon="ship" title=ui::NOT_FOUND text=ui::NOT_FOUND_REMEDY>
            <LinkButton href="/migrations" weight=Weight::Filled>
                {ui::ALL_MIGRATIONS}
            </LinkButton>
        </Empty>
    }
}
