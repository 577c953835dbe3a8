//! Pulling rows from one sandbox into another through an external stream.

use std::time::Duration;

use super::support::{connect, connect_to, rows, run, start, texts, until};
use ferry_native::{Query, QueryEvent};

/// A source with a stream of so many shards and rows, visible to `table()`.
async fn source(shards: u32, n_rows: u64) -> ferry_sandbox::Sandbox {
    let sandbox = start().await;
    let mut connection = connect(&sandbox).await;
    run(&mut connection, &create(shards)).await;
    let mut first = 0;
    while first < n_rows {
        let last = (first + 500).min(n_rows);
        let values: Vec<String> = (first..last).map(|id| format!("({id}, 'row {id}')")).collect();
        run(&mut connection, &format!("INSERT INTO s (id, name) VALUES {}", values.join(", "))).await;
        first = last;
    }
    until(async || rows(&mut connect(&sandbox).await, "table(s)").await == n_rows).await;
    sandbox
}

fn create(shards: u32) -> String {
    format!("CREATE STREAM s (id int64, name string) SETTINGS shards = {shards}, flush_threshold_ms = 50")
}

fn helper(source: &ferry_sandbox::Sandbox) -> String {
    let address = source.addresses().native;
    format!("CREATE EXTERNAL STREAM helper SETTINGS type = 'timeplus', hosts = '{address}', stream = 's'")
}

#[tokio::test]
async fn a_stream_of_three_shards_is_pulled_shard_by_shard_with_every_row_once() {
    let source = source(3, 6_000).await;
    let target = start().await;
    let mut connection = connect(&target).await;
    run(&mut connection, &create(3)).await;
    run(&mut connection, &helper(&source)).await;
    assert_eq!(rows(&mut connection, "table(helper)").await, 6_000);
    let copy =
        "INSERT INTO s (id, name, _tp_time) SELECT id, name, _tp_time FROM table(helper) SETTINGS max_block_size = 100";
    run(&mut connection, copy).await;
    until(async || rows(&mut connect(&target).await, "table(s)").await == 6_000).await;
    let sums = "SELECT count(), sum(id), count_distinct(id), min(_tp_time), max(_tp_time) FROM table(s)";
    let copied = texts(&mut connection, sums).await;
    assert_eq!(copied, texts(&mut connect(&source).await, sums).await);
    assert_eq!(copied[0][..3], ["6000", "17997000", "6000"]);
    let mut at_source = connect(&source).await;
    let shard = |number: u64| {
        let bytes = bytes::Bytes::copy_from_slice(&number.to_le_bytes());
        let column = ferry_native::Column::from_wire("_dummy", ferry_native::DataType::UInt64, 1, bytes);
        Query::new("SELECT count() FROM s")
            .setting("query_mode", "table")
            .scalar("_shard_num", ferry_native::Block::new(vec![column.expect("a column")]).expect("a block"))
    };
    let mut counted = 0;
    for number in 1..=3 {
        let blocks = at_source.query(shard(number)).await.expect("runs").blocks().await.expect("rows");
        let batch = blocks[0].to_record_batch().expect("a batch");
        let part = batch.column(0).as_any().downcast_ref::<arrow::array::UInt64Array>().expect("uint64").value(0);
        assert!(part > 0 && part < 6_000, "shard {number} has a part of the rows, not {part}");
        counted += part;
    }
    assert_eq!(counted, 6_000);
}

#[tokio::test]
async fn a_condition_reaches_only_the_rows_that_it_names() {
    let source = source(1, 1_000).await;
    let target = start().await;
    let mut connection = connect(&target).await;
    run(&mut connection, &helper(&source)).await;
    let found = texts(&mut connection, "SELECT count(), min(id) FROM table(helper) WHERE id >= 900").await;
    assert_eq!(found, [["100", "900"]]);
}

#[tokio::test]
async fn an_external_stream_of_a_stream_that_is_not_there_is_not_created() {
    let source = start().await;
    let target = start().await;
    let mut connection = connect(&target).await;
    let error = connection.execute(helper(&source)).await.expect_err("refused");
    assert_eq!(error.server_exception().map(|exception| exception.code), Some(60));
    assert!(texts(&mut connection, "SHOW STREAMS").await.is_empty());
}

#[tokio::test]
async fn progress_of_a_copy_counts_the_rows_written() {
    let source = source(1, 2_000).await;
    let target = start().await;
    let mut connection = connect(&target).await;
    run(&mut connection, &create(1)).await;
    run(&mut connection, &helper(&source)).await;
    let summary =
        connection.execute("INSERT INTO s (id, name) SELECT id, name FROM table(helper)").await.expect("copied");
    assert_eq!(summary.progress.written_rows, 2_000);
}

#[tokio::test]
async fn a_cancelled_copy_ends_without_an_exception_and_the_query_is_gone() {
    let source = source(1, 20_000).await;
    let target = start().await;
    let mut connection = connect(&target).await;
    run(&mut connection, &create(1)).await;
    run(&mut connection, &helper(&source)).await;
    // A join of the rows with themselves takes long enough to be cancelled.
    let slow = "INSERT INTO s (id, name) SELECT a.id, b.name FROM table(helper) AS a CROSS JOIN table(helper) AS b SETTINGS max_block_size = 10";
    let mut stream = connection.query(Query::new(slow).id("slow copy")).await.expect("starts");
    let cancel = stream.cancel_handle();
    let mut other = connect(&target).await;
    until(async || {
        let found = texts(&mut other, "SELECT count() FROM system.processes WHERE query_id = 'slow copy'").await;
        found == [["1"]]
    })
    .await;
    cancel.cancel();
    let ended = tokio::time::timeout(Duration::from_secs(10), async {
        loop {
            match stream.next().await {
                Ok(Some(QueryEvent::Progress(_))) => {}
                other => return other,
            }
        }
    });
    let ended = ended.await.expect("it ends soon");
    let says_cancelled = |error: &ferry_native::Error| error.server_exception().is_none();
    assert!(ended.as_ref().is_ok_and(Option::is_none) || ended.as_ref().is_err_and(says_cancelled), "{ended:?}");
    until(async || {
        texts(&mut connect(&target).await, "SELECT count() FROM system.processes WHERE query_id = 'slow copy'").await
            == [["0"]]
    })
    .await;
}

#[tokio::test]
async fn kill_query_ends_a_copy_with_an_exception() {
    let source = source(1, 20_000).await;
    let target = start().await;
    let mut connection = connect(&target).await;
    run(&mut connection, &create(1)).await;
    run(&mut connection, &helper(&source)).await;
    let address = target.addresses().native;
    let running = tokio::spawn(async move {
        let mut connection = connect_to(address).await;
        let slow = "INSERT INTO s (id, name) SELECT a.id, b.name FROM table(helper) AS a CROSS JOIN table(helper) AS b SETTINGS max_block_size = 10";
        connection.execute(Query::new(slow).id("to be killed")).await
    });
    until(async || {
        let killed = texts(&mut connect(&target).await, "KILL QUERY WHERE query_id = 'to be killed'").await;
        !killed.is_empty()
    })
    .await;
    let ended = tokio::time::timeout(Duration::from_secs(10), running).await.expect("it ends").expect("no panic");
    let code = ended.expect_err("killed").server_exception().map(|exception| exception.code);
    assert_eq!(code, Some(394));
}
