//! TCP proxies between everybody: what passes is counted, held at a chosen moment, and disturbed.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// Bytes of one read.
const BUFFER: usize = 16 * 1024;
/// What a slow link passes in a second.
const SLOW_BYTES_PER_SECOND: u64 = 64 * 1024;

/// What a link does to the bytes that pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    /// It passes them.
    Clear,
    /// Nothing passes, and nobody is told.
    Stalled,
    /// Little passes.
    Slow,
    /// Every connection is closed, new ones too.
    Cut,
    /// Every connection is reset, new ones too.
    Reset,
    /// Everything that is sent is lost and nobody is told, as where a machine or the way to it is gone. A connection
    /// that saw this stays so for ever, whatever comes.
    Vanished,
}

/// Counts what passes and holds it from a chosen packet on, until it is let go.
#[derive(Clone)]
pub struct Gate(Arc<watch::Sender<Passed>>);

#[derive(Debug, Clone, Copy)]
struct Passed {
    n_packets: u64,
    hold_at: u64,
}

impl Gate {
    pub fn new() -> Self {
        Self(Arc::new(watch::Sender::new(Passed { n_packets: 0, hold_at: u64::MAX })))
    }

    /// Counts from zero, and holds everything from this packet on.
    pub fn hold_at(&self, packet: u64) {
        self.0.send_modify(|passed| *passed = Passed { n_packets: 0, hold_at: packet });
    }

    /// Lets everything pass, and goes on counting.
    pub fn open(&self) {
        self.0.send_modify(|passed| passed.hold_at = u64::MAX);
    }

    pub fn n_packets(&self) -> u64 {
        self.0.borrow().n_packets
    }

    /// Comes back once something is held.
    pub async fn holds(&self) {
        let mut passed = self.0.subscribe();
        let held = passed.wait_for(|passed| passed.n_packets >= passed.hold_at).await;
        held.expect("the gate is there");
    }

    async fn pass(&self) {
        self.0.send_modify(|passed| passed.n_packets += 1);
        let mut passed = self.0.subscribe();
        let let_go = passed.wait_for(|passed| passed.n_packets < passed.hold_at).await;
        let_go.expect("the gate is there");
    }
}

/// The network between two parties: its proxies share one weather.
#[derive(Clone)]
pub struct Link {
    weather: Arc<watch::Sender<Weather>>,
    /// What passes here.
    pub gate: Gate,
    /// What passes anywhere.
    everywhere: Gate,
}

impl Link {
    pub fn new(everywhere: &Gate) -> Self {
        Self {
            weather: Arc::new(watch::Sender::new(Weather::Clear)),
            gate: Gate::new(),
            everywhere: everywhere.clone(),
        }
    }

    pub fn set(&self, weather: Weather) {
        self.weather.send_replace(weather);
    }

    /// A proxy on this link; it forwards to nowhere until it is told where.
    pub async fn proxy(&self) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("its address");
        let upstream = Arc::new(Mutex::new(None));
        let accepting = tokio::spawn(accept(listener, self.clone(), upstream.clone()));
        Proxy { address, upstream, accepting }
    }

    async fn lets_pass(&self, n_bytes: usize) {
        self.everywhere.pass().await;
        self.gate.pass().await;
        let mut weather = self.weather.subscribe();
        let now = *weather.wait_for(|weather| *weather != Weather::Stalled).await.expect("the link is there");
        if now == Weather::Slow {
            let n_bytes = u64::try_from(n_bytes).expect("a buffer is small");
            tokio::time::sleep(Duration::from_micros(n_bytes * 1_000_000 / SLOW_BYTES_PER_SECOND)).await;
        }
    }

    async fn breaks(&self) -> Weather {
        let mut weather = self.weather.subscribe();
        let breaks = |weather: &Weather| matches!(weather, Weather::Cut | Weather::Reset | Weather::Vanished);
        let broken = weather.wait_for(breaks).await;
        *broken.expect("the link is there")
    }
}

/// One listening port that forwards to another.
pub struct Proxy {
    pub address: SocketAddr,
    upstream: Arc<Mutex<Option<SocketAddr>>>,
    accepting: tokio::task::JoinHandle<()>,
}

