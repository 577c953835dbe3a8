//! Names get another name where they are names, and nowhere else.

use crate::support;
use ferry_sql::change::{Change, change};
use ferry_sql::rename::{Rename, RenameKind, Unqualified, rename, rename_for};
use ferry_sql::{ObjectKind, parse, parse_one, references};
use proptest::prelude::*;

#[track_caller]
fn check(renames: &[Rename], sql: &str, expected: &str) {
    assert_eq!(rename(sql, renames, "default").unwrap(), expected);
    assert!(parse_one(expected).is_ok());
    let back: Vec<Rename> = renames.iter().map(Rename::reversed).collect();
    assert_eq!(rename(expected, &back, "default").unwrap(), sql);
}

#[test]
fn a_database_gets_another_name_in_every_clause() {
    let renames = [Rename::database("a", "b")];
    check(
        &renames,
        "CREATE MATERIALIZED VIEW a.v INTO a.t AS WITH a AS (SELECT 1 FROM a.x) SELECT a.s.c, s.d, a.*, 'a.s', dict_get('a.d', 'k', 1) FROM a.s JOIN tumble(a.`q`, a.q._tp_time, 5s) ON a.s.c = q.c /* a.s */ WHERE a.s.c IN a.z",
        "CREATE MATERIALIZED VIEW b.v INTO b.t AS WITH a AS (SELECT 1 FROM b.x) SELECT b.s.c, s.d, a.*, 'a.s', dict_get('b.d', 'k', 1) FROM b.s JOIN tumble(b.`q`, b.q._tp_time, 5s) ON b.s.c = q.c /* a.s */ WHERE b.s.c IN b.z",
    );
    check(&renames, "CREATE DATABASE a", "CREATE DATABASE b");
    check(&renames, "DROP STREAM IF EXISTS a.s", "DROP STREAM IF EXISTS b.s");
    check(&renames, "GRANT SELECT ON a.* TO u", "GRANT SELECT ON b.* TO u");
    check(
        &renames,
        "CREATE ROW POLICY p ON a.s FOR SELECT USING c = 'a.s' TO u",
        "CREATE ROW POLICY p ON b.s FOR SELECT USING c = 'a.s' TO u",
    );
    check(&renames, "USE a", "USE b");
    check(&renames, "CREATE VIEW a.v AS SELECT a FROM s AS a", "CREATE VIEW b.v AS SELECT a FROM s AS a");
    check(
        &renames,
        "CREATE INPUT a.i SETTINGS type = 'otel', logs_target_stream = 'a.logs', metrics_target_stream = 'm'",
        "CREATE INPUT b.i SETTINGS type = 'otel', logs_target_stream = 'b.logs', metrics_target_stream = 'm'",
    );
    check(
        &renames,
        "CREATE DICTIONARY a.d (k int) PRIMARY KEY k SOURCE(TIMEPLUS(QUERY 'SELECT k FROM a.s WHERE x = \\'a.s\\'')) LAYOUT(FLAT())",
        "CREATE DICTIONARY b.d (k int) PRIMARY KEY k SOURCE(TIMEPLUS(QUERY 'SELECT k FROM b.s WHERE x = \\'a.s\\'')) LAYOUT(FLAT())",
    );
    check(
        &renames,
        "CREATE DICTIONARY a.d (k int) PRIMARY KEY k SOURCE(TIMEPLUS(STREAM 's' DB 'a')) LAYOUT(FLAT())",
        "CREATE DICTIONARY b.d (k int) PRIMARY KEY k SOURCE(TIMEPLUS(STREAM 's' DB 'b')) LAYOUT(FLAT())",
    );
}

#[test]
fn a_stream_gets_another_name_where_it_is_meant() {
    let renames = [Rename::relation(("default", "s"), ("default", "t"))];
    check(
        &renames,
        "SELECT s.a, s, x.s, s.*, count(s.b) FROM s JOIN default.s AS x ON s.a = x.a GROUP BY s.a ORDER BY s.a",
        "SELECT t.a, s, x.s, t.*, count(t.b) FROM t JOIN default.t AS x ON t.a = x.a GROUP BY t.a ORDER BY t.a",
    );
    check(&renames, "SELECT s.a FROM other.s AS s", "SELECT s.a FROM other.s AS s");
    check(
        &renames,
        "WITH s AS (SELECT 1 FROM default.s) SELECT s.a FROM s",
        "WITH s AS (SELECT 1 FROM default.t) SELECT s.a FROM s",
    );
    check(&renames, "CREATE STREAM s (s int) -- s", "CREATE STREAM t (s int) -- s");
    check(&renames, "ALTER STREAM s ADD COLUMN s int", "ALTER STREAM t ADD COLUMN s int");
    check(&renames, "INSERT INTO s (s) SELECT s FROM s", "INSERT INTO t (s) SELECT s FROM t");
    // A name of a WITH clause must not catch the new name.
    let caught = rename("WITH t AS (SELECT 1) SELECT * FROM t, s", &renames, "default").unwrap();
    assert_eq!(caught, "WITH t AS (SELECT 1) SELECT * FROM t, default.t");
}

