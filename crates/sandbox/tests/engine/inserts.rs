//! INSERT: VALUES, casts and defaults.

use ferry_sandbox::engine::{ColumnDef, ColumnDefault, DefaultKind, ErrorCode, QueryContext};

use super::support::{World, check, columns, insert};

fn context() -> QueryContext {
    let mut world = World::new();
    let mut defs = columns(&[
        ("id", "int32", ""),
        ("name", "string", "concat('n', to_string(id))"),
        ("size", "uint8", ""),
        ("maybe", "nullable(int64)", ""),
        ("kind", "enum8('a' = 1, 'b' = 2)", "'b'"),
        ("_tp_time", "datetime64(3, 'UTC')", "now64(3, 'UTC')"),
    ]);
    let computed = |name: &str, kind, text: &str| ColumnDef {
        default: Some(ColumnDefault { kind, expr: ferry_sql::parse_expr(text).expect("an expression") }),
        ..ColumnDef::new(name, "int64".parse().expect("a type"))
    };
    defs.push(computed("double", DefaultKind::Materialized, "id * 2"));
    defs.push(computed("triple", DefaultKind::Alias, "id * 3"));
    world.append_stream("s", defs);
    world.context()
}

#[tokio::test]
async fn missing_columns_get_their_defaults_in_order() {
    let context = context();
    insert(&context, "INSERT INTO s (id, size) VALUES (7, 1 + 1), (-8, 255)").expect("rows");
    check(
        &context,
        "SELECT id, name, size, maybe, kind, double, triple, _tp_time > to_datetime64('2020-01-01 00:00:00', 3, 'UTC') AS recent FROM table(s) ORDER BY id",
        "id int32, name string, size uint8, maybe nullable(int64), kind enum8('a' = 1, 'b' = 2), double int64, triple int64, recent bool
         -8 | n-8 | 255 | NULL | b | -16 | -24 | true
         7 | n7 | 2 | NULL | b | 14 | 21 | true",
    )
    .await;
    check(
        &context,
        "SELECT * EXCEPT (_tp_time) FROM table(s) WHERE id = 7",
        "id int32, name string, size uint8, maybe nullable(int64), kind enum8('a' = 1, 'b' = 2), double int64
         7 | n7 | 2 | NULL | b | 14",
    )
    .await;
}

#[tokio::test]
async fn null_becomes_the_default_only_if_the_setting_says_so() {
    let mut context = context();
    insert(&context, "INSERT INTO s (id, name, size) VALUES (1, NULL, NULL)").expect("rows");
    check(&context, "SELECT name, size FROM table(s)", "name string, size uint8\nn1 | 0").await;
    context.settings.insert("insert_null_as_default".to_owned(), "0".to_owned());
    let error = insert(&context, "INSERT INTO s (id, name) VALUES (1, NULL)").expect_err("refused");
    assert!(error.is(ErrorCode::CannotInsertNull), "{error}");
}

#[tokio::test]
async fn wrong_values_and_columns_are_refused() {
    let context = context();
    let code = |sql: &str| insert(&context, sql).expect_err(sql).code;
    assert_eq!(code("INSERT INTO s (id) VALUES ('x')"), ErrorCode::CannotParseText.number());
    assert_eq!(code("INSERT INTO s (id, size) VALUES (1)"), ErrorCode::NumberOfColumns.number());
    assert_eq!(code("INSERT INTO s (id, id) VALUES (1, 2)"), ErrorCode::DuplicateColumn.number());
    assert_eq!(code("INSERT INTO s (double) VALUES (1)"), ErrorCode::NoSuchColumn.number());
    assert_eq!(code("INSERT INTO s (kind) VALUES ('zzz')"), ErrorCode::BadArguments.number());
}
