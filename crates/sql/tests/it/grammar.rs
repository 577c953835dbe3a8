//! What servers take, kind by kind and clause by clause: each statement of `grammar/*.sql` is read without a remark.

use ferry_sql::print::{Dialect, statement};
use ferry_sql::{ExprKind, Literal, Query, QueryBody, Role, StatementKind, parse, parse_one, parse_query, references};

const FILES: [(&str, &str); 3] = [
    ("definitions", include_str!("grammar/definitions.sql")),
    ("queries", include_str!("grammar/queries.sql")),
    ("commands", include_str!("grammar/commands.sql")),
];

#[test]
fn every_form_is_read_and_what_is_printed_reads_the_same() {
    let mut count = 0;
    for (file, text) in FILES {
        for sql in text.split("\n---\n").map(str::trim) {
            let read = parse_one(sql).unwrap_or_else(|error| panic!("{file}: {sql}\n{error}"));
            assert_eq!(parse(sql).remarks, [], "{file}: {sql}");
            let printed = statement(&read, sql, Dialect::V3);
            let again = parse_one(&printed).unwrap_or_else(|error| panic!("{file}: {sql}\n{printed}\n{error}"));
            assert_eq!(statement(&again, &printed, Dialect::V3), printed, "{file}: {sql}");
            assert_eq!(read.kind.created().map(|it| it.kind), again.kind.created().map(|it| it.kind), "{sql}");
            count += 1;
        }
    }
    assert!(count > 700, "{count}");
}

