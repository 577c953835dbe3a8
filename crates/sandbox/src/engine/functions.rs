//! The one table of functions: name, arguments and result, what it does, how it is computed.
//!
//! `docs/sandbox.md` is generated from it. What is not in it is an error with its name.

mod aggregate;
mod arithmetic;
mod array;
mod bits;
mod compare;
mod conditional;
mod conversion;
pub mod documentation;
mod hash;
mod interval;
mod json;
mod math;
mod other;
mod random;
mod string;
mod table;
mod time;
mod time_parts;

use std::collections::HashMap;
use std::sync::OnceLock;

use arrow::array::ArrayRef;
use datafusion::logical_expr::{ColumnarValue, Volatility};
use ferry_native::DataType;

pub use aggregate::{AggregateArguments, Aggregation, aggregation, is_aggregate};
pub use arithmetic::{Arithmetic, arithmetic, negate};
pub use compare::{Comparison, compare, conjunction, disjunction, is_in, not};
pub use conditional::{case, is_null};
pub use json::json_path;
pub use string::{Pattern, like};
pub use time::window;

use super::cell::Cell;
use super::typed::{Call, Nulls, RowFunction, Typed, column_function};
use super::{ErrorCode, SqlError, types};

/// One entry of the table.
#[derive(Debug)]
pub struct Function {
    /// Its Timeplus name.
    pub name: &'static str,
    /// Other names of the same function.
    pub aliases: &'static [&'static str],
    /// Argument types and result type.
    pub signature: &'static str,
    /// What it does, one sentence.
    pub doc: &'static str,
    /// An expression and the text of its value, which a test checks.
    pub example: Option<(&'static str, &'static str)>,
    /// How it is computed.
    pub build: Build,
}

/// How a function is computed.
#[derive(Debug, Clone, Copy)]
pub enum Build {
    /// From the values of one row.
    Scalar(fn(Arguments) -> Result<Typed, SqlError>),
    /// From many rows; the planner asks [`aggregation`]. The combinator `_if` adds a condition.
    Aggregate,
    /// In FROM; the planner does it.
    Table,
}

/// What a scalar function is called with.
#[derive(Debug)]
pub struct Arguments {
    /// The function's name in the table.
    pub name: &'static str,
    /// The arguments, without `low_cardinality`.
    pub args: Vec<Typed>,
    /// What distinguishes this call from another with the same arguments.
    pub parameters: String,
    /// The moment of the query, in nanoseconds since 1970.
    pub now_ns: i64,
    /// Who asks.
    pub user: String,
    /// The database that bare names mean.
    pub database: String,
    /// The release that is presented.
    pub version: String,
}

impl Arguments {
    /// Fails unless there are between `least` and `most` arguments.
    pub fn expect(&self, least: usize, most: usize) -> Result<(), SqlError> {
        let n_args = self.args.len();
        if (least..=most).contains(&n_args) {
            return Ok(());
        }
        let expected = if least == most { least.to_string() } else { format!("{least} to {most}") };
        Err(SqlError::new(
            ErrorCode::NumberOfArguments,
            format!(
                "Number of arguments for function {} doesn't match: passed {n_args}, should be {expected}",
                self.name
            ),
        ))
    }

    /// The type of an argument without `nullable`.
    pub fn base(&self, index: usize) -> DataType {
        self.args[index].data_type.base().clone()
    }

    /// The value of an argument that must be constant text.
    pub fn constant_text(&self, index: usize) -> Result<String, SqlError> {
        match self.args.get(index).and_then(|arg| arg.constant.as_ref()) {
            Some(cell @ Cell::Text(_)) => Ok(cell.as_str().into_owned()),
            _ => Err(self.illegal(index, "a constant string")),
        }
    }

    /// The value of an argument that must be a constant whole number.
    pub fn constant_int(&self, index: usize) -> Result<i128, SqlError> {
        self.args
            .get(index)
            .and_then(|arg| arg.constant.as_ref())
            .and_then(Cell::as_int)
            .ok_or_else(|| self.illegal(index, "a constant number"))
    }

    /// Fails unless the type of an argument passes.
    pub fn require(&self, index: usize, passes: impl Fn(&DataType) -> bool, expected: &str) -> Result<(), SqlError> {
        let data_type = self.base(index);
        if data_type == DataType::Nothing || passes(&data_type) {
            return Ok(());
        }
        Err(self.illegal(index, expected))
    }

