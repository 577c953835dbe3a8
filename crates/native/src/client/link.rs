//! The two tasks of a connection: one owns the read half, one the write half.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::sync::{Notify, mpsc};
use tokio_util::task::AbortOnDropHandle;

use crate::block::Place;
use crate::error::Error;
use crate::packet::ServerPacket;
use crate::packet::client::CANCEL;
use crate::packet::form::DataForm;
use crate::wire::source::Source;

/// How many packets wait for the reader of a query. Each may hold a block.
const PACKETS_AHEAD: usize = 4;
/// How many writes wait for the socket.
const COMMANDS_AHEAD: usize = 2;
/// Parts smaller than this are written together.
const COALESCE_BYTES: usize = 16 << 10;

/// Bytes to be written.
pub(super) struct Command {
    /// The query that they begin, 0 if they belong to none or to the current one.
    pub(super) generation: u64,
    pub(super) parts: Vec<Bytes>,
    /// The place of the block that they are, free once they are written.
    pub(super) place: Place,
}

/// A connection's ends of its tasks. The tasks end when it is dropped.
pub(super) struct Link {
    pub(super) commands: mpsc::Sender<Command>,
    pub(super) packets: mpsc::Receiver<Result<ServerPacket, Error>>,
    pub(super) shared: Arc<Shared>,
    _reader: AbortOnDropHandle<()>,
    _writer: AbortOnDropHandle<()>,
}

/// What the tasks and the connection's user both see.
#[derive(Default)]
pub(super) struct Shared {
    /// How blocks are to be read; set while none is in flight.
    pub(super) form: DataForm,
    /// The query whose cancellation was asked for, 0 for none.
    cancelled: AtomicU64,
    cancel_asked: Notify,
    write_error: Mutex<Option<Error>>,
}

impl Shared {
    /// Asks for the cancellation of a query; does nothing if it is not the current one
    /// when the writer sees this.
    pub(super) fn cancel(&self, generation: u64) {
        // A late handle of an earlier query must not hide that this one was cancelled.
        self.cancelled.fetch_max(generation, Ordering::SeqCst);
        self.cancel_asked.notify_one();
    }

    pub(super) fn is_cancelled(&self, generation: u64) -> bool {
        self.cancelled.load(Ordering::SeqCst) == generation
    }

    pub(super) fn take_write_error(&self) -> Option<Error> {
        self.write_error.lock().ok()?.take()
    }
}

impl Link {
    pub(super) fn start<R, W>(source: Source<R>, writer: W, revision: u64) -> Self
    where
        R: AsyncRead + Send + Unpin + 'static,
        W: AsyncWrite + Send + Unpin + 'static,
    {
        let (packet_sender, packets) = mpsc::channel(PACKETS_AHEAD);
        let (commands, command_receiver) = mpsc::channel(COMMANDS_AHEAD);
        let shared = Arc::new(Shared::default());
        let reader = tokio::spawn(read_packets(source, revision, Arc::clone(&shared), packet_sender));
        let writer = tokio::spawn(write_commands(writer, Arc::clone(&shared), command_receiver));
        Self {
            commands,
            packets,
            shared,
            _reader: AbortOnDropHandle::new(reader),
            _writer: AbortOnDropHandle::new(writer),
        }
    }
}

async fn read_packets<R: AsyncRead + Unpin>(
    mut source: Source<R>,
    revision: u64,
    shared: Arc<Shared>,
    packets: mpsc::Sender<Result<ServerPacket, Error>>,
) {
    loop {
        let packet = match ServerPacket::read(&mut source, revision, &shared.form).await {
            Ok(Some(packet)) => Ok(packet),
            Ok(None) => Err(Error::closed("an answer was expected")),
            Err(error) => Err(error),
        };
        let is_last = packet.is_err();
        // The user of the connection is gone when nobody receives.
        if packets.send(packet).await.is_err() || is_last {
            return;
        }
    }
}

async fn write_commands<W: AsyncWrite + Unpin>(
    mut writer: W,
    shared: Arc<Shared>,
    mut commands: mpsc::Receiver<Command>,
) {
    let mut current = 0;
    let mut told = 0;
    loop {
        let mut parts = Vec::new();
        let mut place = Place::default();
        tokio::select! {
            biased;
            () = shared.cancel_asked.notified() => {}
            command = commands.recv() => {
                let Some(command) = command else { return };
                if command.generation > 0 {
                    current = command.generation;
                }
                parts = command.parts;
                place = command.place;
            }
        }
        // A cancel for a query that is not on the wire yet is kept until it is; one for
        // an earlier query is dropped.
        if shared.is_cancelled(current) && told != current {
            told = current;
            parts.push(Bytes::from_static(&[CANCEL as u8]));
        }
        if let Err(error) = write(&mut writer, &parts, "sending to the server").await {
            if let Ok(mut slot) = shared.write_error.lock() {
                *slot = Some(error);
            }
            return;
        }
        drop(place);
    }
}

/// Writes parts, small ones together.
pub(crate) async fn write<W: AsyncWrite + Unpin>(writer: &mut W, parts: &[Bytes], during: &str) -> Result<(), Error> {
    let failed = |source| Error::Io { during: during.to_owned(), source };
    let mut small = Vec::new();
    for part in parts {
        if part.len() < COALESCE_BYTES {
            small.extend_from_slice(part);
            continue;
        }
        if !small.is_empty() {
            writer.write_all(&small).await.map_err(failed)?;
            small.clear();
        }
        writer.write_all(part).await.map_err(failed)?;
    }
    writer.write_all(&small).await.map_err(failed)?;
    writer.flush().await.map_err(failed)
}
