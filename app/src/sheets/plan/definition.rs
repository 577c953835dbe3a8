//! A step's definition, as text that can be edited.

use ferry_console::{Step, definition_problems, definition_text};
use ferry_model::Definition;
use ferry_model::messages::plan_page as words;
use leptos::prelude::*;

use super::{Shown, edit_form, submit};
use crate::AssetNames;
use crate::parts::badge::Tone;
use crate::parts::notice::Notice;

pub(super) fn draw(shown: &Shown<'_>, step: &Step) -> Option<AnyView> {
    let definition = step.definition.as_ref()?;
    let text = definition_text(definition);
    let language = if matches!(definition, Definition::Sql(_)) { "sql" } else { "json" };
    let problems = definition_problems(definition);
    let notice = (!problems.is_empty()).then(|| {
        let lines = problems.iter().map(|problem| view! { <li>{problem.to_string()}</li> }).collect_view();
        view! {
            <Notice tone=Tone::Blocks title=words::DOES_NOT_PARSE>
                <ul class="problems">{lines}</ul>
            </Notice>
        }
    });
    let area = text_area(&Area {
        id: "definition",
        language,
        label: words::DEFINITION,
        text: &text,
        is_fixed: !shown.page.may_edit,
        n_lines: text.lines().count().clamp(6, 30),
    });
    let fields = view! {
        {area}
        {shown.page.may_edit.then(|| submit(words::KEEP_DEFINITION))}
    };
    let form = edit_form(shown, "plan_definition", &[("step", step.number.to_string())], fields.into_any());
    Some(view! { {notice} {form} }.into_any())
}

/// A text that can be edited: a plain area of text, which the editor's module makes more of where it is loaded.
pub(super) struct Area<'a> {
    pub id: &'static str,
    pub language: &'static str,
    pub label: &'static str,
    pub text: &'a str,
    pub is_fixed: bool,
    pub n_lines: usize,
}

pub(super) fn text_area(area: &Area<'_>) -> AnyView {
    let editor = use_context::<AssetNames>().and_then(|names| names.editor);
    view! {
        <div class="field editor-field">
            <label for=area.id>{area.label}</label>
            <textarea
                id=area.id
                name="text"
                rows=area.n_lines.to_string()
                spellcheck="false"
                autocapitalize="none"
                autocomplete="off"
                readonly=area.is_fixed
                data-editor=area.language
                data-editor-module=editor
            >
                // A page drops the first line end of such an area.
                {format!("\n{}", area.text)}
            </textarea>
        </div>
    }
    .into_any()
}
