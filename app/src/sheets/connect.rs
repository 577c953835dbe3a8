//! Connect: are these the right two deployments?

use ferry_console::SideForm;
use ferry_model::messages::{connect as text, migrations as fields, ui};
use ferry_model::{
    CheckItem, CheckLine, CheckState, ConnectionCheck, FerryError, MigrationId, MigrationSummary, Permission, Side,
};
use leptos::prelude::*;

use super::{Asked, ago, post_button, sheet};
use crate::api::sheet::Sheet;
use crate::parts::badge::Tone;
use crate::parts::icon::Icon;
use crate::parts::notice::Notice;

/// How soon a check that is under way is worth looking at again.
const REFRESH_MS: u32 = 400;

pub(super) async fn draw(asked: &Asked, id: &MigrationId) -> Result<Sheet, FerryError> {
    let migration = asked.console.migration(&asked.caller, id).await?;
    let form = asked.console.connection(&asked.caller, id).await?;
    let check = asked.console.connection_check(&asked.caller, id).await?;
    let is_over = check.as_ref().is_none_or(|check| check.is_over);
    let target = migration.target.is_some().then_some(&form.target);
    let may_edit = asked.may(Permission::EditMigrations);
    let view = view! {
        <div class="stack">
            {head(id, check.as_ref(), may_edit)}
            <div class="sides">
                {side(Side::Source, Some(&form.source), check.as_ref())}
                {side(Side::Target, target, check.as_ref())}
            </div>
            {may_edit.then(|| name_and_archive(&migration))}
        </div>
    };
    Ok(Sheet { refresh_ms: if is_over { 0 } else { REFRESH_MS }, ..sheet("", view) })
}

fn head(id: &MigrationId, check: Option<&ConnectionCheck>, may_edit: bool) -> AnyView {
    let sentence = check.map_or(text::NEVER_CHECKED.to_owned(), text::sentence);
    let when = check.filter(|check| check.is_over).map(|check| {
        view! { <p class="hint">{ui::LAST_ACTIVITY} ": " {ago(check.began_at_ms)}</p> }
    });
    let label = if check.is_some() { text::CHECK_AGAIN } else { text::CHECK };
    let is_under_way = check.is_some_and(|check| !check.is_over);
    let actions = may_edit.then(|| {
        view! {
            {(!is_under_way).then(|| post_button("check_connection", &[("id", id.to_string())], "button", label))}
            <a class="button" href=format!("/migrations/{id}/connect/change")>
                {text::CHANGE}
            </a>
        }
    });
    view! {
        <div class="section-head">
            <div>
                <h2 class="sentence-title">{text::CONNECT}</h2>
                <p class="sentence" role="status" id="check-sentence">
                    {sentence}
                </p>
                {when}
            </div>
            <div class="actions">
                {actions} <a class="button" href=format!("/migrations/{id}/inventory")>
                    {text::TO_INVENTORY}
                </a>
            </div>
        </div>
    }
    .into_any()
}

fn side(side: Side, form: Option<&SideForm>, check: Option<&ConnectionCheck>) -> AnyView {
    let (title, label) = match side {
        Side::Source => (fields::SOURCE, text::CHECKS_OF_SOURCE),
        Side::Target => (fields::TARGET, text::CHECKS_OF_TARGET),
    };
    let Some(form) = form else {
        return view! {
            <section class="side">
                <h3>{title}</h3>
                <p class="quiet">{text::NO_TARGET}</p>
            </section>
        }
        .into_any();
    };
    let lines = check.map(|check| {
        let lines = check.lines.iter().filter(|line| line.side == side).map(line);
        view! { <ol class="checks" aria-label=label>{lines.collect_view()}</ol> }
    });
    view! {
        <section class="side">
            <h3>{title}</h3>
            {facts(form)}
            {lines}
        </section>
    }
    .into_any()
}

fn facts(form: &SideForm) -> impl IntoView {
    let password = if form.has_password { text::PASSWORD_STORED } else { text::NO_PASSWORD };
    let api_key = if form.has_api_key { text::PASSWORD_STORED } else { "" };
    let facts = [
        (fields::TIMEPLUSD, form.timeplusd_address.as_str(), true),
        (fields::APP_SERVER, &form.app_server_address, true),
        (fields::HTTP_ADDRESS, &form.timeplusd_http_address, true),
        (fields::USER, &form.username, true),
        (ui::PASSWORD, password, false),
        (fields::WORKSPACE, &form.workspace, true),
        (fields::API_KEY, api_key, false),
        (fields::CA_FILE, &form.ca_file, true),
        (fields::ADDRESS_FOR_TARGET, &form.address_for_target, true),
    ];
    let facts = facts.into_iter().filter(|(_, value, _)| !value.is_empty()).map(|(name, value, is_code)| {
        let value = value.to_owned();
        let value = if is_code { view! { <code>{value}</code> }.into_any() } else { value.into_any() };
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{value}</dd>
            </div>
        }
    });
    view! { <dl class="facts">{facts.collect_view()}</dl> }
}

fn line(line: &CheckLine) -> AnyView {
    let (icon, tone) = match line.state {
        CheckState::Waiting => ("circle-dashed", Tone::Plain),
        CheckState::Running => ("loader-circle", Tone::Active),
        CheckState::Passed => ("circle-check", Tone::Done),
        CheckState::Noted => ("triangle-alert", Tone::Risk),
        CheckState::Failed => ("circle-x", Tone::Blocks),
        CheckState::Skipped => ("circle-slash", Tone::Plain),
    };
    let remedy = (!line.remedy.is_empty()).then(|| view! { <p class="remedy">{line.remedy.clone()}</p> });
    view! {
        <li class=tone.class() data-item=data_name(line.item)>
            <Icon name=icon />
            <div>
                <p class="check-title">
                    {text::item(line.item)} <span class="check-state">{text::state(line.state)}</span>
                </p>
                <p>{line.finding.clone()}</p>
                {remedy}
            </div>
        </li>
    }
    .into_any()
}

const fn data_name(item: CheckItem) -> &'static str {
    match item {
        CheckItem::Tcp => "tcp",
        CheckItem::SignIn => "sign-in",
        CheckItem::Version => "version",
        CheckItem::AppServer => "app-server",
        CheckItem::Privileges => "privileges",
        CheckItem::Clock => "clock",
        CheckItem::ReachesSource => "reaches-source",
    }
}

fn name_and_archive(migration: &MigrationSummary) -> AnyView {
    let id = migration.id.to_string();
    let archive = if migration.is_archived {
        let button = post_button("restore_migration", &[("id", id.clone())], "button", text::RESTORE);
        view! { <Notice tone=Tone::Plain title=text::IS_ARCHIVED>{button}</Notice> }.into_any()
    } else {
        let button = post_button("archive_migration", &[("id", id.clone())], "button", text::ARCHIVE);
        view! {
            {button}
            <p class="hint">{text::ARCHIVE_HINT}</p>
        }
        .into_any()
    };
    view! {
        <section class="narrow">
            <h3>{text::NAME_AND_ARCHIVE}</h3>
            <form method="post" action="/api/rename_migration" class="one-line">
                <input type="hidden" name="id" value=id />
                <div class="field">
                    <label for="new-name">{text::NEW_NAME}</label>
                    <input
                        id="new-name"
                        name="name"
                        type="text"
                        value=migration.name.clone()
                        autocomplete="off"
                        required=true
                        maxlength="64"
                    />
                </div>
                <button type="submit" class="button">
                    {text::RENAME}
                </button>
            </form>
            {archive}
        </section>
    }
    .into_any()
}
