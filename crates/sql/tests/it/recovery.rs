use ferry_sql::{Role, StatementKind, parse, parse_one, references};

#[test]
fn an_error_says_where_what_and_how() {
    let error = parse_one("CREATE STREAM s (\n  a int,\n  b string DEFAULT\n)").unwrap_err();
    assert_eq!((error.line, error.column), (4, 1));
    assert_eq!(error.message, "expected an expression, found `)`");
    assert_eq!(error.expected, ["an expression"]);
    let error = parse_one("SELECT 'abc").unwrap_err();
    assert!(error.hint.unwrap().contains("close the string"));
    let error = parse_one("SELECT é").unwrap_err();
    assert!(error.hint.unwrap().contains("back quotes"));
    assert_eq!(parse_one("SELECT 1 FROM t x y").unwrap_err().message, "expected the end of the statement, found `y`");
    assert!(parse_one("").unwrap_err().message.contains("empty"));
    assert!(parse_one("SELECT 1; SELECT 2").unwrap_err().message.contains("here begins another"));
}

#[test]
fn one_bad_clause_does_not_hide_the_rest() {
    let parsed = parse(
        "CREATE STREAM db.s (a int, b ?? string, c string) ENGINE = PARTITION BY a SETTINGS mode = , x = 1 COMMENT 'c';\n\
         nonsense here; SELECT 1",
    );
    let StatementKind::CreateStream(create) = &parsed.statements[0].kind else { panic!() };
    let names: Vec<&str> = create.elements.columns.iter().map(|column| column.name.value.as_str()).collect();
    assert_eq!(names, ["a", "b", "c"]);
    assert_eq!(create.comment.as_ref().unwrap().value, "c");
    assert!(matches!(parsed.statements[1].kind, StatementKind::Other(_)));
    assert!(matches!(parsed.statements[2].kind, StatementKind::Select(_)));
    assert!(parsed.errors.len() >= 3);
    let places: Vec<usize> = parsed.errors.iter().map(|error| error.span.start).collect();
    assert!(places.is_sorted());
}

#[test]
fn a_view_with_a_bad_query_keeps_its_name() {
    let parsed = parse("CREATE VIEW db.v AS SELECT FROM WHERE; USE x");
    assert!(!parsed.is_ok());
    assert!(matches!(parsed.statements[1].kind, StatementKind::Use(_)));
    let created = parsed.statements[0].kind.created().unwrap();
    assert_eq!(created.name.to_string(), "db.v");
}

#[test]
fn a_clause_is_never_taken_for_a_missing_stream() {
    for sql in ["SELECT FROM WHERE", "SELECT a FROM GROUP BY a", "SELECT a FROM s JOIN WHERE a = 1"] {
        let parsed = parse(sql);
        assert!(!parsed.is_ok(), "{sql}");
        let found = ferry_sql::references_in_query_text(sql, "default", &|_: &str| false);
        let names: Vec<&str> = found.items.iter().map(|item| item.name.name.as_str()).collect();
        assert!(names.iter().all(|name| *name == "s"), "{sql}: {names:?}");
    }
    assert!(parse_one("SELECT a FROM `where` WHERE a = 1").is_ok());
}

#[test]
fn the_broken_view_that_servers_can_hold_is_an_error() {
    // resources.md 1.1: stored as `INTERVAL MINUTE`, unparseable.
    assert!(parse_one("CREATE VIEW v AS SELECT now() - INTERVAL MINUTE 5 FROM s").is_err());
}

#[test]
fn one_bad_clause_of_a_query_does_not_hide_what_it_reads() {
    for sql in [
        "CREATE MATERIALIZED VIEW mv INTO t AS SELECT a FROM s GROUP",
        "CREATE MATERIALIZED VIEW mv INTO t AS SELECT a, FROM s WHERE x IN (",
        "CREATE MATERIALIZED VIEW mv INTO t AS SELECT f(a FROM s SETTINGS x = 1",
        "CREATE MATERIALIZED VIEW mv INTO t AS SELECT ?? FROM (SELECT ) FROM s",
        "CREATE MATERIALIZED VIEW mv INTO t AS SELECT CASE WHEN FROM s ORDER LIMIT 1",
        "CREATE MATERIALIZED VIEW mv INTO t AS SELECT a FROM (SELECT * FROM s WHERE GROUP BY) WHERE b",
    ] {
        let parsed = parse(sql);
        assert!(!parsed.is_ok(), "{sql}");
        let found = references(&parsed.statements[0], "d", &|_: &str| false);
        assert!(found.items.iter().any(|item| item.role == Role::Writes && item.name.name == "t"), "{sql}");
        let reads = found.items.iter().filter(|item| item.role == Role::Reads && item.name.name == "s").count();
        assert_eq!(reads, usize::from(!sql.contains("(SELECT )")), "{sql}");
    }
}

#[test]
fn a_mark_of_the_encoding_takes_bytes_and_no_column() {
    let sql = "\u{feff}SELECT a FROM s;\nSELECT FROM";
    let parsed = ferry_sql::parse(sql);
    assert_eq!(parsed.statements[0].span.text(sql), "SELECT a FROM s");
    assert_eq!(parsed.statements[0].span.start, 3);
    let wrong = ferry_sql::parse("\u{feff}SELECT )").errors[0].clone();
    assert_eq!((wrong.line, wrong.column, wrong.span.start), (1, 8, 10));
    assert!(!ferry_sql::parse("SELECT a\u{feff} FROM s").is_ok(), "only at the beginning");
}
