//! Buffered reading of packets, with limits.

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};

use super::frame;
use super::kept::Kept;
use super::put::{Varuint, read_varuint};
use super::window::Window;
use crate::error::Error;
use crate::limits::{self, Limits};
use crate::types::DataType;

/// The most that is read from the socket at once.
const READ_CHUNK_BYTES: usize = 256 << 10;
/// The least space that a read is offered.
const READ_MIN_BYTES: usize = 16 << 10;

/// Where a value is read from: packets lie in the stream itself, blocks may lie in
/// compression frames within it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layer {
    /// The bytes of the socket.
    Raw,
    /// The bytes inside compression frames.
    Framed,
}

/// A socket's read half with its buffers. Its reads are not cancel-safe: one task owns it.
pub(crate) struct Source<R> {
    io: R,
    raw: BytesMut,
    framed: BytesMut,
    limits: Limits,
    /// The type of each column of the last blocks, by its place: blocks of one result
    /// repeat them, and a small block would cost mostly the reading of their names.
    types: Vec<(Box<[u8]>, DataType)>,
    /// What is taken from the socket, while somebody wants it as it was on the wire.
    kept: Option<Kept>,
    /// What frames hold, meanwhile: nobody takes it then, it is only looked at.
    window: Window,
}

/// How many places of columns are remembered.
const MAX_KNOWN_TYPES: usize = 1000;

