//! Progress as a native element; it moves only with events.

use ferry_model::Count;
use ferry_model::messages::ui;
use leptos::prelude::*;

use crate::format;

/// A bar and the numbers beside it. Where the total is unknown there is no bar, because none would be true.
#[component]
pub fn RowsProgress(
    /// Rows written and rows to write.
    #[prop(into)]
    rows: Signal<(Count, Count)>,
    /// What progresses, for screen readers.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let numbers = move || {
        let (done, total) = rows.get();
        match (done.known(), total.known()) {
            (None, None) => String::new(),
            (None, Some(_)) => ui::rows_of("0", &format::count(total)),
            (Some(_), _) => ui::rows_of(&format::count(done), &format::count(total)),
        }
    };
    let bar = move || {
        let (done, total) = rows.get();
        let total = total.known().filter(|total| *total > 0)?;
        let done = done.known().unwrap_or(0).min(total);
        Some(
            view! { <progress class="progress" max=total.to_string() value=done.to_string() aria-label=label.clone()></progress> },
        )
    };
    view! {
        <span class="rows-progress">
            {bar} <span class="rows-numbers">{numbers}</span>
        </span>
    }
}