impl Proxy {
    pub fn forward_to(&self, upstream: SocketAddr) {
        *self.upstream.lock().expect("no panic while it is held") = Some(upstream);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, link: Link, upstream: Arc<Mutex<Option<SocketAddr>>>) {
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let Ok((client, _)) = listener.accept().await else { continue };
        let to = *upstream.lock().expect("no panic while it is held");
        connections.spawn(carry(client, to, link.clone()));
        while connections.try_join_next().is_some() {}
    }
}

/// Carries one connection. A server that is not there closes it at once.
async fn carry(mut client: TcpStream, to: Option<SocketAddr>, link: Link) {
    let Some(to) = to else { return };
    let Ok(mut server) = TcpStream::connect(to).await else { return };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let broken = {
        let (from_client, to_client) = client.split();
        let (from_server, to_server) = server.split();
        // Where one side is gone, the other is told at once.
        let both = async { tokio::try_join!(pump(from_client, to_server, &link), pump(from_server, to_client, &link)) };
        tokio::select! {
            biased;
            weather = link.breaks() => Some(weather),
            _ = both => None,
        }
    };
    if broken == Some(Weather::Vanished) {
        // Nobody reads any more, and nobody closes.
        return std::future::pending().await;
    }
    if broken == Some(Weather::Reset) {
        // Closing without lingering sends RST.
        let _ = (client.set_zero_linger(), server.set_zero_linger());
    }
}

async fn pump(mut from: ReadHalf<'_>, mut to: WriteHalf<'_>, link: &Link) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    loop {
        let n_bytes = from.read(&mut buffer).await?;
        if n_bytes == 0 {
            return to.shutdown().await;
        }
        link.lets_pass(n_bytes).await;
        to.write_all(&buffer[..n_bytes]).await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(60);

    /// A server that sends back what it gets, behind a proxy.
    async fn echo() -> (Link, Gate, Proxy) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let gate = Gate::new();
        let link = Link::new(&gate);
        let proxy = link.proxy().await;
        proxy.forward_to(listener.local_addr().expect("its address"));
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let (mut reader, mut writer) = socket.split();
                    tokio::io::copy(&mut reader, &mut writer).await
                });
            }
        });
        (link, gate, proxy)
    }

    async fn answer(socket: &mut TcpStream) -> io::Result<u8> {
        socket.write_all(&[7]).await?;
        socket.read_u8().await
    }

    #[tokio::test]
    async fn a_cut_and_a_reset_end_connections_and_clear_weather_brings_new_ones() {
        let (link, _, proxy) = echo().await;
        for weather in [Weather::Cut, Weather::Reset] {
            let mut socket = TcpStream::connect(proxy.address).await.expect("a connection");
            assert_eq!(answer(&mut socket).await.expect("an echo"), 7);
            link.set(weather);
            let ended = tokio::time::timeout(PATIENCE, socket.read_u8()).await.expect("it ends");
            let expected =
                if weather == Weather::Cut { io::ErrorKind::UnexpectedEof } else { io::ErrorKind::ConnectionReset };
            assert_eq!(ended.expect_err("no byte").kind(), expected);
            link.set(Weather::Clear);
        }
        let mut socket = TcpStream::connect(proxy.address).await.expect("a connection");
        assert_eq!(answer(&mut socket).await.expect("an echo"), 7);
    }

    #[tokio::test]
    async fn what_is_held_passes_once_it_is_let_go() {
        let (link, gate, proxy) = echo().await;
        gate.hold_at(2);
        let mut socket = TcpStream::connect(proxy.address).await.expect("a connection");
        socket.write_all(&[7]).await.expect("written");
        tokio::time::timeout(PATIENCE, gate.holds()).await.expect("the answer is the second packet");
        assert_eq!(gate.n_packets(), 2);
        link.set(Weather::Stalled);
        gate.open();
        link.set(Weather::Clear);
        assert_eq!(tokio::time::timeout(PATIENCE, socket.read_u8()).await.expect("in time").expect("a byte"), 7);
    }
}
