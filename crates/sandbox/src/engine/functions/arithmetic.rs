//! `+ - * / %` and their relatives.

use arrow::array::ArrayRef;
use arrow::compute::kernels::numeric::{add_wrapping, div, mul_wrapping, sub_wrapping};
use datafusion::logical_expr::{ColumnarValue, Volatility};
use ferry_native::DataType;

use super::interval::shift;
use super::{Arguments, Function, scalar};
use crate::engine::cell::{Big, Cell};
use crate::engine::typed::{Call, Nulls, RowFunction, Typed, column_function};
use crate::engine::{ErrorCode, SqlError, types};

pub(super) const FUNCTIONS: &[Function] = &[
    scalar!(
        "plus",
        "plus(number, number) -> number; plus(time, interval | days | seconds) -> time",
        "The sum; integers widen and wrap, as on a server.",
        Some(("plus(1, 2)", "3")),
        |a| binary(a, Arithmetic::Plus)
    ),
    scalar!(
        "minus",
        "minus(number, number) -> number; minus(time, interval) -> time; minus(date, date) -> int32",
        "The difference; of integers always with sign.",
        Some(("minus(1, 2)", "-1")),
        |a| binary(a, Arithmetic::Minus)
    ),
    scalar!("multiply", "multiply(number, number) -> number", "The product.", Some(("multiply(3, 1.5)", "4.5")), |a| {
        binary(a, Arithmetic::Multiply)
    }),
    scalar!(
        "divide",
        "divide(number, number) -> float64 | decimal",
        "The quotient, a float64 also for integers.",
        Some(("divide(1, 2)", "0.5")),
        |a| binary(a, Arithmetic::Divide)
    ),
    scalar!(
        "int_div",
        "int_div(number, number) -> integer",
        "The whole quotient; division by zero is an error.",
        Some(("int_div(7, 2)", "3")),
        |a| binary(a, Arithmetic::IntDivide)
    ),
    scalar!(
        "modulo" | "mod",
        "modulo(number, number) -> number",
        "The remainder, with the sign of the first argument.",
        Some(("modulo(7, 3)", "1")),
        |a| binary(a, Arithmetic::Modulo)
    ),
    scalar!(
        "negate",
        "negate(number) -> number",
        "The number with the other sign.",
        Some(("negate(5)", "-5")),
        |mut a| {
            a.expect(1, 1)?;
            negate(a.args.remove(0))
        }
    ),
];

/// The operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arithmetic {
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `DIV`
    IntDivide,
    /// `%`
    Modulo,
}

impl Arithmetic {
    fn name(self) -> &'static str {
        match self {
            Self::Plus => "plus",
            Self::Minus => "minus",
            Self::Multiply => "multiply",
            Self::Divide => "divide",
            Self::IntDivide => "int_div",
            Self::Modulo => "modulo",
        }
    }
}

fn binary(mut arguments: Arguments, operator: Arithmetic) -> Result<Typed, SqlError> {
    arguments.expect(2, 2)?;
    let right = arguments.args.remove(1);
    arithmetic(operator, arguments.args.remove(0), right)
}

