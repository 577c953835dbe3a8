use super::{Connection, State, Summary};
use crate::block::{Block, Place, RawBlock};
use crate::error::{Error, ServerException};
use crate::packet::client::{ClientPacket, DATA, encode_raw_data};
use crate::packet::{CLIENT_REVISION, ServerPacket};

/// An INSERT whose rows this side sends. It counts only once [`InsertStream::finish`]
/// has returned; dropped before, the connection is closed and the outcome is unknown.
#[derive(Debug)]
pub struct InsertStream<'c> {
    connection: &'c mut Connection,
    summary: Summary,
    header: Block,
    is_compressed: bool,
}

impl<'c> InsertStream<'c> {
    pub(super) async fn begin(
        connection: &'c mut Connection,
        query_id: String,
        is_compressed: bool,
    ) -> Result<Self, Error> {
        let mut summary = Summary { query_id, ..Summary::default() };
        loop {
            let during = "waiting for the columns of an INSERT";
            match connection.receive(during).await? {
                ServerPacket::Data(header) => {
                    // From here on only the end of the data makes the connection usable.
                    connection.state = State::Broken;
                    return Ok(Self { connection, summary, header, is_compressed });
                }
                ServerPacket::Exception(exception) => {
                    connection.state = State::Ready;
                    return Err(Error::Server(exception));
                }
                ServerPacket::EndOfStream => {
                    connection.state = State::Ready;
                    return Err(Error::Invalid { what: "the statement ran without asking for rows".to_owned() });
                }
                ServerPacket::Progress(progress) => summary.progress.add(&progress),
                ServerPacket::TableColumns(_) | ServerPacket::Log(_) | ServerPacket::ProfileEvents(_) => {}
                other => return Err(connection.unexpected(&other)),
            }
        }
    }

    /// The query's id.
    #[must_use]
    pub fn query_id(&self) -> &str {
        &self.summary.query_id
    }

    /// The names and types of the columns that the server wants.
    #[must_use]
    pub fn header(&self) -> &Block {
        &self.header
    }

    /// Sends rows. An empty block is not sent: it would end the INSERT.
    ///
    /// # Errors
    /// The server's exception, as soon as it has arrived, or what broke the connection.
    pub async fn send(&mut self, block: Block) -> Result<(), Error> {
        if block.n_rows == 0 {
            return Ok(());
        }
        self.listen().await?;
        self.send_data(block).await
    }

    /// Sends rows as they came from another deployment; they must have the columns of the header, and frames if the
    /// INSERT has them. An empty block is not sent.
    ///
    /// # Errors
    /// As for [`InsertStream::send`], or frames where there must be none.
    pub async fn send_raw(&mut self, block: RawBlock) -> Result<(), Error> {
        if block.n_rows() == 0 {
            return Ok(());
        }
        if block.is_compressed() != self.is_compressed {
            return Err(Error::Invalid { what: "a block in frames for an INSERT without, or the reverse".to_owned() });
        }
        self.listen().await?;
        let (parts, place) = encode_raw_data(DATA, block);
        self.connection.send(0, parts, place, "sending rows").await
    }

    /// Waits until the server ends the INSERT early, by an exception or by its connection, which is not
    /// used any further. Cancel-safe.
    pub(crate) async fn refusal(&mut self) -> Error {
        loop {
            let packet = self.connection.link.packets.recv().await;
            let noted = match packet {
                // Nothing is awaited once it is here, or it could get lost.
                Some(Ok(ServerPacket::Exception(exception))) => return Error::Server(exception),
                Some(Ok(packet)) => self.note(&packet),
                Some(Err(error)) => Err(error),
                None => Err(Error::closed("sending rows")),
            };
            if let Err(error) = noted {
                return error;
            }
        }
    }

    /// Takes note of what the server has said meanwhile.
    async fn listen(&mut self) -> Result<(), Error> {
        while let Ok(packet) = self.connection.link.packets.try_recv() {
            match packet? {
                ServerPacket::Exception(exception) => return Err(self.refused(exception).await),
                packet => self.note(&packet)?,
            }
        }
        Ok(())
    }

    /// Ends the rows and waits until the server has taken them.
    ///
    /// # Errors
    /// The server's exception, or what broke the connection: then the outcome is unknown.
    pub async fn finish(mut self) -> Result<Summary, Error> {
        self.send_data(Block::default()).await?;
        loop {
            match self.connection.receive("waiting for an INSERT to end").await? {
                ServerPacket::EndOfStream => {
                    self.connection.state = State::Ready;
                    return Ok(self.summary);
                }
                ServerPacket::Exception(exception) => {
                    self.connection.state = State::Ready;
                    return Err(Error::Server(exception));
                }
                packet => self.note(&packet)?,
            }
        }
    }

    /// After an exception the server passes over all data up to the empty block
    /// (protocol.md A6), which makes the connection usable again.
    async fn refused(&mut self, exception: ServerException) -> Error {
        match self.send_data(Block::default()).await {
            Ok(()) => self.connection.state = State::Ready,
            Err(error) => tracing::debug!(%error, "an INSERT that failed could not be ended"),
        }
        Error::Server(exception)
    }

    async fn send_data(&mut self, block: Block) -> Result<(), Error> {
        let data = ClientPacket::Data { table: String::new(), block };
        let parts = data.encode(CLIENT_REVISION, self.is_compressed);
        self.connection.send(0, parts, Place::default(), "sending rows").await
    }

    fn note(&mut self, packet: &ServerPacket) -> Result<(), Error> {
        match packet {
            ServerPacket::Progress(progress) => self.summary.progress.add(progress),
            ServerPacket::ProfileInfo(info) => self.summary.profile = Some(*info),
            ServerPacket::TableColumns(_)
            | ServerPacket::Log(_)
            | ServerPacket::ProfileEvents(_)
            | ServerPacket::Data(_) => {}
            other => return Err(self.connection.unexpected(other)),
        }
        Ok(())
    }
}
