use ferry_sql::*;

#[track_caller]
fn one(sql: &str) -> StatementKind {
    parse_one(sql).unwrap_or_else(|error| panic!("{sql}: {error}")).kind
}

#[test]
fn a_stream_is_read_with_all_its_clauses() {
    let sql = "CREATE STREAM IF NOT EXISTS db.`a b` UUID 'u' (`id` int32 COMMENT 'c', v low_cardinality(string) \
               DEFAULT 'x' CODEC(ZSTD(1)) TTL t + INTERVAL 1 DAY, w ALIAS id + 1, e string EPHEMERAL, \
               INDEX i v TYPE set(10) GRANULARITY 4, CONSTRAINT c CHECK id > 0, PRIMARY KEY (id)) \
               ENGINE = Stream(3, 1, rand()) PARTITION BY to_YYYYMMDD(_tp_time) ORDER BY (id, v) SAMPLE BY id \
               TTL _tp_time + INTERVAL 7 DAY TO VOLUME 'cold', d DELETE WHERE id = 1 \
               SETTINGS mode = 'versioned_kv', shards = 4, index_granularity = 8192 COMMENT 'what'";
    let StatementKind::CreateStream(create) = one(sql) else { panic!() };
    assert!(create.if_not_exists);
    assert_eq!(create.name.database.as_ref().unwrap().value, "db");
    assert_eq!(create.name.name.value, "a b");
    let elements = &create.elements;
    let names: Vec<&str> = elements.columns.iter().map(|column| column.name.value.as_str()).collect();
    assert_eq!(names, ["id", "v", "w", "e"]);
    assert_eq!(elements.columns[1].ty.as_ref().unwrap().to_string(), "low_cardinality(string)");
    assert_eq!(elements.columns[1].ty.as_ref().unwrap().span.text(sql), "low_cardinality(string)");
    assert_eq!(elements.columns[2].ty, None);
    assert_eq!(elements.columns[2].default.as_ref().unwrap().kind, DefaultKind::Alias);
    assert_eq!(elements.columns[3].default.as_ref().unwrap().expr, None);
    assert_eq!(elements.indexes[0].granularity.as_deref(), Some("4"));
    assert_eq!(elements.constraints[0].expr.span.text(sql), "id > 0");
    assert_eq!(create.primary_key.as_ref().unwrap().span.text(sql), "(id)");
    assert_eq!(create.shards(), Some(3));
    assert_eq!(create.setting_text("mode").as_deref(), Some("versioned_kv"));
    assert_eq!(create.ttl.len(), 2);
    assert!(matches!(create.ttl[0].action, TtlAction::ToVolume(_)));
    assert_eq!(create.comment.as_ref().unwrap().value, "what");
}

