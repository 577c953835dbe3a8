//! Blocks that are moved from one server to another without being decoded.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use ferry_native::relay::{BLOCKS_IN_FLIGHT, Relay, RelayEnd, RelaySide, Relayed, relay};
use ferry_native::server::{Request, ServerConnection, ServerIdentity, ServerOptions};
use ferry_native::{
    Block, Column, ConnectOptions, Connection, DataType, Error, Limits, Query, ServerException, Version,
};
use klickhouse::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::hostile::{options, record, serve_bytes};
use crate::samples;

/// How a server of these tests behaves once it was asked for rows.
#[derive(Clone, Default)]
struct Manner {
    /// Its revision.
    revision: Option<u64>,
    /// It sends or takes one block for each permit.
    pace: Option<Arc<Semaphore>>,
    /// It fails after so many blocks.
    fails_after: Option<usize>,
    /// Blocks that it has sent or taken.
    n_blocks: Arc<AtomicUsize>,
}

async fn accept(stream: DuplexStream, manner: &Manner) -> Result<ServerConnection, Error> {
    let mut identity = ServerIdentity::proton(Version { major: 1, minor: 6, patch: 1 });
    identity.revision = manner.revision.unwrap_or(identity.revision);
    let greeting = ServerConnection::accept(stream, identity, ServerOptions::default()).await?;
    greeting.respond_hello().await
}

/// Sends these blocks to whoever asks.
fn source(header: Block, blocks: Vec<Block>, manner: Manner) -> (DuplexStream, JoinHandle<Result<(), Error>>) {
    let (client, server) = tokio::io::duplex(1 << 10);
    let serving = tokio::spawn(async move {
        let mut connection = accept(server, &manner).await?;
        let Some(Request::Query(query)) = connection.next_request().await? else { panic!("no query") };
        connection.send_data(&header).await?;
        for (n_sent, block) in blocks.iter().enumerate() {
            if let Some(pace) = &manner.pace {
                tokio::select! {
                    permit = pace.acquire() => permit.unwrap().forget(),
                    () = query.cancellation.cancelled() => return Err(Error::Cancelled { query_id: query.id, written_rows: 0 }),
                }
            }
            if manner.fails_after == Some(n_sent) {
                connection.send_exception(&ServerException::new(241, "memory limit")).await?;
                return Ok(());
            }
            connection.send_data(block).await?;
            manner.n_blocks.fetch_add(1, Ordering::SeqCst);
        }
        connection.end_result(&Default::default(), &Default::default()).await?;
        connection.next_request().await.map(drop)
    });
    (client, serving)
}

/// What a target took, and whether the end of the rows came.
type Taken = (Vec<Block>, Result<(), Error>);

/// Takes blocks with these columns.
fn target(header: Block, manner: Manner) -> (DuplexStream, JoinHandle<Taken>) {
    let (client, server) = tokio::io::duplex(1 << 10);
    let serving = tokio::spawn(async move {
        let mut taken = Vec::new();
        let take = async {
            let mut connection = accept(server, &manner).await?;
            let Some(Request::Query(_)) = connection.next_request().await? else {
                return Err(Error::Invalid { what: "nothing was inserted".into() });
            };
            connection.begin_insert(&header).await?;
            loop {
                if let Some(pace) = &manner.pace {
                    pace.acquire().await.unwrap().forget();
                }
                let Some(block) = connection.next_insert_block().await? else { break };
                taken.push(block);
                if manner.n_blocks.fetch_add(1, Ordering::SeqCst) + 1 == manner.fails_after.unwrap_or(usize::MAX) {
                    return connection.send_exception(&ServerException::new(252, "too many parts")).await;
                }
            }
            connection.send_end_of_stream().await
        };
        let end = take.await;
        (taken, end)
    });
    (client, serving)
}

fn header_of(block: &Block) -> Block {
    Block::header(block.columns.iter().map(|column| (column.name.clone(), column.data_type.clone())))
}

