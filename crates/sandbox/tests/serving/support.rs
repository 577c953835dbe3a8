//! What the tests of the sandbox share.

use std::net::SocketAddr;
use std::time::Duration;

use ferry_native::{ConnectOptions, Connection, Query};
use ferry_sandbox::{Sandbox, SandboxOptions};

/// A sandbox with nothing in it.
pub async fn start() -> Sandbox {
    start_with(|_| {}).await
}

/// A sandbox with changed options.
pub async fn start_with(change: impl FnOnce(&mut SandboxOptions)) -> Sandbox {
    let mut options = SandboxOptions::default();
    change(&mut options);
    Sandbox::start(options).await.expect("the sandbox starts")
}

/// A connection to the streaming port as the default user.
pub async fn connect(sandbox: &Sandbox) -> Connection {
    connect_to(sandbox.addresses().native).await
}

/// A connection to a port as the default user.
pub async fn connect_to(address: SocketAddr) -> Connection {
    Connection::connect(ConnectOptions::new(address.to_string())).await.expect("connected")
}

/// Runs a statement that answers nothing.
pub async fn run(connection: &mut Connection, sql: &str) {
    connection.execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The rows of a query as texts; NULL is `null`.
pub async fn texts(connection: &mut Connection, sql: &str) -> Vec<Vec<String>> {
    let query = Query::new(sql).setting("query_mode", "table");
    let mut stream = connection.query(query).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let mut rows = Vec::new();
    while let Some(block) = stream.next_block().await.unwrap_or_else(|error| panic!("{sql}: {error}")) {
        let batch = block.to_record_batch().expect("a batch");
        let options = arrow::util::display::FormatOptions::new().with_null("null");
        let columns: Vec<_> = batch
            .columns()
            .iter()
            .map(|column| arrow::util::display::ArrayFormatter::try_new(column, &options).expect("printable"))
            .collect();
        for row in 0..batch.num_rows() {
            rows.push(columns.iter().map(|column| column.value(row).to_string()).collect());
        }
    }
    rows
}

/// How many rows a relation has.
pub async fn rows(connection: &mut Connection, from: &str) -> u64 {
    let found = texts(connection, &format!("SELECT count() FROM {from}")).await;
    found[0][0].parse().expect("a number")
}

/// Waits for a condition, at most ten seconds.
pub async fn until(mut condition: impl AsyncFnMut() -> bool) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(10);
    while !condition().await {
        assert!(tokio::time::Instant::now() < deadline, "the condition did not come true within ten seconds");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