#[test]
fn a_name_that_needs_quotes_gets_them() {
    let renames = [Rename::relation(("default", "s"), ("default", "my stream"))];
    assert_eq!(rename("SELECT s.a FROM s", &renames, "default").unwrap(), "SELECT `my stream`.a FROM `my stream`");
    let back = [renames[0].reversed()];
    assert_eq!(rename("SELECT 1 FROM `my stream`", &back, "default").unwrap(), "SELECT 1 FROM `s`");
}

#[test]
fn a_view_that_moves_keeps_reading_what_it_read() {
    let renames = [Rename::relation(("a", "v"), ("b", "v"))];
    let moved = rename("CREATE VIEW a.v AS SELECT * FROM v2, a.s", &renames, "default").unwrap();
    assert_eq!(moved, "CREATE VIEW b.v AS SELECT * FROM v2, a.s");
    let read = rename("CREATE VIEW a.w AS SELECT * FROM v", &renames, "default").unwrap();
    assert_eq!(read, "CREATE VIEW a.w AS SELECT * FROM b.v");
}

#[test]
fn names_get_their_database_where_the_session_may_be_in_another() {
    let renames = [Rename::database("default", "prod"), Rename::relation(("m", "a"), ("n", "b c"))];
    let qualified = |sql: &str, database: &str| rename_for(sql, &renames, database, Unqualified::BecomesQualified);
    for (database, sql, expected) in [
        ("default", "CREATE STREAM s (a int)", "CREATE STREAM prod.s (a int)"),
        ("default", "CREATE VIEW default.v AS SELECT s.a FROM s", "CREATE VIEW prod.v AS SELECT s.a FROM prod.s"),
        (
            "default",
            "SELECT count() FROM table(s), m.a, other.s",
            "SELECT count() FROM table(prod.s), n.`b c`, other.s",
        ),
        (
            "default",
            "SELECT s, dict_get('d', 'x', 1) FROM s AS s",
            "SELECT s, dict_get('prod.d', 'x', 1) FROM prod.s AS s",
        ),
        // What does not move with a view is still read from where it was.
        ("m", "CREATE VIEW m.a AS SELECT * FROM x", "CREATE VIEW n.`b c` AS SELECT * FROM m.x"),
        ("m", "CREATE VIEW m.v AS SELECT * FROM x", "CREATE VIEW m.v AS SELECT * FROM x"),
        ("default", "SELECT a FROM {{stream}} WHERE b = '{{b}}'", "SELECT a FROM {{stream}} WHERE b = '{{b}}'"),
    ] {
        assert_eq!(qualified(sql, database).unwrap(), expected);
    }
}

#[test]
fn names_without_a_database_are_renamed_by_kind() {
    let function = [Rename::global(RenameKind::Function, "f", "g")];
    check(&function, "SELECT f(x), f AS f, 'f(x)' FROM s", "SELECT g(x), f AS f, 'f(x)' FROM s");
    check(&function, "CREATE FUNCTION f AS x -> f(x) + 1", "CREATE FUNCTION g AS x -> g(x) + 1");
    check(&function, "CREATE ALERT a CALL f AS SELECT 1 FROM s", "CREATE ALERT a CALL g AS SELECT 1 FROM s");
    check(
        &function,
        "CREATE STREAM s (a int) SETTINGS sharding_expr = 'f(a)'",
        "CREATE STREAM s (a int) SETTINGS sharding_expr = 'g(a)'",
    );
    let schema = [Rename::global(RenameKind::FormatSchema, "p", "q")];
    check(
        &schema,
        "CREATE EXTERNAL STREAM k (a int) SETTINGS format_schema = 'p:Msg', topic = 'p'",
        "CREATE EXTERNAL STREAM k (a int) SETTINGS format_schema = 'q:Msg', topic = 'p'",
    );
    let collection = [Rename::global(RenameKind::NamedCollection, "c", "e")];
    check(
        &collection,
        "CREATE EXTERNAL STREAM k (a int) SETTINGS named_collection = 'c', topic = 'c'",
        "CREATE EXTERNAL STREAM k (a int) SETTINGS named_collection = 'e', topic = 'c'",
    );
    check(&collection, "CREATE NAMED COLLECTION c AS a = 'c'", "CREATE NAMED COLLECTION e AS a = 'c'");
    let disk = [Rename::global(RenameKind::Disk, "d", "e")];
    check(
        &disk,
        "CREATE STORAGE POLICY p AS $$\nvolumes:\n  d:\n    disk: d\n$$",
        "CREATE STORAGE POLICY p AS $$\nvolumes:\n  d:\n    disk: e\n$$",
    );
    check(
        &disk,
        "CREATE MATERIALIZED VIEW v INTO t AS SELECT 1 FROM s SETTINGS checkpoint_settings = 'replication_type=shared;shared_disk=d'",
        "CREATE MATERIALIZED VIEW v INTO t AS SELECT 1 FROM s SETTINGS checkpoint_settings = 'replication_type=shared;shared_disk=e'",
    );
}

