//! Signing in.

use ferry_model::messages::ui;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::api::session::SignIn;
use crate::parts::button::Weight;
use crate::parts::error::ActionError;
use crate::parts::field::{Field, FieldSpec};
use crate::parts::form::{ActionForm, FormAction};
use crate::parts::icon::Icon;
use crate::parts::refused::RefusedNotice;
use crate::parts::submit::Submit;

/// Asks for name and password. What was typed stays when it is refused.
#[component]
pub fn SignInPage() -> impl IntoView {
    let action = FormAction::of::<SignIn>();
    let query = use_query_map();
    let next = move || query.read().get("next").unwrap_or_default();
    view! {
        <Title text=ui::SIGN_IN />
        <main class="alone" id="content">
            <div class="card">
                <p class="brand">
                    <Icon name="ship" />
                    <span>{ui::PRODUCT}</span>
                </p>
                <h1>{ui::SIGN_IN}</h1>
                <p class="lead">{ui::SIGN_IN_LEAD}</p>
                <RefusedNotice />
                <ActionForm action=action>
                    <input type="hidden" name="next" value=next />
                    <Field spec=NAME label=ui::NAME />
                    <Field spec=PASSWORD label=ui::PASSWORD />
                    <ActionError value=action.value() />
                    <Submit weight=Weight::Filled label=ui::SIGN_IN busy_label=ui::SIGNING_IN pending=action.pending() />
                </ActionForm>
            </div>
        </main>
    }
}

const NAME: FieldSpec = FieldSpec { name: "name", kind: "text", autocomplete: "username" };
const PASSWORD: FieldSpec = FieldSpec { name: "password", kind: "password", autocomplete: "current-password" };
