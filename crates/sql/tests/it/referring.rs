use ferry_sql::{Catalog, References, parse_one, references, references_in_query_text};

struct Known;

impl Catalog for Known {
    fn is_function(&self, name: &str) -> bool {
        name.starts_with("my_")
    }

    fn is_relation(&self, _database: &str, name: &str) -> Option<bool> {
        match name {
            "known_stream" => Some(true),
            "column" => Some(false),
            _ => None,
        }
    }
}

fn show(found: &References) -> Vec<String> {
    found.items.iter().map(|item| format!("{:?} {}", item.role, item.name)).collect()
}

#[track_caller]
fn check(sql: &str, expected: &[&str]) {
    let statement = parse_one(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    let found = references(&statement, "d", &Known);
    assert_eq!(show(&found), expected, "{sql}");
    assert_eq!(found.unresolved, [], "{sql}");
    for item in &found.items {
        assert!(!item.span.text(sql).is_empty(), "{sql}: {item:?}");
    }
}

#[test]
fn queries_read_what_from_names() {
    check("SELECT * FROM s", &["Reads d.s"]);
    check("SELECT * FROM x.s AS t, `a b` JOIN y ON t.q = y.q", &["Reads x.s", "Reads d.`a b`", "Reads d.y"]);
    check("SELECT * FROM (SELECT 1 FROM a) WHERE b IN (SELECT c FROM e)", &["Reads d.a", "Reads d.e"]);
    check("SELECT a FROM s UNION ALL SELECT b FROM t", &["Reads d.s", "Reads d.t"]);
    check("SELECT (SELECT max(a) FROM s) FROM numbers(10)", &["Reads d.s"]);
    check("SELECT 1 FROM s ARRAY JOIN arr AS x", &["Reads d.s"]);
    check(
        "SELECT a FROM s WHERE EXISTS (SELECT 1 FROM t) GROUP BY a HAVING a > (SELECT 1 FROM u)",
        &["Reads d.s", "Reads d.t", "Reads d.u"],
    );
}

#[test]
fn table_functions_read_their_first_argument() {
    check("SELECT * FROM table(x.s)", &["Reads x.s"]);
    check("SELECT * FROM tumble(s, ts, 5s)", &["Reads d.s"]);
    check("SELECT * FROM hop(table(s), 1s, 5s)", &["Reads d.s"]);
    check("SELECT * FROM dedup(tumble(s, 1m), id)", &["Reads d.s"]);
    check("SELECT * FROM changelog((SELECT * FROM s), k)", &["Reads d.s"]);
    check("SELECT * FROM session(s, 1m, [a > 1, a < 2))", &["Reads d.s"]);
    check("SELECT * FROM dictionary('x.dict')", &["UsesDictionary x.dict"]);
    check("SELECT * FROM view_of(p = 1, q = 'x')", &["Reads d.view_of"]);
    check("SELECT * FROM x.view_of(p = 1)", &["Reads x.view_of"]);
    check("SELECT * FROM s3('url', 'k', 's', 'CSV')", &[]);
}

#[test]
fn names_of_with_hide_streams_only_where_they_are_visible() {
    check("WITH c AS (SELECT 1 FROM s) SELECT * FROM c", &["Reads d.s"]);
    check("WITH c AS (SELECT 1 FROM s), e AS (SELECT 2 FROM c) SELECT * FROM tumble(e, 1s)", &["Reads d.s"]);
    // Inside its own query the name is still the stream's.
    check("WITH s AS (SELECT 1 FROM s) SELECT * FROM s", &["Reads d.s"]);
    check("WITH RECURSIVE s AS (SELECT 1 UNION ALL SELECT 2 FROM s) SELECT * FROM s", &[]);
    // Outside the subquery that names it, it is a stream.
    check("SELECT * FROM (WITH c AS (SELECT 1) SELECT * FROM c) JOIN c ON 1", &["Reads d.c"]);
    check("SELECT * FROM x.c, (WITH c AS (SELECT 1) SELECT * FROM x.c)", &["Reads x.c", "Reads x.c"]);
    check("WITH c AS (SELECT 1) SELECT * FROM c UNION ALL SELECT * FROM c", &[]);
    check("WITH now() AS c SELECT * FROM c", &["Reads d.c"]);
}

#[test]
fn functions_and_dictionaries_are_told_from_built_ins() {
    check(
        "SELECT my_f(a), upper(b), my_agg(c) OVER (PARTITION BY my_g(d)) FROM s",
        &["UsesFunction my_f", "UsesFunction my_agg", "UsesFunction my_g", "Reads d.s"],
    );
    check(
        "SELECT dict_get('x.dict', 'a', k), dict_get_or_default('dict2', 'a', k, 1), dict_has(dict3, k)",
        &["UsesDictionary x.dict", "UsesDictionary d.dict2", "UsesDictionary d.dict3"],
    );
    check("CREATE FUNCTION my_f AS x -> my_f(x) + my_g(x)", &["UsesFunction my_g"]);
}

#[test]
fn in_reads_a_stream_only_where_that_is_known() {
    check("SELECT a FROM s WHERE a IN known_stream", &["Reads d.s", "Reads d.known_stream"]);
    check("SELECT a FROM s WHERE a IN column", &["Reads d.s"]);
    check("WITH c AS (SELECT 1) SELECT a FROM s WHERE a IN c", &["Reads d.s"]);
    check("SELECT [1] AS arr, a FROM s WHERE a IN arr", &["Reads d.s"]);
    check("SELECT array_filter(x -> (y IN x), z) FROM s", &["Reads d.s"]);
    check("SELECT a FROM s WHERE a IN table(t)", &["Reads d.s", "Reads d.t"]);
    let statement = parse_one("SELECT a FROM s WHERE a IN something").unwrap();
    let found = references(&statement, "d", &Known);
    assert_eq!(show(&found), ["Reads d.s"]);
    assert_eq!(found.unresolved[0].text, "something");
}

#[test]
fn definitions_refer_through_defaults_settings_and_targets() {
    check(
        "CREATE STREAM s (a int DEFAULT my_f(b), c string ALIAS dict_get('d1', 'x', a)) TTL my_g(a) TO DISK 'cold' \
           SETTINGS storage_policy = 'p', shared_disk = 'sd', sharding_expr = 'my_h(a)'",
        &[
            "UsesDatabase d",
            "UsesFunction my_f",
            "UsesDictionary d.d1",
            "UsesFunction my_g",
            "UsesDisk cold",
            "UsesStoragePolicy p",
            "UsesDisk sd",
            "UsesFunction my_h",
        ],
    );
    check(
        "CREATE EXTERNAL STREAM x.s (a string) SETTINGS type = 'kafka', format_schema = 'schema:Msg', named_collection = nc",
        &["UsesDatabase x", "UsesFormatSchema schema", "UsesNamedCollection nc"],
    );
    check("CREATE STREAM s AS x.other", &["UsesDatabase d", "Reads x.other"]);
    check(
        "CREATE MATERIALIZED VIEW x.mv INTO y.t AS SELECT * FROM s \
           SETTINGS checkpoint_settings = 'replication_type=shared;shared_disk=sd'",
        &["UsesDatabase x", "Writes y.t", "Reads d.s", "UsesDisk sd"],
    );
    check(
        "CREATE TASK t SCHEDULE 1h INTO tgt AS SELECT my_f(a) FROM table(s)",
        &["UsesDatabase d", "Writes d.tgt", "UsesFunction my_f", "Reads d.s"],
    );
    check("CREATE ALERT a CALL notify AS SELECT a FROM s", &["UsesDatabase d", "UsesFunction notify", "Reads d.s"]);
    check(
        "CREATE INPUT i SETTINGS type = 'otel', logs_target_stream = 'l', metrics_target_stream = 'x.m'",
        &["UsesDatabase d", "Writes d.l", "Writes x.m"],
    );
    check(
        "CREATE DISK c disk(type = 'cache', disk = 'base', named_collection = nc)",
        &["UsesDisk base", "UsesNamedCollection nc"],
    );
    check(
        "CREATE STORAGE POLICY p AS $$\nvolumes:\n  hot:\n    disk: default\n  cold:\n    disk: s3 # far\n    disk2: 'hdd'\n$$",
        &["UsesDisk s3", "UsesDisk hdd"],
    );
    check("CREATE FORMAT SCHEMA a AS 'import \"b.proto\";' TYPE Protobuf", &["UsesFormatSchema b"]);
}

#[test]
fn dictionaries_refer_to_this_deployment_only_where_it_is_their_source() {
    check(
        "CREATE DICTIONARY x.dict (a int) PRIMARY KEY a SOURCE(TIMEPLUS(DB 'y' STREAM 's' USER 'u' PASSWORD 'p'))",
        &["UsesDatabase x", "Reads y.s", "UsesUser u"],
    );
    check(
        "CREATE DICTIONARY dict (a int) PRIMARY KEY a SOURCE(TIMEPLUS(QUERY 'select a from x.s join t using a'))",
        &["UsesDatabase d", "Reads x.s", "Reads d.t"],
    );
    check("CREATE DICTIONARY dict (a int) PRIMARY KEY a SOURCE(CLICKHOUSE(HOST 'far' TABLE 's'))", &["UsesDatabase d"]);
    check(
        "CREATE DICTIONARY dict (a int) PRIMARY KEY a SOURCE(MYSQL(TABLE 's')) LAYOUT(MUTABLE_CACHE(DB 'x' STREAM 'cache'))",
        &["UsesDatabase d", "Writes x.cache"],
    );
}

#[test]
fn access_refers_to_people_and_streams() {
    check("GRANT SELECT ON x.s TO u WITH GRANT OPTION", &["Reads x.s", "UsesGrantee u"]);
    check("GRANT SELECT ON x.* TO u", &["UsesDatabase x", "UsesGrantee u"]);
    check("GRANT SHOW FUNCTIONS ON *.* TO u", &["UsesGrantee u"]);
    check("GRANT r TO u, v", &["UsesRole r", "UsesGrantee u", "UsesGrantee v"]);
    check("CREATE ROW POLICY p ON s USING my_f(a) = 1 TO u", &["Reads d.s", "UsesFunction my_f", "UsesGrantee u"]);
    check("CREATE QUOTA q FOR INTERVAL 1 hour MAX queries = 1 TO ALL EXCEPT u", &["UsesGrantee u"]);
}

#[test]
fn commands_write() {
    check("INSERT INTO x.t (a) SELECT a FROM table(s)", &["Writes x.t", "Reads d.s"]);
    check("ALTER STREAM s ADD COLUMN a int DEFAULT my_f(1)", &["Writes d.s", "UsesFunction my_f"]);
    check("SYSTEM PAUSE MATERIALIZED VIEW mv", &["Writes d.mv"]);
}

#[test]
fn queries_in_dashboards_are_read_with_their_templates() {
    let found = references_in_query_text(
        "SELECT * FROM s WHERE {{filter}} AND a = '{{x}}' AND t > now() - {{range}}; SELECT 1 FROM {{ .DB }}.t",
        "d",
        &Known,
    );
    assert_eq!(show(&found), ["Reads d.s", "Reads `{{ .DB }}`.t"]);
    assert_eq!(found.unresolved, []);
    let broken = references_in_query_text("SELECT FROM WHERE", "d", &Known);
    assert_eq!((broken.items.len(), broken.unresolved.len()), (0, 3));
    let broken = references_in_query_text("SELECT a FROM GROUP BY b; SELECT a FROM s HAVING ok(c)", "d", &Known);
    assert_eq!(show(&broken), ["Reads d.s"]);
    assert_eq!(
        show(&references_in_query_text("SELECT a FROM `where`, order", "d", &Known)),
        ["Reads d.`where`", "Reads d.order"]
    );
    let unknown = references_in_query_text("SELECT * FROM merge('x', '^a') JOIN no_such(1) ON 1", "d", &Known);
    let texts: Vec<&str> = unknown.unresolved.iter().map(|place| place.text.as_str()).collect();
    assert_eq!(texts, ["merge", "no_such"]);
}

#[test]
fn a_lambda_that_with_names_is_no_user_function_but_an_alias_hides_none() {
    let is_function = |name: &str| name == "f";
    let calls = |sql: &str| references(&parse_one(sql).unwrap(), "d", &is_function).items.len();
    assert_eq!(calls("WITH x -> x + 1 AS f SELECT f(1)"), 0);
    assert_eq!(calls("SELECT f(1) AS f, f(2)"), 2);
    assert_eq!(calls("SELECT * APPLY(f) FROM numbers(1)"), 1);
}
