//! The stages of a migration as tabs. A stage that cannot be opened says why.

use ferry_model::messages::ui;
use leptos::prelude::*;
use leptos_router::components::A;

/// One stage: its name, and its address or the reason why it has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Its name.
    pub label: &'static str,
    /// Its address, or why it cannot be opened.
    pub target: Result<String, &'static str>,
    /// Whether addresses below its own belong to other stages.
    pub exact: bool,
}

/// The stages as tabs.
#[component]
pub fn Stages(
    /// All of them, in order.
    stages: Vec<Stage>,
) -> impl IntoView {
    let tabs = stages.into_iter().map(|Stage { label, target, exact }| match target {
        Ok(href) => view! { <li><A href=href exact=exact>{label}</A></li> }.into_any(),
        Err(reason) => view! {
            <li>
                <span class="stage-off" title=reason>
                    {label} <span class="visually-hidden">": " {reason}</span>
                </span>
            </li>
        }
        .into_any(),
    });
    view! {
        <nav class="stages" aria-label=ui::STAGES_LABEL>
            <ol>{tabs.collect_view()}</ol>
        </nav>
    }
}
