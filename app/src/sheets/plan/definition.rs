//! A step's definition, as text that can be edited.

use ferry_console::{Step, definition_problems, definition_text};
use ferry_model::Definition;
use ferry_model::messages::plan_page as words;
use leptos::prelude::*;

use super::editor::Area;
use super::{Shown, edit_form, submit};
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
            <div class="as-kept">
                <Notice tone=Tone::Blocks title=words::DOES_NOT_PARSE>
                    <ul class="problems">{lines}</ul>
                </Notice>
            </div>
        }
    });
    let area = Area {
        id: "definition",
        language,
        label: words::DEFINITION,
        text: &text,
        step: Some(step.number),
        n_lines: text.lines().count().clamp(6, 30),
    };
    let fields = view! {
        {area.draw(shown)}
        {shown.page.may_edit.then(|| submit(words::KEEP_DEFINITION))}
    };
    let form = edit_form(shown, "plan_definition", &[("step", step.number.to_string())], fields.into_any());
    Some(view! { {notice} {form} }.into_any())
}
