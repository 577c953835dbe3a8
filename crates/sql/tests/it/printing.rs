use ferry_sql::print::{self, Dialect};
use ferry_sql::{normalized_eq, parse_one, parse_query};

/// What SHOW CREATE printed must come out again, byte for byte (protocol.md F3).
#[track_caller]
fn comes_back(sql: &str, dialect: Dialect) {
    let statement = parse_one(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    assert_eq!(print::show_create(&statement.kind, sql, dialect), sql);
}

const STREAM: &str = "CREATE STREAM default.old
(
  `id` int32,
  `_tp_time` datetime64(3, 'UTC') DEFAULT now64(3, 'UTC') CODEC(DoubleDelta, LZ4),
  INDEX _tp_time_index _tp_time TYPE minmax GRANULARITY 256
)
ENGINE = Stream(1, 1, rand())
PARTITION BY to_YYYYMMDD(_tp_time)
ORDER BY to_start_of_hour(_tp_time)
SETTINGS index_granularity = 8192";

const MATERIALIZED_VIEW: &str = "CREATE MATERIALIZED VIEW default.`99004_v`
(
  `start` datetime64(3, 'UTC'),
  `end` datetime64(3, 'UTC'),
  `avg(speed)` float64,
  `_tp_time` datetime64(3, 'UTC') DEFAULT now64(3, 'UTC') CODEC(DoubleDelta, LZ4),
  INDEX _tp_time_index _tp_time TYPE minmax GRANULARITY 2
) AS
SELECT
  window_start AS start, window_end AS end, avg(speed)
FROM
  session(default.`99004_speed`, 1m, [speed > 50, speed < 50))
GROUP BY
  window_start, window_end";

const EXTERNAL_V1: &str = "CREATE STREAM stream_processing.ext_kafka_mv_hourly_count
(
  `start_of_hour` datetime64(3, 'UTC'),
  `repo` string,
  `event_num` uint64
)
ENGINE = ExternalStream
SETTINGS type = 'kafka', brokers = '10.138.0.23:9092', topic = 'top_repo_each_hour'
COMMENT 'external kafka stream for sink mv_hourly_count'";

#[test]
fn what_servers_print_comes_back_byte_for_byte() {
    for sql in [
        STREAM,
        MATERIALIZED_VIEW,
        "CREATE STREAM default.minmax_idx
(
  `u64` uint64,
  `i32` int32,
  INDEX idx1 u64 * i32 TYPE minmax GRANULARITY 10
)
ENGINE = MergeTree
ORDER BY u64
SETTINGS index_granularity = 8192",
        "CREATE STREAM default.alter_ttl
(
  `i` int32,
  `s` string TTL to_date16('2020-01-01'),
  `value3` string MATERIALIZED concat(value4, ' + ', value5),
  `t` string TTL d + INTERVAL 1 DAY
)
ENGINE = MergeTree
ORDER BY i
TTL to_date16('2020-05-05')
SETTINGS index_granularity = 8192",
        "CREATE DATABASE test_00604\nENGINE = Atomic",
        "CREATE FUNCTION `02101_test_function` AS x -> (x + 1)",
        "CREATE FORMAT SCHEMA test_simple_protobuf_schema AS
$$
syntax = \"proto3\";

message SearchRequest {
  string query = 1;
}
$$
TYPE Protobuf",
        "CREATE EXTERNAL TABLE stream_processing.ch_events
SETTINGS type = 'clickhouse', address = '34.169.40.46:9000', user = 'demo', table = 'events'",
        "CREATE QUOTA default KEYED BY user_name FOR INTERVAL 1 hour TRACKING ONLY TO default",
        "CREATE USER test_user_01075 HOST LOCAL, IP '2001:db8::1'",
        "CREATE MATERIALIZED VIEW a.mv INTO a.t AS
WITH code AS
  (
    SELECT
      _tp_time, cast(raw:response.statusCode, 'uint8') AS code
    FROM
      a.eventstream
  ), counts AS
  (
    SELECT
      window_start, code, count() AS views
    FROM
      tumble(code, 5s)
    GROUP BY
      window_start, code
  )
SELECT
  window_start AS ts, views
FROM
  counts
INNER JOIN a.dim AS d USING (code)
WHERE
  (views > 1) AND (ts > (now() - 1h))
ORDER BY
  ts ASC
LIMIT 10
EMIT STREAM PERIODIC 250ms
SETTINGS
  seek_to = '-6h'",
        "CREATE VIEW default.v AS(
SELECT
  1
)
COMMENT 'one'",
    ] {
        comes_back(sql, Dialect::V1);
        comes_back(sql, Dialect::V3);
    }
}

