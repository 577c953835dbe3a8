//! Connect, drawn by the server.

use leptos::prelude::*;

use super::migration::is_stage;
use crate::parts::sheet::SheetPage;

/// The connections of a migration, their check, and the form that changes them.
#[component]
pub fn ConnectPage() -> impl IntoView {
    view! { <SheetPage fits=|path| is_stage(path, "connect") /> }
}
