//! Expressions. An operator inside an operator stands in parentheses, as the server prints it.

use super::Printer;
use crate::ast::{CastStyle, Expr, ExprKind, Ident, InSet, JsonStep, LikeOp, Literal, Quote, TrimSide, UnaryOp};

impl Printer<'_> {
    pub(super) fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(literal),
            ExprKind::Identifier(parts) => self.dotted(parts),
            ExprKind::Wildcard(wildcard) => self.wildcard(wildcard),
            ExprKind::Function(call) => self.call(call),
            ExprKind::Unary { op, expr } => self.unary(*op, expr),
            ExprKind::Binary { op, left, right } => {
                self.operand(left);
                self.push(" ");
                self.push(op.symbol());
                self.push(" ");
                self.operand(right);
            }
            ExprKind::Ternary { condition, then, otherwise } => {
                self.operand(condition);
                self.push(" ? ");
                self.ternary_middle(then);
                self.push(" : ");
                self.operand(otherwise);
            }
            ExprKind::Between { expr, negated, low, high } => {
                self.operand(expr);
                self.push(if *negated { " NOT BETWEEN " } else { " BETWEEN " });
                self.operand(low);
                self.push(" AND ");
                self.operand(high);
            }
            ExprKind::In { expr, negated, global, set } => {
                self.operand(expr);
                self.push(if *global { " GLOBAL" } else { "" });
                self.push(if *negated { " NOT IN " } else { " IN " });
                self.in_set(set);
            }
            ExprKind::Like { expr, negated, op, pattern, escape } => {
                self.operand(expr);
                self.push(if *negated { " NOT " } else { " " });
                self.push(match op {
                    LikeOp::Like => "LIKE ",
                    LikeOp::ILike => "ILIKE ",
                    LikeOp::Regexp => "REGEXP ",
                });
                self.operand(pattern);
                if let Some(escape) = escape {
                    self.push(" ESCAPE ");
                    self.text(escape);
                }
            }
            ExprKind::IsNull { expr, negated } => {
                self.operand(expr);
                self.push(if *negated { " IS NOT NULL" } else { " IS NULL" });
            }
            ExprKind::Lambda { params, body } => self.lambda(params, body),
            _ => self.other_expr(expr),
        }
    }

    fn other_expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Case { operand, branches, otherwise } => {
                self.case(operand.as_deref(), branches, otherwise.as_deref())
            }
            ExprKind::Cast { expr, ty, style } => self.cast(expr, ty, *style),
            ExprKind::Interval { value, unit, short } => {
                if *short {
                    self.expr(value);
                    self.push(unit.suffix());
                } else {
                    self.push("INTERVAL ");
                    self.operand(value);
                    self.push(" ");
                    self.push(unit.word());
                }
            }
            ExprKind::Extract { unit, expr } => {
                self.push("extract(");
                self.push(unit.word());
                self.push(" FROM ");
                self.expr(expr);
                self.push(")");
            }
            ExprKind::Trim { side, what, expr } => {
                self.push(match side {
                    TrimSide::Both => "trim(BOTH ",
                    TrimSide::Leading => "trim(LEADING ",
                    TrimSide::Trailing => "trim(TRAILING ",
                });
                self.expr(what);
                self.push(" FROM ");
                self.expr(expr);
                self.push(")");
            }
            ExprKind::Array(items) => self.list("[", items, "]"),
            ExprKind::Tuple(items) => {
                let end = if items.len() == 1 { ",)" } else { ")" };
                self.list("(", items, end);
            }
            ExprKind::Range { start, end, start_inclusive } => {
                self.push(if *start_inclusive { "[" } else { "(" });
                self.expr(start);
                self.push(", ");
                self.expr(end);
                self.push(if *start_inclusive { ")" } else { "]" });
            }
            ExprKind::Map(pairs) => {
                self.push("{");
                self.separated(pairs, |printer, (key, value)| {
                    printer.expr(key);
                    printer.push(": ");
                    printer.expr(value);
                });
                self.push("}");
            }
            ExprKind::Subscript { expr, index } => {
                self.postfix_operand(expr);
                self.push("[");
                // `path[]` holds an empty array.
                if !matches!(&index.kind, ExprKind::Array(items) if items.is_empty()) {
                    self.expr(index);
                }
                self.push("]");
            }
            ExprKind::Element { expr, element } => {
                self.postfix_operand(expr);
                self.push(".");
                self.element(element);
            }
            ExprKind::JsonPath { expr, path } => self.json_path(expr, path),
            ExprKind::Subquery(query) => self.query_in_parens(query),
            ExprKind::Exists(query) => {
                self.push("EXISTS ");
                self.query_in_parens(query);
            }
            ExprKind::Alias { expr, alias } => {
                self.operand_if_alias(expr);
                self.push(" AS ");
                self.ident(alias);
            }
            ExprKind::Parameter { name, ty } => {
                self.push("{");
                self.push(&name.value);
                self.push(":");
                self.type_name(ty);
                self.push("}");
            }
            ExprKind::Template(text) => self.push(text),
            _ => self.push("?"),
        }
    }

    /// An operand: in parentheses where it is an operator itself.
    pub(super) fn operand(&mut self, expr: &Expr) {
        let is_simple = matches!(
            expr.kind,
            ExprKind::Literal(_)
                | ExprKind::Identifier(_)
                | ExprKind::Wildcard(_)
                | ExprKind::Function(_)
                | ExprKind::Cast { .. }
                | ExprKind::Extract { .. }
                | ExprKind::Trim { .. }
                | ExprKind::Array(_)
                | ExprKind::Tuple(_)
                | ExprKind::Map(_)
                | ExprKind::Range { .. }
                | ExprKind::Subscript { .. }
                | ExprKind::Element { .. }
                | ExprKind::JsonPath { .. }
                | ExprKind::Subquery(_)
                | ExprKind::Exists(_)
                | ExprKind::Parameter { .. }
                | ExprKind::Template(_)
                | ExprKind::Interval { .. }
                | ExprKind::Case { .. }
                | ExprKind::Placeholder
        );
        self.maybe_parens(expr, !is_simple);
    }

    /// What `[..]`, `.x`, `::t` and `:path` may stand behind without parentheses.
    fn postfix_operand(&mut self, expr: &Expr) {
        let is_simple = match &expr.kind {
            ExprKind::Literal(Literal::Number(_)) => false,
            ExprKind::Literal(_)
            | ExprKind::Function(_)
            | ExprKind::Identifier(_)
            | ExprKind::Array(_)
            | ExprKind::Tuple(_)
            | ExprKind::Subscript { .. }
            | ExprKind::Element { .. }
            | ExprKind::Parameter { .. }
            | ExprKind::Subquery(_)
            | ExprKind::JsonPath { .. } => true,
            ExprKind::Cast { style, .. } => *style == CastStyle::Function,
            _ => false,
        };
        self.maybe_parens(expr, !is_simple);
    }

    fn maybe_parens(&mut self, expr: &Expr, parens: bool) {
        if parens {
            self.push("(");
            self.expr(expr);
            self.push(")");
        } else {
            self.expr(expr);
        }
    }

    /// Between `?` and `:` a JSON path needs parentheses.
    fn ternary_middle(&mut self, expr: &Expr) {
        let is_path = matches!(expr.kind, ExprKind::JsonPath { .. });
        if is_path {
            self.maybe_parens(expr, true);
        } else {
            self.operand(expr);
        }
    }

    fn operand_if_alias(&mut self, expr: &Expr) {
        let parens = matches!(expr.kind, ExprKind::Alias { .. } | ExprKind::Lambda { .. });
        self.maybe_parens(expr, parens);
    }

    pub(super) fn list(&mut self, open: &str, items: &[Expr], close: &str) {
        self.push(open);
        self.separated(items, Self::expr);
        self.push(close);
    }

    pub(super) fn dotted(&mut self, parts: &[Ident]) {
        for (n, part) in parts.iter().enumerate() {
            if n > 0 {
                self.push(".");
            }
            self.ident(part);
        }
    }

    fn element(&mut self, element: &Ident) {
        let is_number =
            element.value.strip_prefix('-').unwrap_or(&element.value).bytes().all(|byte| byte.is_ascii_digit());
        if is_number && element.quote == Quote::Bare {
            self.push(&element.value);
        } else {
            self.ident(element);
        }
    }

    fn unary(&mut self, op: UnaryOp, expr: &Expr) {
        self.push(match op {
            UnaryOp::Minus => "-",
            UnaryOp::Plus => "+",
            UnaryOp::Not => "NOT ",
        });
        self.operand(expr);
    }

    fn lambda(&mut self, params: &[Ident], body: &Expr) {
        if let [param] = params {
            self.ident(param);
        } else {
            self.push("(");
            self.separated(params, Self::ident);
            self.push(")");
        }
        self.push(" -> ");
        self.operand(body);
    }

    fn case(&mut self, operand: Option<&Expr>, branches: &[(Expr, Expr)], otherwise: Option<&Expr>) {
        self.cases += 1;
        self.push("CASE");
        if let Some(operand) = operand {
            self.push(" ");
            self.operand(operand);
        }
        for (condition, value) in branches {
            self.push(" WHEN ");
            self.expr(condition);
            self.push(" THEN ");
            self.expr(value);
        }
        if let Some(otherwise) = otherwise {
            self.push(" ELSE ");
            self.expr(otherwise);
        }
        self.push(" END");
        self.cases -= 1;
    }

    fn cast(&mut self, expr: &Expr, ty: &crate::ast::TypeName, style: CastStyle) {
        match style {
            CastStyle::Colons => {
                match &expr.kind {
                    ExprKind::Literal(_) | ExprKind::Cast { .. } => self.expr(expr),
                    _ => self.postfix_operand(expr),
                }
                self.push("::");
                self.type_name(ty);
            }
            CastStyle::Function => {
                self.push("CAST(");
                self.operand(expr);
                self.push(" AS ");
                self.type_name(ty);
                self.push(")");
            }
        }
    }

    fn json_path(&mut self, expr: &Expr, path: &[JsonStep]) {
        self.postfix_operand(expr);
        self.push(":");
        for (n, step) in path.iter().enumerate() {
            match step {
                JsonStep::Key(key) => {
                    if n > 0 {
                        self.push(".");
                    }
                    match key.quote {
                        Quote::Bare | Quote::Template => self.push(&key.value),
                        _ => self.push(&super::quote_identifier_always(&key.value)),
                    }
                }
                JsonStep::Index(index) => {
                    self.push("[");
                    self.expr(index);
                    self.push("]");
                }
                JsonStep::Each => self.push("[*]"),
            }
        }
    }

    fn in_set(&mut self, set: &InSet) {
        match set {
            InSet::List(items) => self.list("(", items, ")"),
            InSet::Query(query) => self.query_in_parens(query),
            InSet::Name(name) => self.object_name(name),
            InSet::Expr(expr) => self.operand(expr),
        }
    }
}
