//! Operators.

use datafusion::logical_expr::Volatility;
use ferry_native::DataType;
use ferry_sql::{BinaryOp, Expr, TrimSide, UnaryOp};

use super::Resolver;
use crate::engine::cell::Cell;
use crate::engine::functions::{self, Arithmetic, Comparison};
use crate::engine::typed::{Nulls, RowFunction};
use crate::engine::{SqlError, Typed};

impl Resolver<'_, '_> {
    pub(super) fn unary(&self, op: UnaryOp, operand: &Expr) -> Result<Typed, SqlError> {
        let operand = self.resolve(operand)?.plain();
        match op {
            UnaryOp::Plus => Ok(operand),
            UnaryOp::Minus => functions::negate(operand),
            UnaryOp::Not => functions::not(operand),
        }
    }

    pub(super) fn binary(&self, op: BinaryOp, left: &Expr, right: &Expr) -> Result<Typed, SqlError> {
        let (left, right) = (self.resolve(left)?.plain(), self.resolve(right)?.plain());
        let comparison = match op {
            BinaryOp::Eq => Comparison::Equals,
            BinaryOp::NotEq => Comparison::NotEquals,
            BinaryOp::NullSafeEq => Comparison::SameAs,
            BinaryOp::IsDistinctFrom => Comparison::DistinctFrom,
            BinaryOp::Lt => Comparison::Less,
            BinaryOp::LtEq => Comparison::LessOrEquals,
            BinaryOp::Gt => Comparison::Greater,
            BinaryOp::GtEq => Comparison::GreaterOrEquals,
            BinaryOp::And => return functions::conjunction(left, right),
            BinaryOp::Or => return functions::disjunction(left, right),
            BinaryOp::Xor => return self.function("xor", vec![left, right]),
            BinaryOp::Concat => return self.function("concat", vec![left, right]),
            BinaryOp::Plus => return functions::arithmetic(Arithmetic::Plus, left, right),
            BinaryOp::Minus => return functions::arithmetic(Arithmetic::Minus, left, right),
            BinaryOp::Multiply => return functions::arithmetic(Arithmetic::Multiply, left, right),
            BinaryOp::Divide => return functions::arithmetic(Arithmetic::Divide, left, right),
            BinaryOp::Modulo => return functions::arithmetic(Arithmetic::Modulo, left, right),
            BinaryOp::IntDivide => {
                return functions::arithmetic(Arithmetic::IntDivide, left, right);
            }
        };
        functions::compare(comparison, left, right)
    }

    pub(super) fn between(&self, value: &Expr, negated: bool, low: &Expr, high: &Expr) -> Result<Typed, SqlError> {
        let value = self.resolve(value)?;
        let above = functions::compare(Comparison::GreaterOrEquals, value.clone(), self.resolve(low)?)?;
        let below = functions::compare(Comparison::LessOrEquals, value, self.resolve(high)?)?;
        let inside = functions::conjunction(above, below)?;
        if negated { functions::not(inside) } else { Ok(inside) }
    }

    pub(super) fn trim(&self, side: TrimSide, what: &Expr, value: &Expr) -> Result<Typed, SqlError> {
        let args = vec![self.resolve(value)?.plain(), self.resolve(what)?.plain()];
        RowFunction {
            name: "trim",
            parameters: format!("{side:?}"),
            returns: DataType::String,
            nulls: Nulls::Propagate,
            volatility: Volatility::Immutable,
        }
        .over(args, move |cells| {
            let letters: Vec<char> = cells[1].as_str().chars().collect();
            let text = cells[0].as_str();
            let letters = letters.as_slice();
            Ok(Cell::string(match side {
                TrimSide::Both => text.trim_matches(letters),
                TrimSide::Leading => text.trim_start_matches(letters),
                TrimSide::Trailing => text.trim_end_matches(letters),
            }))
        })
    }
}
