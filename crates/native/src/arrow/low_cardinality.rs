//! Low-cardinality columns: keys and indexes on the wire, plain values in Arrow.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, UInt32Array, new_empty_array};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::compute::take;

use super::decode::Decoder;
use super::folding::Folding;
use super::{ArrowOptions, Strings, Subject, encode, schema, strings};
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
    if let Some(index) = indexes.iter().max().filter(|index| **index as usize >= n_keys) {
        return Err(subject.fault(format!("index {index} of {n_keys} keys")));
    }
    // Key 0 stands for NULL.
    let nulls = matches!(inner, DataType::Nullable(_))
        .then(|| NullBuffer::new(BooleanBuffer::collect_bool(n_rows, |row| indexes[row] != 0)));
    if let Some(keys) = keys.as_string_opt::<i32>() {
        let keys = (keys.value_offsets(), keys.value_data());
        return strings::gather(subject, keys, &indexes, nulls, Strings::Utf8);
    }
    if let Some(keys) = keys.as_binary_opt::<i32>() {
        let keys = (keys.value_offsets(), keys.value_data());
        return strings::gather(subject, keys, &indexes, nulls, Strings::Binary);
    }
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
        1 => encode::append(indexes.iter().map(|index| (*index as u16).to_le_bytes()), out),
        _ => encode::append(indexes.iter().map(|index| index.to_le_bytes()), out),
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
        let mut recent = Recent::new(array.len());
        let values = strings.value_data();
        for (row, pair) in strings.value_offsets().windows(2).enumerate() {
            if strings.is_null(row) {
                indexes.push(0);
                continue;
            }
            let (start, end) = (pair[0] as usize, pair[1] as usize);
            let value = &values[start..end];
            let index = match Short::new(&values[start..], value.len()) {
                Some(short) => recent.index(short, || index_of(&mut seen, &mut rows, row, Some(value))),
                None => index_of(&mut seen, &mut rows, row, Some(value)),
            };
            indexes.push(index);
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

/// A string of less than 16 bytes as one number: its bytes, then its length.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Short(u128);

impl Short {
    /// In no string's number: lengths are below 16.
    const NONE: Self = Self(u128::MAX);

    /// The first `length` bytes of `values`.
    #[inline]
    fn new(values: &[u8], length: usize) -> Option<Self> {
        if length >= 16 {
            return None;
        }
        let word = match values.first_chunk::<16>() {
            Some(chunk) => u128::from_le_bytes(*chunk) & ((1 << (8 * length)) - 1),
            None => {
                let mut chunk = [0; 16];
                chunk[..length].copy_from_slice(&values[..length]);
                u128::from_le_bytes(chunk)
            }
        };
        Some(Self(word | ((length as u128) << 120)))
    }

    fn place(self) -> usize {
        let folded = (self.0 as u64) ^ ((self.0 >> 64) as u64).rotate_left(29);
        (folded.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as usize
    }
}

/// The numbers of the short strings that came last, each at the one place where it can
/// be: finding one there is quicker than in the table of all.
struct Recent {
    slots: Vec<(Short, u32)>,
}

impl Recent {
    fn new(n_rows: usize) -> Self {
        // A small block must not pay for places that it does not use.
        Self { slots: vec![(Short::NONE, 0); (n_rows / 8).next_power_of_two().clamp(8, 256)] }
    }

    #[inline]
    fn index(&mut self, short: Short, find: impl FnOnce() -> u32) -> u32 {
        let place = short.place() & (self.slots.len() - 1);
        let slot = &mut self.slots[place];
        if slot.0 != short {
            *slot = (short, find());
        }
        slot.1
    }
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

/// The array that a dictionary stands for.
pub(super) fn plain(subject: Subject<'_>, array: &ArrayRef) -> Result<ArrayRef, Error> {
    let Some(dictionary) = array.as_any_dictionary_opt() else {
        return Ok(Arc::clone(array));
    };
    take(dictionary.values(), dictionary.keys(), None).map_err(|error| subject.fault(error.to_string()))
}
