//! Why the last form was refused.

use ferry_model::FerryError;
use ferry_model::messages::{error_text, migrations as text, ui};
use leptos::prelude::*;

use super::sheet;
use crate::Refused;
use crate::api::sheet::Sheet;
use crate::parts::badge::Tone;
use crate::parts::notice::Notice;

pub(super) fn draw() -> Sheet {
    let Some(Refused(error)) = use_context::<Option<Refused>>().flatten() else { return Sheet::default() };
    let (title, problems) = match error {
        FerryError::Invalid { what, problems } if !what.is_empty() => (ui::cannot_be_used(&what), problems),
        FerryError::Invalid { problems, .. } => (text::REFUSED.to_owned(), problems),
        other => (error_text(&other), Vec::new()),
    };
    let problems = problems.into_iter().map(|problem| view! { <li>{problem.to_string()}</li> }).collect_view();
    let view = view! {
        <div role="alert" class="refused">
            <Notice tone=Tone::Blocks title=title>
                <ul class="problems">{problems}</ul>
                <p>{text::REFUSED_REMEDY}</p>
            </Notice>
        </div>
    };
    sheet("", view)
}
