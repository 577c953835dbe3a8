//! Same, equivalent or different.

use crate::support;
use ferry_sql::compare::{Comparison, DifferenceKind, Verdict, compare};
use ferry_sql::edit::{Edit, apply};
use ferry_sql::normal::{NormalisedKind, normalize};
use ferry_sql::{Span, StatementKind, parse_one};
use std::collections::BTreeMap;

fn compared(a: &str, b: &str) -> Comparison {
    compare(a, b, "default").unwrap_or_else(|error| panic!("{a}\n{b}\n{error:?}"))
}

/// Both ways round.
#[track_caller]
fn equivalent(kinds: &[NormalisedKind], a: &str, b: &str) {
    for (a, b) in [(a, b), (b, a)] {
        let found = compared(a, b);
        assert_eq!(found.verdict, Verdict::Equivalent, "{:?}\n{a}\n{b}", found.differences);
        for kind in kinds {
            assert!(found.normalised.iter().any(|note| note.kind == *kind), "{kind:?}: {:?}", found.normalised);
        }
        assert!(!found.normalised.is_empty());
    }
}

#[track_caller]
fn different(clause: &str, name: Option<&str>, change: DifferenceKind, a: &str, b: &str) {
    let found = compared(a, b);
    assert_eq!(found.verdict, Verdict::Different, "{a}\n{b}");
    let there = found.differences.iter().any(|difference| {
        difference.clause == clause && difference.name.as_deref() == name && difference.change == change
    });
    assert!(there, "{:?}", found.differences);
    assert_eq!(compared(b, a).verdict, Verdict::Different);
}

#[test]
fn what_the_server_adds_means_nothing() {
    use NormalisedKind::*;
    let written = "CREATE STREAM IF NOT EXISTS s (a int, b string)";
    let printed = "CREATE STREAM default.s\n(\n  `a` int32,\n  `b` string,\n  `_tp_time` datetime64(3, 'UTC') DEFAULT now64(3, 'UTC') CODEC(DoubleDelta, LZ4),\n  INDEX _tp_time_index _tp_time TYPE minmax GRANULARITY 2\n)\nENGINE = Stream(1, 1, rand())\nPARTITION BY to_YYYYMMDD(_tp_time)\nORDER BY to_start_of_hour(_tp_time)\nSETTINGS index_granularity = 8192";
    equivalent(&[CreateOption, ServerDefault, TypeAlias, DefaultDatabase, Quoting, Layout], written, printed);
    let keyed =
        "CREATE STREAM v (id int32, v int32) PRIMARY KEY id SETTINGS mode = 'versioned_kv', version_column = 'v'";
    let printed = "CREATE STREAM default.v\n(\n  `id` int32,\n  `v` int32,\n  `_tp_time` datetime64(3, 'UTC') DEFAULT now64(3, 'UTC') CODEC(DoubleDelta, LZ4),\n  `_tp_sn` int64 CODEC(Delta(8), ZSTD(1)),\n  INDEX _tp_sn_index _tp_sn TYPE minmax GRANULARITY 32\n)\nENGINE = Stream(1, 1, weak_hash32(id))\nPARTITION BY to_YYYYMMDD(_tp_time)\nPRIMARY KEY id\nORDER BY id\nSETTINGS version_column = 'v', mode = 'versioned_kv', index_granularity = 8192";
    equivalent(&[ServerDefault, ClauseOrder], keyed, printed);
    equivalent(
        &[ServerDefault],
        "CREATE MATERIALIZED VIEW v INTO t AS SELECT a FROM s",
        "CREATE MATERIALIZED VIEW default.v INTO default.t (`a` int32, `_tp_sn` int64) AS SELECT a FROM default.s",
    );
    equivalent(&[ServerDefault], "CREATE DATABASE d", "CREATE DATABASE d ENGINE = Atomic");
    equivalent(
        &[],
        "CREATE EXTERNAL STREAM k (raw string) SETTINGS type = 'kafka', topic = 't'",
        "CREATE STREAM default.k (`raw` string) ENGINE = ExternalStream SETTINGS topic = 't', type = 'kafka'",
    );
    equivalent(
        &[],
        "CREATE MUTABLE STREAM m (id int32) PRIMARY KEY id",
        "CREATE STREAM m (id int32) ENGINE = MutableStream(1, 1) PRIMARY KEY id",
    );
}

