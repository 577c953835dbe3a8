//! T1 to T8: what a source prints and a target takes otherwise.

use super::*;

#[test]
fn t1_turns_the_engine_of_a_stream_into_settings() {
    check(
        "1.6.1",
        "2.8.2",
        &["T1"],
        "CREATE STREAM s\n(\n  `a` int32\n)\nENGINE = Stream(3, 1, rand())\nPARTITION BY a\nSETTINGS index_granularity = 8192",
        "CREATE STREAM s\n(\n  `a` int32\n)\nPARTITION BY a\nSETTINGS index_granularity = 8192, shards = 3",
    );
    check(
        "1.6.1",
        "3.3.1",
        &["T1"],
        "CREATE STREAM s (a int) ENGINE = Stream(1, 1, city_hash64(a)) /* keep */ ORDER BY a COMMENT 'x'",
        "CREATE STREAM s (a int) /* keep */ ORDER BY a SETTINGS shards = 1, sharding_expr = 'city_hash64(a)' COMMENT 'x'",
    );
    check(
        "2.4.19",
        "3.3.1",
        &["T1"],
        "CREATE STREAM s (a int) ENGINE = Stream(2, 3, weak_hash32(a)) PRIMARY KEY a SETTINGS mode = 'versioned_kv'",
        "CREATE STREAM s (a int) PRIMARY KEY a SETTINGS mode = 'versioned_kv', shards = 2, replication_factor = 3",
    );
    check(
        "1.6.1",
        "proton-3.0.1",
        &["T1"],
        "CREATE STREAM s (a int) ENGINE = Stream(1, 1, weak_hash32(b)) PRIMARY KEY a SETTINGS mode = 'versioned_kv'",
        "CREATE STREAM s (a int) PRIMARY KEY a SETTINGS mode = 'versioned_kv', shards = 1, sharding_expr = 'weak_hash32(b)'",
    );
    // The release that printed it takes it back; two arguments are what 3.x takes.
    untouched("1.6.1", "1.6.1", "CREATE STREAM s (a int) ENGINE = Stream(1, 1, rand())");
    untouched("3.3.1", "3.3.1", "CREATE STREAM s (a int) ENGINE = Stream(1, rand())");
    untouched("1.6.1", "3.3.1", "CREATE STREAM s (a int) ENGINE = MergeTree ORDER BY a");
}

#[test]
fn t1_fits_the_number_of_replicas_to_the_nodes_of_the_target() {
    let run = |sql: &str, nodes| {
        let mut migration = Migration::new("2.4.19".parse().unwrap(), "3.3.1".parse().unwrap());
        migration.target_nodes = Some(nodes);
        rewrite(sql, &migration).unwrap().sql
    };
    let engine = "CREATE STREAM s (a int) ENGINE = Stream(1, 3, rand())";
    assert_eq!(run(engine, 1), "CREATE STREAM s (a int) SETTINGS shards = 1");
    assert_eq!(run(engine, 2), "CREATE STREAM s (a int) SETTINGS shards = 1, replication_factor = 2");
    let setting = "CREATE STREAM s (a int) SETTINGS replication_factor = 1";
    assert_eq!(run(setting, 3), "CREATE STREAM s (a int)");
    assert_eq!(run(setting, 1), setting);
    let three = "CREATE STREAM s (a int) SETTINGS replication_factor = 3, shards = 2";
    assert_eq!(run(three, 1), "CREATE STREAM s (a int) SETTINGS shards = 2");
    assert_eq!(run(three, 2), "CREATE STREAM s (a int) SETTINGS replication_factor = 2, shards = 2");
}

#[test]
fn t2_names_external_streams_in_their_head() {
    check(
        "1.6.1",
        "3.3.1",
        &["T2"],
        "CREATE STREAM d.k\n(\n  `raw` string\n)\nENGINE = ExternalStream\nSETTINGS type = 'kafka', brokers = 'b:9092', topic = 't'",
        "CREATE EXTERNAL STREAM d.k\n(\n  `raw` string\n)\nSETTINGS type = 'kafka', brokers = 'b:9092', topic = 't'",
    );
    check(
        "1.6.1",
        "2.8.2",
        &["T2"],
        "CREATE STREAM IF NOT EXISTS k (a int) ENGINE = ExternalStream(rand()) SETTINGS type = 'kafka'",
        "CREATE EXTERNAL STREAM IF NOT EXISTS k (a int) SETTINGS type = 'kafka', sharding_expr = 'rand()'",
    );
    check(
        "1.6.1",
        "3.3.1",
        &["T2"],
        "CREATE STREAM t ENGINE = ExternalTable SETTINGS type = 'clickhouse'",
        "CREATE EXTERNAL TABLE t SETTINGS type = 'clickhouse'",
    );
    untouched("1.6.1", "1.6.1", "CREATE STREAM k (a int) ENGINE = ExternalStream SETTINGS type = 'kafka'");
}

#[test]
fn t3_names_mutable_random_and_null_streams_in_their_head() {
    check(
        "2.4.19",
        "3.3.1",
        &["T3"],
        "CREATE STREAM m (id int) ENGINE = MutableStream(1, 1) PRIMARY KEY id",
        "CREATE MUTABLE STREAM m (id int) PRIMARY KEY id",
    );
    check(
        "2.4.19",
        "3.3.1",
        &["T3"],
        "CREATE MUTABLE STREAM m (id int)\nENGINE = MutableStream(3, 1)\nPRIMARY KEY id",
        "CREATE MUTABLE STREAM m (id int)\nPRIMARY KEY id\nSETTINGS shards = 3",
    );
    check(
        "1.6.1",
        "3.3.1",
        &["T3"],
        "CREATE STREAM r (a int DEFAULT rand()) ENGINE = Random SETTINGS eps = 5",
        "CREATE RANDOM STREAM r (a int DEFAULT rand()) SETTINGS eps = 5",
    );
    check("2.9.0", "3.3.1", &["T3"], "CREATE STREAM n (a int) ENGINE=Null", "CREATE NULL STREAM n (a int)");
    check(
        "3.3.1",
        "3.3.1",
        &["T3"],
        "CREATE VERSIONED_KV STREAM v (id int) PRIMARY KEY id",
        "CREATE STREAM v (id int) PRIMARY KEY id SETTINGS mode = 'versioned_kv'",
    );
}

