//! Resolving expressions.

mod call;
mod operator;

use std::cell::RefCell;

use datafusion::common::Spans;
use datafusion::logical_expr::expr::{Exists, InSubquery};
use datafusion::logical_expr::{Expr as PlanExpr, Subquery};
use ferry_native::DataType;
use ferry_sql::{Expr, ExprKind, Ident, InSet, IntervalUnit, JsonStep, Literal};

use super::{Planner, Scope, field};
use crate::engine::cell::{self, Cell};
use crate::engine::functions::{self, Arguments, Build};
use crate::engine::{ErrorCode, SqlError, Typed, types};

/// Resolves the expressions of one place.
pub struct Resolver<'p, 'c> {
    pub(super) planner: &'p Planner<'c>,
    pub(super) scope: &'p Scope,
    /// Aggregates found so far; `None` where there may be none.
    pub(super) aggregates: Option<&'p RefCell<Vec<Aggregate>>>,
    expanding: RefCell<Vec<String>>,
    parameters: RefCell<Vec<(String, Typed)>>,
    inside_aggregate: std::cell::Cell<bool>,
}

/// An aggregate that a query computes.
#[derive(Debug, Clone)]
pub struct Aggregate {
    /// The field of the aggregate node.
    pub internal: String,
    /// What computes it.
    pub aggregation: functions::Aggregation,
}

impl<'p, 'c> Resolver<'p, 'c> {
    /// A resolver for a place without aggregates.
    pub fn new(planner: &'p Planner<'c>, scope: &'p Scope) -> Self {
        Self {
            planner,
            scope,
            aggregates: None,
            expanding: RefCell::default(),
            parameters: RefCell::default(),
            inside_aggregate: std::cell::Cell::new(false),
        }
    }

    /// A resolver for a place where aggregates may stand; they are collected.
    pub fn with_aggregates(mut self, aggregates: &'p RefCell<Vec<Aggregate>>) -> Self {
        self.aggregates = Some(aggregates);
        self
    }

