//! An address without a page.

use ferry_model::messages::ui;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::parts::button::{LinkButton, Weight};
use crate::parts::empty::Empty;
use crate::parts::status::set_not_found;

/// Says so, and leads back.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    set_not_found();
    view! {
        <Title text=ui::NOT_FOUND />
        <main class="alone" id="content">
            <Empty icon="ship" title=ui::NOT_FOUND text=ui::NOT_FOUND_REMEDY>
                <LinkButton href="/migrations" weight=Weight::Filled>
                    {ui::ALL_MIGRATIONS}
                </LinkButton>
            </Empty>
        </main>
    }
}
