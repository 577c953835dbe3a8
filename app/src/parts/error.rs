//! An error where it happened, with what to do about it.

use ferry_model::messages::{error_text, ui};
use ferry_model::{FerryError, Problem};
use leptos::prelude::*;

use super::badge::Tone;
use super::notice::Notice;
use super::status::set_not_found;
use crate::AppError;

/// An error, read out at once.
#[component]
pub fn ErrorNotice(
    /// What went wrong.
    error: AppError,
    /// Tries again, where that can help.
    #[prop(optional, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    if matches!(error.0, FerryError::NotFound { .. }) {
        set_not_found();
    }
    let title = title(&error.0);
    let problems = problems(&error.0);
    let needs_sign_in = error.0 == FerryError::NotSignedIn;
    let can_retry = retry.filter(|_| matches!(error.0, FerryError::Transport { .. } | FerryError::Deployment { .. }));
    view! {
        <div role="alert">
            <Notice tone=Tone::Blocks title=title>
                {(!problems.is_empty()).then(|| view! { <ul class="problems">{problems.into_iter().map(problem_line).collect_view()}</ul> })}
                {needs_sign_in.then(|| view! { <a href="/sign-in">{ui::SIGN_IN}</a> })}
                {can_retry
                    .map(|retry| {
                        view! {
                            <button type="button" class="button" on:click=move |_| retry.run(())>
                                {ui::TRY_AGAIN}
                            </button>
                        }
                    })}
            </Notice>
        </div>
    }
    .into_any()
}

/// The error of the latest try of an action, if it failed.
#[component]
pub fn ActionError(
    /// The action's latest answer.
    #[prop(into)]
    value: Signal<Option<Result<(), AppError>>>,
) -> impl IntoView {
    move || value.get().and_then(Result::err).map(|error| view! { <ErrorNotice error=error /> })
}

fn title(error: &FerryError) -> String {
    match error {
        FerryError::Invalid { what, .. } => ui::cannot_be_used(what),
        other => error_text(other),
    }
}

fn problems(error: &FerryError) -> Vec<Problem> {
    match error {
        FerryError::Invalid { problems, .. } => problems.clone(),
        _ => Vec::new(),
    }
}

fn problem_line(problem: Problem) -> impl IntoView {
    view! { <li>{problem.to_string()}</li> }
}
