//! One immutable piece of a stream's history.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch};
use arrow::buffer::BooleanBuffer;
use arrow::compute::{filter_record_batch, max, min};
use arrow::datatypes::{
    DataType, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType,
};

use super::StorageError;

/// The column that every stream has and that time bounds are kept for.
pub const TIME_COLUMN: &str = "_tp_time";

/// Rows that never change, with what a reader wants to know before it reads them.
#[derive(Debug, Clone)]
pub struct Segment {
    id: u64,
    batch: RecordBatch,
    dead: Option<Arc<BooleanBuffer>>,
    dead_rows: usize,
    time_bounds: Option<(i64, i64)>,
    size_bytes: usize,
}

impl Segment {
    /// Wraps rows as a segment; `id` is unique within its shard.
    pub fn new(id: u64, batch: RecordBatch) -> Self {
        let time_bounds = batch.column_by_name(TIME_COLUMN).and_then(time_bounds);
        let size_bytes = batch_size_bytes(&batch);
        Self { id, batch, dead: None, dead_rows: 0, time_bounds, size_bytes }
    }

    /// The number that key indexes use to point at this segment.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// All rows, those marked as deleted included.
    pub fn stored(&self) -> &RecordBatch {
        &self.batch
    }

    /// Rows that are not marked as deleted.
    pub fn live_rows(&self) -> usize {
        self.batch.num_rows() - self.dead_rows
    }

    /// Rows that are marked as deleted and wait for a merge.
    pub fn dead_rows(&self) -> usize {
        self.dead_rows
    }

    /// Bytes that the values take in memory.
    pub fn size_bytes(&self) -> usize {
        self.size_bytes
    }

    /// Smallest and largest `_tp_time` in the column's own unit; `None` without such a column.
    pub fn time_bounds(&self) -> Option<(i64, i64)> {
        self.time_bounds
    }

    /// The rows that are not marked as deleted.
    pub fn live(&self) -> Result<RecordBatch, StorageError> {
        Ok(match &self.dead {
            None => self.batch.clone(),
            Some(dead) => filter_record_batch(&self.batch, &BooleanArray::new(!dead.as_ref(), None))?,
        })
    }

    /// The live rows of some columns.
    pub fn live_columns(&self, projection: Option<&[usize]>) -> Result<RecordBatch, StorageError> {
        let batch = match projection {
            Some(indices) => self.batch.project(indices)?,
            None => self.batch.clone(),
        };
        Ok(match &self.dead {
            None => batch,
            Some(dead) => filter_record_batch(&batch, &BooleanArray::new(!dead.as_ref(), None))?,
        })
    }

    /// The same rows with further ones marked as deleted.
    pub fn with_dead(&self, rows: &[u32]) -> Self {
        let n_rows = self.batch.num_rows();
        let mut marks = vec![false; n_rows];
        if let Some(dead) = &self.dead {
            for (mark, is_dead) in marks.iter_mut().zip(dead.iter()) {
                *mark = is_dead;
            }
        }
        for &row in rows {
            marks[row as usize] = true;
        }
        let dead_rows = marks.iter().filter(|mark| **mark).count();
        Self { dead: Some(Arc::new(BooleanBuffer::from(marks))), dead_rows, ..self.clone() }
    }
}

/// Bytes that the values of a batch take, without what its buffers share with others.
///
/// A block of ten rows is measured for every INSERT, so this avoids building `ArrayData`
/// for the common types.
pub fn batch_size_bytes(batch: &RecordBatch) -> usize {
    batch.columns().iter().map(array_size_bytes).sum()
}

fn array_size_bytes(array: &ArrayRef) -> usize {
    let rows = array.len();
    if let Some(width) = array.data_type().primitive_width() {
        return rows * width;
    }
    match array.data_type() {
        DataType::Null => 0,
        DataType::Boolean => rows.div_ceil(8),
        DataType::FixedSizeBinary(width) => rows * usize::try_from(*width).unwrap_or(0),
        DataType::Utf8 => offsets_span(array.as_string::<i32>().value_offsets()) + rows * 4,
        DataType::Binary => offsets_span(array.as_binary::<i32>().value_offsets()) + rows * 4,
        _ => array.to_data().get_slice_memory_size().unwrap_or(0),
    }
}

fn offsets_span(offsets: &[i32]) -> usize {
    match (offsets.first(), offsets.last()) {
        (Some(first), Some(last)) => usize::try_from(last - first).unwrap_or(0),
        _ => 0,
    }
}

fn time_bounds(times: &ArrayRef) -> Option<(i64, i64)> {
    macro_rules! bounds {
        ($unit:ty) => {{
            let times = times.as_primitive::<$unit>();
            Some((min(times)?, max(times)?))
        }};
    }
    match times.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => bounds!(TimestampSecondType),
        DataType::Timestamp(TimeUnit::Millisecond, _) => bounds!(TimestampMillisecondType),
        DataType::Timestamp(TimeUnit::Microsecond, _) => bounds!(TimestampMicrosecondType),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => bounds!(TimestampNanosecondType),
        _ => None,
    }
}
