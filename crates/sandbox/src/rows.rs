//! Small tables made here: what SHOW, DESC and `system.*` answer.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, FixedSizeBinaryBuilder, Int64Array, ListBuilder, RecordBatch, StringArray, StringBuilder,
    UInt8Array, UInt64Array,
};
use arrow::datatypes::Schema;
use ferry_native::DataType;

use crate::engine::ColumnDef;
use crate::fault::{Fault, FaultCode};

/// Columns with their values, all of the same length.
#[derive(Default)]
pub struct Rows {
    columns: Vec<ColumnDef>,
    arrays: Vec<ArrayRef>,
}

impl Rows {
    /// No columns yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// A column of type string.
    pub fn text<S: AsRef<str>>(self, name: &str, values: impl IntoIterator<Item = S>) -> Self {
        self.add(name, DataType::String, Arc::new(StringArray::from_iter_values(values)))
    }

    /// A column of type uint64.
    pub fn uint64(self, name: &str, values: impl IntoIterator<Item = u64>) -> Self {
        self.add(name, DataType::UInt64, Arc::new(UInt64Array::from_iter_values(values)))
    }

    /// A column of type nullable(uint64).
    pub fn nullable_uint64(self, name: &str, values: impl IntoIterator<Item = Option<u64>>) -> Self {
        let values: UInt64Array = values.into_iter().collect();
        self.add(name, DataType::Nullable(Box::new(DataType::UInt64)), Arc::new(values))
    }

    /// A column of type int64.
    pub fn int64(self, name: &str, values: impl IntoIterator<Item = i64>) -> Self {
        self.add(name, DataType::Int64, Arc::new(Int64Array::from_iter_values(values)))
    }

    /// A column of type uint8 that holds 0 or 1.
    pub fn flag(self, name: &str, values: impl IntoIterator<Item = bool>) -> Self {
        let values = values.into_iter().map(u8::from);
        self.add(name, DataType::UInt8, Arc::new(UInt8Array::from_iter_values(values)))
    }

    /// A column of type datetime, UTC, from milliseconds since 1970.
    pub fn datetime(self, name: &str, values: impl IntoIterator<Item = i64>) -> Self {
        let seconds = values.into_iter().map(|milliseconds| milliseconds.div_euclid(1000));
        let data_type = DataType::DateTime { timezone: Some("UTC".to_owned()) };
        self.add(name, data_type, Arc::new(Int64Array::from_iter_values(seconds)))
    }

    /// A column of type uuid, from its text form.
    pub fn uuid<'a>(self, name: &str, values: impl IntoIterator<Item = &'a str>) -> Self {
        let mut bytes = FixedSizeBinaryBuilder::new(16);
        for value in values {
            let uuid = uuid::Uuid::parse_str(value).unwrap_or_default();
            // Sixteen bytes fit a builder of sixteen bytes.
            let _ = bytes.append_value(uuid.as_bytes());
        }
        self.add(name, DataType::Uuid, Arc::new(bytes.finish()))
    }

    /// The column of `system.one`.
    pub fn add_dummy(self) -> Self {
        self.add("dummy", DataType::UInt8, Arc::new(UInt8Array::from(vec![0])))
    }

    /// A column of type float64.
    pub fn float64(self, name: &str, values: impl IntoIterator<Item = f64>) -> Self {
        let values = arrow::array::Float64Array::from_iter_values(values);
        self.add(name, DataType::Float64, Arc::new(values))
    }

    /// A column of type array(string).
    pub fn texts(self, name: &str, values: impl IntoIterator<Item = Vec<String>>) -> Self {
        let mut lists = ListBuilder::new(StringBuilder::new());
        for texts in values {
            for text in texts {
                lists.values().append_value(text);
            }
            lists.append(true);
        }
        self.add(name, DataType::Array(Box::new(DataType::String)), Arc::new(lists.finish()))
    }

    /// The columns and their one batch.
    pub fn finish(self) -> Result<(Vec<ColumnDef>, RecordBatch), Fault> {
        let mut fields = Vec::with_capacity(self.columns.len());
        let mut arrays = Vec::with_capacity(self.columns.len());
        for (column, array) in self.columns.iter().zip(&self.arrays) {
            let field = ferry_native::arrow::field(&column.name, &column.data_type).map_err(internal)?;
            arrays.push(arrow::compute::cast(array, field.data_type()).map_err(internal)?);
            fields.push(field);
        }
        let n_rows = self.arrays.first().map_or(0, |array| array.len());
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(n_rows));
        let batch =
            RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options).map_err(internal)?;
        Ok((self.columns, batch))
    }

    fn add(mut self, name: &str, data_type: DataType, values: ArrayRef) -> Self {
        self.columns.push(ColumnDef::new(name, data_type));
        self.arrays.push(values);
        self
    }
}

fn internal(error: impl std::fmt::Display) -> Fault {
    Fault::new(FaultCode::Other(49), error.to_string())
}
