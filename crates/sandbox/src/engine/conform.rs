//! Giving computed columns exactly the Arrow types that the wire and the storage expect.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, MapArray, RecordBatch, RecordBatchOptions, StructArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType as ArrowType, SchemaRef};

use super::{ErrorCode, SqlError};

/// The same values with another schema of equal shape.
pub fn batch(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, SqlError> {
    columns(batch.columns(), schema, batch.num_rows())
}

/// Columns as a batch with a schema of equal shape.
pub fn columns(columns: &[ArrayRef], schema: &SchemaRef, n_rows: usize) -> Result<RecordBatch, SqlError> {
    let mut conformed = Vec::with_capacity(columns.len());
    for (column, field) in columns.iter().zip(schema.fields()) {
        let column = array(column, field.data_type())?;
        if !field.is_nullable() && column.null_count() > 0 {
            return Err(SqlError::new(
                ErrorCode::CannotInsertNull,
                format!("Cannot convert NULL value to non-nullable type (column {})", field.name()),
            ));
        }
        conformed.push(column);
    }
    let options = RecordBatchOptions::new().with_row_count(Some(n_rows));
    Ok(RecordBatch::try_new_with_options(schema.clone(), conformed, &options)?)
}

/// The same values as another Arrow type of equal shape: names and nullability inside nested
/// types may differ.
pub fn array(column: &ArrayRef, wanted: &ArrowType) -> Result<ArrayRef, SqlError> {
    if column.data_type() == wanted {
        return Ok(column.clone());
    }
    Ok(match (column.data_type(), wanted) {
        (ArrowType::List(_), ArrowType::List(field)) => {
            let list = column.as_list::<i32>();
            let values = array(list.values(), field.data_type())?;
            Arc::new(ListArray::try_new(field.clone(), list.offsets().clone(), values, list.nulls().cloned())?)
        }
        (ArrowType::Struct(_), ArrowType::Struct(fields)) => {
            let tuple = column.as_struct();
            let columns = tuple
                .columns()
                .iter()
                .zip(fields)
                .map(|(column, field)| array(column, field.data_type()))
                .collect::<Result<Vec<_>, _>>()?;
            Arc::new(StructArray::try_new_with_length(fields.clone(), columns, tuple.nulls().cloned(), tuple.len())?)
        }
        (ArrowType::Map(..), ArrowType::Map(field, sorted)) => {
            let map = column.as_map();
            let entries: ArrayRef = Arc::new(map.entries().clone());
            let entries = array(&entries, field.data_type())?;
            Arc::new(MapArray::try_new(
                field.clone(),
                map.offsets().clone(),
                entries.as_struct().clone(),
                map.nulls().cloned(),
                *sorted,
            )?)
        }
        _ => cast(column, wanted)?,
    })
}
