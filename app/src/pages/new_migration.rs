//! A new migration out of a configuration file.

use ferry_model::messages::ui;
use leptos::form::ActionForm;
use leptos::prelude::*;
use leptos_meta::Title;

use crate::api::migrations::CreateMigration;
use crate::parts::button::Weight;
use crate::parts::crumbs::{Crumb, Crumbs};
use crate::parts::error::ActionError;
use crate::parts::field::{Field, FieldSpec};
use crate::parts::submit::Submit;

/// Asks for a name and the configuration. What was typed stays when it is refused.
#[component]
pub fn NewMigrationPage() -> impl IntoView {
    let action = ServerAction::<CreateMigration>::new();
    view! {
        <Title text=ui::NEW_MIGRATION />
        <Crumbs crumbs=vec![Crumb::link(ui::MIGRATIONS, "/migrations"), Crumb::here(ui::NEW_MIGRATION)] />
        <div class="page-head">
            <div>
                <h1>{ui::NEW_MIGRATION}</h1>
                <p class="sentence">{ui::NEW_MIGRATION_LEAD}</p>
            </div>
        </div>
        <div class="narrow">
            <ActionForm action=action>
                <Field spec=NAME label=ui::NAME hint=ui::MIGRATION_NAME_HINT />
                <div class="field">
                    <label for="configuration">{ui::CONFIGURATION}</label>
                    <textarea
                        id="configuration"
                        name="configuration"
                        rows="18"
                        required=true
                        spellcheck="false"
                        autocomplete="off"
                        aria-describedby="configuration-hint"
                    ></textarea>
                    <p class="hint" id="configuration-hint">
                        {ui::CONFIGURATION_HINT}
                    </p>
                </div>
                <ActionError value=action.value() />
                <Submit
                    weight=Weight::Filled
                    label=ui::CREATE_MIGRATION
                    busy_label=ui::CREATING
                    pending=action.pending()
                />
            </ActionForm>
        </div>
    }
}

const NAME: FieldSpec = FieldSpec { name: "name", kind: "text", autocomplete: "off" };
