use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, BooleanArray, Date32Array, Decimal128Array, Decimal256Array,
    FixedSizeBinaryArray, ListArray, MapArray, NullArray, PrimitiveArray, StructArray, TimestampMicrosecondArray,
    TimestampMillisecondArray, TimestampNanosecondArray, TimestampSecondArray,
};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{
    DataType as Arrow, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimeUnit, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type, i256,
};
use arrow::error::ArrowError;

use super::{ArrowOptions, Subject, bits, low_cardinality, schema, strings, wide};
use crate::block::{Column, low_cardinality::count_prefixes};
use crate::error::Error;
use crate::types::{DataType, Element};

pub(super) fn column(column: &Column, options: ArrowOptions) -> Result<ArrayRef, Error> {
    let subject = Subject { column: &column.name, data_type: &column.data_type };
    let mut decoder = Decoder { subject, rest: &column.data, options };
    if column.n_rows > 0 {
        // The versions of all low-cardinality columns come before the data.
        for _ in 0..count_prefixes(&column.data_type) {
            decoder.word()?;
        }
    }
    let array = decoder.values(&column.data_type, column.n_rows, None)?;
    if !decoder.rest.is_empty() {
        return Err(subject.fault("its data is longer than its rows"));
    }
    Ok(array)
}

/// The bytes of a column that have not been decoded yet.
pub(super) struct Decoder<'a> {
    pub(super) subject: Subject<'a>,
    rest: &'a [u8],
    options: ArrowOptions,
}

impl<'a> Decoder<'a> {
    /// Decodes the next `n_rows` values; `nulls` are those of a `nullable` around them.
    pub(super) fn values(
        &mut self,
        data_type: &DataType,
        n_rows: usize,
        nulls: Option<NullBuffer>,
    ) -> Result<ArrayRef, Error> {
        match data_type {
            DataType::Int8 | DataType::Enum8(_) => self.same::<Int8Type>(n_rows, nulls),
            DataType::Int16 | DataType::Enum16(_) => self.same::<Int16Type>(n_rows, nulls),
            DataType::Int32 => self.same::<Int32Type>(n_rows, nulls),
            DataType::Int64 | DataType::Interval(_) => self.same::<Int64Type>(n_rows, nulls),
            DataType::UInt8 => self.same::<UInt8Type>(n_rows, nulls),
            DataType::UInt16 => self.same::<UInt16Type>(n_rows, nulls),
            DataType::UInt32 | DataType::Ipv4 => self.same::<UInt32Type>(n_rows, nulls),
            DataType::UInt64 => self.same::<UInt64Type>(n_rows, nulls),
            DataType::Float32 => self.same::<Float32Type>(n_rows, nulls),
            DataType::Float64 => self.same::<Float64Type>(n_rows, nulls),
            DataType::Bool => {
                let bytes = self.take(n_rows, 1)?;
                let values = bits::pack(bytes, false);
                Ok(Arc::new(BooleanArray::new(values, nulls)))
            }
            DataType::Int128 => self.wide(n_rows, 16, true, nulls),
            DataType::UInt128 => self.wide(n_rows, 16, false, nulls),
            DataType::Int256 => self.wide(n_rows, 32, true, nulls),
            DataType::UInt256 => self.wide(n_rows, 32, false, nulls),
            DataType::Decimal { .. } => self.decimal(data_type, n_rows, nulls),
            DataType::Date => {
                let days = self.widened(n_rows, |bytes| i32::from(u16::from_le_bytes(bytes)))?;
                self.check(Date32Array::try_new(days, nulls))
            }
            DataType::Date32 => self.same::<arrow::datatypes::Date32Type>(n_rows, nulls),
            DataType::DateTime { timezone } => {
                let seconds = self.widened(n_rows, |bytes| i64::from(u32::from_le_bytes(bytes)))?;
                self.timestamps(TimeUnit::Second, timezone.as_deref(), seconds, nulls)
            }
            DataType::DateTime64 { precision, timezone } => {
                let (unit, factor) = schema::time_unit(*precision);
                let ticks = self.ticks(n_rows, factor, nulls.as_ref())?;
                self.timestamps(unit, timezone.as_deref(), ticks, nulls)
            }
            DataType::String => {
                let (array, taken) = strings::decode(self.subject, self.rest, n_rows, nulls, self.options.strings)?;
                self.rest = &self.rest[taken..];
                Ok(array)
            }
            DataType::FixedString(width) => {
                let bytes = self.take(n_rows, *width as usize)?;
                self.fixed_size(*width as usize, Buffer::from(bytes), nulls)
            }
            DataType::Ipv6 => {
                let bytes = self.take(n_rows, 16)?;
                self.fixed_size(16, Buffer::from(bytes), nulls)
            }
            DataType::Uuid => {
                let mut values = self.take(n_rows, 16)?.to_vec();
                // Two halves, each with its lowest byte first.
                values.as_chunks_mut::<8>().0.iter_mut().for_each(|half| half.reverse());
                self.fixed_size(16, Buffer::from_vec(values), nulls)
            }
            DataType::Nothing => {
                self.take(n_rows, 1)?;
                Ok(Arc::new(NullArray::new(n_rows)))
            }
            DataType::Nullable(inner) => {
                let flags = self.take(n_rows, 1)?;
                let nulls = NullBuffer::new(bits::pack(flags, true));
                let nulls = Some(nulls).filter(|nulls| nulls.null_count() > 0);
                self.values(inner, n_rows, nulls)
            }
            DataType::LowCardinality(inner) => low_cardinality::decode(self, inner, n_rows, self.options),
            DataType::Array(inner) => {
                let field = schema::item(inner, self.options)?;
                let (offsets, n_values) = self.offsets(n_rows)?;
                let values = self.values(inner, n_values, None)?;
                self.check(ListArray::try_new(Arc::new(field), offsets, values, nulls))
            }
            DataType::Map(key, value) => self.map(key, value, n_rows, nulls),
            DataType::Tuple(elements) => Ok(Arc::new(self.tuple(elements, n_rows, nulls)?)),
            DataType::Nested(elements) => {
                let (offsets, n_values) = self.offsets(n_rows)?;
                let rows = self.tuple(elements, n_values, None)?;
                let field = arrow::datatypes::Field::new("item", rows.data_type().clone(), false);
                self.check(ListArray::try_new(Arc::new(field), offsets, Arc::new(rows), nulls))
            }
            DataType::SimpleAggregateFunction { .. } => self.values(data_type.storage(), n_rows, nulls),
        }
    }

