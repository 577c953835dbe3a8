//! Who asks: found once for every request; strangers are turned away here.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use ferry_app::AppError;
use ferry_model::{Caller, FerryError, UserId};
use server_fn::error::FromServerFnError;
use tower_sessions::Session;

use super::router::Web;
use super::session::USER_KEY;

/// The person of the request; `None` for a stranger.
#[derive(Debug, Clone)]
pub(super) struct MaybeCaller(pub(super) Option<Caller>);

/// What strangers may ask for besides files: signing in, and using a one-time link.
const OPEN_PAGES: [&str; 1] = ["/sign-in"];
const OPEN_PAGE_PREFIXES: [&str; 1] = ["/welcome/"];
const OPEN_FUNCTIONS: [&str; 4] = ["/api/sign_in", "/api/sign_out", "/api/redeem_link", "/api/link_is_good"];

/// Puts the caller into the request, and turns strangers away from everything that is not open.
pub(super) async fn find(State(web): State<Web>, session: Session, mut request: Request, next: Next) -> Response {
    let caller = match caller_of(&web, &session).await {
        Ok(caller) => caller,
        Err(error) => return (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    };
    if caller.is_none() && !is_open(request.uri().path()) {
        return refuse(&request);
    }
    request.extensions_mut().insert(MaybeCaller(caller));
    next.run(request).await
}

async fn caller_of(web: &Web, session: &Session) -> Result<Option<Caller>, FerryError> {
    let user: Option<String> = session.get(USER_KEY).await.map_err(|error| {
        let reference = uuid::Uuid::new_v4().to_string();
        tracing::error!(reference, cause = %error, "a session could not be read");
        FerryError::Internal { what: "Reading the session".into(), reference }
    })?;
    match user {
        Some(user) => web.console.caller_of_session(&UserId::new(user)).await,
        None => Ok(None),
    }
}

fn is_open(path: &str) -> bool {
    OPEN_PAGES.contains(&path)
        || OPEN_PAGE_PREFIXES.iter().any(|prefix| path.starts_with(prefix))
        || OPEN_FUNCTIONS.contains(&path)
}

/// Pages send a stranger to the sign-in page and back afterwards; everything else answers with the error.
fn refuse(request: &Request) -> Response {
    let path = request.uri().path();
    let headers = request.headers();
    let wants_page = matches!(*request.method(), Method::GET | Method::HEAD)
        && !headers.contains_key(header::UPGRADE)
        && !path.starts_with("/api/");
    if wants_page {
        let asked = request.uri().path_and_query().map_or(path, |both| both.as_str());
        return Redirect::to(&format!("/sign-in?next={}", percent_encoded(asked))).into_response();
    }
    let body = AppError(FerryError::NotSignedIn).ser();
    let mut response = (StatusCode::UNAUTHORIZED, body).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

/// Text as it may stand in a query.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => {
                encoded.push(char::from(byte))
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}
