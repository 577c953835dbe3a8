//! From where to where.

use ferry_model::messages::ui;
use leptos::prelude::*;

use super::icon::Icon;

/// The addresses of source and target.
#[component]
pub fn RouteOf(
    /// The source's address.
    source: String,
    /// The target's address, where there is a target.
    target: Option<String>,
) -> impl IntoView {
    let target = match target {
        Some(address) => view! { <code>{address}</code> }.into_any(),
        None => view! { <span class="quiet">{ui::NO_TARGET}</span> }.into_any(),
    };
    view! {
        <span class="route">
            <code>{source}</code>
            <span class="visually-hidden">" " {ui::TO} " "</span>
            <Icon name="arrow-right" />
            {target}
        </span>
    }
}
