//! Who is signed in.

use ferry_model::Caller;
use leptos::prelude::*;

use crate::AppError;
use crate::compact::Compact;

/// The person who asks.
#[server(endpoint = "who_am_i", output = Compact)]
pub async fn who_am_i() -> Result<Caller, AppError> {
    let (_, caller) = super::context::console_and_caller()?;
    Ok(caller)
}
