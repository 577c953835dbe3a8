//! Queries: names, types and rows.

use ferry_sandbox::engine::{ErrorCode, QueryContext, QueryMode, SqlFunction, columns_of, execute, is_stateless};
use futures::StreamExt;

use super::support::{World, check, columns, insert, refuse, run};

fn orders() -> QueryContext {
    let mut world = World::new();
    world.append_stream(
        "orders",
        columns(&[
            ("id", "uint64", ""),
            ("customer", "low_cardinality(string)", ""),
            ("price", "decimal(18, 2)", ""),
            ("note", "nullable(string)", ""),
            ("tags", "array(string)", ""),
            ("attrs", "map(string, int32)", ""),
            ("place", "tuple(city string, zip uint32)", ""),
            ("_tp_time", "datetime64(3, 'UTC')", "now64(3, 'UTC')"),
        ]),
    );
    world.append_stream(
        "customers",
        columns(&[
            ("name", "string", ""),
            ("country", "string", ""),
            ("_tp_time", "datetime64(3, 'UTC')", "now64(3, 'UTC')"),
        ]),
    );
    world.view("cheap", "SELECT id, customer FROM orders WHERE price < 10");
    world.names.functions.insert(
        "plus_tax".to_owned(),
        SqlFunction { parameters: vec!["x".to_owned()], body: ferry_sql::parse_expr("x * 2").expect("an expression") },
    );
    let context = world.context();
    insert(
        &context,
        "INSERT INTO orders VALUES \
         (1, 'ann', 9.5, NULL, ['a', 'b'], {'x': 1}, ('Oslo', 150), '2024-05-06 10:00:00.000'), \
         (2, 'bob', 20, 'late', [], {}, ('Rome', 187), '2024-05-06 10:00:30.000'), \
         (3, 'ann', 1.25, NULL, ['c'], {'x': 3, 'y': 4}, ('Oslo', 151), '2024-05-07 00:00:00.000')",
    )
    .expect("rows");
    insert(&context, "INSERT INTO customers (name, country) VALUES ('ann', 'NO'), ('eve', 'SE')").expect("rows");
    context
}

#[tokio::test]
async fn groups_filters_and_orders() {
    let context = orders();
    check(
        &context,
        "SELECT customer, count(), sum(price) AS total FROM table(orders) WHERE id > 0 GROUP BY customer HAVING count() > 0 ORDER BY total DESC",
        "customer low_cardinality(string), count() uint64, total decimal(38, 2)
         bob | 1 | 20
         ann | 2 | 10.75",
    )
    .await;
    check(
        &context,
        "SELECT to_YYYYMMDD(_tp_time) AS day, count() AS n FROM table(orders) GROUP BY day ORDER BY day",
        "day uint32, n uint64
         20240506 | 2
         20240507 | 1",
    )
    .await;
    check(&context, "SELECT count() FROM table(orders)", "count() uint64\n3").await;
    check(&context, "SELECT count(*) FROM table(orders) WHERE note IS NULL", "count() uint64\n2").await;
    check(
        &context,
        "SELECT DISTINCT customer FROM table(orders) ORDER BY customer LIMIT 1 OFFSET 1",
        "customer low_cardinality(string)\nbob",
    )
    .await;
}

#[tokio::test]
async fn reads_into_arrays_maps_and_tuples() {
    let context = orders();
    check(
        &context,
        "SELECT tags[1] AS t, attrs['x'] AS x, place.city, place.2 AS zip, length(tags) AS n FROM table(orders) ORDER BY id",
        "t string, x int32, city string, zip uint32, n uint64
         a | 1 | Oslo | 150 | 2
         '' | 0 | Rome | 187 | 0
         c | 3 | Oslo | 151 | 1",
    )
    .await;
}

