//! Measures the codec against what bounds it, on one core, in one run:
//! `cargo run --release -p ferry-native --features arrow --example bench_wire`.

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, ListBuilder, MapBuilder, RecordBatch, StringArray,
    StringBuilder, TimestampMillisecondArray, UInt8Array, UInt64Array, UInt64Builder,
};
use arrow::datatypes::Schema;
use ferry_native::{Block, Column, DataType, Error, Limits};

/// The block size that plans propose instead of the vendor's ten rows.
const N_ROWS: usize = 20_000;
const LEAST_TIME: Duration = Duration::from_millis(700);
/// As much as a frame holds.
const LZ4_PIECE_BYTES: usize = 256 << 10;

fn main() -> Result<(), Error> {
    println!("rows in a block: {N_ROWS}");
    let fixed = fixed_width();
    let memcpy =
        rate(fixed.bytes(), || fixed.block.columns.iter().map(|column| black_box(column.data.to_vec()).len()).sum());
    println!("memcpy of the same bytes         {memcpy:7.2} GB/s");
    measure("fixed width", &fixed, Some(memcpy))?;
    measure("strings", &strings(N_ROWS), None)?;
    measure("strings, 65,536", &strings(65_536), None)?;
    measure("mixed with nested", &mixed(), None)?;
    compressed("fixed width, LZ4", &fixed)?;
    compressed("mixed with nested, LZ4", &mixed())?;
    small_blocks()
}

/// The vendor's default block has ten rows, so what each block costs matters as well.
fn small_blocks() -> Result<(), Error> {
    const N_BLOCKS: usize = 20_000;
    let sample = mixed();
    let batch = sample.batch.slice(0, 10);
    let round = || {
        let block = Block::from_record_batch(&batch, &sample.types).expect("it fits");
        let wire = block.to_wire(true);
        let block = Block::from_wire(&wire, true, Limits::default()).expect("a block");
        block.to_record_batch().expect("a batch").num_rows()
    };
    let started = Instant::now();
    for _ in 0..N_BLOCKS {
        black_box(round());
    }
    let us_per_block = started.elapsed().as_secs_f64() * 1e6 / N_BLOCKS as f64;
    let n_columns = sample.types.len();
    println!("blocks of 10 rows and {n_columns} columns, LZ4, both ways: {us_per_block:.1} us each");
    Ok(())
}

/// Rows as Arrow and as the wire has them.
struct Sample {
    batch: RecordBatch,
    types: Vec<DataType>,
    block: Block,
}

impl Sample {
    fn new(columns: Vec<(&str, ArrayRef)>) -> Self {
        let types: Vec<DataType> = columns.iter().map(|(name, _)| name.parse().expect("a type's name")).collect();
        let named = columns.iter().map(|(name, _)| *name).zip(&types);
        let schema: Schema = ferry_native::arrow::schema(named).expect("a schema");
        let arrays: Vec<ArrayRef> = columns.into_iter().map(|(_, array)| array).collect();
        let encoded = types.iter().zip(&arrays).map(|(t, array)| Column::from_arrow(t.to_string(), t, array));
        let encoded: Vec<Column> = encoded.collect::<Result<_, _>>().expect("the arrays fit");
        // Decoded once, so that the fields of nested types have the crate's own names.
        let arrays = encoded.iter().map(|column| column.to_arrow().expect("it comes back")).collect();
        let batch = RecordBatch::try_new(Arc::new(schema), arrays).expect("a batch");
        Self { batch, types, block: Block::new(encoded).expect("equal lengths") }
    }

    fn bytes(&self) -> usize {
        self.block.data_bytes()
    }
}

fn measure(name: &str, sample: &Sample, memcpy: Option<f64>) -> Result<(), Error> {
    let n_bytes = sample.bytes();
    let encode = rate(n_bytes, || {
        let block = Block::from_record_batch(&sample.batch, &sample.types).expect("it fits");
        black_box(block.to_wire(false)).len()
    });
    let decode = rate(n_bytes, || {
        let columns = sample.block.columns.iter();
        let arrays = columns.map(|column| {
            let (data_type, data) = (column.data_type.clone(), column.data.clone());
            // Where it ends is found first, as when it comes from a socket.
            let column = Column::from_wire("", data_type, column.n_rows, data).expect("a column");
            column.to_arrow().expect("an array")
        });
        black_box(arrays.collect::<Vec<_>>()).len()
    });
    let wire = sample.block.to_wire(false);
    let whole = rate(n_bytes, || {
        let block = Block::from_wire(&wire, false, Limits::default()).expect("a block");
        black_box(block.to_record_batch().expect("a batch")).num_rows()
    });
    for (what, gb_per_s) in [("encode", encode), ("decode", decode), ("decode, buffered", whole)] {
        let ratio = memcpy.map_or(String::new(), |memcpy| format!("  {:3.0} % of memcpy", 100.0 * gb_per_s / memcpy));
        println!("{name:<17} {what:<17} {gb_per_s:7.2} GB/s{ratio}");
    }
    Ok(())
}

