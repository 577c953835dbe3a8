//! Low-cardinality columns: keys and indexes on the wire, plain values in Arrow.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, UInt32Array, new_empty_array};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::compute::take;

use super::decode::Decoder;
use super::folding::Folding;
use super::{ArrowOptions, Subject, encode, schema};
use crate::block::low_cardinality::{KEYS, UPDATE, index_width, keys_type};
use crate::error::Error;
use crate::types::DataType;

/// Reads `n_rows` values.
pub(super) fn decode(
    decoder: &mut Decoder<'_>,
    inner: &DataType,
    n_rows: usize,
    options: ArrowOptions,
) -> Result<ArrayRef, Error> {
    if n_rows == 0 {
        return Ok(new_empty_array(&schema::data_type_with(inner, options)?));
    }
    let subject = decoder.subject;
    let flags = decoder.word()?;
    let width = index_width(flags).map_err(|reason| subject.fault(reason))?;
    let n_keys = decoder.word()?;
    let n_keys = usize::try_from(n_keys).map_err(|_| subject.fault("it has too many keys"))?;
    let keys = decoder.values(keys_type(inner), n_keys, None)?;
    let n_indexes = decoder.word()?;
    if n_indexes != n_rows as u64 {
        return Err(subject.fault(format!("{n_indexes} indexes for {n_rows} values")));
    }
    let bytes = decoder.take(n_rows, width as usize)?;
    let indexes = read_indexes(bytes, width);
    if let Some(index) = indexes.iter().find(|index| **index as usize >= n_keys) {
        return Err(subject.fault(format!("index {index} of {n_keys} keys")));
    }
    check_size(subject, &keys, &indexes)?;

    // Key 0 stands for NULL.
    let nulls = matches!(inner, DataType::Nullable(_))
        .then(|| NullBuffer::new(BooleanBuffer::collect_bool(n_rows, |row| indexes[row] != 0)));
    let indexes = UInt32Array::new(indexes.into(), nulls);
    take(&keys, &indexes, None).map_err(|error| subject.fault(error.to_string()))
}

/// Appends an array of plain values.
pub(super) fn encode(subject: Subject<'_>, inner: &DataType, array: &ArrayRef, out: &mut Vec<u8>) -> Result<(), Error> {
    let n_rows = array.len();
    if n_rows == 0 {
        return Ok(());
    }
    let is_nullable = matches!(inner, DataType::Nullable(_));
    if !is_nullable {
        encode::refuse_nulls(subject, array)?;
    }
    let (rows, indexes) = distinct(subject, keys_type(inner), array, is_nullable)?;
    // Key 0 of a nullable column stands for NULL and holds the type's default, here the
    // value of a row that is NULL; its row number is a NULL index.
    let keys = take(array, &UInt32Array::from(rows), None).map_err(|error| subject.fault(error.to_string()))?;
    let n_keys = keys.len();
    let kind = match n_keys {
        0..=0x100 => 0,
        0x101..=0x1_0000 => 1,
        _ => 2,
    };
    out.extend_from_slice(&(KEYS | UPDATE | kind).to_le_bytes());
    out.extend_from_slice(&(n_keys as u64).to_le_bytes());
    encode::values(subject, keys_type(inner), &keys, out)?;
    out.extend_from_slice(&(n_rows as u64).to_le_bytes());
    match kind {
        0 => out.extend(indexes.iter().map(|index| *index as u8)),
        1 => out.extend(indexes.iter().flat_map(|index| (*index as u16).to_le_bytes())),
        _ => out.extend(indexes.iter().flat_map(|index| index.to_le_bytes())),
    }
    Ok(())
}

