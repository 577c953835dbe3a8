//! What an expression is made of, for whoever walks the tree.

use super::{ColumnTransformer, Expr, ExprKind, FrameBound, InSet, JsonStep, Over, Query, WildcardColumns, WindowSpec};

/// A direct part of an expression.
#[derive(Clone, Copy, Debug)]
pub enum Child<'a> {
    /// An expression.
    Expr(&'a Expr),
    /// A subquery.
    Query(&'a Query),
}

impl Expr {
    /// Calls `visit` for each direct part, from left to right.
    pub fn for_each_child<'a>(&'a self, visit: &mut dyn FnMut(Child<'a>)) {
        match &self.kind {
            ExprKind::Literal(_)
            | ExprKind::Identifier(_)
            | ExprKind::Parameter { .. }
            | ExprKind::Template(_)
            | ExprKind::Placeholder => {}
            ExprKind::Unary { expr, .. }
            | ExprKind::IsNull { expr, .. }
            | ExprKind::Cast { expr, .. }
            | ExprKind::Extract { expr, .. }
            | ExprKind::Element { expr, .. }
            | ExprKind::Alias { expr, .. }
            | ExprKind::Interval { value: expr, .. }
            | ExprKind::Lambda { body: expr, .. } => visit(Child::Expr(expr)),
            ExprKind::Binary { left, right, .. } => {
                visit(Child::Expr(left));
                visit(Child::Expr(right));
            }
            ExprKind::Ternary { condition, then, otherwise } => {
                visit(Child::Expr(condition));
                visit(Child::Expr(then));
                visit(Child::Expr(otherwise));
            }
            ExprKind::Between { expr, low, high, .. } => {
                visit(Child::Expr(expr));
                visit(Child::Expr(low));
                visit(Child::Expr(high));
            }
            ExprKind::In { expr, set, .. } => {
                visit(Child::Expr(expr));
                match set {
                    InSet::List(items) => visit_all(items, visit),
                    InSet::Query(query) => visit(Child::Query(query)),
                    InSet::Expr(expr) => visit(Child::Expr(expr)),
                    InSet::Name(_) => {}
                }
            }
            ExprKind::Range { start, end, .. } => {
                visit(Child::Expr(start));
                visit(Child::Expr(end));
            }
            ExprKind::Like { expr, pattern, .. } => {
                visit(Child::Expr(expr));
                visit(Child::Expr(pattern));
            }
            ExprKind::Trim { what, expr, .. } => {
                visit(Child::Expr(what));
                visit(Child::Expr(expr));
            }
            ExprKind::Subscript { expr, index } => {
                visit(Child::Expr(expr));
                visit(Child::Expr(index));
            }
            ExprKind::Array(items) | ExprKind::Tuple(items) => visit_all(items, visit),
            ExprKind::Subquery(query) | ExprKind::Exists(query) => visit(Child::Query(query)),
            _ => self.for_each_child_of_compound(visit),
        }
    }

    fn for_each_child_of_compound<'a>(&'a self, visit: &mut dyn FnMut(Child<'a>)) {
        match &self.kind {
            ExprKind::Wildcard(wildcard) => {
                if let WildcardColumns::List(items) = &wildcard.columns {
                    visit_all(items, visit);
                }
                for transformer in &wildcard.transformers {
                    match transformer {
                        ColumnTransformer::Replace(items) => {
                            items.iter().for_each(|(expr, _)| visit(Child::Expr(expr)));
                        }
                        ColumnTransformer::Apply(expr) => visit(Child::Expr(expr)),
                        ColumnTransformer::Except(_) | ColumnTransformer::ExceptPattern(_) => {}
                    }
                }
            }
            ExprKind::Function(call) => {
                visit_all(call.parameters.iter().flatten(), visit);
                visit_all(&call.args, visit);
                visit_all(call.order_by.iter().map(|item| &item.expr), visit);
                visit_all(call.filter.as_deref(), visit);
                if let Some(Over::Window(spec)) = &call.over {
                    spec.for_each_child(visit);
                }
            }
            ExprKind::Case { operand, branches, otherwise } => {
                visit_all(operand.as_deref(), visit);
                for (condition, value) in branches {
                    visit(Child::Expr(condition));
                    visit(Child::Expr(value));
                }
                visit_all(otherwise.as_deref(), visit);
            }
            ExprKind::Map(pairs) => {
                for (key, value) in pairs {
                    visit(Child::Expr(key));
                    visit(Child::Expr(value));
                }
            }
            ExprKind::JsonPath { expr, path } => {
                visit(Child::Expr(expr));
                for step in path {
                    if let JsonStep::Index(index) = step {
                        visit(Child::Expr(index));
                    }
                }
            }
            _ => {}
        }
    }
}

impl WindowSpec {
    /// Calls `visit` for each expression of the window, from left to right.
    pub fn for_each_child<'a>(&'a self, visit: &mut dyn FnMut(Child<'a>)) {
        visit_all(&self.partition_by, visit);
        visit_all(self.order_by.iter().map(|item| &item.expr), visit);
        let bounds = self.frame.iter().flat_map(|frame| std::iter::once(&frame.start).chain(&frame.end));
        for bound in bounds {
            if let FrameBound::Preceding(Some(offset)) | FrameBound::Following(Some(offset)) = bound {
                visit(Child::Expr(offset));
            }
        }
    }
}

fn visit_all<'a>(exprs: impl IntoIterator<Item = &'a Expr>, visit: &mut dyn FnMut(Child<'a>)) {
    exprs.into_iter().for_each(|expr| visit(Child::Expr(expr)));
}
