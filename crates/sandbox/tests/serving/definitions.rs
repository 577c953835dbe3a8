//! CREATE, SHOW CREATE, ALTER and DROP of every kind.

use super::support::{connect, rows, run, start, start_with, texts, until};

/// Statements that create one of each kind, in an order that works, and how SHOW CREATE is asked for each.
const KINDS: &[(&str, &str)] = &[
    ("CREATE DATABASE d COMMENT 'a database'", "SHOW CREATE DATABASE d"),
    (
        "CREATE STREAM d.plain (a int32, b string DEFAULT 'x' COMMENT 'it\\'s b', c nullable(decimal(10, 2))) SETTINGS shards = 2",
        "SHOW CREATE d.plain",
    ),
    (
        "CREATE STREAM d.`quoted name` (`a b` int32, at datetime64(3, 'UTC')) TTL to_datetime(_tp_time) + INTERVAL 7 DAY SETTINGS event_time_column = 'at'",
        "SHOW CREATE d.`quoted name`",
    ),
    ("CREATE STREAM d.log (a int32) SETTINGS mode = 'changelog'", "SHOW CREATE d.log"),
    ("CREATE STREAM d.latest (k string, v int32) PRIMARY KEY k SETTINGS mode = 'changelog_kv'", "SHOW CREATE d.latest"),
    (
        "CREATE STREAM d.versions (k string, v int32) PRIMARY KEY (k) SETTINGS mode = 'versioned_kv', version_column = 'v'",
        "SHOW CREATE d.versions",
    ),
    ("CREATE MUTABLE STREAM d.state (k string, v int32) PRIMARY KEY k", "SHOW CREATE d.state"),
    ("CREATE RANDOM STREAM d.noise (v int32 DEFAULT rand() % 10) SETTINGS eps = 5", "SHOW CREATE d.noise"),
    ("CREATE NULL STREAM d.nowhere (v int32)", "SHOW CREATE d.nowhere"),
    (
        "CREATE EXTERNAL STREAM d.kafka (raw string) SETTINGS type = 'kafka', brokers = 'k.example:9092', topic = 't', password = 'secret1'",
        "SHOW CREATE d.kafka",
    ),
    (
        "CREATE EXTERNAL STREAM d.keyed (raw string, _tp_message_key string DEFAULT raw, window_start datetime64(3)) SETTINGS type = 'kafka', brokers = 'k.example:9092', topic = 'u'",
        "SHOW CREATE d.keyed",
    ),
    (
        "CREATE EXTERNAL STREAM d.snake (host string, value float32) AS $$\ndef read():\n    yield ('$', 1.5)\n$$ SETTINGS type = 'python', mode = 'streaming'",
        "SHOW CREATE d.snake",
    ),
    (
        "CREATE EXTERNAL TABLE d.archive SETTINGS type = 'clickhouse', address = 'c.example:9000', table = 't'",
        "SHOW CREATE d.archive",
    ),
    ("CREATE FUNCTION add_one AS x -> x + 1", "SHOW CREATE FUNCTION add_one"),
    (
        "CREATE REMOTE FUNCTION far(a string) RETURNS string URL 'http://h/f' AUTH_METHOD 'none'",
        "SHOW CREATE FUNCTION far",
    ),
    (
        "CREATE FUNCTION py(a int32) RETURNS int32 LANGUAGE PYTHON AS $$\ndef py(a):\n    return a\n$$",
        "SHOW CREATE FUNCTION py",
    ),
    (
        "CREATE FORMAT SCHEMA m AS $$\nsyntax = \"proto3\";\nmessage M {\n  string a = 1;\n}\n$$ TYPE Protobuf",
        "SHOW CREATE FORMAT SCHEMA m",
    ),
    ("CREATE VIEW d.v AS SELECT a, add_one(a) AS more FROM d.plain WHERE a > 0", "SHOW CREATE d.v"),
    ("CREATE VIEW d.commented AS SELECT more FROM d.v COMMENT 'on a view'", "SHOW CREATE d.commented"),
    ("CREATE MATERIALIZED VIEW d.mv INTO d.log AS SELECT a, _tp_time FROM d.plain", "SHOW CREATE d.mv"),
    (
        "CREATE MATERIALIZED VIEW d.inner AS SELECT a, _tp_time FROM d.plain STORAGE_SETTINGS index_granularity = 1024 TTL to_datetime(_tp_time) + INTERVAL 3 DAY COMMENT 'kept'",
        "SHOW CREATE d.inner",
    ),
    (
        "CREATE DICTIONARY d.dict (k string, v int32) PRIMARY KEY k SOURCE(TIMEPLUS(STREAM 'latest' DB 'd')) LAYOUT(HASHED()) LIFETIME(60)",
        "SHOW CREATE DICTIONARY d.dict",
    ),
];

