//! What rows come from: tables, joins, table functions.

use super::{Expr, Ident, ObjectName, Query, SelectItem, Setting};
use crate::span::Span;

/// The FROM clause: a table and what is joined to it, from left to right.
#[derive(Clone, Debug, PartialEq)]
pub struct From {
    /// The first table.
    pub first: TableRef,
    /// What follows, in order.
    pub rest: Vec<FromItem>,
    /// Without the word FROM.
    pub span: Span,
}

/// What follows the first table.
#[derive(Clone, Debug, PartialEq)]
pub enum FromItem {
    /// A joined table.
    Join(Box<Join>),
    /// `[LEFT] ARRAY JOIN`.
    ArrayJoin(ArrayJoin),
}

/// A joined table.
#[derive(Clone, Debug, PartialEq)]
pub struct Join {
    /// Which rows are kept.
    pub kind: JoinKind,
    /// How many matches count.
    pub strictness: Option<JoinStrictness>,
    /// `GLOBAL`.
    pub global: bool,
    /// The right table.
    pub table: TableRef,
    /// `ON` or `USING`.
    pub constraint: Option<JoinConstraint>,
    /// From the first word of the join to its condition.
    pub span: Span,
}

/// Which rows a join keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinKind {
    /// `JOIN`, `INNER JOIN`
    Inner,
    /// `LEFT JOIN`
    Left,
    /// `RIGHT JOIN`
    Right,
    /// `FULL JOIN`
    Full,
    /// `CROSS JOIN`
    Cross,
    /// A comma.
    Comma,
    /// `PASTE JOIN`
    Paste,
}

/// How many matches of a join count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinStrictness {
    /// `ALL`
    All,
    /// `ANY`
    Any,
    /// `ASOF`
    Asof,
    /// `SEMI`
    Semi,
    /// `ANTI`
    Anti,
    /// `LATEST`
    Latest,
    /// `RANGE`
    Range,
}

/// The condition of a join.
#[derive(Clone, Debug, PartialEq)]
pub enum JoinConstraint {
    /// `ON expression`
    On(Expr),
    /// `USING (a, b)`, `USING a`
    Using(Vec<Expr>),
}

/// `[LEFT] ARRAY JOIN a AS b, ..`.
#[derive(Clone, Debug, PartialEq)]
pub struct ArrayJoin {
    /// `LEFT`: rows with empty arrays stay.
    pub left: bool,
    /// The arrays.
    pub items: Vec<SelectItem>,
    /// Its text.
    pub span: Span,
}

/// Something that rows come from.
#[derive(Clone, Debug, PartialEq)]
pub struct TableRef {
    /// What it is.
    pub kind: TableKind,
    /// Its alias.
    pub alias: Option<Ident>,
    /// Names for its columns: `AS t(a, b)`.
    pub columns: Vec<Ident>,
    /// `FINAL`.
    pub is_final: bool,
    /// `SAMPLE ratio [OFFSET ratio]`.
    pub sample: Option<(Expr, Option<Expr>)>,
    /// With alias and modifiers.
    pub span: Span,
}

/// The kinds of things rows come from.
#[derive(Clone, Debug, PartialEq)]
pub enum TableKind {
    /// A stream, table, view, dictionary or a name of a WITH clause.
    Name(ObjectName),
    /// `table(x)`, `tumble(x, 5s)`, `numbers(10)`, a parameterized view.
    Function(TableFunction),
    /// `(SELECT ..)`.
    Query(Box<Query>),
    /// `(a JOIN b ..)`.
    Nested(Box<From>),
}

/// A function in FROM. Streams among its arguments are identifiers, windows over windows are
/// functions, `view(SELECT ..)` has a subquery.
#[derive(Clone, Debug, PartialEq)]
pub struct TableFunction {
    /// Its name; a parameterized view's may have a database.
    pub name: ObjectName,
    /// Its arguments; `name = value` is a comparison.
    pub args: Vec<Expr>,
    /// `SETTINGS` inside the parentheses.
    pub settings: Vec<Setting>,
    /// Name and arguments.
    pub span: Span,
}
