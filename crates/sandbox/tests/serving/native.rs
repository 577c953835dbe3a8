//! The native port, as a client of the wire sees it.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use super::support::{connect, connect_to, rows, run, start, start_with, texts, until};
use ferry_model::Secret;
use ferry_native::{Connection, Error, Query};

#[tokio::test]
async fn a_wrong_password_is_refused_and_the_right_one_is_let_in() {
    let sandbox = start_with(|options| options.users = vec![("ada".to_owned(), Secret::new("pass word"))]).await;
    let address = sandbox.addresses().native.to_string();
    let wrong = ferry_native::ConnectOptions::new(&address).credentials("ada", Secret::new("other"));
    let refused = Connection::connect(wrong).await.expect_err("refused");
    assert!(matches!(&refused, Error::Auth(exception) if exception.code == 516), "{refused}");
    let right = ferry_native::ConnectOptions::new(&address).credentials("ada", Secret::new("pass word"));
    let mut connection = Connection::connect(right).await.expect("let in");
    assert_eq!(texts(&mut connection, "SELECT 1 + 1 AS two").await, [["2"]]);
}

#[tokio::test]
async fn an_exception_keeps_the_connection_usable() {
    let sandbox = start().await;
    let mut connection = connect(&sandbox).await;
    for (sql, code) in [
        ("SELECT * FROM nowhere", 60),
        ("SELEC 1", 62),
        ("SELECT no_such_function(1)", 46),
        ("SELECT * FROM system.no_such_table", 60),
        ("CREATE STREAM nowhere.s (a int32)", 81),
        ("CREATE STREAM s (a no_type)", 50),
        ("SELECT 1 SETTINGS no_such_setting = 1", 115),
    ] {
        let error = connection.execute(sql).await.expect_err(sql);
        assert_eq!(error.server_exception().map(|exception| exception.code), Some(code), "{sql}: {error}");
    }
    assert_eq!(texts(&mut connection, "SELECT 'still here'").await, [["still here"]]);
}

#[tokio::test]
async fn values_become_visible_to_table_after_the_flush_interval() {
    let sandbox = start().await;
    let mut connection = connect(&sandbox).await;
    connection
        .execute("CREATE STREAM s (id int64, name nullable(string)) SETTINGS flush_threshold_ms = 50")
        .await
        .expect("created");
    connection.execute("INSERT INTO s (id, name) VALUES (1, 'one'), (2, NULL)").await.expect("inserted");
    until(async || rows(&mut connect(&sandbox).await, "table(s)").await == 2).await;
    let found = texts(&mut connection, "SELECT id, name FROM table(s) ORDER BY id").await;
    assert_eq!(found, [["1", "one"], ["2", "null"]]);
}

#[tokio::test]
async fn a_paced_sandbox_sends_no_more_rows_in_a_second_than_it_may() {
    let sandbox = start_with(|options| options.rows_per_second = NonZeroU32::new(500)).await;
    let mut connection = connect(&sandbox).await;
    run(&mut connection, "CREATE STREAM s (id int64) SETTINGS flush_threshold_ms = 50").await;
    let values: Vec<String> = (0..300).map(|id| format!("({id})")).collect();
    run(&mut connection, &format!("INSERT INTO s (id) VALUES {}", values.join(", "))).await;
    until(async || rows(&mut connect(&sandbox).await, "table(s)").await == 300).await;
    let started = Instant::now();
    let query = Query::new("SELECT id FROM s").setting("query_mode", "table");
    let mut stream = connection.query(query).await.expect("a query");
    let mut sizes = Vec::new();
    while let Some(block) = stream.next_block().await.expect("a block") {
        sizes.push(block.n_rows);
    }
    assert_eq!(sizes.iter().sum::<usize>(), 300);
    assert!(sizes.iter().all(|n_rows| *n_rows <= 50), "a tenth of a second in each: {sizes:?}");
    assert!(started.elapsed() >= Duration::from_millis(600), "{:?}", started.elapsed());
}

