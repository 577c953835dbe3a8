//! The app server's REST API, and timeplusd's own HTTP, as clients see them (rest.md 1).

mod answer;
#[cfg(test)]
mod tests;

use std::time::Duration;

use ferry_model::{Secret, SecretMap};
use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::error::{BoxedError, Error};
use crate::{Endpoint, Timeouts};
pub(crate) use answer::Answer;

/// A client of one HTTP API.
#[derive(Clone)]
pub(crate) struct Rest {
    http: reqwest::Client,
    base: String,
    sign_in: SignIn,
    request_timeout: Duration,
    secrets: SecretMap,
}

#[derive(Clone)]
enum SignIn {
    Basic { user: String, password: Secret },
    ApiKey(Secret),
}

/// One request.
pub(crate) struct Request<'a> {
    pub method: Method,
    /// Segments after the base; each is encoded.
    pub path: &'a [&'a str],
    /// `?db=`, for the kinds that have it (rest.md 1.3).
    pub database: Option<&'a str>,
    pub body: Option<Value>,
    /// How long to wait, where the usual time does not fit.
    pub timeout: Option<Duration>,
    /// What is asked, for messages.
    pub what: &'a str,
}

impl Rest {
    /// The app server, if there is one. Its base is `/WORKSPACE/api`, and `default` on every deployment but Timeplus
    /// Cloud (rest.md 1.1).
    pub fn app_server(endpoint: &Endpoint, timeouts: Timeouts) -> Result<Option<Self>, Error> {
        let Some(address) = &endpoint.app_server_address else { return Ok(None) };
        let workspace = endpoint.workspace.as_deref().unwrap_or("default");
        let sign_in = match &endpoint.api_key {
            Some(key) => SignIn::ApiKey(key.clone()),
            None => basic(endpoint),
        };
        let base = format!("{}/{}/api", address.trim_end_matches('/'), encode(workspace));
        Self::new(address, base, sign_in, endpoint, timeouts).map(Some)
    }

    /// timeplusd's own HTTP port, configured or guessed (protocol.md A7).
    pub fn timeplusd(endpoint: &Endpoint, timeouts: Timeouts) -> Result<Self, Error> {
        let address = match &endpoint.timeplusd_http_address {
            Some(address) => address.clone(),
            None => crate::assumed::timeplusd_http_address(&endpoint.native_address()),
        };
        let base = address.trim_end_matches('/').to_owned();
        Self::new(&address, base, basic(endpoint), endpoint, timeouts)
    }

    fn new(
        address: &str,
        base: String,
        sign_in: SignIn,
        endpoint: &Endpoint,
        timeouts: Timeouts,
    ) -> Result<Self, Error> {
        // Another part of the process may have chosen already; both choices are the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let failed = |source: BoxedError| Error::NotReachable { address: address.to_owned(), source };
        let mut builder = reqwest::Client::builder()
            .connect_timeout(timeouts.connect)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .user_agent("ferry");
        if let Some(file) = &endpoint.ca_file {
            let pem = std::fs::read(file).map_err(|error| failed(format!("{}: {error}", file.display()).into()))?;
            let certificates = reqwest::Certificate::from_pem_bundle(&pem).map_err(|error| failed(error.into()))?;
            builder = builder.tls_certs_only(certificates);
        } else if address.starts_with("http://") {
            // Without TLS the machine's certificates are not needed, and a bare container has none.
            builder = builder.tls_certs_only([]);
        }
        let http = builder.build().map_err(|error| failed(error.into()))?;
        Ok(Self { http, base, sign_in, request_timeout: timeouts.request, secrets: endpoint.secrets() })
    }

    /// GET of a JSON document; `None` for 404.
    pub async fn get(&self, path: &[&str], what: &str) -> Result<Option<Value>, Error> {
        self.get_in(path, None, what).await
    }

    /// GET of something in a database.
    pub async fn get_in(&self, path: &[&str], database: Option<&str>, what: &str) -> Result<Option<Value>, Error> {
        let request = Request { method: Method::GET, path, database, body: None, timeout: None, what };
        let answer = self.send(request).await?;
        match answer.status {
            StatusCode::NOT_FOUND => Ok(None),
            _ => answer.ok()?.json().map(Some),
        }
    }

