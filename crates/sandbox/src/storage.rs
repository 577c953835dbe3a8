//! Streams: rows in immutable segments, keyed modes, flushes and files.
//!
//! An append is acknowledged at once and becomes visible to `table()` when its flush is due, as
//! on a real server (resources.md 3.2). Readers take a [`Snapshot`] and are never disturbed.

mod error;
mod key_index;
mod log;
mod maintenance;
mod segment;
mod shard;
mod spec;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;
use arrow::datatypes::{SchemaRef, UInt64Type};
use arrow::row::{RowConverter, SortField};

pub use error::StorageError;
pub use key_index::DELTA_COLUMN;
pub use segment::{Segment, TIME_COLUMN, batch_size_bytes};
pub use spec::{Limits, Mode, RowExpression, StreamSpec};

use key_index::KeyIndex;
use log::{Log, Record};
use shard::Shard;

/// The rows of one stream.
#[derive(Debug)]
pub struct Stream {
    // Lock order: `log` before `state`.
    log: Mutex<Option<Log>>,
    state: Mutex<State>,
    next_shard: AtomicU64,
}

#[derive(Debug)]
struct State {
    spec: StreamSpec,
    shards: Vec<Shard>,
    unsynced: Vec<Record>,
    /// Whether writing them failed.
    owes_sync: bool,
    durable: bool,
    ttl_checked: Instant,
}

/// What a query reads: the rows that were visible at one moment.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// The columns of the segments.
    pub schema: SchemaRef,
    /// The segments, oldest first within a shard.
    pub segments: Vec<Arc<Segment>>,
}

impl Stream {
    /// Makes a stream; with a folder, reads what it holds and keeps every later row there.
    pub fn open(spec: StreamSpec) -> Result<Arc<Self>, StorageError> {
        let mut shards = Vec::new();
        for _ in 0..spec.shards.max(1) {
            shards.push(Shard::new(spec.schema.clone(), key_index(&spec)?));
        }
        let log = match &spec.data_dir {
            None => None,
            Some(folder) => {
                let (log, recovered) = Log::open(folder)?;
                recover(&spec, &mut shards, recovered)?;
                Some(log)
            }
        };
        let stream = Arc::new(Self {
            state: Mutex::new(State {
                durable: log.is_some(),
                spec,
                shards,
                unsynced: Vec::new(),
                owes_sync: false,
                ttl_checked: Instant::now(),
            }),
            log: Mutex::new(log),
            next_shard: AtomicU64::new(0),
        });
        maintenance::watch(&stream);
        Ok(stream)
    }

