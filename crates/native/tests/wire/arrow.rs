//! Columns as Arrow arrays.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, Date32Array, DictionaryArray, FixedSizeBinaryArray, Int32Array,
    LargeStringArray, StringArray, StringViewArray, TimestampMillisecondArray, UInt64Array,
};
use arrow::datatypes::{DataType as Arrow, Int32Type};
use ferry_native::arrow::{ArrowOptions, Strings, TYPE_KEY};
use ferry_native::{Block, Column, DataType, Error};
use proptest::prelude::*;

use crate::samples;
use crate::types::any_type;

#[test]
fn every_type_becomes_arrow_and_comes_back_with_the_same_values() {
    for column in samples::columns() {
        let array = column.to_arrow().unwrap_or_else(|error| panic!("{error}"));
        let field = ferry_native::arrow::field("v", &column.data_type).unwrap();
        assert_eq!(array.data_type(), field.data_type(), "{}", column.data_type);
        assert_eq!(array.len(), column.n_rows);
        assert_eq!(field.metadata()[TYPE_KEY], column.data_type.to_string());
        let back = Column::from_arrow("v", &column.data_type, &array).unwrap_or_else(|error| panic!("{error}"));
        let (_, values) = column.to_values().unwrap();
        assert_eq!(back.to_values().unwrap().1, values, "{}", column.data_type);
        assert_eq!(&back.to_arrow().unwrap(), &array, "{}", column.data_type);
    }
}

#[test]
fn a_part_of_an_array_is_encoded_as_that_part() {
    for column in samples::columns() {
        if column.n_rows < 2 {
            continue;
        }
        let part = column.to_arrow().unwrap().slice(1, column.n_rows - 1);
        let encoded = Column::from_arrow("v", &column.data_type, &part).unwrap();
        let (_, values) = column.to_values().unwrap();
        assert_eq!(encoded.to_values().unwrap().1, values[1..], "{}", column.data_type);
    }
}

#[test]
fn a_block_becomes_a_record_batch_and_comes_back() {
    let columns = samples::columns().into_iter().filter(|column| column.n_rows == 3);
    let block = Block::new(columns.collect()).unwrap();
    let types: Vec<_> = block.columns.iter().map(|column| column.data_type.clone()).collect();
    let batch = block.to_record_batch().unwrap();
    assert_eq!((batch.num_rows(), batch.num_columns()), (3, block.columns.len()));
    let back = Block::from_record_batch(&batch, &types).unwrap();
    assert_eq!(back.to_record_batch().unwrap(), batch);
    assert!(Block::from_record_batch(&batch, &types[1..]).is_err());
}

#[test]
fn wide_integers_are_ordered_as_numbers() {
    let values = [i128::MIN, -1, 0, 1, i128::MAX].map(klickhouse::Value::Int128);
    let column = Column::from_values("v", DataType::Int128, values.to_vec()).unwrap();
    let array = column.to_arrow().unwrap();
    let array = array.as_fixed_size_binary();
    let bytes: Vec<&[u8]> = array.iter().flatten().collect();
    assert!(bytes.is_sorted());
    assert_eq!(ferry_native::arrow::wide::format(bytes[1], true), "-1");
}

#[test]
fn a_uuid_has_the_order_of_its_text() {
    let id = uuid::Uuid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff);
    let column = Column::from_values("v", DataType::Uuid, vec![klickhouse::Value::Uuid(id)]).unwrap();
    assert_eq!(column.to_arrow().unwrap().as_fixed_size_binary().value(0), id.as_bytes());
}

#[test]
fn strings_that_are_not_utf8_are_named_or_taken_as_bytes() {
    let value = |bytes: &[u8]| klickhouse::Value::String(bytes.to_vec());
    let values = vec![value(b"fine"), value(&[0xff, 0xfe])];
    let column = Column::from_values("s", DataType::String, values).unwrap();
    let text = column.to_arrow().unwrap_err().to_string();
    assert!(text.contains("`s`") && text.contains("row 1"), "{text}");
    let options = ArrowOptions { strings: Strings::Binary };
    let array = column.to_arrow_with(options).unwrap();
    assert_eq!(array.as_binary::<i32>().value(1), [0xff, 0xfe]);
    assert_eq!(Column::from_arrow("s", &DataType::String, &array).unwrap(), column);
}

