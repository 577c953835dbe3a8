//! SQL inside other texts: dashboards, saved queries, sinks, dictionaries.

use super::collect::Collector;
use super::{Catalog, References};
use crate::ast::{Expr, ExprKind};
use crate::span::Span;

/// What a text of SQL refers to, as it stands in a dashboard, saved query, sink or source. Templates
/// such as `{{filter}}` may stand in it. Places are places in `sql`. What cannot be read is among the
/// unresolved.
pub fn references_in_query_text(sql: &str, default_database: &str, catalog: &dyn Catalog) -> References {
    let parsed = crate::parse(sql);
    let mut collector = Collector::new(default_database, catalog);
    for statement in &parsed.statements {
        collector.statement(&statement.kind);
    }
    for error in &parsed.errors {
        collector.unresolved(error.span.text(sql), &format!("the query cannot be read: {error}"), error.span);
    }
    collector.finish()
}

/// An expression read from inside a string stands where the string stands.
pub(super) fn move_to(expr: &mut Expr, span: Span) {
    expr.span = span;
    match &mut expr.kind {
        ExprKind::Function(call) => {
            call.name.span = span;
            call.args.iter_mut().for_each(|arg| move_to(arg, span));
        }
        ExprKind::Binary { left, right, .. } => {
            move_to(left, span);
            move_to(right, span);
        }
        ExprKind::Unary { expr, .. } | ExprKind::Cast { expr, .. } => move_to(expr, span),
        ExprKind::Tuple(items) | ExprKind::Array(items) => {
            items.iter_mut().for_each(|item| move_to(item, span));
        }
        _ => {}
    }
}