    /// Accepts a block with all stored columns; with a folder, [`Stream::sync`] makes it durable.
    ///
    /// A statement appends its blocks and calls `sync` once before it is acknowledged.
    pub fn append(&self, batch: RecordBatch) -> Result<(), StorageError> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        let mut state = self.state();
        let batch = adopted(&state.spec.schema, batch)?;
        let parts = self.split(&state, batch)?;
        let limit_bytes = state.spec.limits.max_record_bytes;
        let sizes: Vec<usize> = parts.iter().map(|(_, part)| batch_size_bytes(part)).collect();
        for ((_, part), size_bytes) in parts.iter().zip(&sizes) {
            if *size_bytes > limit_bytes {
                return Err(StorageError::TooLargeRecord {
                    rows: part.num_rows(),
                    size_bytes: *size_bytes,
                    limit_bytes,
                });
            }
        }
        let now = Instant::now();
        let limits = state.spec.limits.clone();
        for ((shard, part), size_bytes) in parts.into_iter().zip(sizes) {
            if state.durable {
                state.unsynced.push((shard, part.clone()));
            }
            state.shards[shard as usize].append(part, size_bytes, &limits, now)?;
        }
        Ok(())
    }

    /// Waits until everything accepted so far survives a kill. Without a folder it does nothing.
    pub fn sync(&self) -> Result<(), StorageError> {
        let mut log = self.log();
        let Some(log) = log.as_mut() else {
            return Ok(());
        };
        let rows = std::mem::take(&mut self.state().unsynced);
        let written = log.write(&rows);
        let mut state = self.state();
        state.owes_sync = written.is_err();
        if written.is_err() {
            state.unsynced.splice(0..0, rows);
        }
        written
    }

    /// What is visible now; `shard` (counted from 0) chooses one shard.
    ///
    /// Rows that could not be written when their statement failed are written first: nobody sees what a kill takes away.
    pub fn snapshot(&self, shard: Option<u32>) -> Result<Snapshot, StorageError> {
        let owes_sync = self.state().owes_sync;
        if owes_sync {
            self.sync()?;
        }
        let mut state = self.state();
        state.commit(false)?;
        let segments = state
            .shards
            .iter()
            .enumerate()
            .filter(|(index, _)| shard.is_none_or(|shard| shard as usize == *index))
            .flat_map(|(_, shard)| shard.segments().iter().cloned().collect::<Vec<_>>())
            .collect();
        Ok(Snapshot { schema: state.spec.schema.clone(), segments })
    }

    /// Makes every accepted row visible without waiting for the flush interval.
    pub fn flush(&self) -> Result<(), StorageError> {
        self.sync()?;
        self.state().commit(true)
    }

    /// Removes visible rows for which `predicate` is true and returns how many.
    pub fn delete_where(
        &self,
        predicate: &dyn Fn(&RecordBatch) -> Result<BooleanArray, StorageError>,
    ) -> Result<u64, StorageError> {
        let mut log = self.log();
        let mut state = self.state();
        state.commit(false)?;
        let mut deleted = 0;
        for shard in &mut state.shards {
            deleted += shard.delete(predicate)?;
        }
        state.replace_files(&mut log)?;
        Ok(deleted)
    }

    /// Removes the visible rows of one partition: those whose partition expression, as text,
    /// equals `value`.
    pub fn drop_partition(&self, value: &str) -> Result<u64, StorageError> {
        let partition = self.state().spec.partition.clone();
        let Some(partition) = partition else {
            return Err(StorageError::Expression("the stream has no partition expression".to_owned()));
        };
        self.delete_where(&|rows| {
            let values = arrow::compute::cast(&partition.evaluate(rows)?, &arrow::datatypes::DataType::Utf8)?;
            let values = values.as_string::<i32>();
            Ok(values.iter().map(|each| Some(each == Some(value))).collect())
        })
    }

    /// Removes all rows, those that are not visible yet included.
    pub fn truncate(&self) -> Result<(), StorageError> {
        let mut log = self.log();
        let mut state = self.state();
        state.unsynced.clear();
        state.shards.iter_mut().for_each(Shard::truncate);
        state.replace_files(&mut log)
    }

    /// Removes rows whose TTL is over and joins small segments, as OPTIMIZE does.
    pub fn optimize(&self) -> Result<(), StorageError> {
        self.expire()?;
        let mut state = self.state();
        state.commit(false)?;
        state.shards.iter_mut().try_for_each(Shard::merge_all)
    }

    /// Changes the columns or settings: `change` turns every old batch into one of the new spec.
    pub fn alter(
        &self,
        spec: StreamSpec,
        change: &dyn Fn(&RecordBatch) -> Result<RecordBatch, StorageError>,
    ) -> Result<(), StorageError> {
        let mut log = self.log();
        let mut state = self.state();
        for shard in &mut state.shards {
            shard.rewrite(spec.schema.clone(), key_index(&spec)?, change)?;
        }
        state.unsynced.clear();
        state.spec = spec;
        state.replace_files(&mut log)
    }

    /// The settings that the stream was made with.
    pub fn spec(&self) -> StreamSpec {
        self.state().spec.clone()
    }

    /// The columns of every batch of this stream.
    pub fn schema(&self) -> SchemaRef {
        self.state().spec.schema.clone()
    }

    /// Rows that a query sees now.
    pub fn visible_rows(&self) -> Result<u64, StorageError> {
        Ok(self.snapshot(None)?.rows())
    }

    /// Rows that were acknowledged and are not visible yet.
    pub fn waiting_rows(&self) -> u64 {
        self.state().shards.iter().map(|shard| shard.waiting_rows() as u64).sum()
    }

    /// Bytes of all rows in memory.
    pub fn size_bytes(&self) -> u64 {
        let state = self.state();
        let of_shard = |shard: &Shard| {
            let segments = shard.segments();
            let visible: usize = segments.iter().map(|segment| segment.size_bytes()).sum();
            (visible + shard.waiting_bytes()) as u64
        };
        state.shards.iter().map(of_shard).sum()
    }

    /// Why acknowledged rows can never become visible, if that is so (resources.md 3.3).
    pub fn refusal(&self) -> Option<String> {
        let state = self.state();
        state.shards.iter().find_map(|shard| shard.refusal().map(str::to_owned))
    }

    /// Removes rows whose TTL is over.
    fn expire(&self) -> Result<(), StorageError> {
        let ttl = self.state().spec.ttl.clone();
        let Some(ttl) = ttl else {
            return Ok(());
        };
        self.delete_where(&|rows| {
            let expired = ttl.evaluate(rows)?;
            expired
                .as_boolean_opt()
                .cloned()
                .ok_or_else(|| StorageError::Expression("TTL is not a condition".to_owned()))
        })
        .map(drop)
    }

    /// What the background thread does: flush, merge, TTL, shortening of the files.
    pub(crate) fn maintain(&self) -> Result<(), StorageError> {
        let ttl_due = {
            let mut state = self.state();
            state.commit(false)?;
            state.shards.iter_mut().try_for_each(Shard::merge)?;
            let due = state.spec.ttl.is_some() && state.ttl_checked.elapsed() >= state.spec.limits.ttl_interval;
            if due {
                state.ttl_checked = Instant::now();
            }
            due
        };
        if ttl_due {
            self.expire()?;
        }
        let mut log = self.log();
        let log_bytes = log.as_ref().map_or(0, Log::size_bytes);
        let mut state = self.state();
        if log_bytes > state.spec.limits.max_log_bytes && log_bytes > 2 * state.visible_bytes() {
            state.replace_files(&mut log)?;
        }
        Ok(())
    }

    /// Which shard each row of a block goes to.
    fn split(&self, state: &State, batch: RecordBatch) -> Result<Vec<Record>, StorageError> {
        let n_shards = state.spec.shards.max(1);
        if n_shards == 1 {
            return Ok(vec![(0, batch)]);
        }
        let hashes: Vec<u64> = match (&state.spec.sharding, state.spec.mode.is_keyed()) {
            (Some(expression), _) => {
                let values = expression.evaluate(&batch)?;
                let values = arrow::compute::cast(&values, &arrow::datatypes::DataType::UInt64)?;
                let values = values.as_primitive::<UInt64Type>();
                (0..values.len()).map(|row| values.value(row)).collect()
            }
            (None, true) => key_hashes(&state.spec, &batch)?,
            (None, false) => {
                // A block goes to one shard as a whole, as with `rand()` on a real server.
                let turn = self.next_shard.fetch_add(1, Ordering::Relaxed);
                return Ok(vec![((turn % u64::from(n_shards)) as u32, batch)]);
            }
        };
        let mut rows_of: Vec<Vec<u32>> = vec![Vec::new(); n_shards as usize];
        for (row, hash) in hashes.iter().enumerate() {
            rows_of[(hash % u64::from(n_shards)) as usize].push(row as u32);
        }
        let mut parts = Vec::new();
        for (shard, rows) in rows_of.into_iter().enumerate() {
            if !rows.is_empty() {
                let part = take_record_batch(&batch, &UInt32Array::from(rows))?;
                parts.push((shard as u32, part));
            }
        }
        Ok(parts)
    }

    // A panic while the lock was held leaves whole values behind: every change is one assignment.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn log(&self) -> MutexGuard<'_, Option<Log>> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn commit(&mut self, everything: bool) -> Result<(), StorageError> {
        let now = Instant::now();
        for shard in &mut self.shards {
            shard.commit(&self.spec.limits, self.spec.partition.as_ref(), now, everything)?;
        }
        Ok(())
    }

    fn visible_bytes(&self) -> u64 {
        let of_shard =
            |shard: &Shard| -> u64 { shard.segments().iter().map(|segment| segment.size_bytes() as u64).sum() };
        self.shards.iter().map(of_shard).sum()
    }

    fn replace_files(&mut self, log: &mut Option<Log>) -> Result<(), StorageError> {
        let Some(log) = log else {
            return Ok(());
        };
        let mut visible = Vec::new();
        let mut waiting = Vec::new();
        for (number, shard) in self.shards.iter().enumerate() {
            for segment in shard.segments().iter() {
                visible.push((number as u32, segment.live()?));
            }
            waiting.extend(shard.waiting().map(|batch| (number as u32, batch.clone())));
        }
        log.replace(&visible, &waiting)?;
        // What was not written yet is part of the copy.
        self.unsynced.clear();
        Ok(())
    }
}