#[test]
fn other_words_for_the_same_mean_nothing() {
    use NormalisedKind::*;
    let view = |emit: &str| format!("CREATE VIEW v AS SELECT count() FROM s {emit}");
    equivalent(&[Synonym], &view("EMIT AFTER WATERMARK"), &view("EMIT AFTER WINDOW CLOSE"));
    equivalent(&[Synonym], &view("EMIT PERIODIC 5s ON UPDATE"), &view("EMIT ON UPDATE WITH BATCH INTERVAL 5 SECOND"));
    equivalent(
        &[Synonym],
        "SELECT cast(a, 'int') FROM s WHERE _tp_time > earliest_ts()",
        "SELECT a::int32 FROM s WHERE _tp_time > earliest_timestamp()",
    );
    equivalent(&[Layout], "SELECT 1 -- one", "SELECT   1");
    equivalent(&[Case], "select a from s where b and c", "SELECT a FROM s WHERE b AND c");
    equivalent(&[Quoting], "SELECT `a` FROM s", "SELECT a FROM s");
    equivalent(
        &[Quoting],
        "CREATE VIEW v AS SELECT 1 AS a COMMENT 'c'",
        "CREATE VIEW v AS (SELECT 1 AS a) COMMENT 'c'",
    );
    equivalent(
        &[ClauseOrder],
        "CREATE STREAM s (a int) SETTINGS x = 1, y = 2",
        "CREATE STREAM s (a int) SETTINGS y = 2, x = 1",
    );
    equivalent(
        &[ClauseOrder],
        "CREATE STREAM s (a int) COMMENT 'c' SETTINGS x = 1",
        "CREATE STREAM s (a int) SETTINGS x = 1 COMMENT 'c'",
    );
    assert_eq!(compared("SELECT 1", "SELECT 1").verdict, Verdict::Same);
}

