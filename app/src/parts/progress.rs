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
    /// Whether something is still to be done or checked: a full bar would not be true then.
    #[prop(into, optional)]
    is_open: Signal<bool>,
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
        let value = filled(done.known().unwrap_or(0), total, is_open.get());
        Some(view! { <progress class="progress" max="1000" value=value aria-label=label.clone()></progress> })
    };
    view! {
        <span class="rows-progress">
            {bar} <span class="rows-numbers">{numbers}</span>
        </span>
    }
}

/// How much of a bar is filled, in thousandths: everything only where nothing is left to be done or checked.
fn filled(done: u64, total: u64, is_open: bool) -> u64 {
    let thousandths = u128::from(done.min(total)) * 1000 / u128::from(total.max(1));
    let limit = if is_open { 990 } else { 1000 };
    u64::try_from(thousandths).unwrap_or(limit).min(limit)
}

#[cfg(test)]
mod tests {
    use super::filled;

    #[test]
    fn a_bar_is_full_only_when_nothing_is_left_to_check() {
        for (done, total, is_open, expected) in [
            (50, 100, true, 500),
            (100, 100, true, 990),
            (100, 100, false, 1000),
            (140, 100, true, 990),
            (u64::MAX, u64::MAX, false, 1000),
            (0, 0, true, 0),
        ] {
            assert_eq!(filled(done, total, is_open), expected, "{done} of {total}, open: {is_open}");
        }
    }
}
