use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray};
use arrow::buffer::Buffer;
use arrow::datatypes::{
    ArrowTimestampType, DataType as Arrow, Date32Type, Decimal128Type, Decimal256Type, Float32Type, Float64Type,
    Int8Type, Int16Type, Int32Type, Int64Type, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use bytes::Bytes;

use super::{Subject, bits, low_cardinality, schema, strings, wide};
use crate::block::low_cardinality::{VERSION, count_prefixes};
use crate::error::Error;
use crate::types::{DataType, Element};
use crate::wire::pool;

pub(super) fn column(name: &str, data_type: &DataType, array: &ArrayRef) -> Result<Bytes, Error> {
    if array.is_empty() {
        return Ok(Bytes::new());
    }
    let subject = Subject { column: name, data_type };
    let array = low_cardinality::plain(subject, array)?;
    if let Some(bytes) = shared(subject, &array)? {
        return Ok(bytes);
    }
    let mut out = pool::take();
    for _ in 0..count_prefixes(data_type) {
        out.extend_from_slice(&VERSION.to_le_bytes());
    }
    checked(subject, data_type, &array, &mut out)?;
    Ok(pool::share(out))
}

/// Memory of an array as the owner of bytes.
struct Shared(Buffer);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        self.0.as_slice()
    }
}

/// The array's own memory, where it is what goes on the wire.
fn shared(subject: Subject<'_>, array: &ArrayRef) -> Result<Option<Bytes>, Error> {
    macro_rules! same {
        ($type:ty) => {{
            let values = primitive::<$type>(subject, array)?.values().inner().clone();
            Some(Bytes::from_owner(Shared(values)))
        }};
    }
    let bytes = match subject.data_type.storage() {
        DataType::Int8 | DataType::Enum8(_) => same!(Int8Type),
        DataType::Int16 | DataType::Enum16(_) => same!(Int16Type),
        DataType::Int32 => same!(Int32Type),
        DataType::Int64 | DataType::Interval(_) => same!(Int64Type),
        DataType::UInt8 => same!(UInt8Type),
        DataType::UInt16 => same!(UInt16Type),
        DataType::UInt32 | DataType::Ipv4 => same!(UInt32Type),
        DataType::UInt64 => same!(UInt64Type),
        DataType::Float32 => same!(Float32Type),
        DataType::Float64 => same!(Float64Type),
        DataType::Date32 => same!(Date32Type),
        _ => return Ok(None),
    };
    refuse_nulls(subject, array)?;
    Ok(bytes)
}

