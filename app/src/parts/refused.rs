//! Why the last form was refused, where it was sent before WebAssembly had taken over.

use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::sheet::{REFUSED, SheetAt};

/// Shows nothing, or the reason at the top of the page.
#[component]
pub fn RefusedNotice() -> impl IntoView {
    let path = use_location().pathname;
    let came_back_to = path.get_untracked();
    view! {
        <div hidden=move || path.get() != came_back_to>
            <SheetAt address=REFUSED.to_owned() />
        </div>
    }
}
