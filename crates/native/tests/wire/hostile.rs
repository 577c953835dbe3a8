//! Peers that lie, break off or damage what they send.

use std::time::Duration;

use bytes::Bytes;
use ferry_native::server::{ServerConnection, ServerIdentity, ServerOptions};
use ferry_native::{Block, Column, ConnectOptions, Connection, DataType, Error, Limits, Query, Version};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::task::JoinHandle;

use crate::golden::server_hello;
use crate::samples;

pub(crate) fn options() -> ConnectOptions {
    let mut options = ConnectOptions::new("");
    options.read_timeout = Duration::from_secs(20);
    options
}

/// Records what a server sends for a SELECT of several columns and blocks.
pub(crate) async fn record(is_compressed: bool) -> (Vec<u8>, Vec<Block>) {
    let columns = samples::columns().into_iter().filter(|column| column.n_rows == 2);
    let columns = columns.enumerate().map(|(i, column)| Column { name: format!("c{i}"), ..column });
    let block = Block::new(columns.collect()).unwrap();
    let blocks = vec![block.clone(), block];

    let (client, server) = tokio::io::duplex(1 << 20);
    let sent = blocks.clone();
    let serving = tokio::spawn(async move {
        let identity = ServerIdentity::proton(Version { major: 1, minor: 6, patch: 1 });
        let greeting = ServerConnection::accept(server, identity, ServerOptions::default()).await.unwrap();
        let mut connection = greeting.respond_hello().await.unwrap();
        connection.next_request().await.unwrap().unwrap();
        let header = sent[0].columns.iter().map(|column| (column.name.clone(), column.data_type.clone()));
        connection.send_data(&Block::header(header)).await.unwrap();
        for block in &sent {
            connection.send_data(block).await.unwrap();
        }
        connection.end_result(&Default::default(), &Default::default()).await.unwrap();
        connection.next_request().await.unwrap();
    });
    // Between client and server, so that the server's bytes can be kept.
    let (inner, mut outer) = tokio::io::duplex(1 << 20);
    let recording = tokio::spawn(async move {
        let (mut from_server, mut to_server) = tokio::io::split(client);
        let (mut from_client, mut to_client) = tokio::io::split(&mut outer);
        let mut recorded = Vec::new();
        let to = async {
            tokio::io::copy(&mut from_client, &mut to_server).await.unwrap();
            to_server.shutdown().await.unwrap();
        };
        let from = async {
            let mut chunk = [0; 4096];
            loop {
                let n_bytes = from_server.read(&mut chunk).await.unwrap();
                if n_bytes == 0 {
                    break;
                }
                recorded.extend_from_slice(&chunk[..n_bytes]);
                // The client has gone once it has read all it wanted.
                let _gone = to_client.write_all(&chunk[..n_bytes]).await;
            }
        };
        tokio::join!(to, from);
        recorded
    });
    let mut connection = Connection::over(inner, options()).await.unwrap();
    let query = Query::new("SELECT").compression(is_compressed);
    assert_eq!(connection.query(query).await.unwrap().blocks().await.unwrap(), blocks);
    drop(connection);
    serving.await.unwrap();
    (recording.await.unwrap(), blocks)
}

/// A server that sends just these bytes and closes, whatever it hears.
pub(crate) async fn serve_bytes(bytes: &[u8]) -> (DuplexStream, JoinHandle<()>) {
    let (client, mut server) = tokio::io::duplex(1 << 20);
    server.write_all(bytes).await.unwrap();
    let (mut from_client, mut to_client) = tokio::io::split(server);
    to_client.shutdown().await.unwrap();
    let sink = tokio::spawn(async move {
        let mut chunk = [0; 4096];
        while from_client.read(&mut chunk).await.is_ok_and(|n_bytes| n_bytes > 0) {}
    });
    (client, sink)
}

/// Runs a query against a server that sends just these bytes and closes.
async fn replay(bytes: &[u8], is_compressed: bool) -> Result<Vec<Block>, Error> {
    let (client, sink) = serve_bytes(bytes).await;
    let outcome = async {
        let mut connection = Connection::over(client, options()).await?;
        connection.query(Query::new("SELECT").compression(is_compressed)).await?.blocks().await
    };
    let outcome = outcome.await;
    sink.await.unwrap();
    outcome
}

#[tokio::test]
async fn a_conversation_cut_at_any_byte_is_an_error_and_never_a_short_result() {
    for is_compressed in [false, true] {
        let (bytes, blocks) = record(is_compressed).await;
        assert_eq!(replay(&bytes, is_compressed).await.unwrap(), blocks);
        for length in 0..bytes.len() {
            let outcome = replay(&bytes[..length], is_compressed).await;
            assert!(outcome.is_err(), "{length} of {} bytes gave {outcome:?}", bytes.len());
        }
    }
}

#[tokio::test]
async fn damage_anywhere_never_panics_or_hangs_and_compressed_blocks_notice_it() {
    for is_compressed in [false, true] {
        let (bytes, blocks) = record(is_compressed).await;
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x15;
            let outcome = replay(&damaged, is_compressed).await;
            if let Ok(got) = outcome
                && is_compressed
            {
                assert_eq!(got, blocks, "byte {at}");
            }
        }
    }
}

/// What a server sends after its hello.
async fn answer(packets: &[&[u8]]) -> Error {
    let bytes = [&server_hello()[..], &packets.concat()].concat();
    replay(&bytes, false).await.unwrap_err()
}

/// The start of a data packet: id, table, block's header.
const DATA: [u8; 10] = [1, 0, 1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0];
/// About 2^62 as a number of variable length.
const HUGE: [u8; 9] = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f];