#[test]
fn other_layouts_of_strings_and_dictionaries_are_taken() {
    let texts = ["a", "", "a much longer text than fits a view"];
    let wanted = Column::from_arrow("s", &DataType::String, &(Arc::new(StringArray::from(texts.to_vec())) as _));
    let wanted = wanted.unwrap();
    let arrays: [ArrayRef; 4] = [
        Arc::new(LargeStringArray::from(texts.to_vec())),
        Arc::new(StringViewArray::from(texts.to_vec())),
        Arc::new(BinaryArray::from_iter_values(texts)),
        Arc::new(texts.into_iter().collect::<DictionaryArray<Int32Type>>()),
    ];
    for array in arrays {
        assert_eq!(Column::from_arrow("s", &DataType::String, &array).unwrap(), wanted);
    }
}

#[test]
fn low_cardinality_columns_with_many_keys_come_back() {
    let data_type: DataType = "low_cardinality(nullable(string))".parse().unwrap();
    for n_keys in [3, 255, 256, 257, 65_535, 65_536, 70_000] {
        let texts = (0..n_keys * 2).map(|i| (i % 7 != 3).then(|| (i % n_keys).to_string()));
        let array: ArrayRef = Arc::new(texts.collect::<StringArray>());
        let column = Column::from_arrow("v", &data_type, &array).unwrap();
        let checked = Column::from_wire("v", data_type.clone(), column.n_rows, column.data.clone()).unwrap();
        assert_eq!(&checked.to_arrow().unwrap(), &array, "{n_keys} keys");
    }
}

#[test]
fn what_a_type_cannot_hold_exactly_is_an_error_that_names_the_column() {
    let cases: Vec<(&str, ArrayRef)> = vec![
        ("date", Arc::new(Date32Array::from(vec![0, 70_000]))),
        ("date", Arc::new(Date32Array::from(vec![-1]))),
        ("datetime64(1)", Arc::new(TimestampMillisecondArray::from(vec![100, 150]))),
        ("decimal(9, 2)", decimal(1 << 40, 9, 2)),
        ("decimal(9, 3)", decimal(1, 9, 2)),
        ("uint64", Arc::new(UInt64Array::from(vec![Some(1), None]))),
        ("array(uint64)", Arc::new(UInt64Array::from(vec![1]))),
        ("uint64", Arc::new(Int32Array::from(vec![1]))),
        ("string", Arc::new(StringArray::from(vec![Some("a"), None]))),
        ("fixed_string(3)", Arc::new(FixedSizeBinaryArray::try_from_iter([[1_u8; 4]].iter()).unwrap())),
        ("tuple(uint64)", Arc::new(UInt64Array::from(vec![1]))),
    ];
    for (type_name, array) in cases {
        let outcome = Column::from_arrow("amount", &type_name.parse().unwrap(), &array);
        assert!(matches!(&outcome, Err(Error::Type { column, .. }) if column == "amount"), "{type_name} {outcome:?}");
    }
}

fn decimal(value: i128, precision: u8, scale: i8) -> ArrayRef {
    let array = arrow::array::Decimal128Array::from(vec![value]);
    Arc::new(array.with_data_type(Arrow::Decimal128(precision, scale)))
}

#[test]
fn what_stands_under_a_null_does_not_matter() {
    let array = TimestampMillisecondArray::new(vec![150, 200].into(), Some(vec![false, true].into()));
    let data_type: DataType = "nullable(datetime64(1))".parse().unwrap();
    let column = Column::from_arrow("v", &data_type, &(Arc::new(array) as _)).unwrap();
    let array = column.to_arrow().unwrap();
    assert!(array.is_null(0));
    assert_eq!(array.as_primitive::<arrow::datatypes::TimestampMillisecondType>().value(1), 200);
}

#[test]
fn a_low_cardinality_column_cannot_blow_up_memory() {
    let key = "k".repeat(1 << 20);
    let mut data = 1_u64.to_le_bytes().to_vec();
    data.extend((1_u64 << 9).to_le_bytes());
    data.extend(1_u64.to_le_bytes());
    data.extend([0x80, 0x80, 0x40]);
    data.extend(key.as_bytes());
    data.extend(1_000_000_u64.to_le_bytes());
    data.resize(data.len() + 1_000_000, 0);
    let data_type: DataType = "low_cardinality(string)".parse().unwrap();
    let column = Column::from_wire("v", data_type, 1_000_000, data.into()).unwrap();
    assert!(column.to_arrow().is_err());
    assert!(column.to_values().is_err());
}

