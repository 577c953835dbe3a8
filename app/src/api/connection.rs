//! The connections of a migration.

use std::collections::BTreeMap;

use ferry_model::MigrationId;
use leptos::prelude::*;

use crate::AppError;
use crate::compact::Compact;

/// Changes the connections of a migration, and goes back to them.
#[server(endpoint = "change_connection", output = Compact)]
pub async fn change_connection(id: MigrationId, form: BTreeMap<String, String>) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    console.change_connection(&caller, &id, &read_form(&form)).await?;
    console.check_connection(&caller, &id).await?;
    leptos_axum::redirect(&format!("/migrations/{id}/connect"));
    Ok(())
}

/// Begins a check of both deployments, and goes back to where it is told.
#[server(endpoint = "check_connection", output = Compact)]
pub async fn check_connection(id: MigrationId) -> Result<(), AppError> {
    let (console, caller) = crate::api::context::console_and_caller()?;
    console.check_connection(&caller, &id).await?;
    leptos_axum::redirect(&format!("/migrations/{id}/connect"));
    Ok(())
}

/// The fields of a form by their names, `source.username` for example. What is missing is empty.
#[cfg(feature = "ssr")]
pub(super) fn read_form(fields: &BTreeMap<String, String>) -> ferry_console::ConnectionForm {
    use ferry_console::{ConnectionForm, SideForm};
    use ferry_model::Secret;

    let text = |key: String| fields.get(&key).cloned().unwrap_or_default();
    let side = |side: &str| SideForm {
        timeplusd_address: text(format!("{side}.timeplusd_address")),
        app_server_address: text(format!("{side}.app_server_address")),
        timeplusd_http_address: text(format!("{side}.timeplusd_http_address")),
        username: text(format!("{side}.username")),
        password: Secret::new(text(format!("{side}.password"))),
        workspace: text(format!("{side}.workspace")),
        api_key: Secret::new(text(format!("{side}.api_key"))),
        secure: fields.contains_key(&format!("{side}.secure")),
        ca_file: text(format!("{side}.ca_file")),
        address_for_target: text(format!("{side}.address_for_target")),
        ..SideForm::default()
    };
    ConnectionForm { source: side("source"), target: side("target"), max_block_size: text("max_block_size".into()) }
}
