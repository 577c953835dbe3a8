//! Functions over many rows.

use std::sync::Arc;

use datafusion::functions_aggregate::array_agg::array_agg_udaf;
use datafusion::functions_aggregate::average::avg_udaf;
use datafusion::functions_aggregate::bit_and_or_xor::{bit_and_udaf, bit_or_udaf, bit_xor_udaf};
use datafusion::functions_aggregate::count::count_udaf;
use datafusion::functions_aggregate::first_last::{first_value_udaf, last_value_udaf};
use datafusion::functions_aggregate::min_max::{max_udaf, min_udaf};
use datafusion::functions_aggregate::percentile_cont::percentile_cont_udaf;
use datafusion::functions_aggregate::stddev::{stddev_pop_udaf, stddev_udaf};
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::functions_aggregate::variance::{var_pop_udaf, var_samp_udaf};
use datafusion::logical_expr::expr::{AggregateFunction, NullTreatment, Sort};
use datafusion::logical_expr::{AggregateUDF, Expr, Volatility, cast, lit, when};
use ferry_native::DataType;

use super::{Build, Function, find};
use crate::engine::cell::Cell;
use crate::engine::typed::{Call, Nulls, RowFunction, Typed, column_function};
use crate::engine::{ErrorCode, SqlError, conform, types};

pub(super) const FUNCTIONS: &[Function] = &[
    aggregate("count", &[], "count([any]) -> uint64", "Rows, or values that are not NULL.", ("count()", "3")),
    aggregate(
        "sum",
        &[],
        "sum(number) -> int64 | uint64 | float64 | decimal(38, S)",
        "The sum; whole numbers wrap.",
        ("sum(number)", "3"),
    ),
    aggregate("avg", &[], "avg(number) -> float64", "The mean.", ("avg(number)", "1")),
    aggregate("min", &[], "min(any) -> same", "The smallest.", ("min(number)", "0")),
    aggregate("max", &[], "max(any) -> same", "The largest.", ("max(number)", "2")),
    aggregate(
        "any",
        &["any_value", "first_value", "earliest"],
        "any(any) -> same",
        "The first value met that is not NULL.",
        ("any(number)", "0"),
    ),
    aggregate(
        "any_last",
        &["last_value", "latest"],
        "any_last(any) -> same",
        "The last value met that is not NULL.",
        ("any_last(number)", "2"),
    ),
    aggregate(
        "arg_max",
        &[],
        "arg_max(any, by) -> same as the first",
        "The value where the second argument is largest.",
        ("arg_max(number, 0 - number)", "0"),
    ),
    aggregate(
        "arg_min",
        &[],
        "arg_min(any, by) -> same as the first",
        "The value where the second argument is smallest.",
        ("arg_min(number, 0 - number)", "2"),
    ),
    aggregate(
        "uniq_exact",
        &["uniq", "count_distinct", "uniq_combined", "uniq_hll12", "unique", "unique_exact"],
        "uniq_exact(any, ..) -> uint64",
        "How many distinct values there are, exactly.",
        ("uniq_exact(number % 2)", "2"),
    ),
    aggregate(
        "group_array",
        &[],
        "group_array(any) -> array",
        "All values that are not NULL.",
        ("group_array(number)", "[0,1,2]"),
    ),
    aggregate(
        "group_uniq_array",
        &[],
        "group_uniq_array(any) -> array",
        "Each value once, in no order.",
        ("length(group_uniq_array(number % 2))", "2"),
    ),
    aggregate(
        "quantile",
        &["quantile_exact", "quantile_t_digest"],
        "quantile(level)(number) -> float64",
        "The value below which a part of all lies, interpolated.",
        ("quantile(0.5)(number)", "1"),
    ),
    aggregate(
        "median",
        &["median_exact"],
        "median(number) -> float64",
        "The value in the middle.",
        ("median(number)", "1"),
    ),
    aggregate(
        "stddev_pop",
        &[],
        "stddev_pop(number) -> float64",
        "The standard deviation of all.",
        ("stddev_pop(number * 0)", "0"),
    ),
    aggregate(
        "stddev_samp",
        &[],
        "stddev_samp(number) -> float64",
        "The standard deviation of a sample.",
        ("stddev_samp(number)", "1"),
    ),
    aggregate("var_pop", &[], "var_pop(number) -> float64", "The variance of all.", ("var_pop(number * 0)", "0")),
    aggregate("var_samp", &[], "var_samp(number) -> float64", "The variance of a sample.", ("var_samp(number)", "1")),
    aggregate(
        "group_bit_and",
        &[],
        "group_bit_and(integer) -> same",
        "Bits that all have.",
        ("group_bit_and(number + 4)", "4"),
    ),
    aggregate(
        "group_bit_or",
        &[],
        "group_bit_or(integer) -> same",
        "Bits that one has.",
        ("group_bit_or(number)", "3"),
    ),
    aggregate(
        "group_bit_xor",
        &[],
        "group_bit_xor(integer) -> same",
        "Bits that an odd number has.",
        ("group_bit_xor(number)", "3"),
    ),
];

