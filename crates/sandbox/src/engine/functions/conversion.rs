//! From one type to another.

use ferry_native::DataType;

use super::{Arguments, Function, scalar};
use crate::engine::cell::{self, Cell};
use crate::engine::typed::{Nulls, Typed};
use crate::engine::{ErrorCode, SqlError, types};

/// What happens to text that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failure {
    Error,
    Null,
    Default,
}

macro_rules! conversions {
    ($($name:literal, $or_null:literal, $or_zero:literal, $or_default:literal, $signature:literal, $type:expr, $example:expr;)*) => {
        &[
            $(
                scalar!($name, $signature, "The value as this type; text is parsed, numbers wrap.", $example, |a| to(a, $type, Failure::Error)),
                scalar!($or_null, "(any) -> nullable", "The same, with NULL for what cannot be read.", None, |a| to(a, $type, Failure::Null)),
                scalar!($or_zero, "(any) -> same", "The same, with the type's default for what cannot be read.", None, |a| to(a, $type, Failure::Default)),
                scalar!($or_default, "(any [, default]) -> same", "The same, with a default for what cannot be read.", None, |a| to(a, $type, Failure::Default)),
            )*
            scalar!("to_string", "to_string(any) -> string", "The value as text.", Some(("to_string([1, 2])", "[1,2]")), |a| to(a, DataType::String, Failure::Error)),
            scalar!("to_type_name" | "type_of", "to_type_name(any) -> string", "The name of the argument's type.", Some(("to_type_name(1 / 2)", "float64")), |a| {
                a.expect(1, 1)?;
                Typed::constant(Cell::string(a.args[0].data_type.to_string()), DataType::String)
            }),
            scalar!("to_datetime64", "to_datetime64(any, digits [, time zone]) -> datetime64", "The value as a time with so many digits after the second.", Some(("to_datetime64('2024-05-06 07:08:09.25', 3, 'UTC')", "2024-05-06 07:08:09.250")), |a| to_datetime64(a, Failure::Error)),
            scalar!("to_datetime64_or_null", "to_datetime64_or_null(string, digits [, time zone]) -> nullable", "The same, with NULL for what cannot be read.", None, |a| to_datetime64(a, Failure::Null)),
            scalar!("to_datetime64_or_zero", "to_datetime64_or_zero(string, digits [, time zone]) -> datetime64", "The same, with the start of 1970 for what cannot be read.", None, |a| to_datetime64(a, Failure::Default)),
            scalar!("to_datetime", "to_datetime(any [, time zone]) -> datetime", "The value as a time in whole seconds.", Some(("to_datetime('2024-05-06 07:08:09', 'UTC')", "2024-05-06 07:08:09")), |a| to_datetime(a, Failure::Error)),
            scalar!("to_datetime_or_null", "to_datetime_or_null(string [, time zone]) -> nullable", "The same, with NULL for what cannot be read.", None, |a| to_datetime(a, Failure::Null)),
            scalar!("to_time", "to_time(string [, digits [, time zone]]) -> datetime64", "Text as a time.", Some(("to_time('2024-05-06 07:08:09')", "2024-05-06 07:08:09.000")), to_time),
            scalar!("parse_datetime_best_effort", "parse_datetime_best_effort(string) -> datetime", "Text in one of several forms as a time.", Some(("parse_datetime_best_effort('2024-05-06T07:08:09Z')", "2024-05-06 07:08:09")), |a| to_datetime(a, Failure::Error)),
            scalar!("parse_datetime64_best_effort", "parse_datetime64_best_effort(string [, digits]) -> datetime64", "Text in one of several forms as a time with fractions.", None, to_time),
            scalar!("to_fixed_string", "to_fixed_string(string, n) -> fixed_string(n)", "The text padded with zero bytes.", Some(("length(to_fixed_string('ab', 4))", "4")), |a| {
                a.expect(2, 2)?;
                let width = u32::try_from(a.constant_int(1)?).map_err(|_| a.illegal(1, "a length"))?;
                one(a, DataType::FixedString(width), Failure::Error)
            }),
            scalar!("to_decimal32", "to_decimal32(number | string, scale) -> decimal(9, scale)", "The value as a decimal of 9 digits.", Some(("to_decimal32('1.25', 3)", "1.25")), |a| to_decimal(a, 9)),
            scalar!("to_decimal64", "to_decimal64(number | string, scale) -> decimal(18, scale)", "The value as a decimal of 18 digits.", None, |a| to_decimal(a, 18)),
            scalar!("to_decimal128", "to_decimal128(number | string, scale) -> decimal(38, scale)", "The value as a decimal of 38 digits.", None, |a| to_decimal(a, 38)),
            scalar!("to_decimal256", "to_decimal256(number | string, scale) -> decimal(76, scale)", "The value as a decimal of 76 digits.", None, |a| to_decimal(a, 76)),
            scalar!("cast", "cast(any, 'type') -> type", "The value as the named type.", Some(("cast('7', 'uint16')", "7")), |a| {
                a.expect(2, 2)?;
                let target = a.constant_text(1)?.parse::<DataType>()?;
                cast_as(a, target)
            }),
            scalar!("map_cast", "map_cast(key, value, ..) -> map", "A map from its keys and values.", Some(("map_cast('a', 1)", "{'a':1}")), super::array::map),
            scalar!("reinterpret_as_uint64", "reinterpret_as_uint64(string) -> uint64", "The first eight bytes as a number, lowest first.", None, |a| {
                a.expect(1, 1)?;
                a.require(0, types::is_text, "a string")?;
                a.rows(DataType::UInt64, |cells| {
                    let Cell::Text(bytes) = &cells[0] else { return Ok(Cell::Null) };
                    let mut word = [0; 8];
                    for (to, from) in word.iter_mut().zip(bytes) {
                        *to = *from;
                    }
                    Ok(Cell::Int(u64::from_le_bytes(word).into()))
                })
            }),
        ]
    };
}