#[test]
fn settings_shards_replicas_and_if_not_exists_change_by_place() {
    let run = |sql: &str, one: Change| change(sql, &[one]).unwrap();
    let setting =
        |name: &str, value: Option<&str>| Change::Setting { name: name.into(), value: value.map(str::to_owned) };
    let sql = "CREATE STREAM s (a int) SETTINGS a = 1 /* x */, b = 2";
    assert_eq!(run(sql, setting("a", Some("7"))), "CREATE STREAM s (a int) SETTINGS a = 7 /* x */, b = 2");
    assert_eq!(run(sql, setting("b", None)), "CREATE STREAM s (a int) SETTINGS a = 1 /* x */");
    assert_eq!(run(sql, setting("c", Some("'x'"))), "CREATE STREAM s (a int) SETTINGS a = 1 /* x */, b = 2, c = 'x'");
    let view = "CREATE MATERIALIZED VIEW v INTO t AS SELECT 1 FROM s";
    assert_eq!(run(view, setting("seek_to", Some("'latest'"))), format!("{view} SETTINGS seek_to = 'latest'"));
    assert_eq!(run("CREATE STREAM s (a int)", Change::Shards(3)), "CREATE STREAM s (a int) SETTINGS shards = 3");
    let engine = "CREATE STREAM s (a int) ENGINE = Stream(1, 1, rand())";
    assert_eq!(run(engine, Change::Shards(3)), "CREATE STREAM s (a int) ENGINE = Stream(3, 1, rand())");
    assert_eq!(run(engine, Change::Replicas(Some(2))), "CREATE STREAM s (a int) ENGINE = Stream(1, 2, rand())");
    let with = "CREATE STREAM IF NOT EXISTS s (a int)";
    assert_eq!(run("CREATE STREAM s (a int)", Change::IfNotExists(true)), with);
    assert_eq!(run(with, Change::IfNotExists(false)), "CREATE STREAM s (a int)");
    assert_eq!(run(with, Change::IfNotExists(true)), with);
    assert!(change("SELECT 1", &[Change::Shards(1)]).is_err());
    let view = "CREATE MATERIALIZED VIEW IF NOT EXISTS d.v (a int) AS SELECT a FROM s";
    let into = run(view, Change::Into(Some("`d`.`t`".into())));
    assert_eq!(into, "CREATE MATERIALIZED VIEW IF NOT EXISTS d.v INTO `d`.`t` (a int) AS SELECT a FROM s");
    let another = run(&into, Change::Into(Some("u".into())));
    assert_eq!(another, "CREATE MATERIALIZED VIEW IF NOT EXISTS d.v INTO u (a int) AS SELECT a FROM s");
    assert_eq!(run(&into, Change::Into(None)), view);
    assert!(change("CREATE STREAM s (a int)", &[Change::Into(None)]).is_err());
    assert!(change(sql, &[setting("a", Some("'open"))]).is_err());
}

/// The database that names without one belong to.
fn owner(statement: &ferry_sql::Statement) -> String {
    let created = statement.kind.created().filter(|created| created.kind.lives_in_database());
    created.map_or("default".to_owned(), |created| created.name.database_or("default").to_owned())
}

