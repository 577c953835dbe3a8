//! Walks a whole statement and lets a visitor look at, or change, every part of it.
//!
//! Parts come before what holds them, so that a visitor that simplifies sees simplified parts.

mod expr;
mod query;
mod statement;

use crate::ast::{Column, Emit, Expr, Query, Select, Setting, Statement, TableRef, TypeName};

/// What a visitor wants to see. Every method does nothing unless it is written.
pub trait Visitor {
    /// An expression, after its parts.
    fn expr(&mut self, _expr: &mut Expr) {}
    /// A type, after its arguments.
    fn type_name(&mut self, _ty: &mut TypeName) {}
    /// A column of a stream, after its parts.
    fn column(&mut self, _column: &mut Column) {}
    /// A list of settings, an empty one too.
    fn settings(&mut self, _settings: &mut Vec<Setting>) {}
    /// One SELECT, after its parts.
    fn select(&mut self, _select: &mut Select) {}
    /// A query, after its operands.
    fn query(&mut self, _query: &mut Query) {}
    /// An EMIT clause.
    fn emit(&mut self, _emit: &mut Emit) {}
    /// Something that rows come from, after its parts.
    fn table(&mut self, _table: &mut TableRef) {}
}

/// Shows every part of a statement to `visitor`.
pub fn visit(statement: &mut Statement, visitor: &mut dyn Visitor) {
    statement::kind(&mut statement.kind, visitor);
}

/// Shows every part of an expression, itself included, to `visitor`.
pub fn visit_expr(expr: &mut Expr, visitor: &mut dyn Visitor) {
    expr::expr(expr, visitor);
}

/// Shows every part of a query, itself included, to `visitor`.
pub fn visit_query(query: &mut Query, visitor: &mut dyn Visitor) {
    query::query(query, visitor);
}
