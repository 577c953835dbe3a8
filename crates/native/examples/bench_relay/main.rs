//! Measures the relay alone: both ends are processes of their own that replay and swallow blocks which were encoded
//! before, beside a plain TCP forwarder of the same bytes, `lz4_flex` alone, and the official Python driver.
//! `cargo xtask bench relay` runs it.

mod ends;
mod sample;

use std::error::Error;
use std::hint::black_box;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use ferry_native::relay::{Relay, RelayEnd, Relayed, relay};
use ferry_native::{ConnectOptions, Connection, Limits, Query};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

type Failure = Box<dyn Error + Send + Sync>;

/// Rows of one block, as plans propose it.
pub const BLOCK_ROWS: usize = 20_000;
/// Bytes of content that each measurement moves, about.
const CONTENT_BYTES: u64 = 2_000_000_000;
/// Measurements of each kind, taken in turn; the median counts.
const N_ROUNDS: usize = 3;
/// Blocks that the Python driver moves.
const PYTHON_BLOCKS: u64 = 10;
/// What a socket's bytes are forwarded with at once.
const FORWARD_BYTES: usize = 256 << 10;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["source", framed, n_blocks] => ends::source(framed == "lz4", n_blocks.parse()?).await,
        ["target", n_bytes] => ends::target(n_bytes.parse()?).await,
        ["plain-source", framed, n_blocks] => ends::plain_source(framed == "lz4", n_blocks.parse()?).await,
        ["plain-target"] => ends::plain_target().await,
        ["forward", target] => forward(target).await,
        ["relay", source, target, framed] => relay_once(source, target, framed == "lz4").await,
        _ => measure().await,
    }
}

/// Runs everything and prints a table.
async fn measure() -> Result<(), Failure> {
    let block = sample::block();
    println!("blocks of {BLOCK_ROWS} rows and {} columns, mixed with nested types", block.columns.len());
    println!("| what | rows/s | content MB/s | wire MB/s | |");
    println!("|---|---|---|---|---|");
    let mut rates = Vec::new();
    for framed in ["none", "lz4"] {
        let wire = block.to_wire(framed == "lz4");
        let n_blocks = CONTENT_BYTES / block.data_bytes() as u64;
        let per_block = Size { rows: BLOCK_ROWS as u64, content: block.data_bytes() as u64, wire: wire.len() as u64 };
        let (mut forwarded, mut relayed, mut memory_mib) = (Vec::new(), Vec::new(), 0);
        for _ in 0..N_ROUNDS {
            forwarded.push(forwarder(framed, n_blocks)?);
            let (seconds, mib) = through_relay(framed, n_blocks, per_block.wire)?;
            relayed.push(seconds);
            memory_mib = memory_mib.max(mib);
        }
        let (forwarded, relayed) = (median(forwarded), median(relayed));
        row(&format!("TCP forwarder, compression {framed}"), per_block, n_blocks, forwarded, "");
        let beside =
            format!("{:.0} % of the forwarder, {memory_mib} MiB resident at most", 100.0 * forwarded / relayed);
        row(&format!("relay, compression {framed}"), per_block, n_blocks, relayed, &beside);
        rates.push((n_blocks * per_block.rows) as f64 / relayed);
        if framed == "lz4" {
            let alone = lz4_alone(&wire, per_block.content);
            let relay_rate = (n_blocks * per_block.content) as f64 / relayed;
            println!(
                "| `lz4_flex` alone, decompressing the same frames | | {:.0} | | the relay is at {:.0} % of it |",
                alone / 1e6,
                100.0 * relay_rate / alone
            );
        }
    }
    if let Some(python) = std::env::var_os("FERRY_BENCH_PYTHON") {
        let seconds = through_python(&python)?;
        let rate = (PYTHON_BLOCKS * BLOCK_ROWS as u64) as f64 / seconds;
        let times = rates[0] / rate;
        println!(
            "| official Python driver, reading and writing | {rate:.0} | | | the relay is {times:.0} times as fast |"
        );
    }
    Ok(())
}

/// What one block amounts to.
#[derive(Clone, Copy)]
struct Size {
    rows: u64,
    content: u64,
    wire: u64,
}

fn row(what: &str, size: Size, n_blocks: u64, seconds: f64, beside: &str) {
    let rate = |each: u64| (each * n_blocks) as f64 / seconds;
    let (rows, content, wire) = (rate(size.rows), rate(size.content) / 1e6, rate(size.wire) / 1e6);
    println!("| {what} | {rows:.0} | {content:.0} | {wire:.0} | {beside} |");
}