/// Names and what is done with them, `role name`.
fn uses(sql: &str) -> Vec<String> {
    let read = parse_one(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let found = references(&read, "d", &|_: &str| false);
    let items = found.items.iter().filter(|item| item.role != Role::UsesDatabase);
    items.map(|item| format!("{:?} {}", item.role, item.name)).collect()
}

#[test]
fn a_task_may_insert_by_itself() {
    let sql = "CREATE TASK t SCHEDULE 5s AS INSERT INTO x (a) SELECT a FROM table(y)";
    assert_eq!(uses(sql), ["Writes d.x", "Reads d.y"]);
    let sql = "CREATE TASK t SCHEDULE 5s AS WITH c AS (SELECT * FROM y) INSERT INTO x SELECT * FROM c";
    assert_eq!(uses(sql), ["Reads d.y", "Writes d.x"]);
}

#[test]
fn names_before_an_insert_are_known_in_its_query() {
    let sql = "WITH c AS (SELECT * FROM y), 5 AS five INSERT INTO x SELECT *, five FROM c UNION ALL SELECT *, 1 FROM c";
    assert_eq!(uses(sql), ["Reads d.y", "Writes d.x"]);
}

#[test]
fn a_refreshed_view_depends_on_others() {
    let sql =
        "CREATE MATERIALIZED VIEW mv REFRESH EVERY 1 DAY OFFSET 2 HOUR DEPENDS ON a, b.c APPEND TO t EMPTY AS SELECT 1";
    assert_eq!(uses(sql), ["Reads d.a", "Reads b.c", "Writes d.t"]);
    let StatementKind::CreateMaterializedView(create) = parse_one(sql).unwrap().kind else { panic!() };
    let refresh = create.refresh.unwrap();
    assert_eq!(refresh.schedule.text(sql), "REFRESH EVERY 1 DAY OFFSET 2 HOUR");
    assert!(refresh.append && create.empty);
    assert!(parse_one("CREATE MATERIALIZED VIEW mv REFRESH EVERY day AS SELECT 1").is_err());
}

#[test]
fn a_live_view_writes_where_it_says() {
    assert_eq!(uses("CREATE LIVE VIEW lv TO t WITH TIMEOUT 15 AS SELECT * FROM s"), ["Writes d.t", "Reads d.s"]);
    assert!(parse_one("CREATE VIEW v WITH TIMEOUT 15 AS SELECT 1").is_err());
}

fn tail_of(query: &Query) -> Vec<String> {
    let tail = query.tail.as_deref();
    tail.iter().flat_map(|tail| &tail.order_by).map(|item| ferry_sql::print::expr(&item.expr)).collect()
}

#[test]
fn what_follows_queries_in_parentheses_belongs_to_the_whole() {
    let query = parse_query("(SELECT a FROM s) UNION ALL (SELECT a FROM t) ORDER BY a LIMIT 5").unwrap();
    assert!(matches!(&query.body, QueryBody::Set { operands, .. } if operands.len() == 2));
    assert_eq!(tail_of(&query), ["a"]);
    // Without parentheses it belongs to the last SELECT.
    let query = parse_query("SELECT a FROM s UNION ALL SELECT a FROM t ORDER BY a LIMIT 5").unwrap();
    assert!(query.tail.is_none());
    assert!(parse_query("SELECT a FROM s ORDER BY a ORDER BY b").is_err());
    assert_eq!(uses("(SELECT 1) UNION (SELECT 2) ORDER BY x IN (SELECT y FROM z)"), ["Reads d.z"]);
}

#[test]
fn the_character_that_hides_a_wildcard_is_part_of_like() {
    let expr = ferry_sql::parse_expr(r"a NOT LIKE 'x!%' ESCAPE '!'").unwrap();
    let ExprKind::Like { escape: Some(escape), negated: true, .. } = expr.kind else { panic!() };
    assert_eq!(escape.value, "!");
}

#[test]
fn truth_is_compared_as_a_value() {
    let print = |sql: &str| ferry_sql::print::expr(&ferry_sql::parse_expr(sql).unwrap());
    assert_eq!(print("a IS TRUE"), "a <=> true");
    assert_eq!(print("a IS NOT FALSE"), "a IS DISTINCT FROM false");
    assert_eq!(print("a IS UNKNOWN"), "a <=> NULL");
    assert!(ferry_sql::parse_expr("a IS 5").is_err());
}

#[test]
fn the_text_of_an_interval_may_have_several_parts() {
    let print = |sql: &str| ferry_sql::print::expr(&ferry_sql::parse_expr(sql).unwrap());
    assert_eq!(print("x - INTERVAL '1 day 2 hours'"), "x - (INTERVAL 1 DAY + INTERVAL 2 HOUR)");
    assert_eq!(print("INTERVAL a + 1 DAY"), "INTERVAL (a + 1) DAY");
    assert!(ferry_sql::parse_expr("INTERVAL '1 day 2'").is_err());
}

#[test]
fn several_users_and_roles_are_shown_at_once() {
    let StatementKind::ShowCreate(show) = parse_one("SHOW CREATE ROLE a, 'b c'").unwrap().kind else { panic!() };
    assert_eq!(show.more.len(), 1);
    assert_eq!(show.more[0].name.value, "b c");
    assert!(parse_one("SHOW CREATE VIEW a, b").is_err());
}

#[test]
fn a_query_is_killed_by_its_id() {
    let StatementKind::Kill(kill) = parse_one("KILL QUERY 'q1' SYNC").unwrap().kind else { panic!() };
    assert_eq!(kill.id.unwrap().value, "q1");
}

#[test]
fn what_a_person_must_fill_in_is_read_with_a_remark() {
    let sql = "CREATE EXTERNAL STREAM <stream_name> (<column> <type>) SETTINGS type = 'kafka', brokers = <host:port>, \
               topic = <your topic>";
    let parsed = parse(sql);
    assert_eq!(parsed.errors, []);
    let places: Vec<&str> = parsed.remarks.iter().map(|remark| remark.span.text(sql)).collect();
    assert_eq!(places, ["<stream_name>", "<column>", "<type>", "<host:port>", "<your topic>"]);
    assert_eq!(parse_one("INSERT INTO <db>.<stream> (<a>) VALUES (<1>, <b-c>)").map(|_| ()), Ok(()));
    // What is compared is no placeholder.
    for sql in ["SELECT a <b> c", "SELECT < a >", "SELECT <a", "SELECT <>", "SELECT <a\n>"] {
        let parsed = parse(sql);
        assert!(parsed.remarks.is_empty(), "{sql}: {:?}", parsed.remarks);
    }
    let value = ferry_sql::parse_expr("a < 5").unwrap();
    let ExprKind::Binary { right, .. } = value.kind else { panic!() };
    assert!(matches!(right.kind, ExprKind::Literal(Literal::Number(_))));
}

/// What fuzzing found, each with the rule that it broke.
#[test]
fn texts_that_fuzzing_found_are_read_or_refused() {
    // Words after EMIT that mean nothing were taken, and printed otherwise than they were written.
    for sql in ["SELECT 1 FROM s EMIT AFVER WATERMARK", "SELECT 1 FROM s EMIT PERIODIC 5s AND LASTIME a, b(a)"] {
        let error = parse_one(sql).expect_err(sql);
        assert!(error.message.starts_with("expected CHANGELOG, STREAM, PERIODIC"), "{error}");
    }
    let print =
        |sql: &str| statement(&parse_one(sql).unwrap_or_else(|error| panic!("{sql}: {error}")), sql, Dialect::V3);
    // The type of a schema lost its quotes.
    let printed = print("CREATE FORMAT SCHEMA s AS 'x' TYPE 'CREATE FUNCTION f'");
    assert_eq!(print(&printed), printed);
    // What follows a value of a dictionary is the next key, not a part of the value.
    assert!(parse_one("CREATE DICTIONARY d (k int) PRIMARY KEY k LAYOUT(HASHED(MAX_LOAD_FACTOR 0.MODIFY x))").is_err());
    let factor = "CREATE DICTIONARY d (k int) PRIMARY KEY k LAYOUT(HASHED(MAX_LOAD_FACTOR 0.5 SHARDS 3)) LIFETIME(0)";
    assert!(print(factor).contains("HASHED(MAX_LOAD_FACTOR 0.5 SHARDS 3)"));
}

#[test]
fn a_view_that_reads_with_a_users_rights_uses_the_user() {
    assert_eq!(
        uses("CREATE VIEW v DEFINER = anna SQL SECURITY DEFINER AS SELECT a FROM s"),
        ["UsesUser anna", "Reads d.s"]
    );
    assert_eq!(uses("CREATE VIEW v DEFINER = CURRENT_USER AS SELECT a FROM s"), ["Reads d.s"]);
    let found = ferry_sql::compare::compare(
        "CREATE VIEW v SQL SECURITY INVOKER AS SELECT 1",
        "CREATE VIEW v SQL SECURITY DEFINER AS SELECT 1",
        "d",
    )
    .unwrap();
    let clauses: Vec<&str> = found.differences.iter().map(|difference| difference.clause.as_str()).collect();
    assert_eq!(clauses, ["sql_security"]);
    assert!(parse_one("CREATE VIEW v SQL SECURITY anna AS SELECT 1").is_err());
}
