//! One line of input with its name and hint.

use leptos::prelude::*;

/// What a field is, apart from its words.
#[derive(Debug, Clone, Copy)]
pub struct FieldSpec {
    /// The name under which the form sends it, and its id on the page.
    pub name: &'static str,
    /// `text` or `password`.
    pub kind: &'static str,
    /// What the browser may fill in.
    pub autocomplete: &'static str,
}

/// A labelled input.
#[component]
pub fn Field(
    /// What it is.
    spec: FieldSpec,
    /// Its name for people.
    #[prop(into)]
    label: String,
    /// What to type, where that is not plain.
    #[prop(optional)]
    hint: &'static str,
    /// The shortest text that is taken.
    #[prop(optional)]
    min_length: usize,
    /// Takes every change.
    #[prop(optional)]
    on_change: Option<Callback<String>>,
) -> impl IntoView {
    let FieldSpec { name, kind, autocomplete } = spec;
    let hint_id = format!("{name}-hint");
    let described_by = (!hint.is_empty()).then(|| hint_id.clone());
    let changed = move |text: String| {
        if let Some(on_change) = on_change {
            on_change.run(text);
        }
    };
    view! {
        <div class="field">
            <label for=name>{label}</label>
            <input
                id=name
                name=name
                type=kind
                autocomplete=autocomplete
                spellcheck="false"
                autocapitalize="none"
                required=true
                minlength=(min_length > 0).then(|| min_length.to_string())
                aria-describedby=described_by
                on:input:target=move |event| changed(event.target().value())
            />
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> })}
        </div>
    }
}
