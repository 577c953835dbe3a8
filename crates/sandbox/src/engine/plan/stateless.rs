//! Which queries can be computed from each inserted block alone.

use ferry_sql::{Expr, ExprKind, FromItem, Query, QueryBody, Select, TableKind, TableRef};

use crate::engine::SqlError;
use crate::engine::functions;

/// Fails with the reason if a query needs more than one block at a time: only such queries can be
/// run by materialized views here.
pub fn is_stateless(query: &Query) -> Result<(), SqlError> {
    match &query.body {
        QueryBody::Select(select) => check(select),
        QueryBody::Set { .. } => Err(SqlError::not_implemented("materialized views over UNION")),
    }
}

fn check(select: &Select) -> Result<(), SqlError> {
    let refused = [
        (select.group_by.is_some(), "GROUP BY"),
        (select.distinct, "DISTINCT"),
        (select.having.is_some(), "HAVING"),
        (!select.order_by.is_empty(), "ORDER BY"),
        (select.limit.is_some() || select.offset.is_some(), "LIMIT"),
        (select.limit_by.is_some(), "LIMIT BY"),
        (!select.partition_by.is_empty(), "PARTITION BY"),
        (select.emit.is_some(), "EMIT"),
        (select.items.iter().any(|item| aggregates(&item.expr)), "aggregate or window functions"),
    ];
    if let Some((_, what)) = refused.iter().find(|(is_refused, _)| *is_refused) {
        return Err(SqlError::not_implemented(format!("materialized views with {what}")));
    }
    let Some(from) = &select.from else {
        return Err(SqlError::not_implemented("materialized views without FROM"));
    };
    if from.rest.iter().any(|item| matches!(item, FromItem::Join(_))) {
        return Err(SqlError::not_implemented("materialized views with JOIN"));
    }
    table(&from.first)
}

fn table(table: &TableRef) -> Result<(), SqlError> {
    match &table.kind {
        TableKind::Name(_) => Ok(()),
        TableKind::Query(query) => is_stateless(query),
        TableKind::Function(function) => {
            Err(SqlError::not_implemented(format!("materialized views over {}(..)", function.name.name.value)))
        }
        TableKind::Nested(_) => Err(SqlError::not_implemented("materialized views with JOIN")),
    }
}

fn aggregates(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Function(call) => {
            call.over.is_some()
                || functions::is_aggregate(&call.name.value).is_some()
                || call.args.iter().any(aggregates)
        }
        ExprKind::Unary { expr, .. }
        | ExprKind::Cast { expr, .. }
        | ExprKind::Alias { expr, .. }
        | ExprKind::IsNull { expr, .. } => aggregates(expr),
        ExprKind::Binary { left, right, .. } => aggregates(left) || aggregates(right),
        ExprKind::Array(items) | ExprKind::Tuple(items) => items.iter().any(aggregates),
        ExprKind::Case { branches, otherwise, .. } => {
            branches.iter().any(|(condition, value)| aggregates(condition) || aggregates(value))
                || otherwise.as_deref().is_some_and(aggregates)
        }
        _ => false,
    }
}