pub(super) const FUNCTIONS: &[Function] = conversions! {
    "to_int8", "to_int8_or_null", "to_int8_or_zero", "to_int8_or_default", "to_int8(any) -> int8", DataType::Int8, Some(("to_int8('-5')", "-5"));
    "to_int16", "to_int16_or_null", "to_int16_or_zero", "to_int16_or_default", "to_int16(any) -> int16", DataType::Int16, None;
    "to_int32", "to_int32_or_null", "to_int32_or_zero", "to_int32_or_default", "to_int32(any) -> int32", DataType::Int32, Some(("to_int32(2.9)", "2"));
    "to_int64", "to_int64_or_null", "to_int64_or_zero", "to_int64_or_default", "to_int64(any) -> int64", DataType::Int64, None;
    "to_int128", "to_int128_or_null", "to_int128_or_zero", "to_int128_or_default", "to_int128(any) -> int128", DataType::Int128, Some(("to_int128('-170141183460469231731687303715884105728')", "-170141183460469231731687303715884105728"));
    "to_int256", "to_int256_or_null", "to_int256_or_zero", "to_int256_or_default", "to_int256(any) -> int256", DataType::Int256, Some(("to_int256('-5') < to_int256('3')", "true"));
    "to_uint8", "to_uint8_or_null", "to_uint8_or_zero", "to_uint8_or_default", "to_uint8(any) -> uint8", DataType::UInt8, Some(("to_uint8(257)", "1"));
    "to_uint16", "to_uint16_or_null", "to_uint16_or_zero", "to_uint16_or_default", "to_uint16(any) -> uint16", DataType::UInt16, None;
    "to_uint32", "to_uint32_or_null", "to_uint32_or_zero", "to_uint32_or_default", "to_uint32(any) -> uint32", DataType::UInt32, None;
    "to_uint64", "to_uint64_or_null", "to_uint64_or_zero", "to_uint64_or_default", "to_uint64(any) -> uint64", DataType::UInt64, None;
    "to_uint128", "to_uint128_or_null", "to_uint128_or_zero", "to_uint128_or_default", "to_uint128(any) -> uint128", DataType::UInt128, Some(("to_uint128('340282366920938463463374607431768211455')", "340282366920938463463374607431768211455"));
    "to_uint256", "to_uint256_or_null", "to_uint256_or_zero", "to_uint256_or_default", "to_uint256(any) -> uint256", DataType::UInt256, None;
    "to_float32" , "to_float32_or_null", "to_float32_or_zero", "to_float32_or_default", "to_float32(any) -> float32", DataType::Float32, Some(("to_float32('1.5')", "1.5"));
    "to_float64" , "to_float64_or_null", "to_float64_or_zero", "to_float64_or_default", "to_float64(any) -> float64", DataType::Float64, None;
    "to_bool", "to_bool_or_null", "to_bool_or_zero", "to_bool_or_default", "to_bool(any) -> bool", DataType::Bool, Some(("to_bool(2)", "true"));
    "to_date", "to_date_or_null", "to_date_or_zero", "to_date_or_default", "to_date(any) -> date", DataType::Date, Some(("to_date('2024-05-06')", "2024-05-06"));
    "to_date32", "to_date32_or_null", "to_date32_or_zero", "to_date32_or_default", "to_date32(any) -> date32", DataType::Date32, None;
    "to_uuid", "to_uuid_or_null", "to_uuid_or_zero", "to_uuid_or_default", "to_uuid(string) -> uuid", DataType::Uuid, Some(("to_uuid('61f0c404-5cb3-11e7-907b-a6006ad3dba0')", "61f0c404-5cb3-11e7-907b-a6006ad3dba0"));
    "to_ipv4", "to_ipv4_or_null", "to_ipv4_or_zero", "to_ipv4_or_default", "to_ipv4(string) -> ipv4", DataType::Ipv4, Some(("to_ipv4('10.1.2.3')", "10.1.2.3"));
    "to_ipv6", "to_ipv6_or_null", "to_ipv6_or_zero", "to_ipv6_or_default", "to_ipv6(string) -> ipv6", DataType::Ipv6, Some(("to_ipv6('2001:db8::1')", "2001:db8::1"));
};

