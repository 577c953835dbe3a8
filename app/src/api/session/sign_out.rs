//! Signing out.

use leptos::prelude::*;

use crate::AppError;
use crate::compact::Compact;

/// Ends the session.
#[server(endpoint = "sign_out", output = Compact)]
pub async fn sign_out() -> Result<(), AppError> {
    crate::api::context::sign_in_port()?.sign_out().await?;
    leptos_axum::redirect("/sign-in");
    Ok(())
}
