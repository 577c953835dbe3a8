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
/// The most bytes of a length that fits 32 bits.
const MAX_LENGTH_BYTES: usize = 5;

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
    let mut values = vec![0_u8; total];
    let mut from = 0;
    for pair in offsets.windows(2) {
        let (start, end) = (pair[0] as usize, pair[1] as usize);
        from += length_at(bytes, from).map_or(0, |(_, width)| width);
        copy(bytes, from, &mut values, start, end - start);
        from += end - start;
    }
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
    Ok((array, taken))
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

#[inline]
fn length_at(bytes: &[u8], position: usize) -> Option<(usize, usize)> {
    let rest = bytes.get(position..)?;
    // Most strings are shorter than 128 bytes.
    if let Some(byte) = rest.first()
        && *byte < 0x80
    {
        return Some((usize::from(*byte), 1));
    }
    match read_varuint(rest) {
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
    out.resize(position + n_bytes + n_rows * MAX_LENGTH_BYTES, 0);
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
