//! The bytes that a client sends, written down from protocol.md A3 and A4.

use ferry_model::Secret;
use ferry_native::server::{Request, ServerConnection, ServerIdentity, ServerOptions};
use ferry_native::{ConnectOptions, Connection, Progress, Query, QueryKind, ServerException, Stage, Version};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};

/// A string on the wire.
fn text(text: &str) -> Vec<u8> {
    assert!(text.len() < 0x80);
    [&[text.len() as u8], text.as_bytes()].concat()
}

/// 54453 as a number of variable length.
const REVISION: [u8; 3] = [0xb5, 0xa9, 0x03];
const VERSION: [u8; 2] = [0, 1];

fn options() -> ConnectOptions {
    let mut options = ConnectOptions::new("").credentials("ana", Secret::new("pass"));
    options.database = "default".to_owned();
    options.compression = false;
    options
}

fn hello() -> Vec<u8> {
    let parts = [&[0][..], &text("ferry client"), &VERSION, &REVISION, &text("default"), &text("ana"), &text("pass")];
    parts.concat()
}

/// What a server of revision 54459 answers (protocol.md A3).
pub fn server_hello() -> Vec<u8> {
    let parts = [&[0][..], &text("proton"), &[1, 6], &[0xbb, 0xa9, 0x03], &text("UTC"), &text("node"), &[9]];
    parts.concat()
}

async fn expect(server: &mut DuplexStream, wanted: &[u8]) {
    let mut got = vec![0; wanted.len()];
    server.read_exact(&mut got).await.unwrap();
    assert_eq!(got, wanted);
}

#[tokio::test]
async fn the_hello_and_the_query_have_exactly_these_bytes() {
    let (client, mut server) = tokio::io::duplex(1 << 16);
    let connecting = tokio::spawn(Connection::over(client, options()));
    expect(&mut server, &hello()).await;
    server.write_all(&server_hello()).await.unwrap();
    let mut connection = connecting.await.unwrap().unwrap();
    let greeted = connection.server();
    assert_eq!((greeted.name.as_str(), greeted.display_name.as_str()), ("proton", "node"));
    assert_eq!((greeted.version.to_string().as_str(), greeted.revision), ("1.6.9", 54_459));
    assert_eq!(greeted.timezone, "UTC");

    let query = Query::new("SELECT 1").id("q-1").setting("max_threads", 8).important_setting("x", "y");
    let stream = connection.query(query).await.unwrap();
    let info = [
        &[1][..],           // an initial query
        &text(""),          // initial user
        &text(""),          // initial query id
        &text("0.0.0.0:0"), // initial address
        &[0; 8],            // initial start time, whatever the revision
        &[1],               // TCP
        &text(""),          // user of the operating system
        &text(""),          // host
        &text("ferry"),
        &VERSION,
        &REVISION,
        &text(""),  // quota key
        &[0],       // distributed depth
        &[0],       // patch
        &[0],       // no trace
        &[0, 0, 0], // parallel replicas, whatever the revision
    ]
    .concat();
    let settings = [&text("max_threads")[..], &[0], &text("8"), &text("x"), &[1], &text("y"), &text("")].concat();
    let end = [&[2][..], &text(""), &[1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0], &[0, 0]].concat();
    let secret = text("");
    let query = [&[1][..], &text("q-1"), &info, &settings, &secret, &[2], &[0], &text("SELECT 1"), &end].concat();
    expect(&mut server, &query).await;

    stream.cancel_handle().cancel();
    expect(&mut server, &[3]).await;
}

#[tokio::test]
async fn a_name_of_the_servers_own_is_refused() {
    for name in ["proton", "Timeplus x"] {
        let (client, _server) = tokio::io::duplex(1 << 10);
        let mut options = options();
        options.client_name = name.to_owned();
        assert!(Connection::over(client, options).await.is_err());
    }
}