#[test]
fn what_differs_is_named_by_clause_and_column() {
    use DifferenceKind::*;
    let stream = "CREATE STREAM s (a int32, b string DEFAULT 'x') PARTITION BY a ORDER BY b TTL _tp_time + 1d SETTINGS shards = 3 COMMENT 'c'";
    for (clause, name, change, from, to) in [
        ("columns", Some("a"), Changed, "a int32", "a int64"),
        ("columns", Some("b"), Changed, "DEFAULT 'x'", "DEFAULT 'y'"),
        ("columns", Some("b"), Removed, ", b string DEFAULT 'x'", ""),
        ("columns", Some("c"), Added, "(a int32", "(c int8, a int32"),
        ("partition_by", None, Changed, "PARTITION BY a", "PARTITION BY b"),
        ("order_by", None, Removed, " ORDER BY b", ""),
        ("ttl", None, Changed, "1d", "2d"),
        ("settings", Some("shards"), Changed, "shards = 3", "shards = 2"),
        ("settings", Some("mode"), Added, "shards = 3", "shards = 3, mode = 'versioned_kv'"),
        ("comment", None, Changed, "'c'", "'d'"),
        ("name", None, Changed, "STREAM s", "STREAM t"),
        ("kind", None, Changed, "CREATE STREAM", "CREATE MUTABLE STREAM"),
    ] {
        different(clause, name, change, stream, &stream.replacen(from, to, 1));
    }
    let swapped = stream.replacen("a int32, b string DEFAULT 'x'", "b string DEFAULT 'x', a int32", 1);
    different("columns", None, Changed, stream, &swapped);
    let view = "CREATE MATERIALIZED VIEW v INTO t AS WITH c AS (SELECT 1) SELECT a, b AS x FROM s WHERE a > 1 GROUP BY b HAVING x > 2 EMIT PERIODIC 5s SETTINGS seek_to = 'earliest'";
    for (clause, name, change, from, to) in [
        ("into", None, Changed, "INTO t", "INTO u"),
        ("query.with", Some("c"), Changed, "(SELECT 1)", "(SELECT 2)"),
        ("query.select", Some("x"), Changed, "b AS x", "c AS x"),
        ("query.from", None, Changed, "FROM s", "FROM other"),
        ("query.where", None, Changed, "a > 1", "a >= 1"),
        ("query.group_by", None, Changed, "GROUP BY b", "GROUP BY c"),
        ("query.having", None, Changed, "x > 2", "x > 3"),
        ("query.emit", None, Changed, "PERIODIC 5s", "PERIODIC 6s"),
        ("settings", Some("seek_to"), Changed, "'earliest'", "'latest'"),
    ] {
        different(clause, name, change, view, &view.replacen(from, to, 1));
    }
    different("body", None, Changed, "CREATE FUNCTION f AS x -> x + 1", "CREATE FUNCTION f AS x -> x + 2");
    different(
        "source",
        Some("stream"),
        Changed,
        "CREATE DICTIONARY d (k int) PRIMARY KEY k SOURCE(TIMEPLUS(STREAM 'a')) LAYOUT(FLAT())",
        "CREATE DICTIONARY d (k int) PRIMARY KEY k SOURCE(TIMEPLUS(STREAM 'b')) LAYOUT(FLAT())",
    );
    different("rest", None, Changed, "CREATE USER u HOST ANY", "CREATE USER u HOST LOCAL");
    assert_eq!(compared("CREATE USER u HOST ANY", "create user u host any").verdict, Verdict::Equivalent);
    // The user's own event time is a meaning.
    different(
        "columns",
        Some("_tp_time"),
        Added,
        "CREATE STREAM s (a datetime64(3))",
        "CREATE STREAM s (a datetime64(3), `_tp_time` datetime64(3, 'UTC') DEFAULT a)",
    );
}

#[test]
fn a_difference_shows_no_secret() {
    let stream = |password: &str| {
        format!("CREATE EXTERNAL STREAM k (a int) SETTINGS type = 'timeplus', password = '{password}'")
    };
    let found = compared(&stream("first"), &stream("second"));
    assert_eq!(found.verdict, Verdict::Different);
    assert_eq!(found.differences[0].name.as_deref(), Some("password"));
    let text = format!("{found:?}");
    assert!(!text.contains("first") && !text.contains("second") && text.contains("[HIDDEN]"), "{text}");
}

fn statements() -> Option<Vec<(String, String)>> {
    let (samples, apps) = (support::samples()?, support::apps()?);
    let texts = samples.into_iter().map(|sample| (sample.id, sample.sql));
    let texts = texts.chain(apps.into_iter().flat_map(|app| {
        let name = app.name;
        app.statements.into_iter().map(move |sql| (name.clone(), sql))
    }));
    Some(texts.filter(|(_, sql)| parse_one(sql).is_ok()).collect())
}

#[test]
fn the_normal_form_of_a_normal_form_is_itself() {
    let Some(statements) = statements() else { return };
    for (id, sql) in &statements {
        let normal = normalize(&parse_one(sql).unwrap(), sql, "default");
        let again = parse_one(&normal.text).unwrap_or_else(|error| panic!("{id}: {error}\n{}", normal.text));
        let twice = normalize(&again, &normal.text, "default");
        assert_eq!(twice.text, normal.text, "{id}\n{sql}");
    }
    println!("{} normal forms are stable", statements.len());
}