#[tokio::test]
async fn what_show_create_prints_creates_the_same_on_another_deployment() {
    let first = start().await;
    let second = start().await;
    let (mut from, mut to) = (connect(&first).await, connect(&second).await);
    for (create, show) in KINDS {
        run(&mut from, create).await;
        let printed = texts(&mut from, show).await[0][0].clone();
        run(&mut to, &printed).await;
        assert_eq!(texts(&mut to, show).await[0][0], printed, "{create}");
    }
    for list in ["SHOW STREAMS FROM d", "SHOW FUNCTIONS", "SHOW FORMAT SCHEMAS", "SHOW DICTIONARIES FROM d"] {
        assert_eq!(texts(&mut from, list).await, texts(&mut to, list).await, "{list}");
        assert!(!texts(&mut from, list).await.is_empty(), "{list}");
    }
}

#[tokio::test]
async fn a_stream_is_printed_with_what_the_server_adds() {
    let sandbox = start().await;
    let mut connection = connect(&sandbox).await;
    run(&mut connection, "CREATE STREAM s (a int32)").await;
    let printed = texts(&mut connection, "SHOW CREATE s").await[0][0].clone();
    let expected = "CREATE STREAM default.s
(
  `a` int32,
  `_tp_time` datetime64(3, 'UTC') DEFAULT now64(3, 'UTC') CODEC(DoubleDelta, LZ4),
  `_tp_sn` int64 CODEC(Delta(8), LZ4),
  INDEX _tp_time_index _tp_time TYPE minmax GRANULARITY 2,
  INDEX _tp_sn_index _tp_sn TYPE minmax GRANULARITY 2
)
ENGINE = Stream(1, 1, rand())
PARTITION BY to_YYYYMMDD(_tp_time)
ORDER BY to_start_of_hour(_tp_time)
SETTINGS index_granularity = 8192";
    assert_eq!(printed, expected);
}

#[tokio::test]
async fn code_without_a_language_is_refused_although_javascript_is_printed_so() {
    let sandbox = start().await;
    let mut connection = connect(&sandbox).await;
    run(
        &mut connection,
        "CREATE FUNCTION js(a int32) RETURNS int32 LANGUAGE JAVASCRIPT AS $$ function js(a) { return a; } $$",
    )
    .await;
    let printed = texts(&mut connection, "SHOW CREATE FUNCTION js").await[0][0].clone();
    assert!(!printed.contains("LANGUAGE"), "{printed}");
    let replayed = connection.execute(printed.replace("FUNCTION js", "FUNCTION js2")).await.expect_err("refused");
    assert_eq!(replayed.server_exception().map(|exception| exception.code), Some(62));
}

#[tokio::test]
async fn names_without_a_database_are_qualified_in_views() {
    let sandbox = start().await;
    let mut connection = connect(&sandbox).await;
    run(&mut connection, "CREATE DATABASE d").await;
    run(&mut connection, "USE d").await;
    run(&mut connection, "CREATE STREAM s (a int32)").await;
    run(&mut connection, "CREATE VIEW v AS WITH c AS (SELECT a FROM s) SELECT c.a FROM c").await;
    let printed = texts(&mut connection, "SHOW CREATE d.v").await[0][0].clone();
    assert!(printed.contains("(SELECT a FROM d.s) SELECT c.a FROM c"), "{printed}");
}

#[tokio::test]
async fn a_materialized_view_writes_every_inserted_block_into_its_target() {
    let sandbox = start().await;
    let mut connection = connect(&sandbox).await;
    for sql in [
        "CREATE STREAM s (a int32)",
        "CREATE STREAM t (a int32, twice int64) SETTINGS flush_threshold_ms = 50",
        "CREATE VIEW v AS SELECT a, _tp_time FROM s WHERE a > 1",
        "CREATE MATERIALIZED VIEW mv INTO t AS SELECT a, a * 2 AS twice, _tp_time FROM v",
        "INSERT INTO s (a) VALUES (1), (2), (3)",
    ] {
        run(&mut connection, sql).await;
    }
    until(async || rows(&mut connect(&sandbox).await, "table(t)").await == 2).await;
    assert_eq!(texts(&mut connection, "SELECT a, twice FROM table(t) ORDER BY a").await, [["2", "4"], ["3", "6"]]);
    run(&mut connection, "SYSTEM PAUSE MATERIALIZED VIEW mv").await;
    run(&mut connection, "INSERT INTO s (a) VALUES (4)").await;
    run(&mut connection, "SYSTEM RESUME MATERIALIZED VIEW mv").await;
    run(&mut connection, "INSERT INTO s (a) VALUES (5)").await;
    until(async || rows(&mut connect(&sandbox).await, "table(mv)").await == 3).await;
    let status = "SELECT state_string_value FROM system.stream_state_log WHERE name = 'mv'";
    assert_eq!(texts(&mut connection, status).await, [["Executing"]]);
}

