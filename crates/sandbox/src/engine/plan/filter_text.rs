//! Conditions that another deployment can check itself, as text on one line with every name in
//! back quotes (protocol.md E).

use ferry_sql::{BinaryOp, Expr, ExprKind, InSet, Literal, UnaryOp};

use crate::engine::ColumnDef;
use crate::engine::functions::{self, Build};

/// The parts of a condition that name only columns of a remote relation; `None` if there are none.
pub fn remote_filter(filter: &Expr, columns: &[ColumnDef], table: &str) -> Option<String> {
    if let ExprKind::Binary { op: BinaryOp::And, left, right } = &filter.kind {
        let sides = [remote_filter(left, columns, table), remote_filter(right, columns, table)];
        return match sides {
            [Some(left), Some(right)] => Some(format!("{left} AND {right}")),
            [found, None] | [None, found] => found,
        };
    }
    text(filter, columns, table).map(|text| format!("({text})"))
}

fn text(expr: &Expr, columns: &[ColumnDef], table: &str) -> Option<String> {
    let of = |expr: &Expr| text(expr, columns, table);
    Some(match &expr.kind {
        ExprKind::Literal(literal) => match literal {
            Literal::Null => "NULL".to_owned(),
            Literal::Bool(value) => value.to_string(),
            Literal::Number(number) => number.clone(),
            Literal::String(text) => quoted(text),
            Literal::Date(text) => format!("to_date({})", quoted(text)),
            Literal::Timestamp(text) => format!("to_datetime({})", quoted(text)),
        },
        ExprKind::Identifier(parts) => {
            let name = match parts.as_slice() {
                [name] => name,
                [qualifier, name] if qualifier.value == table => name,
                _ => return None,
            };
            columns.iter().find(|column| column.name == name.value)?;
            format!("`{}`", name.value.replace('\\', "\\\\").replace('`', "\\`"))
        }
        ExprKind::Function(call) => {
            let function = functions::find(&call.name.value)?;
            let plain = call.parameters.is_none() && call.over.is_none() && !call.distinct;
            let steady = !function.name.starts_with("rand") && !function.name.starts_with("now");
            if !matches!(function.build, Build::Scalar(_)) || !plain || !steady {
                return None;
            }
            let args: Option<Vec<String>> = call.args.iter().map(of).collect();
            format!("{}({})", call.name.value, args?.join(", "))
        }
        ExprKind::Unary { op, expr } => match op {
            UnaryOp::Minus => format!("-({})", of(expr)?),
            UnaryOp::Plus => of(expr)?,
            UnaryOp::Not => format!("NOT ({})", of(expr)?),
        },
        ExprKind::Binary { op, left, right } => {
            let (left, right) = (of(left)?, of(right)?);
            match op {
                BinaryOp::NullSafeEq | BinaryOp::IsDistinctFrom | BinaryOp::Xor => return None,
                _ => format!("({left}) {} ({right})", op.symbol()),
            }
        }
        ExprKind::Between { expr, negated, low, high } => {
            let not = if *negated { "NOT " } else { "" };
            format!("({}) {not}BETWEEN ({}) AND ({})", of(expr)?, of(low)?, of(high)?)
        }
        ExprKind::In { expr, negated, set: InSet::List(items), .. } => {
            let not = if *negated { "NOT " } else { "" };
            let items: Option<Vec<String>> = items.iter().map(of).collect();
            format!("({}) {not}IN ({})", of(expr)?, items?.join(", "))
        }
        ExprKind::IsNull { expr, negated } => {
            format!("({}) IS {}NULL", of(expr)?, if *negated { "NOT " } else { "" })
        }
        ExprKind::Cast { expr, ty, .. } => format!("CAST({} AS {ty})", of(expr)?),
        _ => return None,
    })
}

fn quoted(text: &str) -> String {
    let mut out = String::from("'");
    for c in text.chars() {
        match c {
            '\'' => out.push_str("\\'"),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}
