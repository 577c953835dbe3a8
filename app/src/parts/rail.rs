//! The left rail: the places of the console.

use ferry_model::messages::ui;
use leptos::prelude::*;
use leptos_router::components::A;

use super::icon::Icon;

/// The rail. It lists what this version has.
#[component]
pub fn Rail() -> impl IntoView {
    view! {
        <nav class="rail" aria-label=ui::PRODUCT>
            <a href="/migrations" class="brand">
                <Icon name="ship" />
                <span>{ui::PRODUCT}</span>
            </a>
            <ul>
                <li>
                    <A href="/migrations">
                        <Icon name="arrow-left-right" />
                        <span>{ui::MIGRATIONS}</span>
                    </A>
                </li>
            </ul>
        </nav>
    }
}
