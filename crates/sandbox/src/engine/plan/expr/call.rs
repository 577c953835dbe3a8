//! Function calls: aggregates, the table's functions, users' functions.

use ferry_sql::{Expr, ExprKind, FunctionCall};

use super::{Aggregate, Resolver};
use crate::engine::cell::Cell;
use crate::engine::functions::{self, AggregateArguments};
use crate::engine::plan::field;
use crate::engine::{ErrorCode, SqlError, SqlFunction, Typed};

impl Resolver<'_, '_> {
    pub(super) fn call(&self, call: &FunctionCall) -> Result<Typed, SqlError> {
        let name = call.name.value.as_str();
        if call.over.is_some() {
            return Err(SqlError::not_implemented("window functions (OVER)"));
        }
        if functions::is_aggregate(name).is_some() {
            return self.aggregate(call);
        }
        if functions::find(name).is_some() {
            if call.distinct || call.filter.is_some() || !call.order_by.is_empty() {
                return Err(SqlError::new(ErrorCode::SyntaxError, format!("Function {name} is no aggregate")));
            }
            return self.function(name, self.resolve_all(&call.args)?);
        }
        match self.planner.context.catalog.sql_function(name)? {
            Some(function) => self.user_function(name, &function, &call.args),
            None => Err(SqlError::new(ErrorCode::UnknownFunction, format!("Unknown function {name}"))),
        }
    }

    fn user_function(&self, name: &str, function: &SqlFunction, args: &[Expr]) -> Result<Typed, SqlError> {
        if args.len() != function.parameters.len() {
            return Err(SqlError::new(
                ErrorCode::NumberOfArguments,
                format!("Function {name} takes {} arguments, {} were given", function.parameters.len(), args.len()),
            ));
        }
        if self.expanding.borrow().iter().any(|expanding| expanding == name) {
            return Err(SqlError::new(ErrorCode::BadArguments, format!("Function {name} calls itself")));
        }
        let args = self.resolve_all(args)?;
        let mut parameters: Vec<(String, Typed)> = function.parameters.iter().cloned().zip(args).collect();
        // A body sees its own parameters only.
        std::mem::swap(&mut parameters, &mut self.parameters.borrow_mut());
        self.expanding.borrow_mut().push(name.to_owned());
        let result = self.resolve(&function.body);
        self.expanding.borrow_mut().pop();
        std::mem::swap(&mut parameters, &mut self.parameters.borrow_mut());
        result
    }

    fn aggregate(&self, call: &FunctionCall) -> Result<Typed, SqlError> {
        let name = call.name.value.as_str();
        let Some(aggregates) = self.aggregates else {
            return Err(SqlError::new(
                ErrorCode::IllegalAggregation,
                format!("Aggregate function {name} is found in a place where it may not stand"),
            ));
        };
        if self.inside_aggregate.replace(true) {
            return Err(SqlError::new(
                ErrorCode::IllegalAggregation,
                format!("Aggregate function {name} is found inside another aggregate function"),
            ));
        }
        let resolved = self.aggregate_arguments(call);
        self.inside_aggregate.set(false);
        let name = if call.distinct && name.eq_ignore_ascii_case("count") { "uniq_exact" } else { name };
        let aggregation = functions::aggregation(name, resolved?)?
            .ok_or_else(|| SqlError::new(ErrorCode::UnknownFunction, format!("Unknown function {name}")))?;
        let mut aggregates = aggregates.borrow_mut();
        let known = aggregates
            .iter()
            .find(|aggregate| aggregate.aggregation.expr == aggregation.expr)
            .map(|aggregate| aggregate.internal.clone());
        let internal = known.unwrap_or_else(|| {
            let internal = self.planner.fresh("a");
            aggregates.push(Aggregate { internal: internal.clone(), aggregation: aggregation.clone() });
            internal
        });
        aggregation.result(field(&internal))
    }

    fn aggregate_arguments(&self, call: &FunctionCall) -> Result<AggregateArguments, SqlError> {
        if !call.order_by.is_empty() {
            return Err(SqlError::not_implemented("ORDER BY inside an aggregate function"));
        }
        let mut args = Vec::with_capacity(call.args.len());
        for arg in &call.args {
            if !matches!(arg.kind, ExprKind::Wildcard(_)) {
                args.push(self.resolve(arg)?);
            }
        }
        let mut parameters: Vec<Cell> = Vec::new();
        for parameter in call.parameters.iter().flatten() {
            parameters.push(self.resolve(parameter)?.constant.ok_or_else(|| {
                SqlError::new(
                    ErrorCode::BadArguments,
                    format!("Parameters of function {} must be constants", call.name.value),
                )
            })?);
        }
        let filter = call.filter.as_deref().map(|filter| self.condition(filter)).transpose()?;
        Ok(AggregateArguments { parameters, args, distinct: call.distinct, filter })
    }
}
