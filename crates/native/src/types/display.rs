use std::fmt;

use super::{DataType, Element};

impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int8 => f.write_str("int8"),
            Self::Int16 => f.write_str("int16"),
            Self::Int32 => f.write_str("int32"),
            Self::Int64 => f.write_str("int64"),
            Self::Int128 => f.write_str("int128"),
            Self::Int256 => f.write_str("int256"),
            Self::UInt8 => f.write_str("uint8"),
            Self::UInt16 => f.write_str("uint16"),
            Self::UInt32 => f.write_str("uint32"),
            Self::UInt64 => f.write_str("uint64"),
            Self::UInt128 => f.write_str("uint128"),
            Self::UInt256 => f.write_str("uint256"),
            Self::Float32 => f.write_str("float32"),
            Self::Float64 => f.write_str("float64"),
            Self::Bool => f.write_str("bool"),
            Self::Decimal { precision, scale } => write!(f, "decimal({precision}, {scale})"),
            Self::Date => f.write_str("date"),
            Self::Date32 => f.write_str("date32"),
            Self::DateTime { timezone: None } => f.write_str("datetime"),
            Self::DateTime { timezone: Some(timezone) } => write!(f, "datetime({})", Quoted(timezone, '\'')),
            Self::DateTime64 { precision, timezone: None } => write!(f, "datetime64({precision})"),
            Self::DateTime64 { precision, timezone: Some(timezone) } => {
                write!(f, "datetime64({precision}, {})", Quoted(timezone, '\''))
            }
            Self::String => f.write_str("string"),
            Self::FixedString(width) => write!(f, "fixed_string({width})"),
            Self::Enum8(values) => write_enum(f, "enum8", values),
            Self::Enum16(values) => write_enum(f, "enum16", values),
            Self::Uuid => f.write_str("uuid"),
            Self::Ipv4 => f.write_str("ipv4"),
            Self::Ipv6 => f.write_str("ipv6"),
            Self::Interval(unit) => write!(f, "interval_{}", unit.as_str()),
            Self::Nothing => f.write_str("nothing"),
            Self::Array(inner) => write!(f, "array({inner})"),
            Self::Nullable(inner) => write!(f, "nullable({inner})"),
            Self::LowCardinality(inner) => write!(f, "low_cardinality({inner})"),
            Self::Map(key, value) => write!(f, "map({key}, {value})"),
            Self::Tuple(elements) => write_elements(f, "tuple", elements),
            Self::Nested(elements) => write_elements(f, "nested", elements),
            Self::SimpleAggregateFunction { function, arguments } => {
                write!(f, "simple_aggregate_function({function}")?;
                for argument in arguments {
                    write!(f, ", {argument}")?;
                }
                f.write_str(")")
            }
        }
    }
}

fn write_enum(f: &mut fmt::Formatter<'_>, family: &str, values: &[(String, impl fmt::Display)]) -> fmt::Result {
    write!(f, "{family}(")?;
    for (i, (name, value)) in values.iter().enumerate() {
        let separator = if i == 0 { "" } else { ", " };
        write!(f, "{separator}{} = {value}", Quoted(name, '\''))?;
    }
    f.write_str(")")
}

fn write_elements(f: &mut fmt::Formatter<'_>, family: &str, elements: &[Element]) -> fmt::Result {
    write!(f, "{family}(")?;
    for (i, element) in elements.iter().enumerate() {
        f.write_str(if i == 0 { "" } else { ", " })?;
        if let Some(name) = &element.name {
            if needs_quotes(name) {
                write!(f, "{} ", Quoted(name, '`'))?;
            } else {
                write!(f, "{name} ")?;
            }
        }
        write!(f, "{}", element.data_type)?;
    }
    f.write_str(")")
}

fn needs_quotes(name: &str) -> bool {
    let starts_as_word = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let is_word = starts_as_word && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    // The words that the server quotes too, because they start something else.
    let is_keyword =
        ["distinct", "all", "table", "null", "true", "false"].iter().any(|keyword| name.eq_ignore_ascii_case(keyword));
    !is_word || is_keyword
}

/// A text in quotes, with the escapes that the server's parser reads back.
struct Quoted<'a>(&'a str, char);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use std::fmt::Write;
        let Self(text, quote) = self;
        f.write_char(*quote)?;
        for c in text.chars() {
            match c {
                '\\' => f.write_str("\\\\")?,
                '\n' => f.write_str("\\n")?,
                '\r' => f.write_str("\\r")?,
                '\t' => f.write_str("\\t")?,
                '\0' => f.write_str("\\0")?,
                '\u{8}' => f.write_str("\\b")?,
                '\u{c}' => f.write_str("\\f")?,
                c if c == *quote => write!(f, "\\{c}")?,
                c => f.write_char(c)?,
            }
        }
        f.write_char(*quote)
    }
}