#[tokio::test]
async fn the_time_column_prunes_and_filters() {
    let context = orders();
    check(
        &context,
        "SELECT id FROM table(orders) WHERE _tp_time >= '2024-05-06 10:00:30' AND _tp_time < to_datetime64('2024-05-07 00:00:00', 3, 'UTC')",
        "id uint64\n2",
    )
    .await;
    check(
        &context,
        "SELECT min(_tp_time), max(_tp_time) FROM table(orders)",
        "min(_tp_time) datetime64(3, 'UTC'), max(_tp_time) datetime64(3, 'UTC')
         2024-05-06 10:00:00.000 | 2024-05-07 00:00:00.000",
    )
    .await;
}

#[tokio::test]
async fn joins_fill_missing_sides_with_defaults() {
    let context = orders();
    check(
        &context,
        "SELECT o.id, c.country FROM table(orders) AS o LEFT JOIN table(customers) AS c ON o.customer = c.name ORDER BY o.id",
        "id uint64, country string
         1 | NO
         2 | ''
         3 | NO",
    )
    .await;
    check(
        &context,
        "SELECT count() AS n FROM table(orders) AS o JOIN table(customers) AS c ON o.customer = c.name AND o.id > 1",
        "n uint64\n1",
    )
    .await;
    check(
        &context,
        "SELECT id FROM table(orders) WHERE customer IN (SELECT name FROM table(customers)) AND id NOT IN (3) ORDER BY id",
        "id uint64\n1",
    )
    .await;
}

#[tokio::test]
async fn views_common_queries_and_unions_compose() {
    let context = orders();
    check(&context, "SELECT id FROM cheap ORDER BY id", "id uint64\n1\n3").await;
    check(
        &context,
        "WITH big AS (SELECT id, price FROM table(orders) WHERE price > 5), 2 AS k SELECT twice FROM (SELECT id * k AS twice FROM big UNION ALL SELECT 100) ORDER BY twice",
        "twice uint64\n2\n4\n100",
    )
    .await;
    check(
        &context,
        "SELECT (SELECT max(id) FROM table(orders)) AS top, plus_tax(3) AS t, 1 AS one, one + 1 AS two",
        "top nullable(uint64), t uint16, one uint8, two uint16\n3 | 6 | 1 | 2",
    )
    .await;
}

#[tokio::test]
async fn columns_without_names_are_named_as_a_server_names_them() {
    let context = orders();
    let query = ferry_sql::parse_query(
        "SELECT id + 1, max(price), NOT id, -id, id = 2, note || 'x', id IN (1, 2), \
         CASE WHEN id = 1 THEN 'a' ELSE 'b' END, id::string, tags[1], 'x', [1, 2], count(*), COUNT(DISTINCT id) \
         FROM table(orders) GROUP BY ALL",
    )
    .expect("a query");
    let names: Vec<String> =
        columns_of(&query, &context).expect("columns").into_iter().map(|column| column.name).collect();
    assert_eq!(
        names,
        [
            "plus(id, 1)",
            "max(price)",
            "not(id)",
            "negate(id)",
            "equals(id, 2)",
            "concat(note, 'x')",
            "in(id, tuple(1, 2))",
            "multi_if(equals(id, 1), 'a', 'b')",
            "cast(id, 'string')",
            "array_element(tags, 1)",
            "'x'",
            "[1, 2]",
            "count()",
            "count(DISTINCT id)",
        ]
    );
}

#[tokio::test]
async fn fixed_windows_have_a_start_and_an_end() {
    let context = orders();
    check(
        &context,
        "SELECT window_start, window_end, count() FROM tumble(table(orders), _tp_time, 1m) GROUP BY window_start, window_end ORDER BY window_start",
        "window_start datetime64(3, 'UTC'), window_end datetime64(3, 'UTC'), count() uint64
         2024-05-06 10:00:00.000 | 2024-05-06 10:01:00.000 | 2
         2024-05-07 00:00:00.000 | 2024-05-07 00:01:00.000 | 1",
    )
    .await;
}

