//! Hashes. A NULL argument gives NULL, as on a server (copy-safety 27).

use std::hash::Hasher;
use std::sync::Arc;

use arrow::array::{Array, AsArray, UInt64Array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{
    DataType as ArrowType, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimeUnit, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use ferry_native::DataType;

use super::{Arguments, Function, scalar};
use crate::engine::SqlError;
use crate::engine::cell::{self, Big, Cell};
use crate::engine::typed::Typed;

pub(super) const FUNCTIONS: &[Function] = &[
    scalar!(
        "city_hash64",
        "city_hash64(any, ..) -> uint64",
        "A fast hash of its arguments; equal between sandboxes, not promised to equal a server's.",
        Some(("city_hash64('a', 1) = city_hash64('a', 1)", "true")),
        |a| hash(a, fast)
    ),
    scalar!(
        "sip_hash64",
        "sip_hash64(any, ..) -> uint64",
        "SipHash-2-4 with zero keys; of one string exactly the server's value.",
        Some(("sip_hash64('')", "2202906307356721367")),
        |a| hash(a, sip)
    ),
    scalar!(
        "weak_hash32",
        "weak_hash32(any, ..) -> uint32",
        "A weak hash for choosing a shard.",
        Some(("weak_hash32(5) < 4294967296", "true")),
        |a| {
            a.expect(1, usize::MAX)?;
            let sources: Vec<DataType> = a.args.iter().map(|arg| arg.data_type.clone()).collect();
            a.rows(DataType::UInt32, move |cells| Ok(Cell::Int(i128::from(combine(cells, &sources, fast) as u32))))
        }
    ),
    scalar!("int_hash64", "int_hash64(integer) -> uint64", "A hash of a whole number.", None, |a| {
        a.expect(1, 1)?;
        a.rows(DataType::UInt64, |cells| Ok(Cell::Int(mix(cells[0].as_int().unwrap_or(0) as u64).into())))
    }),
    scalar!(
        "xx_hash64",
        "xx_hash64(any, ..) -> uint64",
        "A fast hash; equal between sandboxes, not promised to equal a server's.",
        None,
        |a| hash(a, fast)
    ),
];

fn hash(arguments: Arguments, of_bytes: fn(&[u8]) -> u64) -> Result<Typed, SqlError> {
    arguments.expect(1, usize::MAX)?;
    let sources: Vec<DataType> = arguments.args.iter().map(|arg| arg.data_type.clone()).collect();
    if arguments.args.iter().all(|arg| arg.constant.is_some()) {
        return arguments.rows(DataType::UInt64, move |cells| Ok(Cell::Int(combine(cells, &sources, of_bytes).into())));
    }
    arguments.columns(DataType::UInt64, move |columns, n_rows| {
        let mut hashes: Option<Vec<u64>> = None;
        let mut nulls: Option<NullBuffer> = None;
        for (column, source) in columns.iter().zip(&sources) {
            let array = column.to_array(n_rows)?;
            nulls = NullBuffer::union(nulls.as_ref(), array.logical_nulls().as_ref());
            let of_column = of_column(array.as_ref(), source, of_bytes);
            hashes = Some(match hashes {
                None => of_column,
                Some(earlier) => earlier.into_iter().zip(of_column).map(|(a, b)| hash_128_to_64(a, b)).collect(),
            });
        }
        Ok(Arc::new(UInt64Array::new(hashes.unwrap_or_default().into(), nulls)))
    })
}

/// The hash of each value of a column; of NULL any number.
fn of_column(array: &dyn Array, source: &DataType, of_bytes: fn(&[u8]) -> u64) -> Vec<u64> {
    macro_rules! each {
        ($values:expr, |$value:ident| $bytes:expr) => {
            $values.iter().map(|$value| of_bytes($bytes)).collect()
        };
    }
    macro_rules! integers {
        ($arrow:ty) => {
            each!(array.as_primitive::<$arrow>().values(), |value| &i64::from(*value).to_le_bytes())
        };
    }
    macro_rules! eight_bytes {
        ($arrow:ty) => {
            each!(array.as_primitive::<$arrow>().values(), |value| &value.to_le_bytes())
        };
    }
    macro_rules! texts {
        ($values:expr) => {
            each!($values, |value| value.map_or(&[][..], AsRef::as_ref))
        };
    }
    // Types for which a cell would hold the same bytes as `write_bytes` takes.
    match (array.data_type(), source.base()) {
        (ArrowType::UInt8, DataType::UInt8) => integers!(UInt8Type),
        (ArrowType::UInt16, DataType::UInt16) => integers!(UInt16Type),
        (ArrowType::UInt32, DataType::UInt32) => integers!(UInt32Type),
        (ArrowType::UInt64, DataType::UInt64) => eight_bytes!(UInt64Type),
        (ArrowType::Int8, DataType::Int8) => integers!(Int8Type),
        (ArrowType::Int16, DataType::Int16) => integers!(Int16Type),
        (ArrowType::Int32, DataType::Int32) => integers!(Int32Type),
        (ArrowType::Int64, DataType::Int64) => integers!(Int64Type),
        (ArrowType::Float64, DataType::Float64) => {
            each!(array.as_primitive::<Float64Type>().values(), |value| &value.to_bits().to_le_bytes())
        }
        (ArrowType::Timestamp(TimeUnit::Millisecond, _), DataType::DateTime64 { precision: 3, .. }) => {
            eight_bytes!(TimestampMillisecondType)
        }
        (ArrowType::Timestamp(TimeUnit::Microsecond, _), DataType::DateTime64 { precision: 6, .. }) => {
            eight_bytes!(TimestampMicrosecondType)
        }
        (ArrowType::Timestamp(TimeUnit::Nanosecond, _), DataType::DateTime64 { precision: 9, .. }) => {
            eight_bytes!(TimestampNanosecondType)
        }
        (ArrowType::Utf8, DataType::String) => texts!(array.as_string::<i32>()),
        (ArrowType::LargeUtf8, DataType::String) => texts!(array.as_string::<i64>()),
        (ArrowType::Utf8View, DataType::String) => texts!(array.as_string_view()),
        (ArrowType::Binary, DataType::String) => texts!(array.as_binary::<i32>()),
        (ArrowType::LargeBinary, DataType::String) => texts!(array.as_binary::<i64>()),
        (ArrowType::BinaryView, DataType::String) => texts!(array.as_binary_view()),
        _ => of_cells(array, source, of_bytes),
    }
}

/// The same value by value, for every type.
fn of_cells(array: &dyn Array, source: &DataType, of_bytes: fn(&[u8]) -> u64) -> Vec<u64> {
    let mut bytes = Vec::new();
    let of_row = |row| {
        bytes.clear();
        write_bytes(&cell::read(array, source, row), source, &mut bytes);
        of_bytes(&bytes)
    };
    (0..array.len()).map(of_row).collect()
}

fn combine(cells: &[Cell], sources: &[DataType], of_bytes: fn(&[u8]) -> u64) -> u64 {
    let mut result: Option<u64> = None;
    let mut bytes = Vec::new();
    for (value, source) in cells.iter().zip(sources) {
        bytes.clear();
        write_bytes(value, source, &mut bytes);
        let hashed = of_bytes(&bytes);
        result = Some(match result {
            None => hashed,
            Some(earlier) => hash_128_to_64(earlier, hashed),
        });
    }
    result.unwrap_or(0)
}

/// The bytes that stand for a value: its own for text, eight for a number, the text otherwise.
fn write_bytes(value: &Cell, source: &DataType, out: &mut Vec<u8>) {
    match value {
        Cell::Null => out.push(0),
        Cell::Text(bytes) => out.extend_from_slice(bytes),
        Cell::Int(number) => out.extend_from_slice(&(*number as i64).to_le_bytes()),
        Cell::Float(number) => out.extend_from_slice(&number.to_bits().to_le_bytes()),
        Cell::Time(ticks, _) => out.extend_from_slice(&ticks.to_le_bytes()),
        Cell::Days(days) => out.extend_from_slice(&days.to_le_bytes()),
        Cell::Bool(value) => out.push(u8::from(*value)),
        Cell::Big(number) | Cell::Decimal(number, _) => {
            out.extend_from_slice(&Big::to_le_bytes(*number));
        }
        other => out.extend_from_slice(cell::text(other, source).as_bytes()),
    }
}

fn fast(bytes: &[u8]) -> u64 {
    let mut hash = 0x9ae1_6a3b_2f90_404f_u64 ^ (bytes.len() as u64).wrapping_mul(0xc3a5_c85c_97cb_3127);
    for chunk in bytes.chunks(8) {
        let mut word = [0; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        hash = mix(hash ^ u64::from_le_bytes(word)).wrapping_mul(0x9ddf_ea08_eb38_2d69);
    }
    mix(hash)
}

#[allow(deprecated, reason = "the standard library's replacement is SipHash-1-3, another function")]
fn sip(bytes: &[u8]) -> u64 {
    let mut hasher = std::hash::SipHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

/// The finaliser of MurmurHash3, a bijection of 64 bits.
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let value = (value ^ (value >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    value ^ (value >> 33)
}

fn hash_128_to_64(low: u64, high: u64) -> u64 {
    const FACTOR: u64 = 0x9ddf_ea08_eb38_2d69;
    let a = (low ^ high).wrapping_mul(FACTOR);
    let a = a ^ (a >> 47);
    let b = (high ^ a).wrapping_mul(FACTOR);
    let b = b ^ (b >> 47);
    b.wrapping_mul(FACTOR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_column_hashes_as_its_values_do() {
        let text = |text: &str| Cell::string(text);
        for (data_type, cells) in [
            ("uint8", vec![Cell::Int(0), Cell::Int(255)]),
            ("uint16", vec![Cell::Int(65_535)]),
            ("uint32", vec![Cell::Int(4_294_967_295)]),
            ("uint64", vec![Cell::Int(u64::MAX.into()), Cell::Int(7)]),
            ("int8", vec![Cell::Int(-128)]),
            ("int16", vec![Cell::Int(-1)]),
            ("int32", vec![Cell::Int(i32::MIN.into())]),
            ("nullable(int64)", vec![Cell::Int(i64::MIN.into()), Cell::Null]),
            ("float64", vec![Cell::Float(-0.0), Cell::Float(1.5)]),
            ("float32", vec![Cell::Float(0.5)]),
            ("bool", vec![Cell::Bool(true)]),
            ("datetime64(3)", vec![Cell::Time(1_767_225_600_123, 3)]),
            ("datetime64(6)", vec![Cell::Time(-5, 6)]),
            ("datetime64(9)", vec![Cell::Time(9, 9)]),
            ("datetime64(1)", vec![Cell::Time(9, 1)]),
            ("datetime", vec![Cell::Time(9, 0)]),
            ("string", vec![text(""), text("four"), text("twelve bytes and more than that")]),
            ("nullable(string)", vec![text("x"), Cell::Null]),
            ("low_cardinality(string)", vec![text("x")]),
        ] {
            let data_type: DataType = data_type.parse().expect("a type");
            let array = cell::build(&cells, &data_type).expect("a column");
            for of_bytes in [fast, sip] {
                let of_column = of_column(array.as_ref(), &data_type, of_bytes);
                for (row, hash) in of_cells(array.as_ref(), &data_type, of_bytes).into_iter().enumerate() {
                    assert!(array.is_null(row) || hash == of_column[row], "{data_type}, row {row}");
                }
            }
        }
    }
}