impl Snapshot {
    /// Rows of the snapshot, known without reading them.
    pub fn rows(&self) -> u64 {
        self.segments.iter().map(|segment| segment.live_rows() as u64).sum()
    }

    /// Bytes of the snapshot's segments.
    pub fn size_bytes(&self) -> u64 {
        self.segments.iter().map(|segment| segment.size_bytes() as u64).sum()
    }
}

fn recover(spec: &StreamSpec, shards: &mut [Shard], recovered: log::Recovered) -> Result<(), StorageError> {
    let n_shards = shards.len() as u32;
    let mut adopt = |shard: u32, batch: RecordBatch, committed: bool| {
        let batch = adopted(&spec.schema, batch)?;
        let shard = &mut shards[(shard % n_shards) as usize];
        if committed {
            return shard.publish(batch);
        }
        let now = Instant::now();
        let size_bytes = batch_size_bytes(&batch);
        shard.append(batch, size_bytes, &spec.limits, now)?;
        shard.commit(&spec.limits, spec.partition.as_ref(), now, true).map(drop)
    };
    for (shard, batch) in recovered.visible {
        adopt(shard, batch, true)?;
    }
    for (shard, batch) in recovered.later {
        adopt(shard, batch, false)?;
    }
    Ok(())
}

fn key_index(spec: &StreamSpec) -> Result<Option<KeyIndex>, StorageError> {
    if !spec.mode.is_keyed() {
        return Ok(None);
    }
    let position = |name: &String| {
        spec.schema.index_of(name).map_err(|_| StorageError::Schema(format!("key column {name} is missing")))
    };
    let keys = spec.primary_key.iter().map(position).collect::<Result<_, _>>()?;
    let version = spec.version_column.as_ref().map(position).transpose()?;
    KeyIndex::new(spec.mode, &spec.schema, keys, version).map(Some)
}