#[test]
fn the_kind_is_told_from_head_and_engine_together() {
    for (sql, kind) in [
        ("CREATE STREAM s (a int)", ObjectKind::Stream),
        ("CREATE STREAM s (a int) ENGINE = ExternalStream SETTINGS type = 'kafka'", ObjectKind::ExternalStream),
        ("CREATE EXTERNAL STREAM s SETTINGS type = 'timeplus'", ObjectKind::ExternalStream),
        ("CREATE EXTERNAL TABLE s SETTINGS type = 'mysql'", ObjectKind::ExternalTable),
        ("CREATE STREAM s (a int) ENGINE = MutableStream(1, 1) PRIMARY KEY a", ObjectKind::MutableStream),
        (
            "CREATE MUTABLE STREAM s (a int, INDEX i (a) UNIQUE STORING (b), FAMILY f (a)) PRIMARY KEY a",
            ObjectKind::MutableStream,
        ),
        ("CREATE RANDOM STREAM s (a int DEFAULT rand())", ObjectKind::RandomStream),
        ("CREATE NULL STREAM s (a int)", ObjectKind::NullStream),
        ("CREATE VERSIONED_KV STREAM s (a int)", ObjectKind::Stream),
        ("CREATE OR REPLACE VIEW v AS SELECT 1", ObjectKind::View),
        ("CREATE SCHEDULED MATERIALIZED VIEW m INTO t AS SELECT 1", ObjectKind::MaterializedView),
        ("CREATE FUNCTION f AS x -> x + 1", ObjectKind::Function),
        (
            "CREATE AGGREGATE FUNCTION f(a int) RETURNS int LANGUAGE JAVASCRIPT AS $$ {} $$",
            ObjectKind::AggregateFunction,
        ),
        ("CREATE REMOTE FUNCTION f(a int) RETURNS int URL 'http://h' AUTH_METHOD 'none'", ObjectKind::RemoteFunction),
        ("CREATE FORMAT SCHEMA s AS '' TYPE Avro", ObjectKind::FormatSchema),
        ("CREATE NAMED COLLECTION c AS a = 'b' NOT OVERRIDABLE", ObjectKind::NamedCollection),
        ("CREATE DISK d disk(type = 's3', a = 1)", ObjectKind::Disk),
        ("CREATE STORAGE POLICY p AS $$ volumes: $$", ObjectKind::StoragePolicy),
        ("CREATE TASK t SCHEDULE 1h INTO x AS SELECT 1", ObjectKind::Task),
        ("CREATE ALERT a CALL f AS SELECT 1 FROM s", ObjectKind::Alert),
        ("CREATE INPUT i SETTINGS type = 'otel'", ObjectKind::Input),
        (
            "CREATE DICTIONARY d (a int) PRIMARY KEY a SOURCE(TIMEPLUS(STREAM 's')) LAYOUT(FLAT()) LIFETIME(0)",
            ObjectKind::Dictionary,
        ),
        ("CREATE USER u IDENTIFIED BY 'x'", ObjectKind::User),
        ("CREATE ROW POLICY p ON s USING a = 1 TO u", ObjectKind::RowPolicy),
        ("GRANT SELECT(a, b) ON db.* TO u WITH GRANT OPTION", ObjectKind::Grant),
        ("SYSTEM INSTALL PYTHON PACKAGE 'x==1'", ObjectKind::PythonPackage),
    ] {
        let created = one(sql).created().unwrap_or_else(|| panic!("{sql}"));
        assert_eq!(created.kind, kind, "{sql}");
    }
}

#[test]
fn a_materialized_view_keeps_target_query_and_settings_apart() {
    let sql = "CREATE MATERIALIZED VIEW db.mv INTO db.t (`a` int) AS (SELECT a FROM s) SETTINGS seek_to = 'earliest' \
               STORAGE_SETTINGS x = 1 TTL a + INTERVAL 1 DAY COMMENT 'c'";
    let StatementKind::CreateMaterializedView(view) = one(sql) else { panic!() };
    assert_eq!(view.into.as_ref().unwrap().to_string(), "db.t");
    assert_eq!(view.query.span.text(sql), "(SELECT a FROM s)");
    assert_eq!(view.storage_settings.len(), 1);
    assert_eq!(view.ttl.len(), 1);
    assert_eq!(view.comment.as_ref().unwrap().value, "c");
    let StatementKind::CreateMaterializedView(view) =
        one("CREATE MATERIALIZED VIEW mv AS SELECT a FROM s SETTINGS seek_to = 'earliest', b = 2")
    else {
        panic!()
    };
    let names: Vec<String> = view.all_settings().into_iter().map(|setting| setting.name.value.clone()).collect();
    assert_eq!(names, ["seek_to", "b"]);
}

#[test]
fn selects_keep_every_clause() {
    let sql = "WITH 1 AS one, c AS (SELECT 2), d (x, y) AS (SELECT 1, 2) SELECT DISTINCT a, b AS c, count() n \
               FROM tumble(s, 5s) AS t ASOF LEFT JOIN db.u AS u ON t.a = u.a AND t.b >= u.b ARRAY JOIN arr AS e, z \
               PREWHERE p WHERE w GROUP BY a, b WITH TOTALS HAVING h ORDER BY a DESC NULLS LAST, b WITH FILL FROM 1 TO 2 \
               LIMIT 1 BY a LIMIT 2, 10 EMIT STREAM PERIODIC 2s SETTINGS x = 1";
    let StatementKind::Select(query) = one(sql) else { panic!() };
    let select = query.as_select().unwrap();
    assert_eq!(select.with.len(), 3);
    assert!(select.distinct);
    assert_eq!(select.items[2].alias.as_ref().unwrap().value, "n");
    let from = select.from.as_ref().unwrap();
    assert!(matches!(from.first.kind, TableKind::Function(_)));
    let FromItem::Join(join) = &from.rest[0] else { panic!() };
    assert_eq!((join.kind, join.strictness), (JoinKind::Left, Some(JoinStrictness::Asof)));
    let FromItem::ArrayJoin(arrays) = &from.rest[1] else { panic!() };
    assert_eq!(arrays.items.len(), 2);
    assert!(select.group_by.as_ref().unwrap().totals);
    assert_eq!(select.order_by[0].nulls_first, Some(false));
    assert!(select.order_by[1].fill.is_some());
    assert!(select.limit_by.is_some());
    assert_eq!(select.offset.as_ref().unwrap().plain_text(), "2");
    assert_eq!(select.limit.as_ref().unwrap().plain_text(), "10");
    assert_eq!(select.emit.as_ref().unwrap().items.len(), 2);
    assert_eq!(select.settings.len(), 1);
}