#[tokio::test]
async fn what_cannot_be_answered_is_refused_by_name() {
    let mut context = orders();
    refuse(&context, "SELECT nothing FROM table(orders)", ErrorCode::UnknownIdentifier, "nothing").await;
    refuse(&context, "SELECT 1 FROM missing", ErrorCode::UnknownStream, "missing").await;
    refuse(&context, "SELECT id, count() FROM table(orders)", ErrorCode::NotAnAggregate, "`id`").await;
    refuse(&context, "SELECT id FROM table(orders) WHERE count() > 1", ErrorCode::IllegalAggregation, "count").await;
    refuse(&context, "SELECT id FROM table(orders) UNION ALL SELECT 1, 2", ErrorCode::NumberOfColumns, "UNION").await;
    refuse(&context, "SELECT id FROM table(orders) EMIT CHANGELOG", ErrorCode::NotImplemented, "EMIT").await;
    refuse(&context, "SELECT row_number() OVER () FROM table(orders)", ErrorCode::NotImplemented, "OVER").await;
    context.query_mode = QueryMode::Streaming;
    refuse(&context, "SELECT id FROM orders", ErrorCode::NotImplemented, "table(orders)").await;
    refuse(&context, "SELECT id FROM cheap", ErrorCode::NotImplemented, "table(orders)").await;
    check(&context, "SELECT id FROM table(cheap) ORDER BY id", "id uint64\n1\n3").await;
    check(&context, "SELECT count() AS n FROM orders SETTINGS query_mode = 'table'", "n uint64\n3").await;
}

#[tokio::test]
async fn blocks_are_never_longer_than_the_setting() {
    let context = World::new().context();
    let query =
        ferry_sql::parse_query("SELECT number FROM numbers(1000) SETTINGS max_block_size = 10").expect("a query");
    let mut result = execute(&query, &context).await.expect("a result");
    let mut n_rows = 0;
    while let Some(block) = result.batches.next().await {
        let block = block.expect("a block");
        assert!(block.num_rows() <= 10);
        n_rows += block.num_rows();
    }
    assert_eq!(n_rows, 1000);
    assert_eq!(result.progress.read_rows(), 1000);
    assert_eq!(result.progress.total_rows(), 1000);
}

#[tokio::test]
async fn dropping_a_result_ends_the_reading() {
    let context = World::new().context();
    let query = ferry_sql::parse_query("SELECT number FROM numbers(1000000000000)").expect("a query");
    let mut result = execute(&query, &context).await.expect("a result");
    result.batches.next().await.expect("a block").expect("rows");
    let progress = result.progress.clone();
    drop(result);
    let read = progress.read_rows();
    tokio::task::yield_now().await;
    assert_eq!(progress.read_rows(), read);
}

#[tokio::test]
async fn only_queries_over_single_rows_are_stateless() {
    let stateless = |sql: &str| is_stateless(&ferry_sql::parse_query(sql).expect("a query"));
    assert!(stateless("SELECT a + 1 AS b FROM s WHERE a > 1").is_ok());
    for sql in [
        "SELECT count() FROM s",
        "SELECT a FROM s GROUP BY a",
        "SELECT a FROM s JOIN t ON s.a = t.a",
        "SELECT a FROM tumble(s, 5s)",
        "SELECT lag(a) OVER () FROM s",
    ] {
        assert!(stateless(sql).is_err(), "{sql}");
    }
}

#[tokio::test]
async fn random_values_differ_between_rows() {
    let context = World::new().context();
    check(&context, "SELECT uniq_exact(rand64()) AS n FROM numbers(1000)", "n uint64\n1000").await;
    check(&context, "SELECT count() AS n FROM numbers(1000) WHERE rand_uniform(0, 1) < 0", "n uint64\n0").await;
    assert_ne!(run(&context, "SELECT rand64()").await, run(&context, "SELECT rand64()").await);
}
