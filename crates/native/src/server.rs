//! The server's side: what a stand-in for a deployment is built from.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use ferry_model::Secret;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::block::Block;
use crate::client::write_parts;
use crate::error::{Error, ServerException};
use crate::limits::Limits;
use crate::packet::client::ClientHello;
use crate::packet::query::{ClientInfo, Setting, Stage};
use crate::packet::{SERVER_REVISION, ServerHello, ServerPacket, TableName, Version, since};
use crate::wire::source::{Layer, Source};

mod reader;
mod send;

use reader::{Incoming, Shared};

/// What the server says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerIdentity {
    /// The product's name; drivers know `proton` (protocol.md A3).
    pub name: String,
    /// The release.
    pub version: Version,
    /// The protocol revision to announce, at most that of Proton 3.x.
    pub revision: u64,
    /// The server's time zone.
    pub timezone: String,
    /// The name that the server gives itself.
    pub display_name: String,
}

impl ServerIdentity {
    /// Proton of this release, in UTC.
    #[must_use]
    pub fn proton(version: Version) -> Self {
        Self {
            name: "proton".to_owned(),
            version,
            revision: SERVER_REVISION,
            timezone: "UTC".to_owned(),
            display_name: "proton".to_owned(),
        }
    }

    fn hello(&self) -> ServerHello {
        ServerHello {
            name: self.name.clone(),
            version: self.version,
            revision: self.revision,
            timezone: self.timezone.clone(),
            display_name: self.display_name.clone(),
        }
    }
}

/// How long and how much a server waits for.
#[derive(Debug, Clone, Copy)]
pub struct ServerOptions {
    /// The longest time until a client has greeted.
    pub hello_timeout: Duration,
    /// The longest silence between requests.
    pub idle_timeout: Duration,
    /// The longest silence of a client that is sending an INSERT's rows.
    pub read_timeout: Duration,
    /// The longest time that a client may leave what is sent to it unread.
    pub write_timeout: Duration,
    /// What a client may make this side hold in memory.
    pub limits: Limits,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            hello_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(3600),
            read_timeout: Duration::from_secs(300),
            write_timeout: Duration::from_secs(300),
            limits: Limits::default(),
        }
    }
}

/// Who connects.
#[derive(Clone)]
pub struct ClientIdentity {
    /// The client's name.
    pub client_name: String,
    /// The client's release.
    pub version: Version,
    /// The client's protocol revision.
    pub revision: u64,
    /// The database of unqualified names; may be empty.
    pub database: String,
    /// The user.
    pub user: String,
    /// The password.
    pub password: Secret,
}

impl fmt::Debug for ClientIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientIdentity")
            .field("client_name", &self.client_name)
            .field("revision", &self.revision)
            .field("database", &self.database)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

/// What a client asks for.
#[derive(Debug)]
pub enum Request {
    /// To run a statement. Answer with blocks and the end, or with an exception.
    Query(Box<QueryRequest>),
    /// A sign of life. Answer with [`ServerConnection::send_pong`].
    Ping,
    /// The state of streams. Answer with [`ServerConnection::send_tables_status`].
    TablesStatus(Vec<TableName>),
}

/// A statement and how it is to be run.
pub struct QueryRequest {
    /// The id that the client chose; empty if the server is to choose.
    pub id: String,
    /// What the client says about itself.
    pub client_info: ClientInfo,
    /// The settings of this query.
    pub settings: Vec<Setting>,
    /// How far to process.
    pub stage: Stage,
    /// Whether blocks are compressed in both directions.
    pub compression: bool,
    /// The statement.
    pub text: String,
    /// Parameters of the statement, from clients that know them.
    pub parameters: Vec<Setting>,
    /// Scalars by name, for example `_shard_num`.
    pub scalars: Vec<(String, Block)>,
    /// External tables by name; several blocks of one table follow each other.
    pub external: Vec<(String, Block)>,
    /// Set when the client cancels, breaks the protocol or goes away.
    pub cancellation: CancellationToken,
}

impl QueryRequest {
    /// The value of a setting, if the query has it; the last one counts.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<&str> {
        let found = self.settings.iter().rev().find(|setting| setting.name == name);
        found.map(|setting| setting.value.as_str())
    }
}

/// Without the text, which may hold a password of an external stream.
impl fmt::Debug for QueryRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("QueryRequest")
            .field("id", &self.id)
            .field("text_bytes", &self.text.len())
            .finish_non_exhaustive()
    }
}

/// A client that has greeted and waits to be let in.
pub struct Greeting {
    client: ClientIdentity,
    identity: ServerIdentity,
    options: ServerOptions,
    source: Source<BoxedReader>,
    writer: BoxedWriter,
    revision: u64,
}

type BoxedReader = Box<dyn AsyncRead + Send + Unpin>;
type BoxedWriter = Box<dyn AsyncWrite + Send + Unpin>;

/// A connection to a client that was let in.
pub struct ServerConnection {
    client: ClientIdentity,
    options: ServerOptions,
    writer: BoxedWriter,
    incoming: mpsc::Receiver<Result<Incoming, Error>>,
    shared: Arc<Shared>,
    /// The lower revision of both sides.
    revision: u64,
    is_compressed: bool,
    insert: Insert,
    _reader: AbortOnDropHandle<()>,
}

