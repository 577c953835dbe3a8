//! Bits of whole numbers.

use ferry_native::DataType;

use super::{Arguments, Function, scalar};
use crate::engine::cell::{self, Cell};
use crate::engine::typed::Typed;
use crate::engine::{SqlError, types};

pub(super) const FUNCTIONS: &[Function] = &[
    scalar!(
        "bit_and",
        "bit_and(integer, integer) -> integer",
        "Bits that both have.",
        Some(("bit_and(6, 3)", "2")),
        |a| pair(a, |x, y| x & y)
    ),
    scalar!("bit_or", "bit_or(integer, integer) -> integer", "Bits that one has.", Some(("bit_or(6, 3)", "7")), |a| {
        pair(a, |x, y| x | y)
    }),
    scalar!(
        "bit_xor",
        "bit_xor(integer, integer) -> integer",
        "Bits that exactly one has.",
        Some(("bit_xor(6, 3)", "5")),
        |a| pair(a, |x, y| x ^ y)
    ),
    scalar!(
        "bit_shift_left",
        "bit_shift_left(integer, n) -> integer",
        "Bits moved up.",
        Some(("bit_shift_left(1, 4)", "16")),
        |a| shifted(a, |x, n| x.checked_shl(n).unwrap_or(0))
    ),
    scalar!(
        "bit_shift_right",
        "bit_shift_right(integer, n) -> integer",
        "Bits moved down.",
        Some(("bit_shift_right(16, 3)", "2")),
        |a| shifted(a, |x, n| x.checked_shr(n).unwrap_or(0))
    ),
    scalar!(
        "bit_not",
        "bit_not(integer) -> integer",
        "Every bit the other way.",
        Some(("bit_not(to_uint8(1))", "254")),
        |a| {
            a.expect(1, 1)?;
            a.require(0, |t| types::integer(t).is_some(), "an integer")?;
            let returns = a.base(0);
            let target = returns.clone();
            a.rows(returns, move |cells| {
                cell::convert(Cell::Int(!cells[0].as_int().unwrap_or(0)), &DataType::Int128, &target)
            })
        }
    ),
    scalar!("bit_count", "bit_count(integer) -> uint8", "How many bits are set.", Some(("bit_count(7)", "3")), |a| {
        a.expect(1, 1)?;
        a.require(0, |t| types::integer(t).is_some(), "an integer")?;
        let bits = types::integer(&a.base(0)).map_or(64, |integer| integer.0);
        a.rows(DataType::UInt8, move |cells| {
            let value = cells[0].as_int().unwrap_or(0) & ((1 << bits) - 1);
            Ok(Cell::Int(value.count_ones().into()))
        })
    }),
    scalar!(
        "bit_test",
        "bit_test(integer, n) -> uint8",
        "The bit at a position, counted from 0.",
        Some(("bit_test(4, 2)", "1")),
        |a| {
            a.expect(2, 2)?;
            a.rows(DataType::UInt8, |cells| {
                let position = u32::try_from(cells[1].as_int().unwrap_or(0)).unwrap_or(127);
                Ok(Cell::Int(cells[0].as_int().unwrap_or(0).checked_shr(position).unwrap_or(0) & 1))
            })
        }
    ),
];

fn pair(arguments: Arguments, compute: fn(i128, i128) -> i128) -> Result<Typed, SqlError> {
    arguments.expect(2, 2)?;
    let (Some(left), Some(right)) = (types::integer(&arguments.base(0)), types::integer(&arguments.base(1))) else {
        return Err(arguments.illegal(0, "an integer"));
    };
    let returns = types::integer_of(left.0.max(right.0), left.1 || right.1);
    let target = returns.clone();
    arguments.rows(returns, move |cells| {
        let value = compute(cells[0].as_int().unwrap_or(0), cells[1].as_int().unwrap_or(0));
        cell::convert(Cell::Int(value), &DataType::Int128, &target)
    })
}

fn shifted(arguments: Arguments, compute: fn(i128, u32) -> i128) -> Result<Typed, SqlError> {
    arguments.expect(2, 2)?;
    arguments.require(0, |t| types::integer(t).is_some(), "an integer")?;
    let signed = types::integer(&arguments.base(0)).is_some_and(|integer| integer.1);
    let returns = types::integer_of(64, signed);
    let target = returns.clone();
    arguments.rows(returns, move |cells| {
        let n_bits = u32::try_from(cells[1].as_int().unwrap_or(0)).unwrap_or(127);
        let value = compute(cells[0].as_int().unwrap_or(0), n_bits);
        cell::convert(Cell::Int(value), &DataType::Int128, &target)
    })
}
