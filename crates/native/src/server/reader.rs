//! The task that owns a client's read half.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::AsyncRead;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::{QueryRequest, Request};
use crate::block::Block;
use crate::error::Error;
use crate::limits;
use crate::packet::client::ClientPacket;
use crate::packet::query::QueryPacket;
use crate::wire::source::Source;

/// How many packets wait for the server. Each may hold a block.
const PACKETS_AHEAD: usize = 4;

/// What the reader hands on.
#[derive(Debug)]
pub(super) enum Incoming {
    Request(Request),
    Data(Block),
}

/// What the reader and the connection both see.
#[derive(Debug, Default)]
pub(super) struct Shared {
    is_running: AtomicBool,
}

impl Shared {
    /// The current query has ended: set before its last packet is written, because the
    /// client may ask anew as soon as it has read it.
    pub(super) fn end_query(&self) {
        self.is_running.store(false, Ordering::SeqCst);
    }
}

type Sender = mpsc::Sender<Result<Incoming, Error>>;
type Receiver = mpsc::Receiver<Result<Incoming, Error>>;

pub(super) fn start<R>(source: Source<R>, revision: u64, shared: Arc<Shared>) -> (Receiver, AbortOnDropHandle<()>)
where
    R: AsyncRead + Send + Unpin + 'static,
{
    let (sender, receiver) = mpsc::channel(PACKETS_AHEAD);
    let reader = Reader { source, revision, shared, sender };
    let task = tokio::spawn(reader.run());
    (receiver, AbortOnDropHandle::new(task))
}

struct Reader<R> {
    source: Source<R>,
    revision: u64,
    shared: Arc<Shared>,
    sender: Sender,
}

impl<R: AsyncRead + Unpin> Reader<R> {
    async fn run(mut self) {
        let mut cancellation = CancellationToken::new();
        if let Err(error) = self.read(&mut cancellation).await {
            tracing::debug!(%error, "a client's connection ends with an error");
            cancellation.cancel();
            // Nobody receives when the connection was dropped, which is fine.
            let _gone = self.sender.send(Err(error)).await;
        }
        cancellation.cancel();
    }

    async fn read(&mut self, cancellation: &mut CancellationToken) -> Result<(), Error> {
        let mut is_compressed = false;
        loop {
            let packet = ClientPacket::read(&mut self.source, self.revision, is_compressed).await?;
            let Some(packet) = packet else { return Ok(()) };
            let incoming = match packet {
                ClientPacket::Cancel => {
                    // Between queries it comes too late and means nothing (protocol.md A6).
                    if self.shared.is_running.load(Ordering::SeqCst) {
                        cancellation.cancel();
                    }
                    continue;
                }
                ClientPacket::Data { block, .. } => Incoming::Data(block),
                // During a query only Cancel is legal (protocol.md A6).
                _ if self.shared.is_running.load(Ordering::SeqCst) => {
                    return Err(Error::protocol("a request while a query runs"));
                }
                ClientPacket::Ping => Incoming::Request(Request::Ping),
                ClientPacket::TablesStatus(tables) => Incoming::Request(Request::TablesStatus(tables)),
                ClientPacket::Scalar { .. } => {
                    return Err(Error::protocol("a scalar without a query"));
                }
                ClientPacket::Query(query) => {
                    is_compressed = query.is_compressed;
                    *cancellation = CancellationToken::new();
                    let request = self.query(*query, cancellation.clone()).await?;
                    self.shared.is_running.store(true, Ordering::SeqCst);
                    Incoming::Request(Request::Query(Box::new(request)))
                }
            };
            if self.sender.send(Ok(incoming)).await.is_err() {
                return Ok(());
            }
        }
    }

    /// Reads what follows a query: scalars and external tables up to the empty block.
    async fn query(&mut self, query: QueryPacket, cancellation: CancellationToken) -> Result<QueryRequest, Error> {
        let mut scalars = Vec::new();
        let mut external = Vec::new();
        loop {
            let packet = ClientPacket::read(&mut self.source, self.revision, query.is_compressed).await?;
            match packet {
                Some(ClientPacket::Scalar { name, block }) => scalars.push((name, block)),
                Some(ClientPacket::Data { block, .. }) if block.is_end() => break,
                Some(ClientPacket::Data { table, block }) => external.push((table, block)),
                Some(ClientPacket::Cancel) => cancellation.cancel(),
                Some(_) => return Err(Error::protocol("a request before the end of a query")),
                None => return Err(Error::closed("reading what follows a query")),
            }
            let limits = self.source.limits();
            let n_blocks = (scalars.len() + external.len()) as u64;
            limits::check("the number of blocks of a query", limits.max_entries, n_blocks)?;
            let blocks = scalars.iter().chain(&external).map(|(_, block)| block);
            let n_bytes = blocks.map(Block::data_bytes).sum::<usize>() as u64;
            limits::check("the size of a query's blocks", limits.max_block_bytes, n_bytes)?;
        }
        Ok(QueryRequest {
            id: query.id,
            client_info: query.client_info,
            settings: query.settings,
            stage: query.stage,
            compression: query.is_compressed,
            text: query.text,
            parameters: query.parameters,
            scalars,
            external,
            cancellation,
        })
    }
}
