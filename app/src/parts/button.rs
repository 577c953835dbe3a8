//! Buttons and links that look like buttons.

use leptos::prelude::*;

/// How much a button stands out. A page has one filled button at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The one next action.
    Filled,
    /// Everything else.
    Outlined,
    /// What removes.
    Danger,
}

impl Weight {
    /// The style's classes.
    pub const fn class(self) -> &'static str {
        match self {
            Self::Filled => "button button-filled",
            Self::Outlined => "button",
            Self::Danger => "button button-danger",
        }
    }
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// How much it stands out.
    weight: Weight,
    /// Its words.
    children: Children,
) -> impl IntoView {
    view! {
        <a href=href class=weight.class()>
            {children()}
        </a>
    }
}