/// What a statement of the corpus names, each as a rename to a fresh name.
fn renames_of(sql: &str, fresh: &str) -> Vec<Vec<Rename>> {
    let Ok(statement) = parse_one(sql) else { return Vec::new() };
    let found = references(&statement, &owner(&statement), &|_: &str| true);
    let mut all = Vec::new();
    for item in &found.items {
        let fresh_relation = |database: &str| Rename::relation((database, &item.name.name), (database, fresh));
        use ferry_sql::Role;
        all.push(match item.role {
            Role::Reads | Role::Writes | Role::UsesDictionary => {
                fresh_relation(item.name.database.as_deref().unwrap_or_default())
            }
            Role::UsesFunction => Rename::global(RenameKind::Function, &item.name.name, fresh),
            Role::UsesFormatSchema => Rename::global(RenameKind::FormatSchema, &item.name.name, fresh),
            Role::UsesNamedCollection => Rename::global(RenameKind::NamedCollection, &item.name.name, fresh),
            Role::UsesDisk => Rename::global(RenameKind::Disk, &item.name.name, fresh),
            Role::UsesStoragePolicy => Rename::global(RenameKind::StoragePolicy, &item.name.name, fresh),
            Role::UsesUser | Role::UsesRole | Role::UsesGrantee => {
                Rename::global(RenameKind::Grantee, &item.name.name, fresh)
            }
            Role::UsesProfile => Rename::global(RenameKind::SettingsProfile, &item.name.name, fresh),
            Role::UsesDatabase => Rename::database(&item.name.name, fresh),
        });
    }
    if let Some(created) = statement.kind.created().filter(|created| created.kind.lives_in_database()) {
        let database = created.name.database_or("default").to_owned();
        all.push(Rename::relation((&database, &created.name.name.value), (&database, fresh)));
    }
    let mut seen = Vec::new();
    all.retain(|rename: &Rename| {
        !seen.contains(rename) && {
            seen.push(rename.clone());
            true
        }
    });
    // A template is no name, and nor is `..`, `%s` or `<stream>`.
    all.retain(|rename| !["{", "..", "%", "<"].iter().any(|part| rename.from.to_string().contains(part)));
    all.into_iter().map(|one| vec![one]).collect()
}

/// The way there really is one: nothing refers to the old name any more, except where the text says it in a way that
/// renaming must not touch.
#[test]
fn renaming_real_statements_there_and_back_is_the_identity() {
    let (Some(samples), Some(apps)) = (support::samples(), support::apps()) else { return };
    let texts = samples.iter().map(|s| (s.id.clone(), s.sql.clone()));
    let texts =
        texts.chain(apps.iter().flat_map(|app| app.statements.iter().map(|sql| (app.name.clone(), sql.clone()))));
    let (mut statements, mut ways, mut changed) = (0, 0, 0);
    for (id, sql) in texts {
        if parse_one(&sql).is_err() {
            continue;
        }
        statements += 1;
        for renames in renames_of(&sql, "fresh_name_1") {
            let there = rename(&sql, &renames, "default").unwrap();
            assert!(parse_one(&there).is_ok(), "{id}: {there}");
            let back: Vec<Rename> = renames.iter().map(Rename::reversed).collect();
            let again = rename(&there, &back, "default").unwrap();
            let quoted = ferry_sql::print::needs_quotes(&renames[0].from.name);
            if quoted {
                assert_eq!(again.replace('`', ""), sql.replace(['`', '"'], ""), "{id} {renames:?}");
            } else {
                assert_eq!(again, sql, "{id} {renames:?}\n{there}");
            }
            ways += 1;
            changed += usize::from(there != sql);
            // A database that is not written cannot change.
            let unwritten = renames[0].kind == RenameKind::Database && renames[0].from.name == "default";
            assert!(there != sql || unwritten, "{id} {renames:?}\n{sql}");
            // Nothing in the new text reads or writes the old name.
            let parsed = parse_one(&there).unwrap();
            let left = references(&parsed, &owner(&parsed), &|_: &str| true);
            let old = &renames[0].from;
            let stays = left.items.iter().filter(|item| match renames[0].kind {
                RenameKind::Database => item.name.database.as_ref() == Some(&old.name) && old.name != "default",
                RenameKind::Relation => item.name == *old,
                _ => false,
            });
            assert_eq!(stays.count(), 0, "{id} {renames:?}\n{there}");
        }
    }
    println!("{statements} statements, {ways} renames there and back, {changed} of them changed the text");
    assert!(ways > 3_000 && changed > 3_000, "{ways} {changed}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_name_there_and_back_means_the_same(name in "[a-zA-Z_ .é`'-]{1,12}", database in "[a-z][a-z_]{0,8}") {
        let sql = "CREATE MATERIALIZED VIEW d.mv INTO d.t AS SELECT d.s.a, s.b, 's' FROM d.s JOIN d.x AS s2 ON s.a = s2.a";
        prop_assume!(!["d", "mv", "t", "x", "s2", "s"].contains(&name.as_str()) && database != "d");
        let renames = [Rename::database("d", &database), Rename::relation(("d", "s"), (&database, &name))];
        let there = rename(sql, &renames, "default").unwrap();
        prop_assert!(parse(&there).is_ok(), "{}", there);
        let back: Vec<Rename> = renames.iter().map(Rename::reversed).collect();
        let again = rename(&there, &back, "default").unwrap();
        let print = |text: &str| ferry_sql::print::statement(&parse_one(text).unwrap(), text, Default::default());
        prop_assert_eq!(print(&again), print(sql));
    }
}

#[test]
fn kinds_of_names_are_told_apart() {
    assert!(ObjectKind::Stream.lives_in_database());
    let stream = [Rename::relation(("default", "f"), ("default", "g"))];
    assert_eq!(rename("SELECT f(f) FROM f", &stream, "default").unwrap(), "SELECT f(f) FROM g");
}
