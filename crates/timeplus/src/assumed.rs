//! Everything assumed about live servers that no public source settles, each behind one function
//! (architecture, invariant 7).

use ferry_model::{Product, Version};

/// timeplusd's HTTP port on the same host. Assumed: the default port 3218 (protocol.md A7).
pub fn timeplusd_http_address(native_address: &str) -> String {
    let host = native_address.rsplit_once(':').map_or(native_address, |(host, _)| host);
    format!("http://{host}:3218")
}

/// Which product a deployment without an app server runs. Assumed: Proton numbers its releases 1.x and 3.x and has no
/// app server, Timeplus Enterprise had 2.x and from then on is configured with its app server (resources.md 3.9).
pub fn product_without_app_server(version: Version) -> Product {
    if version.major == 2 { Product::Enterprise } else { Product::Proton }
}

/// The release of Timeplus Enterprise from `GET /info`. Assumed: `product_version` where it is given (since 2.6),
/// otherwise the app server's own version by the published list (rest.md 1.7); before 2.5 timeplusd's version, whose
/// first two numbers were the product's.
pub fn enterprise_version(info: &serde_json::Value) -> Option<Version> {
    let read = |value: Option<&serde_json::Value>| value?.as_str()?.parse::<Version>().ok();
    if let Some(version) = read(info.get("product_version")) {
        return Some(version);
    }
    let app_server = read(info.get("neutron").and_then(|part| part.get("version")));
    let engine = read(info.get("proton").and_then(|part| part.get("version")));
    match app_server {
        Some(Version { major: 2, minor: 0, .. }) => Some(Version::new(2, 5, 0)),
        Some(Version { major: 2, minor: 1, .. }) => Some(Version::new(2, 6, 0)),
        Some(Version { major: 2, minor: 2, .. }) => Some(Version::new(2, 7, 0)),
        Some(version) if version.major >= 2 => Some(version),
        _ => engine,
    }
}

/// Whether a materialized view belongs to a sink, which makes it again by itself. Assumed: its name contains the
/// sink's id, with or without hyphens; the real name is not public (rest.md 2.5, 8).
pub fn is_view_of_sink(view: &str, sink_ids: &[String]) -> bool {
    let plain = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let view = plain(view);
    sink_ids.iter().map(|id| plain(id)).any(|id| id.len() >= 8 && view.contains(&id))
}

/// Whether a source or sink takes part in the flow of rows. Assumed: every status but these means that it runs or
/// tries to (rest.md 2.4, 2.5).
pub fn connector_is_running(status: &str) -> bool {
    !matches!(status, "stopped" | "stopping" | "complete")
}

/// Whether a materialized view takes part in the flow of rows. Assumed: every status but Paused means that it runs or
/// tries to (rest.md 2.2, protocol.md F1).
pub fn materialized_view_runs(status: &str) -> bool {
    status != "Paused"
}

/// The body of `POST /exec` for an INSERT .. SELECT. Assumed: it is taken as `ddl`, because it returns no rows; the
/// time limit is always given, because the default of 30 s would end a long copy (rest.md 3, copy-safety 16).
pub fn exec_body_for_insert(sql: &str, timeout_ms: u64) -> serde_json::Value {
    serde_json::json!({ "sql": sql, "type": "ddl", "timeout_ms": timeout_ms })
}

/// The comment that marks a statement, by which it is found among running queries when the app server chose its query
/// id. Assumed: the app server and timeplusd keep comments in the text that `system.processes` shows.
pub fn tag(query_id: &str) -> String {
    format!("/* ferry {query_id} */")
}

/// The properties that a source or sink of a type cannot do without and that the API never shows (rest.md 2.4, 2.5: a
/// slack `url` "is considered as a secret"). Which others are hidden is not public.
pub fn hidden_required_properties(type_name: &str) -> &'static [&'static str] {
    match type_name {
        "slack" => &["url"],
        _ => &[],
    }
}

/// Whether properties of a type may hold credentials that the API does not show, so that their absence is worth a
/// word.
pub fn may_hide_properties(type_name: &str) -> bool {
    !matches!(type_name, "stream_generator" | "slack")
}

