//! Random values. Every row gets its own; a query's values follow from its moment.

use std::sync::atomic::{AtomicU64, Ordering};

use datafusion::logical_expr::Volatility;
use ferry_native::DataType;

use super::{Arguments, Function, scalar};
use crate::engine::SqlError;
use crate::engine::cell::{self, Cell};
use crate::engine::typed::{Call, Typed, column_function};

pub(super) const FUNCTIONS: &[Function] = &[
    scalar!("rand" | "rand32", "rand([any]) -> uint32", "A random number of 32 bits.", None, |a| random(
        a,
        DataType::UInt32,
        |bits, _| Cell::Int((bits as u32).into())
    )),
    scalar!("rand64", "rand64([any]) -> uint64", "A random number of 64 bits.", None, |a| random(
        a,
        DataType::UInt64,
        |bits, _| Cell::Int(bits.into())
    )),
    scalar!("rand_uniform", "rand_uniform(min, max) -> float64", "A random number between two.", None, |a| {
        a.expect(2, 2)?;
        random(a, DataType::Float64, |bits, bounds| Cell::Float(bounds[0] + unit(bits) * (bounds[1] - bounds[0])))
    }),
    scalar!(
        "rand_normal",
        "rand_normal(mean, deviation) -> float64",
        "A random number of the normal distribution.",
        None,
        |a| {
            a.expect(2, 2)?;
            random(a, DataType::Float64, |bits, bounds| {
                let (first, second) = (unit(bits).max(f64::MIN_POSITIVE), unit(scramble(bits)));
                let normal = (-2.0 * first.ln()).sqrt() * (2.0 * std::f64::consts::PI * second).cos();
                Cell::Float(bounds[0] + normal * bounds[1])
            })
        }
    ),
    scalar!(
        "rand_bernoulli",
        "rand_bernoulli(probability) -> uint64",
        "1 with a probability, otherwise 0.",
        None,
        |a| {
            a.expect(1, 1)?;
            random(a, DataType::UInt64, |bits, bounds| Cell::Int((unit(bits) < bounds[0]).into()))
        }
    ),
    scalar!(
        "rand_exponential",
        "rand_exponential(rate) -> float64",
        "A random number of the exponential distribution.",
        None,
        |a| {
            a.expect(1, 1)?;
            random(a, DataType::Float64, |bits, bounds| Cell::Float(-(1.0 - unit(bits)).ln() / bounds[0]))
        }
    ),
    scalar!(
        "generate_uuidv4" | "generate_uuid_v4" | "uuid",
        "generate_uuidv4() -> uuid",
        "A random UUID.",
        None,
        |a| random(a, DataType::Uuid, |bits, _| {
            let wide = (u128::from(bits) << 64) | u128::from(scramble(bits));
            Cell::Uuid((wide & !(0xf_u128 << 76) & !(0b11_u128 << 62)) | (4_u128 << 76) | (0b10_u128 << 62))
        })
    ),
    scalar!(
        "random_printable_ascii",
        "random_printable_ascii(length) -> string",
        "Random letters and signs.",
        None,
        |a| {
            a.expect(1, 1)?;
            random(a, DataType::String, |bits, bounds| {
                let length = bounds[0].clamp(0.0, 1_000_000.0) as usize;
                let mut state = bits;
                let letter = || {
                    state = scramble(state);
                    char::from(b' ' + (state % 95) as u8)
                };
                Cell::string(std::iter::repeat_with(letter).take(length).collect::<String>())
            })
        }
    ),
];

fn random(arguments: Arguments, returns: DataType, draw: fn(u64, &[f64]) -> Cell) -> Result<Typed, SqlError> {
    static CALLS: AtomicU64 = AtomicU64::new(1);
    let call_number = CALLS.fetch_add(1, Ordering::Relaxed);
    let bounds: Vec<f64> =
        arguments.args.iter().map(|arg| arg.constant.as_ref().and_then(Cell::as_float).unwrap_or(0.0)).collect();
    let counter = AtomicU64::new(scramble(arguments.now_ns as u64 ^ scramble(call_number)));
    let call = Call {
        name: arguments.name,
        parameters: format!("{call_number} {bounds:?}"),
        returns: returns.clone(),
        volatility: Volatility::Volatile,
    };
    column_function(call, Vec::new(), move |_, n_rows| {
        let first = counter.fetch_add(n_rows as u64, Ordering::Relaxed);
        let cells: Vec<Cell> = (0..n_rows as u64).map(|row| draw(scramble(first.wrapping_add(row)), &bounds)).collect();
        cell::build(&cells, &returns)
    })
}

/// The finaliser of SplitMix64.
fn scramble(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}
