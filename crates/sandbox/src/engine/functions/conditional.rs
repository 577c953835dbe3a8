//! Choosing between values, and NULL.

use datafusion::logical_expr::{Case, Expr};
use ferry_native::DataType;

use super::{Arguments, Comparison, Function, compare, scalar};
use crate::engine::cell::{self, Cell};
use crate::engine::typed::{Nulls, Typed};
use crate::engine::{ErrorCode, SqlError, types};

pub(super) const FUNCTIONS: &[Function] = &[
    scalar!(
        "if",
        "if(condition, then, otherwise) -> common type",
        "The second argument if the condition holds, otherwise the third.",
        Some(("if(1 > 2, 'a', 'b')", "b")),
        |a| {
            a.expect(3, 3)?;
            multi_if(a)
        }
    ),
    scalar!(
        "multi_if" | "caseWithoutExpr",
        "multi_if(condition, then, .., otherwise) -> common type",
        "The value after the first condition that holds, otherwise the last.",
        Some(("multi_if(0, 1, 1, 2, 3)", "2")),
        multi_if
    ),
    scalar!(
        "coalesce",
        "coalesce(value, ..) -> common type",
        "The first value that is not NULL.",
        Some(("coalesce(NULL, 5)", "5")),
        coalesce
    ),
    scalar!(
        "if_null",
        "if_null(value, otherwise) -> common type",
        "The value, or the other where it is NULL.",
        Some(("if_null(NULL, 'x')", "x")),
        |a| {
            a.expect(2, 2)?;
            coalesce(a)
        }
    ),
    scalar!(
        "null_if",
        "null_if(value, other) -> nullable",
        "NULL where both are equal, otherwise the first.",
        Some(("null_if(1, 1)", "NULL")),
        null_if
    ),
    scalar!("is_null", "is_null(any) -> bool", "Whether it is NULL.", Some(("is_null(NULL)", "true")), |mut a| {
        a.expect(1, 1)?;
        is_null(a.args.remove(0), false)
    }),
    scalar!(
        "is_not_null",
        "is_not_null(any) -> bool",
        "Whether it is not NULL.",
        Some(("is_not_null(1)", "true")),
        |mut a| {
            a.expect(1, 1)?;
            is_null(a.args.remove(0), true)
        }
    ),
    scalar!(
        "assume_not_null",
        "assume_not_null(nullable(T)) -> T",
        "The value without `nullable`; NULL becomes the type's default.",
        Some(("assume_not_null(to_nullable(7))", "7")),
        |a| {
            a.expect(1, 1)?;
            let returns = a.base(0);
            let default = Cell::default_of(&returns);
            a.rows_with(returns, Nulls::Seen, move |cells| {
                Ok(if cells[0] == Cell::Null { default.clone() } else { cells[0].clone() })
            })
        }
    ),
    scalar!(
        "to_nullable",
        "to_nullable(T) -> nullable(T)",
        "The same value with a type that takes NULL.",
        Some(("to_nullable(7)", "7")),
        |mut a| {
            a.expect(1, 1)?;
            let target = types::nullable(a.args[0].data_type.clone());
            a.args.remove(0).cast_to(&target)
        }
    ),
];

/// `CASE WHEN c THEN v .. ELSE e END`.
pub fn case(branches: Vec<(Typed, Typed)>, otherwise: Option<Typed>) -> Result<Typed, SqlError> {
    let has_otherwise = otherwise.is_some();
    let otherwise = match otherwise {
        Some(value) => value.plain(),
        None => Typed::constant(Cell::Null, DataType::Nullable(Box::new(DataType::Nothing)))?,
    };
    let mut common = otherwise.data_type.clone();
    for (_, value) in &branches {
        common = types::common(&common, &value.data_type)?;
    }
    if !has_otherwise {
        common = types::nullable(common);
    }
    let mut when_then = Vec::with_capacity(branches.len());
    for (condition, value) in branches {
        let condition = condition.plain().condition()?.expr;
        let value = value.plain().cast_to(&common)?.expr;
        when_then.push((Box::new(condition), Box::new(value)));
    }
    let otherwise = otherwise.cast_to(&common)?.expr;
    let case = Case::new(None, when_then, Some(Box::new(otherwise)));
    Ok(Typed::new(Expr::Case(case), common))
}

/// Whether a value is NULL, or is not.
pub fn is_null(value: Typed, negated: bool) -> Result<Typed, SqlError> {
    if !value.data_type.is_nullable() {
        return Typed::constant(Cell::Bool(negated), DataType::Bool);
    }
    let expr = Box::new(value.expr);
    let expr = if negated { Expr::IsNotNull(expr) } else { Expr::IsNull(expr) };
    Ok(Typed::new(expr, DataType::Bool))
}

fn multi_if(arguments: Arguments) -> Result<Typed, SqlError> {
    if arguments.args.len() < 3 || arguments.args.len().is_multiple_of(2) {
        return Err(SqlError::new(
            ErrorCode::NumberOfArguments,
            format!("Function {} takes conditions with values, and a value for the rest", arguments.name),
        ));
    }
    let mut branches = Vec::new();
    let mut args = arguments.args.into_iter();
    loop {
        match (args.next(), args.next()) {
            (Some(condition), Some(value)) => branches.push((condition, value)),
            (otherwise, _) => return case(branches, otherwise),
        }
    }
}

fn coalesce(arguments: Arguments) -> Result<Typed, SqlError> {
    arguments.expect(1, usize::MAX)?;
    let mut common = DataType::Nullable(Box::new(DataType::Nothing));
    let mut always = false;
    for arg in &arguments.args {
        always |= !arg.data_type.is_nullable();
        common = types::common(&common, &arg.data_type)?;
    }
    let returns = if always { common.base().clone() } else { types::nullable(common.clone()) };
    let sources: Vec<DataType> = arguments.args.iter().map(|arg| arg.data_type.base().clone()).collect();
    let target = returns.clone();
    arguments.rows_with(returns, Nulls::Seen, move |cells| {
        for (value, source) in cells.iter().zip(&sources) {
            if *value != Cell::Null {
                return cell::convert(value.clone(), source, &target);
            }
        }
        Ok(Cell::Null)
    })
}

fn null_if(mut arguments: Arguments) -> Result<Typed, SqlError> {
    arguments.expect(2, 2)?;
    let other = arguments.args.remove(1);
    let value = arguments.args.remove(0);
    let nullable = types::nullable(value.data_type.clone());
    if value.data_type.base() == &DataType::Nothing {
        return Ok(value);
    }
    let equal = compare(Comparison::Equals, value.clone(), other)?;
    let null = Typed::constant(Cell::Null, nullable.clone())?;
    case(vec![(equal, null)], Some(value.cast_to(&nullable)?))
}
