//! One value of any type, for the functions and casts that work row by row.

mod big;
mod build;
mod calendar;
mod convert;
mod parse;
mod read;
mod text;

pub use big::Big;
pub use build::build;
pub use calendar::{TICKS, add_months, civil_of_days, days_of_civil, days_of_ticks, rescale, ticks_per_second};
pub use convert::convert;
pub use parse::{parse, parse_date, parse_time};
pub use read::{read, read_all};
pub use text::text;

use ferry_native::DataType;

/// One value. Which Timeplus type it has is known from its column.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// NULL.
    Null,
    /// `bool`.
    Bool(bool),
    /// Whole numbers up to 64 bits and `int128`; enums and intervals as their number.
    Int(i128),
    /// Whole numbers that need more: `uint128`, `int256`, `uint256`.
    Big(Big),
    /// `float32`, `float64`.
    Float(f64),
    /// A decimal: the number without its point, and the digits after it.
    Decimal(Big, u8),
    /// `string`, `fixed_string`.
    Text(Vec<u8>),
    /// `date`, `date32`: days since 1970.
    Days(i32),
    /// `datetime`, `datetime64`: ticks since 1970 and digits after the second.
    Time(i64, u8),
    /// `uuid`: its digits in reading order.
    Uuid(u128),
    /// `ipv4`.
    Ip4(u32),
    /// `ipv6`, in network order.
    Ip6([u8; 16]),
    /// `array`, `nested`.
    List(Vec<Cell>),
    /// `map`.
    Map(Vec<(Cell, Cell)>),
    /// `tuple`.
    Tuple(Vec<Cell>),
}

impl Cell {
    /// A string value.
    pub fn string(text: impl Into<String>) -> Self {
        Self::Text(text.into().into_bytes())
    }

    /// The value as text without regard to its type, for functions over strings.
    pub fn as_str(&self) -> std::borrow::Cow<'_, str> {
        match self {
            Self::Text(bytes) => String::from_utf8_lossy(bytes),
            _ => std::borrow::Cow::Borrowed(""),
        }
    }

    /// The value as a whole number; fractions are cut off.
    pub fn as_int(&self) -> Option<i128> {
        Some(match self {
            Self::Bool(value) => i128::from(*value),
            Self::Int(value) => *value,
            Self::Big(value) => value.to_i128()?,
            Self::Float(value) => *value as i128,
            Self::Decimal(value, scale) => value.scaled_down(*scale).to_i128()?,
            Self::Days(days) => i128::from(*days),
            Self::Time(ticks, precision) => i128::from(ticks.div_euclid(ticks_per_second(*precision))),
            Self::Ip4(value) => i128::from(*value),
            _ => return None,
        })
    }

    /// The value as a float.
    pub fn as_float(&self) -> Option<f64> {
        Some(match self {
            Self::Float(value) => *value,
            Self::Int(value) => *value as f64,
            Self::Big(value) => value.to_f64(),
            Self::Decimal(value, scale) => value.to_f64() / 10_f64.powi(i32::from(*scale)),
            Self::Time(ticks, precision) => *ticks as f64 / ticks_per_second(*precision) as f64,
            other => other.as_int()? as f64,
        })
    }

    /// The value that a column of this type takes where none was given.
    pub fn default_of(data_type: &DataType) -> Self {
        match data_type.storage() {
            DataType::Nullable(_) | DataType::Nothing => Self::Null,
            DataType::LowCardinality(inner) => Self::default_of(inner),
            DataType::Bool => Self::Bool(false),
            DataType::Float32 | DataType::Float64 => Self::Float(0.0),
            DataType::Decimal { scale, .. } => Self::Decimal(Big::ZERO, *scale),
            DataType::UInt128 | DataType::Int256 | DataType::UInt256 => Self::Big(Big::ZERO),
            DataType::String => Self::Text(Vec::new()),
            DataType::FixedString(width) => Self::Text(vec![0; *width as usize]),
            DataType::Enum8(values) => Self::Int(values.iter().map(|(_, value)| i128::from(*value)).min().unwrap_or(0)),
            DataType::Enum16(values) => {
                Self::Int(values.iter().map(|(_, value)| i128::from(*value)).min().unwrap_or(0))
            }
            DataType::Date | DataType::Date32 => Self::Days(0),
            DataType::DateTime { .. } => Self::Time(0, 0),
            DataType::DateTime64 { precision, .. } => Self::Time(0, *precision),
            DataType::Uuid => Self::Uuid(0),
            DataType::Ipv4 => Self::Ip4(0),
            DataType::Ipv6 => Self::Ip6([0; 16]),
            DataType::Array(_) | DataType::Nested(_) => Self::List(Vec::new()),
            DataType::Map(..) => Self::Map(Vec::new()),
            DataType::Tuple(elements) => {
                Self::Tuple(elements.iter().map(|element| Self::default_of(&element.data_type)).collect())
            }
            _ => Self::Int(0),
        }
    }
}