fn key_hashes(spec: &StreamSpec, batch: &RecordBatch) -> Result<Vec<u64>, StorageError> {
    let keys: Vec<ArrayRef> = spec.primary_key.iter().filter_map(|name| batch.column_by_name(name).cloned()).collect();
    let fields = keys.iter().map(|key| SortField::new(key.data_type().clone())).collect();
    let rows = RowConverter::new(fields)?.convert_columns(&keys)?;
    let hash = |row: arrow::row::Row<'_>| {
        row.as_ref()
            .iter()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
            >> 7
    };
    Ok(rows.iter().map(hash).collect())
}

/// The batch under the stream's own schema, so that all batches share it.
fn adopted(schema: &SchemaRef, batch: RecordBatch) -> Result<RecordBatch, StorageError> {
    if Arc::ptr_eq(schema, batch.schema_ref()) {
        return Ok(batch);
    }
    if !same_columns(schema, &batch) {
        return Err(StorageError::Schema(format!("expected {:?}, got {:?}", schema.fields(), batch.schema().fields())));
    }
    Ok(RecordBatch::try_new(schema.clone(), batch.columns().to_vec())?)
}

fn same_columns(schema: &SchemaRef, batch: &RecordBatch) -> bool {
    let fields = batch.schema_ref().fields();
    schema.fields().len() == fields.len()
        && schema.fields().iter().zip(fields).all(|(ours, theirs)| ours.data_type() == theirs.data_type())
}
