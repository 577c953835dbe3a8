//! Rarer forms that servers take.

use ferry_sql::print::{Dialect, statement};
use ferry_sql::{StatementKind, parse, parse_one};

/// Reads each; what is printed reads again and prints the same.
#[track_caller]
fn check(texts: &[&str]) {
    for sql in texts {
        let read = parse_one(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        assert_eq!(parse(sql).remarks, [], "{sql}");
        let printed = statement(&read, sql, Dialect::V3);
        let again = parse_one(&printed).unwrap_or_else(|error| panic!("{sql}: {printed}: {error}"));
        assert_eq!(statement(&again, &printed, Dialect::V3), printed, "{sql}");
    }
}

#[test]
fn every_kind_may_be_created_on_a_cluster() {
    check(&[
        "CREATE NAMED COLLECTION IF NOT EXISTS n ON CLUSTER c AS a = 'b'",
        "CREATE DISK d ON CLUSTER c disk(type = 'local', path = '/x')",
        "CREATE STORAGE POLICY p ON CLUSTER c AS $$ volumes: $$",
        "CREATE FORMAT SCHEMA s ON CLUSTER '{cluster}' AS 'x' TYPE Avro",
        "CREATE TASK t ON CLUSTER c SCHEDULE 5s AS SELECT 1",
        "CREATE ALERT a ON CLUSTER c CALL f AS SELECT 1",
        "CREATE INPUT i ON CLUSTER c SETTINGS type = 'otel'",
    ]);
}

#[test]
fn rare_actions_of_alter_are_kept_as_written() {
    check(&[
        "ALTER STREAM s MODIFY COLUMN a string FIRST, DROP COLUMN b",
        "ALTER STREAM s MODIFY COLUMN a string AFTER b",
        "ALTER STREAM s ALTER COLUMN a TYPE string, DROP COLUMN b",
        "ALTER STREAM s DROP PARTITION ID 'x', DROP PARTITION 20240101",
        "ALTER STREAM s ADD INDEX i a TYPE minmax FIRST, MATERIALIZE INDEX i IN PARTITION 1",
    ]);
    let read = parse_one("ALTER STREAM s MODIFY COLUMN a string FIRST, DROP COLUMN b").unwrap();
    let StatementKind::Alter(alter) = read.kind else { panic!() };
    assert_eq!(alter.actions.len(), 2);
    assert!(parse_one("ALTER STREAM s DROP COLUMN a b").is_err());
}

#[test]
fn commands_may_name_no_kind_or_several_things() {
    check(&[
        "SYSTEM PAUSE mv",
        "SYSTEM RESUME db.mv",
        "REVOKE SELECT ON s FROM ALL EXCEPT u, v",
        "GRANT SELECT ON a.*, INSERT(x, y) ON b.s TO u",
        "DROP FORMAT SCHEMA s TYPE Protobuf",
        "DESCRIBE SELECT a FROM s",
        "DESCRIBE DICTIONARY db.d",
        "SHOW CLUSTER 'x'",
        "INSERT INTO s FROM INFILE 'x.csv' COMPRESSION 'gzip' FORMAT CSV",
    ]);
}

#[test]
fn rare_forms_of_queries_are_read() {
    check(&[
        "SELECT TOP 3 WITH TIES a FROM s ORDER BY a",
        "SELECT a, b FROM s ORDER BY a WITH FILL INTERPOLATE (b AS b + 1, c) LIMIT 3",
        "SELECT a FROM s ORDER BY a WITH FILL INTERPOLATE",
        "SELECT x'1F', X'', b'01', x",
        "SELECT j.a.b.:int64, j.^sub, j.items[].name, j.c.:`array(json)`",
    ]);
    assert!(parse_one("SELECT x'1G'").is_err());
}
