//! Mathematics.

use ferry_native::DataType;

use super::{Arguments, Function, scalar};
use crate::engine::cell::{self, Big, Cell};
use crate::engine::typed::Typed;
use crate::engine::{SqlError, types};

pub(super) const FUNCTIONS: &[Function] = &[
    scalar!("abs", "abs(number) -> number", "Without its sign.", Some(("abs(-3)", "3")), |a| {
        a.expect(1, 1)?;
        a.require(0, types::is_number, "a number")?;
        let returns = match a.base(0) {
            base if types::integer(&base).is_some() => {
                types::integer_of(types::integer(&base).map_or(64, |i| i.0), false)
            }
            other => other,
        };
        a.rows(returns, |cells| {
            Ok(match &cells[0] {
                Cell::Int(value) => Cell::Int(value.abs()),
                Cell::Float(value) => Cell::Float(value.abs()),
                Cell::Decimal(value, scale) => {
                    Cell::Decimal(Big::from_i128(value.to_i128().unwrap_or(0).abs()), *scale)
                }
                other => other.clone(),
            })
        })
    }),
    scalar!("sign", "sign(number) -> int8", "-1, 0 or 1.", Some(("sign(-3.5)", "-1")), |a| {
        a.expect(1, 1)?;
        a.require(0, types::is_number, "a number")?;
        a.rows(DataType::Int8, |cells| {
            let value = cells[0].as_float().unwrap_or(0.0);
            Ok(Cell::Int(i128::from(value > 0.0) - i128::from(value < 0.0)))
        })
    }),
    scalar!(
        "round",
        "round(number [, digits]) -> same",
        "To the nearest; halves of floats to the even one.",
        Some(("round(2.345, 2)", "2.35")),
        |a| rounded(a, Rounding::Nearest)
    ),
    scalar!("floor", "floor(number [, digits]) -> same", "Down.", Some(("floor(-2.5)", "-3")), |a| rounded(
        a,
        Rounding::Down
    )),
    scalar!("ceil" | "ceiling", "ceil(number [, digits]) -> same", "Up.", Some(("ceil(2.1)", "3")), |a| rounded(
        a,
        Rounding::Up
    )),
    scalar!(
        "trunc" | "truncate",
        "trunc(number [, digits]) -> same",
        "Toward zero.",
        Some(("trunc(-2.7)", "-2")),
        |a| rounded(a, Rounding::Zero)
    ),
    scalar!("sqrt", "sqrt(number) -> float64", "The square root.", Some(("sqrt(9)", "3")), |a| float(a, f64::sqrt)),
    scalar!("cbrt", "cbrt(number) -> float64", "The cube root.", None, |a| float(a, f64::cbrt)),
    scalar!("exp", "exp(number) -> float64", "e to this power.", Some(("exp(0)", "1")), |a| float(a, f64::exp)),
    scalar!("log" | "ln", "log(number) -> float64", "The natural logarithm.", Some(("log(1)", "0")), |a| float(
        a,
        f64::ln
    )),
    scalar!("log2", "log2(number) -> float64", "The logarithm to base 2.", Some(("log2(8)", "3")), |a| float(
        a,
        f64::log2
    )),
    scalar!("log10", "log10(number) -> float64", "The logarithm to base 10.", None, |a| float(a, f64::log10)),
    scalar!("sin", "sin(number) -> float64", "The sine.", Some(("sin(0)", "0")), |a| float(a, f64::sin)),
    scalar!("cos", "cos(number) -> float64", "The cosine.", None, |a| float(a, f64::cos)),
    scalar!("tan", "tan(number) -> float64", "The tangent.", None, |a| float(a, f64::tan)),
    scalar!("asin", "asin(number) -> float64", "The inverse sine.", None, |a| float(a, f64::asin)),
    scalar!("acos", "acos(number) -> float64", "The inverse cosine.", None, |a| float(a, f64::acos)),
    scalar!("atan", "atan(number) -> float64", "The inverse tangent.", None, |a| float(a, f64::atan)),
    scalar!("pi", "pi() -> float64", "The number pi.", None, |a| {
        a.expect(0, 0)?;
        Typed::constant(Cell::Float(std::f64::consts::PI), DataType::Float64)
    }),
    scalar!(
        "pow" | "power",
        "pow(number, number) -> float64",
        "The first to the power of the second.",
        Some(("pow(2, 10)", "1024")),
        |a| {
            a.expect(2, 2)?;
            a.require(0, types::is_number, "a number")?;
            a.require(1, types::is_number, "a number")?;
            a.rows(DataType::Float64, |cells| {
                let (base, power) = (cells[0].as_float().unwrap_or(0.0), cells[1].as_float().unwrap_or(0.0));
                Ok(Cell::Float(base.powf(power)))
            })
        }
    ),
    scalar!("greatest", "greatest(a, b, ..) -> common type", "The largest.", Some(("greatest(1, 3, 2)", "3")), |a| {
        extreme(a, true)
    }),
    scalar!("least", "least(a, b, ..) -> common type", "The smallest.", Some(("least(1, 3, 2)", "1")), |a| extreme(
        a, false
    )),
    scalar!("is_nan", "is_nan(number) -> bool", "Whether it is not a number.", Some(("is_nan(0 / 0)", "true")), |a| {
        a.expect(1, 1)?;
        a.rows(DataType::Bool, |cells| Ok(Cell::Bool(cells[0].as_float().is_some_and(f64::is_nan))))
    }),
    scalar!(
        "is_finite",
        "is_finite(number) -> bool",
        "Whether it is neither infinite nor not a number.",
        Some(("is_finite(1 / 0)", "false")),
        |a| {
            a.expect(1, 1)?;
            a.rows(DataType::Bool, |cells| Ok(Cell::Bool(cells[0].as_float().is_some_and(f64::is_finite))))
        }
    ),
    scalar!(
        "is_infinite",
        "is_infinite(number) -> bool",
        "Whether it is infinite.",
        Some(("is_infinite(1 / 0)", "true")),
        |a| {
            a.expect(1, 1)?;
            a.rows(DataType::Bool, |cells| Ok(Cell::Bool(cells[0].as_float().is_some_and(f64::is_infinite))))
        }
    ),
];

