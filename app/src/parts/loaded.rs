//! What is being loaded, what failed to load, and what is there: pages hold only the last.

use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::ErrorNotice;
use super::skeleton::Skeleton;
use crate::AppError;

/// Shows a resource: an outline while it loads, its error with a way to try again, or its content.
#[component]
pub fn Loaded<T, Content>(
    /// What is loaded.
    resource: Resource<Result<T, AppError>>,
    /// Lines of the outline.
    n_lines: usize,
    /// Draws what was loaded.
    content: Content,
) -> impl IntoView
where
    T: Clone + Send + Sync + Serialize + DeserializeOwned + 'static,
    Content: Fn(T) -> AnyView + Clone + Send + Sync + 'static,
{
    let retry = Callback::new(move |()| resource.refetch());
    view! {
        <Transition fallback=move || {
            view! { <Skeleton n_lines=n_lines /> }
        }>
            {move || {
                let content = content.clone();
                Suspend::new(async move {
                    match resource.await {
                        Ok(value) => content(value),
                        Err(error) => view! { <ErrorNotice error=error retry=retry /> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}
