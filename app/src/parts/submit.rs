//! The button that sends a form: it says what is going on while the answer is awaited.

use leptos::prelude::*;

use super::button::Weight;

/// A submit button.
#[component]
pub fn Submit(
    /// How much it stands out.
    weight: Weight,
    /// What it does.
    #[prop(into)]
    label: Signal<String>,
    /// What it says meanwhile.
    #[prop(into)]
    busy_label: String,
    /// Whether the answer is awaited.
    #[prop(into)]
    pending: Signal<bool>,
    /// Whether the form cannot be sent yet.
    #[prop(into, optional)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let text = move || if pending.get() { format!("{busy_label} …") } else { label.get() };
    view! {
        <button
            type="submit"
            class=weight.class()
            aria-busy=move || pending.get().to_string()
            disabled=move || pending.get() || disabled.get()
        >
            {text}
        </button>
    }
}
