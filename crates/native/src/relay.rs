//! Moving the rows of a query on one deployment into an INSERT on another, as they are on the wire.

mod layout;

use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::block::RawBlock;
use crate::client::{Connection, InsertStream, Query, QueryStream};
use crate::error::Error;
use crate::limits::Limits;
use layout::Layout;

/// Blocks in memory at once: one that is read, one that waits, one that is handed over, one that is written.
pub const BLOCKS_IN_FLIGHT: usize = 4;

/// What is moved, and how.
pub struct Relay {
    /// What gives the rows. Its result must have the columns of the INSERT, in their order.
    pub select: Query,
    /// What takes the rows: an INSERT without any.
    pub insert: Query,
    /// Whether blocks are in LZ4 frames on both sides.
    pub compression: bool,
    /// Ends it early.
    pub cancel: CancellationToken,
}

/// What was moved so far. The target has been handed it, and may still refuse it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Relayed {
    /// Rows.
    pub rows: u64,
    /// Blocks.
    pub blocks: u64,
    /// Bytes, uncompressed.
    pub bytes: u64,
}

/// One side of a relay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelaySide {
    /// Where rows come from.
    Source,
    /// Where they go.
    Target,
}

/// How a relay ended. Only a count on the target proves that its rows are there (copy-safety 11, 16).
#[derive(Debug)]
pub enum RelayEnd {
    /// The source gave everything and the target says that it took everything.
    Finished,
    /// It was ended early: the target holds what it was given so far, or less.
    Cancelled,
    /// It ended before a row was sent to the target.
    NotBegun(RelaySide, Error),
    /// One side ended it, or its connection did, after rows may have been sent. The INSERT may still be running unless
    /// the target itself refused it.
    Broken(RelaySide, Error),
}

/// Runs a relay to its end. Both connections are used up: closing them ends what still runs.
pub async fn relay(
    mut source: Connection,
    mut target: Connection,
    relay: Relay,
    on_progress: &mut (dyn FnMut(Relayed) + Send),
) -> RelayEnd {
    let Relay { select, insert, compression, cancel } = relay;
    let places = Arc::new(Semaphore::new(BLOCKS_IN_FLIGHT));
    let (has_one_revision, limits) = (source.revision() == target.revision(), source.limits());
    let begin = async {
        let at_source = |error| RelayEnd::NotBegun(RelaySide::Source, error);
        let mut rows = source.query_raw(select.compression(compression), places).await.map_err(at_source)?;
        let header = rows.next_raw().await.map_err(at_source)?;
        let header = header.filter(|header| header.n_rows() == 0).ok_or_else(|| {
            at_source(Error::protocol("a result that does not begin with the names and types of its columns"))
        })?;
        let at_target = |error| RelayEnd::NotBegun(RelaySide::Target, error);
        let insert = target.insert(insert.compression(compression)).await.map_err(at_target)?;
        let layout = Layout::between(&header, insert.header(), has_one_revision).map_err(at_target)?;
        Ok(Moving { rows, insert, header, layout, limits, relayed: Relayed::default() })
    };
    let begun = tokio::select! {
        biased;
        () = cancel.cancelled() => return RelayEnd::Cancelled,
        begun = begin => begun,
    };
    match begun {
        Ok(moving) => moving.run(&cancel, on_progress).await,
        Err(end) => end,
    }
}

/// A relay whose statements run on both sides.
struct Moving<'c> {
    rows: QueryStream<'c>,
    insert: InsertStream<'c>,
    header: RawBlock,
    layout: Layout,
    limits: Limits,
    relayed: Relayed,
}

/// What a relay waits for.
enum Next {
    Cancelled,
    Refused(Error),
    Block(Result<Option<RawBlock>, Error>),
}

impl Moving<'_> {
    async fn run(mut self, cancel: &CancellationToken, on_progress: &mut (dyn FnMut(Relayed) + Send)) -> RelayEnd {
        loop {
            let next = tokio::select! {
                biased;
                () = cancel.cancelled() => Next::Cancelled,
                block = self.rows.next_raw() => Next::Block(block),
                error = self.insert.refusal() => Next::Refused(error),
            };
            let block = match next {
                Next::Cancelled => return RelayEnd::Cancelled,
                Next::Refused(error) => return RelayEnd::Broken(RelaySide::Target, error),
                Next::Block(Ok(Some(block))) => block,
                Next::Block(Ok(None)) => break,
                Next::Block(Err(error)) => return RelayEnd::Broken(RelaySide::Source, error),
            };
            if !block.has_columns_of(&self.header) {
                let what = "a block whose columns are not those that were announced";
                return RelayEnd::Broken(RelaySide::Source, Error::protocol(what));
            }
            let (n_rows, n_bytes) = (block.n_rows() as u64, block.content_bytes());
            let sent = tokio::select! {
                biased;
                () = cancel.cancelled() => return RelayEnd::Cancelled,
                sent = self.hand_over(block) => sent,
            };
            if let Err((side, error)) = sent {
                return RelayEnd::Broken(side, error);
            }
            self.relayed.rows += n_rows;
            self.relayed.blocks += 1;
            self.relayed.bytes += n_bytes;
            on_progress(self.relayed);
        }
        tokio::select! {
            biased;
            () = cancel.cancelled() => RelayEnd::Cancelled,
            finished = self.insert.finish() => match finished {
                Ok(_) => RelayEnd::Finished,
                Err(error) => RelayEnd::Broken(RelaySide::Target, error),
            },
        }
    }

    async fn hand_over(&mut self, block: RawBlock) -> Result<(), (RelaySide, Error)> {
        let Layout::Written(columns) = &self.layout else {
            return self.insert.send_raw(block).await.map_err(|error| (RelaySide::Target, error));
        };
        let mut decoded = block.to_block(self.limits).map_err(|error| (RelaySide::Source, error))?;
        for (column, (name, data_type)) in decoded.columns.iter_mut().zip(columns) {
            (column.name, column.data_type) = (name.clone(), data_type.clone());
        }
        self.insert.send(decoded).await.map_err(|error| (RelaySide::Target, error))
    }
}
