//! Resolving a query: names, types, and the DataFusion plan that follows.

mod expr;
mod filter_text;
mod from;
mod names;
mod scope;
mod select;
mod stateless;

use std::cell::Cell as Counter;
use std::sync::Arc;

use datafusion::common::Column;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder};
use ferry_native::DataType;
use ferry_sql::{Query, QueryBody, SetOperator};

pub use names::column_name;
pub use stateless::is_stateless;

pub(super) use expr::Resolver;
pub(super) use scope::{Environment, Scope, ScopeColumn};

use super::execute::Counters;
use super::{ErrorCode, QueryContext, SqlError, types};

/// How deep views and subqueries may nest.
const MAX_DEPTH: usize = 100;

/// Resolves the queries of one statement.
pub(super) struct Planner<'a> {
    /// Everything around the query.
    pub context: &'a QueryContext,
    /// The moment of the query, in nanoseconds since 1970.
    pub now_ns: i64,
    /// Counts what is read.
    pub counters: Arc<Counters>,
    next_name: Counter<u32>,
    depth: Counter<usize>,
}

/// A resolved query.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    /// Its plan; the fields are those of `columns`, in order.
    pub plan: LogicalPlan,
    /// Its columns.
    pub columns: Vec<PlannedColumn>,
}

/// One column of a resolved query.
#[derive(Debug, Clone)]
pub(super) struct PlannedColumn {
    /// The name that Timeplus gives it.
    pub name: String,
    /// The name of the plan's field.
    pub internal: String,
    /// Its type.
    pub data_type: DataType,
}

impl<'a> Planner<'a> {
    /// A planner for one statement.
    pub fn new(context: &'a QueryContext, now_ns: i64, counters: Arc<Counters>) -> Self {
        Self { context, now_ns, counters, next_name: Counter::new(0), depth: Counter::new(0) }
    }

    /// A name that nothing else in the plan has.
    pub fn fresh(&self, prefix: &str) -> String {
        let number = self.next_name.get();
        self.next_name.set(number + 1);
        format!("{prefix}{number}")
    }

    /// Resolves a query.
    pub fn query(&self, query: &Query, environment: &Environment) -> Result<Planned, SqlError> {
        if self.depth.get() >= MAX_DEPTH {
            return Err(SqlError::new(ErrorCode::BadArguments, "Queries or views are nested too deep"));
        }
        if query.into_outfile.is_some() {
            return Err(SqlError::not_implemented("INTO OUTFILE"));
        }
        if query.tail.is_some() {
            return Err(SqlError::not_implemented("ORDER BY or LIMIT after queries in parentheses"));
        }
        self.depth.set(self.depth.get() + 1);
        let planned = match &query.body {
            QueryBody::Select(select) => self.select(select, environment),
            QueryBody::Set { operator, operands } => self.set(*operator, operands, environment),
        };
        self.depth.set(self.depth.get() - 1);
        planned
    }

    fn set(&self, operator: SetOperator, operands: &[Query], environment: &Environment) -> Result<Planned, SqlError> {
        // What the first operand's WITH names is also visible in the others.
        let environment = match operands.first().and_then(Query::as_select) {
            Some(first) => environment.with(&first.with),
            None => environment.clone(),
        };
        let planned =
            operands.iter().map(|operand| self.query(operand, &environment)).collect::<Result<Vec<_>, _>>()?;
        let names: Vec<String> = planned[0].columns.iter().map(|c| c.name.clone()).collect();
        let mut data_types: Vec<DataType> = planned[0].columns.iter().map(|c| c.data_type.clone()).collect();
        for other in &planned[1..] {
            if other.columns.len() != names.len() {
                return Err(SqlError::new(
                    ErrorCode::NumberOfColumns,
                    format!("Different number of columns in UNION: {} and {}", names.len(), other.columns.len()),
                ));
            }
            for (common, column) in data_types.iter_mut().zip(&other.columns) {
                *common = types::common(common, &column.data_type)?;
            }
        }
        let internals: Vec<String> = names.iter().map(|_| self.fresh("u")).collect();
        let mut plans = Vec::with_capacity(planned.len());
        for operand in planned {
            let mut exprs = Vec::with_capacity(internals.len());
            for ((column, data_type), internal) in operand.columns.iter().zip(&data_types).zip(&internals) {
                let typed = super::Typed::new(field(&column.internal), column.data_type.clone());
                exprs.push(typed.cast_to(data_type)?.expr.alias(internal));
            }
            plans.push(LogicalPlanBuilder::from(operand.plan).project(exprs)?.build()?);
        }
        let mut plans = plans.into_iter();
        let mut plan =
            plans.next().ok_or_else(|| SqlError::new(ErrorCode::SyntaxError, "a set operation needs operands"))?;
        for right in plans {
            plan = match operator {
                SetOperator::UnionAll => LogicalPlanBuilder::from(plan).union(right)?.build()?,
                SetOperator::UnionDistinct => LogicalPlanBuilder::from(plan).union_distinct(right)?.build()?,
                SetOperator::Except => LogicalPlanBuilder::except(plan, right, true)?,
                SetOperator::Intersect => LogicalPlanBuilder::intersect(plan, right, true)?,
                SetOperator::Union => {
                    // `union_default_mode` is empty by default: the server wants ALL or DISTINCT.
                    return Err(SqlError::new(
                        ErrorCode::SyntaxError,
                        "Expected ALL or DISTINCT in SelectWithUnion query",
                    ));
                }
            };
        }
        let columns = names
            .into_iter()
            .zip(internals)
            .zip(data_types)
            .map(|((name, internal), data_type)| PlannedColumn { name, internal, data_type })
            .collect();
        Ok(Planned { plan, columns })
    }
}

/// A reference to a field of the plan below.
pub(super) fn field(name: &str) -> Expr {
    Expr::Column(Column::new_unqualified(name))
}
