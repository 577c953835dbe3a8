//! Prints trees as text.

use crate::ast::{Expr, ExprKind, Literal};

/// Prints an expression on one line.
pub fn expr(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Literal(Literal::Null) => "NULL".to_owned(),
        ExprKind::Literal(Literal::Bool(value)) => value.to_string(),
        _ => expr.plain_text(),
    }
}
