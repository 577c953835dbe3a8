//! Expressions and types.

use super::{Visitor, query};
use crate::ast::{
    ColumnTransformer, Expr, ExprKind, FrameBound, FunctionCall, InSet, JsonStep, Over, TypeArg, TypeName, Wildcard,
    WildcardColumns, WindowSpec,
};

pub(super) fn exprs<'e>(items: impl IntoIterator<Item = &'e mut Expr>, visitor: &mut dyn Visitor) {
    for item in items {
        expr(item, visitor);
    }
}

pub(super) fn expr(node: &mut Expr, visitor: &mut dyn Visitor) {
    match &mut node.kind {
        ExprKind::Literal(_) | ExprKind::Identifier(_) | ExprKind::Template(_) | ExprKind::Placeholder => {}
        ExprKind::Parameter { ty, .. } => type_name(ty, visitor),
        ExprKind::Cast { expr: inner, ty, .. } => {
            expr(inner, visitor);
            type_name(ty, visitor);
        }
        ExprKind::Unary { expr: inner, .. }
        | ExprKind::IsNull { expr: inner, .. }
        | ExprKind::Extract { expr: inner, .. }
        | ExprKind::Element { expr: inner, .. }
        | ExprKind::Alias { expr: inner, .. }
        | ExprKind::Interval { value: inner, .. }
        | ExprKind::Lambda { body: inner, .. } => expr(inner, visitor),
        ExprKind::Binary { left: a, right: b, .. }
        | ExprKind::Range { start: a, end: b, .. }
        | ExprKind::Like { expr: a, pattern: b, .. }
        | ExprKind::Trim { what: a, expr: b, .. }
        | ExprKind::Subscript { expr: a, index: b } => {
            expr(a, visitor);
            expr(b, visitor);
        }
        ExprKind::Ternary { condition: a, then: b, otherwise: c }
        | ExprKind::Between { expr: a, low: b, high: c, .. } => {
            expr(a, visitor);
            expr(b, visitor);
            expr(c, visitor);
        }
        ExprKind::In { expr: inner, set, .. } => {
            expr(inner, visitor);
            match set {
                InSet::List(items) => exprs(items, visitor),
                InSet::Query(inner) => query::query(inner, visitor),
                InSet::Expr(inner) => expr(inner, visitor),
                InSet::Name(_) => {}
            }
        }
        ExprKind::Array(items) | ExprKind::Tuple(items) => exprs(items, visitor),
        ExprKind::Subquery(inner) | ExprKind::Exists(inner) => query::query(inner, visitor),
        ExprKind::Wildcard(inner) => wildcard(inner, visitor),
        ExprKind::Function(inner) => call(inner, visitor),
        ExprKind::Case { operand, branches, otherwise } => {
            exprs(operand.as_deref_mut(), visitor);
            for (condition, value) in branches {
                expr(condition, visitor);
                expr(value, visitor);
            }
            exprs(otherwise.as_deref_mut(), visitor);
        }
        ExprKind::Map(pairs) => {
            for (key, value) in pairs {
                expr(key, visitor);
                expr(value, visitor);
            }
        }
        ExprKind::JsonPath { expr: inner, path } => {
            expr(inner, visitor);
            for step in path {
                if let JsonStep::Index(index) = step {
                    expr(index, visitor);
                }
            }
        }
    }
    visitor.expr(node);
}

fn wildcard(wildcard: &mut Wildcard, visitor: &mut dyn Visitor) {
    if let WildcardColumns::List(items) = &mut wildcard.columns {
        exprs(items, visitor);
    }
    for transformer in &mut wildcard.transformers {
        match transformer {
            ColumnTransformer::Replace(items) => exprs(items.iter_mut().map(|(expr, _)| expr), visitor),
            ColumnTransformer::Apply(inner) => expr(inner, visitor),
            ColumnTransformer::Except(_) | ColumnTransformer::ExceptPattern(_) => {}
        }
    }
}

pub(super) fn call(call: &mut FunctionCall, visitor: &mut dyn Visitor) {
    exprs(call.parameters.iter_mut().flatten(), visitor);
    exprs(&mut call.args, visitor);
    exprs(call.order_by.iter_mut().map(|item| &mut item.expr), visitor);
    exprs(call.filter.as_deref_mut(), visitor);
    if let Some(Over::Window(spec)) = &mut call.over {
        window(spec, visitor);
    }
}

pub(super) fn window(spec: &mut WindowSpec, visitor: &mut dyn Visitor) {
    exprs(&mut spec.partition_by, visitor);
    exprs(spec.order_by.iter_mut().map(|item| &mut item.expr), visitor);
    if let Some(frame) = &mut spec.frame {
        for bound in std::iter::once(&mut frame.start).chain(&mut frame.end) {
            if let FrameBound::Preceding(Some(offset)) | FrameBound::Following(Some(offset)) = bound {
                expr(offset, visitor);
            }
        }
    }
}

pub(super) fn type_name(ty: &mut TypeName, visitor: &mut dyn Visitor) {
    for arg in ty.args.iter_mut().flatten() {
        if let TypeArg::Type(inner) | TypeArg::Named { ty: inner, .. } = arg {
            type_name(inner, visitor);
        }
    }
    visitor.type_name(ty);
}
