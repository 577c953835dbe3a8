//! Flushes, limits, deletes and merges.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{Int64Array, RecordBatch, StringArray, TimestampMillisecondArray};
use ferry_sandbox::engine::{ColumnDef, ErrorCode, RowCondition, SqlError, StreamExpression, predicate};
use ferry_sandbox::storage::{Mode, Stream, StreamSpec};
use proptest::prelude::*;

use super::support::{World, columns, spec, wait_until};

fn defs() -> Vec<ColumnDef> {
    columns(&[("n", "int64", ""), ("text", "string", ""), ("_tp_time", "datetime64(3, 'UTC')", "now64(3, 'UTC')")])
}

fn rows(stream: &Stream, numbers: std::ops::Range<i64>, day: impl Fn(i64) -> i64) -> RecordBatch {
    let times = TimestampMillisecondArray::from_iter_values(numbers.clone().map(|n| day(n) * 86_400_000 + n));
    RecordBatch::try_new(
        stream.schema(),
        vec![
            Arc::new(Int64Array::from_iter_values(numbers.clone())),
            Arc::new(StringArray::from_iter_values(numbers.map(|n| format!("row {n}")))),
            Arc::new(times.with_timezone("UTC")),
        ],
    )
    .expect("rows")
}

fn by_day(mut spec: StreamSpec) -> StreamSpec {
    let context = World::new().context();
    let day = ferry_sql::parse_expr("to_YYYYMMDD(_tp_time)").expect("an expression");
    spec.partition = Some(Arc::new(StreamExpression::new(&day, &defs(), &context).expect("a partition")));
    spec
}

#[test]
fn rows_become_visible_after_the_flush_interval() {
    let mut spec = spec(&defs(), Mode::Append);
    spec.limits.flush_interval = Duration::from_millis(300);
    let stream = Stream::open(spec).expect("a stream");
    let started = Instant::now();
    stream.append(rows(&stream, 0..10, |_| 1)).expect("accepted");
    if started.elapsed() < Duration::from_millis(250) {
        assert_eq!(stream.visible_rows().expect("a count"), 0);
        assert_eq!(stream.waiting_rows(), 10);
    }
    wait_until("the flush", || stream.visible_rows().expect("a count") == 10);
    assert!(started.elapsed() >= Duration::from_millis(300));
    assert_eq!(stream.waiting_rows(), 0);
}

#[test]
fn a_full_flush_does_not_wait_for_the_interval() {
    let mut spec = spec(&defs(), Mode::Append);
    spec.limits.flush_interval = Duration::from_secs(3_600);
    spec.limits.flush_rows = 100;
    let stream = Stream::open(spec).expect("a stream");
    stream.append(rows(&stream, 0..99, |_| 1)).expect("accepted");
    assert_eq!(stream.visible_rows().expect("a count"), 0);
    stream.append(rows(&stream, 99..110, |_| 1)).expect("accepted");
    assert_eq!(stream.visible_rows().expect("a count"), 110);
    stream.append(rows(&stream, 0..5, |_| 1)).expect("accepted");
    stream.flush().expect("a flush");
    assert_eq!(stream.visible_rows().expect("a count"), 115);
}

#[test]
fn a_flush_over_too_many_partitions_is_acknowledged_and_never_visible() {
    let stream = Stream::open(by_day(spec(&defs(), Mode::Append))).expect("a stream");
    stream.append(rows(&stream, 0..100, |n| n)).expect("accepted");
    assert_eq!(stream.visible_rows().expect("a count"), 100);
    stream.append(rows(&stream, 0..101, |n| n)).expect("accepted");
    stream.append(rows(&stream, 0..5, |_| 1)).expect("accepted");
    assert_eq!(stream.visible_rows().expect("a count"), 100);
    assert_eq!(stream.waiting_rows(), 106);
    assert!(stream.refusal().expect("a reason").contains("Too many partitions"));
    stream.truncate().expect("emptied");
    assert_eq!((stream.waiting_rows(), stream.refusal()), (0, None));
}

#[test]
fn a_block_above_the_record_limit_is_refused_whole() {
    let stream = Stream::open(spec(&defs(), Mode::Append)).expect("a stream");
    let schema = stream.schema();
    let text = "x".repeat(1 << 20);
    let batch = RecordBatch::try_new(
        schema,
        vec![
            Arc::new(Int64Array::from_iter_values(0..11)),
            Arc::new(StringArray::from_iter_values((0..11).map(|_| &text))),
            Arc::new(TimestampMillisecondArray::from_iter_values(0..11).with_timezone("UTC")),
        ],
    )
    .expect("rows");
    stream.append(batch.slice(0, 9)).expect("nine fit");
    let error = SqlError::from(stream.append(batch).expect_err("eleven do not"));
    assert!(error.is(ErrorCode::TooLargeRecord), "{error}");
    assert_eq!(stream.visible_rows().expect("a count"), 9);
}

