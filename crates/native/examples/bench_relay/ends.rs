//! The two ends: they cost as little as they can, so that what is between them is measured.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use ferry_native::server::{Request, ServerConnection, ServerIdentity, ServerOptions};
use ferry_native::{Block, ProfileInfo, Progress, RawBlock, Version};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

use super::{FORWARD_BYTES, Failure, sample};

async fn listen() -> Result<TcpStream, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    Ok(listener.accept().await?.0)
}

fn header(block: &Block) -> Block {
    Block::header(block.columns.iter().map(|column| (column.name.clone(), column.data_type.clone())))
}

async fn greet<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(stream: S) -> Result<ServerConnection, Failure> {
    let identity = ServerIdentity::proton(Version { major: 1, minor: 6, patch: 16 });
    let greeting = ServerConnection::accept(stream, identity, ServerOptions::default()).await?;
    Ok(greeting.respond_hello().await?)
}

/// Replays one block again and again to whoever asks.
pub async fn source(is_framed: bool, n_blocks: u64) -> Result<(), Failure> {
    let block = sample::block();
    let raw = RawBlock::from_block(&block, is_framed);
    let stream = listen().await?;
    stream.set_nodelay(true)?;
    let mut connection = greet(stream).await?;
    while let Some(request) = connection.next_request().await? {
        if let Request::Query(query) = request {
            if !query.text.starts_with("SELECT") || query.text.contains("version") {
                connection.send_end_of_stream().await?;
                continue;
            }
            connection.send_data(&header(&block)).await?;
            for _ in 0..n_blocks {
                connection.send_raw_data(raw.clone()).await?;
            }
            connection.end_result(&ProfileInfo::default(), &Progress::default()).await?;
        } else {
            connection.send_pong().await?;
        }
    }
    Ok(())
}

/// Takes an INSERT and passes over so many bytes of it unread; what follows is read as blocks.
pub async fn target(n_bytes: u64) -> Result<(), Failure> {
    let block = sample::block();
    let stream = listen().await?;
    stream.set_nodelay(true)?;
    let is_swallowing = Arc::new(AtomicBool::new(false));
    let scratch = vec![0; FORWARD_BYTES];
    let stream = Swallowing { stream, is_swallowing: is_swallowing.clone(), n_bytes, scratch };
    let mut connection = greet(stream).await?;
    while let Some(request) = connection.next_request().await? {
        match request {
            Request::Query(query) if query.text.starts_with("INSERT") => {
                // The client sends rows only once it was asked for them.
                is_swallowing.store(true, Ordering::SeqCst);
                connection.begin_insert(&header(&block)).await?;
                while connection.next_insert_block().await?.is_some() {}
                connection.send_end_of_stream().await?;
            }
            Request::Query(_) => connection.send_end_of_stream().await?,
            _ => connection.send_pong().await?,
        }
    }
    Ok(())
}

/// The same bytes as [`source`] gives to a relay, without the protocol.
pub async fn plain_source(is_framed: bool, n_blocks: u64) -> Result<(), Failure> {
    let wire = sample::block().to_wire(is_framed);
    let mut stream = listen().await?;
    for _ in 0..n_blocks {
        stream.write_all(&wire).await?;
    }
    stream.shutdown().await?;
    Ok(())
}

/// Passes over everything.
pub async fn plain_target() -> Result<(), Failure> {
    let mut stream = listen().await?;
    let mut scratch = vec![0; FORWARD_BYTES];
    while stream.read(&mut scratch).await? > 0 {}
    Ok(())
}

/// A connection that passes over the first bytes of an INSERT's rows.
struct Swallowing {
    stream: TcpStream,
    is_swallowing: Arc<AtomicBool>,
    n_bytes: u64,
    scratch: Vec<u8>,
}

impl AsyncRead for Swallowing {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        let this = &mut *self;
        loop {
            if this.n_bytes == 0 || !this.is_swallowing.load(Ordering::SeqCst) {
                // What is read ahead of the rows must not be any of them.
                return Pin::new(&mut this.stream).poll_read(cx, buf);
            }
            let most = (this.scratch.len() as u64).min(this.n_bytes) as usize;
            let mut scratch = ReadBuf::new(&mut this.scratch[..most]);
            std::task::ready!(Pin::new(&mut this.stream).poll_read(cx, &mut scratch))?;
            let n_read = scratch.filled().len();
            if n_read == 0 {
                return Poll::Ready(Ok(()));
            }
            this.n_bytes -= n_read as u64;
        }
    }
}

impl AsyncWrite for Swallowing {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
