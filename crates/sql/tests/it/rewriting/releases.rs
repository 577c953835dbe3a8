//! T9 to T22: what releases changed.

use super::*;

#[test]
fn t9_renames_and_drops_settings() {
    check(
        "1.5.18",
        "2.8.2",
        &["T9"],
        "CREATE STREAM s (a int) SETTINGS distributed_flush_threshold_ms = 1, distributed_ingest_mode = 'async', storage_type = 'inmemory', replicas = 1",
        "CREATE STREAM s (a int) SETTINGS flush_threshold_ms = 1, ingest_mode = 'async', storage_type = 'memory', replication_factor = 1",
    );
    check(
        "1.5.18",
        "2.8.2",
        &["T9"],
        "CREATE STREAM s (a int) SETTINGS logstore = 'kafka', logstore_cluster_id = 'x', shards = 2, logstore_request_timeout_ms = 3, logstore_codec = 'lz4'",
        "CREATE STREAM s (a int) SETTINGS shards = 2, logstore_codec = 'lz4'",
    );
    check(
        "1.5.18",
        "2.8.2",
        &["T9"],
        "CREATE STREAM s (a int)\nSETTINGS logstore = 'kafka', logstore_replication_factor = 3",
        "CREATE STREAM s (a int)",
    );
    check(
        "2.8.2",
        "3.3.1",
        &["T9"],
        "CREATE MATERIALIZED VIEW v INTO t AS SELECT 1 FROM s SETTINGS mv_preferred_exec_node = 2",
        "CREATE MATERIALIZED VIEW v INTO t AS SELECT 1 FROM s SETTINGS preferred_exec_node = 2",
    );
    check(
        "2.8.2",
        "3.3.1",
        &["T9"],
        "CREATE STORAGE POLICY p AS $$\nvolumes:\n  hot:\n    disk: d  # max_data_part_size: no\n    max_data_part_size: 10\n$$",
        "CREATE STORAGE POLICY p AS $$\nvolumes:\n  hot:\n    disk: d  # max_data_part_size: no\n    max_data_part_size_bytes: 10\n$$",
    );
    untouched("1.5.18", "2.8.2", "CREATE STREAM s (replicas int) SETTINGS logstore_retention_ms = 1");
}

#[test]
fn t10_speaks_todays_streaming_sql() {
    check("2.4.19", "2.7.0", &["T10"], "SYSTEM UNPAUSE MATERIALIZED VIEW d.mv", "SYSTEM RESUME MATERIALIZED VIEW d.mv");
    untouched("2.4.19", "2.6.0", "SYSTEM UNPAUSE MATERIALIZED VIEW d.mv");
    check(
        "2.8.2",
        "3.0.0",
        &["T10"],
        "SELECT 'system.stream_state_log' FROM table(system.stream_state_log) JOIN system.stream_state_log AS x USING a",
        "SELECT 'system.stream_state_log' FROM table(system.introspection_state_log) JOIN system.introspection_state_log AS x USING a",
    );
    let view = |emit: &str| {
        format!("CREATE VIEW v AS SELECT window_start, count() FROM tumble(s, 5s) GROUP BY window_start {emit}")
    };
    for (before, after) in [
        ("EMIT PERIODIC 2s AND AFTER WATERMARK", "EMIT AFTER WINDOW CLOSE"),
        ("EMIT AFTER WATERMARK AND LAST 1h", "EMIT AFTER WINDOW CLOSE SETTINGS seek_to = '-1h'"),
        ("EMIT AFTER WATERMARK AND DELAY 2s", "EMIT AFTER WINDOW CLOSE WITH DELAY 2s"),
        ("EMIT AFTER WATERMARK WITH DELAY 2s PERIODIC 3s", "EMIT AFTER WINDOW CLOSE WITH DELAY 2s"),
        (
            "EMIT AFTER WATERMARK WITH DELAY 2s AND TIMEOUT 3s AND LAST 1d",
            "EMIT AFTER WINDOW CLOSE WITH DELAY 2s AND TIMEOUT 3s SETTINGS seek_to = '-1d'",
        ),
        ("EMIT LAST 1h AND PERIODIC 5s", "EMIT PERIODIC 5s SETTINGS seek_to = '-1h'"),
        ("EMIT CHANGELOG AND LAST 1h SETTINGS a = 1", "EMIT CHANGELOG SETTINGS a = 1, seek_to = '-1h'"),
    ] {
        check("1.6.1", "3.0.0", &["T10"], &view(before), &view(after));
    }
    check(
        "1.6.1",
        "3.0.0",
        &["T10"],
        "SELECT count() FROM s EMIT LAST 1h AND PERIODIC 5s",
        "SELECT count() FROM s EMIT LAST 1h",
    );
    // 3.x still reads these.
    for emit in [
        "EMIT AFTER WATERMARK",
        "EMIT PERIODIC 2s ON UPDATE",
        "EMIT TIMEOUT 5s",
        "EMIT LAST 1h",
        "EMIT AFTER WATERMARK WITH DELAY 2s",
    ] {
        untouched("1.6.1", "3.0.0", &view(emit));
    }
    untouched("1.6.1", "2.6.0", &view("EMIT PERIODIC 2s AND AFTER WATERMARK"));
}

