//! The client's side: one connection, one query in flight.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use ferry_model::Secret;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::block::Place;
use crate::error::Error;
use crate::limits::Limits;
use crate::packet::client::{ClientHello, ClientPacket};
use crate::packet::form::DataForm;
use crate::packet::{CLIENT_REVISION, ServerHello, ServerPacket, TableName, TableStatus, Version};
use crate::wire::source::Source;

mod insert;
mod link;
mod query;
mod stream;
mod tls;

pub use insert::InsertStream;
use link::Link;
pub(crate) use link::write as write_parts;
pub use query::Query;
pub use stream::{CancelHandle, QueryEvent, QueryStream, RowStream, Summary};
pub use tls::TlsOptions;

/// How to reach and to talk to a deployment.
#[derive(Clone)]
pub struct ConnectOptions {
    /// `host:port`; 8463 is the streaming port, 9440 the one with TLS (protocol.md A7).
    pub address: String,
    /// The database of unqualified names; empty for the user's default.
    pub database: String,
    /// The user; the server refuses an empty one.
    pub user: String,
    /// The user's password.
    pub password: Secret,
    /// Whether and how the connection is encrypted.
    pub tls: TlsOptions,
    /// The name that the server's logs show. It must not start like the server's own,
    /// because those are spoken to differently (protocol.md A5).
    pub client_name: String,
    /// The longest time until the server has greeted.
    pub connect_timeout: Duration,
    /// The longest silence of the server while something is expected from it.
    pub read_timeout: Duration,
    /// Whether blocks are compressed with LZ4 in both directions.
    pub compression: bool,
    /// What the server may make this side hold in memory.
    pub limits: Limits,
}

impl ConnectOptions {
    /// Options for this address: user `default` without a password, LZ4, no TLS.
    pub fn new(address: impl Into<String>) -> Self {
        Self {
            address: address.into(),
            database: String::new(),
            user: "default".to_owned(),
            password: Secret::new(""),
            tls: TlsOptions::default(),
            client_name: "ferry".to_owned(),
            connect_timeout: Duration::from_secs(10),
            read_timeout: Duration::from_secs(300),
            compression: true,
            limits: Limits::default(),
        }
    }

    /// The same with this user and password.
    #[must_use]
    pub fn credentials(mut self, user: impl Into<String>, password: Secret) -> Self {
        self.user = user.into();
        self.password = password;
        self
    }

    fn hello(&self) -> Result<ClientHello, Error> {
        let name = self.client_name.to_ascii_lowercase();
        if name.starts_with("proton") || name.starts_with("timeplus") {
            return Err(Error::Invalid { what: format!("the client name `{name}` belongs to the server itself") });
        }
        Ok(ClientHello {
            client_name: self.client_name.clone(),
            version: client_version(),
            revision: CLIENT_REVISION,
            database: self.database.clone(),
            user: self.user.clone(),
            password: self.password.expose().to_owned(),
        })
    }
}

impl fmt::Debug for ConnectOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnectOptions")
            .field("address", &self.address)
            .field("database", &self.database)
            .field("user", &self.user)
            .field("tls", &self.tls)
            .field("compression", &self.compression)
            .finish_non_exhaustive()
    }
}

/// A connection to a deployment. Queries borrow it: there is one in flight at a time.
pub struct Connection {
    link: Link,
    server: ServerHello,
    options: Arc<ConnectOptions>,
    state: State,
    /// Counts the queries, so that a late cancel never hits a later one.
    generation: u64,
}

/// What the connection can be used for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// Nothing is in flight.
    Ready,
    /// A query runs; its packets come before anything else.
    Running,
    /// The order of packets is lost, or the socket is gone.
    Broken,
}

impl Connection {
    /// Connects and greets.
    ///
    /// # Errors
    /// [`Error::Auth`] for a wrong user or password, [`Error::Timeout`] after
    /// `connect_timeout`, and what the network and TLS report.
    pub async fn connect(options: ConnectOptions) -> Result<Self, Error> {
        let limit = options.connect_timeout;
        let during = format!("connecting to {}", options.address);
        let connect = async {
            let tcp = TcpStream::connect(&options.address)
                .await
                .and_then(|tcp| tcp.set_nodelay(true).map(|()| tcp))
                .map_err(|source| Error::Io { during: during.clone(), source })?;
            if options.tls.enabled {
                let stream = tls::handshake(tcp, &options).await?;
                let (reader, writer) = tokio::io::split(stream);
                Self::greet(reader, writer, options.clone()).await
            } else {
                let (reader, writer) = tcp.into_split();
                Self::greet(reader, writer, options.clone()).await
            }
        };
        timed(limit, &during, connect).await
    }

