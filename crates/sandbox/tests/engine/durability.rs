//! What was acknowledged survives a kill.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;

use arrow::array::{Array, Int64Array, RecordBatch, TimestampMillisecondArray};
use ferry_sandbox::engine::ColumnDef;
use ferry_sandbox::storage::{Mode, Stream, StreamSpec};

use super::support::{columns, spec};

/// Set in the process that is killed: where it keeps its rows.
const FOLDER: &str = "SANDBOX_TEST_FOLDER";

fn defs() -> Vec<ColumnDef> {
    columns(&[("n", "int64", ""), ("_tp_time", "datetime64(3, 'UTC')", "")])
}

fn on_disk(folder: &std::path::Path) -> StreamSpec {
    let mut spec = spec(&defs(), Mode::Append);
    spec.data_dir = Some(folder.to_owned());
    spec
}

fn rows(stream: &Stream, numbers: std::ops::Range<i64>) -> RecordBatch {
    RecordBatch::try_new(
        stream.schema(),
        vec![
            Arc::new(Int64Array::from_iter_values(numbers.clone())),
            Arc::new(TimestampMillisecondArray::from_iter_values(numbers).with_timezone("UTC")),
        ],
    )
    .expect("rows")
}

fn numbers(stream: &Stream) -> Vec<i64> {
    let snapshot = stream.snapshot(None).expect("a snapshot");
    let mut found = Vec::new();
    for segment in &snapshot.segments {
        let batch = segment.live().expect("rows");
        found.extend(batch.column(0).as_any().downcast_ref::<Int64Array>().expect("numbers").values().iter().copied());
    }
    found.sort_unstable();
    found
}

#[test]
fn synced_rows_are_there_after_opening_again_without_a_shutdown() {
    let folder = tempfile::tempdir().expect("a folder");
    let stream = Stream::open(on_disk(folder.path())).expect("a stream");
    for start in 0..5 {
        stream.append(rows(&stream, start * 10..start * 10 + 10)).expect("accepted");
        stream.sync().expect("synced");
    }
    stream.append(rows(&stream, 50..60)).expect("accepted");
    // The first stream is neither flushed nor closed.
    let again = Stream::open(on_disk(folder.path())).expect("opened again");
    assert_eq!(numbers(&again), (0..50).collect::<Vec<_>>());
}

#[test]
fn deletes_and_truncation_survive() {
    let folder = tempfile::tempdir().expect("a folder");
    let stream = Stream::open(on_disk(folder.path())).expect("a stream");
    stream.append(rows(&stream, 0..20)).expect("accepted");
    stream.sync().expect("synced");
    let even = |batch: &RecordBatch| {
        let column = batch.column(0).as_any().downcast_ref::<Int64Array>().expect("numbers");
        Ok(column.iter().map(|n| n.map(|n| n % 2 == 0)).collect())
    };
    assert_eq!(stream.delete_where(&even).expect("deleted"), 10);
    stream.append(rows(&stream, 100..101)).expect("accepted");
    stream.sync().expect("synced");
    let again = Stream::open(on_disk(folder.path())).expect("opened again");
    let mut expected: Vec<i64> = (0..20).filter(|n| n % 2 == 1).collect();
    expected.push(100);
    assert_eq!(numbers(&again), expected);
    again.truncate().expect("emptied");
    let empty = Stream::open(on_disk(folder.path())).expect("opened again");
    assert_eq!(numbers(&empty), Vec::<i64>::new());
}

#[test]
fn a_torn_last_record_is_left_out_and_writing_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let stream = Stream::open(on_disk(folder.path())).expect("a stream");
    stream.append(rows(&stream, 0..10)).expect("accepted");
    stream.sync().expect("synced");
    drop(stream);
    let mut log = OpenOptions::new().append(true).open(folder.path().join("log-0")).expect("the log");
    log.write_all(&[200, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]).expect("torn bytes");
    drop(log);
    let again = Stream::open(on_disk(folder.path())).expect("opened again");
    assert_eq!(numbers(&again), (0..10).collect::<Vec<_>>());
    again.append(rows(&again, 10..20)).expect("accepted");
    again.sync().expect("synced");
    drop(again);
    let third = Stream::open(on_disk(folder.path())).expect("opened again");
    assert_eq!(numbers(&third), (0..20).collect::<Vec<_>>());
}

/// In the process that is killed this acknowledges rows until the kill comes; otherwise it starts
/// that process and kills it.
#[test]
fn every_acknowledged_row_survives_kill_minus_nine() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        let stream = Stream::open(on_disk(folder.as_ref())).expect("a stream");
        for block in 0.. {
            stream.append(rows(&stream, block * 10..block * 10 + 10)).expect("accepted");
            stream.sync().expect("synced");
            println!("acknowledged {block}");
        }
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "--nocapture", "engine::durability::every_acknowledged_row_survives_kill_minus_nine"])
        .env(FOLDER, folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a second process");
    let mut last = None;
    let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    for line in lines {
        let line = line.expect("a line");
        let Some(block) = line.rsplit_once("acknowledged ").and_then(|(_, block)| block.parse::<i64>().ok()) else {
            continue;
        };
        last = Some(block);
        if block == 25 {
            child.kill().expect("killed");
        }
    }
    child.wait().expect("ended");
    let last = last.expect("blocks were acknowledged");
    assert!(last >= 25, "only {last} blocks were acknowledged");
    let stream = Stream::open(on_disk(folder.path())).expect("opened again");
    let found = numbers(&stream);
    let acknowledged = (last + 1) * 10;
    assert!(found.len() as i64 >= acknowledged, "{} of {acknowledged}", found.len());
    assert_eq!(found, (0..found.len() as i64).collect::<Vec<_>>());
}
