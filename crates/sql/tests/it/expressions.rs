use ferry_sql::{ExprKind, JsonStep, parse_expr, print};

/// Parses, prints, and parses what was printed.
#[track_caller]
fn check(sql: &str, printed: &str) {
    let expr = parse_expr(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    assert_eq!(print::expr(&expr), printed, "{sql}");
    let again = parse_expr(printed).unwrap_or_else(|error| panic!("{printed}: {error}"));
    assert_eq!(print::expr(&again), printed, "printed once more");
}

#[test]
fn operators_bind_as_the_server_binds_them() {
    for (sql, printed) in [
        ("1 + 2 * 3", "1 + (2 * 3)"),
        ("(1 + 2) * 3", "(1 + 2) * 3"),
        ("1 - 2 - 3", "(1 - 2) - 3"),
        ("a = 1 and b = 2 or c", "((a = 1) AND (b = 2)) OR c"),
        ("not a = b", "NOT (a = b)"),
        ("not a and b", "(NOT a) AND b"),
        ("-a * b", "(-a) * b"),
        ("a || b = c", "(a || b) = c"),
        ("a between 1 and 2 and c", "(a BETWEEN 1 AND 2) AND c"),
        ("a not between b + 1 and c", "a NOT BETWEEN (b + 1) AND c"),
        ("a is not null and b is null", "(a IS NOT NULL) AND (b IS NULL)"),
        ("a not in (1, 2)", "a NOT IN (1, 2)"),
        ("(a, b) in ((1, 2), (3, 4))", "(a, b) IN ((1, 2), (3, 4))"),
        ("a global not in (select 1)", "a GLOBAL NOT IN (SELECT 1)"),
        ("a not like '%x' or b ilike 'y'", "(a NOT LIKE '%x') OR (b ILIKE 'y')"),
        ("a % 2 == 0 ? 'x' : 'y'", "((a % 2) = 0) ? 'x' : 'y'"),
        ("a ? b ? 1 : 2 : 3", "a ? (b ? 1 : 2) : 3"),
        ("a DIV b MOD c", "(a DIV b) % c"),
        ("a is distinct from b", "a IS DISTINCT FROM b"),
        ("a <> b", "a != b"),
    ] {
        check(sql, printed);
    }
}

#[test]
fn values_and_casts_of_every_form_are_read() {
    for (sql, printed) in [
        ("raw:a.b[1].c::float", "raw:a.b[1].c::float"),
        ("t.raw:`@x`.24h", "t.raw:`@x`.24h"),
        ("raw:items[*].id", "raw:items[*].id"),
        ("x::array(nullable(string))", "x::array(nullable(string))"),
        ("cast(x as tuple(a int, b decimal(10, 2)))", "CAST(x AS tuple(a int, b decimal(10, 2)))"),
        ("cast(x, 'uint8')", "cast(x, 'uint8')"),
        ("'a'::datetime64(3, 'UTC')", "'a'::datetime64(3, 'UTC')"),
        ("[1, 2][1]", "[1, 2][1]"),
        ("m['k'].1", "m['k'].1"),
        ("t.1.2", "t.1.2"),
        ("(1,)", "(1,)"),
        ("()", "()"),
        ("x -> x + 1", "x -> (x + 1)"),
        ("array_map((a, b) -> a + b, x, y)", "array_map((a, b) -> (a + b), x, y)"),
        ("interval 1 day", "INTERVAL 1 DAY"),
        ("interval '2' second", "INTERVAL '2' SECOND"),
        ("now() - 1h", "now() - 1h"),
        ("date '2020-01-01'", "DATE '2020-01-01'"),
        ("extract(year from d)", "extract(YEAR FROM d)"),
        ("trim(both ' ' from s)", "trim(BOTH ' ' FROM s)"),
        ("substring(s from 1 for 2)", "substring(s, 1, 2)"),
        ("case when a then 1 else 2 end", "CASE WHEN a THEN 1 ELSE 2 END"),
        ("case x when 1 then 'a' end", "CASE x WHEN 1 THEN 'a' END"),
        ("{p:string}", "{p:string}"),
        ("{{ filter }}", "{{ filter }}"),
        ("'it''s \\n'", "'it\\'s \\n'"),
        ("null", "NULL"),
        ("`select`", "`select`"),
        ("a AS b", "a AS b"),
        ("f((x AS y) + 1)", "f((x AS y) + 1)"),
    ] {
        check(sql, printed);
    }
}

#[test]
fn calls_keep_everything_that_belongs_to_them() {
    for (sql, printed) in [
        ("quantile(0.9)(x)", "quantile(0.9)(x)"),
        ("and(1, or(a, b)) and not(c)", "and(1, or(a, b)) AND (NOT c)"),
        ("in(a, b)", "in(a, b)"),
        ("count(distinct a, b)", "count(DISTINCT a, b)"),
        ("count(*) filter (where a > 1)", "count(*) FILTER (WHERE a > 1)"),
        (
            "lag(a) over (partition by b order by c desc rows between 1 preceding and current row)",
            "lag(a) OVER (PARTITION BY b ORDER BY c DESC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)",
        ),
        ("sum(x) over w", "sum(x) OVER w"),
        ("left(a, 1) || if(b, 'x', 'y')", "left(a, 1) || if(b, 'x', 'y')"),
        ("exists(select 1)", "EXISTS (SELECT 1)"),
        ("f((select 1))", "f((SELECT 1))"),
        ("date_diff(second, a, b)", "date_diff(second, a, b)"),
    ] {
        check(sql, printed);
    }
}

#[test]
fn wildcards_keep_their_columns_and_transformers() {
    for (sql, printed) in [
        ("*", "*"),
        ("t.*", "t.*"),
        ("* except (a, b)", "* EXCEPT (a, b)"),
        ("* except a replace (b + 1 as b)", "* EXCEPT (a) REPLACE (b + 1 AS b)"),
        ("COLUMNS('^a') APPLY (sum)", "COLUMNS('^a') APPLY (sum)"),
    ] {
        check(sql, printed);
    }
}

#[test]
fn words_that_are_keywords_elsewhere_are_names_here() {
    for name in ["end", "date", "timestamp", "interval", "case", "format", "first", "key", "desc", "limit", "any"] {
        let sql = format!("{name} + 1");
        let expr = parse_expr(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let ExprKind::Binary { left, .. } = expr.kind else { panic!("{sql}") };
        assert!(matches!(left.kind, ExprKind::Identifier(_)), "{sql}");
    }
}

#[test]
fn a_json_path_is_steps_from_a_column() {
    let expr = parse_expr("raw:payload.commits[1].id").unwrap();
    let ExprKind::JsonPath { path, .. } = expr.kind else { panic!() };
    let keys: Vec<String> = path
        .iter()
        .map(|step| match step {
            JsonStep::Key(key) => key.value.clone(),
            JsonStep::Index(_) => "[]".into(),
            JsonStep::Each => "[*]".into(),
        })
        .collect();
    assert_eq!(keys, ["payload", "commits", "[]", "id"]);
}

#[test]
fn the_place_of_an_expression_includes_its_parentheses() {
    let sql = "(a + b) * c";
    let expr = parse_expr(sql).unwrap();
    assert_eq!(expr.span.text(sql), sql);
    let ExprKind::Binary { left, .. } = expr.kind else { panic!() };
    assert_eq!(left.span.text(sql), "(a + b)");
}