#[tokio::test]
async fn a_bare_stream_name_is_endless_on_the_streaming_port_and_history_on_the_batch_port() {
    let sandbox = start().await;
    let mut streaming = connect(&sandbox).await;
    streaming.execute("CREATE STREAM s (id int64)").await.expect("created");
    assert!(streaming.execute("SELECT count() FROM s").await.is_err(), "an endless read is refused");
    let as_table = Query::new("SELECT count() FROM s").setting("query_mode", "table");
    streaming.execute(as_table).await.expect("the setting makes it end");
    let mut batch = connect_to(sandbox.addresses().batch).await;
    assert_eq!(texts(&mut batch, "SELECT count() FROM s").await, [["0"]]);
}

#[tokio::test]
async fn a_dropped_name_goes_a_moment_later_and_can_then_be_used_again() {
    let sandbox = start().await;
    let mut connection = connect(&sandbox).await;
    connection.execute("CREATE STREAM s (id int64)").await.expect("created");
    connection.execute("DROP STREAM s").await.expect("dropped");
    let taken = connection.execute("CREATE STREAM s (id int64)").await.expect_err("still taken");
    assert_eq!(taken.server_exception().map(|exception| exception.code), Some(57));
    until(async || texts(&mut connect(&sandbox).await, "SHOW STREAMS").await.is_empty()).await;
    connection.execute("CREATE STREAM s (id int64)").await.expect("free again");
}

#[tokio::test]
async fn a_stream_that_a_view_reads_cannot_be_dropped() {
    let sandbox = start().await;
    let mut connection = connect(&sandbox).await;
    connection.execute("CREATE STREAM s (id int64)").await.expect("created");
    connection.execute("CREATE VIEW v AS SELECT id FROM s").await.expect("created");
    let refused = connection.execute("DROP STREAM s").await.expect_err("refused");
    assert_eq!(refused.server_exception().map(|exception| exception.code), Some(630));
}

#[tokio::test]
async fn blocks_are_inserted_and_those_of_a_failed_insert_are_passed_over() {
    let sandbox = start().await;
    let mut connection = connect(&sandbox).await;
    connection.execute("CREATE STREAM s (id int32) SETTINGS flush_threshold_ms = 50").await.expect("created");
    let column = |name: &str| {
        let bytes = bytes::Bytes::from_static(&[1, 0, 0, 0, 2, 0, 0, 0]);
        let column = ferry_native::Column::from_wire(name, ferry_native::DataType::Int32, 2, bytes).expect("a column");
        ferry_native::Block::new(vec![column]).expect("a block")
    };
    let mut insert = connection.insert("INSERT INTO s (id) VALUES").await.expect("asks for rows");
    insert.send(column("id")).await.expect("sent");
    insert.finish().await.expect("inserted");
    let mut wrong = connection.insert("INSERT INTO s (id) VALUES").await.expect("asks for rows");
    wrong.send(column("other")).await.expect("sent");
    let error = wrong.finish().await.expect_err("refused");
    assert_eq!(error.server_exception().map(|exception| exception.code), Some(16));
    until(async || rows(&mut connect(&sandbox).await, "table(s)").await == 2).await;
    assert_eq!(texts(&mut connection, "SELECT sum(id) FROM table(s)").await, [["3"]]);
}

#[tokio::test]
async fn tables_status_lists_only_what_exists() {
    let sandbox = start().await;
    let mut connection = connect(&sandbox).await;
    connection.execute("CREATE STREAM s (id int64)").await.expect("created");
    let name = |name: &str| ferry_native::TableName { database: "default".to_owned(), name: name.to_owned() };
    let statuses = connection.tables_status(vec![name("s"), name("other")]).await.expect("an answer");
    assert_eq!(statuses.iter().map(|status| status.table.name.as_str()).collect::<Vec<_>>(), ["s"]);
}