    /// The error that an argument has the wrong type.
    pub fn illegal(&self, index: usize, expected: &str) -> SqlError {
        let found = self.args.get(index).map_or_else(|| "nothing".to_owned(), |arg| arg.data_type.to_string());
        SqlError::new(
            ErrorCode::IllegalType,
            format!("Illegal type {found} of argument {} of function {}, expected {expected}", index + 1, self.name),
        )
    }

    /// Computes the result row by row; a NULL argument makes it NULL.
    pub fn rows(
        self,
        returns: DataType,
        body: impl Fn(&[Cell]) -> Result<Cell, SqlError> + Send + Sync + 'static,
    ) -> Result<Typed, SqlError> {
        self.rows_with(returns, Nulls::Propagate, body)
    }

    /// Computes the result column by column; a nullable argument makes it nullable.
    pub fn columns(
        self,
        returns: DataType,
        body: impl Fn(&[ColumnarValue], usize) -> Result<ArrayRef, SqlError> + Send + Sync + 'static,
    ) -> Result<Typed, SqlError> {
        let is_nullable = self.args.iter().any(|arg| arg.data_type.is_nullable());
        let returns = types::nullable_if(returns, is_nullable);
        let call = Call { name: self.name, parameters: self.parameters, returns, volatility: Volatility::Immutable };
        column_function(call, self.args, body)
    }

    /// Computes the result row by row.
    pub fn rows_with(
        self,
        returns: DataType,
        nulls: Nulls,
        body: impl Fn(&[Cell]) -> Result<Cell, SqlError> + Send + Sync + 'static,
    ) -> Result<Typed, SqlError> {
        RowFunction { name: self.name, parameters: self.parameters, returns, nulls, volatility: Volatility::Immutable }
            .over(self.args, body)
    }
}

/// All functions, in the order of the documentation.
pub fn all() -> impl Iterator<Item = (&'static str, &'static Function)> {
    SECTIONS.iter().flat_map(|(section, functions)| functions.iter().map(move |function| (*section, function)))
}

/// The function of this name. Names are matched without regard to case, as the vendor's
/// documentation uses `COUNT` and `count` alike.
pub fn find(name: &str) -> Option<&'static Function> {
    static BY_NAME: OnceLock<HashMap<String, &'static Function>> = OnceLock::new();
    let by_name = BY_NAME.get_or_init(|| {
        let mut by_name = HashMap::new();
        for (_, function) in all() {
            by_name.insert(function.name.to_ascii_lowercase(), function);
            for alias in function.aliases {
                by_name.insert(alias.to_ascii_lowercase(), function);
            }
        }
        by_name
    });
    by_name.get(&name.to_ascii_lowercase()).copied()
}

const SECTIONS: &[(&str, &[Function])] = &[
    ("Arithmetic", arithmetic::FUNCTIONS),
    ("Comparison and logic", compare::FUNCTIONS),
    ("Conditions and NULL", conditional::FUNCTIONS),
    ("Conversion", conversion::FUNCTIONS),
    ("Strings", string::FUNCTIONS),
    ("Dates and times", time::FUNCTIONS),
    ("Parts of dates and times", time_parts::FUNCTIONS),
    ("Intervals", interval::FUNCTIONS),
    ("Mathematics", math::FUNCTIONS),
    ("Bits", bits::FUNCTIONS),
    ("Arrays, maps and tuples", array::FUNCTIONS),
    ("JSON", json::FUNCTIONS),
    ("Hashes", hash::FUNCTIONS),
    ("Random values", random::FUNCTIONS),
    ("Other", other::FUNCTIONS),
    ("Aggregates", aggregate::FUNCTIONS),
    ("In FROM", table::FUNCTIONS),
];

/// Shortens the entries of the table.
macro_rules! scalar {
    ($name:literal $(| $alias:literal)*, $signature:literal, $doc:literal, $example:expr, $build:expr) => {
        $crate::engine::functions::Function {
            name: $name,
            aliases: &[$($alias),*],
            signature: $signature,
            doc: $doc,
            example: $example,
            build: $crate::engine::functions::Build::Scalar($build),
        }
    };
}
pub(super) use scalar;
