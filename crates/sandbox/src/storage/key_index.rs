//! Where the latest row of each key lies, for the keyed modes.

use std::collections::HashMap;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{Int8Type, Schema};
use arrow::row::{RowConverter, SortField};

use super::{Mode, StorageError};

/// The name of the column that tells additions (1) from removals (-1) in changelog modes.
pub const DELTA_COLUMN: &str = "_tp_delta";

/// A row's place: segment number and row number.
pub type Place = (u64, u32);

#[derive(Debug)]
struct Latest {
    place: Place,
    version: Box<[u8]>,
}

/// Maps each primary key to its latest row.
#[derive(Debug)]
pub struct KeyIndex {
    mode: Mode,
    key_columns: Vec<usize>,
    version_column: Option<usize>,
    delta_column: Option<usize>,
    key_rows: RowConverter,
    version_rows: Option<RowConverter>,
    latest: HashMap<Box<[u8]>, Latest>,
}

impl KeyIndex {
    /// An empty index; `key_columns` and `version_column` are positions in `schema`.
    pub fn new(
        mode: Mode,
        schema: &Schema,
        key_columns: Vec<usize>,
        version_column: Option<usize>,
    ) -> Result<Self, StorageError> {
        let field = |index: usize| SortField::new(schema.field(index).data_type().clone());
        let key_rows = RowConverter::new(key_columns.iter().map(|index| field(*index)).collect())?;
        let version_rows = version_column.map(|index| RowConverter::new(vec![field(index)])).transpose()?;
        let delta_column = schema.index_of(DELTA_COLUMN).ok();
        Ok(Self { mode, key_columns, version_column, delta_column, key_rows, version_rows, latest: HashMap::new() })
    }

    /// Takes the rows of a new segment in order and returns the places that are dead from now on.
    pub fn apply(&mut self, segment: u64, batch: &RecordBatch) -> Result<Vec<Place>, StorageError> {
        let keys = self.key_rows.convert_columns(&columns(batch, &self.key_columns))?;
        let versions = match (&self.version_rows, self.version_column) {
            (Some(converter), Some(index)) => Some(converter.convert_columns(&[batch.column(index).clone()])?),
            _ => None,
        };
        let deltas = match (self.mode, self.delta_column) {
            (Mode::ChangelogKv, Some(index)) => batch.column(index).as_primitive_opt::<Int8Type>().cloned(),
            _ => None,
        };
        let mut dead = Vec::new();
        for row in 0..batch.num_rows() {
            let place = (segment, u32::try_from(row).unwrap_or(u32::MAX));
            let key = keys.row(row);
            let removes = deltas.as_ref().is_some_and(|deltas| deltas.is_valid(row) && deltas.value(row) < 0);
            if removes {
                if let Some(old) = self.latest.remove(key.as_ref()) {
                    dead.push(old.place);
                }
                dead.push(place);
                continue;
            }
            let version: Box<[u8]> = match &versions {
                Some(versions) => versions.row(row).as_ref().into(),
                None => Box::default(),
            };
            match self.latest.get_mut(key.as_ref()) {
                Some(old) if version < old.version => dead.push(place),
                Some(old) => {
                    dead.push(old.place);
                    *old = Latest { place, version };
                }
                None => {
                    self.latest.insert(key.as_ref().into(), Latest { place, version });
                }
            }
        }
        Ok(dead)
    }

    /// Notes that the live rows of `batch` moved to a new segment, in order.
    pub fn moved(&mut self, segment: u64, batch: &RecordBatch) -> Result<(), StorageError> {
        let keys = self.key_rows.convert_columns(&columns(batch, &self.key_columns))?;
        for row in 0..batch.num_rows() {
            if let Some(latest) = self.latest.get_mut(keys.row(row).as_ref()) {
                latest.place = (segment, u32::try_from(row).unwrap_or(u32::MAX));
            }
        }
        Ok(())
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.latest.clear();
    }
}

fn columns(batch: &RecordBatch, indices: &[usize]) -> Vec<ArrayRef> {
    indices.iter().map(|index| batch.column(*index).clone()).collect()
}
