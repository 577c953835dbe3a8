//! Queries: SELECT and what it is made of.

use super::{Expr, From, Ident, IntervalUnit, Setting, Text, WindowSpec};
use crate::span::Span;

/// A whole query: one SELECT, or several joined by UNION, EXCEPT, INTERSECT.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// What is selected.
    pub body: QueryBody,
    /// ORDER BY, LIMIT, OFFSET, EMIT after a set whose last operand is in parentheses, or after a query in
    /// parentheses: a SELECT of nothing but these clauses.
    pub tail: Option<Box<Select>>,
    /// `INTO OUTFILE '..'`.
    pub into_outfile: Option<Box<Outfile>>,
    /// `FORMAT name`.
    pub format: Option<Ident>,
    /// `SETTINGS` after the set operation or after FORMAT (those of a SELECT are in
    /// [`Select::settings`]).
    pub settings: Vec<Setting>,
    /// Its text, parentheses around it included.
    pub span: Span,
}

impl Query {
    /// The only SELECT, if it is no set operation.
    pub fn as_select(&self) -> Option<&Select> {
        match &self.body {
            QueryBody::Select(select) => Some(select),
            QueryBody::Set { .. } => None,
        }
    }
}

/// `INTO OUTFILE '..' [AND STDOUT] [APPEND|TRUNCATE] [COMPRESSION '..' [LEVEL n]]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outfile {
    /// The file.
    pub file: Text,
    /// What follows it, as written.
    pub options: String,
}

/// One SELECT or several.
#[derive(Clone, Debug, PartialEq)]
pub enum QueryBody {
    /// One.
    Select(Box<Select>),
    /// Several with the same operator, in order, at least two. INTERSECT binds tighter than
    /// UNION and EXCEPT, which bind alike from the left: the tree is built accordingly. What the
    /// first operand's WITH names is also visible in the others.
    Set {
        /// The operator between each two.
        operator: SetOperator,
        /// The operands.
        operands: Vec<Query>,
    },
}

/// What joins SELECTs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetOperator {
    /// `UNION` alone: what it means is a setting of the server.
    Union,
    /// `UNION ALL`
    UnionAll,
    /// `UNION DISTINCT`
    UnionDistinct,
    /// `EXCEPT`
    Except,
    /// `INTERSECT`
    Intersect,
}

/// One SELECT with its clauses.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Select {
    /// `WITH`.
    pub with: Vec<With>,
    /// `WITH RECURSIVE`.
    pub recursive: bool,
    /// `DISTINCT`.
    pub distinct: bool,
    /// `DISTINCT ON (..)`.
    pub distinct_on: Vec<Expr>,
    /// `TOP n`.
    pub top: Option<Expr>,
    /// What is selected.
    pub items: Vec<SelectItem>,
    /// `FROM`.
    pub from: Option<From>,
    /// `PREWHERE`.
    pub prewhere: Option<Expr>,
    /// `WHERE`.
    pub filter: Option<Expr>,
    /// `GROUP BY`.
    pub group_by: Option<GroupBy>,
    /// `PARTITION BY`: every group computes on its own.
    pub partition_by: Vec<Expr>,
    /// `SHUFFLE BY`.
    pub shuffle_by: Vec<Expr>,
    /// `HAVING`.
    pub having: Option<Expr>,
    /// `WINDOW name AS (..)`.
    pub windows: Vec<(Ident, WindowSpec)>,
    /// `QUALIFY`.
    pub qualify: Option<Expr>,
    /// `ORDER BY`.
    pub order_by: Vec<OrderItem>,
    /// `INTERPOLATE (a AS a + 1)`, after WITH FILL; `INTERPOLATE` alone has none.
    pub interpolate: Option<Vec<SelectItem>>,
    /// `LIMIT n [OFFSET m] BY ..`.
    pub limit_by: Option<LimitBy>,
    /// `LIMIT n`, `LIMIT m, n`, `FETCH FIRST n ROWS`.
    pub limit: Option<Expr>,
    /// `OFFSET m`.
    pub offset: Option<Expr>,
    /// `LIMIT n WITH TIES`.
    pub with_ties: bool,
    /// `EMIT`.
    pub emit: Option<Emit>,
    /// `SETTINGS`.
    pub settings: Vec<Setting>,
    /// From WITH or SELECT to its last clause.
    pub span: Span,
}

/// One name of a WITH clause.
#[derive(Clone, Debug, PartialEq)]
pub enum With {
    /// `name [(columns)] AS (SELECT ..)`: a name for a query.
    Query {
        /// The name.
        name: Ident,
        /// Names for its columns.
        columns: Vec<Ident>,
        /// The query.
        query: Box<Query>,
    },
    /// `expression AS name`: a name for a value.
    Expr {
        /// The value.
        expr: Expr,
        /// The name; some write none.
        alias: Option<Ident>,
    },
}

/// One selected value.
#[derive(Clone, Debug, PartialEq)]
pub struct SelectItem {
    /// The value.
    pub expr: Expr,
    /// Its name, if one was written (with or without AS).
    pub alias: Option<Ident>,
    /// Both.
    pub span: Span,
}

/// The GROUP BY clause.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GroupBy {
    /// The keys; for GROUPING SETS all of them in order.
    pub keys: Vec<Expr>,
    /// `GROUP BY ALL`.
    pub all: bool,
    /// `GROUPING SETS ((a, b), (a))`.
    pub grouping_sets: Vec<Vec<Expr>>,
    /// `ROLLUP`, in either place.
    pub rollup: bool,
    /// `CUBE`, in either place.
    pub cube: bool,
    /// `WITH TOTALS`.
    pub totals: bool,
    /// Its text.
    pub span: Span,
}

