//! Calls of functions, windows, and columns by pattern.

use super::{Expr, Ident, OrderItem, Text};
use crate::span::Span;

/// A function call, also of an aggregate or window function.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionCall {
    /// Its name as written.
    pub name: Ident,
    /// The first list of `quantile(0.9)(x)`.
    pub parameters: Option<Vec<Expr>>,
    /// `count(DISTINCT x)`.
    pub distinct: bool,
    /// Its arguments; a lone `*` is a [`Wildcard`].
    pub args: Vec<Expr>,
    /// `ORDER BY` inside the parentheses.
    pub order_by: Vec<OrderItem>,
    /// `RESPECT NULLS` is true, `IGNORE NULLS` is false.
    pub respect_nulls: Option<bool>,
    /// `FILTER (WHERE ..)`.
    pub filter: Option<Box<Expr>>,
    /// `OVER ..`.
    pub over: Option<Over>,
}

/// The window of a function.
#[derive(Clone, Debug, PartialEq)]
pub enum Over {
    /// `OVER w`
    Name(Ident),
    /// `OVER (..)`
    Window(Box<WindowSpec>),
}

/// What stands between the parentheses of OVER or WINDOW.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WindowSpec {
    /// A named window that it extends.
    pub base: Option<Ident>,
    /// `PARTITION BY`.
    pub partition_by: Vec<Expr>,
    /// `ORDER BY`.
    pub order_by: Vec<OrderItem>,
    /// `ROWS|RANGE|GROUPS ..`.
    pub frame: Option<WindowFrame>,
    /// Between the parentheses.
    pub span: Span,
}

/// The frame of a window.
#[derive(Clone, Debug, PartialEq)]
pub struct WindowFrame {
    /// `ROWS`, `RANGE` or `GROUPS`, upper case.
    pub unit: String,
    /// Where it starts.
    pub start: FrameBound,
    /// Where it ends, if written.
    pub end: Option<FrameBound>,
    /// `EXCLUDE CURRENT ROW|GROUP|TIES|NO OTHERS`: what follows EXCLUDE, upper case.
    pub exclude: Option<String>,
}

/// One end of a frame.
#[derive(Clone, Debug, PartialEq)]
pub enum FrameBound {
    /// `CURRENT ROW`
    CurrentRow,
    /// `n PRECEDING`; without a number: UNBOUNDED.
    Preceding(Option<Box<Expr>>),
    /// `n FOLLOWING`; without a number: UNBOUNDED.
    Following(Option<Box<Expr>>),
}

/// `*` and its relatives.
#[derive(Clone, Debug, PartialEq)]
pub struct Wildcard {
    /// `t` of `t.*`; `db`, `t` of `db.t.*`.
    pub qualifier: Vec<Ident>,
    /// Which columns.
    pub columns: WildcardColumns,
    /// What is done to them, in order.
    pub transformers: Vec<ColumnTransformer>,
}

/// Which columns a wildcard stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum WildcardColumns {
    /// `*`
    All,
    /// `COLUMNS('pattern')`
    Pattern(Text),
    /// `COLUMNS(a, b)`
    List(Vec<Expr>),
}

/// What is done to the columns of a wildcard.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnTransformer {
    /// `EXCEPT (a, b)`
    Except(Vec<Ident>),
    /// `EXCEPT 'pattern'`
    ExceptPattern(Text),
    /// `REPLACE (expr AS a)`
    Replace(Vec<(Expr, Ident)>),
    /// `APPLY (f)`
    Apply(Box<Expr>),
}
