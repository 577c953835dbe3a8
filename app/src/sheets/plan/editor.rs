//! A text that can be edited: a plain area of text, which the editor's script makes more of where it is loaded.

use ferry_console::text_digest;
use ferry_model::StepNumber;
use ferry_model::messages::editor as words;
use leptos::prelude::*;

use super::Shown;
use crate::AssetNames;

/// One text and how it is edited.
pub(super) struct Area<'a> {
    pub id: &'static str,
    /// `sql`, `json` or `yaml`.
    pub language: &'static str,
    pub label: &'static str,
    pub text: &'a str,
    /// The step whose definition it is; the whole plan's text without one.
    pub step: Option<StepNumber>,
    pub n_lines: usize,
}

impl Area<'_> {
    /// The area, and beside it the places that the editor's script fills and shows.
    pub fn draw(&self, shown: &Shown<'_>) -> AnyView {
        let names = use_context::<AssetNames>().and_then(|names| names.editor);
        let (script, module) = names.map(|names| (names.js, names.wasm)).unzip();
        let may_edit = shown.page.may_edit;
        let kept_at_ms = shown.page.draft.as_ref().map(|draft| draft.kept_at_ms.to_string());
        let line = Some(shown.asked.address.get("line")).filter(|line| !line.is_empty()).map(str::to_owned);
        view! {
            <div
                class="field editor-field"
                data-editor=self.language
                data-editor-script=script
                data-editor-module=module
                data-line=line
                data-plan=may_edit.then(|| shown.id.to_string())
                data-step=self.step.map(|step| step.to_string())
                data-known=text_digest(self.text)
                data-kept-at=kept_at_ms
            >
                <label for=self.id>{self.label}</label>
                <textarea
                    id=self.id
                    name="text"
                    rows=self.n_lines.to_string()
                    spellcheck="false"
                    autocapitalize="none"
                    autocomplete="off"
                    readonly=!may_edit
                >
                    // A page drops the first line end of such an area.
                    {format!("\n{}", self.text)}
                </textarea>
                {may_edit.then(kept)}
                <div class="editor-side" hidden=true>
                    {problems()}
                    {(self.language == "sql").then(outline)}
                </div>
            </div>
        }
        .into_any()
    }
}

/// Whether what was typed is kept.
fn kept() -> impl IntoView {
    view! {
        <p
            class="editor-kept quiet"
            role="status"
            hidden=true
            data-kept=words::KEPT
            data-keeping=words::KEEPING
            data-typing=words::TYPING
            data-not-kept=words::NOT_KEPT
            data-unreachable=words::UNREACHABLE
            data-signed-out=words::SIGNED_OUT
        >
            {words::KEEPS}
        </p>
    }
}

/// What is wrong with the text as it stands.
fn problems() -> impl IntoView {
    view! {
        <section class="editor-problems" aria-label=words::PROBLEMS>
            <p class="editor-title">{words::PROBLEMS}</p>
            <p class="quiet" role="status" data-none=words::NO_PROBLEMS data-unchecked=words::UNCHECKED></p>
            <ul data-place=words::PLACE data-more=words::MORE></ul>
        </section>
    }
}

/// The parts of the definition, to go to.
fn outline() -> impl IntoView {
    view! {
        <nav class="editor-outline" aria-label=words::OUTLINE>
            <p class="editor-title">{words::OUTLINE}</p>
            <ul></ul>
        </nav>
    }
}