    /// The next 64 bits.
    pub(super) fn word(&mut self) -> Result<u64, Error> {
        let bytes = self.take(1, 8)?;
        let mut word = [0; 8];
        word.copy_from_slice(bytes);
        Ok(u64::from_le_bytes(word))
    }

    /// The bytes of the next values of a fixed width.
    pub(super) fn take(&mut self, n_values: usize, width: usize) -> Result<&'a [u8], Error> {
        let split = n_values.checked_mul(width).and_then(|n_bytes| self.rest.split_at_checked(n_bytes));
        let Some((bytes, rest)) = split else {
            return Err(self.subject.fault("its data is shorter than its rows"));
        };
        self.rest = rest;
        Ok(bytes)
    }

    /// Values that are the same bytes on the wire and in Arrow.
    fn same<T: ArrowPrimitiveType>(&mut self, n_rows: usize, nulls: Option<NullBuffer>) -> Result<ArrayRef, Error> {
        let bytes = self.take(n_rows, size_of::<T::Native>())?;
        // Copied into memory that is aligned for the type.
        let values = ScalarBuffer::from(Buffer::from(bytes));
        self.check(PrimitiveArray::<T>::try_new(values, nulls))
    }

    /// Values that are wider in Arrow than on the wire.
    fn widened<const N: usize, T>(
        &mut self,
        n_rows: usize,
        widen: impl Fn([u8; N]) -> T,
    ) -> Result<ScalarBuffer<T>, Error>
    where
        T: arrow::datatypes::ArrowNativeType,
    {
        let bytes = self.take(n_rows, N)?;
        let values: Vec<T> = bytes.as_chunks::<N>().0.iter().map(|chunk| widen(*chunk)).collect();
        Ok(ScalarBuffer::from(values))
    }

    fn wide(
        &mut self,
        n_rows: usize,
        width: usize,
        is_signed: bool,
        nulls: Option<NullBuffer>,
    ) -> Result<ArrayRef, Error> {
        let bytes = self.take(n_rows, width)?;
        let mut values = vec![0; bytes.len()];
        wide::flip_order(bytes, &mut values, width, is_signed, true);
        self.fixed_size(width, Buffer::from_vec(values), nulls)
    }

    fn decimal(&mut self, data_type: &DataType, n_rows: usize, nulls: Option<NullBuffer>) -> Result<ArrayRef, Error> {
        let values = match data_type.fixed_width() {
            Some(4) => self.widened(n_rows, |bytes| i128::from(i32::from_le_bytes(bytes)))?,
            Some(8) => self.widened(n_rows, |bytes| i128::from(i64::from_le_bytes(bytes)))?,
            Some(16) => self.widened(n_rows, i128::from_le_bytes)?,
            _ => {
                let values = self.widened(n_rows, i256::from_le_bytes)?;
                let array = Decimal256Array::try_new(values, nulls);
                let arrow = schema::data_type(data_type)?;
                return self.check(array.map(|array| array.with_data_type(arrow)));
            }
        };
        let array = Decimal128Array::try_new(values, nulls);
        let arrow = schema::data_type(data_type)?;
        self.check(array.map(|array| array.with_data_type(arrow)))
    }

    fn ticks(&mut self, n_rows: usize, factor: i64, nulls: Option<&NullBuffer>) -> Result<ScalarBuffer<i64>, Error> {
        if factor == 1 {
            return Ok(ScalarBuffer::from(Buffer::from(self.take(n_rows, 8)?)));
        }
        let ticks = self.widened(n_rows, i64::from_le_bytes)?;
        let scale = |(row, tick): (usize, &i64)| match tick.checked_mul(factor) {
            Some(scaled) => Ok(scaled),
            None if nulls.is_some_and(|nulls| nulls.is_null(row)) => Ok(0),
            None => Err(self.subject.fault(format!("the time of row {row} is out of Arrow's range"))),
        };
        Ok(ticks.iter().enumerate().map(scale).collect::<Result<Vec<_>, _>>()?.into())
    }

    fn timestamps(
        &self,
        unit: TimeUnit,
        timezone: Option<&str>,
        values: ScalarBuffer<i64>,
        nulls: Option<NullBuffer>,
    ) -> Result<ArrayRef, Error> {
        match unit {
            TimeUnit::Second => {
                self.check(TimestampSecondArray::try_new(values, nulls).map(|a| a.with_timezone_opt(timezone)))
            }
            TimeUnit::Millisecond => {
                self.check(TimestampMillisecondArray::try_new(values, nulls).map(|a| a.with_timezone_opt(timezone)))
            }
            TimeUnit::Microsecond => {
                self.check(TimestampMicrosecondArray::try_new(values, nulls).map(|a| a.with_timezone_opt(timezone)))
            }
            TimeUnit::Nanosecond => {
                self.check(TimestampNanosecondArray::try_new(values, nulls).map(|a| a.with_timezone_opt(timezone)))
            }
        }
    }

    fn fixed_size(&self, width: usize, values: Buffer, nulls: Option<NullBuffer>) -> Result<ArrayRef, Error> {
        let width = i32::try_from(width).map_err(|_| self.subject.fault("it is too wide"))?;
        self.check(FixedSizeBinaryArray::try_new(width, values, nulls))
    }

    fn map(
        &mut self,
        key: &DataType,
        value: &DataType,
        n_rows: usize,
        nulls: Option<NullBuffer>,
    ) -> Result<ArrayRef, Error> {
        let entries = schema::entries(key, value, self.options)?;
        let (offsets, n_values) = self.offsets(n_rows)?;
        let keys = self.values(key, n_values, None)?;
        let values = self.values(value, n_values, None)?;
        let Arrow::Struct(fields) = entries.data_type().clone() else {
            return Err(self.subject.fault("its entries are not pairs"));
        };
        let pairs = StructArray::try_new_with_length(fields, vec![keys, values], None, n_values)
            .map_err(|error| self.subject.fault(error.to_string()))?;
        self.check(MapArray::try_new(Arc::new(entries), offsets, pairs, nulls, false))
    }

    fn tuple(&mut self, elements: &[Element], n_rows: usize, nulls: Option<NullBuffer>) -> Result<StructArray, Error> {
        let fields = schema::struct_fields(elements, self.options)?;
        let arrays = elements.iter().map(|element| self.values(&element.data_type, n_rows, None));
        let arrays = arrays.collect::<Result<Vec<_>, _>>()?;
        StructArray::try_new_with_length(fields, arrays, nulls, n_rows)
            .map_err(|error| self.subject.fault(error.to_string()))
    }

    /// The ends of `n_rows` arrays, and how many elements they have in all.
    fn offsets(&mut self, n_rows: usize) -> Result<(OffsetBuffer<i32>, usize), Error> {
        let bytes = self.take(n_rows, 8)?;
        let mut offsets = Vec::with_capacity(n_rows + 1);
        offsets.push(0_i32);
        let ends = bytes.as_chunks().0.iter().map(|chunk| u64::from_le_bytes(*chunk));
        offsets.extend(ends.clone().map(|end| end as i32));
        // Looked at all together, which is quicker than to stop at the first fault.
        let all_bits = ends.fold(0, |all, end| all | end);
        let is_rising = offsets.windows(2).fold(true, |is_rising, pair| is_rising & (pair[0] <= pair[1]));
        if i32::try_from(all_bits).is_err() || !is_rising {
            return Err(self.subject.fault("an array ends before it starts, or beyond 2^31 elements"));
        }
        let n_values = offsets[n_rows] as usize;
        Ok((OffsetBuffer::new(ScalarBuffer::from(offsets)), n_values))
    }

    fn check<A: Array + 'static>(&self, array: Result<A, ArrowError>) -> Result<ArrayRef, Error> {
        match array {
            Ok(array) => Ok(Arc::new(array)),
            Err(error) => Err(self.subject.fault(error.to_string())),
        }
    }
}
