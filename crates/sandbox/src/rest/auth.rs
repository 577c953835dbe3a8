//! HTTP Basic with a timeplusd user (rest.md 1.2).

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::App;
use super::answer::Refusal;
use crate::fault::{Fault, FaultCode};

/// Who sent the request; a request without a valid user does not reach its handler.
pub struct Caller {
    /// The user's name.
    pub user: String,
}

impl FromRequestParts<App> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let (user, password) = credentials(parts)
            .ok_or_else(|| Fault::new(FaultCode::AuthenticationFailed, "HTTP Basic authentication is required"))?;
        app.deployment.users().check(&user, &password)?;
        Ok(Self { user })
    }
}

fn credentials(parts: &Parts) -> Option<(String, String)> {
    let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
    basic(value)
}

/// User and password of an `Authorization: Basic ...` header.
pub fn basic(value: &str) -> Option<(String, String)> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = STANDARD.decode(encoded.trim()).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}
