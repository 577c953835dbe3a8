//! The list of migrations, drawn by the server.

use leptos::prelude::*;

use crate::parts::sheet::SheetPage;

/// Every migration.
#[component]
pub fn MigrationsPage() -> impl IntoView {
    view! { <SheetPage fits=|path| path.trim_end_matches('/') == "/migrations" /> }
}
