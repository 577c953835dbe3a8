use klickhouse::{Type, Tz};

use super::{DataType, TypeError};

impl DataType {
    /// The klickhouse type whose values this type's values become: `bool` is given as
    /// `UInt8`, `date32` as `Int32` (days), intervals as `Int64`, `nothing` as `UInt8`,
    /// `nested` as an array of tuples; element names are not part of klickhouse's types.
    ///
    /// # Errors
    /// A time zone that is not in the IANA database.
    pub fn to_klickhouse(&self) -> Result<Type, TypeError> {
        Ok(match self {
            Self::Int8 => Type::Int8,
            Self::Int16 => Type::Int16,
            Self::Int32 | Self::Date32 => Type::Int32,
            Self::Int64 | Self::Interval(_) => Type::Int64,
            Self::Int128 => Type::Int128,
            Self::Int256 => Type::Int256,
            Self::UInt8 | Self::Bool | Self::Nothing => Type::UInt8,
            Self::UInt16 => Type::UInt16,
            Self::UInt32 => Type::UInt32,
            Self::UInt64 => Type::UInt64,
            Self::UInt128 => Type::UInt128,
            Self::UInt256 => Type::UInt256,
            Self::Float32 => Type::Float32,
            Self::Float64 => Type::Float64,
            Self::Decimal { scale, .. } => {
                let scale = usize::from(*scale);
                match self.fixed_width() {
                    Some(4) => Type::Decimal32(scale),
                    Some(8) => Type::Decimal64(scale),
                    Some(16) => Type::Decimal128(scale),
                    _ => Type::Decimal256(scale),
                }
            }
            Self::Date => Type::Date,
            Self::DateTime { timezone } => Type::DateTime(self.timezone(timezone.as_deref())?),
            Self::DateTime64 { precision, timezone } => {
                Type::DateTime64(usize::from(*precision), self.timezone(timezone.as_deref())?)
            }
            Self::String => Type::String,
            Self::FixedString(width) => Type::FixedString(*width as usize),
            Self::Enum8(values) => Type::Enum8(values.clone()),
            Self::Enum16(values) => Type::Enum16(values.clone()),
            Self::Uuid => Type::Uuid,
            Self::Ipv4 => Type::Ipv4,
            Self::Ipv6 => Type::Ipv6,
            Self::Array(inner) => Type::Array(Box::new(inner.to_klickhouse()?)),
            Self::Nullable(inner) => Type::Nullable(Box::new(inner.to_klickhouse()?)),
            Self::LowCardinality(inner) => Type::LowCardinality(Box::new(inner.to_klickhouse()?)),
            Self::Map(key, value) => Type::Map(Box::new(key.to_klickhouse()?), Box::new(value.to_klickhouse()?)),
            Self::Tuple(elements) => {
                Type::Tuple(elements.iter().map(|element| element.data_type.to_klickhouse()).collect::<Result<_, _>>()?)
            }
            Self::Nested(elements) => Type::Array(Box::new(Self::Tuple(elements.clone()).to_klickhouse()?)),
            Self::SimpleAggregateFunction { .. } => self.storage().to_klickhouse()?,
        })
    }

    fn timezone(&self, timezone: Option<&str>) -> Result<Tz, TypeError> {
        let Some(timezone) = timezone else {
            return Ok(Tz::UTC);
        };
        timezone.parse().map_err(|_| TypeError {
            type_name: self.to_string(),
            reason: format!("`{timezone}` is not a time zone of the IANA database"),
            is_refused: false,
        })
    }
}
