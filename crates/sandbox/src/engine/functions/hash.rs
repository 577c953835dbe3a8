//! Hashes. A NULL argument gives NULL, as on a server (copy-safety 27).

use std::hash::Hasher;

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
    arguments.rows(DataType::UInt64, move |cells| Ok(Cell::Int(combine(cells, &sources, of_bytes).into())))
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