/// Bytes of `n_rows` values of a type, from any source of bytes.
fn wire(data_type: &DataType, n_rows: usize, random: &mut impl FnMut() -> u8) -> Vec<u8> {
    let mut out = Vec::new();
    prefixes(data_type, &mut out);
    values(data_type, n_rows, random, &mut out);
    out
}

fn prefixes(data_type: &DataType, out: &mut Vec<u8>) {
    match data_type.storage() {
        DataType::LowCardinality(_) => out.extend(1_u64.to_le_bytes()),
        DataType::Array(inner) | DataType::Nullable(inner) => prefixes(inner, out),
        DataType::Map(key, value) => {
            prefixes(key, out);
            prefixes(value, out);
        }
        DataType::Tuple(elements) | DataType::Nested(elements) => {
            elements.iter().for_each(|element| prefixes(&element.data_type, out));
        }
        _ => {}
    }
}

fn values(data_type: &DataType, n_rows: usize, random: &mut impl FnMut() -> u8, out: &mut Vec<u8>) {
    let data_type = data_type.storage();
    match data_type {
        // Scaled times must stay in Arrow's range.
        DataType::DateTime64 { .. } => {
            for _ in 0..n_rows {
                let bytes: [u8; 8] = std::array::from_fn(|_| random());
                out.extend((i64::from_le_bytes(bytes) >> 12).to_le_bytes());
            }
        }
        DataType::Bool => out.extend((0..n_rows).map(|_| random() & 1)),
        DataType::String => {
            for _ in 0..n_rows {
                let length = random() % 50;
                out.push(length);
                out.extend((0..length).map(|_| b'a' + random() % 26));
            }
        }
        DataType::Nullable(inner) => {
            out.extend((0..n_rows).map(|_| random() & 1));
            values(inner, n_rows, random, out);
        }
        DataType::LowCardinality(inner) => {
            if n_rows == 0 {
                return;
            }
            let base = match inner.as_ref() {
                DataType::Nullable(base) => base,
                other => other,
            };
            out.extend((1_u64 << 9).to_le_bytes());
            out.extend(5_u64.to_le_bytes());
            values(base, 5, random, out);
            out.extend((n_rows as u64).to_le_bytes());
            out.extend((0..n_rows).map(|_| random() % 5));
        }
        DataType::Array(inner) => {
            let n_values = offsets(n_rows, random, out);
            values(inner, n_values, random, out);
        }
        DataType::Nested(elements) => {
            let n_values = offsets(n_rows, random, out);
            elements.iter().for_each(|element| values(&element.data_type, n_values, random, out));
        }
        DataType::Map(key, value) => {
            let n_values = offsets(n_rows, random, out);
            values(key, n_values, random, out);
            values(value, n_values, random, out);
        }
        DataType::Tuple(elements) => {
            elements.iter().for_each(|element| values(&element.data_type, n_rows, random, out));
        }
        fixed => {
            let width = fixed.fixed_width().expect("what is left has a fixed width");
            out.extend((0..n_rows * width).map(|_| random()));
        }
    }
}

fn offsets(n_rows: usize, random: &mut impl FnMut() -> u8, out: &mut Vec<u8>) -> usize {
    let mut last = 0;
    for _ in 0..n_rows {
        last += u64::from(random() % 3);
        out.extend(last.to_le_bytes());
    }
    last as usize
}

proptest! {
    #[test]
    fn any_column_becomes_arrow_and_comes_back(data_type in any_type(), n_rows in 0..20_usize, seed in any::<u64>()) {
        let mut state = seed | 1;
        let mut random = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        };
        let data = if n_rows == 0 { Vec::new() } else { wire(&data_type, n_rows, &mut random) };
        let column = Column::from_wire("v", data_type.clone(), n_rows, data.into()).unwrap();
        let array = column.to_arrow().unwrap();
        prop_assert_eq!(array.len(), n_rows);
        let back = Column::from_arrow("v", &data_type, &array).unwrap();
        prop_assert_eq!(&back.to_arrow().unwrap(), &array);
        if n_rows > 0 {
            let checked = Column::from_wire("v", data_type, n_rows, back.data.clone());
            prop_assert_eq!(checked.unwrap(), back);
        }
    }

    #[test]
    fn any_bytes_are_a_column_or_an_error(data_type in any_type(), n_rows in 1..4_usize, data in proptest::collection::vec(any::<u8>(), 0..80)) {
        let column = Column { name: "v".to_owned(), data_type, n_rows, data: data.into() };
        let _outcome = column.to_arrow();
    }
}
