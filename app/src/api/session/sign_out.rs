//! Signing out.

use leptos::prelude::*;

use crate::AppError;

/// Ends the session.
#[server(endpoint = "sign_out")]
pub async fn sign_out() -> Result<(), AppError> {
    crate::api::context::sign_in_port()?.sign_out().await?;
    leptos_axum::redirect("/sign-in");
    Ok(())
}
