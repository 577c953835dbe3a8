//! Comparison and logic. These stay DataFusion's own operators, so that filters and joins are
//! recognised as what they are.

use datafusion::logical_expr::{BinaryExpr, Expr, Operator};
use ferry_native::DataType;

use super::{Arguments, Function, scalar};
use crate::engine::cell::Cell;
use crate::engine::typed::Typed;
use crate::engine::{ErrorCode, SqlError, types};

pub(super) const FUNCTIONS: &[Function] = &[
    scalar!(
        "equals",
        "equals(any, same) -> bool",
        "Whether two values are equal.",
        Some(("equals(1, 1)", "true")),
        |a| pair(a, Comparison::Equals)
    ),
    scalar!(
        "not_equals",
        "not_equals(any, same) -> bool",
        "Whether two values differ.",
        Some(("not_equals(1, 1)", "false")),
        |a| pair(a, Comparison::NotEquals)
    ),
    scalar!(
        "less",
        "less(any, same) -> bool",
        "Whether the first is smaller.",
        Some(("less(1, 2)", "true")),
        |a| pair(a, Comparison::Less)
    ),
    scalar!(
        "less_or_equals",
        "less_or_equals(any, same) -> bool",
        "Whether the first is not larger.",
        Some(("less_or_equals(2, 2)", "true")),
        |a| pair(a, Comparison::LessOrEquals)
    ),
    scalar!(
        "greater",
        "greater(any, same) -> bool",
        "Whether the first is larger.",
        Some(("greater(1, 2)", "false")),
        |a| pair(a, Comparison::Greater)
    ),
    scalar!(
        "greater_or_equals",
        "greater_or_equals(any, same) -> bool",
        "Whether the first is not smaller.",
        Some(("greater_or_equals(to_ipv4('10.0.0.2'), to_ipv4('9.0.0.3'))", "true")),
        |a| pair(a, Comparison::GreaterOrEquals)
    ),
    scalar!("and", "and(condition, ..) -> bool", "Whether all conditions hold.", Some(("1 AND 0", "false")), |a| {
        a.expect(2, usize::MAX)?;
        fold(a.args, conjunction)
    }),
    scalar!("or", "or(condition, ..) -> bool", "Whether one condition holds.", Some(("1 OR 0", "true")), |a| {
        a.expect(2, usize::MAX)?;
        fold(a.args, disjunction)
    }),
    scalar!(
        "xor",
        "xor(condition, condition) -> bool",
        "Whether exactly one condition holds.",
        Some(("xor(1, 1)", "false")),
        |mut a| {
            a.expect(2, 2)?;
            let right = a.args.remove(1).condition()?;
            compare(Comparison::NotEquals, a.args.remove(0).condition()?, right)
        }
    ),
    scalar!(
        "not",
        "not(condition) -> bool",
        "Whether a condition does not hold.",
        Some(("not(1)", "false")),
        |mut a| {
            a.expect(1, 1)?;
            not(a.args.remove(0))
        }
    ),
];

/// The operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equals,
    /// `!=`
    NotEquals,
    /// `<`
    Less,
    /// `<=`
    LessOrEquals,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEquals,
    /// `<=>`: NULL equals NULL.
    SameAs,
    /// `IS DISTINCT FROM`
    DistinctFrom,
}

impl Comparison {
    fn operator(self) -> Operator {
        match self {
            Self::Equals => Operator::Eq,
            Self::NotEquals => Operator::NotEq,
            Self::Less => Operator::Lt,
            Self::LessOrEquals => Operator::LtEq,
            Self::Greater => Operator::Gt,
            Self::GreaterOrEquals => Operator::GtEq,
            Self::SameAs => Operator::IsNotDistinctFrom,
            Self::DistinctFrom => Operator::IsDistinctFrom,
        }
    }
}

fn pair(mut arguments: Arguments, comparison: Comparison) -> Result<Typed, SqlError> {
    arguments.expect(2, 2)?;
    let right = arguments.args.remove(1);
    compare(comparison, arguments.args.remove(0), right)
}

/// Compares two values after bringing them to one type.
pub fn compare(comparison: Comparison, left: Typed, right: Typed) -> Result<Typed, SqlError> {
    let null_safe = matches!(comparison, Comparison::SameAs | Comparison::DistinctFrom);
    let is_nullable = !null_safe && (left.data_type.is_nullable() || right.data_type.is_nullable());
    let (left, right) = same_type(left.plain(), right.plain())?;
    let expr = binary(left.expr, comparison.operator(), right.expr);
    Ok(Typed::new(expr, types::nullable_if(DataType::Bool, is_nullable)))
}

/// Whether both hold.
pub fn conjunction(left: Typed, right: Typed) -> Result<Typed, SqlError> {
    logic(left, Operator::And, right)
}

/// Whether one holds.
pub fn disjunction(left: Typed, right: Typed) -> Result<Typed, SqlError> {
    logic(left, Operator::Or, right)
}

/// Whether a condition does not hold.
pub fn not(operand: Typed) -> Result<Typed, SqlError> {
    let operand = operand.plain().condition()?;
    let data_type = operand.data_type.clone();
    Ok(Typed::new(Expr::Not(Box::new(operand.expr)), data_type))
}