/// Computes an operator with the result type that the server gives it.
pub fn arithmetic(operator: Arithmetic, left: Typed, right: Typed) -> Result<Typed, SqlError> {
    let (left, right) = (left.plain(), right.plain());
    let (a, b) = (left.data_type.base().clone(), right.data_type.base().clone());
    match (operator, &a, &b) {
        (Arithmetic::Plus, DataType::Interval(_), b) if types::is_time(b) => {
            return shift(right, left, 1);
        }
        (Arithmetic::Plus, a, DataType::Interval(_)) if types::is_time(a) => {
            return shift(left, right, 1);
        }
        (Arithmetic::Minus, a, DataType::Interval(_)) if types::is_time(a) => {
            return shift(left, right, -1);
        }
        (Arithmetic::Plus | Arithmetic::Minus, time, number)
            if types::is_time(time) && types::integer(number).is_some() =>
        {
            return add_units(operator, left, right);
        }
        (Arithmetic::Plus, number, time) if types::is_time(time) && types::integer(number).is_some() => {
            return add_units(operator, right, left);
        }
        (Arithmetic::Minus, a, b) if types::is_time(a) && types::is_time(b) => {
            return difference(left, right);
        }
        _ => {}
    }
    let nothing = a == DataType::Nothing || b == DataType::Nothing;
    if nothing {
        return Typed::constant(Cell::Null, DataType::Nullable(Box::new(DataType::Nothing)));
    }
    if !types::is_number(&a) || !types::is_number(&b) {
        return Err(SqlError::new(
            ErrorCode::IllegalType,
            format!(
                "Illegal types {} and {} of arguments of function {}",
                left.data_type,
                right.data_type,
                operator.name()
            ),
        ));
    }
    let is_float = types::is_float(&a) || types::is_float(&b);
    let is_decimal = types::decimal_scale(&a).or(types::decimal_scale(&b)).is_some();
    if is_decimal && !is_float {
        return decimals(operator, left, right);
    }
    let returns = result_type(operator, &a, &b);
    if matches!(operator, Arithmetic::IntDivide | Arithmetic::Modulo) && !is_float {
        return whole_division(operator, left, right, returns);
    }
    if operator == Arithmetic::IntDivide {
        let quotient = columns(Arithmetic::Divide, left, right, DataType::Float64)?;
        return quotient.cast_to(&DataType::Int64);
    }
    let from_unsigned = |data_type: &DataType| types::integer(data_type) == Some((64, false));
    if operator == Arithmetic::Minus && returns == DataType::Int64 && (from_unsigned(&a) || from_unsigned(&b)) {
        return wrapping_difference(left, right);
    }
    columns(operator, left, right, returns)
}

/// The number with the other sign.
pub fn negate(operand: Typed) -> Result<Typed, SqlError> {
    if types::decimal_scale(&operand.data_type).is_some() || types::is_float(&operand.data_type) {
        let minus_one = Typed::constant(Cell::Int(-1), DataType::Int8)?;
        return arithmetic(Arithmetic::Multiply, operand, minus_one);
    }
    if let Some(Cell::Int(value)) = operand.constant
        && let Some((bits, _)) = types::integer(&operand.data_type)
    {
        // `-128` is an int8, although 128 alone is an uint8.
        let fits = |bits: u32| -value >= -(1_i128 << (bits - 1));
        let bits = [8, 16, 32, 64].into_iter().find(|bits| fits(*bits)).unwrap_or(bits);
        return Typed::constant(Cell::Int(-value), types::integer_of(bits, true));
    }
    let (bits, signed) = types::integer(&operand.data_type).ok_or_else(|| {
        SqlError::new(
            ErrorCode::IllegalType,
            format!("Illegal type {} of argument of function negate", operand.data_type),
        )
    })?;
    let bits = if signed { bits } else { (bits * 2).min(64) };
    let zero = Typed::constant(Cell::Int(0), types::integer_of(bits, true))?;
    let is_nullable = operand.data_type.is_nullable();
    let target = types::nullable_if(types::integer_of(bits, true), is_nullable);
    columns(Arithmetic::Minus, zero, operand.cast_to(&target)?, types::integer_of(bits, true))
}

fn result_type(operator: Arithmetic, a: &DataType, b: &DataType) -> DataType {
    if operator == Arithmetic::Divide || types::is_float(a) || types::is_float(b) {
        return DataType::Float64;
    }
    let (left_bits, left_signed) = types::integer(a).unwrap_or((64, true));
    let (right_bits, right_signed) = types::integer(b).unwrap_or((64, true));
    match operator {
        Arithmetic::IntDivide => types::integer_of(left_bits, left_signed || right_signed),
        Arithmetic::Modulo => {
            let bits = if left_signed && !right_signed { (right_bits * 2).min(64) } else { right_bits };
            types::integer_of(bits, left_signed)
        }
        _ => {
            let bits = (left_bits.max(right_bits) * 2).min(64);
            let signed = left_signed || right_signed || operator == Arithmetic::Minus;
            types::integer_of(bits, signed)
        }
    }
}

