//! Where a deployment is and who asks.

use std::path::PathBuf;
use std::time::Duration;

use ferry_model::{Secret, SecretMap};

/// How to reach a deployment. It holds secrets, so it can be neither printed nor serialised.
#[derive(Clone)]
pub struct Endpoint {
    /// `host:port` of timeplusd's native port; without a port 8463, or 9440 over TLS (protocol.md A7).
    pub timeplusd_address: String,
    /// `http://host:8000`; Proton has no app server.
    pub app_server_address: Option<String>,
    /// `http://host:3218`, timeplusd's own HTTP port.
    pub timeplusd_http_address: Option<String>,
    /// The user, everywhere.
    pub username: String,
    /// The user's password.
    pub password: Secret,
    /// Timeplus Cloud's workspace; `default` on every other deployment (rest.md 1.1).
    pub workspace: Option<String>,
    /// Timeplus Cloud's key: then REST uses it and user and password serve timeplusd only.
    pub api_key: Option<Secret>,
    /// Whether timeplusd is spoken to over TLS.
    pub secure: bool,
    /// Certificates (PEM) of authorities to trust.
    pub ca_file: Option<PathBuf>,
}

impl Endpoint {
    /// An endpoint with nothing but timeplusd's address and a user.
    pub fn new(timeplusd_address: impl Into<String>, username: impl Into<String>, password: Secret) -> Self {
        Self {
            timeplusd_address: timeplusd_address.into(),
            app_server_address: None,
            timeplusd_http_address: None,
            username: username.into(),
            password,
            workspace: None,
            api_key: None,
            secure: false,
            ca_file: None,
        }
    }

    /// timeplusd's address with its port.
    pub(crate) fn native_address(&self) -> String {
        let has_port = match self.timeplusd_address.rsplit_once(':') {
            Some((host, port)) => port.parse::<u16>().is_ok() && (!host.contains(':') || host.ends_with(']')),
            None => false,
        };
        let default_port = if self.secure { 9440 } else { 8463 };
        if has_port { self.timeplusd_address.clone() } else { format!("{}:{default_port}", self.timeplusd_address) }
    }

    /// The endpoint's own secrets, for scrubbing texts that servers send back.
    pub(crate) fn secrets(&self) -> SecretMap {
        let mut secrets = SecretMap::default();
        secrets.insert("password", self.password.clone());
        if let Some(key) = &self.api_key {
            secrets.insert("api_key", key.clone());
        }
        secrets
    }
}

/// How long a deployment may stay silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until a connection stands.
    pub connect: Duration,
    /// Between two packets of timeplusd while something is expected from it.
    pub read: Duration,
    /// Until a REST request is answered, copies left out.
    pub request: Duration,
}

impl Timeouts {
    /// The same with another limit to silence, which no other wait passes either.
    #[must_use]
    pub fn within(self, silence: Duration) -> Self {
        Self { connect: self.connect.min(silence), read: silence, request: self.request.min(silence) }
    }
}

impl Default for Timeouts {
    /// 10 s to connect; 300 s between packets, as timeplusd's own `receive_timeout` (resources.md 3.3); 60 s for a
    /// request.
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), read: Duration::from_secs(300), request: Duration::from_secs(60) }
    }
}