fn compressed(name: &str, sample: &Sample) -> Result<(), Error> {
    let plain = sample.block.to_wire(false);
    let n_bytes = plain.len();
    let pieces: Vec<Vec<u8>> = plain.chunks(LZ4_PIECE_BYTES).map(lz4_flex::block::compress).collect();
    let mut out = vec![0; lz4_flex::block::get_maximum_output_size(LZ4_PIECE_BYTES)];
    let alone_encode = rate(n_bytes, || {
        let sizes = plain.chunks(LZ4_PIECE_BYTES).map(|piece| lz4_flex::block::compress_into(piece, &mut out));
        sizes.map(|size| size.expect("room")).sum()
    });
    let mut out = vec![0; LZ4_PIECE_BYTES];
    let alone_decode = rate(n_bytes, || {
        let sizes = pieces.iter().map(|piece| lz4_flex::block::decompress_into(piece, &mut out));
        sizes.map(|size| size.expect("a piece")).sum()
    });
    let wire = sample.block.to_wire(true);
    let frames_encode = rate(n_bytes, || black_box(sample.block.to_wire(true)).len());
    let frames_decode =
        rate(n_bytes, || black_box(Block::from_wire(&wire, true, Limits::default()).expect("a block")).n_rows);
    let encode = rate(n_bytes, || {
        let block = Block::from_record_batch(&sample.batch, &sample.types).expect("it fits");
        black_box(block.to_wire(true)).len()
    });
    let decode = rate(n_bytes, || {
        let block = Block::from_wire(&wire, true, Limits::default()).expect("a block");
        black_box(block.to_record_batch().expect("a batch")).num_rows()
    });
    println!("{name}: {:.1} times smaller", n_bytes as f64 / wire.len() as f64);
    for (what, with, alone) in [
        ("encode, frames    ", frames_encode, alone_encode),
        ("encode, with Arrow", encode, alone_encode),
        ("decode, frames    ", frames_decode, alone_decode),
        ("decode, with Arrow", decode, alone_decode),
    ] {
        println!("  {what} {with:6.2} GB/s, lz4_flex alone {alone:6.2} GB/s: {:3.0} %", 100.0 * with / alone);
    }
    Ok(())
}

/// How many GB a second `work` gets through, at its best of several rounds.
fn rate(n_bytes: usize, mut work: impl FnMut() -> usize) -> f64 {
    let mut best = f64::MAX;
    let started = Instant::now();
    while started.elapsed() < LEAST_TIME {
        let round = Instant::now();
        black_box(work());
        best = best.min(round.elapsed().as_secs_f64());
    }
    n_bytes as f64 / best / 1e9
}

fn fixed_width() -> Sample {
    let numbers = 0..N_ROWS as u64;
    Sample::new(vec![
        ("uint64", Arc::new(numbers.clone().map(|n| n * 7919).collect::<UInt64Array>())),
        ("int64", Arc::new(numbers.clone().map(|n| n as i64 - 500).collect::<Int64Array>())),
        ("int32", Arc::new(numbers.clone().map(|n| n as i32 ^ 0x55).collect::<Int32Array>())),
        ("float64", Arc::new(numbers.clone().map(|n| n as f64 / 3.0).collect::<Float64Array>())),
        ("uint8", Arc::new(numbers.clone().map(|n| n as u8).collect::<UInt8Array>())),
        ("datetime64(3)", Arc::new(times(numbers))),
    ])
}

fn times(numbers: impl Iterator<Item = u64>) -> TimestampMillisecondArray {
    numbers.map(|n| Some(1_700_000_000_000 + (n * 37) as i64)).collect()
}

fn strings(n_rows: usize) -> Sample {
    let short = (0..n_rows).map(|n| Some(format!("vehicle-{:06}-{}", n * 7919 % 1_000_000, n % 10)));
    let long = (0..n_rows).map(|n| Some(format!("{{\"id\":{n},\"state\":\"driving\",\"speed\":{}.5}}", n % 130)));
    Sample::new(vec![
        ("string", Arc::new(short.collect::<StringArray>())),
        ("string", Arc::new(long.collect::<StringArray>())),
    ])
}

fn mixed() -> Sample {
    let numbers = 0..N_ROWS as u64;
    let text = numbers.clone().map(|n| Some(format!("plate-{:05}", n * 31 % 99_999)));
    let maybe = numbers.clone().map(|n| (n % 5 != 0).then_some(n as f64 / 7.0));
    let city = numbers.clone().map(|n| Some(["berlin", "tokyo", "lima", "oslo"][n as usize % 4]));
    let mut lists = ListBuilder::new(UInt64Builder::new());
    let mut maps = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
    for n in numbers.clone() {
        (0..n % 6).for_each(|i| lists.values().append_value(n + i));
        lists.append(true);
        maps.keys().append_value("region");
        maps.values().append_value(if n % 2 == 0 { "north" } else { "south" });
        maps.append(true).expect("a pair");
    }
    Sample::new(vec![
        ("uint64", Arc::new(numbers.clone().collect::<UInt64Array>())),
        ("datetime64(3)", Arc::new(times(numbers.clone()))),
        ("string", Arc::new(text.collect::<StringArray>())),
        ("nullable(float64)", Arc::new(maybe.collect::<Float64Array>())),
        ("low_cardinality(string)", Arc::new(city.collect::<StringArray>())),
        ("array(uint64)", Arc::new(lists.finish())),
        ("map(string, string)", Arc::new(maps.finish())),
        ("bool", Arc::new(numbers.map(|n| Some(n % 3 == 0)).collect::<BooleanArray>())),
    ])
}