fn median(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

fn forwarder(framed: &str, n_blocks: u64) -> Result<f64, Failure> {
    let (_target, to) = start(&["plain-target"])?;
    let (_forwarder, through) = start(&["forward", &to])?;
    let (_source, from) = start(&["plain-source", framed, &n_blocks.to_string()])?;
    // The forwarder is told where to read, and says how long it took.
    let seconds = std::net::TcpStream::connect(&through).and_then(|mut stream| {
        use std::io::{Read, Write};
        stream.write_all(format!("{from}\n").as_bytes())?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    })?;
    Ok(seconds.trim().parse()?)
}

fn through_relay(framed: &str, n_blocks: u64, wire_bytes: u64) -> Result<(f64, u64), Failure> {
    // Each block comes after the packet's id and the empty name.
    let n_bytes = n_blocks * (wire_bytes + 2);
    let (_target, to) = start(&["target", &n_bytes.to_string()])?;
    let (_source, from) = start(&["source", framed, &n_blocks.to_string()])?;
    let (mut relay, answer) = start(&["relay", &from, &to, framed])?;
    relay.0.wait()?;
    let mut words = answer.split(' ');
    let mut next = || words.next().ok_or("the relay says how long it took and how much memory it had");
    Ok((next()?.parse()?, next()?.parse()?))
}

fn through_python(python: &std::ffi::OsStr) -> Result<f64, Failure> {
    let (_target, to) = start(&["target", "0"])?;
    let (_source, from) = start(&["source", "none", &PYTHON_BLOCKS.to_string()])?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/bench_relay/driver.py");
    let output = Command::new(python).args([script, &from, &to]).stderr(Stdio::inherit()).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().parse()?)
}

/// A process that ends with this one.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _gone = self.0.kill();
        let _reaped = self.0.wait();
    }
}

/// Starts this program in another part, and reads the first line that it prints.
fn start(arguments: &[&str]) -> Result<(Process, String), Failure> {
    let mut child = Command::new(std::env::current_exe()?).args(arguments).stdout(Stdio::piped()).spawn()?;
    let stdout = child.stdout.take().ok_or("its output is piped")?;
    let process = Process(child);
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line)?;
    Ok((process, line.trim().to_owned()))
}

/// Forwards the bytes of a source to a target, and says to whoever asked for it how long that took.
async fn forward(target: &str) -> Result<(), Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let (mut asker, _) = listener.accept().await?;
    let mut line = Vec::new();
    while !line.ends_with(b"\n") {
        asker.read_buf(&mut line).await?;
    }
    let mut from = TcpStream::connect(String::from_utf8(line)?.trim()).await?;
    let mut to = TcpStream::connect(target).await?;
    let began = Instant::now();
    let mut buffer = vec![0; FORWARD_BYTES];
    loop {
        let n_bytes = from.read(&mut buffer).await?;
        if n_bytes == 0 {
            break;
        }
        to.write_all(&buffer[..n_bytes]).await?;
    }
    to.shutdown().await?;
    // The target closes once it has everything.
    while to.read(&mut buffer).await? > 0 {}
    asker.write_all(began.elapsed().as_secs_f64().to_string().as_bytes()).await?;
    Ok(())
}

/// The relay as runs use it, once.
async fn relay_once(source: &str, target: &str, compression: bool) -> Result<(), Failure> {
    let limits = Limits { max_block_bytes: 16 << 20, ..Limits::default() };
    let options = |address: &str| ConnectOptions { limits, ..ConnectOptions::new(address) };
    let source = Connection::connect(options(source)).await?;
    let target = Connection::connect(options(target)).await?;
    let began = Instant::now();
    let (select, insert) = (Query::new("SELECT"), Query::new("INSERT"));
    let asked = Relay { select, insert, compression, cancel: CancellationToken::new() };
    let end = relay(source, target, asked, &mut |_: Relayed| {}).await;
    let seconds = began.elapsed().as_secs_f64();
    if !matches!(end, RelayEnd::Finished) {
        return Err(format!("the relay did not come to its end: {end:?}").into());
    }
    println!("{seconds} {}", peak_mib());
    Ok(())
}

/// The highest resident memory of this process so far; 0 where the system does not tell.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|rest| rest.split_whitespace().next()).and_then(|number| number.parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}

/// Bytes of content a second that `lz4_flex` decompresses from these frames, at its best.
fn lz4_alone(wire: &[u8], content_bytes: u64) -> f64 {
    /// Checksum, codec and sizes.
    const HEADER_BYTES: usize = 25;
    let word = |at: usize| u32::from_le_bytes([wire[at], wire[at + 1], wire[at + 2], wire[at + 3]]) as usize;
    let (mut frames, mut at) = (Vec::new(), 0);
    while at < wire.len() {
        let end = at + 16 + word(at + 17);
        frames.push((&wire[at + HEADER_BYTES..end], word(at + 21)));
        at = end;
    }
    let mut out = vec![0; frames.iter().map(|(_, size)| *size).max().unwrap_or(0)];
    let (mut best, started) = (f64::MAX, Instant::now());
    while started.elapsed() < Duration::from_secs(2) {
        let round = Instant::now();
        for (frame, size) in &frames {
            black_box(lz4_flex::block::decompress_into(frame, &mut out[..*size]).expect("a frame"));
        }
        best = best.min(round.elapsed().as_secs_f64());
    }
    content_bytes as f64 / best
}