fn numbers(n_rows: u64) -> Block {
    let values = (0..n_rows).map(Value::UInt64).collect();
    Block::new(vec![Column::from_values("n", DataType::UInt64, values).unwrap()]).unwrap()
}

fn small_blocks() -> ConnectOptions {
    let limits = Limits { max_block_bytes: 1 << 20, ..Limits::default() };
    ConnectOptions { limits, ..options() }
}

async fn run(
    source: DuplexStream,
    target: DuplexStream,
    compression: bool,
    cancel: &CancellationToken,
) -> (RelayEnd, Relayed) {
    run_over([source, target], &small_blocks(), compression, cancel).await
}

async fn run_over(
    [source, target]: [DuplexStream; 2],
    options: &ConnectOptions,
    compression: bool,
    cancel: &CancellationToken,
) -> (RelayEnd, Relayed) {
    let target = Connection::over(target, options.clone()).await.unwrap();
    let source = match Connection::over(source, options.clone()).await {
        Ok(source) => source,
        Err(error) => return (RelayEnd::NotBegun(RelaySide::Source, error), Relayed::default()),
    };
    let (select, insert) = (Query::new("SELECT"), Query::new("INSERT"));
    let mut relayed = Relayed::default();
    let asked = Relay { select, insert, compression, cancel: cancel.clone() };
    let end = relay(source, target, asked, &mut |so_far| relayed = so_far).await;
    (end, relayed)
}

#[tokio::test]
async fn values_of_every_type_arrive_as_they_were_sent() {
    for compression in [false, true] {
        for column in samples::columns() {
            let block = Block::new(vec![column]).unwrap();
            let blocks = vec![block.clone(), block.clone()];
            let (from, _serving) = source(header_of(&block), blocks.clone(), Manner::default());
            let (to, taking) = target(header_of(&block), Manner::default());
            let (end, relayed) = run(from, to, compression, &CancellationToken::new()).await;
            let what = &block.columns[0].data_type;
            assert!(matches!(end, RelayEnd::Finished), "{what}: {end:?}");
            assert_eq!((relayed.blocks, relayed.rows), (2, 2 * block.n_rows as u64), "{what}");
            let (taken, ended) = taking.await.unwrap();
            assert_eq!(taken, blocks, "{what}");
            ended.unwrap();
        }
    }
}

#[tokio::test]
async fn a_type_that_differs_only_in_its_time_zone_is_written_anew_and_any_other_is_refused_before_a_row_is_sent() {
    let values = vec![Value::Int64(7), Value::Int64(-7)];
    let column = Column::from_values("v", DataType::Int64, values).unwrap();
    let as_type = |data_type: &str| {
        let data_type: DataType = data_type.parse().unwrap();
        let column = Column::from_wire("v", data_type, 2, column.data.clone()).unwrap();
        Block::new(vec![column]).unwrap()
    };
    let sent = as_type("datetime64(3, 'UTC')");
    for compression in [false, true] {
        for (wanted, is_taken) in [("datetime64(3)", true), ("datetime64(6)", false), ("uint64", false)] {
            let wanted = as_type(wanted);
            let (from, _serving) = source(header_of(&sent), vec![sent.clone()], Manner::default());
            let (to, taking) = target(header_of(&wanted), Manner::default());
            let (end, _) = run(from, to, compression, &CancellationToken::new()).await;
            let (taken, _) = taking.await.unwrap();
            match end {
                RelayEnd::Finished => assert_eq!((is_taken, taken), (true, vec![wanted])),
                RelayEnd::NotBegun(RelaySide::Target, error) => {
                    assert!(!is_taken && taken.is_empty(), "{error}");
                    assert!(error.to_string().contains("datetime64(3, 'UTC') on the source"), "{error}");
                }
                end => panic!("{end:?}"),
            }
        }
    }
}

