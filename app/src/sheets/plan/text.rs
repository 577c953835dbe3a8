//! The whole plan as text: edited here, taken from a file, or written to one.

use ferry_model::messages::plan_page as words;
use leptos::prelude::*;

use super::editor::Area;
use super::{Shown, base, edit_form, submit};

pub(super) fn draw(shown: &Shown<'_>) -> AnyView {
    let area = Area {
        id: "plan-text",
        language: "yaml",
        label: words::PLAN_TEXT,
        text: shown.page.reading.text(),
        step: None,
        n_lines: 32,
    };
    let fields = view! {
        {area.draw(shown)}
        {shown.page.may_edit.then(|| submit(words::KEEP_TEXT))}
    };
    let upload = shown.page.may_edit.then(|| {
        view! {
            <form
                method="post"
                action=format!("{}/plan.yaml", base(shown.id))
                enctype="multipart/form-data"
                class="plan-form narrow"
            >
                <div class="field">
                    <label for="plan-file">{words::UPLOAD}</label>
                    <input id="plan-file" name="plan" type="file" accept=".yaml,.yml" required=true aria-describedby="plan-file-hint" />
                    <p class="hint" id="plan-file-hint">{words::UPLOAD_HINT}</p>
                </div>
                {submit(words::UPLOAD_BUTTON)}
            </form>
        }
    });
    view! {
        <div class="stack">
            {edit_form(shown, "plan_text", &[], fields.into_any())}
            {upload}
        </div>
    }
    .into_any()
}