/// Whether the client of the current query sends rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Insert {
    /// It was not asked to.
    No,
    /// It was asked and has not sent the empty block.
    Open,
    /// It has sent the empty block.
    Complete,
}

impl ServerConnection {
    /// Reads a client's hello.
    ///
    /// # Errors
    /// Anything else than a hello, or none in time.
    pub async fn accept<S>(stream: S, identity: ServerIdentity, options: ServerOptions) -> Result<Greeting, Error>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let (reader, writer) = tokio::io::split(stream);
        let mut source = Source::new(Box::new(reader) as BoxedReader, options.limits);
        let during = "reading a client's hello";
        let hello = timed(options.hello_timeout, during, ClientHello::read(&mut source)).await?;
        let revision = identity.revision.min(hello.revision);
        Ok(Greeting {
            client: ClientIdentity {
                client_name: hello.client_name,
                version: hello.version,
                revision: hello.revision,
                database: hello.database,
                user: hello.user,
                password: Secret::new(hello.password),
            },
            identity,
            options,
            source,
            writer: Box::new(writer),
            revision,
        })
    }

    /// Who is connected.
    #[must_use]
    pub fn client(&self) -> &ClientIdentity {
        &self.client
    }

    /// The next request; `None` when the client has gone. Rows that are still coming for
    /// an INSERT that failed are passed over (protocol.md A6). Cancel-safe.
    ///
    /// # Errors
    /// The client broke the protocol or was silent for too long; close the connection.
    pub async fn next_request(&mut self) -> Result<Option<Request>, Error> {
        loop {
            let during = "waiting for a request";
            let Some(incoming) = self.receive(self.options.idle_timeout, during).await? else {
                return Ok(None);
            };
            match incoming {
                Incoming::Data(block) => match self.insert {
                    Insert::Open if block.is_end() => self.insert = Insert::Complete,
                    Insert::Open => {}
                    _ => return Err(Error::protocol("rows that nobody asked for")),
                },
                Incoming::Request(request) => {
                    if self.insert == Insert::Open {
                        return Err(Error::protocol("a request amid the rows of an INSERT"));
                    }
                    self.insert = Insert::No;
                    if let Request::Query(query) = &request {
                        self.is_compressed = query.compression;
                    }
                    return Ok(Some(request));
                }
            }
        }
    }

    /// The next rows of an INSERT; `None` when the client has sent them all.
    ///
    /// # Errors
    /// The client went away or broke the protocol: the rows are incomplete.
    pub async fn next_insert_block(&mut self) -> Result<Option<Block>, Error> {
        if self.insert != Insert::Open {
            return Ok(None);
        }
        let during = "waiting for the rows of an INSERT";
        match self.receive(self.options.read_timeout, during).await? {
            Some(Incoming::Data(block)) if block.is_end() => {
                self.insert = Insert::Complete;
                Ok(None)
            }
            Some(Incoming::Data(block)) => Ok(Some(block)),
            Some(Incoming::Request(_)) => Err(Error::protocol("a request amid the rows of an INSERT")),
            None => Err(Error::closed(during)),
        }
    }

    async fn receive(&mut self, limit: Duration, during: &str) -> Result<Option<Incoming>, Error> {
        let incoming = &mut self.incoming;
        timed(limit, during, async { incoming.recv().await.transpose() }).await
    }
}

impl Greeting {
    /// Who wants in, with the password to be checked.
    #[must_use]
    pub fn client(&self) -> &ClientIdentity {
        &self.client
    }

    /// Lets the client in.
    ///
    /// # Errors
    /// The client has gone.
    pub async fn respond_hello(mut self) -> Result<ServerConnection, Error> {
        let during = "greeting a client";
        let hello = ServerPacket::Hello(self.identity.hello()).encode(self.revision, false);
        self.write(&hello, during).await?;
        if self.revision >= since::ADDENDUM {
            // The addendum: the key of the quota, which nothing here uses.
            let addendum = self.source.text(Layer::Raw, during);
            timed(self.options.hello_timeout, during, addendum).await?;
        }
        let shared = Arc::new(Shared::default());
        let (incoming, reader) = reader::start(self.source, self.revision, Arc::clone(&shared));
        Ok(ServerConnection {
            client: self.client,
            options: self.options,
            writer: self.writer,
            incoming,
            shared,
            revision: self.revision,
            is_compressed: false,
            insert: Insert::No,
            _reader: reader,
        })
    }

    /// Turns the client away: an exception instead of a hello (protocol.md A3).
    ///
    /// # Errors
    /// The client has gone.
    pub async fn refuse(mut self, exception: ServerException) -> Result<(), Error> {
        let packet = ServerPacket::Exception(exception).encode(self.revision, false);
        self.write(&packet, "turning a client away").await
    }

    async fn write(&mut self, parts: &[Bytes], during: &str) -> Result<(), Error> {
        let limit = self.options.write_timeout;
        timed(limit, during, write_parts(&mut self.writer, parts, during)).await
    }
}

impl fmt::Debug for Greeting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Greeting").field("client", &self.client).finish_non_exhaustive()
    }
}

impl fmt::Debug for ServerConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerConnection").field("client", &self.client).finish_non_exhaustive()
    }
}

/// Bounds a future by a time.
async fn timed<T>(limit: Duration, during: &str, future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    match timeout(limit, future).await {
        Ok(result) => result,
        Err(_) => Err(Error::Timeout { during: during.to_owned(), after: limit }),
    }
}