/// Whether a value is among others.
pub fn is_in(value: Typed, list: Vec<Typed>, negated: bool) -> Result<Typed, SqlError> {
    let value = value.plain();
    let is_nullable = value.data_type.is_nullable();
    let simple = list.iter().all(|item| item.constant.is_some())
        && !matches!(value.data_type.base(), DataType::Tuple(_) | DataType::Array(_));
    let data_type = types::nullable_if(DataType::Bool, is_nullable);
    if simple {
        let mut items = Vec::with_capacity(list.len());
        for item in list {
            if item.constant == Some(Cell::Null) {
                continue;
            }
            // A constant that the type cannot hold equals none of its values.
            if let Some(item) = constant_as(&item, &value.data_type)? {
                items.push(item.expr);
            }
        }
        if items.is_empty() {
            return Typed::constant(Cell::Bool(negated), DataType::Bool);
        }
        return Ok(Typed::new(value.expr.in_list(items, negated), data_type));
    }
    let mut found: Option<Typed> = None;
    for item in list {
        let equal = compare(Comparison::Equals, value.clone(), item)?;
        found = Some(match found {
            Some(earlier) => disjunction(earlier, equal)?,
            None => equal,
        });
    }
    match found {
        Some(found) if negated => not(found),
        Some(found) => Ok(found),
        None => Typed::constant(Cell::Bool(negated), DataType::Bool),
    }
}

/// Brings two values to one type, as a comparison needs it.
pub(super) fn same_type(left: Typed, right: Typed) -> Result<(Typed, Typed), SqlError> {
    let (a, b) = (left.data_type.base().clone(), right.data_type.base().clone());
    if a == b {
        return Ok((left, right));
    }
    if right.constant.is_some()
        && !types::is_text(&a)
        && let Some(right) = exact_constant(&right, &a)?
    {
        return Ok((left, right));
    }
    if left.constant.is_some()
        && !types::is_text(&b)
        && let Some(left) = exact_constant(&left, &b)?
    {
        return Ok((left, right));
    }
    if let (Some(x), Some(y)) = (types::integer(&a), types::integer(&b))
        && x.1 != y.1
        && x.0.max(y.0) == 64
    {
        let both = DataType::Decimal { precision: 38, scale: 0 };
        return Ok((cast_keeping_null(left, &both)?, cast_keeping_null(right, &both)?));
    }
    let common = types::common(&a, &b)?;
    Ok((cast_keeping_null(left, &common)?, cast_keeping_null(right, &common)?))
}

/// A constant as another type, if it means exactly the same there.
fn exact_constant(constant: &Typed, target: &DataType) -> Result<Option<Typed>, SqlError> {
    let from_text = types::is_text(&constant.data_type);
    let text_fits = matches!(
        target,
        DataType::Date
            | DataType::Date32
            | DataType::DateTime { .. }
            | DataType::DateTime64 { .. }
            | DataType::Enum8(_)
            | DataType::Enum16(_)
            | DataType::Uuid
            | DataType::Ipv4
            | DataType::Ipv6
            | DataType::Decimal { .. }
    );
    if from_text {
        if !text_fits {
            return Ok(None);
        }
        // A time of day in the text is not lost when the column holds days only.
        let finer = matches!(target, DataType::Date | DataType::Date32)
            && matches!(&constant.constant, Some(text) if text.as_str().trim().len() > 10);
        let precise = matches!(target, DataType::DateTime { .. })
            && matches!(&constant.constant, Some(text) if text.as_str().contains('.'));
        if finer || precise {
            return Ok(None);
        }
        return constant.clone().cast_to(target).map(Some);
    }
    constant_as(constant, target)
}

fn constant_as(constant: &Typed, target: &DataType) -> Result<Option<Typed>, SqlError> {
    let target = target.base();
    if types::is_text(&constant.data_type) || constant.data_type.base() == target {
        return constant.clone().cast_to(target).map(Some);
    }
    if types::is_text(target) {
        return Ok(None);
    }
    let Ok(there) = constant.clone().cast_to(target) else {
        return Ok(None);
    };
    let Ok(back) = there.clone().cast_to(&constant.data_type) else {
        return Ok(None);
    };
    Ok((back.constant == constant.constant).then_some(there))
}

fn cast_keeping_null(value: Typed, target: &DataType) -> Result<Typed, SqlError> {
    let is_nullable = value.data_type.is_nullable();
    value.cast_to(&types::nullable_if(target.clone(), is_nullable))
}

fn logic(left: Typed, operator: Operator, right: Typed) -> Result<Typed, SqlError> {
    let (left, right) = (left.plain().condition()?, right.plain().condition()?);
    let is_nullable = left.data_type.is_nullable() || right.data_type.is_nullable();
    let expr = binary(left.expr, operator, right.expr);
    Ok(Typed::new(expr, types::nullable_if(DataType::Bool, is_nullable)))
}

fn fold(args: Vec<Typed>, join: fn(Typed, Typed) -> Result<Typed, SqlError>) -> Result<Typed, SqlError> {
    let mut args = args.into_iter();
    let first = args.next().ok_or_else(|| SqlError::new(ErrorCode::NumberOfArguments, "a condition is missing"))?;
    args.try_fold(first, join)
}

fn binary(left: Expr, operator: Operator, right: Expr) -> Expr {
    Expr::BinaryExpr(BinaryExpr::new(Box::new(left), operator, Box::new(right)))
}
