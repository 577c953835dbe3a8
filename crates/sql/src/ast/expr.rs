//! Expressions and types.

use super::{FunctionCall, Ident, ObjectName, Query, Text, TypeName, Wildcard};
use crate::span::Span;

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its text, parentheses around it included.
    pub span: Span,
}

/// The kinds of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A constant.
    Literal(Literal),
    /// `a`, `t.a`, `db.t.a`: a column, an alias, a lambda's parameter, or, as a table function's
    /// argument, a stream. Never empty.
    Identifier(Vec<Ident>),
    /// `*`, `t.*`, `COLUMNS('..')`, with EXCEPT, REPLACE, APPLY.
    Wildcard(Box<Wildcard>),
    /// `f(x)`.
    Function(Box<FunctionCall>),
    /// An operator before its operand.
    Unary {
        /// The operator.
        op: UnaryOp,
        /// Its operand.
        expr: Box<Expr>,
    },
    /// An operator between two operands.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `condition ? then : otherwise`.
    Ternary {
        /// What is tested.
        condition: Box<Expr>,
        /// The value if it holds.
        then: Box<Expr>,
        /// The value if not.
        otherwise: Box<Expr>,
    },
    /// `x [NOT] BETWEEN low AND high`.
    Between {
        /// What is tested.
        expr: Box<Expr>,
        /// NOT was written.
        negated: bool,
        /// Lower bound, inclusive.
        low: Box<Expr>,
        /// Upper bound, inclusive.
        high: Box<Expr>,
    },
    /// `x [GLOBAL] [NOT] IN ..`.
    In {
        /// What is looked for.
        expr: Box<Expr>,
        /// NOT was written.
        negated: bool,
        /// GLOBAL was written.
        global: bool,
        /// Where it is looked for.
        set: InSet,
    },
    /// `x [NOT] LIKE|ILIKE|REGEXP pattern`.
    Like {
        /// What is matched.
        expr: Box<Expr>,
        /// NOT was written.
        negated: bool,
        /// Which operator.
        op: LikeOp,
        /// The pattern.
        pattern: Box<Expr>,
        /// `ESCAPE '..'`: the character that hides a wildcard.
        escape: Option<Box<Text>>,
    },
    /// `x IS [NOT] NULL`.
    IsNull {
        /// What is tested.
        expr: Box<Expr>,
        /// NOT was written.
        negated: bool,
    },
    /// `CASE [operand] WHEN .. THEN .. [ELSE ..] END`.
    Case {
        /// What the WHENs are compared with.
        operand: Option<Box<Expr>>,
        /// WHEN and THEN.
        branches: Vec<(Expr, Expr)>,
        /// ELSE.
        otherwise: Option<Box<Expr>>,
    },
    /// `CAST(x AS t)`, `x::t`. (`cast(x, 't')` is a function.)
    Cast {
        /// What is cast.
        expr: Box<Expr>,
        /// To what.
        ty: Box<TypeName>,
        /// How it was written.
        style: CastStyle,
    },
    /// `INTERVAL 1 DAY`, `5s`.
    Interval {
        /// How many; a literal number, for the short form always.
        value: Box<Expr>,
        /// Of what.
        unit: IntervalUnit,
        /// Written as `5s`.
        short: bool,
    },
    /// `extract(YEAR FROM x)`. (`extract(x, 'pattern')` is a function.)
    Extract {
        /// What is taken out.
        unit: IntervalUnit,
        /// Of what.
        expr: Box<Expr>,
    },
    /// `trim(BOTH 'x' FROM y)`. (`trim(y)` is a function.)
    Trim {
        /// Where.
        side: TrimSide,
        /// Which characters.
        what: Box<Expr>,
        /// Of what.
        expr: Box<Expr>,
    },
    /// `x -> ..`, `(a, b) -> ..`.
    Lambda {
        /// Its parameters.
        params: Vec<Ident>,
        /// Its body.
        body: Box<Expr>,
    },
    /// `[a, b]`.
    Array(Vec<Expr>),
    /// `(a, b)`, `(a,)`, `()`.
    Tuple(Vec<Expr>),
    /// `[start, end)`, `(start, end]`: the condition range of a session window. (With two square
    /// brackets it is an [`ExprKind::Array`], with two round ones an [`ExprKind::Tuple`].)
    Range {
        /// Begins a session.
        start: Box<Expr>,
        /// Ends it.
        end: Box<Expr>,
        /// The start's row belongs to the session: `[`. The end's does the opposite.
        start_inclusive: bool,
    },
    /// `{'k': v}`, as VALUES may hold.
    Map(Vec<(Expr, Expr)>),
    /// `x[i]`.
    Subscript {
        /// Array, map or string.
        expr: Box<Expr>,
        /// Position or key.
        index: Box<Expr>,
    },
    /// `t.1`, `f(x).name`. (`a.name` is an [`ExprKind::Identifier`].)
    Element {
        /// The tuple.
        expr: Box<Expr>,
        /// Number or name.
        element: Ident,
    },
    /// `raw:a.b[1].c`: a path into JSON text.
    JsonPath {
        /// The column that holds the JSON.
        expr: Box<Expr>,
        /// The steps.
        path: Vec<JsonStep>,
    },
    /// `(SELECT ..)`.
    Subquery(Box<Query>),
    /// `EXISTS (SELECT ..)`.
    Exists(Box<Query>),
    /// `x AS y` inside an expression (a select item's own alias is [`super::SelectItem::alias`]).
    Alias {
        /// What is named.
        expr: Box<Expr>,
        /// The name.
        alias: Ident,
    },
    /// `{name:type}`: a parameter of the query or of a view.
    Parameter {
        /// Its name.
        name: Ident,
        /// Its type.
        ty: Box<TypeName>,
    },
    /// `{{ .. }}` in the place of an expression; the raw text, braces included.
    Template(String),
    /// `?`.
    Placeholder,
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `NULL`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A number as written: decimal, hex (`0x`), binary (`0b`), exponent, `inf`, `nan`; the sign
    /// is an operator of its own.
    Number(String),
    /// A string, escapes resolved.
    String(String),
    /// `DATE '..'`.
    Date(String),
    /// `TIMESTAMP '..'`.
    Timestamp(String),
}