const fn aggregate(
    name: &'static str,
    aliases: &'static [&'static str],
    signature: &'static str,
    doc: &'static str,
    example: (&'static str, &'static str),
) -> Function {
    Function { name, aliases, signature, doc, example: Some(example), build: Build::Aggregate }
}

/// An aggregate that DataFusion computes, and what makes its result Timeplus's.
#[derive(Debug, Clone)]
pub struct Aggregation {
    /// What goes into the plan's aggregate node.
    pub expr: Expr,
    /// The type of the result.
    pub data_type: DataType,
    empty: Option<Cell>,
}

impl Aggregation {
    /// The result, read from the aggregate node's column.
    pub fn result(&self, column: Expr) -> Result<Typed, SqlError> {
        let wanted = types::arrow_type(&self.data_type)?;
        let column = match &self.data_type {
            DataType::Array(_) => {
                let call = Call {
                    name: "conform",
                    parameters: String::new(),
                    returns: self.data_type.clone(),
                    volatility: Volatility::Immutable,
                };
                let source = Typed::new(column, self.data_type.clone());
                column_function(call, vec![source], move |columns, n_rows| {
                    conform::array(&columns[0].to_array(n_rows)?, &wanted)
                })?
                .expr
            }
            _ => cast(column, wanted),
        };
        let Some(empty) = &self.empty else {
            return Ok(Typed::new(column, self.data_type.clone()));
        };
        let empty = Typed::constant(empty.clone(), self.data_type.clone())?.expr;
        let expr = when(column.clone().is_null(), empty).otherwise(column)?;
        Ok(Typed::new(expr, self.data_type.clone()))
    }
}

/// What an aggregate is called with.
#[derive(Debug)]
pub struct AggregateArguments {
    /// The first list of `quantile(0.9)(x)`.
    pub parameters: Vec<Cell>,
    /// The arguments.
    pub args: Vec<Typed>,
    /// `count(DISTINCT x)`.
    pub distinct: bool,
    /// Only rows for which this holds.
    pub filter: Option<Typed>,
}

/// The aggregate of this name, with or without the combinator `_if`; `None` if it is none.
pub fn is_aggregate(name: &str) -> Option<(&'static Function, bool)> {
    let is = |name: &str| find(name).filter(|function| matches!(function.build, Build::Aggregate));
    match is(name) {
        Some(function) => Some((function, false)),
        None => {
            let base = name.to_ascii_lowercase();
            let base = base.strip_suffix("_if")?.to_owned();
            is(&base).map(|function| (function, true))
        }
    }
}

/// Resolves an aggregate call; `None` if there is no aggregate of this name.
pub fn aggregation(name: &str, mut call: AggregateArguments) -> Result<Option<Aggregation>, SqlError> {
    let Some((function, conditional)) = is_aggregate(name) else {
        return Ok(None);
    };
    if conditional {
        let condition = call.args.pop().ok_or_else(|| arguments(name))?.plain().condition()?;
        call.filter = Some(match call.filter {
            Some(earlier) => super::conjunction(earlier, condition)?,
            None => condition,
        });
    }
    call.args = call.args.into_iter().map(Typed::plain).collect();
    build(function.name, call).map(Some)
}

