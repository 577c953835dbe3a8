//! A new migration: out of a configuration file, or out of a form.

use ferry_model::messages::{migrations as text, ui};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use crate::api::migrations::CreateMigration;
use crate::parts::button::Weight;
use crate::parts::crumbs::{Crumb, Crumbs};
use crate::parts::error::ActionError;
use crate::parts::field::{Field, FieldSpec};
use crate::parts::form::{ActionForm, FormAction};
use crate::parts::sheet::SheetAt;
use crate::parts::submit::Submit;

/// Asks for a name and for both deployments. What was typed stays when it is refused, and when the way is changed.
#[component]
pub fn NewMigrationPage() -> impl IntoView {
    let action = FormAction::of::<CreateMigration>();
    let query = use_query_map();
    let by_form = Memo::new(move |_| query.read().get_str("by") == Some("form"));
    let by_file = move || !by_form.get();
    view! {
        <Title text=ui::NEW_MIGRATION />
        <Crumbs crumbs=vec![Crumb::link(ui::MIGRATIONS, "/migrations"), Crumb::here(ui::NEW_MIGRATION)] />
        <div class="page-head">
            <div>
                <h1>{ui::NEW_MIGRATION}</h1>
                <p class="sentence">{ui::NEW_MIGRATION_LEAD}</p>
            </div>
        </div>
        <ActionForm action=action attr:class="new-migration">
            <div class="narrow">
                <Field spec=NAME label=ui::NAME hint=ui::MIGRATION_NAME_HINT />
            </div>
            <nav class="ways" aria-label=text::WAYS>
                <a href="/migrations/new" aria-current=move || by_file().then_some("page")>
                    {text::BY_FILE}
                </a>
                <a href="/migrations/new?by=form" aria-current=move || by_form.get().then_some("page")>
                    {text::BY_FORM}
                </a>
            </nav>
            <fieldset class="plain narrow" hidden=by_form disabled=by_form>
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
                <div class="field upload">
                    <label for="upload">{text::UPLOAD}</label>
                    <input id="upload" type="file" accept=".yaml,.yml,text/yaml" data-text-into="configuration" />
                </div>
            </fieldset>
            <fieldset class="plain" hidden=by_file disabled=by_file>
                <SheetAt address="/migrations/new".to_owned() />
            </fieldset>
            <div class="narrow">
                <ActionError value=action.value() />
                <Submit
                    weight=Weight::Filled
                    label=ui::CREATE_MIGRATION
                    busy_label=ui::CREATING
                    pending=action.pending()
                />
            </div>
        </ActionForm>
    }
}

const NAME: FieldSpec = FieldSpec { name: "name", kind: "text", autocomplete: "off" };