/// Computes whole columns with Arrow's kernels, which wrap as the server does.
fn columns(operator: Arithmetic, left: Typed, right: Typed, returns: DataType) -> Result<Typed, SqlError> {
    let is_nullable = left.data_type.is_nullable() || right.data_type.is_nullable();
    let left = left.cast_to(&types::nullable_if(returns.clone(), is_nullable))?;
    let right = right.cast_to(&types::nullable_if(returns.clone(), is_nullable))?;
    let constants = left.constant.is_some() && right.constant.is_some();
    let call = Call {
        name: operator.name(),
        parameters: String::new(),
        returns: types::nullable_if(returns, is_nullable),
        volatility: Volatility::Immutable,
    };
    let result_type = call.returns.clone();
    let compute = move |args: &[ColumnarValue], n_rows: usize| -> Result<ArrayRef, SqlError> {
        let left = args[0].to_array(n_rows)?;
        let right = args[1].to_array(n_rows)?;
        Ok(match operator {
            Arithmetic::Plus => add_wrapping(&left, &right)?,
            Arithmetic::Minus => sub_wrapping(&left, &right)?,
            Arithmetic::Multiply => mul_wrapping(&left, &right)?,
            Arithmetic::Divide => div(&left, &right)?,
            Arithmetic::IntDivide | Arithmetic::Modulo => arrow::compute::kernels::numeric::rem(&left, &right)?,
        })
    };
    if constants {
        let array = |typed: &Typed| -> Result<ColumnarValue, SqlError> {
            let cell = typed.constant.clone().unwrap_or(Cell::Null);
            let array = crate::engine::cell::build(&[cell], &typed.data_type)?;
            Ok(ColumnarValue::Array(array))
        };
        let result = compute(&[array(&left)?, array(&right)?], 1)?;
        let cell = crate::engine::cell::read(result.as_ref(), &result_type, 0);
        return Typed::constant(cell, result_type);
    }
    column_function(call, vec![left, right], compute)
}

fn whole_division(operator: Arithmetic, left: Typed, right: Typed, returns: DataType) -> Result<Typed, SqlError> {
    let fits_int64 = types::integer(&left.data_type).is_some_and(|integer| integer != (64, false));
    if fits_int64 && matches!(right.constant, Some(Cell::Int(1..=MAX_COLUMN_DIVISOR))) {
        // Nothing can be divided by zero or overflow: whole columns at once.
        let by_column = if operator == Arithmetic::Modulo { operator } else { Arithmetic::Divide };
        return columns(by_column, left, right, DataType::Int64)?.cast_to(&returns);
    }
    let target = returns.clone();
    RowFunction {
        name: operator.name(),
        parameters: String::new(),
        returns,
        nulls: Nulls::Propagate,
        volatility: Volatility::Immutable,
    }
    .over(vec![left, right], move |cells| {
        let (left, right) = (cells[0].as_int().unwrap_or(0), cells[1].as_int().unwrap_or(0));
        if right == 0 {
            return Err(SqlError::new(ErrorCode::IllegalDivision, "Division by zero"));
        }
        let value = if operator == Arithmetic::Modulo { left % right } else { left / right };
        crate::engine::cell::convert(Cell::Int(value), &DataType::Int128, &target)
    })
}

/// The largest divisor that an `int64` holds.
const MAX_COLUMN_DIVISOR: i128 = i64::MAX as i128;

fn wrapping_difference(left: Typed, right: Typed) -> Result<Typed, SqlError> {
    RowFunction {
        name: "minus",
        parameters: String::new(),
        returns: DataType::Int64,
        nulls: Nulls::Propagate,
        volatility: Volatility::Immutable,
    }
    .over(vec![left, right], |cells| {
        let difference = cells[0].as_int().unwrap_or(0) - cells[1].as_int().unwrap_or(0);
        Ok(Cell::Int(i128::from(difference as i64)))
    })
}