/// An operator before its operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOp {
    /// `-`
    Minus,
    /// `+`
    Plus,
    /// `NOT`
    Not,
}

/// An operator between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `OR`
    Or,
    /// `AND`
    And,
    /// `XOR`
    Xor,
    /// `=`, `==`
    Eq,
    /// `!=`, `<>`
    NotEq,
    /// `<=>`: equal, and NULL equals NULL; also `IS NOT DISTINCT FROM`.
    NullSafeEq,
    /// `IS DISTINCT FROM`
    IsDistinctFrom,
    /// `<`
    Lt,
    /// `<=`
    LtEq,
    /// `>`
    Gt,
    /// `>=`
    GtEq,
    /// `||`
    Concat,
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`, `MOD`
    Modulo,
    /// `DIV`
    IntDivide,
}

impl BinaryOp {
    /// How it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Or => "OR",
            Self::And => "AND",
            Self::Xor => "XOR",
            Self::Eq => "=",
            Self::NotEq => "!=",
            Self::NullSafeEq => "<=>",
            Self::IsDistinctFrom => "IS DISTINCT FROM",
            Self::Lt => "<",
            Self::LtEq => "<=",
            Self::Gt => ">",
            Self::GtEq => ">=",
            Self::Concat => "||",
            Self::Plus => "+",
            Self::Minus => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
            Self::IntDivide => "DIV",
        }
    }
}

/// The operators that match patterns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LikeOp {
    /// `LIKE`
    Like,
    /// `ILIKE`: without regard to case.
    ILike,
    /// `REGEXP`
    Regexp,
}

/// How a cast was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CastStyle {
    /// `CAST(x AS t)`
    Function,
    /// `x::t`
    Colons,
}

/// Which end `trim` cuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrimSide {
    /// Both ends.
    Both,
    /// The start.
    Leading,
    /// The end.
    Trailing,
}

/// What IN looks into.
#[derive(Clone, Debug, PartialEq)]
pub enum InSet {
    /// `(1, 2)`.
    List(Vec<Expr>),
    /// `(SELECT ..)`.
    Query(Box<Query>),
    /// A bare name: a stream, a CTE, or an array or alias in scope (the text cannot tell).
    Name(Box<ObjectName>),
    /// Anything else: an array, a function.
    Expr(Box<Expr>),
}

/// A step of a JSON path.
#[derive(Clone, Debug, PartialEq)]
pub enum JsonStep {
    /// `.key`
    Key(Ident),
    /// `[1]`
    Index(Box<Expr>),
    /// `[*]`
    Each,
}

/// A unit of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IntervalUnit {
    /// `ns`
    Nanosecond,
    /// `us`
    Microsecond,
    /// `ms`
    Millisecond,
    /// `s`
    Second,
    /// `m`
    Minute,
    /// `h`
    Hour,
    /// `d`
    Day,
    /// `w`
    Week,
    /// `M`
    Month,
    /// `q`
    Quarter,
    /// `y`
    Year,
}

impl Expr {
    /// As plain text: a string's content, a number or word as written, otherwise the expression
    /// printed on one line.
    pub fn plain_text(&self) -> String {
        match &self.kind {
            ExprKind::Literal(
                Literal::String(text) | Literal::Number(text) | Literal::Date(text) | Literal::Timestamp(text),
            ) => text.clone(),
            ExprKind::Identifier(parts) => {
                let values: Vec<&str> = parts.iter().map(|part| part.value.as_str()).collect();
                values.join(".")
            }
            ExprKind::Template(text) => text.clone(),
            _ => crate::print::expr(self),
        }
    }
}
