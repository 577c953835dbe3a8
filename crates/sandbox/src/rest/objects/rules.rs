//! What each id-keyed kind takes and shows.

use serde_json::{Map, Value};

use crate::catalog::{RestKind, RestObject};
use crate::fault::{Fault, FaultCode};

/// The rules of one kind.
pub struct Rules {
    kind: RestKind,
    required: &'static [&'static str],
    optional: &'static [&'static str],
    types: &'static [&'static str],
    /// Whether objects of the kind are started and stopped.
    pub runs: bool,
    /// Whether PATCH exists beside PUT.
    pub takes_patch: bool,
}

/// What the server adds to an object; a client may send it back and it is ignored.
const SERVER_ASSIGNED: [&str; 10] = [
    "id",
    "status",
    "message",
    "start_time",
    "plan",
    "created_at",
    "created_by",
    "last_updated_at",
    "last_updated_by",
    "instance",
];

impl Rules {
    /// The rules of `kind` (rest.md 2.4 to 2.8).
    pub fn of(kind: RestKind) -> Self {
        let plain =
            Self { kind, required: &["name"], optional: &["description"], types: &[], runs: false, takes_patch: false };
        match kind {
            RestKind::Source => Self {
                required: &["name", "type", "stream"],
                optional: &["description", "properties"],
                types: &["stream_generator", "websocket", "nats", "nats_jetstream", "redpanda_connect"],
                runs: true,
                takes_patch: true,
                ..plain
            },
            RestKind::Sink => Self {
                required: &["name", "type", "query"],
                optional: &["description", "properties"],
                types: &["slack", "http", "redpanda_connect"],
                runs: true,
                takes_patch: true,
                ..plain
            },
            RestKind::Dashboard => Self { optional: &["description", "panels"], ..plain },
            RestKind::SavedQuery => Self { required: &["name", "sql"], optional: &["description", "tags"], ..plain },
            RestKind::Alert => Self {
                required: &["name", "action", "severity", "trigger_sql"],
                optional: &["description", "resolve_sql", "properties"],
                runs: true,
                ..plain
            },
        }
    }

    /// The fields that a client may set, without those that the server assigns. A field that nothing knows is
    /// refused: a real server ignores it, and a client must not learn to rely on that.
    pub fn readable_fields(&self, body: Value) -> Result<Map<String, Value>, Fault> {
        let Value::Object(fields) = body else {
            return Err(Fault::bad("The body must be a JSON object"));
        };
        let mut kept = Map::new();
        for (key, value) in fields {
            let known = self.required.contains(&key.as_str()) || self.optional.contains(&key.as_str());
            if known {
                kept.insert(key, value);
            } else if !SERVER_ASSIGNED.contains(&key.as_str()) {
                return Err(Fault::bad(format!("Unknown field '{key}'")));
            }
        }
        Ok(kept)
    }

    /// Whether a whole body can be kept.
    pub fn check(&self, body: &Value) -> Result<(), Fault> {
        for field in self.required {
            let given = match body.get(field) {
                Some(Value::String(text)) => !text.is_empty(),
                Some(Value::Null) | None => false,
                Some(_) => *field == "severity",
            };
            if !given {
                return Err(Fault::bad(format!("Field '{field}' is required")));
            }
        }
        let type_name = body.get("type").and_then(Value::as_str).unwrap_or_default();
        if !self.types.is_empty() && !self.types.contains(&type_name) {
            return Err(Fault::new(FaultCode::BadArguments, format!("Unknown type '{type_name}'")));
        }
        for (field, is_right) in [
            ("properties", body.get("properties").is_none_or(Value::is_object)),
            ("panels", body.get("panels").is_none_or(Value::is_array)),
            ("tags", body.get("tags").is_none_or(Value::is_array)),
        ] {
            if !is_right {
                return Err(Fault::bad(format!("Field '{field}' has the wrong type")));
            }
        }
        Ok(())
    }

    /// `properties` without the sensitive ones, which are absent from what the API returns.
    ///
    /// Assumed, because no public source lists them: every key that names a credential, request headers, and the
    /// URL of a slack sink, which the specification calls a secret (rest.md 2.4, 2.5, 8).
    pub fn without_secrets(&self, body: &Value, properties: &Value) -> Value {
        let is_slack = ["type", "action"].iter().any(|field| body.get(field).and_then(Value::as_str) == Some("slack"));
        strip(properties, &|key| is_credential(key) || (is_slack && key == "url"))
    }

    /// Status and message of an object that can run.
    pub fn status(&self, object: &RestObject) -> (&'static str, String) {
        if !object.running {
            return ("stopped", String::new());
        }
        let type_name = object.body.get("type").and_then(Value::as_str).unwrap_or_default();
        match (self.kind, type_name) {
            (RestKind::Source, "stream_generator") => ("running", String::new()),
            (RestKind::Source, _) => {
                ("interrupted", format!("The sandbox has no connector for sources of type {type_name}"))
            }
            (RestKind::Sink, _) => ("error", format!("The sandbox does not deliver to sinks of type {type_name}")),
            _ => ("unknown", "The sandbox does not evaluate alerts".to_owned()),
        }
    }
}

fn is_credential(key: &str) -> bool {
    const PARTS: [&str; 8] =
        ["password", "secret", "token", "api_key", "apikey", "private_key", "credential", "client_key"];
    const WHOLE: [&str; 6] = ["header", "http_header", "jwt", "nkey_seed", "routing_key", "authorization"];
    let key = key.to_ascii_lowercase();
    WHOLE.contains(&key.as_str()) || PARTS.iter().any(|part| key.contains(part))
}

fn strip(value: &Value, is_secret: &dyn Fn(&str) -> bool) -> Value {
    match value {
        Value::Object(fields) => Value::Object(
            fields
                .iter()
                .filter(|(key, _)| !is_secret(key))
                .map(|(key, value)| (key.clone(), strip(value, is_secret)))
                .collect(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(|item| strip(item, is_secret)).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sensitive_properties_are_absent_and_not_masked() {
        let body = json!({"type": "slack", "properties": {"url": "https://hooks", "template": "x"}});
        let shown = Rules::of(RestKind::Sink).without_secrets(&body, &body["properties"]);
        assert_eq!(shown, json!({"template": "x"}));
        let body = json!({"type": "http", "properties": {
            "url": "http://x", "oauth2": {"enabled": true, "client_secret": "s"}}});
        let shown = Rules::of(RestKind::Sink).without_secrets(&body, &body["properties"]);
        assert_eq!(shown, json!({"url": "http://x", "oauth2": {"enabled": true}}));
    }

    #[test]
    fn a_missing_required_field_and_an_unknown_one_are_refused_by_name() {
        let rules = Rules::of(RestKind::SavedQuery);
        let missing = rules.check(&json!({"name": "a"})).expect_err("refused");
        assert!(missing.message.contains("'sql'"));
        let unknown = rules.readable_fields(json!({"name": "a", "sqll": "b"})).expect_err("refused");
        assert!(unknown.message.contains("'sqll'"));
    }

    #[test]
    fn what_the_server_assigns_is_ignored_when_it_is_sent_back() {
        let rules = Rules::of(RestKind::Dashboard);
        let fields = rules.readable_fields(json!({"id": "1", "name": "a", "created_at": "now"})).expect("read");
        assert_eq!(Value::Object(fields), json!({"name": "a"}));
    }
}
