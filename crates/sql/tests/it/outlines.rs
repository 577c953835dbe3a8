//! Texts of documentation and programs, which a tolerant reader takes with a remark.

use ferry_sql::script::{Script, Source};
use ferry_sql::{StatementKind, parse};

/// Reads without an error; gives the texts that have a remark.
#[track_caller]
fn remarks(sql: &str) -> Vec<&str> {
    let parsed = parse(sql);
    assert_eq!(parsed.errors, [], "{sql}");
    parsed.remarks.iter().map(|remark| remark.span.text(sql)).collect()
}

#[test]
fn what_is_left_out_is_told_and_the_rest_is_read() {
    let sql = "CREATE EXTERNAL STREAM e (.. a int, ..., b string, ..) SETTINGS type = 'kafka', ..., topic = ..";
    assert_eq!(remarks(sql), ["..", "...", "..", "...", ".."]);
    let parsed = parse(sql);
    let StatementKind::CreateStream(create) = &parsed.statements[0].kind else { panic!() };
    let names: Vec<&str> = create.elements.columns.iter().map(|column| column.name.value.as_str()).collect();
    assert_eq!(names, ["a", "b"]);
    assert_eq!(create.setting_text("type").as_deref(), Some("kafka"));
    assert_eq!(remarks("SELECT ... FROM s WHERE f(a, ..)"), ["...", ".."]);
    assert_eq!(remarks("CREATE STREAM s (..) SETTINGS …"), ["..", "…"]);
}

#[test]
fn options_in_brackets_and_choices_are_read() {
    let sql = "CREATE EXTERNAL TABLE t SETTINGS type = 'mysql', [ user = 'u', ] [ secure = true|false ]";
    let mut found = remarks(sql);
    found.sort_unstable();
    assert_eq!(found, [",", "[ secure = true|false ]", "[ user = 'u', ]", "|"]);
}

#[test]
fn a_comma_after_the_last_setting_is_told() {
    assert_eq!(remarks("CREATE STREAM s (a int) SETTINGS shards = 1, COMMENT 'c'"), [","]);
    assert_eq!(remarks("CREATE INPUT i SETTINGS type = 'otel',"), [","]);
    assert!(!parse("CREATE INPUT i SETTINGS type = 'otel', COMMNET 'c'").is_ok());
    assert_eq!(remarks("CREATE STREAM s SETTINGS shards = 1, comment = 2"), Vec::<&str>::new());
}

#[test]
fn what_a_program_fills_in_is_told() {
    assert_eq!(remarks("CREATE STREAM IF NOT EXISTS %s (%s)"), ["%s", "%s"]);
    assert_eq!(remarks("CREATE EXTERNAL STREAM e (a int) SETTINGS { ','.join(settings) }"), ["{ ','.join(settings) }"]);
    assert_eq!(remarks("SELECT a %s, b % s FROM t"), Vec::<&str>::new());
}

#[test]
fn a_forgotten_semicolon_is_told_and_both_statements_are_read() {
    let sql = "CREATE DATABASE d\n\n-- next\nCREATE STREAM d.s (a int)\nINSERT INTO d.s VALUES (1)";
    assert_eq!(remarks(sql).len(), 2);
    assert_eq!(parse(sql).statements.len(), 3);
    assert_eq!(parse("CREATE VIEW v AS SELECT a FROM b\nCREATE STREAM c (a int)").statements.len(), 2);
    assert!(!parse("CREATE STREAM s CREATE STREAM t").is_ok());
}

#[test]
fn clauses_of_other_stream_processors_are_told() {
    let with = "WITH (kafka_topic = 't', value_format = 'json')";
    let sql = format!("CREATE STREAM s (a INT) {with}; CREATE STREAM t {with} AS SELECT * FROM s EMIT CHANGES");
    assert_eq!(remarks(&sql), [with, with, "CHANGES"]);
    let sql = "SELECT * FROM a JOIN b FOR SYSTEM_TIME AS OF a.t AS c ON a.x = c.x";
    assert_eq!(remarks(sql), ["FOR SYSTEM_TIME AS OF a.t"]);
    assert_eq!(remarks("SELECT * FROM TABLE(TUMBLE(TABLE bid, DESCRIPTOR(t), INTERVAL '10' MINUTES))"), ["TABLE"]);
}

#[test]
fn every_remark_is_reported_with_its_own_statement() {
    let script = Script::read(vec![Source::new("SELECT 1; CREATE STREAM s (..); CREATE STREAM t (a int)")], "default");
    let counts: Vec<usize> = script.reports().map(|report| report.remarks.len()).collect();
    assert_eq!(counts, [0, 1, 0]);
    assert!(script.is_ok());
}
