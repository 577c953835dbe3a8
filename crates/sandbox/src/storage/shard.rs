//! One shard of a stream: rows that wait for their flush, and the segments that readers see.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{Array, BooleanArray, RecordBatch};
use arrow::compute::{concat_batches, filter_record_batch, not};
use arrow::datatypes::SchemaRef;
use arrow::row::{RowConverter, SortField};

use super::key_index::KeyIndex;
use super::segment::Segment;
use super::{Limits, RowExpression, StorageError};

/// Small waiting blocks are joined when they reach this many rows: 20,000 batches of ten rows
/// take more than twice the memory of one large batch.
const JOIN_ROWS: usize = 8_192;
/// Neighbouring segments are merged up to this many rows.
const MERGED_ROWS: usize = 131_072;
/// Without a flush interval, rows that come this close together are still committed together.
const SHORTEST_GROUP: Duration = Duration::from_millis(1);
/// So many small neighbours are worth a merge.
const MERGE_NEIGHBOURS: usize = 4;

/// The rows of one shard.
#[derive(Debug)]
pub struct Shard {
    schema: SchemaRef,
    groups: VecDeque<Group>,
    segments: Arc<Vec<Arc<Segment>>>,
    next_segment: u64,
    keys: Option<KeyIndex>,
}

/// Rows that will be committed together, as one flush of a real server commits them.
#[derive(Debug)]
struct Group {
    since: Instant,
    joined: Vec<RecordBatch>,
    small: Vec<RecordBatch>,
    small_rows: usize,
    rows: usize,
    size_bytes: usize,
    refused: Option<String>,
}

impl Shard {
    /// An empty shard.
    pub fn new(schema: SchemaRef, keys: Option<KeyIndex>) -> Self {
        Self { schema, groups: VecDeque::new(), segments: Arc::default(), next_segment: 0, keys }
    }

    /// What readers see now.
    pub fn segments(&self) -> Arc<Vec<Arc<Segment>>> {
        self.segments.clone()
    }

    /// Rows that were accepted and are not visible yet.
    pub fn waiting_rows(&self) -> usize {
        self.groups.iter().map(|group| group.rows).sum()
    }

    /// Bytes of the rows that are not visible yet.
    pub fn waiting_bytes(&self) -> usize {
        self.groups.iter().map(|group| group.size_bytes).sum()
    }

    /// Why the oldest waiting rows can never become visible, if that is so.
    pub fn refusal(&self) -> Option<&str> {
        self.groups.front().and_then(|group| group.refused.as_deref())
    }

    /// The waiting rows, oldest first.
    pub fn waiting(&self) -> impl Iterator<Item = &RecordBatch> {
        self.groups.iter().flat_map(|group| group.joined.iter().chain(&group.small))
    }

    /// Accepts rows; they become visible with the group that they join.
    pub fn append(
        &mut self,
        batch: RecordBatch,
        size_bytes: usize,
        limits: &Limits,
        now: Instant,
    ) -> Result<(), StorageError> {
        let open = self.groups.back().is_some_and(|group| {
            group.refused.is_none()
                && group.rows < limits.flush_rows
                && now.duration_since(group.since) <= limits.flush_interval.max(SHORTEST_GROUP)
        });
        if !open {
            self.groups.push_back(Group::new(now));
        }
        let schema = self.schema.clone();
        if let Some(group) = self.groups.back_mut() {
            group.push(batch, size_bytes, &schema)?;
        }
        Ok(())
    }

    /// Makes visible what is due; `everything` does not wait for the interval.
    ///
    /// A group that touches too many partitions is never committed, and nothing behind it is
    /// either, although its INSERT was acknowledged: so does the background commit of a real
    /// server, which tries for ever (resources.md 3.3).
    pub fn commit(
        &mut self,
        limits: &Limits,
        partition: Option<&Arc<dyn RowExpression>>,
        now: Instant,
        everything: bool,
    ) -> Result<bool, StorageError> {
        let mut changed = false;
        while let Some(group) = self.groups.front() {
            let due = everything
                || group.rows >= limits.flush_rows
                || now.duration_since(group.since) >= limits.flush_interval;
            if !due || group.refused.is_some() {
                break;
            }
            let rows = concat_batches(&self.schema, group.joined.iter().chain(&group.small))?;
            if let Some(partition) = partition {
                let n_partitions = distinct_values(partition.as_ref(), &rows)?;
                if n_partitions > limits.max_partitions {
                    let reason =
                        format!("Too many partitions for single INSERT block (more than {})", limits.max_partitions);
                    tracing::warn!(n_partitions, "a background commit is refused and will be retried for ever");
                    if let Some(group) = self.groups.front_mut() {
                        group.refused = Some(reason);
                    }
                    break;
                }
            }
            self.groups.pop_front();
            self.publish(rows)?;
            changed = true;
        }
        Ok(changed)
    }

