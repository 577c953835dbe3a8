//! Queries.

use super::Visitor;
use super::expr::{expr, exprs, window};
use crate::ast::{
    EmitItem, From, FromItem, JoinConstraint, OrderItem, Query, QueryBody, Select, SelectItem, TableFunction,
    TableKind, TableRef, With,
};

pub(super) fn query(node: &mut Query, visitor: &mut dyn Visitor) {
    match &mut node.body {
        QueryBody::Select(inner) => select(inner, visitor),
        QueryBody::Set { operands, .. } => operands.iter_mut().for_each(|operand| query(operand, visitor)),
    }
    if let Some(tail) = &mut node.tail {
        select(tail, visitor);
    }
    visitor.settings(&mut node.settings);
    visitor.query(node);
}

fn select(node: &mut Select, visitor: &mut dyn Visitor) {
    for with in &mut node.with {
        match with {
            With::Query { query: inner, .. } => query(inner, visitor),
            With::Expr { expr: inner, .. } => expr(inner, visitor),
        }
    }
    exprs(&mut node.distinct_on, visitor);
    exprs(&mut node.top, visitor);
    items(&mut node.items, visitor);
    if let Some(inner) = &mut node.from {
        from(inner, visitor);
    }
    exprs(&mut node.prewhere, visitor);
    exprs(&mut node.filter, visitor);
    if let Some(group_by) = &mut node.group_by {
        exprs(&mut group_by.keys, visitor);
        exprs(group_by.grouping_sets.iter_mut().flatten(), visitor);
    }
    exprs(&mut node.partition_by, visitor);
    exprs(&mut node.shuffle_by, visitor);
    exprs(&mut node.having, visitor);
    node.windows.iter_mut().for_each(|(_, spec)| window(spec, visitor));
    exprs(&mut node.qualify, visitor);
    node.order_by.iter_mut().for_each(|item| order_item(item, visitor));
    exprs(node.interpolate.iter_mut().flatten().map(|item| &mut item.expr), visitor);
    if let Some(limit_by) = &mut node.limit_by {
        expr(&mut limit_by.limit, visitor);
        exprs(&mut limit_by.offset, visitor);
        exprs(&mut limit_by.keys, visitor);
    }
    exprs(&mut node.limit, visitor);
    exprs(&mut node.offset, visitor);
    if let Some(emit) = &mut node.emit {
        emit.items.iter_mut().for_each(|item| emit_item(item, visitor));
        visitor.emit(emit);
    }
    visitor.settings(&mut node.settings);
    visitor.select(node);
}

fn emit_item(item: &mut EmitItem, visitor: &mut dyn Visitor) {
    match item {
        EmitItem::Periodic(value)
        | EmitItem::WithBatch(value)
        | EmitItem::IdentifiedBy(value)
        | EmitItem::WithMaxspan(value)
        | EmitItem::WithOnlyMaxspan(value)
        | EmitItem::WithDelay(value)
        | EmitItem::Timeout(value)
        | EmitItem::Last { interval: value, .. } => expr(value, visitor),
        _ => {}
    }
}

fn order_item(item: &mut OrderItem, visitor: &mut dyn Visitor) {
    expr(&mut item.expr, visitor);
    if let Some(fill) = &mut item.fill {
        exprs([&mut fill.from, &mut fill.to, &mut fill.step].into_iter().filter_map(Option::as_deref_mut), visitor);
    }
}

fn items(items: &mut [SelectItem], visitor: &mut dyn Visitor) {
    exprs(items.iter_mut().map(|item| &mut item.expr), visitor);
}

fn from(node: &mut From, visitor: &mut dyn Visitor) {
    table(&mut node.first, visitor);
    for item in &mut node.rest {
        match item {
            FromItem::Join(join) => {
                table(&mut join.table, visitor);
                match &mut join.constraint {
                    Some(JoinConstraint::On(condition)) => expr(condition, visitor),
                    Some(JoinConstraint::Using(keys)) => exprs(keys, visitor),
                    None => {}
                }
            }
            FromItem::ArrayJoin(array_join) => items(&mut array_join.items, visitor),
        }
    }
}

pub(super) fn table(node: &mut TableRef, visitor: &mut dyn Visitor) {
    match &mut node.kind {
        TableKind::Name(_) => {}
        TableKind::Function(function) => table_function(function, visitor),
        TableKind::Query(inner) => query(inner, visitor),
        TableKind::Nested(inner) => from(inner, visitor),
    }
    if let Some((ratio, offset)) = &mut node.sample {
        expr(ratio, visitor);
        exprs(offset, visitor);
    }
    visitor.table(node);
}

pub(super) fn table_function(function: &mut TableFunction, visitor: &mut dyn Visitor) {
    exprs(&mut function.args, visitor);
    visitor.settings(&mut function.settings);
}