    /// Greets over a stream that is already open; address and TLS options are not used.
    ///
    /// # Errors
    /// As for [`Connection::connect`].
    pub async fn over<S>(stream: S, options: ConnectOptions) -> Result<Self, Error>
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let limit = options.connect_timeout;
        let (reader, writer) = tokio::io::split(stream);
        timed(limit, "greeting the server", Self::greet(reader, writer, options)).await
    }

    async fn greet<R, W>(reader: R, mut writer: W, options: ConnectOptions) -> Result<Self, Error>
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        let mut hello = BytesMut::new();
        options.hello()?.encode(&mut hello);
        link::write(&mut writer, &[hello.freeze()], "greeting the server").await?;

        let mut source = Source::new(reader, options.limits);
        let answer = ServerPacket::read(&mut source, CLIENT_REVISION, &DataForm::default()).await?;
        let server = match answer {
            Some(ServerPacket::Hello(hello)) => hello,
            Some(ServerPacket::Exception(exception)) if exception.is_authentication() => {
                return Err(Error::Auth(exception));
            }
            Some(ServerPacket::Exception(exception)) => return Err(Error::Server(exception)),
            Some(other) => {
                return Err(Error::protocol(format!("{} before the hello", other.kind())));
            }
            None => return Err(Error::closed("waiting for the server's hello")),
        };
        // A ClickHouse server speaks the same packets and other type names (protocol.md A3).
        if server.name.starts_with("ClickHouse") {
            return Err(Error::protocol(format!(
                "the server calls itself `{}`, it is not a Timeplus deployment",
                server.name
            )));
        }
        let revision = CLIENT_REVISION.min(server.revision);
        Ok(Self {
            link: Link::start(source, writer, revision),
            server,
            options: Arc::new(options),
            state: State::Ready,
            generation: 0,
        })
    }

    /// What the server said about itself.
    #[must_use]
    pub fn server(&self) -> &ServerHello {
        &self.server
    }

    /// The protocol revision that both sides speak.
    #[must_use]
    pub fn revision(&self) -> u64 {
        CLIENT_REVISION.min(self.server.revision)
    }

    /// Whether blocks are compressed where a query does not say otherwise.
    #[must_use]
    pub fn compresses(&self) -> bool {
        self.options.compression
    }

    /// What a server may make this side hold in memory.
    #[must_use]
    pub fn limits(&self) -> Limits {
        self.options.limits
    }

    /// Whether the connection can be used again, possibly after the rest of a cancelled
    /// query was read.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.state != State::Broken
    }

    /// Starts a query. It runs to its end while its stream is read; dropping the stream
    /// cancels it.
    ///
    /// # Errors
    /// The connection is broken or the query cannot be sent.
    pub async fn query(&mut self, query: impl Into<Query>) -> Result<QueryStream<'_>, Error> {
        let query_id = self.send_query(query.into(), None).await?;
        Ok(QueryStream::new(self, query_id))
    }

    /// Starts a query whose blocks are wanted as they are on the wire, undecoded. There are never more of them in
    /// memory than there are places: the server waits.
    ///
    /// # Errors
    /// The connection is broken or the query cannot be sent.
    pub async fn query_raw(
        &mut self,
        query: impl Into<Query>,
        places: Arc<Semaphore>,
    ) -> Result<QueryStream<'_>, Error> {
        let query_id = self.send_query(query.into(), Some(places)).await?;
        Ok(QueryStream::new(self, query_id))
    }

    /// Runs a query to its end, ignoring its rows.
    ///
    /// # Errors
    /// The server's exception, or what broke the connection.
    pub async fn execute(&mut self, query: impl Into<Query>) -> Result<Summary, Error> {
        self.query(query).await?.execute().await
    }

    /// Runs a query and gives all its rows, for results of a catalogue's size.
    ///
    /// # Errors
    /// The server's exception, what broke the connection, or a row that does not fit `T`.
    pub async fn fetch<T: klickhouse::Row>(&mut self, query: impl Into<Query>) -> Result<Vec<T>, Error> {
        self.query(query).await?.collect_rows().await
    }

    /// Starts an INSERT whose rows this side sends, and waits for the columns that the
    /// server wants.
    ///
    /// # Errors
    /// The server's exception, or a statement that asks for no data.
    pub async fn insert(&mut self, query: impl Into<Query>) -> Result<InsertStream<'_>, Error> {
        let query = query.into();
        let is_compressed = query.compression.unwrap_or(self.options.compression);
        let query_id = self.send_query(query, None).await?;
        InsertStream::begin(self, query_id, is_compressed).await
    }

    /// Asks for a sign of life.
    ///
    /// # Errors
    /// The connection is broken or the server stays silent.
    pub async fn ping(&mut self) -> Result<(), Error> {
        match self.ask(ClientPacket::Ping, "waiting for a pong").await? {
            ServerPacket::Pong => Ok(()),
            other => Err(self.unexpected(&other)),
        }
    }

    /// Asks which of these streams exist and how they are.
    ///
    /// # Errors
    /// The connection is broken or the server stays silent.
    pub async fn tables_status(&mut self, tables: Vec<TableName>) -> Result<Vec<TableStatus>, Error> {
        let request = ClientPacket::TablesStatus(tables);
        match self.ask(request, "waiting for the state of streams").await? {
            ServerPacket::TablesStatus(statuses) => Ok(statuses),
            other => Err(self.unexpected(&other)),
        }
    }

    /// Sends a request with exactly one answer. The connection counts as broken until
    /// the answer is there, so that a dropped call leaves no answer behind.
    async fn ask(&mut self, request: ClientPacket, during: &str) -> Result<ServerPacket, Error> {
        self.prepare().await?;
        self.state = State::Broken;
        self.send(0, request.encode(CLIENT_REVISION, false), Place::default(), during).await?;
        let answer = self.receive(during).await?;
        self.state = State::Ready;
        match answer {
            ServerPacket::Exception(exception) => Err(Error::Server(exception)),
            answer => Ok(answer),
        }
    }

    async fn send_query(&mut self, query: Query, places: Option<Arc<Semaphore>>) -> Result<String, Error> {
        self.prepare().await?;
        let is_compressed = query.compression.unwrap_or(self.options.compression);
        let revision = self.revision();
        let (query_id, parts) = query.encode(&self.options, revision, is_compressed);
        self.generation += 1;
        self.link.shared.form.set(is_compressed, places);
        self.state = State::Running;
        self.send(self.generation, parts, Place::default(), "sending a query").await?;
        Ok(query_id)
    }

    /// Makes the connection ready: what is left of a cancelled query is read first.
    async fn prepare(&mut self) -> Result<(), Error> {
        match self.state {
            State::Broken => return Err(Error::closed("using a connection that was given up")),
            State::Running => {
                self.link.shared.cancel(self.generation);
                let limit = self.options.read_timeout;
                let during = "waiting for a cancelled query to end";
                timed(limit, during, self.drain()).await.inspect_err(|_| self.state = State::Broken)?;
            }
            State::Ready => {}
        }
        // Between queries a server sends nothing; it may have closed.
        match self.link.packets.try_recv() {
            Err(tokio::sync::mpsc::error::TryRecvError::Empty) => Ok(()),
            Err(tokio::sync::mpsc::error::TryRecvError::Disconnected) => {
                self.state = State::Broken;
                Err(Error::closed("the connection was idle"))
            }
            Ok(Err(error)) => {
                self.state = State::Broken;
                Err(error)
            }
            Ok(Ok(ServerPacket::Exception(exception))) => {
                self.state = State::Broken;
                Err(Error::Server(exception))
            }
            Ok(Ok(other)) => Err(self.unexpected(&other)),
        }
    }

    async fn drain(&mut self) -> Result<(), Error> {
        loop {
            match self.receive("waiting for a cancelled query to end").await? {
                ServerPacket::EndOfStream | ServerPacket::Exception(_) => {
                    self.state = State::Ready;
                    return Ok(());
                }
                _ => {}
            }
        }
    }

    /// Hands bytes to the writer. What the server said before it closed the connection
    /// explains a failed write better than the failure itself.
    async fn send(&mut self, generation: u64, parts: Vec<Bytes>, place: Place, during: &str) -> Result<(), Error> {
        let limit = self.options.read_timeout;
        let command = link::Command { generation, parts, place };
        let is_sent = timed(limit, during, async { Ok(self.link.commands.send(command).await.is_ok()) })
            .await
            .inspect_err(|_| self.state = State::Broken)?;
        if is_sent {
            return Ok(());
        }
        self.state = State::Broken;
        while let Ok(packet) = self.link.packets.try_recv() {
            if let Ok(ServerPacket::Exception(exception)) = packet {
                return Err(Error::Server(exception));
            }
        }
        Err(self.link.shared.take_write_error().unwrap_or_else(|| Error::closed(during)))
    }

    /// The next packet of the server; an error breaks the connection.
    async fn receive(&mut self, during: &str) -> Result<ServerPacket, Error> {
        let limit = self.options.read_timeout;
        let packets = &mut self.link.packets;
        let next = timed(limit, during, async { packets.recv().await.unwrap_or_else(|| Err(Error::closed(during))) });
        next.await.inspect_err(|_| self.state = State::Broken)
    }

    fn unexpected(&mut self, packet: &ServerPacket) -> Error {
        self.state = State::Broken;
        Error::protocol(format!("{} when it was not expected", packet.kind()))
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("address", &self.options.address)
            .field("server", &self.server)
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// The release that Ferry announces as a client.
pub(crate) fn client_version() -> Version {
    let part = |text: &str| text.parse().unwrap_or(0);
    Version {
        major: part(env!("CARGO_PKG_VERSION_MAJOR")),
        minor: part(env!("CARGO_PKG_VERSION_MINOR")),
        patch: part(env!("CARGO_PKG_VERSION_PATCH")),
    }
}

/// Bounds a future by a time.
async fn timed<T>(limit: Duration, during: &str, future: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    match timeout(limit, future).await {
        Ok(result) => result,
        Err(_) => Err(Error::Timeout { during: during.to_owned(), after: limit }),
    }
}
