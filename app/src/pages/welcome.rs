//! The one-time link that Ferry prints while nobody has an account.

use ferry_model::messages::ui;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::api::session::{LinkIsGood, RedeemLink};
use crate::parts::badge::Tone;
use crate::parts::button::Weight;
use crate::parts::error::ActionError;
use crate::parts::field::{Field, FieldSpec};
use crate::parts::form::{ActionForm, FormAction};
use crate::parts::icon::Icon;
use crate::parts::loaded::Loaded;
use crate::parts::notice::Notice;
use crate::parts::submit::Submit;
use crate::remote::Remote;

/// Makes the first administrator.
#[component]
pub fn WelcomePage() -> impl IntoView {
    let params = use_params_map();
    let link = move || params.read().get("link").unwrap_or_default();
    let is_good = Remote::new(move || LinkIsGood { link: link() });
    let action = FormAction::of::<RedeemLink>();
    let content = move |is_good| {
        if is_good { view! { <Account action=action link=link() /> }.into_any() } else { used_link() }
    };
    view! {
        <Title text=ui::WELCOME />
        <main class="alone" id="content">
            <div class="card">
                <p class="brand">
                    <Icon name="ship" />
                    <span>{ui::PRODUCT}</span>
                </p>
                <h1>{ui::WELCOME}</h1>
                <Loaded resource=is_good n_lines=4 content=content />
            </div>
        </main>
    }
}

#[component]
fn Account(action: FormAction, link: String) -> impl IntoView {
    view! {
        <p class="lead">{ui::WELCOME_LEAD}</p>
        <ActionForm action=action>
            <input type="hidden" name="link" value=link />
            <Field spec=NAME label=ui::NAME />
            <Field spec=PASSWORD label=ui::PASSWORD hint=ui::PASSWORD_HINT min_length=10 />
            <ActionError value=action.value() />
            <Submit
                weight=Weight::Filled
                label=ui::CREATE_AND_SIGN_IN
                busy_label=ui::SIGNING_IN
                pending=action.pending()
            />
        </ActionForm>
    }
}

fn used_link() -> AnyView {
    view! {
        <Notice tone=Tone::Risk title=ui::LINK_USED>
            <p>{ui::LINK_USED_REMEDY}</p>
            <a href="/sign-in">{ui::SIGN_IN}</a>
        </Notice>
    }
    .into_any()
}

const NAME: FieldSpec = FieldSpec { name: "name", kind: "text", autocomplete: "username" };
const PASSWORD: FieldSpec = FieldSpec { name: "password", kind: "password", autocomplete: "new-password" };