    /// Resolves an expression.
    pub fn resolve(&self, expr: &Expr) -> Result<Typed, SqlError> {
        match &expr.kind {
            ExprKind::Literal(literal) => constant(literal),
            ExprKind::Identifier(parts) => self.identifier(parts),
            ExprKind::Function(call) => self.call(call),
            ExprKind::Unary { op, expr } => self.unary(*op, expr),
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right),
            ExprKind::Ternary { condition, then, otherwise } => {
                let branch = (self.resolve(condition)?, self.resolve(then)?);
                functions::case(vec![branch], Some(self.resolve(otherwise)?))
            }
            ExprKind::Between { expr, negated, low, high } => self.between(expr, *negated, low, high),
            ExprKind::In { expr, negated, set, .. } => self.is_in(expr, *negated, set),
            ExprKind::Like { escape: Some(_), .. } => Err(SqlError::not_implemented("LIKE with ESCAPE")),
            ExprKind::Like { expr, negated, op, pattern, escape: None } => {
                let kind = match op {
                    ferry_sql::LikeOp::Like => functions::Pattern::Like,
                    ferry_sql::LikeOp::ILike => functions::Pattern::ILike,
                    ferry_sql::LikeOp::Regexp => functions::Pattern::Regexp,
                };
                functions::like(kind, self.resolve(expr)?, self.resolve(pattern)?, *negated)
            }
            ExprKind::IsNull { expr, negated } => functions::is_null(self.resolve(expr)?, *negated),
            ExprKind::Case { operand, branches, otherwise } => {
                let mut resolved = Vec::with_capacity(branches.len());
                for (condition, value) in branches {
                    let condition = match operand {
                        Some(operand) => functions::compare(
                            functions::Comparison::Equals,
                            self.resolve(operand)?,
                            self.resolve(condition)?,
                        )?,
                        None => self.resolve(condition)?,
                    };
                    resolved.push((condition, self.resolve(value)?));
                }
                let otherwise = otherwise.as_deref().map(|value| self.resolve(value)).transpose()?;
                functions::case(resolved, otherwise)
            }
            ExprKind::Cast { expr, ty, .. } => self.resolve(expr)?.cast_to(&types::of_name(ty)?),
            ExprKind::Interval { value, unit, .. } => {
                let value = self.resolve(value)?;
                if types::integer(&value.data_type).is_none() {
                    return Err(SqlError::new(ErrorCode::IllegalType, "An interval needs a whole number"));
                }
                value.cast_to(&DataType::Interval(interval_unit(*unit)))
            }
            ExprKind::Extract { unit, expr } => {
                let name = format!("to_{}", unit.word().to_ascii_lowercase());
                let name = if name == "to_day" { "to_day_of_month".to_owned() } else { name };
                self.function(&name, vec![self.resolve(expr)?])
            }
            ExprKind::Trim { side, what, expr } => self.trim(*side, what, expr),
            ExprKind::Array(items) => self.function("array", self.resolve_all(items)?),
            ExprKind::Tuple(items) => self.function("tuple", self.resolve_all(items)?),
            ExprKind::Map(entries) => {
                let mut args = Vec::with_capacity(entries.len() * 2);
                for (key, value) in entries {
                    args.push(self.resolve(key)?);
                    args.push(self.resolve(value)?);
                }
                self.function("map", args)
            }
            ExprKind::Subscript { expr, index } => {
                self.function("array_element", vec![self.resolve(expr)?, self.resolve(index)?])
            }
            ExprKind::Element { expr, element } => {
                let tuple = self.resolve(expr)?;
                self.element(tuple, element)
            }
            ExprKind::JsonPath { expr, path } => {
                let mut steps = Vec::with_capacity(path.len());
                for step in path {
                    match step {
                        JsonStep::Key(key) => steps.push(key.value.clone()),
                        JsonStep::Index(index) => {
                            let index = self.resolve(index)?.constant.and_then(|cell| cell.as_int());
                            let index =
                                index.ok_or_else(|| SqlError::not_implemented("computed positions in a JSON path"))?;
                            steps.push(index.to_string());
                        }
                        JsonStep::Each => {
                            return Err(SqlError::not_implemented("[*] in a JSON path"));
                        }
                    }
                }
                functions::json_path(self.resolve(expr)?, &steps)
            }
            ExprKind::Subquery(query) => {
                let planned = self.planner.query(query, &self.scope.environment)?;
                let [column] = &planned.columns[..] else {
                    return Err(SqlError::not_implemented("scalar subqueries with several columns"));
                };
                let data_type = types::nullable(column.data_type.clone());
                let expr = PlanExpr::ScalarSubquery(subquery(planned.plan));
                Ok(Typed::new(expr, data_type))
            }
            ExprKind::Exists(query) => {
                let planned = self.planner.query(query, &self.scope.environment)?;
                let expr = PlanExpr::Exists(Exists::new(subquery(planned.plan), false));
                Ok(Typed::new(expr, DataType::Bool))
            }
            ExprKind::Alias { expr, .. } => self.resolve(expr),
            ExprKind::Wildcard(_) => {
                Err(SqlError::new(ErrorCode::SyntaxError, "An asterisk stands where a value is expected"))
            }
            ExprKind::Lambda { .. } => Err(SqlError::not_implemented("lambda functions")),
            ExprKind::Parameter { name, .. } => {
                Err(SqlError::new(ErrorCode::BadArguments, format!("Query parameter `{}` was not set", name.value)))
            }
            ExprKind::Template(text) => {
                Err(SqlError::new(ErrorCode::SyntaxError, format!("The template {text} was not filled in")))
            }
            ExprKind::Range { .. } => Err(SqlError::not_implemented("a range where a value is expected")),
            ExprKind::Placeholder => Err(SqlError::new(ErrorCode::SyntaxError, "A placeholder was not filled in")),
        }
    }

    /// Resolves a condition.
    pub fn condition(&self, expr: &Expr) -> Result<Typed, SqlError> {
        self.resolve(expr)?.plain().condition()
    }

    pub(super) fn resolve_all(&self, exprs: &[Expr]) -> Result<Vec<Typed>, SqlError> {
        exprs.iter().map(|expr| self.resolve(expr)).collect()
    }

    fn identifier(&self, parts: &[Ident]) -> Result<Typed, SqlError> {
        if let [name] = parts {
            let parameter = self
                .parameters
                .borrow()
                .iter()
                .rev()
                .find(|(parameter, _)| *parameter == name.value)
                .map(|(_, value)| value.clone());
            if let Some(value) = parameter {
                return Ok(value);
            }
            if let Some(found) = self.alias(&name.value)? {
                return Ok(found);
            }
        }
        if let Some(column) = self.scope.column(parts) {
            return Ok(Typed::new(field(&column.internal), column.data_type.clone()));
        }
        // `t.name` of a tuple column, or of an alias.
        if let Some((element, tuple)) = parts.split_last()
            && !tuple.is_empty()
            && let Ok(tuple) = self.identifier(tuple)
            && matches!(tuple.data_type.base(), DataType::Tuple(_))
        {
            return self.element(tuple, element);
        }
        let name: Vec<&str> = parts.iter().map(|part| part.value.as_str()).collect();
        let known: Vec<&str> = self.scope.columns.iter().map(|column| column.name.as_str()).take(30).collect();
        Err(SqlError::new(
            ErrorCode::UnknownIdentifier,
            format!("Unknown identifier: {}; there are columns: {}", name.join("."), known.join(", ")),
        ))
    }

    /// The value of an alias, unless it is being expanded: in `x + 1 AS x` the inner `x` is the
    /// column.
    fn alias(&self, name: &str) -> Result<Option<Typed>, SqlError> {
        if self.expanding.borrow().iter().any(|expanding| expanding == name) {
            return Ok(None);
        }
        let Some((_, expr)) = self.scope.aliases.iter().find(|(alias, _)| alias == name) else {
            return Ok(None);
        };
        self.expanding.borrow_mut().push(name.to_owned());
        let resolved = self.resolve(expr);
        self.expanding.borrow_mut().pop();
        resolved.map(Some)
    }

    fn element(&self, tuple: Typed, element: &Ident) -> Result<Typed, SqlError> {
        let key = match element.value.parse::<u64>() {
            Ok(number) => Typed::constant(Cell::Int(number.into()), DataType::UInt64)?,
            Err(_) => Typed::constant(Cell::string(element.value.clone()), DataType::String)?,
        };
        self.function("tuple_element", vec![tuple, key])
    }

    /// Calls a function of the table.
    pub fn function(&self, name: &str, args: Vec<Typed>) -> Result<Typed, SqlError> {
        let unknown = || SqlError::new(ErrorCode::UnknownFunction, format!("Unknown function {name}"));
        let function = functions::find(name).ok_or_else(unknown)?;
        let Build::Scalar(build) = function.build else {
            return Err(unknown());
        };
        build(Arguments {
            name: function.name,
            args: args.into_iter().map(Typed::plain).collect(),
            parameters: String::new(),
            now_ns: self.planner.now_ns,
            user: self.planner.context.user.clone(),
            database: self.scope.environment.database.clone(),
            version: self.planner.context.catalog.version(),
        })
    }

    fn is_in(&self, expr: &Expr, negated: bool, set: &InSet) -> Result<Typed, SqlError> {
        let value = self.resolve(expr)?;
        let query = match set {
            InSet::List(items) => {
                return functions::is_in(value, self.resolve_all(items)?, negated);
            }
            InSet::Expr(array) => return self.is_in_array(value, self.resolve(array)?, negated),
            InSet::Name(name) => {
                let parts: Vec<Ident> = name.database.iter().cloned().chain([name.name.clone()]).collect();
                if let Ok(array) = self.identifier(&parts) {
                    return self.is_in_array(value, array, negated);
                }
                self.planner.whole_relation(name, &self.scope.environment)?
            }
            InSet::Query(query) => self.planner.query(query, &self.scope.environment)?,
        };
        let [column] = &query.columns[..] else {
            return Err(SqlError::not_implemented("IN with several columns of a subquery"));
        };
        let value = value.plain();
        let common = types::common(value.data_type.base(), &column.data_type)?;
        let is_nullable = value.data_type.is_nullable();
        let value = value.cast_to(&types::nullable_if(common.clone(), is_nullable))?;
        let inner = Typed::new(field(&column.internal), column.data_type.clone());
        let inner = inner.cast_to(&types::nullable_if(common, column.data_type.is_nullable()))?;
        let plan = datafusion::logical_expr::LogicalPlanBuilder::from(query.plan.clone())
            .project(vec![inner.expr.alias(self.planner.fresh("i"))])?
            .build()?;
        let expr = PlanExpr::InSubquery(InSubquery::new(Box::new(value.expr), subquery(plan), negated));
        Ok(Typed::new(expr, DataType::Bool))
    }

    fn is_in_array(&self, value: Typed, array: Typed, negated: bool) -> Result<Typed, SqlError> {
        if !matches!(array.data_type.base(), DataType::Array(_)) {
            return functions::is_in(value, vec![array], negated);
        }
        let found = self.function("has", vec![array, value])?;
        if negated { functions::not(found) } else { Ok(found) }
    }
}