    /// Makes rows visible at once, without the checks of a commit.
    pub fn publish(&mut self, rows: RecordBatch) -> Result<(), StorageError> {
        if rows.num_rows() == 0 {
            return Ok(());
        }
        let id = self.take_id();
        let segment = Segment::new(id, rows);
        let dead = match &mut self.keys {
            Some(keys) => keys.apply(id, segment.stored())?,
            None => Vec::new(),
        };
        Arc::make_mut(&mut self.segments).push(Arc::new(segment));
        self.bury(dead);
        if self.segments.len().is_multiple_of(16) {
            self.merge()?;
        }
        Ok(())
    }

    /// Joins the newest segments while they are small, so that a row is rewritten only a few
    /// times however small the flushes are.
    pub fn merge(&mut self) -> Result<(), StorageError> {
        let mut n_joined = 0;
        let mut joined_rows = 0;
        for segment in self.segments.iter().rev() {
            let rows = segment.live_rows();
            let grows_slowly = rows <= 2 * joined_rows.max(512);
            if joined_rows + rows > MERGED_ROWS || !grows_slowly {
                break;
            }
            n_joined += 1;
            joined_rows += rows;
        }
        let mut older = self.segments.to_vec();
        let mut run = older.split_off(older.len() - n_joined);
        let mut merged = Vec::with_capacity(older.len() + 1);
        for segment in older {
            // Where most rows were replaced, the rest is written anew.
            if segment.dead_rows() > segment.live_rows() {
                self.close_run(&mut vec![segment], &mut merged)?;
            } else {
                merged.push(segment);
            }
        }
        self.close_run(&mut run, &mut merged)?;
        self.segments = Arc::new(merged);
        Ok(())
    }

    /// Joins all small neighbours and drops rows that are marked as deleted.
    pub fn merge_all(&mut self) -> Result<(), StorageError> {
        let mut merged: Vec<Arc<Segment>> = Vec::with_capacity(self.segments.len());
        let mut run: Vec<Arc<Segment>> = Vec::new();
        let mut run_rows = 0;
        for segment in self.segments().iter() {
            if run_rows + segment.live_rows() > MERGED_ROWS {
                self.close_run(&mut run, &mut merged)?;
                run_rows = 0;
            }
            run_rows += segment.live_rows();
            run.push(segment.clone());
        }
        self.close_run(&mut run, &mut merged)?;
        self.segments = Arc::new(merged);
        Ok(())
    }

    /// Removes visible rows for which `predicate` is true; writes new segments.
    pub fn delete(
        &mut self,
        predicate: &dyn Fn(&RecordBatch) -> Result<BooleanArray, StorageError>,
    ) -> Result<u64, StorageError> {
        let mut deleted = 0;
        let mut kept = Vec::new();
        for segment in self.segments().iter() {
            let live = segment.live()?;
            let doomed = predicate(&live)?;
            let n_doomed = doomed.true_count();
            if n_doomed == 0 {
                kept.push(segment.clone());
                continue;
            }
            deleted += n_doomed as u64;
            let doomed = BooleanArray::from_iter(doomed.iter().map(|mark| Some(mark == Some(true))));
            let survivors = filter_record_batch(&live, &not(&doomed)?)?;
            if survivors.num_rows() > 0 {
                kept.push(Arc::new(Segment::new(self.take_id(), survivors)));
            }
        }
        if deleted > 0 {
            self.segments = Arc::new(kept);
            self.reindex()?;
        }
        Ok(deleted)
    }

