//! A small curve, drawn from numbers that are also told in words.

use leptos::prelude::*;

const WIDTH: usize = 120;
const HEIGHT: usize = 24;

/// A curve over time; nothing as long as there are fewer than two points.
#[component]
pub fn Sparkline(
    /// The values, oldest first.
    #[prop(into)]
    values: Signal<Vec<u64>>,
    /// What the curve shows, in words.
    #[prop(into)]
    label: Signal<String>,
) -> impl IntoView {
    let points = Memo::new(move |_| values.with(|values| points(values)));
    view! {
        <svg
            class="sparkline"
            role="img"
            viewBox=format!("0 0 {WIDTH} {HEIGHT}")
            preserveAspectRatio="none"
            aria-label=move || label.get()
            class:empty=move || points.with(String::is_empty)
        >
            <polyline points=move || points.get()></polyline>
        </svg>
    }
}

/// The corners of the curve, from the left edge to the right, the highest value at the top.
fn points(values: &[u64]) -> String {
    let Some(last) = values.len().checked_sub(1).filter(|last| *last > 0) else { return String::new() };
    let highest = values.iter().copied().max().unwrap_or(0).max(1);
    let corner = |(place, value): (usize, &u64)| {
        let x = place * WIDTH / last;
        let up = u128::from(*value) * (HEIGHT as u128 - 2) / u128::from(highest);
        let y = HEIGHT - 1 - usize::try_from(up).unwrap_or(0);
        format!("{x},{y}")
    };
    values.iter().enumerate().map(corner).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::points;

    #[test]
    fn the_curve_fills_its_frame() {
        assert_eq!(points(&[0, 50, 100]), "0,23 60,12 120,1");
        assert_eq!(points(&[0, 0]), "0,23 120,23");
        assert_eq!(points(&[7]), "");
    }
}
