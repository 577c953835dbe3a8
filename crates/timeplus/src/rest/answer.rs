//! An answer of an HTTP API, read whole.

use bytes::Bytes;
use ferry_model::SecretMap;
use reqwest::StatusCode;
use serde_json::Value;

use crate::error::Error;

/// Longest part of a body that goes into an error.
const MAX_SHOWN_CHARS: usize = 500;

/// Status and body.
pub(crate) struct Answer {
    pub status: StatusCode,
    body: Bytes,
    what: String,
    secrets: SecretMap,
}

impl Answer {
    pub fn new(what: &str, status: StatusCode, body: Bytes) -> Self {
        Self { status, body, what: what.to_owned(), secrets: SecretMap::default() }
    }

    pub fn scrubbed_by(mut self, secrets: SecretMap) -> Self {
        self.secrets = secrets;
        self
    }

    /// The answer, unless its status is an error.
    pub fn ok(self) -> Result<Self, Error> {
        if self.status.is_success() {
            return Ok(self);
        }
        Err(Error::Refused {
            what: self.what.clone(),
            code: self.code(),
            status: Some(self.status.as_u16()),
            message: self.secrets.scrub(&self.message()),
        })
    }

    /// The body as JSON.
    pub fn json(&self) -> Result<Value, Error> {
        serde_json::from_slice(&self.body)
            .map_err(|error| Error::Unexpected { what: self.what.clone(), why: format!("it is not JSON ({error})") })
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// What the error says. The body is `{code, message, system}` as documented, plain text, or absent
    /// (rest.md 1.5).
    pub fn message(&self) -> String {
        let documented = self.json().ok().and_then(|body| {
            let message = body.get("message").or_else(|| body.get("error_msg"))?;
            message.as_str().map(str::to_owned)
        });
        let said = documented.unwrap_or_else(|| self.text().trim().chars().take(MAX_SHOWN_CHARS).collect());
        if said.is_empty() { format!("HTTP {}", self.status) } else { said }
    }

    fn code(&self) -> Option<i32> {
        let body = self.json().ok()?;
        let code = body.get("code").and_then(Value::as_i64)?;
        i32::try_from(code).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, body: &str) -> (Option<i32>, String) {
        let status = StatusCode::from_u16(status).expect("a status");
        match Answer::new("a test", status, Bytes::copy_from_slice(body.as_bytes())).ok() {
            Err(Error::Refused { code, message, .. }) => (code, message),
            _ => panic!("it was not refused"),
        }
    }

    #[test]
    fn the_documented_error_body_plain_text_and_no_body_are_all_understood() {
        let body = r#"{"code": 57, "message": "stream 'iot' exists", "system": "timeplusd"}"#;
        assert_eq!(refused(400, body), (Some(57), "stream 'iot' exists".to_owned()));
        assert_eq!(refused(500, "upstream is down"), (None, "upstream is down".to_owned()));
        assert_eq!(refused(404, ""), (None, "HTTP 404 Not Found".to_owned()));
    }
}