#[test]
fn intersect_binds_tighter_than_union_and_except() {
    let StatementKind::Select(query) = one("SELECT 1 UNION ALL SELECT 2 INTERSECT SELECT 3 UNION ALL SELECT 4") else {
        panic!()
    };
    let QueryBody::Set { operator, operands } = &query.body else { panic!() };
    assert_eq!((*operator, operands.len()), (SetOperator::UnionAll, 3));
    assert!(matches!(operands[1].body, QueryBody::Set { operator: SetOperator::Intersect, .. }));
}

#[test]
fn emit_of_every_release_is_read() {
    for (emit, items) in [
        ("EMIT CHANGELOG", 1),
        ("EMIT STREAM PERIODIC 250ms REPEAT", 3),
        ("EMIT PERIODIC 5s ON UPDATE", 2),
        ("EMIT ON UPDATE WITH BATCH 2s", 2),
        ("EMIT ON UPDATE WITH DELAY 5s", 2),
        ("EMIT AFTER WATERMARK", 1),
        ("EMIT AFTER WATERMARK AND DELAY 1s", 2),
        ("EMIT AFTER WATERMARK WITH DELAY 1s AND LAST 1h", 3),
        ("EMIT PERIODIC 1s AND AFTER WATERMARK", 2),
        ("EMIT LAST 1h ON PROCTIME", 1),
        ("EMIT AFTER WINDOW CLOSE WITH DELAY 1s AND TIMEOUT 5s", 3),
        ("EMIT AFTER KEY EXPIRE IDENTIFIED BY ts WITH MAXSPAN 1m AND TIMEOUT 2s", 4),
        ("EMIT PER EVENT", 1),
    ] {
        let sql = format!("SELECT count() FROM s {emit} SETTINGS a = 1");
        let StatementKind::Select(query) = one(&sql) else { panic!() };
        let found = query.as_select().unwrap().emit.as_ref().unwrap();
        assert_eq!(found.items.len(), items, "{emit}: {:?}", found.items);
        assert_eq!(found.span.text(&sql), emit);
    }
}

#[test]
fn inserts_tell_where_the_rows_come_from() {
    let StatementKind::Insert(insert) = one("INSERT INTO db.t (a, `b c`) SETTINGS x = 1 VALUES (1, 'a'), (2, [1])")
    else {
        panic!()
    };
    assert_eq!(insert.columns.as_ref().unwrap()[1].value, "b c");
    let InsertSource::Values { rows, .. } = &insert.source else { panic!() };
    assert_eq!(rows.len(), 2);
    let sql = "INSERT INTO t FORMAT JSONEachRow {\"a\": \"it's; x\"}\n{\"a\": 2}";
    let StatementKind::Insert(insert) = one(sql) else { panic!() };
    let InsertSource::Format { name, data } = &insert.source else { panic!() };
    assert_eq!(name.value, "JSONEachRow");
    assert_eq!(data.text(sql), " {\"a\": \"it's; x\"}\n{\"a\": 2}");
    for sql in ["INSERT INTO t (a) VALUES", "INSERT INTO t", "INSERT INTO t (* EXCEPT(a)) SELECT 1"] {
        one(sql);
    }
    let StatementKind::Insert(insert) = one("INSERT INTO t SELECT a FROM table(x) SETTINGS max_insert_threads = 8")
    else {
        panic!()
    };
    assert!(matches!(insert.source, InsertSource::Query(_)));
}

