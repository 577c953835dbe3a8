//! Where nothing is: what would be here, and how to get it.

use leptos::prelude::*;

use super::icon::Icon;

/// An empty place that teaches the next action.
#[component]
pub fn Empty(
    /// The icon of what would be here.
    icon: &'static str,
    /// What is not here.
    title: &'static str,
    /// How to get it.
    text: &'static str,
    /// The action, if one is at hand.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <Icon name=icon />
            <h2>{title}</h2>
            <p>{text}</p>
            {children.map(|children| view! { <div class="empty-actions">{children()}</div> })}
        </div>
    }
}
