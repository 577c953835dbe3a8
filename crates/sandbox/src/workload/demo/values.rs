//! Columns of made-up values, computed from the number of the row.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Decimal128Array, FixedSizeBinaryArray, Float64Array, Int64Array, ListArray,
    MapArray, RecordBatch, StringArray, StructArray,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Schema};

use crate::fault::{Fault, FaultCode};

/// The first day of the demo: 2026-08-01 00:00:00 UTC, in milliseconds.
const FIRST_DAY_MS: i64 = 1_785_542_400_000;
/// Days that the rows are spread over: below the 100 partitions of one commit (resources.md 3.3).
pub const N_DAYS: i64 = 40;
const DAY_MS: i64 = 86_400_000;

/// The rows of one block.
pub struct Rows<'a> {
    /// The stream's stored columns.
    pub schema: &'a Arc<Schema>,
    /// The number of the first row.
    pub start: u64,
    /// How many rows.
    pub length: usize,
    /// How many rows the stream has in all.
    pub total: u64,
}

impl Rows<'_> {
    /// The numbers of the rows.
    pub fn numbers(&self) -> std::ops::Range<u64> {
        self.start..self.start + self.length as u64
    }

    /// Milliseconds since 1970, growing with the number of the row over all days.
    pub fn time_ms(&self, row: u64) -> i64 {
        let share = i128::from(row) * i128::from(N_DAYS * DAY_MS) / i128::from(self.total.max(1));
        // The share is below 40 days, which fits.
        FIRST_DAY_MS + share as i64
    }

    /// `_tp_time`.
    pub fn times(&self) -> ArrayRef {
        self.whole(|row| self.time_ms(row))
    }

    /// Whole numbers, times or dates.
    pub fn whole(&self, value: impl Fn(u64) -> i64) -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(self.numbers().map(value)))
    }

    /// Whole numbers or NULL.
    pub fn maybe_whole(&self, value: impl Fn(u64) -> Option<i64>) -> ArrayRef {
        Arc::new(self.numbers().map(value).collect::<Int64Array>())
    }

    /// Numbers with a fraction.
    pub fn float(&self, value: impl Fn(u64) -> f64) -> ArrayRef {
        Arc::new(Float64Array::from_iter_values(self.numbers().map(value)))
    }

    /// Truth values.
    pub fn truth(&self, value: impl Fn(u64) -> bool) -> ArrayRef {
        Arc::new(self.numbers().map(|row| Some(value(row))).collect::<BooleanArray>())
    }

    /// Decimals without their point.
    pub fn decimal(&self, name: &str, value: impl Fn(u64) -> Option<i128>) -> Result<ArrayRef, Fault> {
        let DataType::Decimal128(precision, scale) = self.type_of(name)? else {
            return Err(wrong(name));
        };
        let values: Decimal128Array = self.numbers().map(value).collect();
        Ok(Arc::new(values.with_precision_and_scale(precision, scale).map_err(failed)?))
    }

    /// Texts out of a list.
    pub fn pick(&self, texts: &[String], choice: impl Fn(u64) -> u64) -> ArrayRef {
        let picked = self.numbers().map(|row| texts[(choice(row) % texts.len() as u64) as usize].as_str());
        Arc::new(StringArray::from_iter_values(picked))
    }

    /// Texts out of a list, or NULL.
    pub fn maybe_pick(&self, texts: &[String], choice: impl Fn(u64) -> Option<u64>) -> ArrayRef {
        let pick = |choice: u64| texts[(choice % texts.len() as u64) as usize].as_str();
        Arc::new(self.numbers().map(|row| choice(row).map(pick)).collect::<StringArray>())
    }

    /// Texts.
    pub fn text(&self, value: impl Fn(u64) -> String) -> ArrayRef {
        Arc::new(StringArray::from_iter_values(self.numbers().map(value)))
    }

    /// Values of so many bytes: uuid, ipv6, fixed_string.
    pub fn bytes<const N: usize>(&self, value: impl Fn(u64) -> [u8; N]) -> Result<ArrayRef, Fault> {
        let values = FixedSizeBinaryArray::try_from_iter(self.numbers().map(value)).map_err(failed)?;
        Ok(Arc::new(values))
    }

    /// Lists with up to two texts out of a list.
    pub fn lists(&self, name: &str, texts: &[String], salt: u64, with_null: bool) -> Result<ArrayRef, Fault> {
        let DataType::List(item) = self.type_of(name)? else {
            return Err(wrong(name));
        };
        let mut offsets = vec![0_i32];
        let mut values: Vec<Option<&str>> = Vec::new();
        for row in self.numbers() {
            let hash = mix(row, salt);
            for index in 0..hash % 3 {
                let is_null = with_null && (hash >> 8) % 7 == index;
                let text = texts[((hash >> (16 + 8 * index)) % texts.len() as u64) as usize].as_str();
                values.push((!is_null).then_some(text));
            }
            offsets.push(i32::try_from(values.len()).map_err(failed)?);
        }
        let values: StringArray = values.into_iter().collect();
        let offsets = OffsetBuffer::new(offsets.into());
        let lists = ListArray::try_new(item, offsets, Arc::new(values), None).map_err(failed)?;
        Ok(Arc::new(lists))
    }

    /// Maps with one number for each key.
    pub fn map(&self, name: &str, keys: &[&str], value: impl Fn(u64, usize) -> f64) -> Result<ArrayRef, Fault> {
        let DataType::Map(entries, is_sorted) = self.type_of(name)? else {
            return Err(wrong(name));
        };
        let DataType::Struct(fields) = entries.data_type().clone() else {
            return Err(wrong(name));
        };
        let n_keys = keys.len();
        let n_pairs = self.length * n_keys;
        let names = StringArray::from_iter_values((0..n_pairs).map(|pair| keys[pair % n_keys]));
        let number = |pair: usize| value(self.start + (pair / n_keys) as u64, pair % n_keys);
        let values = Float64Array::from_iter_values((0..n_pairs).map(number));
        let offsets: Vec<i32> = (0..=self.length).map(|index| (index * n_keys) as i32).collect();
        let pairs = StructArray::try_new(fields, vec![Arc::new(names), Arc::new(values)], None).map_err(failed)?;
        let maps =
            MapArray::try_new(entries, OffsetBuffer::new(offsets.into()), pairs, None, is_sorted).map_err(failed)?;
        Ok(Arc::new(maps))
    }

    /// Tuples of columns.
    pub fn tuple(&self, name: &str, columns: Vec<ArrayRef>) -> Result<ArrayRef, Fault> {
        let DataType::Struct(fields) = self.type_of(name)? else {
            return Err(wrong(name));
        };
        let no_nulls: Option<NullBuffer> = None;
        Ok(Arc::new(StructArray::try_new(fields, columns, no_nulls).map_err(failed)?))
    }

    /// The block: columns by name, cast to the stream's types.
    pub fn batch(&self, columns: Vec<(&str, ArrayRef)>) -> Result<RecordBatch, Fault> {
        let mut arrays = Vec::with_capacity(self.schema.fields().len());
        for field in self.schema.fields() {
            let (_, array) =
                columns.iter().find(|(name, _)| name == field.name()).ok_or_else(|| wrong(field.name()))?;
            let array = if array.data_type() == field.data_type() {
                Arc::clone(array)
            } else {
                arrow::compute::cast(array, field.data_type()).map_err(failed)?
            };
            arrays.push(array);
        }
        RecordBatch::try_new(Arc::clone(self.schema), arrays).map_err(failed)
    }

    fn type_of(&self, name: &str) -> Result<DataType, Fault> {
        self.schema.field_with_name(name).map(|field| field.data_type().clone()).map_err(failed)
    }
}

/// A number that looks random, from a row's number and a column's salt (the finalizer of SplitMix64).
pub fn mix(row: u64, salt: u64) -> u64 {
    let mut value = row.wrapping_add(salt.wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_add(0x9E37_79B9_7F4A_7C15);
    value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

/// The same as a number from 0 up to, not including, 1.
pub fn share(row: u64, salt: u64) -> f64 {
    (mix(row, salt) >> 11) as f64 / (1_u64 << 53) as f64
}

/// A UUID of version 4 from a row's number.
pub fn uuid(row: u64, salt: u64) -> [u8; 16] {
    let high = mix(row, salt);
    let low = mix(row, salt + 1);
    *uuid::Builder::from_random_bytes((u128::from(high) << 64 | u128::from(low)).to_be_bytes()).as_uuid().as_bytes()
}

fn wrong(name: &str) -> Fault {
    Fault::new(FaultCode::Other(49), format!("the demo has no values for column {name}"))
}

fn failed(error: impl std::fmt::Display) -> Fault {
    Fault::new(FaultCode::Other(49), format!("the demo's rows: {error}"))
}
