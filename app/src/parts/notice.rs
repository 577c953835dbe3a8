//! A sentence that must not be overlooked, where it belongs.

use leptos::prelude::*;

use super::badge::Tone;
use super::icon::Icon;

/// An icon, a title, and what to do.
#[component]
pub fn Notice(
    /// Its colour and icon.
    tone: Tone,
    /// What is the case.
    #[prop(into)]
    title: String,
    /// What to do about it, and by what.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let icon = match tone {
        Tone::Blocks => "circle-alert",
        Tone::Risk => "triangle-alert",
        Tone::Done => "circle-check",
        Tone::Plain | Tone::Active => "info",
    };
    view! {
        <div class=format!("notice {}", tone.class())>
            <Icon name=icon />
            <div class="notice-text">
                <p class="notice-title">{title}</p>
                {children.map(|children| children())}
            </div>
        </div>
    }
}
