//! The one-time link of the first administrator.

use leptos::prelude::*;

use crate::AppError;
use crate::compact::Compact;

/// Makes the first administrator and signs them in.
#[server(endpoint = "redeem_link", output = Compact)]
pub async fn redeem_link(link: String, name: String, password: String) -> Result<(), AppError> {
    let console = crate::api::context::console()?;
    let port = crate::api::context::sign_in_port()?;
    let caller = console.redeem_one_time_link(&link, &name, ferry_model::Secret::new(password)).await?;
    port.sign_in(&caller).await?;
    leptos_axum::redirect("/migrations");
    Ok(())
}

/// Whether the link can still be used.
#[server(endpoint = "link_is_good", output = Compact)]
pub async fn link_is_good(link: String) -> Result<bool, AppError> {
    Ok(crate::api::context::console()?.one_time_link_is_good(&link).await?)
}
