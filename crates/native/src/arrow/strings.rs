//! Strings between the wire (a length, then bytes, one after the other) and Arrow
//! (offsets, then all bytes).

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BinaryArray, StringArray};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::DataType as Arrow;

use super::{Strings, Subject};
use crate::error::Error;
use crate::wire::put::{Varuint, read_varuint};

/// Copies of this length are a single instruction; most strings are shorter.
const SHORT_BYTES: usize = 32;

/// Reads `n_rows` strings from the front of `bytes`; gives the array and what it took.
pub(super) fn decode(
    subject: Subject<'_>,
    bytes: &[u8],
    n_rows: usize,
    nulls: Option<NullBuffer>,
    strings: Strings,
) -> Result<(ArrayRef, usize), Error> {
    let (offsets, taken) = offsets(subject, bytes, n_rows)?;
    let total = offsets.last().copied().unwrap_or_default() as usize;
    // With room for a short copy of the last string.
    let mut values = vec![0_u8; total + SHORT_BYTES];
    let mut from = 0;
    for pair in offsets.windows(2) {
        let (start, end) = (pair[0] as usize, pair[1] as usize);
        from += length_at(bytes, from).map_or(0, |(_, width)| width);
        copy(bytes, from, &mut values, start, end - start);
        from += end - start;
    }
    values.truncate(total);
    Ok((array(subject, offsets, values, nulls, strings)?, taken))
}

/// For each row the string of the key that its index, which must be in range, chooses;
/// nothing under a NULL.
pub(super) fn gather(
    subject: Subject<'_>,
    (key_offsets, key_values): (&[i32], &[u8]),
    indexes: &[u32],
    nulls: Option<NullBuffer>,
    strings: Strings,
) -> Result<ArrayRef, Error> {
    let mut spans: Vec<(usize, usize)> =
        key_offsets.windows(2).map(|pair| (pair[0] as usize, (pair[1] - pair[0]) as usize)).collect();
    if nulls.is_some()
        && let Some((_, length)) = spans.first_mut()
    {
        // Key 0 stands for NULL.
        *length = 0;
    }
    let mut offsets = Vec::with_capacity(indexes.len() + 1);
    let mut total = 0_usize;
    offsets.push(0);
    offsets.extend(indexes.iter().map(|index| {
        total += spans[*index as usize].1;
        total as i32
    }));
    // A long key may be repeated by one byte a row: the sum is bounded before it is copied.
    if total > MAX_GATHERED_BYTES {
        return Err(subject.fault(format!("its values take {total} bytes, more than {MAX_GATHERED_BYTES}")));
    }
    // Room for short copies after the last key.
    let mut keys = Vec::with_capacity(key_values.len() + SHORT_BYTES);
    keys.extend_from_slice(key_values);
    keys.resize(key_values.len() + SHORT_BYTES, 0);
    let mut values = vec![0_u8; total + SHORT_BYTES];
    let mut to = 0;
    for index in indexes {
        let (start, length) = spans[*index as usize];
        copy(&keys, start, &mut values, to, length);
        to += length;
    }
    values.truncate(total);
    array(subject, offsets, values, nulls, strings)
}

/// The most that the strings of one array may take, well below Arrow's 2 GiB.
const MAX_GATHERED_BYTES: usize = 1 << 30;

fn array(
    subject: Subject<'_>,
    offsets: Vec<i32>,
    values: Vec<u8>,
    nulls: Option<NullBuffer>,
    strings: Strings,
) -> Result<ArrayRef, Error> {
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    let values = Buffer::from_vec(values);
    let array: ArrayRef = match strings {
        Strings::Binary => {
            Arc::new(BinaryArray::try_new(offsets, values, nulls).map_err(|error| subject.fault(error.to_string()))?)
        }
        Strings::Utf8 => match StringArray::try_new(offsets.clone(), values.clone(), nulls) {
            Ok(array) => Arc::new(array),
            Err(_) => return Err(not_utf8(subject, &offsets, &values)),
        },
    };
    Ok(array)
}

