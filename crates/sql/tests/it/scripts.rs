//! Files of statements as a whole.

use ferry_sql::script::{Direction, Script, Source, Use};

fn ids(script: &Script) -> Vec<&str> {
    let order = script.order().expect("there is an order");
    order.iter().map(|&n| script.items()[n].id.as_str()).collect()
}

#[test]
fn unqualified_names_belong_to_the_database_that_was_used_last() {
    let script = Script::read(
        vec![Source::new("CREATE VIEW v AS SELECT * FROM s; USE d; CREATE VIEW w AS SELECT * FROM s, other.t")],
        "base",
    );
    let reports: Vec<_> = script.reports().collect();
    let names = |n: usize| reports[n].references.iter().map(|it| it.name.as_str()).collect::<Vec<_>>();
    assert_eq!((reports[0].database.as_deref(), names(0)), (Some("base"), vec!["base.s"]));
    assert_eq!((reports[2].database.as_deref(), names(2)), (Some("d"), vec!["d.s", "other.t"]));
    assert_eq!(reports[1].kind, "use");
}

#[test]
fn errors_belong_to_the_statement_they_stand_in() {
    let script = Script::read(vec![Source::new("SELECT 1; CREATE STREAM s (a ?);\nSELECT 2 FROM; SELECT 3")], "d");
    let counts: Vec<usize> = script.items().iter().map(|item| item.errors.len()).collect();
    assert_eq!(counts, [0, 1, 1, 0]);
    assert_eq!(script.items()[2].errors[0].line, 2);
    let empty = Script::read(vec![Source::with_id("x", " -- nothing\n")], "d");
    assert_eq!((empty.items().len(), empty.is_ok()), (1, false));
}

#[test]
fn further_statements_of_one_line_have_numbers_behind_its_id() {
    let script = Script::read(vec![Source::with_id("x", "SELECT 1; SELECT 2"), Source::with_id("y", "SELECT 3")], "d");
    let ids: Vec<&str> = script.items().iter().map(|item| item.id.as_str()).collect();
    assert_eq!(ids, ["x", "x#2", "y"]);
}

#[test]
fn drops_come_before_creations_that_follow_them_and_after_those_that_precede_them() {
    let script = Script::read(
        vec![Source::new(
            "DROP STREAM IF EXISTS s; CREATE STREAM s (a int); CREATE STREAM t (a int); DROP STREAM t; INSERT INTO s VALUES (1); ALTER STREAM s ADD COLUMN b int; CREATE VIEW v AS SELECT b FROM s",
        )],
        "d",
    );
    assert_eq!(ids(&script), ["1", "2", "6", "3", "7", "4", "5"]);
}

#[test]
fn the_order_does_not_depend_on_the_order_of_the_lines() {
    let lines = [
        ("mv", "CREATE MATERIALIZED VIEW mv INTO sink AS SELECT f(a) FROM v"),
        ("v", "CREATE VIEW v AS SELECT * FROM s"),
        ("f", "CREATE FUNCTION f AS (x) -> g(x)"),
        ("g", "CREATE FUNCTION g AS (x) -> f(x)"),
        ("s", "CREATE STREAM s (a int DEFAULT h(1))"),
        ("h", "CREATE FUNCTION h AS (x) -> g(x)"),
        ("sink", "CREATE EXTERNAL STREAM sink SETTINGS type = 'kafka', format_schema = 'p:M'"),
        ("p", "CREATE FORMAT SCHEMA p AS 'message M {}' TYPE Protobuf"),
    ];
    let forward = Script::read(lines.iter().map(|(id, sql)| Source::with_id(*id, *sql)).collect(), "d");
    let backward = Script::read(lines.iter().rev().map(|(id, sql)| Source::with_id(*id, *sql)).collect(), "d");
    assert_eq!(ids(&forward), ids(&backward));
    // Outside their circle functions wait for what they call.
    assert_eq!(ids(&forward), ["p", "f", "g", "h", "s", "sink", "v", "mv"]);
}

#[test]
fn a_circle_is_told_with_its_names() {
    let script = Script::read(
        vec![Source::new(
            "CREATE VIEW a AS SELECT 1 FROM b; CREATE VIEW b AS SELECT 1 FROM c; CREATE VIEW c AS SELECT 1 FROM b",
        )],
        "d",
    );
    let cycle = script.order().expect_err("there is a circle");
    assert_eq!(cycle.cycle, ["2", "3", "2"]);
    assert_eq!(cycle.needs[0].name.as_deref(), Some("d.c"));
}

#[test]
fn what_is_referred_to_has_the_kind_that_the_script_gives_it() {
    let script = Script::read(
        vec![Source::new(
            "CREATE DICTIONARY d (k int) PRIMARY KEY k SOURCE(TIMEPLUS(STREAM 'src')) LAYOUT(FLAT()); CREATE INPUT i SETTINGS type = 'syslog', target_stream = 'logs'; SELECT dict_get('d', 'v', 1) FROM logs; CREATE STREAM logs (m string)",
        )],
        "x",
    );
    let reports: Vec<_> = script.reports().collect();
    let told: Vec<_> =
        reports[1].references.iter().map(|it| (it.name.as_str(), it.kind, it.role, it.direction)).collect();
    assert_eq!(told, [("x.logs", "stream", Use::Writes, Direction::Out)]);
    let told: Vec<_> = reports[2].references.iter().map(|it| (it.name.as_str(), it.kind, it.role)).collect();
    assert_eq!(told, [("x.d", "dictionary", Use::Uses), ("x.logs", "stream", Use::Reads)]);
    let told: Vec<_> = reports[0].references.iter().map(|it| (it.name.as_str(), it.kind)).collect();
    assert_eq!(told, [("x.src", "relation")]);
}

#[test]
fn a_statement_of_which_only_the_head_is_right_keeps_its_kind() {
    let kinds = [
        ("CREATE STREAM (a int)", "stream"),
        ("CREATE OR REPLACE FUNCTION f(a int RETURNS int", "function"),
        ("CREATE MATERIALIZED VIEW", "materialized_view"),
        ("CREATE USER u IDENTIFIED WITH", "user"),
        ("CREAT STREAM x (a int)", "creat"),
        ("DROP", "drop"),
        ("?", ""),
    ];
    for (sql, kind) in kinds {
        let script = Script::read(vec![Source::with_id("a", sql)], "d");
        assert_eq!(script.items()[0].head().kind, kind, "{sql}");
        assert!(!script.is_ok());
    }
}