#[test]
fn an_external_stream_prints_as_its_release_prints_it() {
    comes_back(EXTERNAL_V1, Dialect::V1);
    let sql = "CREATE EXTERNAL STREAM default.e\n(\n  `raw` string\n)\nSETTINGS type = 'kafka'";
    comes_back(sql, Dialect::V3);
    let statement = parse_one(sql).unwrap();
    assert_eq!(
        print::show_create(&statement.kind, sql, Dialect::V1),
        "CREATE STREAM default.e\n(\n  `raw` string\n)\nENGINE = ExternalStream\nSETTINGS type = 'kafka'"
    );
    let from_v1 = parse_one(EXTERNAL_V1).unwrap();
    let printed = print::show_create(&from_v1.kind, EXTERNAL_V1, Dialect::V3);
    assert!(printed.starts_with("CREATE EXTERNAL STREAM stream_processing.ext"), "{printed}");
    assert!(!printed.contains("ENGINE"), "{printed}");
}

#[test]
fn what_only_matters_at_creation_is_not_in_show_create() {
    let sql = "CREATE OR REPLACE VIEW IF NOT EXISTS db.v UUID 'x' AS SELECT 1";
    let statement = parse_one(sql).unwrap();
    assert_eq!(print::show_create(&statement.kind, sql, Dialect::V3), "CREATE VIEW db.v AS\nSELECT\n  1");
    let whole = print::statement(&statement, sql, Dialect::V3);
    assert_eq!(whole, "CREATE OR REPLACE VIEW IF NOT EXISTS db.v UUID 'x' AS\nSELECT\n  1");
}

#[test]
fn a_query_for_another_server_is_one_line_with_every_name_quoted() {
    let query = parse_query("select a, count() n from default.s where a > 5 and b in (select 1) group by a").unwrap();
    assert_eq!(
        print::remote_query(&query),
        "SELECT `a`, count() AS `n` FROM `default`.`s` WHERE (`a` > 5) AND (`b` IN (SELECT 1)) GROUP BY `a`"
    );
    let query = parse_query("SELECT `a`, `b` FROM `default`.`s` WHERE `a` > 5").unwrap();
    assert_eq!(print::remote_query(&query), "SELECT `a`, `b` FROM `default`.`s` WHERE `a` > 5");
}

#[test]
fn names_are_quoted_only_where_they_must_be() {
    for (name, quoted) in [
        ("a", "a"),
        ("_tp_time", "_tp_time"),
        ("99004_v", "`99004_v`"),
        ("a b", "`a b`"),
        ("a`b\\", "`a\\`b\\\\`"),
        ("Select", "`Select`"),
        ("名", "`名`"),
        ("", "``"),
    ] {
        assert_eq!(print::quote_identifier(name), quoted);
    }
    assert_eq!(print::quote_string("it's\n\\"), "'it\\'s\\n\\\\'");
}

#[test]
fn layout_and_quotes_make_no_difference_to_the_meaning() {
    let same =
        |left: &str, right: &str| normalized_eq(&parse_one(left).unwrap(), left, &parse_one(right).unwrap(), right);
    assert!(same("select `a` from (select 1) /* x */ where (a)=1", "SELECT a\nFROM (SELECT 1)\nWHERE a == 1"));
    assert!(same("create stream s (a int)", "CREATE STREAM `s` (`a` int)"));
    assert!(!same("select a from s", "select b from s"));
    assert!(!same("create stream s (a int)", "create stream s (a int) settings shards = 2"));
}

#[test]
fn words_of_a_dictionary_that_are_more_than_words_keep_their_quotes() {
    let sql = "CREATE DICTIONARY d (k int) PRIMARY KEY k SOURCE(MYSQL(host 'h' \"a b\" 1 {{more}} 2)) LAYOUT(`flat`())";
    let printed = print::statement(&parse_one(sql).unwrap(), sql, Dialect::V3);
    assert!(printed.contains("SOURCE(MYSQL(HOST 'h' `a b` 1 {{more}} 2))\nLAYOUT(FLAT())"), "{printed}");
    assert_eq!(print::statement(&parse_one(&printed).unwrap(), &printed, Dialect::V3), printed);
}
