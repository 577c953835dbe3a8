//! Client and server of this crate against each other over real sockets.

use std::time::Duration;

use ferry_model::Secret;
use ferry_native::server::{Request, ServerConnection, ServerIdentity, ServerOptions};
use ferry_native::{
    Block, Column, ConnectOptions, Connection, DataType, Error, ProfileInfo, Progress, Query, QueryEvent,
    ServerException, TableName, TableStatus, Version,
};
use klickhouse::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const PASSWORD: &str = "s3cret-of-the-test";

const PROFILE: ProfileInfo = ProfileInfo {
    rows: 3,
    blocks: 1,
    bytes: 24,
    is_limit_applied: true,
    rows_before_limit: 300,
    is_rows_before_limit_calculated: true,
};

/// Serves one client: every statement is an instruction to the server.
async fn serve_one(listener: TcpListener) -> Result<(), Error> {
    let (stream, _) = listener.accept().await.expect("a client connects");
    let identity = ServerIdentity::proton(Version { major: 1, minor: 6, patch: 1 });
    let greeting = ServerConnection::accept(stream, identity, ServerOptions::default()).await?;
    if greeting.client().password.expose() != PASSWORD {
        return greeting.refuse(ServerException::new(516, "Authentication failed")).await;
    }
    let mut connection = greeting.respond_hello().await?;
    while let Some(request) = connection.next_request().await? {
        match request {
            Request::Ping => connection.send_pong().await?,
            Request::TablesStatus(tables) => {
                let known = tables.into_iter().filter(|table| table.name == "known");
                let statuses = known.map(|table| TableStatus { table, is_replicated: true, delay_seconds: 0 });
                connection.send_tables_status(statuses.collect()).await?;
            }
            Request::Query(query) => match query.text.as_str() {
                "numbers" => {
                    let n_blocks: u64 = query.setting("n_blocks").and_then(|n| n.parse().ok()).unwrap_or(1);
                    connection.send_data(&Block::header([("n", DataType::UInt64)])).await?;
                    for i in 0..n_blocks {
                        connection.send_data(&numbers(i * 1000..(i + 1) * 1000)).await?;
                    }
                    let progress = Progress { read_rows: 1000 * n_blocks, ..Progress::default() };
                    connection.end_result(&ProfileInfo::default(), &progress).await?;
                }
                "endless" => {
                    connection.send_data(&Block::header([("n", DataType::UInt64)])).await?;
                    while !query.cancellation.is_cancelled() {
                        connection.send_data(&numbers(0..1000)).await?;
                    }
                    connection.send_end_of_stream().await?;
                }
                "insert select" => {
                    let progress = Progress { written_rows: 7, ..Progress::default() };
                    connection.send_progress(&progress).await?;
                    query.cancellation.cancelled().await;
                    connection.send_end_of_stream().await?;
                }
                "echo" => {
                    let header = Block::header([("n", DataType::UInt64)]);
                    connection.begin_insert(&header).await?;
                    let mut n_rows = 0;
                    while let Some(block) = connection.next_insert_block().await? {
                        n_rows += block.n_rows as u64;
                    }
                    let progress = Progress { written_rows: n_rows, ..Progress::default() };
                    connection.send_progress(&progress).await?;
                    connection.send_end_of_stream().await?;
                }
                "refuse rows" => {
                    connection.begin_insert(&Block::header([("n", DataType::UInt64)])).await?;
                    connection.next_insert_block().await?;
                    connection.send_exception(&ServerException::new(252, "too many parts")).await?;
                }
                "id" => {
                    let id = Value::String(query.id.into_bytes());
                    let column = Column::from_values("id", DataType::String, vec![id])?;
                    connection.send_data(&Block::new(vec![column])?).await?;
                    connection.send_end_of_stream().await?;
                }
                "events" => {
                    connection.send_data(&Block::header([("n", DataType::UInt64)])).await?;
                    connection.send_data(&numbers(0..3)).await?;
                    connection.send_totals(&numbers(3..4)).await?;
                    connection.send_extremes(&numbers(0..2)).await?;
                    connection.send_profile_events(&numbers(9..10)).await?;
                    for n in 1..3 {
                        let progress = Progress { read_rows: n, total_rows: 2, ..Progress::default() };
                        connection.send_progress(&progress).await?;
                    }
                    connection.end_result(&PROFILE, &Progress::default()).await?;
                }
                "vanish" => {
                    connection.send_data(&numbers(0..10)).await?;
                    return Ok(());
                }
                other => {
                    let exception = ServerException::new(62, format!("Syntax error: {other}"));
                    connection.send_exception(&exception).await?;
                }
            },
        }
    }
    Ok(())
}

fn numbers(range: std::ops::Range<u64>) -> Block {
    let values = range.map(Value::UInt64).collect();
    let column = Column::from_values("n", DataType::UInt64, values).expect("numbers fit");
    Block::new(vec![column]).expect("one column")
}