/// The first row of each distinct value (none for the place of NULL), and for each row
/// the number of its value.
fn distinct(
    subject: Subject<'_>,
    keys: &DataType,
    array: &ArrayRef,
    is_nullable: bool,
) -> Result<(Vec<Option<u32>>, Vec<u32>), Error> {
    let mut rows = Vec::new();
    if is_nullable {
        rows.push(None);
    }
    let mut indexes = Vec::with_capacity(array.len());
    if let Some(strings) = array.as_string_opt::<i32>() {
        let mut seen: HashMap<&[u8], u32, Folding> = HashMap::default();
        for row in 0..array.len() {
            let value = strings.is_valid(row).then(|| strings.value(row).as_bytes());
            indexes.push(index_of(&mut seen, &mut rows, row, value));
        }
        return Ok((rows, indexes));
    }
    // Any other type: the bytes of a value on the wire tell it from others.
    let mut bytes = Vec::new();
    encode::values(subject, keys, array, &mut bytes)?;
    let values = split(keys, &bytes, array.len()).ok_or_else(|| subject.fault("its keys have no fixed width"))?;
    let mut seen: HashMap<&[u8], u32, Folding> = HashMap::default();
    for (row, value) in values.into_iter().enumerate() {
        let value = array.is_valid(row).then_some(value);
        indexes.push(index_of(&mut seen, &mut rows, row, value));
    }
    Ok((rows, indexes))
}

fn index_of<'a>(
    seen: &mut HashMap<&'a [u8], u32, Folding>,
    rows: &mut Vec<Option<u32>>,
    row: usize,
    value: Option<&'a [u8]>,
) -> u32 {
    let Some(value) = value else { return 0 };
    *seen.entry(value).or_insert_with(|| {
        rows.push(Some(row as u32));
        rows.len() as u32 - 1
    })
}

/// Cuts encoded values apart.
fn split<'a>(keys: &DataType, bytes: &'a [u8], n_rows: usize) -> Option<Vec<&'a [u8]>> {
    if let Some(width) = keys.fixed_width() {
        return Some(bytes.chunks_exact(width).collect());
    }
    let mut values = Vec::with_capacity(n_rows);
    let mut rest = bytes;
    while !rest.is_empty() {
        let crate::wire::put::Varuint::Value { value, width } = crate::wire::put::read_varuint(rest) else {
            return None;
        };
        let (head, tail) = rest.split_at_checked(width + value as usize)?;
        values.push(head);
        rest = tail;
    }
    Some(values)
}

fn read_indexes(bytes: &[u8], width: u64) -> Vec<u32> {
    match width {
        1 => bytes.iter().map(|byte| u32::from(*byte)).collect(),
        2 => bytes.as_chunks().0.iter().map(|chunk| u32::from(u16::from_le_bytes(*chunk))).collect(),
        4 => bytes.as_chunks().0.iter().map(|chunk| u32::from_le_bytes(*chunk)).collect(),
        // More keys than 32 bits count do not fit a block; the check of the range finds it.
        _ => {
            let wide = bytes.as_chunks().0.iter().map(|chunk| u64::from_le_bytes(*chunk));
            wide.map(|index| u32::try_from(index).unwrap_or(u32::MAX)).collect()
        }
    }
}

/// A long key may be repeated by one byte a row: the sum is bounded before it is copied.
fn check_size(subject: Subject<'_>, keys: &ArrayRef, indexes: &[u32]) -> Result<(), Error> {
    let offsets = if let Some(strings) = keys.as_string_opt::<i32>() {
        strings.value_offsets()
    } else if let Some(strings) = keys.as_binary_opt::<i32>() {
        strings.value_offsets()
    } else {
        return Ok(());
    };
    let length = |index: &u32| {
        let index = *index as usize;
        (offsets[index + 1] - offsets[index]) as u64
    };
    let total: u64 = indexes.iter().map(length).sum();
    if total > MAX_VALUES_BYTES {
        return Err(subject.fault(format!("its values take {total} bytes, more than {MAX_VALUES_BYTES}")));
    }
    Ok(())
}

/// The most that the strings of one array may take, well below Arrow's 2 GiB.
const MAX_VALUES_BYTES: u64 = 1 << 30;

/// The array that a dictionary stands for.
pub(super) fn plain(subject: Subject<'_>, array: &ArrayRef) -> Result<ArrayRef, Error> {
    let Some(dictionary) = array.as_any_dictionary_opt() else {
        return Ok(Arc::clone(array));
    };
    take(dictionary.values(), dictionary.keys(), None).map_err(|error| subject.fault(error.to_string()))
}
