//! Moving rows from one deployment to another through this process, where the target cannot pull them itself.

use ferry_model::QueryId;
use ferry_native::relay::{Relay, RelayEnd, RelaySide, Relayed, relay};
use ferry_native::{Limits, Query};
use tokio_util::sync::CancellationToken;

use crate::error::RELAY_BLOCK_TOO_LARGE;
use crate::{Deployment, Error, InsertOutcome, InsertProgress};

/// The most bytes of one block, uncompressed. The log takes records up to 10 MiB (resources.md 3.3), so that a larger
/// block would not arrive anyway; four of them bound the memory of one relay.
const BLOCK_BYTES: u64 = 16 << 20;

/// The rows of one statement, inserted by another.
#[derive(Clone, Copy)]
pub struct RelayedInsert<'a> {
    /// What gives the rows, without SETTINGS.
    pub select: &'a str,
    /// Its settings.
    pub select_settings: &'a [(String, String)],
    /// What takes the rows: `INSERT INTO .. (..) VALUES`.
    pub insert: &'a str,
    /// Its settings.
    pub insert_settings: &'a [(String, String)],
    /// The id of the INSERT; that of the SELECT is the same with `-read`.
    pub query_id: &'a QueryId,
    /// Ends both early.
    pub cancel: &'a CancellationToken,
}

impl Deployment {
    /// Reads rows from another deployment and inserts them here, block by block, without decoding them. They are
    /// never sent twice. After any end but [`InsertOutcome::Finished`] the INSERT may still be running for a moment,
    /// unless it was refused by this deployment itself.
    pub async fn insert_relayed(
        &self,
        source: &Self,
        insert: RelayedInsert<'_>,
        mut on_progress: impl FnMut(InsertProgress) + Send,
    ) -> InsertOutcome {
        let limits = Limits { max_block_bytes: BLOCK_BYTES, max_frame_bytes: 2 * BLOCK_BYTES, ..Limits::default() };
        // Nothing was sent yet, so a connection that does not stand leaves no doubt.
        let (reading, writing) = match tokio::try_join!(
            async { source.wire().open_with(limits).await.map_err(|error| at(RelaySide::Source, error)) },
            async { self.wire().open_with(limits).await.map_err(|error| at(RelaySide::Target, error)) },
        ) {
            Ok(both) => both,
            Err(error) => return InsertOutcome::Refused(error),
        };
        let compression = reading.compresses() && writing.compresses();
        let query = |sql: &str, id: String, settings: &[(String, String)]| {
            // Only LZ4 frames can be looked into (protocol.md A5).
            let query = Query::new(sql).id(id).setting("network_compression_method", "LZ4");
            settings.iter().fold(query, |query, (name, value)| query.setting(name.as_str(), value.as_str()))
        };
        let asked = Relay {
            // On the streaming port an unbounded read would never end (protocol.md A7).
            select: query(insert.select, format!("{}-read", insert.query_id), insert.select_settings)
                .setting("query_mode", "table"),
            insert: query(insert.insert, insert.query_id.to_string(), insert.insert_settings),
            compression,
            cancel: insert.cancel.clone(),
        };
        let mut done = InsertProgress::default();
        let mut note = |relayed: Relayed| {
            done = InsertProgress { read_rows: relayed.rows, written_rows: relayed.rows, written_bytes: relayed.bytes };
            on_progress(done);
        };
        let end = relay(reading, writing, asked, &mut note).await;
        match end {
            RelayEnd::Finished => InsertOutcome::Finished(done),
            RelayEnd::Cancelled => InsertOutcome::Cancelled(done),
            RelayEnd::NotBegun(side, error) => InsertOutcome::Refused(self.ended_at(source, side, error)),
            RelayEnd::Broken(side, error) => match self.ended_at(source, side, error) {
                error if error.is_refusal() => InsertOutcome::Refused(error),
                error => InsertOutcome::Unknown(error),
            },
        }
    }

    fn ended_at(&self, source: &Self, side: RelaySide, error: ferry_native::Error) -> Error {
        let error = match error {
            // Smaller blocks help.
            ferry_native::Error::Limit { .. } => Error::Refused {
                what: "a block".to_owned(),
                code: None,
                status: None,
                message: format!("{error} ({RELAY_BLOCK_TOO_LARGE})"),
            },
            error => {
                let wire = if side == RelaySide::Source { source.wire() } else { self.wire() };
                wire.failed(error, "the relay's statement")
            }
        };
        at(side, error)
    }
}

fn at(side: RelaySide, error: Error) -> Error {
    let side = match side {
        RelaySide::Source => "reading from the source",
        RelaySide::Target => "writing to the target",
    };
    Error::Relay { side, source: Box::new(error) }
}