#[tokio::test]
async fn a_view_that_cannot_run_here_is_kept_with_its_reason_and_reading_it_is_an_error() {
    let sandbox = start().await;
    let mut connection = connect(&sandbox).await;
    for sql in [
        "CREATE STREAM s (a int32)",
        "CREATE STREAM t (c uint64)",
        "CREATE MATERIALIZED VIEW mv INTO t AS SELECT count() AS c FROM s",
        "CREATE FUNCTION js(a int32) RETURNS int32 LANGUAGE JAVASCRIPT AS $$ function js(a) { return a; } $$",
        "CREATE VIEW v AS SELECT js(a) AS a FROM s",
    ] {
        run(&mut connection, sql).await;
    }
    let status = "SELECT state_string_value FROM system.stream_state_log WHERE name = 'mv'";
    assert_eq!(texts(&mut connection, status).await, [["Error"]]);
    assert!(connection.execute("SELECT * FROM table(mv)").await.is_err());
    assert!(connection.execute("SELECT * FROM table(v)").await.is_err());
    run(&mut connection, "DROP VIEW v").await;
}

#[tokio::test]
async fn a_materialized_view_without_into_keeps_its_rows_in_an_inner_stream() {
    let sandbox = start().await;
    let mut connection = connect(&sandbox).await;
    run(&mut connection, "CREATE STREAM s (a int32)").await;
    run(&mut connection, "CREATE MATERIALIZED VIEW mv AS SELECT a FROM s").await;
    let inner = "SELECT name FROM system.tables WHERE name LIKE '.inner%'";
    let inner = texts(&mut connection, inner).await[0][0].clone();
    run(&mut connection, "INSERT INTO s (a) VALUES (1)").await;
    run(&mut connection, &format!("INSERT INTO `{inner}` (a) VALUES (2)")).await;
    until(async || rows(&mut connect(&sandbox).await, "table(mv)").await == 2).await;
    assert!(connection.execute("INSERT INTO mv (a) VALUES (3)").await.is_err());
    assert_eq!(texts(&mut connection, "SHOW STREAMS").await, [["mv"], ["s"]]);
}

#[tokio::test]
async fn columns_can_be_added_and_old_rows_have_their_default() {
    let sandbox = start().await;
    let mut connection = connect(&sandbox).await;
    run(&mut connection, "CREATE STREAM s (a int32) SETTINGS flush_threshold_ms = 50").await;
    run(&mut connection, "INSERT INTO s (a) VALUES (1)").await;
    until(async || rows(&mut connect(&sandbox).await, "table(s)").await == 1).await;
    run(&mut connection, "ALTER STREAM s ADD COLUMN b string DEFAULT 'new'").await;
    assert_eq!(texts(&mut connection, "SELECT a, b FROM table(s)").await, [["1", "new"]]);
    assert!(texts(&mut connection, "SHOW CREATE s").await[0][0].contains("`b` string DEFAULT 'new'"));
}

#[tokio::test]
async fn deleted_rows_are_gone_and_the_others_stay() {
    let sandbox = start().await;
    let mut connection = connect(&sandbox).await;
    run(&mut connection, "CREATE STREAM s (a int32) SETTINGS flush_threshold_ms = 50").await;
    run(&mut connection, "INSERT INTO s (a) VALUES (1), (2), (3)").await;
    until(async || rows(&mut connect(&sandbox).await, "table(s)").await == 3).await;
    run(&mut connection, "DELETE FROM s WHERE a >= 2").await;
    assert_eq!(texts(&mut connection, "SELECT a FROM table(s)").await, [["1"]]);
    run(&mut connection, "TRUNCATE STREAM s").await;
    assert_eq!(rows(&mut connection, "table(s)").await, 0);
}

#[tokio::test]
async fn what_was_acknowledged_survives_a_restart_with_the_same_data_directory() {
    let directory = tempfile::tempdir().expect("a folder");
    let with_directory = || start_with(|options| options.data_dir = Some(directory.path().to_owned()));
    let first = with_directory().await;
    let mut connection = connect(&first).await;
    run(&mut connection, "CREATE STREAM s (a int32)").await;
    run(&mut connection, "CREATE STREAM gone (a int32)").await;
    run(&mut connection, "CREATE VIEW v AS SELECT a FROM s").await;
    run(&mut connection, "INSERT INTO s (a) VALUES (1), (2)").await;
    run(&mut connection, "DROP STREAM gone").await;
    drop(connection);
    // Nothing is told to end: the files are what was acknowledged.
    drop(first);
    let second = with_directory().await;
    let mut connection = connect(&second).await;
    assert_eq!(texts(&mut connection, "SHOW STREAMS").await, [["s"], ["v"]]);
    until(async || rows(&mut connect(&second).await, "table(v)").await == 2).await;
}
