//! What is being loaded, what failed to load, and what is there: pages hold only the last.

use std::sync::Arc;

use leptos::prelude::*;
use serde::de::DeserializeOwned;

use super::error::ErrorNotice;
use super::skeleton::Skeleton;
use crate::AppError;
use crate::remote::{AnswerCodec, AnswerText, Remote};

/// Shows an answer: an outline while it loads, its error with a way to try again, or its content.
#[component]
pub fn Loaded<T, Content>(
    /// What is loaded.
    resource: Remote<T>,
    /// Lines of the outline.
    n_lines: usize,
    /// Draws what was loaded.
    content: Content,
) -> impl IntoView
where
    T: DeserializeOwned + 'static,
    Content: Fn(T) -> AnyView + Send + Sync + 'static,
{
    let draw = move |text| Remote::read(text).map(&content);
    loaded(resource.text(), n_lines, Arc::new(draw))
}

type Draw = Arc<dyn Fn(AnswerText) -> Result<AnyView, AppError> + Send + Sync>;

/// The same for every type of answer.
fn loaded(text: Resource<AnswerText, AnswerCodec>, n_lines: usize, draw: Draw) -> AnyView {
    let retry = Callback::new(move |()| text.refetch());
    view! {
        <Transition fallback=move || {
            view! { <Skeleton n_lines=n_lines /> }
        }>
            {move || {
                let draw = Arc::clone(&draw);
                Suspend::new(async move {
                    draw(text.await).unwrap_or_else(|error| view! { <ErrorNotice error=error retry=retry /> }.into_any())
                })
            }}
        </Transition>
    }
    .into_any()
}