fn build(name: &'static str, mut call: AggregateArguments) -> Result<Aggregation, SqlError> {
    let n_args = match name {
        "count" => 0..=1,
        "arg_max" | "arg_min" => 2..=2,
        "uniq_exact" => 1..=64,
        _ => 1..=1,
    };
    if !n_args.contains(&call.args.len()) {
        return Err(arguments(name));
    }
    let is_nullable = call.args.first().is_some_and(|arg| arg.data_type.is_nullable());
    let base = call.args.first().map(|arg| arg.data_type.base().clone()).unwrap_or(DataType::Nothing);
    let number = types::is_number(&base) || base == DataType::Nothing;
    let needs_number =
        matches!(name, "sum" | "avg" | "quantile" | "median" | "stddev_pop" | "stddev_samp" | "var_pop" | "var_samp");
    if needs_number && !number {
        return Err(SqlError::new(
            ErrorCode::IllegalType,
            format!("Illegal type {base} of argument for aggregate function {name}"),
        ));
    }
    let float = types::nullable_if(DataType::Float64, is_nullable);
    match name {
        "count" => {
            let arg = call.args.pop().map_or_else(|| lit(1_i64), |arg| arg.expr);
            Ok(finish(call, count_udaf(), vec![arg], DataType::UInt64, None))
        }
        "uniq_exact" => {
            call.distinct = true;
            let arg = distinct_key(std::mem::take(&mut call.args))?;
            Ok(finish(call, count_udaf(), vec![arg], DataType::UInt64, None))
        }
        "sum" => {
            let returns = sum_type(&base);
            let arg = call.args.remove(0);
            let arg = match types::decimal_scale(&base) {
                Some(_) => arg,
                None => arg.cast_to(&types::nullable_if(returns.clone(), is_nullable))?,
            };
            let empty = Cell::default_of(&returns);
            Ok(valued(call, sum_udaf(), vec![arg.expr], returns, is_nullable, empty))
        }
        "avg" => {
            let arg = call.args.remove(0).cast_to(&float)?;
            Ok(valued(call, avg_udaf(), vec![arg.expr], DataType::Float64, is_nullable, Cell::Float(f64::NAN)))
        }
        "stddev_pop" | "stddev_samp" | "var_pop" | "var_samp" => {
            let udaf = match name {
                "stddev_pop" => stddev_pop_udaf(),
                "stddev_samp" => stddev_udaf(),
                "var_pop" => var_pop_udaf(),
                _ => var_samp_udaf(),
            };
            let arg = call.args.remove(0).cast_to(&float)?;
            Ok(valued(call, udaf, vec![arg.expr], DataType::Float64, is_nullable, Cell::Float(f64::NAN)))
        }
        "quantile" | "median" => {
            let level = call.parameters.first().and_then(Cell::as_float).unwrap_or(0.5);
            if !(0.0..=1.0).contains(&level) {
                return Err(SqlError::new(ErrorCode::ArgumentOutOfBound, "Quantile level is out of range [0..1]"));
            }
            let arg = call.args.remove(0).cast_to(&float)?;
            Ok(valued(
                call,
                percentile_cont_udaf(),
                vec![arg.expr, lit(level)],
                DataType::Float64,
                is_nullable,
                Cell::Float(f64::NAN),
            ))
        }
        "group_bit_and" | "group_bit_or" | "group_bit_xor" => {
            if types::integer(&base).is_none() || base == DataType::Bool {
                return Err(SqlError::new(
                    ErrorCode::IllegalType,
                    format!("Illegal type {base} of argument for aggregate function {name}"),
                ));
            }
            let udaf = match name {
                "group_bit_and" => bit_and_udaf(),
                "group_bit_or" => bit_or_udaf(),
                _ => bit_xor_udaf(),
            };
            let arg = call.args.remove(0).expr;
            Ok(valued(call, udaf, vec![arg], base, is_nullable, Cell::Int(0)))
        }
        "min" | "max" => {
            let udaf = if name == "min" { min_udaf() } else { max_udaf() };
            let arg = call.args.remove(0).expr;
            let empty = Cell::default_of(&base);
            Ok(valued(call, udaf, vec![arg], base, is_nullable, empty))
        }
        "group_array" | "group_uniq_array" => {
            call.distinct |= name == "group_uniq_array";
            let arg = call.args.remove(0);
            if is_nullable {
                let present = super::is_null(arg.clone(), true)?;
                call.filter = Some(match call.filter.take() {
                    Some(earlier) => super::conjunction(earlier, present)?,
                    None => present,
                });
            }
            let returns = DataType::Array(Box::new(base));
            Ok(finish(call, array_agg_udaf(), vec![arg.expr], returns, Some(Cell::List(Vec::new()))))
        }
        "arg_max" | "arg_min" => {
            let by = call.args.remove(1).expr;
            let arg = call.args.remove(0).expr;
            let sort = Sort::new(by, name == "arg_min", false);
            let empty = Cell::default_of(&base);
            let mut result = valued(call, first_value_udaf(), vec![arg], base, is_nullable, empty);
            if let Expr::AggregateFunction(function) = &mut result.expr {
                function.params.order_by = vec![sort];
            }
            Ok(result)
        }
        _ => {
            let udaf = if name == "any" { first_value_udaf() } else { last_value_udaf() };
            let arg = call.args.remove(0).expr;
            let empty = Cell::default_of(&base);
            let mut result = valued(call, udaf, vec![arg], base, is_nullable, empty);
            if let Expr::AggregateFunction(function) = &mut result.expr {
                function.params.null_treatment = Some(NullTreatment::IgnoreNulls);
            }
            Ok(result)
        }
    }
}

