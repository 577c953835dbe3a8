//! The fields of both connections: empty for a new migration, or filled with everything but passwords and keys.

use ferry_console::{ConnectionForm, SideForm};
use ferry_model::messages::{migrations as text, ui};
use ferry_model::{FerryError, MigrationId, Permission};
use leptos::prelude::*;

use super::{Asked, sheet};
use crate::api::sheet::Sheet;

/// The fields alone; the page around them has the form.
pub(super) fn draw_empty() -> Sheet {
    sheet("", fields(&ConnectionForm::default()))
}

/// The form of a migration.
pub(super) async fn draw(asked: &Asked, id: &MigrationId) -> Result<Sheet, FerryError> {
    asked.caller.require(Permission::EditMigrations)?;
    let form = asked.console.connection(&asked.caller, id).await?;
    let back = format!("/migrations/{id}/connect");
    let view = view! {
        <h2 class="sentence-title">{text::CHANGE_CONNECTION}</h2>
        <p class="lead">{text::CHANGE_CONNECTION_LEAD}</p>
        <form method="post" action="/api/change_connection" class="connection-form">
            <input type="hidden" name="id" value=id.to_string() />
            {fields(&form)}
            <div class="actions">
                <button type="submit" class="button button-filled">
                    {text::SAVE_CONNECTION}
                </button>
                <a href=back class="button">
                    {text::KEEP_CONNECTION}
                </a>
            </div>
        </form>
    };
    Ok(sheet("", view))
}

fn fields(form: &ConnectionForm) -> AnyView {
    view! {
        <div class="sides">
            {side("source", text::SOURCE, text::SOURCE_HINT, &form.source)}
            {side("target", text::TARGET, text::TARGET_HINT, &form.target)}
        </div>
        <div class="narrow">
            {field(Field {
                key: "max_block_size".into(),
                label: text::MAX_BLOCK_SIZE,
                hint: text::MAX_BLOCK_SIZE_HINT,
                value: form.max_block_size.clone(),
                kind: "text",
                is_required: false,
            })}
        </div>
    }
    .into_any()
}

struct Field {
    key: String,
    label: &'static str,
    hint: &'static str,
    value: String,
    kind: &'static str,
    is_required: bool,
}

fn side(name: &'static str, title: &'static str, lead: &'static str, form: &SideForm) -> AnyView {
    let is_source = name == "source";
    let text_field = |key: &str, label, hint, value: &String, is_required| {
        field(Field { key: format!("{name}.{key}"), label, hint, value: value.clone(), kind: "text", is_required })
    };
    let secret_field = |key: &str, label, is_stored: bool| {
        let hint = if is_stored { text::SECRET_STORED } else { text::SECRET_NEW };
        let key = format!("{name}.{key}");
        field(Field { key, label, hint, value: String::new(), kind: "password", is_required: false })
    };
    let more = [
        text_field("timeplusd_http_address", text::HTTP_ADDRESS, text::HTTP_HINT, &form.timeplusd_http_address, false),
        text_field("workspace", text::WORKSPACE, text::WORKSPACE_HINT, &form.workspace, false),
        secret_field("api_key", text::API_KEY, form.has_api_key),
        text_field("ca_file", text::CA_FILE, text::CA_FILE_HINT, &form.ca_file, false),
    ];
    let seen_by_target = is_source.then(|| {
        text_field(
            "address_for_target",
            text::ADDRESS_FOR_TARGET,
            text::ADDRESS_FOR_TARGET_HINT,
            &form.address_for_target,
            false,
        )
    });
    let secure = format!("form[{name}.secure]");
    view! {
        <fieldset class="side">
            <legend>{title}</legend>
            <p class="hint">{lead}</p>
            {text_field("timeplusd_address", text::TIMEPLUSD, text::TIMEPLUSD_HINT, &form.timeplusd_address, is_source)}
            {text_field("app_server_address", text::APP_SERVER, text::APP_SERVER_HINT, &form.app_server_address, false)}
            {text_field("username", text::USER, "", &form.username, is_source)}
            {secret_field("password", ui::PASSWORD, form.has_password)}
            <details class="more">
                <summary>{text::MORE}</summary>
                <p class="check-field">
                    <input type="checkbox" name=secure.clone() id=secure.clone() checked=form.secure />
                    <label for=secure>{text::SECURE}</label>
                </p>
                {more.collect_view()}
                {seen_by_target}
            </details>
        </fieldset>
    }
    .into_any()
}

fn field(field: Field) -> AnyView {
    let Field { key, label, hint, value, kind, is_required } = field;
    let id = format!("form[{key}]");
    let hint_id = format!("{key}-hint");
    let described_by = (!hint.is_empty()).then(|| hint_id.clone());
    let autocomplete = if kind == "password" { "new-password" } else { "off" };
    view! {
        <div class="field">
            <label for=id.clone()>{label}</label>
            <input
                id=id.clone()
                name=id
                type=kind
                value=value
                autocomplete=autocomplete
                spellcheck="false"
                autocapitalize="none"
                required=is_required
                aria-describedby=described_by
            />
            {(!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> })}
        </div>
    }
    .into_any()
}
