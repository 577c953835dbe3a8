//! Where I am.

use leptos::prelude::*;

/// One step of the way: its words and its address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// The words.
    pub label: String,
    /// The address; empty for the page itself.
    pub href: String,
}

impl Crumb {
    /// A step that can be returned to.
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }

    /// The page itself.
    pub fn here(label: impl Into<String>) -> Self {
        Self { label: label.into(), href: String::new() }
    }
}

/// The way here.
#[component]
pub fn Crumbs(
    /// Its steps, the page itself last.
    crumbs: Vec<Crumb>,
) -> impl IntoView {
    let steps = crumbs.into_iter().map(|Crumb { label, href }| {
        if href.is_empty() {
            view! { <li aria-current="page">{label}</li> }.into_any()
        } else {
            view! { <li><a href=href>{label}</a></li> }.into_any()
        }
    });
    view! {
        <nav class="crumbs" aria-label="Breadcrumbs">
            <ol>{steps.collect_view()}</ol>
        </nav>
    }
}
