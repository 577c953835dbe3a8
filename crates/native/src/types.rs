//! The types of Timeplus columns and their spelling on the wire (protocol.md B).

use std::fmt;

mod display;
mod klickhouse;
mod parse;

/// The type of a column. `Display` gives the wire spelling, `FromStr` reads it; the two
/// are inverse to each other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DataType {
    /// `int8`
    Int8,
    /// `int16`
    Int16,
    /// `int32`
    Int32,
    /// `int64`
    Int64,
    /// `int128`
    Int128,
    /// `int256`
    Int256,
    /// `uint8`
    UInt8,
    /// `uint16`
    UInt16,
    /// `uint32`
    UInt32,
    /// `uint64`
    UInt64,
    /// `uint128`
    UInt128,
    /// `uint256`
    UInt256,
    /// `float32`
    Float32,
    /// `float64`
    Float64,
    /// `bool`, one byte of 0 or 1
    Bool,
    /// `decimal(P, S)`; the precision chooses 4, 8, 16 or 32 bytes.
    Decimal {
        /// Decimal digits in all, 1 to 76.
        precision: u8,
        /// Digits after the point.
        scale: u8,
    },
    /// `date`, days since 1970-01-01 as 16 bits without sign
    Date,
    /// `date32`, days since 1970-01-01 as 32 bits with sign
    Date32,
    /// `datetime`, seconds since 1970 as 32 bits without sign
    DateTime {
        /// The time zone of its text form, if one is given.
        timezone: Option<String>,
    },
    /// `datetime64(P)`, ticks of 10^-P seconds since 1970 as 64 bits with sign
    DateTime64 {
        /// Digits after the second, 0 to 9.
        precision: u8,
        /// The time zone of its text form, if one is given.
        timezone: Option<String>,
    },
    /// `string`: any bytes, usually UTF-8
    String,
    /// `fixed_string(N)`: exactly N bytes
    FixedString(u32),
    /// `enum8('a' = 1, ..)`
    Enum8(Vec<(String, i8)>),
    /// `enum16('a' = 1, ..)`
    Enum16(Vec<(String, i16)>),
    /// `uuid`
    Uuid,
    /// `ipv4`
    Ipv4,
    /// `ipv6`
    Ipv6,
    /// `interval_day` and its kind
    Interval(IntervalUnit),
    /// `nothing`, the type of a bare NULL and of the elements of `[]`
    Nothing,
    /// `array(T)`
    Array(Box<DataType>),
    /// `nullable(T)`
    Nullable(Box<DataType>),
    /// `low_cardinality(T)`
    LowCardinality(Box<DataType>),
    /// `map(K, V)`
    Map(Box<DataType>, Box<DataType>),
    /// `tuple(T, ..)` or `tuple(a T, ..)`
    Tuple(Vec<Element>),
    /// `nested(a T, ..)`: on the wire an array of tuples
    Nested(Vec<Element>),
    /// `simple_aggregate_function(f, T, ..)`: on the wire its first type
    SimpleAggregateFunction {
        /// The function's text, parameters included.
        function: String,
        /// The argument types; the first is the stored one.
        arguments: Vec<DataType>,
    },
}

/// One element of a tuple or of a nested type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Element {
    /// Its name, where the type gives one.
    pub name: Option<String>,
    /// Its type.
    pub data_type: DataType,
}

/// The unit of an interval type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "each variant is the unit that it names")]
pub enum IntervalUnit {
    Nanosecond,
    Microsecond,
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl IntervalUnit {
    /// Every unit.
    pub const ALL: [Self; 11] = [
        Self::Nanosecond,
        Self::Microsecond,
        Self::Millisecond,
        Self::Second,
        Self::Minute,
        Self::Hour,
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Quarter,
        Self::Year,
    ];

    /// The unit's word, as in `interval_day`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nanosecond => "nanosecond",
            Self::Microsecond => "microsecond",
            Self::Millisecond => "millisecond",
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }
}

/// A type's name that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeError {
    /// The name as it was given.
    pub type_name: String,
    /// Why it cannot be used.
    pub reason: String,
    /// Whether it is a known type that Ferry refuses to carry, and not a mistake.
    pub is_refused: bool,
}

impl fmt::Display for TypeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "type `{}`: {}", self.type_name, self.reason)
    }
}

impl std::error::Error for TypeError {}

impl DataType {
    /// The bytes of one value on the wire, where every value has the same number.
    #[must_use]
    pub fn fixed_width(&self) -> Option<usize> {
        Some(match self {
            Self::Int8 | Self::UInt8 | Self::Bool | Self::Enum8(_) | Self::Nothing => 1,
            Self::Int16 | Self::UInt16 | Self::Date | Self::Enum16(_) => 2,
            Self::Int32 | Self::UInt32 | Self::Float32 | Self::Date32 | Self::DateTime { .. } | Self::Ipv4 => 4,
            Self::Int64 | Self::UInt64 | Self::Float64 | Self::DateTime64 { .. } | Self::Interval(_) => 8,
            Self::Int128 | Self::UInt128 | Self::Uuid | Self::Ipv6 => 16,
            Self::Int256 | Self::UInt256 => 32,
            Self::Decimal { precision, .. } => decimal_width(*precision),
            Self::FixedString(width) => *width as usize,
            Self::SimpleAggregateFunction { arguments, .. } => arguments.first()?.fixed_width()?,
            _ => return None,
        })
    }

    /// The type whose bytes are on the wire: a simple aggregate function is stored as
    /// its first argument.
    #[must_use]
    pub fn storage(&self) -> &DataType {
        match self {
            Self::SimpleAggregateFunction { arguments, .. } => arguments.first().map_or(self, DataType::storage),
            other => other,
        }
    }

    /// Whether a NULL can be a value of this type.
    #[must_use]
    pub fn is_nullable(&self) -> bool {
        match self.storage() {
            Self::Nullable(_) | Self::Nothing => true,
            Self::LowCardinality(inner) => inner.is_nullable(),
            _ => false,
        }
    }

    /// The type without `nullable` and `low_cardinality` around it.
    #[must_use]
    pub fn base(&self) -> &DataType {
        match self.storage() {
            Self::Nullable(inner) | Self::LowCardinality(inner) => inner.base(),
            other => other,
        }
    }
}

/// The bytes of a decimal of this precision (protocol.md B: 9, 18, 38, 76 digits).
fn decimal_width(precision: u8) -> usize {
    match precision {
        0..=9 => 4,
        10..=18 => 8,
        19..=38 => 16,
        _ => 32,
    }
}