#[tokio::test]
async fn a_side_with_an_older_protocol_gets_blocks_that_were_written_anew() {
    let block = numbers(1000);
    let (from, _serving) = source(header_of(&block), vec![block.clone()], Manner::default());
    let older = Manner { revision: Some(54_450), ..Manner::default() };
    let (to, taking) = target(header_of(&block), older);
    let (end, _) = run(from, to, true, &CancellationToken::new()).await;
    assert!(matches!(end, RelayEnd::Finished), "{end:?}");
    assert_eq!(taking.await.unwrap().0, [block]);
}

#[tokio::test]
async fn a_result_without_rows_ends_the_insert_without_rows() {
    let (from, _serving) = source(header_of(&numbers(1)), vec![], Manner::default());
    let (to, taking) = target(header_of(&numbers(1)), Manner::default());
    let (end, relayed) = run(from, to, true, &CancellationToken::new()).await;
    assert!(matches!(end, RelayEnd::Finished), "{end:?}");
    let (taken, ended) = taking.await.unwrap();
    assert_eq!((taken.len(), relayed), (0, Relayed::default()));
    ended.unwrap();
}

/// Lets every other task go as far as it can without the two sides of this test.
async fn until_nothing_moves(progress: &AtomicUsize) {
    let mut last = usize::MAX;
    while last != progress.load(Ordering::SeqCst) {
        last = progress.load(Ordering::SeqCst);
        for _ in 0..2_000 {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn a_target_that_does_not_read_stops_the_source_after_a_few_blocks() {
    // Larger than what is read ahead of a block, and 100 of them.
    let block = numbers(80_000);
    let blocks = vec![block.clone(); 100];
    let (sent, taken) = (Manner::default(), Arc::new(Semaphore::new(0)));
    let (from, _serving) = source(header_of(&block), blocks, sent.clone());
    let (to, taking) = target(header_of(&block), Manner { pace: Some(taken.clone()), ..Manner::default() });
    let cancel = CancellationToken::new();
    let relaying = async { run(from, to, false, &cancel).await };
    let watching = async {
        while sent.n_blocks.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        let mut n_taken = 0;
        for n_more in [0, 1, 10, 30] {
            taken.add_permits(n_more);
            n_taken += n_more;
            until_nothing_moves(&sent.n_blocks).await;
            let n_sent = sent.n_blocks.load(Ordering::SeqCst);
            // The server of the target reads ahead itself, four blocks and the one it is at.
            let n_in_flight = n_sent.saturating_sub(n_taken + 5);
            assert!(n_in_flight <= BLOCKS_IN_FLIGHT, "{n_in_flight} blocks are in flight after {n_taken} were taken");
        }
        taken.add_permits(1_000);
    };
    let ((end, relayed), ()) = tokio::join!(relaying, watching);
    assert!(matches!(end, RelayEnd::Finished), "{end:?}");
    assert_eq!((relayed.blocks, taking.await.unwrap().0.len()), (100, 100));
}

#[tokio::test]
async fn a_block_above_the_limit_is_an_error_and_is_not_sent() {
    for compression in [false, true] {
        let blocks = vec![numbers(10), numbers(200_000)];
        let (from, _serving) = source(header_of(&blocks[0]), blocks, Manner::default());
        let (to, taking) = target(header_of(&numbers(1)), Manner::default());
        let (end, relayed) = run(from, to, compression, &CancellationToken::new()).await;
        assert!(matches!(end, RelayEnd::Broken(RelaySide::Source, Error::Limit { limit: 1_048_576, .. })), "{end:?}");
        let (taken, ended) = taking.await.unwrap();
        // What was handed over may still be on its way when the connection is closed.
        assert!(relayed.rows == 10 && taken.len() <= 1, "{relayed:?}");
        assert!(ended.is_err(), "the INSERT does not end as if it were complete");
    }
}

#[tokio::test]
async fn what_goes_wrong_on_one_side_never_ends_the_insert_as_a_success() {
    let block = numbers(10);
    let cancel = CancellationToken::new();
    let fails = |n| Manner { fails_after: Some(n), ..Manner::default() };
    for compression in [false, true] {
        let (from, _serving) = source(header_of(&block), vec![block.clone(); 5], fails(3));
        let (to, taking) = target(header_of(&block), Manner::default());
        let (end, _) = run(from, to, compression, &cancel).await;
        assert!(matches!(&end, RelayEnd::Broken(RelaySide::Source, Error::Server(e)) if e.code == 241), "{end:?}");
        let (taken, ended) = taking.await.unwrap();
        assert!(taken.len() <= 3 && ended.is_err(), "{ended:?}");

        let (from, _serving) = source(header_of(&block), vec![block.clone(); 50], Manner::default());
        let (to, taking) = target(header_of(&block), fails(2));
        let (end, _) = run(from, to, compression, &cancel).await;
        assert!(matches!(&end, RelayEnd::Broken(RelaySide::Target, Error::Server(e)) if e.code == 252), "{end:?}");
        assert_eq!(taking.await.unwrap().0.len(), 2);
    }
}

/// More than a frame holds in each of these columns; strings go across the edges of frames.
fn many_frames() -> Block {
    let n_rows = 30_000_u64;
    let noise = |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16;
    let text = |n: u64| Value::String(format!("{:x}", noise(n)).repeat(1 + (n % 7) as usize).into_bytes());
    let long = |n: u64| Value::String(vec![b'a' + (n % 26) as u8; if n.is_multiple_of(10_000) { 600_000 } else { 3 }]);
    let column = |name: &str, data_type: &str, value: &dyn Fn(u64) -> Value| {
        Column::from_values(name, data_type.parse().unwrap(), (0..n_rows).map(value).collect()).unwrap()
    };
    let number = |n: u64| Value::UInt64(noise(n));
    Block::new(vec![
        column("n", "uint64", &number),
        column("text", "string", &text),
        column("long", "string", &long),
        column("again", "uint64", &number),
    ])
    .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn blocks_of_many_frames_arrive_as_they_were_sent_and_a_damaged_frame_breaks_the_relay() {
    let block = many_frames();
    let wire = block.to_wire(true);
    assert!(block.data_bytes() > 3 << 20, "{} bytes are more than ten frames", block.data_bytes());
    let options = ConnectOptions { limits: Limits { max_block_bytes: 16 << 20, ..Limits::default() }, ..options() };
    let (from, _serving) = source(header_of(&block), vec![block.clone(); 3], Manner::default());
    let (to, taking) = target(header_of(&block), Manner::default());
    let (end, relayed) = run_over([from, to], &options, true, &CancellationToken::new()).await;
    assert!(matches!(end, RelayEnd::Finished), "{end:?}");
    assert_eq!((relayed.rows, relayed.blocks), (90_000, 3));
    let (taken, ended) = taking.await.unwrap();
    ended.unwrap();
    assert!(taken == vec![block.clone(); 3], "the same blocks");

    for share in [1, 5, 9] {
        let (from, _serving) = source(header_of(&block), vec![block.clone()], Manner::default());
        let (to, _taking) = target(header_of(&block), Manner::default());
        let from = with_damage(from, wire.len() * share / 10);
        let (end, relayed) = run_over([from, to], &options, true, &CancellationToken::new()).await;
        assert!(matches!(end, RelayEnd::Broken(RelaySide::Source, _)), "{share}: {end:?}");
        assert_eq!(relayed.blocks, 0, "{share}");
    }
}

/// The same stream, with one byte changed in what comes from it.
fn with_damage(stream: DuplexStream, at: usize) -> DuplexStream {
    let (client, outer) = tokio::io::duplex(64 << 10);
    let (mut from_server, mut to_server) = tokio::io::split(stream);
    let (mut from_client, mut to_client) = tokio::io::split(outer);
    tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
    tokio::spawn(async move {
        let (mut n_passed, mut chunk) = (0, vec![0; 16 << 10]);
        while let Ok(n_bytes @ 1..) = from_server.read(&mut chunk).await {
            if (n_passed..n_passed + n_bytes).contains(&at) {
                chunk[at - n_passed] ^= 0x10;
            }
            n_passed += n_bytes;
            if to_client.write_all(&chunk[..n_bytes]).await.is_err() {
                return;
            }
        }
        // Whoever reads is told that nothing more comes, if it still listens.
        let _gone = to_client.shutdown().await;
    });
    client
}

#[tokio::test]
async fn a_side_that_falls_silent_breaks_the_relay_once_the_limit_has_passed() {
    let limit = Duration::from_secs(2);
    let options = ConnectOptions { read_timeout: limit, ..small_blocks() };
    let block = numbers(1_000);
    for (compression, silent) in
        [(false, RelaySide::Source), (true, RelaySide::Source), (false, RelaySide::Target), (true, RelaySide::Target)]
    {
        // Nothing is closed: it gives or takes two blocks, and then nothing for ever.
        let quiet = Manner { pace: Some(Arc::new(Semaphore::new(2))), ..Manner::default() };
        let manner = |side| if side == silent { quiet.clone() } else { Manner::default() };
        let blocks = vec![block.clone(); 100];
        let (from, _serving) = source(header_of(&block), blocks, manner(RelaySide::Source));
        let (to, _taking) = target(header_of(&block), manner(RelaySide::Target));
        let (end, _) = run_over([from, to], &options, compression, &CancellationToken::new()).await;
        let RelayEnd::Broken(side, Error::Timeout { after, .. }) = end else { panic!("{end:?}") };
        assert_eq!((side, after), (silent, limit));
    }
}

#[tokio::test]
async fn a_cancelled_relay_ends_both_statements() {
    let block = numbers(10);
    let pace = Arc::new(Semaphore::new(2));
    let (from, serving) =
        source(header_of(&block), vec![block.clone(); 5], Manner { pace: Some(pace), ..Manner::default() });
    let manner = Manner::default();
    let (to, taking) = target(header_of(&block), manner.clone());
    let cancel = CancellationToken::new();
    let canceller = async {
        while manner.n_blocks.load(Ordering::SeqCst) < 2 {
            tokio::task::yield_now().await;
        }
        cancel.cancel();
    };
    let ((end, relayed), ()) = tokio::join!(run(from, to, true, &cancel), canceller);
    assert!(matches!(end, RelayEnd::Cancelled), "{end:?}");
    assert_eq!(relayed.blocks, 2);
    assert!(serving.await.unwrap().is_err(), "the SELECT was ended");
    assert!(taking.await.unwrap().1.is_err(), "the INSERT was not completed");
}

#[tokio::test]
async fn a_source_cut_at_any_byte_or_damaged_is_an_error_and_only_whole_blocks_are_passed_on() {
    for compression in [false, true] {
        let (bytes, blocks) = record(compression).await;
        let length = bytes.len();
        let cuts = (0..length).map(|at| bytes[..at].to_vec());
        let damaged = (0..length).map(|at| {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x15;
            damaged
        });
        // Every seventh place: there are some thousand.
        let broken = cuts.chain(damaged).step_by(7).enumerate();
        for (n, bytes) in broken.chain([(usize::MAX, bytes.clone())]) {
            let (from, sink) = serve_bytes(&bytes).await;
            let (to, taking) = target(header_of(&blocks[0]), Manner::default());
            let (end, _) = run(from, to, compression, &CancellationToken::new()).await;
            sink.await.unwrap();
            let (taken, _) = taking.await.unwrap();
            let is_whole = n == usize::MAX;
            assert!(!is_whole || matches!(end, RelayEnd::Finished), "{end:?}");
            let is_cut = n <= (length - 1) / 7;
            assert!(!is_cut || !matches!(end, RelayEnd::Finished), "cut {n}: {end:?}");
            assert!(taken.len() <= blocks.len(), "{n}");
            if is_cut || is_whole || compression {
                assert_eq!(taken, blocks[..taken.len()], "{n}: frames tell damage, a cut leaves whole blocks");
            }
        }
    }
}