fn column(name: &str, type_name: &str) -> Vec<u8> {
    [&[name.len() as u8], name.as_bytes(), &[type_name.len() as u8], type_name.as_bytes()].concat()
}

#[tokio::test]
async fn huge_lengths_are_refused_before_memory_is_taken() {
    let word = u64::MAX.to_le_bytes();
    let flags = (1_u64 << 9).to_le_bytes();
    let version = 1_u64.to_le_bytes();
    let cases: Vec<Vec<&[u8]>> = vec![
        vec![&DATA, &HUGE, &[1]],
        vec![&DATA, &[1], &HUGE],
        vec![&DATA, &[1, 1], &HUGE],
        vec![&[1], &HUGE],
        vec![&[2, 0, 0, 0, 0], &HUGE],
        vec![&[9], &HUGE],
    ];
    for case in cases {
        let error = answer(&case).await;
        assert!(matches!(error, Error::Limit { .. }), "{error:?}");
    }
    let columns: Vec<(Vec<u8>, Vec<&[u8]>)> = vec![
        (column("v", "string"), vec![&HUGE]),
        (column("v", "array(int8)"), vec![&word]),
        (column("v", "map(int8, int8)"), vec![&word]),
        (column("v", "fixed_string(4000000000)"), vec![&[0]]),
        (column("v", "low_cardinality(string)"), vec![&version, &flags, &word]),
        (column("v", "low_cardinality(int8)"), vec![&version, &flags, &word]),
    ];
    for (head, data) in columns {
        let packets = [vec![&DATA[..], &[1, 1], &head], data].concat();
        let error = answer(&packets).await;
        assert!(matches!(error, Error::Limit { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn a_column_that_cannot_be_carried_is_an_error_that_names_it() {
    for type_name in ["json", "dynamic", "variant(int8)", "aggregate_function(sum, int8)", "String"] {
        let error = answer(&[&DATA, &[1, 0], &column("payload", type_name)]).await;
        let text = error.to_string();
        assert!(text.contains("payload") && text.contains(type_name), "{text}");
    }
}

#[tokio::test]
async fn nonsense_is_a_protocol_error() {
    let cases: Vec<Vec<&[u8]>> = vec![
        vec![&[77]],
        vec![&[4]],
        vec![&[0xff; 12]],
        vec![&[1, 0, 55]],
        vec![&DATA, &[0, 5]],
        vec![&DATA, &[1, 1], &[1, 0xff]],
    ];
    for case in cases {
        let error = answer(&case).await;
        assert!(matches!(error, Error::Protocol { .. }), "{error:?}");
    }
}

#[tokio::test]
async fn bytes_that_are_not_the_rows_of_a_column_are_refused() {
    for (type_name, n_rows, data) in [
        ("int32", 2, &[0_u8; 7][..]),
        ("int32", 2, &[0; 9]),
        ("string", 2, &[1, b'a', 2, b'b']),
        ("array(int8)", 2, &[2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 5, 5]),
        ("nullable(int8)", 2, &[0, 1, 5]),
        ("low_cardinality(int8)", 1, &[2, 0, 0, 0, 0, 0, 0, 0]),
    ] {
        let data_type: DataType = type_name.parse().unwrap();
        let column = Column::from_wire("v", data_type, n_rows, Bytes::copy_from_slice(data));
        assert!(column.is_err(), "{type_name}");
    }
    for column in samples::columns() {
        let again = Column::from_wire("v", column.data_type.clone(), column.n_rows, column.data.clone());
        assert_eq!(again.unwrap(), column);
    }
}

#[tokio::test]
async fn a_server_refuses_what_passes_its_limits() {
    let (mut client, server) = tokio::io::duplex(1 << 10);
    client.write_all(&[0]).await.unwrap();
    client.write_all(&HUGE).await.unwrap();
    let identity = ServerIdentity::proton(Version::default());
    let outcome = ServerConnection::accept(server, identity, ServerOptions::default()).await;
    assert!(matches!(outcome.unwrap_err(), Error::Limit { .. }));
}

#[tokio::test]
async fn a_limit_of_the_caller_holds() {
    let (bytes, _) = record(false).await;
    let (client, mut server) = tokio::io::duplex(1 << 20);
    server.write_all(&bytes).await.unwrap();
    let limits = Limits { max_columns: 3, ..Limits::default() };
    let mut connection = Connection::over(client, ConnectOptions { limits, ..options() }).await.unwrap();
    let outcome = connection.query(Query::new("SELECT").compression(false)).await.unwrap().blocks().await;
    assert!(matches!(outcome, Err(Error::Limit { limit: 3, .. })), "{outcome:?}");
    assert!(!connection.is_usable());
}

#[tokio::test]
async fn a_silent_server_is_a_timeout() {
    let (client, mut server) = tokio::io::duplex(1 << 10);
    server.write_all(&server_hello()).await.unwrap();
    let read_timeout = Duration::from_millis(50);
    let mut connection = Connection::over(client, ConnectOptions { read_timeout, ..options() }).await.unwrap();
    let outcome = connection.execute("SELECT 1").await;
    assert!(matches!(outcome, Err(Error::Timeout { .. })), "{outcome:?}");
    assert!(!connection.is_usable());

    let (client, _server) = tokio::io::duplex(1 << 10);
    let connect_timeout = Duration::from_millis(50);
    let outcome = Connection::over(client, ConnectOptions { connect_timeout, ..options() }).await;
    assert!(matches!(outcome, Err(Error::Timeout { .. })));
}