#[derive(Debug, Clone, Copy)]
enum Rounding {
    Nearest,
    Down,
    Up,
    Zero,
}

impl Rounding {
    fn apply(self, value: f64) -> f64 {
        match self {
            Self::Nearest => value.round_ties_even(),
            Self::Down => value.floor(),
            Self::Up => value.ceil(),
            Self::Zero => value.trunc(),
        }
    }

    fn divide(self, value: i128, step: i128) -> i128 {
        let down = value.div_euclid(step);
        let rest = value.rem_euclid(step);
        match self {
            Self::Down => down,
            Self::Up => down + i128::from(rest > 0),
            Self::Zero => value / step,
            Self::Nearest if value < 0 => down + i128::from(rest * 2 > step),
            Self::Nearest => down + i128::from(rest * 2 >= step),
        }
    }
}

fn float(arguments: Arguments, compute: fn(f64) -> f64) -> Result<Typed, SqlError> {
    arguments.expect(1, 1)?;
    arguments.require(0, types::is_number, "a number")?;
    arguments.rows(DataType::Float64, move |cells| Ok(Cell::Float(compute(cells[0].as_float().unwrap_or(0.0)))))
}

fn rounded(mut arguments: Arguments, rounding: Rounding) -> Result<Typed, SqlError> {
    arguments.expect(1, 2)?;
    arguments.require(0, types::is_number, "a number")?;
    let digits = if arguments.args.len() > 1 { arguments.constant_int(1)? as i32 } else { 0 };
    arguments.args.truncate(1);
    arguments.parameters = digits.to_string();
    let returns = arguments.base(0);
    arguments.rows(returns, move |cells| {
        Ok(match &cells[0] {
            Cell::Float(value) if digits == 0 => Cell::Float(rounding.apply(*value)),
            Cell::Float(value) if digits > 0 => {
                let factor = 10_f64.powi(digits);
                Cell::Float(rounding.apply(value * factor) / factor)
            }
            Cell::Float(value) => {
                let factor = 10_f64.powi(-digits);
                Cell::Float(rounding.apply(value / factor) * factor)
            }
            Cell::Decimal(value, scale) if digits < i32::from(*scale) => {
                let step = 10_i128.pow((i32::from(*scale) - digits).clamp(0, 37) as u32);
                let value = rounding.divide(value.to_i128().unwrap_or(0), step) * step;
                Cell::Decimal(Big::from_i128(value), *scale)
            }
            Cell::Int(value) if digits < 0 => {
                let step = 10_i128.pow((-digits).clamp(0, 37) as u32);
                Cell::Int(rounding.divide(*value, step) * step)
            }
            other => other.clone(),
        })
    })
}

fn extreme(arguments: Arguments, largest: bool) -> Result<Typed, SqlError> {
    arguments.expect(1, usize::MAX)?;
    let mut common = arguments.args[0].data_type.clone();
    for arg in &arguments.args {
        common = types::common(&common, &arg.data_type)?;
    }
    let sources: Vec<DataType> = arguments.args.iter().map(|arg| arg.data_type.clone()).collect();
    let target = common.base().clone();
    arguments.rows(target.clone(), move |cells| {
        let mut best: Option<Cell> = None;
        for (value, source) in cells.iter().zip(&sources) {
            let value = cell::convert(value.clone(), source, &target)?;
            let better = best.as_ref().is_none_or(|best| {
                let order = order(&value, best);
                if largest { order.is_gt() } else { order.is_lt() }
            });
            if better {
                best = Some(value);
            }
        }
        Ok(best.unwrap_or(Cell::Null))
    })
}

/// Compares two values of the same type.
pub(super) fn order(left: &Cell, right: &Cell) -> std::cmp::Ordering {
    match (left, right) {
        (Cell::Int(a), Cell::Int(b)) => a.cmp(b),
        (Cell::Big(a), Cell::Big(b)) | (Cell::Decimal(a, _), Cell::Decimal(b, _)) => a.cmp(b),
        (Cell::Float(a), Cell::Float(b)) => a.total_cmp(b),
        (Cell::Text(a), Cell::Text(b)) => a.cmp(b),
        (Cell::Days(a), Cell::Days(b)) => a.cmp(b),
        (Cell::Time(a, _), Cell::Time(b, _)) => a.cmp(b),
        (Cell::Uuid(a), Cell::Uuid(b)) => a.cmp(b),
        (Cell::Ip4(a), Cell::Ip4(b)) => a.cmp(b),
        (Cell::Ip6(a), Cell::Ip6(b)) => a.cmp(b),
        (Cell::Bool(a), Cell::Bool(b)) => a.cmp(b),
        (Cell::List(a), Cell::List(b)) | (Cell::Tuple(a), Cell::Tuple(b)) => {
            a.iter().zip(b).map(|(a, b)| order(a, b)).find(|order| order.is_ne()).unwrap_or(a.len().cmp(&b.len()))
        }
        _ => std::cmp::Ordering::Equal,
    }
}