/// What is changed of a statement, and the clause that must be named.
fn mutations(sql: &str) -> Vec<(Edit, String, Option<String>)> {
    let Ok(statement) = parse_one(sql) else { return Vec::new() };
    let mut all = Vec::new();
    let mut add = |span: Span, text: String, clause: &str, name: Option<&str>| {
        all.push((Edit::new(span, text), clause.to_owned(), name.map(str::to_owned)));
    };
    let other_type = |text: &str| if text.to_lowercase().contains("ipv6") { "ipv4" } else { "ipv6" }.to_owned();
    let elements = match &statement.kind {
        StatementKind::CreateStream(create) | StatementKind::CreateExternalTable(create) => Some(&create.elements),
        StatementKind::CreateMaterializedView(create) => Some(&create.elements),
        StatementKind::CreateView(create) => Some(&create.elements),
        _ => None,
    };
    for column in elements.iter().flat_map(|elements| &elements.columns).take(2) {
        if let Some(ty) = &column.ty {
            add(ty.span, other_type(ty.span.text(sql)), "columns", Some(&column.name.value));
        }
    }
    let settings = match &statement.kind {
        StatementKind::CreateStream(create) | StatementKind::CreateExternalTable(create) => create.settings.clone(),
        StatementKind::CreateMaterializedView(create) => create.all_settings().into_iter().cloned().collect(),
        StatementKind::CreateInput(create) => create.settings.clone(),
        _ => Vec::new(),
    };
    for setting in settings.iter().take(3) {
        add(setting.value.span, "'another value'".to_owned(), "settings", Some(&setting.name.value));
    }
    if let StatementKind::CreateStream(create) = &statement.kind {
        for (clause, key) in [
            ("partition_by", &create.partition_by),
            ("order_by", &create.order_by),
            ("primary_key", &create.primary_key),
        ] {
            let inside =
                create.elements.span.is_some_and(|list| key.as_ref().is_some_and(|key| list.contains(key.span)));
            if let Some(key) = key.as_ref().filter(|_| !inside) {
                add(key.span, "another_column".to_owned(), clause, None);
            }
        }
    }
    let query = match &statement.kind {
        StatementKind::CreateView(create) => Some(&create.query),
        StatementKind::CreateMaterializedView(create) => Some(&create.query),
        StatementKind::CreateTask(create) => create.query.as_ref(),
        StatementKind::Select(query) => Some(&**query),
        _ => None,
    };
    if let Some(select) = query.and_then(|query| query.as_select()) {
        if let Some(filter) = &select.filter {
            add(filter.span, format!("NOT ({})", filter.span.text(sql)), "query.where", None);
        }
        if let Some(having) = &select.having {
            add(having.span, format!("NOT ({})", having.span.text(sql)), "query.having", None);
        }
        if let Some(from) = &select.from {
            add(from.span, "another_stream".to_owned(), "query.from", None);
        }
    }
    all
}

#[test]
fn a_change_of_meaning_is_never_normalised_away() {
    let Some(statements) = statements() else { return };
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (id, sql) in &statements {
        for (edit, clause, name) in mutations(sql) {
            let changed = apply(sql, vec![edit.clone()]).unwrap();
            if parse_one(&changed).is_err() {
                continue;
            }
            let found = compare(sql, &changed, "default").unwrap();
            assert_eq!(found.verdict, Verdict::Different, "{id}: {edit:?}\n{sql}");
            let named = found
                .differences
                .iter()
                .any(|difference| difference.clause == clause && (name.is_none() || difference.name == name));
            assert!(named, "{id}: {clause} {name:?} {:?}\n{changed}", found.differences);
            *counts.entry(clause).or_default() += 1;
        }
    }
    println!("changes that were seen: {counts:?}");
    assert!(counts["columns"] > 1_000 && counts["settings"] > 300 && counts["query.where"] > 100, "{counts:?}");
}

#[test]
fn a_text_that_cannot_be_read_is_named() {
    let error = compare("SELECT 1", "SELEC 1 (", "default").unwrap_err();
    assert!(error.to_string().starts_with("the second"));
}
