//! A few values of every type.

use ferry_native::{Column, DataType, IntervalUnit};
use klickhouse::{Date, DateTime, DynDateTime64, Tz, Value, i256, u256};

/// Every type with values, among them the extreme ones.
pub fn all() -> Vec<(&'static str, Vec<Value>)> {
    let text = |text: &str| Value::String(text.as_bytes().to_vec());
    let pair = |n: u32, s: &str| Value::Tuple(vec![Value::UInt32(n), text(s)]);
    let time64 = |ticks, precision, tz| Value::DateTime64(DynDateTime64(tz, ticks, precision));
    let mut wide = [0_u8; 32];
    wide[0] = 0x80;
    wide[31] = 7;
    vec![
        ("int8", vec![Value::Int8(i8::MIN), Value::Int8(0), Value::Int8(i8::MAX)]),
        ("int16", vec![Value::Int16(i16::MIN), Value::Int16(-1), Value::Int16(i16::MAX)]),
        ("int32", vec![Value::Int32(i32::MIN), Value::Int32(-1), Value::Int32(i32::MAX)]),
        ("int64", vec![Value::Int64(i64::MIN), Value::Int64(-1), Value::Int64(i64::MAX)]),
        ("int128", vec![Value::Int128(i128::MIN), Value::Int128(-1), Value::Int128(1 << 90)]),
        ("int256", vec![Value::Int256(i256(wide)), Value::Int256(i256([0xff; 32]))]),
        ("uint8", vec![Value::UInt8(0), Value::UInt8(u8::MAX)]),
        ("uint16", vec![Value::UInt16(0), Value::UInt16(u16::MAX)]),
        ("uint32", vec![Value::UInt32(0), Value::UInt32(u32::MAX)]),
        ("uint64", vec![Value::UInt64(0), Value::UInt64(u64::MAX)]),
        ("uint128", vec![Value::UInt128(1 << 100), Value::UInt128(u128::MAX)]),
        ("uint256", vec![Value::UInt256(u256(wide)), Value::UInt256(u256([0xff; 32]))]),
        ("float32", vec![Value::Float32(-0.0), Value::Float32(f32::INFINITY), Value::Float32(1.5)]),
        ("float64", vec![Value::Float64(f64::NAN), Value::Float64(f64::MIN), Value::Float64(0.1)]),
        ("bool", vec![Value::UInt8(1), Value::UInt8(0), Value::UInt8(1)]),
        ("decimal(9, 2)", vec![Value::Decimal32(2, -123), Value::Decimal32(2, i32::MAX)]),
        ("decimal(18, 4)", vec![Value::Decimal64(4, i64::MIN), Value::Decimal64(4, 1)]),
        ("decimal(38, 10)", vec![Value::Decimal128(10, -1), Value::Decimal128(10, 1 << 100)]),
        ("decimal(76, 20)", vec![Value::Decimal256(20, i256(wide)), Value::Decimal256(20, i256([1; 32]))]),
        ("date", vec![Value::Date(Date(0)), Value::Date(Date(u16::MAX))]),
        ("date32", vec![Value::Int32(-25_567), Value::Int32(120_000)]),
        ("datetime", vec![Value::DateTime(DateTime(Tz::UTC, 0)), Value::DateTime(DateTime(Tz::UTC, u32::MAX))]),
        ("datetime('Europe/Berlin')", vec![Value::DateTime(DateTime(Tz::Europe__Berlin, 1_700_000_000))]),
        ("datetime64(0)", vec![time64(1_700_000_000, 0, Tz::UTC)]),
        ("datetime64(1)", vec![time64(17_000_000_001, 1, Tz::UTC)]),
        ("datetime64(3, 'UTC')", vec![time64(1_700_000_000_123, 3, Tz::UTC), time64(0, 3, Tz::UTC)]),
        ("datetime64(5, 'UTC')", vec![time64(170_000_000_012_345, 5, Tz::UTC)]),
        ("datetime64(9)", vec![time64(1_700_000_000_123_456_789, 9, Tz::UTC)]),
        ("string", vec![text(""), text("grün"), text(&"x".repeat(300)), text("a\nb\0c")]),
        ("fixed_string(3)", vec![text("abc"), Value::String(vec![0xff, 0, 1])]),
        ("nullable(fixed_string(2))", vec![text("a"), Value::Null, Value::String(vec![0, 1])]),
        ("enum8('a' = 1, 'it\\'s, (so)' = -2)", vec![Value::Enum8(1), Value::Enum8(-2)]),
        ("enum16('x' = 1000, 'y' = -1000)", vec![Value::Enum16(1000), Value::Enum16(-1000)]),
        ("uuid", vec![Value::Uuid(uuid::Uuid::from_u128(0x0011_2233_4455_6677_8899_aabb_ccdd_eeff))]),
        ("ipv4", vec![Value::Ipv4(std::net::Ipv4Addr::new(192, 168, 1, 2).into())]),
        ("ipv6", vec![Value::Ipv6(std::net::Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into())]),
        ("interval_day", vec![Value::Int64(-3), Value::Int64(400)]),
        ("array(uint64)", vec![array([]), array([1, 2, 3].map(Value::UInt64)), array([4].map(Value::UInt64))]),
        (
            "array(array(nullable(string)))",
            vec![array([array([text("a"), Value::Null]), array([])]), array([]), array([array([Value::Null])])],
        ),
        ("nullable(int32)", vec![Value::Null, Value::Int32(5), Value::Null, Value::Int32(-5)]),
        ("nullable(string)", vec![text("a"), Value::Null, text("")]),
        ("nullable(datetime64(1))", vec![Value::Null, time64(17_000_000_001, 1, Tz::UTC)]),
        ("nullable(uuid)", vec![Value::Null, Value::Uuid(uuid::Uuid::from_u128(7))]),
        ("nullable(decimal(18, 4))", vec![Value::Null, Value::Decimal64(4, -5)]),
        ("low_cardinality(string)", vec![text("b"), text("a"), text("b"), text(""), text("b")]),
        ("low_cardinality(nullable(string))", vec![text("b"), Value::Null, text("b"), text(""), Value::Null]),
        ("low_cardinality(uint32)", vec![Value::UInt32(9), Value::UInt32(9), Value::UInt32(1)]),
        ("low_cardinality(fixed_string(2))", vec![text("ab"), text("cd"), text("ab")]),
        ("array(low_cardinality(string))", vec![array([text("a"), text("b")]), array([]), array([text("a")])]),
        (
            "map(string, uint64)",
            vec![
                Value::Map(vec![text("a"), text("b")], vec![Value::UInt64(1), Value::UInt64(2)]),
                Value::Map(vec![], vec![]),
            ],
        ),
        (
            "map(low_cardinality(string), array(int8))",
            vec![Value::Map(vec![text("k")], vec![array([1, 2].map(Value::Int8))]), Value::Map(vec![], vec![])],
        ),
        ("tuple(uint32, string)", vec![pair(1, "one"), pair(2, "two")]),
        ("tuple(n uint32, `two words` string)", vec![pair(1, "one"), pair(2, "two")]),
        (
            "tuple(low_cardinality(string), tuple(nullable(int8), array(string)))",
            vec![Value::Tuple(vec![text("lc"), Value::Tuple(vec![Value::Null, array([text("x"), text("y")])])])],
        ),
        ("nested(n uint32, s string)", vec![array([pair(1, "one"), pair(2, "two")]), array([])]),
        ("simple_aggregate_function(sum, float64)", vec![Value::Float64(2.5), Value::Float64(-2.5)]),
        ("simple_aggregate_function(any_last, nullable(string))", vec![Value::Null, text("last")]),
        ("nothing", vec![Value::UInt8(b'0'), Value::UInt8(b'0')]),
        ("nullable(nothing)", vec![Value::Null, Value::Null]),
        ("array(nothing)", vec![array([]), array([])]),
    ]
}

fn array(values: impl IntoIterator<Item = Value>) -> Value {
    Value::Array(values.into_iter().collect())
}

/// The samples as columns named `v`.
pub fn columns() -> Vec<Column> {
    let column = |(type_name, values): (&str, Vec<Value>)| {
        Column::from_values("v", type_name.parse().unwrap(), values).unwrap_or_else(|error| panic!("{error}"))
    };
    all().into_iter().map(column).collect()
}

#[test]
fn the_samples_cover_every_type() {
    let types: Vec<DataType> = all().iter().map(|(type_name, _)| type_name.parse().unwrap()).collect();
    let mut kinds: Vec<_> = types.iter().map(std::mem::discriminant).collect();
    kinds.sort_by_key(|kind| format!("{kind:?}"));
    kinds.dedup();
    // The number of variants of `DataType`; a new one needs a sample.
    assert_eq!(kinds.len(), 36);
    for unit in IntervalUnit::ALL {
        let name = format!("interval_{}", unit.as_str());
        assert_eq!(name.parse(), Ok(DataType::Interval(unit)));
    }
}