    /// Forgets all rows, the waiting ones included.
    pub fn truncate(&mut self) {
        self.groups.clear();
        self.segments = Arc::default();
        if let Some(keys) = &mut self.keys {
            keys.clear();
        }
    }

    /// Replaces every batch by what `change` makes of it, for ALTER.
    pub fn rewrite(
        &mut self,
        schema: SchemaRef,
        keys: Option<KeyIndex>,
        change: &dyn Fn(&RecordBatch) -> Result<RecordBatch, StorageError>,
    ) -> Result<(), StorageError> {
        let mut segments = Vec::with_capacity(self.segments.len());
        for segment in self.segments().iter() {
            segments.push(Arc::new(Segment::new(self.take_id(), change(&segment.live()?)?)));
        }
        for group in &mut self.groups {
            for batch in group.joined.iter_mut().chain(&mut group.small) {
                *batch = change(batch)?;
            }
        }
        self.schema = schema;
        self.keys = keys;
        self.segments = Arc::new(segments);
        self.reindex()
    }

    fn close_run(&mut self, run: &mut Vec<Arc<Segment>>, merged: &mut Vec<Arc<Segment>>) -> Result<(), StorageError> {
        let segments = std::mem::take(run);
        let dead: usize = segments.iter().map(|segment| segment.dead_rows()).sum();
        let live: usize = segments.iter().map(|segment| segment.live_rows()).sum();
        if segments.len() < MERGE_NEIGHBOURS && dead * 4 <= live {
            merged.extend(segments);
            return Ok(());
        }
        if live == 0 {
            return Ok(());
        }
        let batches = segments.iter().map(|segment| segment.live()).collect::<Result<Vec<_>, _>>()?;
        let id = self.take_id();
        let joined = concat_batches(&self.schema, &batches)?;
        if let Some(keys) = &mut self.keys {
            keys.moved(id, &joined)?;
        }
        merged.push(Arc::new(Segment::new(id, joined)));
        Ok(())
    }

    fn reindex(&mut self) -> Result<(), StorageError> {
        let Some(keys) = &mut self.keys else {
            return Ok(());
        };
        keys.clear();
        let mut dead = Vec::new();
        for segment in self.segments.iter() {
            dead.extend(keys.apply(segment.id(), segment.stored())?);
        }
        self.bury(dead);
        Ok(())
    }

    fn bury(&mut self, mut dead: Vec<(u64, u32)>) {
        if dead.is_empty() {
            return;
        }
        dead.sort_unstable();
        let segments = Arc::make_mut(&mut self.segments);
        for places in dead.chunk_by(|left, right| left.0 == right.0) {
            let rows: Vec<u32> = places.iter().map(|place| place.1).collect();
            if let Some(segment) = segments.iter_mut().find(|segment| segment.id() == places[0].0) {
                *segment = Arc::new(segment.with_dead(&rows));
            }
        }
    }

    fn take_id(&mut self) -> u64 {
        self.next_segment += 1;
        self.next_segment
    }
}

impl Group {
    fn new(since: Instant) -> Self {
        Self { since, joined: Vec::new(), small: Vec::new(), small_rows: 0, rows: 0, size_bytes: 0, refused: None }
    }

    fn push(&mut self, batch: RecordBatch, size_bytes: usize, schema: &SchemaRef) -> Result<(), StorageError> {
        self.rows += batch.num_rows();
        self.size_bytes += size_bytes;
        self.small_rows += batch.num_rows();
        self.small.push(batch);
        if self.small_rows >= JOIN_ROWS {
            self.joined.push(concat_batches(schema, &self.small)?);
            self.small.clear();
            self.small_rows = 0;
        }
        Ok(())
    }
}

fn distinct_values(expression: &dyn RowExpression, rows: &RecordBatch) -> Result<usize, StorageError> {
    let values = expression.evaluate(rows)?;
    let converter = RowConverter::new(vec![SortField::new(values.data_type().clone())])?;
    let values = converter.convert_columns(&[values])?;
    let mut seen = std::collections::HashSet::new();
    let mut last: Option<arrow::row::Row<'_>> = None;
    for value in &values {
        if last.as_ref() != Some(&value) {
            seen.insert(value);
        }
        last = Some(value);
    }
    Ok(seen.len())
}