/// `CAST(x AS type)`: a NULL in a type that takes none is an error.
pub(super) fn cast_as(mut arguments: Arguments, target: DataType) -> Result<Typed, SqlError> {
    let value = arguments.args.remove(0);
    value.cast_to(&target)
}

fn to(arguments: Arguments, target: DataType, failure: Failure) -> Result<Typed, SqlError> {
    arguments.expect(1, if failure == Failure::Default { 2 } else { 1 })?;
    one(arguments, target, failure)
}

/// Converts the first argument; the others are constants that chose the type.
fn one(mut arguments: Arguments, target: DataType, failure: Failure) -> Result<Typed, SqlError> {
    let default = match (arguments.args.get(1).and_then(|arg| arg.constant.clone()), failure) {
        (Some(value), Failure::Default) => cell::convert(value, &arguments.args[1].data_type, &target)?,
        _ => Cell::default_of(&target),
    };
    arguments.args.truncate(1);
    arguments.parameters = format!("{failure:?} {default:?}");
    let source = arguments.args[0].data_type.clone();
    let is_nullable = source.is_nullable();
    match failure {
        Failure::Error => arguments.args.remove(0).cast_to(&types::nullable_if(target, is_nullable)),
        Failure::Null => {
            let goal = target.clone();
            arguments.rows_with(types::nullable(target), Nulls::Seen, move |cells| {
                Ok(cell::convert(cells[0].clone(), &source, &goal).unwrap_or(Cell::Null))
            })
        }
        Failure::Default => {
            let goal = target.clone();
            arguments.rows(target, move |cells| {
                Ok(cell::convert(cells[0].clone(), &source, &goal).unwrap_or_else(|_| default.clone()))
            })
        }
    }
}

fn timezone(arguments: &Arguments, index: usize) -> Result<Option<String>, SqlError> {
    if arguments.args.len() <= index {
        return Ok(None);
    }
    arguments.constant_text(index).map(Some)
}

fn to_datetime(arguments: Arguments, failure: Failure) -> Result<Typed, SqlError> {
    arguments.expect(1, 2)?;
    let timezone = timezone(&arguments, 1)?;
    one(arguments, DataType::DateTime { timezone }, failure)
}

fn to_datetime64(arguments: Arguments, failure: Failure) -> Result<Typed, SqlError> {
    arguments.expect(2, 3)?;
    let precision = precision(&arguments, 1)?;
    let timezone = timezone(&arguments, 2)?;
    one(arguments, DataType::DateTime64 { precision, timezone }, failure)
}

fn to_time(arguments: Arguments) -> Result<Typed, SqlError> {
    arguments.expect(1, 3)?;
    let precision = if arguments.args.len() > 1 { precision(&arguments, 1)? } else { 3 };
    let timezone = timezone(&arguments, 2)?;
    one(arguments, DataType::DateTime64 { precision, timezone }, Failure::Error)
}

fn to_decimal(arguments: Arguments, precision: u8) -> Result<Typed, SqlError> {
    arguments.expect(2, 2)?;
    let scale = arguments.constant_int(1)?;
    let scale = u8::try_from(scale)
        .ok()
        .filter(|scale| *scale <= precision)
        .ok_or_else(|| SqlError::new(ErrorCode::ArgumentOutOfBound, format!("scale {scale} is out of bounds")))?;
    one(arguments, DataType::Decimal { precision, scale }, Failure::Error)
}

fn precision(arguments: &Arguments, index: usize) -> Result<u8, SqlError> {
    let digits = arguments.constant_int(index)?;
    u8::try_from(digits).ok().filter(|digits| *digits <= 9).ok_or_else(|| {
        SqlError::new(
            ErrorCode::ArgumentOutOfBound,
            format!("Scale {digits} is too large for DateTime64. Maximum is 9"),
        )
    })
}