fn decimals(operator: Arithmetic, left: Typed, right: Typed) -> Result<Typed, SqlError> {
    let (a, b) = (left.data_type.base().clone(), right.data_type.base().clone());
    let scales = (types::decimal_scale(&a).unwrap_or(0), types::decimal_scale(&b).unwrap_or(0));
    let precision = types::decimal_precision(&a).max(types::decimal_precision(&b));
    if precision > 38 {
        return Err(SqlError::not_implemented("arithmetic with decimals of more than 38 digits"));
    }
    let scale = match operator {
        Arithmetic::Plus | Arithmetic::Minus | Arithmetic::Modulo => scales.0.max(scales.1),
        Arithmetic::Multiply => scales.0 + scales.1,
        Arithmetic::Divide => scales.0,
        Arithmetic::IntDivide => 0,
    };
    let value_of = |cell: &Cell, scale: u8| -> Option<i128> {
        match crate::engine::cell::convert(cell.clone(), &DataType::Int128, &DataType::Decimal { precision: 38, scale })
        {
            Ok(Cell::Decimal(value, _)) => value.to_i128(),
            _ => None,
        }
    };
    RowFunction {
        name: operator.name(),
        parameters: String::new(),
        returns: DataType::Decimal { precision, scale },
        nulls: Nulls::Propagate,
        volatility: Volatility::Immutable,
    }
    .over(vec![left, right], move |cells| {
        let overflow = || SqlError::new(ErrorCode::ArgumentOutOfBound, "Decimal math overflow");
        let is_product = operator == Arithmetic::Multiply;
        let (left_scale, right_scale) = match operator {
            Arithmetic::Multiply => scales,
            Arithmetic::Divide => (scales.0 + scales.1, scales.1),
            _ => (scales.0.max(scales.1), scales.0.max(scales.1)),
        };
        let left = value_of(&cells[0], left_scale).ok_or_else(overflow)?;
        let right = value_of(&cells[1], right_scale).ok_or_else(overflow)?;
        if right == 0 && !is_product && !matches!(operator, Arithmetic::Plus | Arithmetic::Minus) {
            return Err(SqlError::new(ErrorCode::IllegalDivision, "Division by zero"));
        }
        let value = match operator {
            Arithmetic::Plus => left.checked_add(right),
            Arithmetic::Minus => left.checked_sub(right),
            Arithmetic::Multiply => left.checked_mul(right),
            Arithmetic::Divide | Arithmetic::IntDivide => left.checked_div(right),
            Arithmetic::Modulo => left.checked_rem(right),
        };
        Ok(Cell::Decimal(Big::from_i128(value.ok_or_else(overflow)?), scale))
    })
}

/// Days are added to a date, seconds to a time.
fn add_units(operator: Arithmetic, time: Typed, number: Typed) -> Result<Typed, SqlError> {
    let returns = time.data_type.base().clone();
    let sign = if operator == Arithmetic::Minus { -1 } else { 1 };
    RowFunction {
        name: operator.name(),
        parameters: String::new(),
        returns,
        nulls: Nulls::Propagate,
        volatility: Volatility::Immutable,
    }
    .over(vec![time, number], move |cells| {
        let amount = cells[1].as_int().unwrap_or(0) as i64 * sign;
        Ok(match &cells[0] {
            Cell::Days(days) => Cell::Days(days.saturating_add(amount as i32)),
            Cell::Time(ticks, precision) => {
                let ticks_per_second = crate::engine::cell::ticks_per_second(*precision);
                Cell::Time(ticks.wrapping_add(amount.wrapping_mul(ticks_per_second)), *precision)
            }
            other => other.clone(),
        })
    })
}

/// Days between dates, seconds between times.
fn difference(left: Typed, right: Typed) -> Result<Typed, SqlError> {
    let common = types::common(&left.data_type, &right.data_type)?;
    if types::time_precision(&common).is_some_and(|precision| precision > 0) {
        return Err(SqlError::not_implemented("the difference of two datetime64: use date_diff('millisecond', a, b)"));
    }
    let (left, right) = (left.cast_to(&common)?, right.cast_to(&common)?);
    RowFunction {
        name: "minus",
        parameters: String::new(),
        returns: DataType::Int32,
        nulls: Nulls::Propagate,
        volatility: Volatility::Immutable,
    }
    .over(vec![left, right], |cells| {
        let difference = cells[0].as_int().unwrap_or(0) - cells[1].as_int().unwrap_or(0);
        Ok(Cell::Int(i128::from(difference as i32)))
    })
}