async fn start() -> (ConnectOptions, JoinHandle<Result<(), Error>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address").to_string();
    let mut options = ConnectOptions::new(address).credentials("default", Secret::new(PASSWORD));
    options.read_timeout = Duration::from_secs(20);
    (options, tokio::spawn(serve_one(listener)))
}

#[derive(klickhouse::Row, Debug, PartialEq)]
struct Number {
    n: u64,
}

#[tokio::test]
async fn a_result_of_several_blocks_arrives_whole_with_and_without_compression() {
    for compression in [false, true] {
        let (options, _server) = start().await;
        let mut connection = Connection::connect(options).await.unwrap();
        assert_eq!(connection.server().name, "proton");
        let query = Query::new("numbers").setting("n_blocks", 3).compression(compression);
        let rows: Vec<Number> = connection.fetch(query).await.unwrap();
        assert_eq!(rows.len(), 3000);
        assert_eq!(rows[2999], Number { n: 2999 });
    }
}

#[tokio::test]
async fn a_wrong_password_is_an_authentication_error_and_is_never_shown() {
    let (options, _server) = start().await;
    let options = options.credentials("default", Secret::new("wrong-password"));
    assert!(!format!("{options:?}").contains("wrong-password"));
    let create = Query::new("CREATE EXTERNAL STREAM s SETTINGS password = 'wrong-password'");
    assert!(!format!("{create:?}").contains("wrong-password"));
    let error = Connection::connect(options).await.unwrap_err();
    assert!(matches!(error, Error::Auth(ref exception) if exception.code == 516), "{error:?}");
    assert!(!format!("{error:?} {error}").contains("wrong-password"));
}

#[tokio::test]
async fn an_exception_keeps_the_connection_usable() {
    let (options, _server) = start().await;
    let mut connection = Connection::connect(options).await.unwrap();
    let error = connection.execute("nonsense").await.unwrap_err();
    assert!(matches!(error, Error::Server(ref exception) if exception.code == 62), "{error:?}");
    connection.ping().await.unwrap();
    assert_eq!(connection.fetch::<Number>("numbers").await.unwrap().len(), 1000);
}

#[tokio::test]
async fn the_query_id_is_sent_and_given_back() {
    #[derive(klickhouse::Row)]
    struct Id {
        id: String,
    }
    let (options, _server) = start().await;
    let mut connection = Connection::connect(options).await.unwrap();
    let stream = connection.query(Query::new("id").id("chosen")).await.unwrap();
    assert_eq!(stream.query_id(), "chosen");
    assert_eq!(stream.collect_rows::<Id>().await.unwrap()[0].id, "chosen");
    let stream = connection.query("id").await.unwrap();
    let generated = stream.query_id().to_owned();
    assert_eq!(stream.collect_rows::<Id>().await.unwrap()[0].id, generated);
}

#[tokio::test]
async fn a_cancelled_insert_select_is_never_a_success() {
    let (options, _server) = start().await;
    let mut connection = Connection::connect(options).await.unwrap();
    let mut stream = connection.query(Query::new("insert select").id("q")).await.unwrap();
    let event = stream.next().await.unwrap();
    assert!(matches!(event, Some(QueryEvent::Progress(_))), "{event:?}");
    stream.cancel_handle().cancel();
    let error = stream.next().await.unwrap_err();
    assert!(matches!(error, Error::Cancelled { ref query_id, written_rows: 7 } if query_id == "q"), "{error:?}");
    drop(stream);
    connection.ping().await.unwrap();
}

#[tokio::test]
async fn a_dropped_query_is_cancelled_and_the_connection_goes_on() {
    let (options, _server) = start().await;
    let mut connection = Connection::connect(options).await.unwrap();
    let mut stream = connection.query("endless").await.unwrap();
    assert!(stream.next_block().await.unwrap().is_some());
    drop(stream);
    assert_eq!(connection.fetch::<Number>("numbers").await.unwrap().len(), 1000);
}

#[tokio::test]
async fn a_late_cancel_does_not_touch_the_next_query() {
    let (options, _server) = start().await;
    let mut connection = Connection::connect(options).await.unwrap();
    let mut stream = connection.query("numbers").await.unwrap();
    let handle = stream.cancel_handle();
    while stream.next().await.unwrap().is_some() {}
    drop(stream);
    let stream = connection.query(Query::new("numbers").setting("n_blocks", 50)).await.unwrap();
    handle.cancel();
    assert_eq!(stream.collect_rows::<Number>().await.unwrap().len(), 50_000);
}

#[tokio::test]
async fn rows_are_inserted_and_counted() {
    for compression in [false, true] {
        let (options, _server) = start().await;
        let mut connection = Connection::connect(options).await.unwrap();
        let query = Query::new("echo").compression(compression);
        let mut insert = connection.insert(query).await.unwrap();
        assert_eq!(insert.header().columns[0].data_type, DataType::UInt64);
        for _ in 0..5 {
            insert.send(numbers(0..1000)).await.unwrap();
        }
        let summary = insert.finish().await.unwrap();
        assert_eq!(summary.progress.written_rows, 5000);
        connection.ping().await.unwrap();
    }
}

