//! What a server sends. The order of a SELECT's packets is: the header, blocks,
//! totals and extremes, then [`ServerConnection::end_result`] (protocol.md A6).

use super::{Insert, ServerConnection, timed};
use crate::block::{Block, RawBlock};
use crate::client::write_parts;
use crate::error::{Error, ServerException};
use crate::packet::{ProfileInfo, Progress, ServerPacket, TableStatus, since};

impl ServerConnection {
    /// Sends names and types, or rows; compressed if the query asked for it.
    ///
    /// # Errors
    /// The client has gone or does not read; the same holds for all of these.
    pub async fn send_data(&mut self, block: &Block) -> Result<(), Error> {
        self.send(ServerPacket::Data(block.clone())).await
    }

    /// Sends names and types, or rows, that are encoded already.
    ///
    /// # Errors
    /// As for [`ServerConnection::send_data`].
    pub async fn send_raw_data(&mut self, block: RawBlock) -> Result<(), Error> {
        self.send(ServerPacket::RawData(block)).await
    }

    /// Sends the row of WITH TOTALS.
    ///
    /// # Errors
    /// As for [`ServerConnection::send_data`].
    pub async fn send_totals(&mut self, block: &Block) -> Result<(), Error> {
        self.send(ServerPacket::Totals(block.clone())).await
    }

    /// Sends the smallest and largest values.
    ///
    /// # Errors
    /// As for [`ServerConnection::send_data`].
    pub async fn send_extremes(&mut self, block: &Block) -> Result<(), Error> {
        self.send(ServerPacket::Extremes(block.clone())).await
    }

    /// Sends what was done since the last call.
    ///
    /// # Errors
    /// As for [`ServerConnection::send_data`].
    pub async fn send_progress(&mut self, progress: &Progress) -> Result<(), Error> {
        self.send(ServerPacket::Progress(*progress)).await
    }

    /// Sends what was counted over the whole result.
    ///
    /// # Errors
    /// As for [`ServerConnection::send_data`].
    pub async fn send_profile_info(&mut self, info: &ProfileInfo) -> Result<(), Error> {
        self.send(ServerPacket::ProfileInfo(*info)).await
    }

    /// Sends counters, to clients that know them.
    ///
    /// # Errors
    /// As for [`ServerConnection::send_data`].
    pub async fn send_profile_events(&mut self, events: &Block) -> Result<(), Error> {
        let needed = match self.insert {
            Insert::No => since::PROFILE_EVENTS,
            Insert::Open | Insert::Complete => since::PROFILE_EVENTS_IN_INSERT,
        };
        if self.revision < needed {
            return Ok(());
        }
        self.send(ServerPacket::ProfileEvents(events.clone())).await
    }

    /// Asks for the rows of an INSERT: describes the columns, then names them. Read the
    /// rows with [`ServerConnection::next_insert_block`].
    ///
    /// # Errors
    /// As for [`ServerConnection::send_data`].
    pub async fn begin_insert(&mut self, header: &Block) -> Result<(), Error> {
        let description = describe(header);
        self.insert = Insert::Open;
        self.send(ServerPacket::TableColumns(description)).await?;
        self.send_data(header).await
    }

    /// Ends a SELECT: what was counted, the empty block, the last progress, the end.
    ///
    /// # Errors
    /// As for [`ServerConnection::send_data`].
    pub async fn end_result(&mut self, info: &ProfileInfo, progress: &Progress) -> Result<(), Error> {
        self.send_profile_info(info).await?;
        self.send_progress(progress).await?;
        self.send_data(&Block::default()).await?;
        self.send_end_of_stream().await
    }

    /// Ends a query that succeeded.
    ///
    /// # Errors
    /// As for [`ServerConnection::send_data`].
    pub async fn send_end_of_stream(&mut self) -> Result<(), Error> {
        self.shared.end_query();
        self.send(ServerPacket::EndOfStream).await
    }

    /// Ends a query that failed; the connection stays usable.
    ///
    /// # Errors
    /// As for [`ServerConnection::send_data`].
    pub async fn send_exception(&mut self, exception: &ServerException) -> Result<(), Error> {
        self.shared.end_query();
        self.send(ServerPacket::Exception(exception.clone())).await
    }

    /// Answers a ping.
    ///
    /// # Errors
    /// As for [`ServerConnection::send_data`].
    pub async fn send_pong(&mut self) -> Result<(), Error> {
        self.send(ServerPacket::Pong).await
    }

    /// Answers a request for the state of streams: those that exist.
    ///
    /// # Errors
    /// As for [`ServerConnection::send_data`].
    pub async fn send_tables_status(&mut self, statuses: Vec<TableStatus>) -> Result<(), Error> {
        self.send(ServerPacket::TablesStatus(statuses)).await
    }

    async fn send(&mut self, packet: ServerPacket) -> Result<(), Error> {
        let during = "sending to a client";
        let parts = packet.encode(self.revision, self.is_compressed);
        let limit = self.options.write_timeout;
        timed(limit, during, write_parts(&mut self.writer, &parts, during)).await
    }
}

/// The text of a TableColumns packet (protocol.md A6).
fn describe(header: &Block) -> String {
    use std::fmt::Write;
    let mut text = format!("columns format version: 1\n{} columns:\n", header.columns.len());
    for column in &header.columns {
        let name = column.name.replace('\\', "\\\\").replace('`', "\\`");
        // Writing to a String cannot fail.
        let _written = writeln!(text, "`{name}` {}", column.data_type);
    }
    text
}
