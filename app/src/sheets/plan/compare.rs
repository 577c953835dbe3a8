//! How closely a stream's rows are compared, and what that costs.

use ferry_console::Step;
use ferry_model::messages::plan_page as words;
use ferry_model::{CompareLevel, Count};
use leptos::prelude::*;

use super::{Shown, edit_form, submit};
use crate::format;

pub(super) fn draw(shown: &Shown<'_>, step: &Step) -> Option<AnyView> {
    let spec = step.compare?;
    let is_fixed = !shown.page.may_edit;
    let size = size(shown, step);
    let choices = CompareLevel::ALL.map(|level| {
        let id = format!("compare-{}", level.as_str());
        view! {
            <p class="choice">
                <input
                    type="radio"
                    name="level"
                    id=id.clone()
                    value=level.as_str()
                    checked=level == spec.level
                    disabled=is_fixed
                />
                <label for=id>{words::compare_choice(level, &size)}</label>
            </p>
        }
    });
    let fields = view! {
        <fieldset>
            <legend>{words::HOW_CLOSELY}</legend>
            {choices.collect_view()}
        </fieldset>
        <div class="field">
            <p class="check-field">
                <input
                    type="checkbox"
                    name="accepts_movement"
                    id="accepts-movement"
                    checked=spec.accepts_movement
                    disabled=is_fixed
                    aria-describedby="accepts-movement-hint"
                />
                <label for="accepts-movement">{words::ACCEPTS_MOVEMENT}</label>
            </p>
            <p class="hint" id="accepts-movement-hint">{words::ACCEPTS_MOVEMENT_HINT}</p>
        </div>
        {shown.page.may_edit.then(|| submit(words::KEEP_COMPARISON))}
    };
    let form = edit_form(shown, "plan_compare", &[("step", step.number.to_string())], fields.into_any());
    let view = view! {
        <section class="stack-tight" aria-labelledby="step-comparison">
            <h3 id="step-comparison">{words::COMPARISON}</h3>
            <div class="narrow">{form}</div>
        </section>
    };
    Some(view.into_any())
}

/// What the compared stream holds on the source, as its copy knows it.
fn size(shown: &Shown<'_>, step: &Step) -> String {
    let plan = shown.page.reading.plan();
    let copy = plan.and_then(|plan| {
        let of_stream = plan.steps.iter().filter(|other| other.resource == step.resource);
        of_stream.filter_map(|other| other.copy.as_ref()).next()
    });
    let count = |get: fn(&ferry_console::CopySpec) -> Count| format::count(copy.map_or(Count::UNKNOWN, get));
    words::stored_size(&count(|copy| copy.rows), &count(|copy| copy.bytes))
}
