//! A server for tests: it keeps the rows that are inserted and gives them back.

use ferry_native::server::{QueryRequest, Request, ServerConnection, ServerIdentity, ServerOptions};
use ferry_native::{Block, ConnectOptions, DataType, Error, ProfileInfo, Progress, ServerException, Version};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;

/// Listens on a free port and serves one client after the other.
pub async fn start() -> ConnectOptions {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let options = ConnectOptions::new(listener.local_addr().unwrap().to_string());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(serve(stream));
        }
    });
    options
}

/// Serves a client: `put T` asks for rows of a column `v` of type T and keeps them,
/// `get` gives them back, `fail` is an exception, anything else ends at once.
pub async fn serve<S>(stream: S) -> Result<(), Error>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let identity = ServerIdentity::proton(Version { major: 1, minor: 6, patch: 1 });
    let greeting = ServerConnection::accept(stream, identity, ServerOptions::default()).await?;
    let mut connection = greeting.respond_hello().await?;
    let mut kept = Vec::new();
    while let Some(request) = connection.next_request().await? {
        match request {
            Request::Ping => connection.send_pong().await?,
            Request::TablesStatus(_) => connection.send_tables_status(Vec::new()).await?,
            Request::Query(query) => answer(&mut connection, &query, &mut kept).await?,
        }
    }
    Ok(())
}

async fn answer(connection: &mut ServerConnection, query: &QueryRequest, kept: &mut Vec<Block>) -> Result<(), Error> {
    if let Some(type_name) = query.text.strip_prefix("put ") {
        let data_type: DataType = type_name.parse().unwrap();
        connection.begin_insert(&Block::header([("v", data_type)])).await?;
        kept.clear();
        while let Some(block) = connection.next_insert_block().await? {
            kept.push(block);
        }
    } else if query.text == "get" {
        let first = kept.first().unwrap();
        let header = first.columns.iter().map(|column| (column.name.clone(), column.data_type.clone()));
        connection.send_data(&Block::header(header)).await?;
        for block in kept.iter() {
            connection.send_data(block).await?;
        }
        return connection.end_result(&ProfileInfo::default(), &Progress::default()).await;
    } else if query.text == "fail" {
        return connection.send_exception(&ServerException::new(60, "it does not exist")).await;
    }
    connection.send_end_of_stream().await
}
