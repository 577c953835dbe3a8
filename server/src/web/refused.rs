//! What a server function refused: it is answered with the fitting status. A form that was sent without WebAssembly
//! goes back to its page, and the reason travels along in a cookie that is used once; an address could be forged.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::header::{COOKIE, LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ferry_app::{AppError, Refused};
use ferry_model::{FerryError, Problem};
use server_fn::error::{FromServerFnError, SERVER_FN_ERROR_HEADER};

const COOKIE_NAME: &str = "ferry_refused";
/// Browsers keep cookies of 4 KiB.
const LONGEST_COOKIE: usize = 3_800;
/// More than any error is long.
const LARGEST_ERROR_BYTES: usize = 1024 * 1024;

/// Gives the answer of a server function its status, or sends the form back with the reason.
pub(super) async fn mend(response: Response, came_from: Option<&HeaderValue>) -> Response {
    if !response.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_ERROR_BYTES).await else {
        return Response::from_parts(parts, Body::empty());
    };
    let error = AppError::de(Bytes::clone(&body)).0;
    if parts.status == StatusCode::FOUND {
        // Leptos writes the error into the address; the page is left as it was instead.
        let back = came_from.cloned().unwrap_or(HeaderValue::from_static("/"));
        parts.headers.insert(LOCATION, back);
        parts.headers.append(SET_COOKIE, cookie(&error));
        return Response::from_parts(parts, Body::empty());
    }
    parts.status = status(&error);
    Response::from_parts(parts, Body::from(body))
}

/// What the last form was refused for, where the browser brings it along.
pub(super) fn of_request(headers: &HeaderMap) -> Option<Refused> {
    let cookies = headers.get_all(COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.into_iter().find(|(name, _)| *name == COOKIE_NAME)?;
    let json = URL_SAFE_NO_PAD.decode(value).ok()?;
    serde_json::from_slice(&json).ok().map(Refused)
}

/// Forgets the reason, once it was shown.
pub(super) fn forget(headers: &mut HeaderMap) {
    const GONE: &str = "ferry_refused=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax";
    headers.append(SET_COOKIE, HeaderValue::from_static(GONE));
}

/// The reason for a minute; of many problems the first that fit.
fn cookie(error: &FerryError) -> HeaderValue {
    let mut error = error.clone();
    loop {
        let value = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&error).unwrap_or_default());
        if value.len() <= LONGEST_COOKIE {
            let text = format!("{COOKIE_NAME}={value}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
            return HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""));
        }
        error = shorter(error);
    }
}

fn shorter(error: FerryError) -> FerryError {
    match error {
        FerryError::Invalid { what, mut problems } if problems.len() > 1 => {
            problems.truncate(problems.len() / 2);
            FerryError::Invalid { what, problems }
        }
        other => {
            let message: String = other.to_string().chars().take(500).collect();
            FerryError::Invalid { what: String::new(), problems: vec![Problem { line: 0, column: 0, message }] }
        }
    }
}

/// What the error means in HTTP.
pub(super) fn status(error: &FerryError) -> StatusCode {
    match error {
        FerryError::NotSignedIn | FerryError::SignInRefused => StatusCode::UNAUTHORIZED,
        FerryError::Forbidden { .. } => StatusCode::FORBIDDEN,
        FerryError::NotFound { .. } => StatusCode::NOT_FOUND,
        FerryError::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        FerryError::Conflict { .. } => StatusCode::CONFLICT,
        FerryError::Deployment { .. } => StatusCode::BAD_GATEWAY,
        // The error of a request that could not even be read.
        FerryError::Transport { .. } => StatusCode::BAD_REQUEST,
        FerryError::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_comes_back_from_the_cookie_and_fits_into_it() {
        let problem = |line| Problem { line, column: 1, message: "an unknown key ".repeat(40) };
        let short = FerryError::Invalid { what: "configuration".into(), problems: vec![problem(2)] };
        let long = FerryError::Invalid { what: "configuration".into(), problems: (1..60).map(problem).collect() };
        let huge = FerryError::Conflict { why: "x".repeat(100_000), remedy: String::new() };
        for error in [short, long, huge] {
            let set = cookie(&error);
            let set = set.to_str().expect("plain text");
            assert!(set.len() < 4096, "{}", set.len());
            let mut headers = HeaderMap::new();
            let sent = format!("other=1; {}", set.split(';').next().expect("the pair"));
            headers.insert(COOKIE, HeaderValue::from_str(&sent).expect("plain text"));
            let Some(Refused(FerryError::Invalid { problems, .. })) = of_request(&headers) else { panic!("{set}") };
            assert!(!problems.is_empty());
        }
    }

    #[test]
    fn what_is_no_reason_is_no_reason() {
        for cookies in ["ferry_refused=", "ferry_refused=!!", "x=1", "ferry_refused=e30"] {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, HeaderValue::from_static(cookies));
            assert!(of_request(&headers).is_none(), "{cookies}");
        }
    }
}
