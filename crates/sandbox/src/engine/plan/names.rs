//! The names of columns that were given none.

use ferry_sql::{BinaryOp, Expr, ExprKind, FunctionCall, InSet, LikeOp, Literal, TrimSide, UnaryOp};

use crate::engine::functions;

/// The name of a selected expression: `count()`, `max(x)`, `plus(a, 1)`.
///
/// Operators are named by their functions, as the server's `getColumnName` does.
pub fn column_name(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Literal(literal) => literal_name(literal),
        ExprKind::Identifier(parts) => parts.last().map(|part| part.value.clone()).unwrap_or_default(),
        ExprKind::Wildcard(_) => "*".to_owned(),
        ExprKind::Function(call) => call_name(call),
        ExprKind::Unary { op, expr } => match (op, &expr.kind) {
            (UnaryOp::Minus, ExprKind::Literal(Literal::Number(number))) => format!("-{number}"),
            (UnaryOp::Minus, _) => format!("negate({})", column_name(expr)),
            (UnaryOp::Plus, _) => column_name(expr),
            (UnaryOp::Not, _) => format!("not({})", column_name(expr)),
        },
        ExprKind::Binary { op, left, right } => named(binary_name(*op), &[column_name(left), column_name(right)]),
        ExprKind::Ternary { condition, then, otherwise } => {
            named("if", &[column_name(condition), column_name(then), column_name(otherwise)])
        }
        ExprKind::Between { expr, negated, low, high } => {
            let value = column_name(expr);
            let (join, above, below) =
                if *negated { ("or", "less", "greater") } else { ("and", "greater_or_equals", "less_or_equals") };
            let above = named(above, &[value.clone(), column_name(low)]);
            named(join, &[above, named(below, &[value, column_name(high)])])
        }
        ExprKind::In { expr, negated, set, .. } => {
            let function = if *negated { "not_in" } else { "in" };
            let set = match set {
                InSet::List(items) => named("tuple", &items.iter().map(column_name).collect::<Vec<_>>()),
                InSet::Query(_) => "_subquery".to_owned(),
                InSet::Name(name) => name.name.value.clone(),
                InSet::Expr(expr) => column_name(expr),
            };
            named(function, &[column_name(expr), set])
        }
        ExprKind::Like { expr, negated, op, pattern, .. } => {
            let function = match (op, negated) {
                (LikeOp::Like, false) => "like",
                (LikeOp::Like, true) => "not_like",
                (LikeOp::ILike, false) => "ilike",
                (LikeOp::ILike, true) => "not_ilike",
                (LikeOp::Regexp, _) => "match",
            };
            named(function, &[column_name(expr), column_name(pattern)])
        }
        ExprKind::IsNull { expr, negated } => {
            named(if *negated { "is_not_null" } else { "is_null" }, &[column_name(expr)])
        }
        ExprKind::Case { operand, branches, otherwise } => {
            let mut parts = Vec::new();
            for (condition, value) in branches {
                parts.push(match operand {
                    Some(operand) => named("equals", &[column_name(operand), column_name(condition)]),
                    None => column_name(condition),
                });
                parts.push(column_name(value));
            }
            parts.push(otherwise.as_deref().map_or_else(|| "NULL".to_owned(), column_name));
            named("multi_if", &parts)
        }
        ExprKind::Cast { expr, ty, .. } => named("cast", &[column_name(expr), quoted(&ty.to_string())]),
        ExprKind::Interval { value, unit, .. } => {
            named(&format!("to_interval_{}", unit.word().to_ascii_lowercase()), &[column_name(value)])
        }
        ExprKind::Extract { unit, expr } => {
            named(&format!("to_{}", unit.word().to_ascii_lowercase()), &[column_name(expr)])
        }
        ExprKind::Trim { side, what, expr } => {
            let function = match side {
                TrimSide::Both => "trim_both",
                TrimSide::Leading => "trim_left",
                TrimSide::Trailing => "trim_right",
            };
            named(function, &[column_name(expr), column_name(what)])
        }
        ExprKind::Array(items) => {
            let items: Vec<String> = items.iter().map(column_name).collect();
            format!("[{}]", items.join(", "))
        }
        ExprKind::Tuple(items) => named("tuple", &items.iter().map(column_name).collect::<Vec<_>>()),
        ExprKind::Map(entries) => {
            let parts: Vec<String> =
                entries.iter().flat_map(|(key, value)| [column_name(key), column_name(value)]).collect();
            named("map", &parts)
        }
        ExprKind::Subscript { expr, index } => named("array_element", &[column_name(expr), column_name(index)]),
        ExprKind::Element { expr, element } => {
            let element = match element.value.parse::<u64>() {
                Ok(number) => number.to_string(),
                Err(_) => quoted(&element.value),
            };
            named("tuple_element", &[column_name(expr), element])
        }
        ExprKind::Alias { alias, .. } => alias.value.clone(),
        _ => ferry_sql::print::expr(expr),
    }
}

fn call_name(call: &FunctionCall) -> String {
    let canonical = functions::find(&call.name.value).map_or(call.name.value.as_str(), |function| {
        // An alias keeps its own name; only the letters' case is settled.
        if function.name.eq_ignore_ascii_case(&call.name.value) { function.name } else { &call.name.value }
    });
    let mut name = canonical.to_owned();
    if let Some(parameters) = &call.parameters {
        let parameters: Vec<String> = parameters.iter().map(column_name).collect();
        name = format!("{name}({})", parameters.join(", "));
    }
    let args: Vec<String> =
        call.args.iter().filter(|arg| !matches!(arg.kind, ExprKind::Wildcard(_))).map(column_name).collect();
    if call.distinct {
        return format!("{name}(DISTINCT {})", args.join(", "));
    }
    named(&name, &args)
}

fn literal_name(literal: &Literal) -> String {
    match literal {
        Literal::Null => "NULL".to_owned(),
        Literal::Bool(value) => value.to_string(),
        Literal::Number(number) => number.clone(),
        Literal::String(text) => quoted(text),
        Literal::Date(text) => named("to_date", &[quoted(text)]),
        Literal::Timestamp(text) => named("to_datetime", &[quoted(text)]),
    }
}

fn binary_name(op: BinaryOp) -> &'static str {
    match op {
        BinaryOp::Or => "or",
        BinaryOp::And => "and",
        BinaryOp::Xor => "xor",
        BinaryOp::Eq => "equals",
        BinaryOp::NotEq => "not_equals",
        BinaryOp::NullSafeEq => "is_not_distinct_from",
        BinaryOp::IsDistinctFrom => "is_distinct_from",
        BinaryOp::Lt => "less",
        BinaryOp::LtEq => "less_or_equals",
        BinaryOp::Gt => "greater",
        BinaryOp::GtEq => "greater_or_equals",
        BinaryOp::Concat => "concat",
        BinaryOp::Plus => "plus",
        BinaryOp::Minus => "minus",
        BinaryOp::Multiply => "multiply",
        BinaryOp::Divide => "divide",
        BinaryOp::Modulo => "modulo",
        BinaryOp::IntDivide => "int_div",
    }
}

fn named(function: &str, args: &[String]) -> String {
    format!("{function}({})", args.join(", "))
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}
