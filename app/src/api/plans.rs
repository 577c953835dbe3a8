//! Editing a plan. The forms are drawn by the server and work without WebAssembly; each comes back to its page, so the
//! browser's module holds none of these.

mod draft;
mod edit;
mod text;

/// Goes back to a migration's plan.
#[cfg(feature = "ssr")]
fn to_plan(id: &ferry_model::MigrationId, query: &str) {
    leptos_axum::redirect(&format!("/migrations/{id}{query}"));
}
