//! What the app server answers with.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::fault::{Fault, FaultCode};

/// A refusal with the app server's error body (rest.md 1.5).
#[derive(Debug)]
pub struct Refusal {
    status: StatusCode,
    code: i32,
    message: String,
    system: &'static str,
}

/// A handler's answer.
pub type Answer = Result<Response, Refusal>;

impl Refusal {
    /// The request itself is wrong.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            code: FaultCode::BadArguments.number(),
            message: message.into(),
            system: "appserver",
        }
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        let status = match fault.code {
            FaultCode::AuthenticationFailed => StatusCode::UNAUTHORIZED,
            FaultCode::AccessDenied => StatusCode::FORBIDDEN,
            FaultCode::NotImplemented => StatusCode::NOT_IMPLEMENTED,
            FaultCode::TimeoutExceeded | FaultCode::NetworkError | FaultCode::Other(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            _ => StatusCode::BAD_REQUEST,
        };
        Self { status, code: fault.code.number(), message: fault.text(), system: "timeplusd" }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({"code": self.code, "message": self.message, "system": self.system});
        let mut response = (self.status, Json(body)).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = header::HeaderValue::from_static("Basic realm=\"timeplus\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

/// 404 without a body: a thing that is not there, or an endpoint that was removed (rest.md 1.4).
pub fn not_found() -> Response {
    StatusCode::NOT_FOUND.into_response()
}

/// 204.
pub fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// A time as the app server writes it: `2023-02-01 23:22:59`, UTC (rest.md 2).
pub fn time_text(milliseconds: i64) -> String {
    jiff::Timestamp::from_millisecond(milliseconds)
        .map_or_else(|_| String::new(), |timestamp| timestamp.strftime("%Y-%m-%d %H:%M:%S").to_string())
}