#[test]
fn commands_are_read() {
    for (sql, label) in [
        ("SHOW STREAMS FROM db LIKE 'a%' SETTINGS verbose = true", "show"),
        ("SHOW FORMAT SCHEMAS TYPE Avro", "show"),
        ("SHOW GRANTS FOR u", "show"),
        ("SHOW CREATE db.x SETTINGS show_uuid = 1", "show create"),
        ("SHOW CREATE STREAM db.stream", "show create"),
        ("SHOW CREATE FORMAT SCHEMA s TYPE Avro", "show create"),
        ("SHOW CREATE ROW POLICY p ON db.s", "show create"),
        ("DESCRIBE STREAM db.x", "describe"),
        ("DESC (SELECT 1)", "describe"),
        ("DESCRIBE table(x)", "describe"),
        ("EXISTS STREAM x", "exists"),
        ("DROP STREAM IF EXISTS a.b SETTINGS force_drop_big_stream = true", "drop"),
        ("DROP VIEW v SYNC", "drop"),
        ("DROP ROW POLICY p ON s", "drop"),
        ("DROP DATABASE d CASCADE", "drop"),
        ("TRUNCATE STREAM s", "truncate"),
        ("DELETE FROM s WHERE a = 1", "delete"),
        ("ALTER STREAM s ADD COLUMN a int AFTER b, MODIFY TTL b + INTERVAL 1 DAY", "alter"),
        ("ALTER STREAM s DROP PARTITION 20241015", "alter"),
        ("ALTER VIEW v MODIFY QUERY SETTING a = 1", "alter"),
        ("ALTER STREAM s DELETE WHERE a = 1", "alter"),
        ("SYSTEM RELOAD CONFIG", "system"),
        ("SET a = 1, b = 'x'", "set"),
        ("USE db", "use"),
        ("KILL QUERY WHERE query_id = 'x' SYNC", "kill"),
        ("EXPLAIN SYNTAX SELECT 1", "explain"),
        ("OPTIMIZE STREAM s FINAL", "optimize"),
        ("RENAME STREAM a TO b", "rename"),
        ("BACKUP DATABASE d TO Disk('x', 'y')", "backup database d to disk"),
    ] {
        assert_eq!(one(sql).label(), label, "{sql}");
    }
    let StatementKind::System(system) = one("SYSTEM PAUSE MATERIALIZED VIEW db.mv PERMANENT") else { panic!() };
    let SystemAction::Pause { kind, name, permanent } = &system.action else { panic!() };
    assert_eq!((*kind, name.to_string(), *permanent), (ObjectKind::MaterializedView, "db.mv".into(), true));
    let StatementKind::System(system) = one("SYSTEM UNPAUSE MATERIALIZED VIEW mv") else { panic!() };
    assert!(matches!(system.action, SystemAction::Resume { unpause: true, .. }));
}

#[test]
fn several_statements_are_told_apart_where_semicolons_are_real() {
    let parsed =
        parse("SELECT ';'; -- a; b\nCREATE FUNCTION f(a int) RETURNS int LANGUAGE PYTHON AS $$ a; b $$;;\nUSE x");
    assert_eq!(parsed.errors, []);
    let labels: Vec<String> = parsed.statements.iter().map(|statement| statement.kind.label()).collect();
    assert_eq!(labels, ["select", "create function", "use"]);
}

#[test]
fn templates_stand_for_names_values_and_branches() {
    let sql = "CREATE VIEW {{ .DB }}.v_{{n}} AS SELECT a, {{- if x }} b {{- else }} c {{- end }} \
               FROM {{ .DB }}.s WHERE t > {{ start }} AND {{filter}}";
    let StatementKind::CreateView(view) = one(sql) else { panic!() };
    assert_eq!(view.name.database.as_ref().unwrap().value, "{{ .DB }}");
    assert_eq!(view.name.name.value, "v_{{n}}");
    assert_eq!(view.query.as_select().unwrap().items.len(), 2);
    // A dashboard's own variables may be called `end`.
    parse_one("SELECT * FROM s WHERE a > {{start}} AND a < {{end}}").unwrap();
}
