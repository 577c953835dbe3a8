//! The top bar: theme, me, and the way out. The breadcrumbs beside it belong to the pages.

use ferry_model::messages::ui;
use leptos::prelude::*;

use super::form::{ActionForm, FormAction};
use super::frame::Me;
use super::icon::Icon;
use super::theme::ThemeButton;
use crate::api::session::SignOut;

/// The top bar.
#[component]
pub fn TopBar() -> impl IntoView {
    let sign_out = FormAction::of::<SignOut>();
    let me = expect_context::<Me>();
    view! {
        <header class="top-bar">
            <ThemeButton />
            <Transition fallback=|| ()>
                {move || Suspend::new(async move {
                    me.0.await.ok().map(|caller| view! {
                        <span class="me" title=caller.role.as_str()>
                            <Icon name="users" />
                            <span>{caller.name}</span>
                        </span>
                    })
                })}
            </Transition>
            <ActionForm action=sign_out>
                <button type="submit" class="button button-quiet">
                    <Icon name="log-out" />
                    <span class="sign-out-word">{ui::SIGN_OUT}</span>
                </button>
            </ActionForm>
        </header>
    }
}
