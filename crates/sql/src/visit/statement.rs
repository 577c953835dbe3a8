//! Statements.

use super::Visitor;
use super::expr::{call, expr, exprs, type_name};
use super::query::{query, table, table_function};
use crate::ast::{
    Alter, AlterAction, Column, CreateSource, CreateStream, DictionaryPair, DictionaryValue, Elements, Engine,
    FunctionBody, Index, Insert, InsertSource, StatementKind, TtlAction, TtlItem,
};

pub(super) fn kind(node: &mut StatementKind, visitor: &mut dyn Visitor) {
    match node {
        StatementKind::CreateDatabase(create) => {
            engine(&mut create.engine, visitor);
            visitor.settings(&mut create.settings);
        }
        StatementKind::CreateStream(create) | StatementKind::CreateExternalTable(create) => stream(create, visitor),
        StatementKind::CreateView(create) => {
            elements(&mut create.elements, visitor);
            if let Some(live) = &mut create.live {
                exprs([&mut live.timeout, &mut live.refresh].into_iter().flatten(), visitor);
            }
            query(&mut create.query, visitor);
            visitor.settings(&mut create.settings);
        }
        StatementKind::CreateMaterializedView(create) => {
            elements(&mut create.elements, visitor);
            engine(&mut create.engine, visitor);
            exprs(
                [&mut create.partition_by, &mut create.primary_key, &mut create.order_by].into_iter().flatten(),
                visitor,
            );
            query(&mut create.query, visitor);
            visitor.settings(&mut create.settings);
            visitor.settings(&mut create.storage_settings);
            ttl(&mut create.ttl, visitor);
        }
        StatementKind::CreateDictionary(create) => {
            for attribute in &mut create.attributes {
                type_name(&mut attribute.ty, visitor);
                exprs(&mut attribute.default, visitor);
                exprs(&mut attribute.expression, visitor);
            }
            create.source.iter_mut().chain(&mut create.layout).for_each(|clause| pairs(&mut clause.pairs, visitor));
            visitor.settings(&mut create.settings);
        }
        StatementKind::CreateFunction(create) => {
            create.args.iter_mut().for_each(|arg| type_name(&mut arg.ty, visitor));
            create.returns.iter_mut().for_each(|ty| type_name(ty, visitor));
            if let FunctionBody::Sql(body) = &mut create.body {
                expr(body, visitor);
            }
            visitor.settings(&mut create.settings);
        }
        StatementKind::CreateTask(create) => {
            exprs([&mut create.schedule, &mut create.timeout].into_iter().flatten(), visitor);
            create.query.iter_mut().for_each(|inner| query(inner, visitor));
            create.insert.iter_mut().for_each(|inner| insert(inner, visitor));
            visitor.settings(&mut create.settings);
        }
        StatementKind::CreateAlert(create) => {
            for (count, interval) in create.batch.iter_mut().chain(&mut create.limit) {
                expr(count, visitor);
                exprs(interval, visitor);
            }
            create.call.iter_mut().for_each(|inner| call(inner, visitor));
            create.query.iter_mut().for_each(|inner| query(inner, visitor));
            visitor.settings(&mut create.settings);
        }
        StatementKind::CreateDisk(create) => visitor.settings(&mut create.settings),
        StatementKind::CreateInput(create) => visitor.settings(&mut create.settings),
        StatementKind::CreateAccess(create) => exprs(&mut create.using, visitor),
        _ => command(node, visitor),
    }
}

fn command(node: &mut StatementKind, visitor: &mut dyn Visitor) {
    match node {
        StatementKind::Drop(drop) => visitor.settings(&mut drop.settings),
        StatementKind::Alter(inner) => alter(inner, visitor),
        StatementKind::Truncate(truncate) => visitor.settings(&mut truncate.settings),
        StatementKind::Delete(delete) => {
            exprs(&mut delete.filter, visitor);
            visitor.settings(&mut delete.settings);
        }
        StatementKind::Insert(inner) => insert(inner, visitor),
        StatementKind::Select(inner) => query(inner, visitor),
        StatementKind::Show(show) => {
            exprs(&mut show.filter, visitor);
            visitor.settings(&mut show.settings);
        }
        StatementKind::Describe(describe) => {
            table(&mut describe.table, visitor);
            visitor.settings(&mut describe.settings);
        }
        StatementKind::Set(set) => visitor.settings(&mut set.settings),
        StatementKind::Explain(explain) => kind(&mut explain.statement.kind, visitor),
        StatementKind::Kill(kill) => exprs(&mut kill.filter, visitor),
        _ => {}
    }
}