    /// GET of a list; an endpoint that this release does not have is an empty list.
    pub async fn list(&self, path: &[&str], what: &str) -> Result<Vec<Value>, Error> {
        match self.get(path, what).await? {
            None | Some(Value::Null) => Ok(vec![]),
            Some(Value::Array(items)) => Ok(items),
            // Some endpoints of timeplusd wrap their list.
            Some(Value::Object(mut fields)) if fields.get("data").is_some_and(Value::is_array) => {
                match fields.remove("data") {
                    Some(Value::Array(items)) => Ok(items),
                    _ => Ok(vec![]),
                }
            }
            Some(_) => Err(Error::Unexpected { what: what.to_owned(), why: "it is not a list".to_owned() }),
        }
    }

    /// POST with a body.
    pub async fn post(&self, path: &[&str], body: Option<Value>, what: &str) -> Result<Answer, Error> {
        self.send(Request { method: Method::POST, path, database: None, body, timeout: None, what }).await
    }

    /// DELETE; what is gone already counts as deleted.
    pub async fn delete(&self, path: &[&str], what: &str) -> Result<Vec<String>, Error> {
        let answer = self
            .send(Request { method: Method::DELETE, path, database: None, body: None, timeout: None, what })
            .await?;
        if answer.status == StatusCode::NOT_FOUND {
            return Ok(vec![]);
        }
        let answer = answer.ok()?;
        // 200 with a list of texts: deleted, and these are left to be cleaned by hand (rest.md 1.4).
        let leftovers = match answer.status {
            StatusCode::OK => answer.json().ok(),
            _ => None,
        };
        let names = leftovers.and_then(|value| value.as_array().cloned()).unwrap_or_default();
        Ok(names.iter().filter_map(|name| name.as_str().map(str::to_owned)).collect())
    }

    /// Sends a request and reads the whole answer.
    pub async fn send(&self, request: Request<'_>) -> Result<Answer, Error> {
        let path: Vec<String> = request.path.iter().map(|segment| encode(segment)).collect();
        let query = request.database.map_or_else(String::new, |database| format!("?db={}", encode(database)));
        let url = format!("{}/{}{query}", self.base, path.join("/"));
        let timeout = request.timeout.unwrap_or(self.request_timeout);
        let mut builder = self.http.request(request.method.clone(), &url).timeout(timeout);
        builder = match &self.sign_in {
            SignIn::Basic { user, password } => builder.basic_auth(user, Some(password.expose())),
            SignIn::ApiKey(key) => builder.header("X-Api-Key", key.expose()),
        };
        if let Some(body) = request.body {
            builder = builder.json(&body);
        }
        let response = builder.send().await.map_err(|error| self.broken(error, request.what))?;
        let status = response.status();
        let body = response.bytes().await.map_err(|error| self.broken(error, request.what))?;
        let answer = Answer::new(request.what, status, body);
        if status == StatusCode::UNAUTHORIZED {
            let message = self.secrets.scrub(&answer.message());
            return Err(Error::SignInRefused { address: self.base.clone(), message });
        }
        Ok(answer.scrubbed_by(self.secrets.clone()))
    }

    fn broken(&self, error: reqwest::Error, what: &str) -> Error {
        let was_sent = !error.is_connect() && !error.is_builder();
        let source: BoxedError = self.secrets.scrub(&causes(&error.without_url())).into();
        if was_sent {
            return Error::UnknownOutcome { what: what.to_owned(), source };
        }
        Error::NotReachable { address: self.base.clone(), source }
    }
}

fn basic(endpoint: &Endpoint) -> SignIn {
    SignIn::Basic { user: endpoint.username.clone(), password: endpoint.password.clone() }
}

fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

/// A path segment, percent-encoded (spaces in names: rest.md 1.3).
fn encode(segment: &str) -> String {
    let mut out = String::with_capacity(segment.len());
    for byte in segment.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}