/// The type of a sum.
pub(super) fn sum_type(data_type: &DataType) -> DataType {
    match (types::integer(data_type), types::decimal_scale(data_type)) {
        (Some((_, signed)), _) => types::integer_of(64, signed),
        (_, Some(scale)) => {
            let precision = if types::decimal_precision(data_type) > 38 { 76 } else { 38 };
            DataType::Decimal { precision, scale }
        }
        _ => DataType::Float64,
    }
}

/// A result that is NULL over nothing for nullable arguments, and a default otherwise.
fn valued(
    call: AggregateArguments,
    udaf: Arc<AggregateUDF>,
    args: Vec<Expr>,
    data_type: DataType,
    is_nullable: bool,
    empty: Cell,
) -> Aggregation {
    let empty = (!is_nullable && empty != Cell::Null).then_some(empty);
    finish(call, udaf, args, types::nullable_if(data_type, is_nullable), empty)
}

fn finish(
    call: AggregateArguments,
    udaf: Arc<AggregateUDF>,
    args: Vec<Expr>,
    data_type: DataType,
    empty: Option<Cell>,
) -> Aggregation {
    let filter = call.filter.map(|filter| Box::new(filter.expr));
    let function = AggregateFunction::new_udf(udaf, args, call.distinct, filter, Vec::new(), None);
    Aggregation { expr: Expr::AggregateFunction(function), data_type, empty }
}

fn distinct_key(mut args: Vec<Typed>) -> Result<Expr, SqlError> {
    if args.len() == 1 {
        return Ok(args.remove(0).expr);
    }
    let elements =
        args.iter().map(|arg| ferry_native::Element { name: None, data_type: arg.data_type.clone() }).collect();
    let call = RowFunction {
        name: "tuple",
        parameters: String::new(),
        returns: DataType::Tuple(elements),
        nulls: Nulls::Seen,
        volatility: Volatility::Immutable,
    };
    Ok(call.over(args, |cells| Ok(Cell::Tuple(cells.to_vec())))?.expr)
}

fn arguments(name: &str) -> SqlError {
    SqlError::new(
        ErrorCode::NumberOfArguments,
        format!("Number of arguments for aggregate function {name} doesn't match"),
    )
}
