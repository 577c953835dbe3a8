//! Times: absolute in the first HTML, in words once the browser's clock is known.

use leptos::prelude::*;

use crate::format;

/// The browser's clock, read twice a minute after the page was taken over; `None` before.
#[derive(Debug, Clone, Copy)]
pub struct Clock(RwSignal<Option<i64>>);

impl Clock {
    /// Provides the clock to everything below, and starts it in the browser.
    pub fn provide() {
        let clock = Self(RwSignal::new(None));
        provide_context(clock);
        Effect::new(move |_| {
            clock.0.set(Some(now_ms()));
            let tick = move || clock.0.set(Some(now_ms()));
            let handle = set_interval_with_handle(tick, std::time::Duration::from_secs(30));
            on_cleanup(move || {
                if let Ok(handle) = handle {
                    handle.clear();
                }
            });
        });
    }
}

/// The browser's time in milliseconds since 1970. Only effects and listeners may ask, which run in browsers only:
/// the first HTML must not depend on it.
pub fn now_ms() -> i64 {
    // Milliseconds since 1970 are whole numbers far below 2^53.
    #[allow(clippy::cast_possible_truncation, reason = "see above")]
    let now_ms = js_sys::Date::now() as i64;
    now_ms
}

/// `3 minutes ago`, with the exact time on hover.
#[component]
pub fn Ago(
    /// Milliseconds since 1970.
    at_ms: i64,
) -> impl IntoView {
    let clock = use_context::<Clock>();
    let exact = format::utc(at_ms);
    let words = move || match clock.and_then(|clock| clock.0.get()) {
        Some(now_ms) => format::ago(at_ms, now_ms),
        None => format::utc(at_ms),
    };
    view! { <time title=exact>{words}</time> }
}