/// Appends an array of strings.
pub(super) fn encode(subject: Subject<'_>, array: &dyn Array, out: &mut Vec<u8>) -> Result<(), Error> {
    match array.data_type() {
        Arrow::Utf8 => {
            let array = array.as_string::<i32>();
            encode_flat(array.value_offsets(), array.value_data(), array.nulls(), out);
        }
        Arrow::Binary => {
            let array = array.as_binary::<i32>();
            encode_flat(array.value_offsets(), array.value_data(), array.nulls(), out);
        }
        Arrow::LargeUtf8 => encode_each(array.as_string::<i64>().iter().map(|v| v.map(str::as_bytes)), out),
        Arrow::LargeBinary => encode_each(array.as_binary::<i64>().iter(), out),
        Arrow::Utf8View => encode_each(array.as_string_view().iter().map(|v| v.map(str::as_bytes)), out),
        Arrow::BinaryView => encode_each(array.as_binary_view().iter(), out),
        other => return Err(subject.fault(format!("an array of {other} has no strings"))),
    }
    Ok(())
}

/// Where each string starts in Arrow's values, and where the last one ends on the wire.
fn offsets(subject: Subject<'_>, bytes: &[u8], n_rows: usize) -> Result<(Vec<i32>, usize), Error> {
    let cut_off = || subject.fault("its data is shorter than its rows");
    if n_rows > bytes.len() {
        return Err(cut_off());
    }
    let mut offsets = Vec::with_capacity(n_rows + 1);
    offsets.push(0);
    let mut position = 0;
    let mut total = 0_usize;
    for _ in 0..n_rows {
        let (length, width) = length_at(bytes, position).ok_or_else(cut_off)?;
        if length > bytes.len() - position - width {
            return Err(cut_off());
        }
        position += width + length;
        total += length;
        let offset = i32::try_from(total).map_err(|_| subject.fault("its strings take more than 2 GiB"))?;
        offsets.push(offset);
    }
    Ok((offsets, position))
}

#[inline(always)]
fn length_at(bytes: &[u8], position: usize) -> Option<(usize, usize)> {
    // Most strings are shorter than 128 bytes.
    match bytes.get(position) {
        Some(byte) if *byte < 0x80 => Some((usize::from(*byte), 1)),
        _ => long_length_at(bytes, position),
    }
}

#[inline(never)]
fn long_length_at(bytes: &[u8], position: usize) -> Option<(usize, usize)> {
    match read_varuint(bytes.get(position..)?) {
        Varuint::Value { value, width } => Some((usize::try_from(value).ok()?, width)),
        _ => None,
    }
}

/// Copies `length` bytes. Short ones are copied at a fixed length where both sides have
/// room: what is copied too much is overwritten by the next string.
#[inline]
fn copy(from: &[u8], from_at: usize, to: &mut [u8], to_at: usize, length: usize) {
    if length <= SHORT_BYTES
        && let Some(from) = from.get(from_at..from_at + SHORT_BYTES)
        && let Some(to) = to.get_mut(to_at..to_at + SHORT_BYTES)
    {
        to.copy_from_slice(from);
        return;
    }
    to[to_at..to_at + length].copy_from_slice(&from[from_at..from_at + length]);
}

fn encode_flat(offsets: &[i32], values: &[u8], nulls: Option<&NullBuffer>, out: &mut Vec<u8>) {
    let n_rows = offsets.len() - 1;
    let n_bytes = (offsets[n_rows] - offsets[0]) as usize;
    let mut position = out.len();
    // A length takes one byte, and one more for each seven bits: less than a 64th of what
    // it counts. The rest is room for a short copy.
    out.resize(position + n_bytes + n_bytes / 64 + n_rows + SHORT_BYTES, 0);
    for (row, pair) in offsets.windows(2).enumerate() {
        let start = pair[0] as usize;
        let mut length = (pair[1] - pair[0]) as usize;
        if nulls.is_some_and(|nulls| nulls.is_null(row)) {
            length = 0;
        }
        let mut rest = length;
        while rest >= 0x80 {
            out[position] = (rest as u8 & 0x7f) | 0x80;
            rest >>= 7;
            position += 1;
        }
        out[position] = rest as u8;
        position += 1;
        copy(values, start, out, position, length);
        position += length;
    }
    out.truncate(position);
}

fn encode_each<'a>(values: impl Iterator<Item = Option<&'a [u8]>>, out: &mut Vec<u8>) {
    for value in values {
        let value = value.unwrap_or_default();
        crate::wire::put::varuint(out, value.len() as u64);
        out.extend_from_slice(value);
    }
}

fn not_utf8(subject: Subject<'_>, offsets: &OffsetBuffer<i32>, values: &[u8]) -> Error {
    let is_wrong = |pair: &[i32]| std::str::from_utf8(&values[pair[0] as usize..pair[1] as usize]).is_err();
    match offsets.windows(2).position(is_wrong) {
        Some(row) => subject.fault(format!("the value of row {row} is not UTF-8")),
        None => subject.fault("a value is not UTF-8"),
    }
}
