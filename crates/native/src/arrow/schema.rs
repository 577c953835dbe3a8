use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{DataType as Arrow, Field, Fields, Schema, TimeUnit};

use super::{ArrowOptions, Strings};
use crate::error::Error;
use crate::types::{DataType, Element};

/// The key of a field's metadata under which its exact Timeplus type stands.
pub const TYPE_KEY: &str = "timeplus.type";

/// The Arrow field of a column of this name and type.
///
/// # Errors
/// The type has no counterpart in Arrow, as a map with keys that may be NULL.
pub fn field(name: &str, data_type: &DataType) -> Result<Field, Error> {
    field_with(name, data_type, ArrowOptions::default())
}

/// As [`field`], with a choice of types.
///
/// # Errors
/// As for [`field`].
pub fn field_with(name: &str, data_type: &DataType, options: ArrowOptions) -> Result<Field, Error> {
    let arrow = data_type_with(data_type, options).map_err(|error| match error {
        Error::Type { type_name, reason, .. } => Error::Type { column: name.to_owned(), type_name, reason },
        other => other,
    })?;
    let metadata = HashMap::from([(TYPE_KEY.to_owned(), data_type.to_string())]);
    Ok(Field::new(name, arrow, data_type.is_nullable()).with_metadata(metadata))
}

/// The Arrow schema of columns of these names and types.
///
/// # Errors
/// As for [`field`].
pub fn schema<'a>(columns: impl IntoIterator<Item = (&'a str, &'a DataType)>) -> Result<Schema, Error> {
    schema_with(columns, ArrowOptions::default())
}

/// As [`schema`], with a choice of types.
///
/// # Errors
/// As for [`field`].
pub fn schema_with<'a>(
    columns: impl IntoIterator<Item = (&'a str, &'a DataType)>,
    options: ArrowOptions,
) -> Result<Schema, Error> {
    let fields = columns.into_iter().map(|(name, data_type)| field_with(name, data_type, options));
    Ok(Schema::new(fields.collect::<Result<Vec<_>, _>>()?))
}

/// The Arrow type of a Timeplus type, by the table of this module.
///
/// # Errors
/// As for [`field`].
pub fn data_type(data_type: &DataType) -> Result<Arrow, Error> {
    data_type_with(data_type, ArrowOptions::default())
}

/// As [`data_type`](fn@data_type), with a choice of types.
///
/// # Errors
/// As for [`field`].
pub fn data_type_with(data_type: &DataType, options: ArrowOptions) -> Result<Arrow, Error> {
    Ok(match data_type {
        DataType::Int8 | DataType::Enum8(_) => Arrow::Int8,
        DataType::Int16 | DataType::Enum16(_) => Arrow::Int16,
        DataType::Int32 => Arrow::Int32,
        DataType::Int64 | DataType::Interval(_) => Arrow::Int64,
        DataType::UInt8 => Arrow::UInt8,
        DataType::UInt16 => Arrow::UInt16,
        DataType::UInt32 | DataType::Ipv4 => Arrow::UInt32,
        DataType::UInt64 => Arrow::UInt64,
        DataType::Int128 | DataType::UInt128 | DataType::Uuid | DataType::Ipv6 => Arrow::FixedSizeBinary(16),
        DataType::Int256 | DataType::UInt256 => Arrow::FixedSizeBinary(32),
        DataType::Float32 => Arrow::Float32,
        DataType::Float64 => Arrow::Float64,
        DataType::Bool => Arrow::Boolean,
        // Scales are at most 76, so they fit.
        DataType::Decimal { precision, scale } if *precision <= 38 => {
            Arrow::Decimal128(*precision, scale.cast_signed())
        }
        DataType::Decimal { precision, scale } => Arrow::Decimal256(*precision, scale.cast_signed()),
        DataType::Date | DataType::Date32 => Arrow::Date32,
        DataType::DateTime { timezone } => Arrow::Timestamp(TimeUnit::Second, zone(timezone.as_deref())),
        DataType::DateTime64 { precision, timezone } => {
            Arrow::Timestamp(time_unit(*precision).0, zone(timezone.as_deref()))
        }
        DataType::String => match options.strings {
            Strings::Utf8 => Arrow::Utf8,
            Strings::Binary => Arrow::Binary,
        },
        DataType::FixedString(width) => match i32::try_from(*width) {
            Ok(width) => Arrow::FixedSizeBinary(width),
            Err(_) => return Err(no_counterpart(data_type, "it is too wide")),
        },
        DataType::Nothing => Arrow::Null,
        DataType::Nullable(inner) | DataType::LowCardinality(inner) => data_type_with(inner, options)?,
        DataType::Array(inner) => Arrow::List(Arc::new(item(inner, options)?)),
        DataType::Map(key, value) => {
            if key.is_nullable() {
                return Err(no_counterpart(data_type, "keys that may be NULL have no counterpart in Arrow"));
            }
            Arrow::Map(Arc::new(entries(key, value, options)?), false)
        }
        DataType::Tuple(elements) => Arrow::Struct(struct_fields(elements, options)?),
        DataType::Nested(elements) => {
            let row = Arrow::Struct(struct_fields(elements, options)?);
            Arrow::List(Arc::new(Field::new("item", row, false)))
        }
        DataType::SimpleAggregateFunction { .. } => data_type_with(data_type.storage(), options)?,
    })
}

/// The field of a list's elements.
pub(super) fn item(inner: &DataType, options: ArrowOptions) -> Result<Field, Error> {
    Ok(Field::new("item", data_type_with(inner, options)?, inner.is_nullable()))
}

/// The field of a map's entries.
pub(super) fn entries(key: &DataType, value: &DataType, options: ArrowOptions) -> Result<Field, Error> {
    let fields = vec![
        Field::new("keys", data_type_with(key, options)?, false),
        Field::new("values", data_type_with(value, options)?, value.is_nullable()),
    ];
    Ok(Field::new("entries", Arrow::Struct(Fields::from(fields)), false))
}

/// The fields of a tuple; unnamed elements are numbered from 1, as Timeplus does.
pub(super) fn struct_fields(elements: &[Element], options: ArrowOptions) -> Result<Fields, Error> {
    let fields = elements.iter().enumerate().map(|(i, element)| {
        let name = element.name.clone().unwrap_or_else(|| (i + 1).to_string());
        let arrow = data_type_with(&element.data_type, options)?;
        Ok(Field::new(name, arrow, element.data_type.is_nullable()))
    });
    fields.collect()
}

/// The unit that holds that many digits after the second, and by what a tick of the wire
/// is multiplied to count in it.
pub(super) fn time_unit(precision: u8) -> (TimeUnit, i64) {
    let (unit, digits) = match precision {
        0 => (TimeUnit::Second, 0),
        1..=3 => (TimeUnit::Millisecond, 3),
        4..=6 => (TimeUnit::Microsecond, 6),
        _ => (TimeUnit::Nanosecond, 9),
    };
    (unit, 10_i64.pow(u32::from(digits - precision.min(digits))))
}

fn zone(timezone: Option<&str>) -> Option<Arc<str>> {
    timezone.map(Arc::from)
}

fn no_counterpart(data_type: &DataType, reason: &str) -> Error {
    Error::values("", data_type, reason)
}
