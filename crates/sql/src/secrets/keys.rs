//! Which keys, names and addresses hold secrets (resources.md 2.3).

use crate::span::Span;

/// Keys whose whole value is a secret. Start-up parameters may hold anything (resources.md 2.1).
pub(super) const SECRET_KEYS: [&str; 33] = [
    "password",
    "jwt",
    "token",
    "kafka_schema_registry_credentials",
    "secret_access_key",
    "credential",
    "credentials",
    "catalog_credential",
    "storage_credential",
    "ssl_ca_pem",
    "client_key",
    "client_cert",
    "nats_nkey_seed",
    "nats_jwt",
    "key_hex",
    "key",
    "auth_key",
    "sasl_password",
    "access_key",
    "secret_key",
    "session_token",
    "api_key",
    "private_key",
    "account_key",
    "sas_token",
    "client_secret",
    "hec_token",
    "connection_string",
    "authorization",
    "passphrase",
    "secret",
    "init_function_parameters",
    "deinit_function_parameters",
];

/// Keys of the client library inside `properties` whose values are secrets, by their last word.
pub(super) const SECRET_PROPERTIES: [&str; 8] =
    ["password", "secret", "token", "pem", "config", "credential", "credentials", "passphrase"];

/// The text that a line of code gives to a name which says that it is a secret: the name, and the text without quotes.
pub(super) fn assigned_secret(line: &str) -> Option<(String, Span)> {
    let sign = line.find(['=', ':'])?;
    let name = line[..sign].trim().trim_matches(['"', '\'']);
    let name = name.rsplit([' ', '.', '[']).next().unwrap_or(name).trim_matches(['"', '\'', ']']);
    let lower = name.to_ascii_lowercase();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !is_name || !SECRET_VARIABLES.iter().any(|part| lower.contains(part)) {
        return None;
    }
    let value = line[sign + 1..].trim_start();
    let start = line.len() - value.len();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let end = value[1..].find(quote)?;
    let text = &value[1..1 + end];
    (!text.trim().is_empty()).then(|| (name.to_owned(), Span::new(start + 1, start + 1 + end)))
}

/// Addresses whose path is a secret (rest.md 2.5: a Slack address is one).
pub(super) const WEBHOOKS: [&str; 3] =
    ["://hooks.slack.com/services/", "://discord.com/api/webhooks/", "webhook.office.com/webhookb2/"];

/// Names of parameters in an address whose values are secrets.
pub(super) fn is_secret_parameter(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    const NAMES: [&str; 11] =
        ["api_key", "apikey", "api-key", "key", "token", "access_token", "auth", "sig", "secret", "password", "sas"];
    NAMES.contains(&lower.as_str())
}

/// How further such keys end: `aws_secret_access_key`. (`use_environment_credentials` is a switch.)
pub(super) const SECRET_ENDINGS: [&str; 12] = [
    "_password",
    "_secret",
    "_secret_access_key",
    "_secret_key",
    "_private_key",
    "_api_key",
    "_token",
    "_jwt",
    "_credential",
    "_credentials",
    "_passphrase",
    "_pem",
];

/// Parts of names in code that are given a secret: `token = '..'`.
pub(super) const SECRET_VARIABLES: [&str; 11] = [
    "password",
    "passwd",
    "secret",
    "token",
    "api_key",
    "apikey",
    "private_key",
    "access_key",
    "credential",
    "jwt",
    "webhook",
];

/// Keys that say who, not with which secret.
pub(super) const ACCOUNT_KEYS: [&str; 5] = ["username", "user", "access_key_id", "sasl_username", "nats_nkey"];