/// Whether the key of a REST property names a secret. Assumed: names that speak of credentials, and request headers.
pub fn is_secret_property(key: &str) -> bool {
    const PARTS: [&str; 8] =
        ["password", "secret", "token", "api_key", "apikey", "private_key", "credential", "client_key"];
    const WHOLE: [&str; 7] = ["http_header", "header", "jwt", "nkey_seed", "routing_key", "authorization", "key_value"];
    let key = key.to_ascii_lowercase();
    WHOLE.contains(&key.as_str()) || PARTS.iter().any(|part| key.contains(part))
}

/// Whether a target's error says that the source was reached and lacks the stream. Assumed: the text of
/// `ConnectionEstablisher.cpp:52-68` (protocol.md E) is passed on.
pub fn means_no_such_remote_stream(message: &str) -> bool {
    message.contains("There is no stream")
}

/// Whether a refusal says that the deployment could not reach an external system. The codes are those that Proton
/// raises where a connection fails (`src/Common/ErrorCodes.cpp`, `src/IO/Kafka/mapErrorCode.cpp`): DNS_ERROR,
/// SOCKET_TIMEOUT, NETWORK_ERROR, ALL_CONNECTION_TRIES_FAILED, EXTERNAL_SERVER_IS_NOT_RESPONDING and
/// POSTGRESQL_CONNECTION_FAILURE. Assumed: where a code is used for other things too (older releases say
/// UNKNOWN_EXCEPTION of a broker that does not answer), and where the app server gives none, the words of librdkafka,
/// of the operating system and of Go's network package are passed on.
pub fn means_unreachable_system(code: i32, message: &str) -> bool {
    const CODES: [i32; 6] = [198, 209, 210, 279, 410, 614];
    const WORDS: [&str; 14] = [
        "broker transport failure",
        "all broker connections are down",
        "host resolution failure",
        "local: timed out",
        "connection refused",
        "connection timed out",
        "connection reset by peer",
        "no route to host",
        "network is unreachable",
        "host not found",
        "no such host",
        "name or service not known",
        "temporary failure in name resolution",
        "i/o timeout",
    ];
    let message = message.to_ascii_lowercase();
    CODES.contains(&code) || WORDS.iter().any(|words| message.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_release_of_enterprise_is_read_from_what_info_gives() {
        for (info, expected) in [
            (serde_json::json!({"product_version": "2.8.2", "neutron": {"version": "2.8.11"}}), Version::new(2, 8, 2)),
            (serde_json::json!({"neutron": {"version": "2.1.6"}}), Version::new(2, 6, 0)),
            (
                serde_json::json!({"neutron": {"version": "1.4.44"}, "proton": {"version": "2.4.23"}}),
                Version::new(2, 4, 23),
            ),
        ] {
            assert_eq!(enterprise_version(&info), Some(expected), "{info}");
        }
        assert_eq!(enterprise_version(&serde_json::json!({"neutron": {"version": "unknown"}})), None);
    }

    #[test]
    fn a_broker_that_does_not_answer_is_told_by_the_code_or_by_the_words() {
        for (code, message) in [
            (210, "failed to describe topic t, error_code=-195, error_msg=Local: Broker transport failure"),
            (1002, "failed to describe topic t, error_code=-195, error_msg=Local: Broker transport failure"),
            (159, "failed to describe topic t, error_code=-185, error_msg=Local: Timed out"),
            (0, "dial tcp: lookup kafka on 10.0.0.2:53: no such host"),
            (198, "Not found address of host: mysql"),
        ] {
            assert!(means_unreachable_system(code, message), "{code} {message}");
        }
        for (code, message) in [(36, "Unknown setting `brokrs`"), (2003, "Could not find topic t"), (159, "Timeout")] {
            assert!(!means_unreachable_system(code, message), "{code} {message}");
        }
    }

    #[test]
    fn a_view_is_a_sinks_only_if_it_carries_its_id() {
        let ids = ["e73dbc58-e534-4dd6-a45e-b62c5fc51000".to_owned()];
        assert!(is_view_of_sink("_sink_e73dbc58e5344dd6a45eb62c5fc51000", &ids));
        assert!(!is_view_of_sink("mv_orders", &ids));
    }
}
