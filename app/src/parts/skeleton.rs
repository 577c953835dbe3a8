//! The outline of what is about to come. Styles show it after 200 ms only.

use ferry_model::messages::ui;
use leptos::prelude::*;

/// Some grey lines.
#[component]
pub fn Skeleton(
    /// How many.
    n_lines: usize,
) -> impl IntoView {
    let lines = (0..n_lines).map(|_| view! { <span class="skeleton-line"></span> }).collect_view();
    view! {
        <div class="skeleton" role="status">
            <span class="visually-hidden">{ui::LOADING}</span>
            {lines}
        </div>
    }
}
