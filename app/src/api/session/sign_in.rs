//! Signing in with name and password.

use leptos::prelude::*;

use crate::AppError;
use crate::compact::Compact;

/// Begins a session and goes to `next`.
#[server(endpoint = "sign_in", output = Compact)]
pub async fn sign_in(name: String, password: String, next: String) -> Result<(), AppError> {
    let console = crate::api::context::console()?;
    let port = crate::api::context::sign_in_port()?;
    let caller = console.sign_in(&name, ferry_model::Secret::new(password)).await?;
    port.sign_in(&caller).await?;
    leptos_axum::redirect(super::safe_path(&next));
    Ok(())
}