#[test]
fn t4_takes_identities_out() {
    check(
        "3.3.1",
        "3.3.1",
        &["T4"],
        "CREATE STREAM d.s UUID '1a2b' (a int)  -- UUID 'keep'",
        "CREATE STREAM d.s (a int)  -- UUID 'keep'",
    );
    check(
        "1.6.1",
        "1.6.1",
        &["T4"],
        "ATTACH MATERIALIZED VIEW mv UUID 'a' INTO INNER UUID 'b' AS SELECT 'UUID' AS u FROM s",
        "CREATE MATERIALIZED VIEW mv AS SELECT 'UUID' AS u FROM s",
    );
    check("1.6.1", "2.8.2", &["T4"], "CREATE DATABASE d UUID 'x' ENGINE = Atomic", "CREATE DATABASE d ENGINE = Atomic");
}

#[test]
fn t5_gives_javascript_functions_their_language() {
    check(
        "1.6.1",
        "3.3.1",
        &["T5"],
        "CREATE FUNCTION f(`a` string) RETURNS string AS $$\nfunction f(a) { return 'AS $'.length }\n$$",
        "CREATE FUNCTION f(`a` string) RETURNS string LANGUAGE JAVASCRIPT AS $$\nfunction f(a) { return 'AS $'.length }\n$$",
    );
    untouched("1.6.1", "3.3.1", "CREATE FUNCTION g AS x -> x + 1");
    untouched("1.6.1", "3.3.1", "CREATE FUNCTION p(a int) RETURNS int LANGUAGE PYTHON AS $$\ndef p(a): return a\n$$");
}

#[test]
fn t6_takes_printed_columns_out_unless_they_say_more() {
    check(
        "2.8.2",
        "3.3.1",
        &["T6"],
        "CREATE MATERIALIZED VIEW d.v INTO d.t\n(\n  `a` int32,\n  `_tp_time` datetime64(3) DEFAULT now64(3, 'UTC'),\n  `_tp_sn` int64\n) AS\nSELECT\n  a\nFROM\n  d.s",
        "CREATE MATERIALIZED VIEW d.v INTO d.t AS\nSELECT\n  a\nFROM\n  d.s",
    );
    check("1.6.1", "2.8.2", &["T6"], "CREATE VIEW v(a int)AS SELECT 1 AS a", "CREATE VIEW v AS SELECT 1 AS a");
    untouched("3.3.1", "3.3.1", "CREATE VIEW v (`a` int32) AS SELECT 1 AS a");
    tells(
        "2.8.2",
        "3.3.1",
        "T6",
        Attention::Review,
        "CREATE MATERIALIZED VIEW v (`a` int32 CODEC(ZSTD(1))) AS SELECT 1 AS a FROM s",
    );
}

#[test]
fn t7_takes_parentheses_around_a_query_out() {
    check(
        "1.6.1",
        "3.3.1",
        &["T7"],
        "CREATE VIEW v AS(\nSELECT\n  (1) AS a\nFROM\n  s\n)\nCOMMENT 'c'",
        "CREATE VIEW v AS\nSELECT\n  (1) AS a\nFROM\n  s\nCOMMENT 'c'",
    );
    untouched("1.6.1", "3.3.1", "CREATE VIEW v AS (SELECT 1) UNION ALL (SELECT 2) COMMENT 'c'");
    untouched("1.6.1", "3.3.1", "CREATE VIEW v AS (SELECT 1)");
}

#[test]
fn t8_takes_system_columns_out_and_keeps_the_users_own_time() {
    check(
        "2.8.2",
        "3.3.1",
        &["T8"],
        "CREATE STREAM s\n(\n  `a` int32, -- the first\n  `_tp_time` datetime64(3, 'UTC') DEFAULT now64(3, 'UTC') CODEC(DoubleDelta, ZSTD(1)),\n  `_tp_sn` int64 CODEC(Delta(8), ZSTD(1)),\n  INDEX _tp_time_index _tp_time TYPE minmax GRANULARITY 32,\n  INDEX _tp_sn_index _tp_sn TYPE minmax GRANULARITY 32\n)\nPARTITION BY to_YYYYMMDD(_tp_time)",
        "CREATE STREAM s\n(\n  `a` int32 -- the first\n)\nPARTITION BY to_YYYYMMDD(_tp_time)",
    );
    check(
        "2.8.2",
        "3.3.1",
        &["T8"],
        "CREATE STREAM s (`_tp_sn` int64, `_tp_time` datetime64(3, 'UTC') DEFAULT event_time, `event_time` datetime64(3))",
        "CREATE STREAM s (`_tp_time` datetime64(3, 'UTC') DEFAULT event_time, `event_time` datetime64(3))",
    );
    untouched(
        "2.8.2",
        "3.3.1",
        "CREATE EXTERNAL STREAM k (`a` string, `_tp_time` datetime64(3, 'UTC') DEFAULT now64(3, 'UTC')) SETTINGS type = 'kafka'",
    );
    untouched("3.3.1", "3.3.1", "CREATE STREAM s (`a` int32, `_tp_sn` int64)");
}