#[test]
fn t11_takes_codecs_projections_and_arguments_of_minmax_out() {
    check(
        "2.8.2",
        "3.3.1",
        &["T11"],
        "CREATE STREAM s (`a` float64 CODEC(FPC), b int CODEC(GCD, LZ4), c int, PROJECTION p (SELECT a ORDER BY a), INDEX i c TYPE minmax(3) GRANULARITY 2)",
        "CREATE STREAM s (`a` float64, b int CODEC(LZ4), c int, INDEX i c TYPE minmax GRANULARITY 2)",
    );
    untouched("1.5.18", "2.8.2", "CREATE STREAM s (a float64 CODEC(FPC))");
}

#[test]
fn t12_takes_indexes_out_that_repeat_the_start_of_the_key() {
    check(
        "2.8.2",
        "3.3.0",
        &["T12"],
        "CREATE MUTABLE STREAM m (a int, b int, c int, INDEX x (a), INDEX y (c), INDEX z (a, b) UNIQUE) PRIMARY KEY (a, b)",
        "CREATE MUTABLE STREAM m (a int, b int, c int, INDEX y (c)) PRIMARY KEY (a, b)",
    );
    untouched("2.8.2", "3.2.0", "CREATE MUTABLE STREAM m (a int, INDEX x (a)) PRIMARY KEY a");
}

#[test]
fn t13_asks_for_the_public_key_of_a_nats_seed() {
    check(
        "3.2.6",
        "3.3.0",
        &["T13"],
        "CREATE EXTERNAL STREAM n (a string) SETTINGS type = 'nats_jetstream', nats_nkey_seed = 'SU'",
        "CREATE EXTERNAL STREAM n (a string) SETTINGS type = 'nats_jetstream', nats_nkey_seed = 'SU', nats_nkey = '[HIDDEN]'",
    );
    untouched("3.2.6", "3.3.0", "CREATE EXTERNAL STREAM n (a string) SETTINGS nats_nkey_seed = 'SU', nats_nkey = 'U'");
}

#[test]
fn t14_to_t16_and_t21_tell_what_the_target_lacks() {
    let python = "CREATE FUNCTION p(a int) RETURNS int LANGUAGE PYTHON AS $$\ndef p(a): return a\n$$";
    tells("2.8.2", "3.3.1", "T14", Attention::Review, python);
    tells("2.8.2", "1.6.1", "T21", Attention::Blocks, python);
    tells("2.8.2", "proton-3.0.1", "T21", Attention::Blocks, "CREATE MUTABLE STREAM m (a int) PRIMARY KEY a");
    tells("3.3.1", "2.8.2", "T21", Attention::Blocks, "CREATE TASK t SCHEDULE 5s AS SELECT 1");
    tells("3.3.1", "2.8.2", "T21", Attention::Blocks, "CREATE VIEW v AS SELECT {p:string}");
    tells("3.3.1", "2.5.0", "T21", Attention::Blocks, "CREATE EXTERNAL STREAM h (a string) SETTINGS type = 'http'");
    tells("3.3.1", "2.8.1", "T16", Attention::Blocks, "CREATE STREAM s (a array(json))");
    tells("1.6.1", "3.3.1", "T16", Attention::Review, "CREATE STREAM s (a json)");
    tells("2.8.3", "2.8.1", "T16", Attention::Blocks, "CREATE MUTABLE STREAM m (a nullable(int)) PRIMARY KEY a");
    tells(
        "2.4.19",
        "3.3.1",
        "T16",
        Attention::None,
        "CREATE MUTABLE STREAM m (a low_cardinality(string)) PRIMARY KEY a",
    );
}

#[test]
fn t17_takes_on_cluster_and_or_replace_out() {
    check(
        "1.6.1",
        "3.3.1",
        &["T17"],
        "CREATE OR REPLACE STREAM s ON CLUSTER c (a int)",
        "CREATE STREAM IF NOT EXISTS s (a int)",
    );
    check("1.6.1", "3.3.1", &["T17"], "CREATE DATABASE d ON CLUSTER c", "CREATE DATABASE d");
    check("1.6.1", "3.3.1", &["T17"], "CREATE STREAM s ON CLUSTER '{cluster}' (a int)", "CREATE STREAM s (a int)");
    check(
        "proton-3.0.1",
        "3.3.1",
        &["T17"],
        "CREATE OR REPLACE TASK t SCHEDULE 5s INTO x AS SELECT 1",
        "CREATE TASK IF NOT EXISTS t SCHEDULE 5s INTO x AS SELECT 1",
    );
    untouched("1.6.1", "3.3.1", "CREATE OR REPLACE VIEW v AS SELECT 1");
    untouched("1.6.1", "2.8.2", "CREATE OR REPLACE STREAM s (a int)");
}