#[test]
fn a_snapshot_does_not_see_what_comes_later() {
    let stream = Stream::open(spec(&defs(), Mode::Append)).expect("a stream");
    stream.append(rows(&stream, 0..10, |_| 1)).expect("accepted");
    let before = stream.snapshot(None).expect("a snapshot");
    stream.append(rows(&stream, 10..20, |_| 1)).expect("accepted");
    let context = World::new().context();
    let condition = ferry_sql::parse_expr("n < 15").expect("an expression");
    let doomed = predicate(&condition, &defs(), &context).expect("a condition");
    assert_eq!(stream.delete_where(&doomed).expect("deleted"), 15);
    assert_eq!(before.rows(), 10);
    let live: usize = before.segments.iter().map(|s| s.live().expect("rows").num_rows()).sum();
    assert_eq!(live, 10);
    assert_eq!(stream.visible_rows().expect("a count"), 5);
}

#[test]
fn dropping_a_partition_removes_exactly_its_rows() {
    let stream = Stream::open(by_day(spec(&defs(), Mode::Append))).expect("a stream");
    stream.append(rows(&stream, 0..30, |n| n % 3)).expect("accepted");
    assert_eq!(stream.drop_partition("19700102").expect("dropped"), 10);
    assert_eq!(stream.drop_partition("20240101").expect("dropped"), 0);
    assert_eq!(stream.visible_rows().expect("a count"), 20);
}

#[test]
fn rows_past_their_ttl_go_with_the_next_merge() {
    let context = World::new().context();
    let mut spec = spec(&defs(), Mode::Append);
    let end = ferry_sql::parse_expr("_tp_time + INTERVAL 1 DAY").expect("an expression");
    spec.ttl = Some(Arc::new(RowCondition::expired(end, defs(), context).expect("a TTL")));
    let stream = Stream::open(spec).expect("a stream");
    stream.append(rows(&stream, 0..10, |n| if n < 4 { 1 } else { 400_000 })).expect("accepted");
    assert_eq!(stream.visible_rows().expect("a count"), 10);
    stream.optimize().expect("a merge");
    assert_eq!(stream.visible_rows().expect("a count"), 6);
}

#[test]
fn every_shard_is_read_alone_and_together_they_are_all() {
    let mut spec = spec(&defs(), Mode::Append);
    spec.shards = 3;
    let stream = Stream::open(spec).expect("a stream");
    for start in 0..9 {
        stream.append(rows(&stream, start * 10..start * 10 + 10, |_| 1)).expect("accepted");
    }
    let of = |shard| stream.snapshot(shard).expect("a snapshot").rows();
    assert_eq!([of(Some(0)), of(Some(1)), of(Some(2))], [30, 30, 30]);
    assert_eq!(of(None), 90);
}

#[test]
fn a_sharding_expression_chooses_the_shard_of_each_row() {
    let context = World::new().context();
    let mut spec = spec(&defs(), Mode::Append);
    spec.shards = 2;
    let parity = ferry_sql::parse_expr("bit_and(n, 1)").expect("an expression");
    spec.sharding = Some(Arc::new(StreamExpression::new(&parity, &defs(), &context).expect("an expression")));
    let stream = Stream::open(spec).expect("a stream");
    stream.append(rows(&stream, 0..9, |_| 1)).expect("accepted");
    assert_eq!(stream.snapshot(Some(0)).expect("a snapshot").rows(), 5);
    assert_eq!(stream.snapshot(Some(1)).expect("a snapshot").rows(), 4);
}

#[test]
fn blocks_of_ten_rows_take_little_more_memory_than_their_values() {
    let stream = Stream::open(spec(&defs(), Mode::Append)).expect("a stream");
    for block in 0..2_000 {
        stream.append(rows(&stream, block * 10..block * 10 + 10, |_| 1)).expect("accepted");
        if block % 100 == 0 {
            stream.snapshot(None).expect("a snapshot");
        }
    }
    stream.optimize().expect("a merge");
    let snapshot = stream.snapshot(None).expect("a snapshot");
    assert_eq!(snapshot.rows(), 20_000);
    assert!(snapshot.segments.len() <= 4, "{} segments", snapshot.segments.len());
    let held: usize = snapshot.segments.iter().map(|s| s.stored().get_array_memory_size()).sum();
    assert!(held < 2 * usize::try_from(stream.size_bytes()).expect("a size"), "{held}");
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn merging_keeps_all_rows_and_their_order(sizes in prop::collection::vec(1_i64..40, 1..120)) {
        let stream = Stream::open(spec(&defs(), Mode::Append)).expect("a stream");
        let mut next = 0;
        for (round, size) in sizes.iter().enumerate() {
            stream.append(rows(&stream, next..next + size, |n| n % 7)).expect("accepted");
            next += size;
            if round % 3 == 0 {
                stream.snapshot(None).expect("a snapshot");
            }
            if round % 17 == 0 {
                stream.optimize().expect("a merge");
            }
        }
        stream.optimize().expect("a merge");
        let snapshot = stream.snapshot(None).expect("a snapshot");
        let mut found = Vec::new();
        for segment in &snapshot.segments {
            let batch = segment.live().expect("rows");
            let numbers = batch.column(0).as_any().downcast_ref::<Int64Array>().expect("numbers").clone();
            found.extend(numbers.values().iter().copied());
        }
        prop_assert_eq!(found, (0..next).collect::<Vec<_>>());
    }
}