fn insert(insert: &mut Insert, visitor: &mut dyn Visitor) {
    insert.function.iter_mut().for_each(|function| table_function(function, visitor));
    exprs(&mut insert.partition_by, visitor);
    visitor.settings(&mut insert.settings);
    match &mut insert.source {
        InsertSource::Query(inner) => query(inner, visitor),
        InsertSource::Values { rows, .. } => exprs(rows.iter_mut().flatten(), visitor),
        InsertSource::Format { .. } | InsertSource::Infile(_) | InsertSource::None => {}
    }
}

fn stream(create: &mut CreateStream, visitor: &mut dyn Visitor) {
    elements(&mut create.elements, visitor);
    engine(&mut create.engine, visitor);
    let keys = [&mut create.partition_by, &mut create.primary_key, &mut create.order_by, &mut create.sample_by];
    exprs(keys.into_iter().flatten(), visitor);
    ttl(&mut create.ttl, visitor);
    visitor.settings(&mut create.settings);
    match &mut create.source {
        Some(CreateSource::Query(inner)) => query(inner, visitor),
        Some(CreateSource::Function(function)) => table_function(function, visitor),
        Some(CreateSource::Like(_) | CreateSource::Body(_)) | None => {}
    }
}

fn engine(engine: &mut Option<Engine>, visitor: &mut dyn Visitor) {
    exprs(engine.iter_mut().filter_map(|engine| engine.args.as_mut()).flatten(), visitor);
}

fn elements(elements: &mut Elements, visitor: &mut dyn Visitor) {
    elements.columns.iter_mut().for_each(|inner| column(inner, visitor));
    elements.indexes.iter_mut().for_each(|inner| index(inner, visitor));
    exprs(elements.constraints.iter_mut().map(|constraint| &mut constraint.expr), visitor);
}

fn column(node: &mut Column, visitor: &mut dyn Visitor) {
    node.ty.iter_mut().for_each(|ty| type_name(ty, visitor));
    exprs(node.default.as_mut().and_then(|default| default.expr.as_mut()), visitor);
    exprs(&mut node.codec, visitor);
    exprs(&mut node.ttl, visitor);
    visitor.column(node);
}

fn index(index: &mut Index, visitor: &mut dyn Visitor) {
    expr(&mut index.expr, visitor);
    exprs(&mut index.ty, visitor);
}

fn ttl(items: &mut [TtlItem], visitor: &mut dyn Visitor) {
    for item in items {
        expr(&mut item.expr, visitor);
        if let TtlAction::Recompress(codecs) = &mut item.action {
            exprs(codecs, visitor);
        }
        exprs(&mut item.filter, visitor);
    }
}

fn pairs(items: &mut [DictionaryPair], visitor: &mut dyn Visitor) {
    for pair in items {
        match &mut pair.value {
            DictionaryValue::Expr(value) => expr(value, visitor),
            DictionaryValue::Nested(inner) => pairs(inner, visitor),
            DictionaryValue::Missing => {}
        }
    }
}

fn alter(alter: &mut Alter, visitor: &mut dyn Visitor) {
    for action in &mut alter.actions {
        match action {
            AlterAction::AddColumn { column: inner, .. } | AlterAction::ModifyColumn { column: inner, .. } => {
                column(inner, visitor);
            }
            AlterAction::ModifyTtl(items) => ttl(items, visitor),
            AlterAction::ModifySetting(settings) | AlterAction::ModifyQuerySetting(settings) => {
                visitor.settings(settings);
            }
            AlterAction::ModifyQuery(inner) => query(inner, visitor),
            AlterAction::ModifyOrderBy(inner) | AlterAction::Delete(inner) | AlterAction::DropPartition(inner) => {
                expr(inner, visitor);
            }
            AlterAction::AddIndex(inner) => index(inner, visitor),
            AlterAction::AddConstraint(constraint) => expr(&mut constraint.expr, visitor),
            AlterAction::Update { assignments, filter } => {
                exprs(assignments.iter_mut().map(|(_, value)| value), visitor);
                exprs(filter, visitor);
            }
            _ => {}
        }
    }
    visitor.settings(&mut alter.settings);
}
