//! The rows that are moved.

use ferry_native::{Block, Column};
use klickhouse::{DynDateTime64, Tz, Value};

use super::BLOCK_ROWS;

/// A block of eight columns, the same rows as the benchmark of the codec has.
pub fn block() -> Block {
    let text = |text: String| Value::String(text.into_bytes());
    let column = |name: &str, data_type: &str, value: &dyn Fn(u64) -> Value| {
        let values = (0..BLOCK_ROWS as u64).map(value).collect();
        Column::from_values(name, data_type.parse().expect("a type"), values).expect("values of the type")
    };
    let columns = vec![
        column("id", "uint64", &Value::UInt64),
        column("at", "datetime64(3, 'UTC')", &|n| {
            Value::DateTime64(DynDateTime64(Tz::UTC, 1_700_000_000_000 + n * 37, 3))
        }),
        column("plate", "string", &|n| text(format!("plate-{:05}", n * 31 % 99_999))),
        column("speed", "nullable(float64)", &|n| match n % 5 {
            0 => Value::Null,
            _ => Value::Float64(n as f64 / 7.0),
        }),
        column("city", "low_cardinality(string)", &|n| {
            text(["berlin", "tokyo", "lima", "oslo"][n as usize % 4].into())
        }),
        column("hops", "array(uint64)", &|n| Value::Array((0..n % 6).map(|i| Value::UInt64(n + i)).collect())),
        column("tags", "map(string, string)", &|n| {
            let value = if n % 2 == 0 { "north" } else { "south" };
            Value::Map(vec![text("region".into())], vec![text(value.into())])
        }),
        column("is_on", "bool", &|n| Value::UInt8(u8::from(n % 3 == 0))),
    ];
    Block::new(columns).expect("columns of one length")
}
