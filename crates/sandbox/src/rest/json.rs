//! Rows as JSON (rest.md 3): arrays in the order of the header.

use arrow::array::RecordBatch;
use ferry_native::{Block, DataType};
use serde_json::{Number, Value, json};

use crate::engine::ColumnDef;
use crate::engine::cell::{self, Cell};

/// Names and types, as `/exec` and the first event of a query give them.
pub fn header(columns: &[ColumnDef]) -> Value {
    let columns = columns.iter().map(|column| json!({"name": column.name, "type": column.data_type.to_string()}));
    Value::Array(columns.collect())
}

/// All rows of a batch.
pub fn rows(batch: &RecordBatch, columns: &[ColumnDef]) -> Vec<Vec<Value>> {
    (0..batch.num_rows())
        .map(|row| {
            let cells = batch.columns().iter().zip(columns);
            cells.map(|(array, column)| value(&cell::read(array, &column.data_type, row), &column.data_type)).collect()
        })
        .collect()
}

/// All rows of a block.
pub fn rows_of_block(block: &Block) -> Result<Vec<Vec<Value>>, ferry_native::Error> {
    let columns: Vec<ColumnDef> =
        block.columns.iter().map(|column| ColumnDef::new(&column.name, column.data_type.clone())).collect();
    Ok(rows(&block.to_record_batch()?, &columns))
}

/// One value. What JSON has no number for is a string: inf and nan, integers of more than 64 bits, decimals.
fn value(cell: &Cell, data_type: &DataType) -> Value {
    match (cell, data_type.base()) {
        (Cell::Null, _) => Value::Null,
        (Cell::Bool(value), _) => json!(value),
        (Cell::Int(_), DataType::Enum8(_) | DataType::Enum16(_)) => json!(cell::text(cell, data_type.base())),
        (Cell::Int(value), _) => match (i64::try_from(*value), u64::try_from(*value)) {
            (Ok(value), _) => json!(value),
            (_, Ok(value)) => json!(value),
            _ => json!(value.to_string()),
        },
        (Cell::Float(value), _) => Number::from_f64(*value).map_or_else(|| json!(not_finite(*value)), Value::Number),
        (Cell::List(items), DataType::Array(inner)) => items.iter().map(|item| self::value(item, inner)).collect(),
        (Cell::List(items), DataType::Nested(elements)) => {
            let tuple = DataType::Tuple(elements.clone());
            items.iter().map(|item| self::value(item, &tuple)).collect()
        }
        (Cell::Map(pairs), DataType::Map(key, inner)) => {
            let pairs = pairs.iter().map(|(name, item)| (cell::text(name, key), self::value(item, inner)));
            Value::Object(pairs.collect())
        }
        (Cell::Tuple(items), DataType::Tuple(elements)) => {
            items.iter().zip(elements).map(|(item, element)| self::value(item, &element.data_type)).collect()
        }
        (cell, data_type) => json!(cell::text(cell, data_type)),
    }
}

fn not_finite(value: f64) -> &'static str {
    if value.is_nan() {
        "nan"
    } else if value > 0.0 {
        "inf"
    } else {
        "-inf"
    }
}
