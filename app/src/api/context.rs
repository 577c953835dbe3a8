//! What the server provides for every server function.

use ferry_console::{Console, SignInPort};
use ferry_model::{Caller, FerryError};
use leptos::prelude::use_context;

use crate::AppError;

/// The console and who asks.
///
/// # Errors
/// [`FerryError::NotSignedIn`] for a stranger.
pub fn console_and_caller() -> Result<(Console, Caller), AppError> {
    let caller = use_context::<Option<Caller>>().flatten().ok_or(FerryError::NotSignedIn)?;
    Ok((console()?, caller))
}

/// The console, for what a stranger may ask.
pub fn console() -> Result<Console, AppError> {
    use_context().ok_or_else(|| missing("console"))
}

/// Where a session begins and ends.
pub fn sign_in_port() -> Result<SignInPort, AppError> {
    use_context().ok_or_else(|| missing("sign-in port"))
}

fn missing(what: &str) -> AppError {
    AppError(FerryError::Internal { what: "Answering the page".into(), reference: format!("no {what} in the context") })
}