#[tokio::test]
async fn an_insert_that_fails_midway_reports_the_exception_and_the_connection_goes_on() {
    let (options, _server) = start().await;
    let mut connection = Connection::connect(options).await.unwrap();
    let mut insert = connection.insert("refuse rows").await.unwrap();
    let mut outcome = Ok(());
    while outcome.is_ok() {
        outcome = insert.send(numbers(0..1000)).await;
    }
    let error = outcome.unwrap_err();
    assert!(matches!(error, Error::Server(ref exception) if exception.code == 252), "{error:?}");
    drop(insert);
    connection.ping().await.unwrap();
    assert_eq!(connection.fetch::<Number>("numbers").await.unwrap().len(), 1000);
}

#[tokio::test]
async fn an_insert_dropped_before_its_end_gives_up_the_connection() {
    let (options, _server) = start().await;
    let mut connection = Connection::connect(options).await.unwrap();
    let mut insert = connection.insert("echo").await.unwrap();
    insert.send(numbers(0..1000)).await.unwrap();
    drop(insert);
    assert!(!connection.is_usable());
    assert!(matches!(connection.ping().await, Err(Error::Closed { .. })));
}

#[tokio::test]
async fn a_connection_that_ends_amid_a_result_is_an_error() {
    let (options, _server) = start().await;
    let mut connection = Connection::connect(options).await.unwrap();
    let outcome = connection.fetch::<Number>("vanish").await;
    assert!(matches!(outcome, Err(Error::Closed { .. } | Error::Io { .. })), "{outcome:?}");
    assert!(!connection.is_usable());
}

#[tokio::test]
async fn the_state_of_streams_lists_those_that_exist() {
    let (options, _server) = start().await;
    let mut connection = Connection::connect(options).await.unwrap();
    let name = |name: &str| TableName { database: "default".to_owned(), name: name.to_owned() };
    let statuses = connection.tables_status(vec![name("known"), name("unknown")]).await.unwrap();
    assert_eq!(statuses, [TableStatus { table: name("known"), is_replicated: true, delay_seconds: 0 }]);
}

#[tokio::test]
async fn a_request_amid_a_query_ends_the_connection() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (options, server) = start().await;
    let mut stream = tokio::net::TcpStream::connect(&options.address).await.unwrap();
    let text = |text: &str| [&[text.len() as u8], text.as_bytes()].concat();
    let hello = [&[0][..], &text("x"), &[1, 1, 0xb5, 0xa9, 0x03], &text(""), &text("u"), &text(PASSWORD)].concat();
    stream.write_all(&hello).await.unwrap();
    // The query has no client description, settings or secret; the empty block ends it.
    let end = [2, 0, 1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0, 0, 0];
    let query = [&[1][..], &text("q"), &[0, 0, 0, 2, 0], &text("endless"), &end].concat();
    stream.write_all(&query).await.unwrap();
    const PING: u8 = 4;
    stream.write_all(&[PING]).await.unwrap();
    let mut rest = Vec::new();
    // The server ends the query and closes.
    let _reset = stream.read_to_end(&mut rest).await;
    assert!(matches!(server.await.unwrap(), Err(Error::Protocol { .. })));
}

#[tokio::test]
async fn all_that_a_server_says_about_a_query_arrives_in_order() {
    for compression in [false, true] {
        let (options, _server) = start().await;
        let mut connection = Connection::connect(options).await.unwrap();
        let mut stream = connection.query(Query::new("events").compression(compression)).await.unwrap();
        let mut events = Vec::new();
        while let Some(event) = stream.next().await.unwrap() {
            events.push(event);
        }
        let progress = |n| QueryEvent::Progress(Progress { read_rows: n, total_rows: 2, ..Progress::default() });
        let wanted = [
            QueryEvent::Header(Block::header([("n", DataType::UInt64)])),
            QueryEvent::Block(numbers(0..3)),
            QueryEvent::Totals(numbers(3..4)),
            QueryEvent::Extremes(numbers(0..2)),
            QueryEvent::ProfileEvents(numbers(9..10)),
            progress(1),
            progress(2),
            QueryEvent::ProfileInfo(PROFILE),
            QueryEvent::Progress(Progress::default()),
        ];
        assert_eq!(events, wanted);
        assert_eq!(stream.progress().read_rows, 3);
        assert_eq!(stream.header().unwrap().columns[0].name, "n");
        assert!(stream.next().await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_query_that_asks_for_rows_is_an_error_and_not_a_wait() {
    let (options, _server) = start().await;
    let mut connection = Connection::connect(options).await.unwrap();
    let error = connection.execute("echo").await.unwrap_err();
    assert!(matches!(error, Error::Invalid { .. }), "{error:?}");
    assert!(!connection.is_usable());
}