#[tokio::test]
async fn a_clickhouse_server_is_told_apart() {
    let (client, mut server) = tokio::io::duplex(1 << 10);
    let mut answer = vec![0];
    answer.extend(text("ClickHouse"));
    answer.extend_from_slice(&[22, 2, 0xbb, 0xa9, 0x03]);
    answer.extend(text("UTC"));
    answer.extend(text("node"));
    answer.push(1);
    server.write_all(&answer).await.unwrap();
    let error = Connection::over(client, options()).await.unwrap_err();
    assert!(error.to_string().contains("ClickHouse"), "{error}");
}

/// A client as new as Proton 3.x itself against a server of Proton 1.6: the lower
/// revision of both decides, so there are an addendum and parameters, and no nonce and no
/// elapsed time (protocol.md A1).
#[tokio::test]
async fn a_newer_client_is_served_by_the_lower_revision() {
    let (mut client, server) = tokio::io::duplex(1 << 16);
    let serving = tokio::spawn(async move {
        let identity = ServerIdentity::proton(Version { major: 1, minor: 6, patch: 9 });
        let greeting = ServerConnection::accept(server, identity, ServerOptions::default()).await.unwrap();
        assert_eq!(greeting.client().revision, 54_473);
        let mut connection = greeting.respond_hello().await.unwrap();
        let Some(Request::Query(query)) = connection.next_request().await.unwrap() else {
            panic!("no query");
        };
        let progress = Progress { read_rows: 3, ..Progress::default() };
        connection.send_progress(&progress).await.unwrap();
        connection.send_exception(&ServerException::new(60, "gone")).await.unwrap();
        query
    });
    let newest = [0xc9, 0xa9, 0x03];
    let hello = [&[0][..], &text("proton client"), &[3, 0], &newest, &text(""), &text("u"), &text("")].concat();
    client.write_all(&hello).await.unwrap();
    let answer = [&[0][..], &text("proton"), &[1, 6], &[0xbb, 0xa9, 0x03], &text("UTC"), &text("proton"), &[9]];
    expect(&mut client, &answer.concat()).await;

    let addendum = text("quota-key");
    let info = [
        &[2][..],
        &text("initial"),
        &text("first"),
        &text("127.0.0.1:5"),
        &[1, 0, 0, 0, 0, 0, 0, 0],
        &[1],
        &text("os"),
        &text("host"),
        &text("proton"),
        &[3, 0],
        &newest,
        &text(""),
        &[1], // distributed depth
        &[7], // patch
        &[1], // a trace follows
        &[9; 24],
        &text("state"),
        &[1],
        &[0, 0, 0],
    ]
    .concat();
    let settings = [&text("query_mode")[..], &[1], &text("table"), &text("")].concat();
    let parameters = [&text("p")[..], &[2], &text("'x'"), &text("")].concat();
    let block = [&[1][..], &[0, 2, 0xff, 0xff, 0xff, 0xff, 0], &[1, 1], &text("n"), &text("uint8"), &[5]].concat();
    let scalar = [&[7][..], &text("_shard_num"), &block].concat();
    let end = [2, 0, 1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0, 0, 0];
    let query = [&[1][..], &text("id"), &info, &settings, &text(""), &[1, 0], &text("SELECT"), &parameters].concat();
    client.write_all(&[&addendum[..], &query, &scalar, &end].concat()).await.unwrap();

    let exception = [&[2][..], &[60, 0, 0, 0], &text("DB::Exception"), &text("gone"), &text(""), &[0]].concat();
    expect(&mut client, &[&[3, 3, 0, 0, 0, 0][..], &exception].concat()).await;
    let query = serving.await.unwrap();
    assert_eq!((query.text.as_str(), query.stage), ("SELECT", Stage::WithMergeableState));
    assert_eq!(query.setting("query_mode"), Some("table"));
    assert_eq!(query.parameters[0].value, "'x'");
    assert_eq!(query.client_info.query_kind, QueryKind::Secondary);
    assert_eq!((query.client_info.distributed_depth, query.client_info.version.patch), (1, 7));
    assert_eq!(query.scalars[0].0, "_shard_num");
    assert_eq!(query.scalars[0].1.columns[0].data, [5][..]);
}