impl<R: AsyncRead + Unpin> Source<R> {
    pub(crate) fn new(io: R, limits: Limits) -> Self {
        Self {
            io,
            raw: BytesMut::new(),
            framed: BytesMut::new(),
            limits,
            types: Vec::new(),
            kept: None,
            window: Window::default(),
        }
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Reads the first byte of a packet's id; `None` when the peer closed between packets.
    pub(crate) async fn packet_id(&mut self) -> Result<Option<u64>, Error> {
        if self.raw.is_empty() && !self.read_some(READ_MIN_BYTES, "").await? {
            return Ok(None);
        }
        self.varuint(Layer::Raw, "reading a packet's id").await.map(Some)
    }

    pub(crate) async fn varuint(&mut self, layer: Layer, during: &str) -> Result<u64, Error> {
        loop {
            let bytes = self.buffer(layer);
            match read_varuint(bytes) {
                Varuint::Value { value, width } => {
                    self.take(layer, width);
                    return Ok(value);
                }
                Varuint::TooLong => {
                    return Err(Error::protocol(format!("a number of more than 64 bits while {during}")));
                }
                Varuint::Incomplete => self.fill(layer, 1, during).await?,
            }
        }
    }

    pub(crate) async fn u8(&mut self, layer: Layer, during: &str) -> Result<u8, Error> {
        Ok(self.exact(layer, 1, during).await?[0])
    }

    pub(crate) async fn i32(&mut self, layer: Layer, during: &str) -> Result<i32, Error> {
        let bytes = self.exact(layer, 4, during).await?;
        Ok(i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }

    pub(crate) async fn u64(&mut self, layer: Layer, during: &str) -> Result<u64, Error> {
        let bytes = self.exact(layer, 8, during).await?;
        let mut array = [0; 8];
        array.copy_from_slice(&bytes);
        Ok(u64::from_le_bytes(array))
    }

    /// Reads a string of at most `max_string_bytes`; it must be UTF-8.
    pub(crate) async fn string(&mut self, layer: Layer, during: &str) -> Result<String, Error> {
        let bytes = self.string_bytes(layer, during).await?;
        match std::str::from_utf8(&bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(Error::protocol(format!("a text that is not UTF-8 while {during}"))),
        }
    }

    /// Reads a text meant for people, where bytes that are not UTF-8 are replaced.
    pub(crate) async fn text(&mut self, layer: Layer, during: &str) -> Result<String, Error> {
        let bytes = self.string_bytes(layer, during).await?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Reads the type of a column, the `place`th of its block.
    pub(crate) async fn data_type(&mut self, layer: Layer, place: usize, column: &str) -> Result<DataType, Error> {
        let bytes = self.string_bytes(layer, "reading a column's type").await?;
        self.known_type(place, column, &bytes)
    }

    /// The type that a text names, which stood at the `place`th column of its block.
    pub(crate) fn known_type(&mut self, place: usize, column: &str, bytes: &[u8]) -> Result<DataType, Error> {
        if let Some((known, data_type)) = self.types.get(place)
            && **known == *bytes
        {
            return Ok(data_type.clone());
        }
        let text =
            std::str::from_utf8(bytes).map_err(|_| Error::protocol(format!("the type of `{column}` is not UTF-8")))?;
        let data_type: DataType = text.parse().map_err(|error| Error::column(column, error))?;
        let known = (Box::from(bytes), data_type.clone());
        if let Some(slot) = self.types.get_mut(place) {
            *slot = known;
        } else if place == self.types.len() && place < MAX_KNOWN_TYPES {
            self.types.push(known);
        }
        Ok(data_type)
    }

    pub(crate) async fn string_bytes(&mut self, layer: Layer, during: &str) -> Result<Bytes, Error> {
        let length = self.varuint(layer, during).await?;
        limits::check("the length of a string", self.limits.max_string_bytes, length)?;
        self.exact(layer, length as usize, during).await
    }

    pub(crate) async fn exact(&mut self, layer: Layer, length: usize, during: &str) -> Result<Bytes, Error> {
        while self.buffer(layer).len() < length {
            let missing = length - self.buffer(layer).len();
            self.fill(layer, missing, during).await?;
        }
        Ok(self.take(layer, length))
    }

    /// What has arrived in a layer and has not been taken.
    pub(crate) fn buffer(&self, layer: Layer) -> &[u8] {
        match layer {
            Layer::Raw => &self.raw,
            Layer::Framed if self.kept.is_some() => self.window.bytes(),
            Layer::Framed => &self.framed,
        }
    }

    /// Takes the first `length` bytes, which must have arrived, without copying them; of frames that are only looked at,
    /// a copy.
    pub(crate) fn take(&mut self, layer: Layer, length: usize) -> Bytes {
        let bytes = match layer {
            Layer::Raw => self.raw.split_to(length).freeze(),
            Layer::Framed if self.kept.is_some() => {
                let bytes = Bytes::copy_from_slice(&self.window.bytes()[..length]);
                self.window.pass(length);
                bytes
            }
            Layer::Framed => self.framed.split_to(length).freeze(),
        };
        if layer == Layer::Raw
            && let Some(kept) = &mut self.kept
        {
            kept.push(bytes.clone());
        }
        bytes
    }

    /// Passes over the first `length` bytes, which must have arrived.
    pub(crate) fn pass(&mut self, layer: Layer, length: usize) {
        match layer {
            Layer::Raw => drop(self.take(layer, length)),
            Layer::Framed if self.kept.is_some() => self.window.pass(length),
            // The memory stays with the buffer, which the next frame fills again.
            Layer::Framed => self.framed.advance(length),
        }
    }

    /// Keeps everything that is taken from the socket from now on. A frame ends with its block, so none is open.
    pub(crate) fn keep(&mut self) {
        debug_assert!(self.framed.is_empty(), "a frame that goes on after its block was refused");
        self.window.clear();
        self.kept = Some(Kept::default());
    }

    /// How many bytes were kept so far.
    pub(crate) fn kept_bytes(&self) -> u64 {
        self.kept.as_ref().map_or(0, Kept::n_bytes)
    }

    /// Ends the keeping, and gives what was kept.
    pub(crate) fn take_kept(&mut self) -> Vec<Bytes> {
        self.kept.take().map(Kept::into_parts).unwrap_or_default()
    }

    /// Waits until a layer has at least one byte more; `missing` is how many are known
    /// to be needed.
    pub(crate) async fn fill(&mut self, layer: Layer, missing: usize, during: &str) -> Result<(), Error> {
        match layer {
            Layer::Raw => {
                if !self.read_some(missing, during).await? {
                    return Err(Error::closed(during));
                }
            }
            Layer::Framed => self.read_frame(during).await?,
        }
        Ok(())
    }

    async fn read_frame(&mut self, during: &str) -> Result<(), Error> {
        while self.raw.len() < frame::HEADER_BYTES {
            self.fill_raw(frame::HEADER_BYTES - self.raw.len(), during).await?;
        }
        let header = frame::Header::read(&self.raw, &self.limits)?;
        while self.raw.len() < header.frame_bytes() {
            self.fill_raw(header.frame_bytes() - self.raw.len(), during).await?;
        }
        let frame = self.raw.split_to(header.frame_bytes()).freeze();
        let Some(kept) = &mut self.kept else { return header.open(&frame, &mut self.framed) };
        kept.push(frame.clone());
        self.window.fill(header.content_bytes(), |space| header.open_into(&frame, space))
    }

    async fn fill_raw(&mut self, missing: usize, during: &str) -> Result<(), Error> {
        if self.read_some(missing, during).await? {
            return Ok(());
        }
        Err(Error::closed(during))
    }

    /// Reads once from the socket; false at its end.
    async fn read_some(&mut self, missing: usize, during: &str) -> Result<bool, Error> {
        self.raw.reserve(missing.clamp(READ_MIN_BYTES, READ_CHUNK_BYTES));
        match self.io.read_buf(&mut self.raw).await {
            Ok(n_bytes) => Ok(n_bytes > 0),
            Err(source) if source.kind() == std::io::ErrorKind::UnexpectedEof => {
                // TLS reports a peer that vanished without a closing message like this.
                tracing::debug!(%source, "the peer ended the connection without closing it");
                Ok(false)
            }
            Err(source) => Err(Error::Io {
                during: if during.is_empty() { "waiting for a packet".to_owned() } else { during.to_owned() },
                source,
            }),
        }
    }
}