/// Appends the values of an array. NULLs in it must have been told already; what stands
/// in their place is not looked at.
pub(super) fn values(
    subject: Subject<'_>,
    data_type: &DataType,
    array: &ArrayRef,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    if array.as_any_dictionary_opt().is_some() {
        let array = low_cardinality::plain(subject, array)?;
        return values(subject, data_type, &array, out);
    }
    match data_type {
        DataType::Int8 | DataType::Enum8(_) => same::<Int8Type>(subject, array, out),
        DataType::Int16 | DataType::Enum16(_) => same::<Int16Type>(subject, array, out),
        DataType::Int32 => same::<Int32Type>(subject, array, out),
        DataType::Int64 | DataType::Interval(_) => same::<Int64Type>(subject, array, out),
        DataType::UInt8 => same::<UInt8Type>(subject, array, out),
        DataType::UInt16 => same::<UInt16Type>(subject, array, out),
        DataType::UInt32 | DataType::Ipv4 => same::<UInt32Type>(subject, array, out),
        DataType::UInt64 => same::<UInt64Type>(subject, array, out),
        DataType::Float32 => same::<Float32Type>(subject, array, out),
        DataType::Float64 => same::<Float64Type>(subject, array, out),
        DataType::Date32 => same::<Date32Type>(subject, array, out),
        DataType::Bool => {
            let values = array.as_boolean_opt().ok_or_else(|| mismatch(subject, data_type, array))?;
            bits::unpack(values.values(), false, out);
            Ok(())
        }
        DataType::Int128 | DataType::UInt128 | DataType::Int256 | DataType::UInt256 => {
            let width = data_type.fixed_width().unwrap_or_default();
            let is_signed = matches!(data_type, DataType::Int128 | DataType::Int256);
            let bytes = fixed_size(subject, data_type, width, array)?;
            let start = out.len();
            out.resize(start + bytes.len(), 0);
            wide::flip_order(bytes, &mut out[start..], width, is_signed, false);
            Ok(())
        }
        DataType::FixedString(width) => {
            out.extend_from_slice(fixed_size(subject, data_type, *width as usize, array)?);
            Ok(())
        }
        DataType::Ipv6 => {
            out.extend_from_slice(fixed_size(subject, data_type, 16, array)?);
            Ok(())
        }
        DataType::Uuid => {
            let start = out.len();
            out.extend_from_slice(fixed_size(subject, data_type, 16, array)?);
            out[start..].as_chunks_mut::<8>().0.iter_mut().for_each(|half| half.reverse());
            Ok(())
        }
        DataType::Decimal { .. } => decimal(subject, data_type, array, out),
        DataType::Date => {
            let days = primitive::<Date32Type>(subject, array)?;
            each(subject, days, out, |day| u16::try_from(day).ok().map(u16::to_le_bytes), "the date")
        }
        DataType::DateTime { .. } => {
            let seconds = timestamps::<TimestampSecondType>(subject, array)?;
            each(subject, seconds, out, |second| u32::try_from(second).ok().map(u32::to_le_bytes), "the time")
        }
        DataType::DateTime64 { precision, .. } => {
            let (unit, factor) = schema::time_unit(*precision);
            match unit {
                TimeUnit::Second => ticks::<TimestampSecondType>(subject, array, factor, out),
                TimeUnit::Millisecond => ticks::<TimestampMillisecondType>(subject, array, factor, out),
                TimeUnit::Microsecond => ticks::<TimestampMicrosecondType>(subject, array, factor, out),
                TimeUnit::Nanosecond => ticks::<TimestampNanosecondType>(subject, array, factor, out),
            }
        }
        DataType::String => strings::encode(subject, array, out),
        DataType::Nothing => {
            // One byte a value, whatever it is; the server writes the digit.
            out.resize(out.len() + array.len(), b'0');
            Ok(())
        }
        DataType::Nullable(inner) => {
            match array.logical_nulls() {
                Some(nulls) => bits::unpack(nulls.inner(), true, out),
                None => out.resize(out.len() + array.len(), 0),
            }
            values(subject, inner, array, out)
        }
        DataType::LowCardinality(inner) => low_cardinality::encode(subject, inner, array, out),
        DataType::Array(inner) => {
            let elements = list(subject, data_type, array, out)?;
            checked(subject, inner, &elements, out)
        }
        DataType::Nested(elements) => {
            let rows = list(subject, data_type, array, out)?;
            refuse_nulls(subject, &rows)?;
            tuple(subject, data_type, elements, &rows, out)
        }
        DataType::Map(key, value) => {
            let map = array.as_map_opt().ok_or_else(|| mismatch(subject, data_type, array))?;
            let (start, end) = offsets(map.value_offsets(), out);
            for (inner, column) in [key, value].into_iter().zip(map.entries().columns()) {
                checked(subject, inner, &column.slice(start, end - start), out)?;
            }
            Ok(())
        }
        DataType::Tuple(elements) => tuple(subject, data_type, elements, array, out),
        DataType::SimpleAggregateFunction { .. } => values(subject, data_type.storage(), array, out),
    }
}

/// Appends the values of a part of a column, whose NULLs have not been told.
fn checked(subject: Subject<'_>, data_type: &DataType, array: &ArrayRef, out: &mut Vec<u8>) -> Result<(), Error> {
    if !data_type.is_nullable() {
        refuse_nulls(subject, array)?;
    }
    values(subject, data_type, array, out)
}

pub(super) fn refuse_nulls(subject: Subject<'_>, array: &ArrayRef) -> Result<(), Error> {
    let Some(nulls) = array.logical_nulls().filter(|nulls| nulls.null_count() > 0) else {
        return Ok(());
    };
    let row = nulls.iter().position(|is_valid| !is_valid).unwrap_or_default();
    Err(subject.fault(format!("the value of row {row} is NULL, which the type does not allow")))
}

/// Appends numbers of `N` bytes each.
pub(super) fn append<const N: usize>(numbers: impl ExactSizeIterator<Item = [u8; N]>, out: &mut Vec<u8>) {
    let start = out.len();
    out.resize(start + N * numbers.len(), 0);
    let places = out[start..].as_chunks_mut::<N>().0;
    places.iter_mut().zip(numbers).for_each(|(place, number)| *place = number);
}

fn same<T: ArrowPrimitiveType>(subject: Subject<'_>, array: &ArrayRef, out: &mut Vec<u8>) -> Result<(), Error> {
    out.extend_from_slice(primitive::<T>(subject, array)?.values().inner().as_slice());
    Ok(())
}

/// Appends each value in `N` bytes; a value that does not fit is an error unless it is
/// under a NULL.
fn each<T: ArrowPrimitiveType, const N: usize>(
    subject: Subject<'_>,
    array: &PrimitiveArray<T>,
    out: &mut Vec<u8>,
    convert: impl Fn(T::Native) -> Option<[u8; N]>,
    what: &str,
) -> Result<(), Error> {
    out.reserve(array.len() * N);
    for (row, value) in array.values().iter().enumerate() {
        let bytes = match convert(*value) {
            Some(bytes) => bytes,
            None if array.is_null(row) => [0; N],
            None => return Err(subject.fault(format!("{what} of row {row} cannot be held exactly"))),
        };
        out.extend_from_slice(&bytes);
    }
    Ok(())
}