#[test]
fn t19_leaves_both_names_of_the_earliest_time() {
    untouched(
        "1.6.1",
        "3.3.1",
        "CREATE VIEW v AS SELECT 1 FROM s WHERE _tp_time > earliest_ts() OR _tp_time > earliest_timestamp()",
    );
}

#[test]
fn t20_asks_for_passwords() {
    check(
        "2.8.2",
        "3.3.1",
        &["T20"],
        "CREATE USER u IDENTIFIED WITH sha256_password HOST ANY",
        "CREATE USER u IDENTIFIED WITH sha256_password BY '[HIDDEN]' HOST ANY",
    );
    untouched("2.8.2", "3.3.1", "CREATE USER u IDENTIFIED WITH sha256_password BY 'p'");
    untouched("2.8.2", "3.3.1", "CREATE USER u IDENTIFIED WITH no_password");
    tells("2.8.2", "3.3.1", "T20", Attention::Review, "CREATE USER u DEFAULT ROLE r");
}

#[test]
fn t22_renames_where_the_migration_says_so() {
    let mut migration = Migration::new("2.8.2".parse().unwrap(), "2.8.2".parse().unwrap());
    migration.renames = vec![Rename::database("a", "b")];
    let result = rewrite("CREATE VIEW a.v AS SELECT 'a.s' FROM a.s -- a.s", &migration).unwrap();
    assert_eq!(result.sql, "CREATE VIEW b.v AS SELECT 'a.s' FROM b.s -- a.s");
    assert_eq!(result.applied[0].rule, "T22");
}

/// Properties of a REST object.
fn properties(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn t18_drafts_an_external_stream_and_a_view_for_a_sink() {
    use ferry_sql::rewrite::rest::{RestObject, sink};
    let object = RestObject {
        name: "Hot Cities",
        ty: "http",
        query: "select _tp_time, city_name, temp from city_temperature;",
        properties: &properties(&[
            ("url", "http://localhost:6789"),
            ("http_method", "POST"),
            ("payload_field", "City of {{ .city_name }}: {{ .temp }}"),
        ]),
    };
    let draft = sink(&object, "default").unwrap();
    assert_eq!(
        draft.statements,
        [
            "CREATE EXTERNAL STREAM default.`Hot Cities_out` (raw string) SETTINGS type = 'http', data_format = 'RawBLOB', url = 'http://localhost:6789', write_method = 'POST'",
            "CREATE MATERIALIZED VIEW default.`Hot Cities` INTO default.`Hot Cities_out` AS SELECT concat('City of ', to_string(city_name), ': ', to_string(temp)) AS raw FROM (select _tp_time, city_name, temp from city_temperature)",
        ]
    );
    let slack = RestObject { ty: "slack", properties: &properties(&[("template", "{{ .temp }}")]), ..object };
    let draft = sink(&slack, "d").unwrap();
    assert!(draft.statements[0].contains("url = '[HIDDEN]'"), "{}", draft.statements[0]);
    assert!(draft.statements[1].contains("SELECT to_string(temp) AS text FROM"), "{}", draft.statements[1]);
    // A template that computes, and other types, are for a person.
    let computing = properties(&[("template", "{{ if .a }}x{{ end }}")]);
    assert_eq!(sink(&RestObject { properties: &computing, ..slack }, "d"), None);
    assert_eq!(sink(&RestObject { ty: "redpanda_connect", ..slack }, "d"), None);
}

#[test]
fn t15_drafts_a_function_and_an_alert_for_an_alert_of_the_rest_api() {
    use ferry_sql::rewrite::rest::{RestObject, alert};
    let object = RestObject {
        name: "cpu_too_hot",
        ty: "slack",
        query: "select machine, temp_c as temp from cpu_temperature where temp >= 98",
        properties: &properties(&[("url", "https://h/x"), ("trigger_template", "{{ .machine }} is hot: {{ .temp }}")]),
    };
    let draft = alert(&object, "default").unwrap();
    assert!(
        draft.statements[0]
            .starts_with("CREATE FUNCTION cpu_too_hot_notify(message string) RETURNS bool LANGUAGE PYTHON AS $$")
    );
    assert_eq!(
        draft.statements[1],
        "CREATE ALERT default.cpu_too_hot BATCH 1 EVENTS WITH TIMEOUT 5s LIMIT 1 ALERTS PER 1m CALL cpu_too_hot_notify AS select concat(to_string(machine), ' is hot: ', to_string(temp_c)) AS message from cpu_temperature where temp >= 98"
    );
}
