//! The inventory, drawn by the server.

use leptos::prelude::*;

use super::migration::is_stage;
use crate::parts::sheet::SheetPage;

/// The list, one resource, or two snapshots side by side.
#[component]
pub fn InventoryPage() -> impl IntoView {
    view! { <SheetPage fits=|path| is_stage(path, "inventory") /> }
}