/// One key of ORDER BY.
#[derive(Clone, Debug, PartialEq)]
pub struct OrderItem {
    /// The key.
    pub expr: Expr,
    /// `DESC`.
    pub descending: bool,
    /// `NULLS FIRST` is true, `NULLS LAST` is false.
    pub nulls_first: Option<bool>,
    /// `COLLATE '..'`.
    pub collate: Option<Text>,
    /// `WITH FILL`.
    pub fill: Option<Fill>,
    /// Its text.
    pub span: Span,
}

/// `WITH FILL [FROM a] [TO b] [STEP c]`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fill {
    /// `FROM`.
    pub from: Option<Box<Expr>>,
    /// `TO`.
    pub to: Option<Box<Expr>>,
    /// `STEP`.
    pub step: Option<Box<Expr>>,
}

/// `LIMIT n [OFFSET m] BY keys`.
#[derive(Clone, Debug, PartialEq)]
pub struct LimitBy {
    /// How many rows of each group.
    pub limit: Expr,
    /// How many are left out first.
    pub offset: Option<Expr>,
    /// The groups.
    pub keys: Vec<Expr>,
}

/// The EMIT clause: when a streaming query gives rows. Releases 1.x to 3.x write it differently
/// (resources.md 3.8 T10); the parts are kept in the order of the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Emit {
    /// Its parts, AND between them left out.
    pub items: Vec<EmitItem>,
    /// With the word EMIT.
    pub span: Span,
}

/// A part of an EMIT clause.
#[derive(Clone, Debug, PartialEq)]
pub enum EmitItem {
    /// `STREAM`
    Stream,
    /// `TABLE`
    Table,
    /// `CHANGES`, of another stream processor.
    Changes,
    /// `CHANGELOG`
    Changelog,
    /// `PERIODIC 5s`
    Periodic(Expr),
    /// `REPEAT`
    Repeat,
    /// `ON UPDATE`
    OnUpdate,
    /// `WITH BATCH 2s`
    WithBatch(Expr),
    /// `AFTER WATERMARK`
    AfterWatermark,
    /// `AFTER WINDOW CLOSE`
    AfterWindowClose,
    /// `AFTER SESSION CLOSE`
    AfterSessionClose,
    /// `AFTER KEY EXPIRE`
    AfterKeyExpire,
    /// `IDENTIFIED BY column`
    IdentifiedBy(Expr),
    /// `WITH MAXSPAN 1h`
    WithMaxspan(Expr),
    /// `WITH ONLY MAXSPAN 1m`
    WithOnlyMaxspan(Expr),
    /// `WITH DELAY 5s`, `DELAY 5s`
    WithDelay(Expr),
    /// `TIMEOUT 5s`
    Timeout(Expr),
    /// `LAST 1h [ON column]`
    Last {
        /// How far back.
        interval: Expr,
        /// By which time (`PROCTIME`).
        on: Option<Ident>,
    },
    /// `PER EVENT`
    PerEvent,
}

impl IntervalUnit {
    /// The letters of the short form: `5s`.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Nanosecond => "ns",
            Self::Microsecond => "us",
            Self::Millisecond => "ms",
            Self::Second => "s",
            Self::Minute => "m",
            Self::Hour => "h",
            Self::Day => "d",
            Self::Week => "w",
            Self::Month => "M",
            Self::Quarter => "q",
            Self::Year => "y",
        }
    }

    /// The word of the long form: `INTERVAL 5 SECOND`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Nanosecond => "NANOSECOND",
            Self::Microsecond => "MICROSECOND",
            Self::Millisecond => "MILLISECOND",
            Self::Second => "SECOND",
            Self::Minute => "MINUTE",
            Self::Hour => "HOUR",
            Self::Day => "DAY",
            Self::Week => "WEEK",
            Self::Month => "MONTH",
            Self::Quarter => "QUARTER",
            Self::Year => "YEAR",
        }
    }

    /// Reads a suffix. Case matters only between `m` and `M`.
    pub fn from_suffix(suffix: &str) -> Option<Self> {
        Some(match suffix {
            "ns" | "NS" => Self::Nanosecond,
            "us" | "US" => Self::Microsecond,
            "ms" | "MS" => Self::Millisecond,
            "s" | "S" => Self::Second,
            "m" => Self::Minute,
            "h" | "H" => Self::Hour,
            "d" | "D" => Self::Day,
            "w" | "W" => Self::Week,
            "M" => Self::Month,
            "q" | "Q" => Self::Quarter,
            "y" | "Y" => Self::Year,
            _ => return None,
        })
    }

    /// Reads a word such as `DAY`, `days`, `SQL_TSI_DAY`, `dd`.
    pub fn from_word(word: &str) -> Option<Self> {
        let lower = word.to_ascii_lowercase();
        let name = lower.strip_prefix("sql_tsi_").unwrap_or(&lower);
        Some(match name {
            "nanosecond" | "nanoseconds" | "ns" => Self::Nanosecond,
            "microsecond" | "microseconds" | "us" => Self::Microsecond,
            "millisecond" | "milliseconds" | "ms" => Self::Millisecond,
            "second" | "seconds" | "ss" | "s" => Self::Second,
            "minute" | "minutes" | "mi" | "n" => Self::Minute,
            "hour" | "hours" | "hh" | "h" => Self::Hour,
            "day" | "days" | "dd" | "d" => Self::Day,
            "week" | "weeks" | "ww" | "wk" => Self::Week,
            "month" | "months" | "mm" | "m" => Self::Month,
            "quarter" | "quarters" | "qq" | "q" => Self::Quarter,
            "year" | "years" | "yyyy" | "yy" => Self::Year,
            _ => return None,
        })
    }
}