fn subquery(plan: datafusion::logical_expr::LogicalPlan) -> Subquery {
    Subquery { subquery: std::sync::Arc::new(plan), outer_ref_columns: Vec::new(), spans: Spans::new() }
}

/// The value and type of a constant: a whole number has the smallest type that holds it.
pub(super) fn constant(literal: &Literal) -> Result<Typed, SqlError> {
    match literal {
        Literal::Null => Typed::constant(Cell::Null, DataType::Nullable(Box::new(DataType::Nothing))),
        Literal::Bool(value) => Typed::constant(Cell::Bool(*value), DataType::Bool),
        Literal::String(text) => Typed::constant(Cell::string(text.clone()), DataType::String),
        Literal::Date(text) => Typed::constant(cell::parse(text, &DataType::Date)?, DataType::Date),
        Literal::Timestamp(text) => {
            let data_type = DataType::DateTime { timezone: None };
            Typed::constant(cell::parse(text, &data_type)?, data_type)
        }
        Literal::Number(text) => number(text),
    }
}

fn number(text: &str) -> Result<Typed, SqlError> {
    let lower = text.to_ascii_lowercase().replace('_', "");
    let whole = if let Some(digits) = lower.strip_prefix("0x") {
        u64::from_str_radix(digits, 16).ok()
    } else if let Some(digits) = lower.strip_prefix("0b") {
        u64::from_str_radix(digits, 2).ok()
    } else {
        lower.parse::<u64>().ok()
    };
    if let Some(value) = whole {
        let bits = match value {
            0..=0xff => 8,
            0x100..=0xffff => 16,
            0x1_0000..=0xffff_ffff => 32,
            _ => 64,
        };
        return Typed::constant(Cell::Int(value.into()), types::integer_of(bits, false));
    }
    let value: f64 =
        lower.parse().map_err(|_| SqlError::new(ErrorCode::SyntaxError, format!("Cannot read the number {text}")))?;
    Typed::constant(Cell::Float(value), DataType::Float64)
}

/// The unit of a type for the unit of a text.
pub(super) fn interval_unit(unit: IntervalUnit) -> ferry_native::IntervalUnit {
    use ferry_native::IntervalUnit as Native;
    match unit {
        IntervalUnit::Nanosecond => Native::Nanosecond,
        IntervalUnit::Microsecond => Native::Microsecond,
        IntervalUnit::Millisecond => Native::Millisecond,
        IntervalUnit::Second => Native::Second,
        IntervalUnit::Minute => Native::Minute,
        IntervalUnit::Hour => Native::Hour,
        IntervalUnit::Day => Native::Day,
        IntervalUnit::Week => Native::Week,
        IntervalUnit::Month => Native::Month,
        IntervalUnit::Quarter => Native::Quarter,
        IntervalUnit::Year => Native::Year,
    }
}