fn ticks<T: ArrowTimestampType>(
    subject: Subject<'_>,
    array: &ArrayRef,
    factor: i64,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    let array = timestamps::<T>(subject, array)?;
    if factor == 1 {
        out.extend_from_slice(array.values().inner().as_slice());
        return Ok(());
    }
    let exact = |tick: i64| (tick % factor == 0).then(|| (tick / factor).to_le_bytes());
    each(subject, array, out, exact, "the time")
}

fn decimal(subject: Subject<'_>, data_type: &DataType, array: &ArrayRef, out: &mut Vec<u8>) -> Result<(), Error> {
    let DataType::Decimal { scale, .. } = data_type else {
        return Err(mismatch(subject, data_type, array));
    };
    let array_scale = match array.data_type() {
        Arrow::Decimal128(_, scale) | Arrow::Decimal256(_, scale) => *scale,
        _ => return Err(mismatch(subject, data_type, array)),
    };
    if array_scale != scale.cast_signed() {
        return Err(mismatch(subject, data_type, array));
    }
    let what = "the number";
    match data_type.fixed_width() {
        Some(4) => {
            let values = primitive::<Decimal128Type>(subject, array)?;
            each(subject, values, out, |value| i32::try_from(value).ok().map(i32::to_le_bytes), what)
        }
        Some(8) => {
            let values = primitive::<Decimal128Type>(subject, array)?;
            each(subject, values, out, |value| i64::try_from(value).ok().map(i64::to_le_bytes), what)
        }
        Some(16) => same::<Decimal128Type>(subject, array, out),
        _ => {
            let values = primitive::<Decimal256Type>(subject, array)?;
            each(subject, values, out, |value| Some(value.to_le_bytes()), what)
        }
    }
}

fn tuple(
    subject: Subject<'_>,
    data_type: &DataType,
    elements: &[Element],
    array: &ArrayRef,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    let rows = array.as_struct_opt().ok_or_else(|| mismatch(subject, data_type, array))?;
    if rows.num_columns() != elements.len() {
        return Err(mismatch(subject, data_type, array));
    }
    for (element, column) in elements.iter().zip(rows.columns()) {
        checked(subject, &element.data_type, column, out)?;
    }
    Ok(())
}

/// Appends the ends of arrays and gives their elements.
fn list(subject: Subject<'_>, data_type: &DataType, array: &ArrayRef, out: &mut Vec<u8>) -> Result<ArrayRef, Error> {
    if let Some(list) = array.as_list_opt::<i32>() {
        let (start, end) = offsets(list.value_offsets(), out);
        return Ok(list.values().slice(start, end - start));
    }
    let list = array.as_list_opt::<i64>().ok_or_else(|| mismatch(subject, data_type, array))?;
    let (start, end) = offsets(list.value_offsets(), out);
    Ok(list.values().slice(start, end - start))
}

/// Appends ends counted from the first element; gives where the elements start and end.
fn offsets<O: arrow::array::OffsetSizeTrait>(offsets: &[O], out: &mut Vec<u8>) -> (usize, usize) {
    let start = offsets[0].as_usize();
    append(offsets[1..].iter().map(|end| ((end.as_usize() - start) as u64).to_le_bytes()), out);
    (start, offsets[offsets.len() - 1].as_usize())
}

fn primitive<'a, T: ArrowPrimitiveType>(
    subject: Subject<'_>,
    array: &'a ArrayRef,
) -> Result<&'a PrimitiveArray<T>, Error> {
    array.as_primitive_opt::<T>().ok_or_else(|| mismatch(subject, subject.data_type, array))
}

/// Timestamps of a unit, whatever zone their text is in.
fn timestamps<'a, T: ArrowTimestampType>(
    subject: Subject<'_>,
    array: &'a ArrayRef,
) -> Result<&'a PrimitiveArray<T>, Error> {
    primitive::<T>(subject, array)
}

fn fixed_size<'a>(
    subject: Subject<'_>,
    data_type: &DataType,
    width: usize,
    array: &'a ArrayRef,
) -> Result<&'a [u8], Error> {
    let values = array.as_fixed_size_binary_opt().filter(|values| values.value_length() as usize == width);
    let values = values.ok_or_else(|| mismatch(subject, data_type, array))?;
    let start = values.offset() * width;
    values.value_data().get(start..start + values.len() * width).ok_or_else(|| subject.fault("its array is cut off"))
}

fn mismatch(subject: Subject<'_>, data_type: &DataType, array: &ArrayRef) -> Error {
    let wanted = schema::data_type(data_type).map_or_else(|_| "nothing".to_owned(), |wanted| wanted.to_string());
    subject.fault(format!("an array of {} where {wanted} is needed", array.data_type()))
}
