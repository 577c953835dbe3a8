//! The frame around a table: it scrolls by itself, also with the keyboard.

use leptos::prelude::*;

/// A frame that scrolls sideways when its table is wider than the page.
#[component]
pub fn TableFrame(
    /// What the table lists.
    #[prop(into)]
    label: String,
    /// The table.
    children: Children,
) -> impl IntoView {
    view! {
        <div class="table-frame" role="region" aria-label=label tabindex="0">
            {children()}
        </div>
    }
}
