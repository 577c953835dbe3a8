//! Type names.

use ferry_native::{DataType, Element, IntervalUnit};
use proptest::prelude::*;

#[test]
fn names_are_written_as_the_server_writes_them() {
    // What is read, and what is written (protocol.md B).
    let table = [
        ("decimal(10,2)", "decimal(10, 2)"),
        ("Decimal64(4)", "decimal(18, 4)"),
        ("decimal256(3)", "decimal(76, 3)"),
        ("decimal(5)", "decimal(5, 0)"),
        ("DateTime64(3,'UTC')", "datetime64(3, 'UTC')"),
        ("datetime64", "datetime64(3)"),
        ("DateTime32", "datetime"),
        ("datetime('Asia/Tokyo')", "datetime('Asia/Tokyo')"),
        ("DATE", "date"),
        ("Date32", "date32"),
        ("VARCHAR", "string"),
        ("byte", "int8"),
        ("smallint", "int16"),
        ("integer", "int32"),
        ("uint", "uint32"),
        ("bigint", "int64"),
        ("float", "float32"),
        ("double", "float64"),
        ("boolean", "bool"),
        ("INET4", "ipv4"),
        ("IPv6", "ipv6"),
        ("enum('a'=1,'b'=2)", "enum8('a' = 1, 'b' = 2)"),
        ("enum('a'=1,'b'=200)", "enum16('a' = 1, 'b' = 200)"),
        ("enum8('a', 'b')", "enum8('a' = 1, 'b' = 2)"),
        ("enum8('it''s' = -1)", "enum8('it\\'s' = -1)"),
        (" map( string ,array(nullable(int32)) ) ", "map(string, array(nullable(int32)))"),
        ("tuple(a int32,b string)", "tuple(a int32, b string)"),
        ("tuple(int32, string)", "tuple(int32, string)"),
        ("tuple(`a b` tuple(int8), c nullable(uuid))", "tuple(`a b` tuple(int8), c nullable(uuid))"),
        ("nested(a int32, b string)", "nested(a int32, b string)"),
        ("low_cardinality(nullable(string))", "low_cardinality(nullable(string))"),
        ("simple_aggregate_function(sum, int64)", "simple_aggregate_function(sum, int64)"),
        (
            "simple_aggregate_function(group_array_array(10), array(int8))",
            "simple_aggregate_function(group_array_array(10), array(int8))",
        ),
        ("interval_quarter", "interval_quarter"),
    ];
    for (text, written) in table {
        let data_type: DataType = text.parse().unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(data_type.to_string(), written);
        assert_eq!(written.parse(), Ok(data_type));
    }
}

#[test]
fn types_that_cannot_be_carried_are_refused_by_name() {
    for text in ["json", "JSON", "dynamic", "variant(int8, string)", "aggregate_function(sum, int8)", "array(json)"] {
        let error = text.parse::<DataType>().unwrap_err();
        assert!(error.is_refused, "{error}");
        assert_eq!(error.type_name, text);
    }
}

#[test]
fn what_is_no_type_is_an_error() {
    let deep = format!("{}int8{}", "array(".repeat(100), ")".repeat(100));
    for text in [
        "",
        "String",
        "Int8",
        "int8 x",
        "array",
        "array()",
        "array(int8",
        "array(int8))",
        "map(int8)",
        "tuple()",
        "decimal(77, 2)",
        "decimal(5, 6)",
        "decimal(300, 2)",
        "datetime64(10)",
        "datetime64(3, UTC)",
        "fixed_string(0)",
        "fixed_string(99999999999)",
        "enum8('a' = 300)",
        "enum8()",
        "enum8('a' = )",
        "enum8('a",
        "nullable(array(int8))",
        "nullable(nullable(int8))",
        "nullable(low_cardinality(string))",
        "low_cardinality(array(string))",
        "nested(int8)",
        "interval_century",
        "simple_aggregate_function(sum)",
        deep.as_str(),
    ] {
        assert!(text.parse::<DataType>().is_err(), "{text}");
    }
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z_][a-z0-9_]{0,8}", "\\PC{1,8}", Just("table".to_owned()), Just("a`b\\'c\n".to_owned())]
}

fn simple() -> impl Strategy<Value = DataType> {
    let timezone = || prop_oneof![Just(None), Just(Some("UTC".to_owned())), Just(Some("Asia/Tokyo".to_owned()))];
    prop_oneof![
        proptest::sample::select(vec![
            DataType::Int8,
            DataType::Int16,
            DataType::Int32,
            DataType::Int64,
            DataType::Int128,
            DataType::Int256,
            DataType::UInt8,
            DataType::UInt16,
            DataType::UInt32,
            DataType::UInt64,
            DataType::UInt128,
            DataType::UInt256,
            DataType::Float32,
            DataType::Float64,
            DataType::Bool,
            DataType::Date,
            DataType::Date32,
            DataType::String,
            DataType::Uuid,
            DataType::Ipv4,
            DataType::Ipv6,
        ]),
        (1..=76_u8).prop_flat_map(|precision| {
            (Just(precision), 0..=precision).prop_map(|(precision, scale)| DataType::Decimal { precision, scale })
        }),
        timezone().prop_map(|timezone| DataType::DateTime { timezone }),
        (0..=9_u8, timezone()).prop_map(|(precision, timezone)| DataType::DateTime64 { precision, timezone }),
        (1..100_u32).prop_map(DataType::FixedString),
        proptest::collection::vec((name(), any::<i8>()), 1..4).prop_map(DataType::Enum8),
        proptest::collection::vec((name(), any::<i16>()), 1..4).prop_map(DataType::Enum16),
        proptest::sample::select(IntervalUnit::ALL.to_vec()).prop_map(DataType::Interval),
    ]
}

/// Any type that may stand in a column.
pub fn any_type() -> impl Strategy<Value = DataType> {
    let leaf = prop_oneof![
        3 => simple(),
        1 => simple().prop_map(|inner| DataType::Nullable(Box::new(inner))),
        1 => Just(DataType::LowCardinality(Box::new(DataType::String))),
        1 => Just(DataType::LowCardinality(Box::new(DataType::Nullable(Box::new(DataType::String))))),
    ];
    leaf.prop_recursive(4, 16, 3, |inner| {
        let named =
            (name(), inner.clone()).prop_map(|(name, data_type)| Element { name: Some(name), data_type }).boxed();
        let unnamed = inner.clone().prop_map(|data_type| Element { name: None, data_type });
        prop_oneof![
            inner.clone().prop_map(|inner| DataType::Array(Box::new(inner))),
            (simple(), inner.clone()).prop_map(|(key, value)| DataType::Map(Box::new(key), Box::new(value))),
            proptest::collection::vec(named.clone(), 1..3).prop_map(DataType::Tuple),
            proptest::collection::vec(unnamed, 1..3).prop_map(DataType::Tuple),
            proptest::collection::vec(named, 1..3).prop_map(DataType::Nested),
            inner.prop_map(|inner| DataType::SimpleAggregateFunction {
                function: "any_last".to_owned(),
                arguments: vec![inner],
            }),
        ]
    })
}

proptest! {
    #[test]
    fn every_type_is_read_back_from_its_name(data_type in any_type()) {
        prop_assert_eq!(data_type.to_string().parse::<DataType>(), Ok(data_type));
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "[a-z0-9_(),' =`\\\\]{0,60}") {
        let _outcome = text.parse::<DataType>();
    }
}
