//! FROM: relations, subqueries, functions and joins.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{Expr as PlanExpr, JoinType, LogicalPlan, LogicalPlanBuilder, Volatility, lit, when};
use ferry_native::DataType;
use ferry_sql::{
    Expr, ExprKind, From, FromItem, Ident, Join, JoinConstraint, JoinKind, JoinStrictness, ObjectName, TableFunction,
    TableKind, TableRef,
};

use super::filter_text::remote_filter;
use super::{Environment, Planned, PlannedColumn, Planner, Resolver, Scope, ScopeColumn, field};
use crate::engine::cell::Cell;
use crate::engine::functions::{self, Comparison};
use crate::engine::source::{NumbersTable, RemoteTable, RowsTable, SnapshotTable};
use crate::engine::typed::{Nulls, RowFunction, Typed};
use crate::engine::{ColumnDef, DefaultKind, ErrorCode, QueryMode, Relation, SqlError, types};

type Place = (LogicalPlan, Scope);

impl Planner<'_> {
    /// Resolves FROM. `filter` is the WHERE above it, for relations that can use it themselves.
    pub(super) fn from(
        &self,
        from: &From,
        filter: Option<&Expr>,
        environment: &Environment,
    ) -> Result<Place, SqlError> {
        let filter = filter.filter(|_| from.rest.is_empty());
        let mut place = self.table(&from.first, filter, environment)?;
        for item in &from.rest {
            place = match item {
                FromItem::Join(join) => self.join(place, join, environment)?,
                FromItem::ArrayJoin(_) => return Err(SqlError::not_implemented("ARRAY JOIN")),
            };
        }
        Ok(place)
    }

    /// All columns of a relation, as `IN name` reads it.
    pub(super) fn whole_relation(&self, name: &ObjectName, environment: &Environment) -> Result<Planned, SqlError> {
        let (plan, scope) = self.named(name, None, environment)?;
        let columns = scope.columns.iter().map(|column| PlannedColumn {
            name: column.name.clone(),
            internal: column.internal.clone(),
            data_type: column.data_type.clone(),
        });
        Ok(Planned { plan, columns: columns.collect() })
    }

    fn table(&self, table: &TableRef, filter: Option<&Expr>, environment: &Environment) -> Result<Place, SqlError> {
        if table.sample.is_some() {
            return Err(SqlError::not_implemented("SAMPLE"));
        }
        let (plan, mut scope) = match &table.kind {
            TableKind::Name(name) => self.named(name, filter, environment)?,
            TableKind::Function(function) => self.table_function(function, filter, environment)?,
            TableKind::Query(query) => {
                let planned = self.query(query, environment)?;
                place_of(planned, None, environment)
            }
            TableKind::Nested(from) => self.from(from, filter, environment)?,
        };
        if !table.columns.is_empty() {
            rename(&mut scope, &table.columns)?;
        }
        if let Some(alias) = &table.alias {
            for column in &mut scope.columns {
                column.qualifier = Some((None, alias.value.clone()));
            }
        }
        Ok((plan, scope))
    }

    fn named(&self, name: &ObjectName, filter: Option<&Expr>, environment: &Environment) -> Result<Place, SqlError> {
        if name.database.is_none()
            && let Some(common) = environment.common_query(&name.name.value)
        {
            let mut inner = common.environment.clone();
            inner.historical = environment.historical;
            let planned = self.query(&common.query, &inner)?;
            let qualifier = (None, name.name.value.clone());
            let (plan, mut scope) = place_of(planned, Some(qualifier), environment);
            rename(&mut scope, &common.columns)?;
            return Ok((plan, scope));
        }
        let database = name.database_or(&environment.database);
        let table = name.name.value.as_str();
        let qualifier = (Some(database.to_owned()), table.to_owned());
        let overridden = self.context.overrides.get(&(database.to_owned(), table.to_owned()));
        let relation = match overridden {
            Some(relation) => relation.clone(),
            None => self.context.catalog.relation(database, table)?,
        };
        let endless = matches!(relation, Relation::Stream { .. } | Relation::Remote(_));
        if endless && !environment.historical {
            return Err(SqlError::not_implemented(format!(
                "endless queries: read `{table}` as table({table}), or set query_mode = 'table'"
            )));
        }
        match relation {
            Relation::Stream { columns, stream } => {
                let shard = self.context.shard.and_then(|shard| shard.checked_sub(1));
                let stored: Vec<ColumnDef> = columns.iter().filter(|column| column.is_stored()).cloned().collect();
                let fields = self.field_names(&stored);
                let snapshot = stream.snapshot(shard)?;
                let provider = SnapshotTable::new(snapshot, &stored, &fields, self.counters.clone())?;
                let mut place = self.scan(Arc::new(provider), &stored, fields, qualifier, environment)?;
                add_alias_columns(&mut place.1, &columns);
                Ok(place)
            }
            Relation::Rows { columns, batches } => {
                let fields = self.field_names(&columns);
                let provider = RowsTable::new(batches, &columns, &fields, self.counters.clone())?;
                self.scan(Arc::new(provider), &columns, fields, qualifier, environment)
            }
            Relation::Remote(remote) => {
                let columns = remote.columns();
                let stored: Vec<ColumnDef> = columns.iter().filter(|column| column.is_stored()).cloned().collect();
                let fields = self.field_names(&stored);
                let text = filter.and_then(|filter| remote_filter(filter, &stored, table));
                let provider = RemoteTable::new(remote, &stored, &fields, text, self.counters.clone())?;
                let mut place = self.scan(Arc::new(provider), &stored, fields, qualifier, environment)?;
                add_alias_columns(&mut place.1, &columns);
                Ok(place)
            }
            Relation::View { query, database } => {
                let inner = Environment::new(&database, environment.historical);
                let planned = self.query(&query, &inner)?;
                Ok(place_of(planned, Some(qualifier), environment))
            }
        }
    }

    fn table_function(
        &self,
        function: &TableFunction,
        filter: Option<&Expr>,
        environment: &Environment,
    ) -> Result<Place, SqlError> {
        let name = function.name.name.value.to_ascii_lowercase();
        match (name.as_str(), function.args.as_slice()) {
            ("table", [relation]) => {
                let mut environment = environment.clone();
                environment.historical = true;
                let (plan, mut scope) = self.table_argument(relation, filter, &environment)?;
                scope.environment = environment;
                Ok((plan, scope))
            }
            ("view", [Expr { kind: ExprKind::Subquery(query), .. }]) => {
                let planned = self.query(query, environment)?;
                Ok(place_of(planned, None, environment))
            }
            ("numbers", args @ ([_] | [_, _])) => self.numbers(args, environment),
            ("tumble", [relation, rest @ ..]) if (1..=2).contains(&rest.len()) => {
                let place = self.table_argument(relation, filter, environment)?;
                self.tumble(place, rest)
            }
            ("table" | "view" | "numbers" | "tumble", _) => Err(SqlError::new(
                ErrorCode::NumberOfArguments,
                format!("Table function {name} is called with wrong arguments"),
            )),
            _ => Err(SqlError::new(
                ErrorCode::UnknownFunction,
                format!("Unknown table function {}", function.name.name.value),
            )),
        }
    }

    /// A relation as an argument: a name, or a function such as `table(x)`.
    fn table_argument(
        &self,
        argument: &Expr,
        filter: Option<&Expr>,
        environment: &Environment,
    ) -> Result<Place, SqlError> {
        match &argument.kind {
            ExprKind::Identifier(parts) => {
                let name = match parts.as_slice() {
                    [name] => ObjectName::new(None, &name.value),
                    [database, name] => ObjectName::new(Some(&database.value), &name.value),
                    _ => return Err(SqlError::new(ErrorCode::UnknownStream, "a name has too many parts")),
                };
                self.named(&name, filter, environment)
            }
            ExprKind::Function(call) => {
                let function = TableFunction {
                    name: ObjectName::new(None, &call.name.value),
                    args: call.args.clone(),
                    settings: Vec::new(),
                    span: argument.span,
                };
                self.table_function(&function, filter, environment)
            }
            ExprKind::Subquery(query) => {
                let planned = self.query(query, environment)?;
                Ok(place_of(planned, None, environment))
            }
            _ => Err(SqlError::new(ErrorCode::BadArguments, "a stream's name is expected")),
        }
    }

    fn numbers(&self, args: &[Expr], environment: &Environment) -> Result<Place, SqlError> {
        let scope = Scope::empty(environment);
        let resolver = Resolver::new(self, &scope);
        let mut numbers = Vec::with_capacity(2);
        for arg in args {
            let value = resolver.resolve(arg)?.constant.and_then(|value| value.as_int());
            let value = value.and_then(|value| u64::try_from(value).ok());
            numbers.push(
                value
                    .ok_or_else(|| SqlError::new(ErrorCode::BadArguments, "numbers() needs constant whole numbers"))?,
            );
        }
        let (first, count) = match numbers[..] {
            [first, count] => (first, count),
            _ => (0, numbers[0]),
        };
        let columns = [ColumnDef::new("number", DataType::UInt64)];
        let fields = self.field_names(&columns);
        let provider = NumbersTable::new(first, count, &fields[0], self.counters.clone());
        self.scan(Arc::new(provider), &columns, fields, (None, "numbers".to_owned()), environment)
    }

    /// Adds `window_start` and `window_end` of fixed windows.
    fn tumble(&self, place: Place, args: &[Expr]) -> Result<Place, SqlError> {
        let (plan, mut scope) = place;
        let (time, interval) = match args {
            [interval] => (None, interval),
            [time, interval] => (Some(time), interval),
            _ => return Err(SqlError::new(ErrorCode::NumberOfArguments, "tumble takes a time and an interval")),
        };
        let default_time =
            Expr { kind: ExprKind::Identifier(vec![Ident::new(crate::storage::TIME_COLUMN)]), span: interval.span };
        let resolver = Resolver::new(self, &scope);
        let time = resolver.resolve(time.unwrap_or(&default_time))?.plain();
        let interval = resolver.resolve(interval)?;
        let (DataType::Interval(unit), Some(amount)) =
            (interval.data_type.base().clone(), interval.constant.as_ref().and_then(Cell::as_int))
        else {
            return Err(SqlError::new(ErrorCode::BadArguments, "the window's size must be a constant interval"));
        };
        if types::time_precision(&time.data_type).is_none() || amount <= 0 {
            return Err(SqlError::new(ErrorCode::IllegalType, "tumble needs a time column and a size above zero"));
        }
        let data_type = time.data_type.base().clone();
        let start_of = |name: &'static str, at_end: bool| {
            RowFunction {
                name,
                parameters: format!("{} {amount}", unit.as_str()),
                returns: data_type.clone(),
                nulls: Nulls::Propagate,
                volatility: Volatility::Immutable,
            }
            .over(vec![time.clone()], move |cells| Ok(functions::window(&cells[0], unit, amount as i64, at_end)))
        };
        let mut projection: Vec<PlanExpr> = scope.columns.iter().map(|column| field(&column.internal)).collect();
        for (name, at_end) in [("window_start", false), ("window_end", true)] {
            let internal = self.fresh("w");
            projection.push(start_of(name, at_end)?.expr.alias(&internal));
            scope.columns.push(ScopeColumn {
                qualifier: scope.columns.first().and_then(|column| column.qualifier.clone()),
                name: name.to_owned(),
                internal,
                data_type: data_type.clone(),
                hidden: false,
            });
        }
        let plan = LogicalPlanBuilder::from(plan).project(projection)?.build()?;
        Ok((plan, scope))
    }

    fn join(&self, left: Place, join: &Join, environment: &Environment) -> Result<Place, SqlError> {
        let right = self.table(&join.table, None, environment)?;
        let join_type = join_type(join)?;
        let (left_plan, left_scope) = left;
        let (right_plan, right_scope) = right;
        let both = Scope {
            columns: left_scope.columns.iter().chain(&right_scope.columns).cloned().collect(),
            aliases: left_scope.aliases.iter().chain(&right_scope.aliases).cloned().collect(),
            environment: environment.clone(),
        };
        let mut shared: Vec<String> = Vec::new();
        let condition = match &join.constraint {
            None if matches!(join.kind, JoinKind::Cross | JoinKind::Comma) => None,
            None => return Err(SqlError::new(ErrorCode::SyntaxError, "JOIN needs ON or USING")),
            Some(JoinConstraint::On(expr)) => Some(Resolver::new(self, &both).condition(expr)?),
            Some(JoinConstraint::Using(names)) => {
                let mut condition: Option<Typed> = None;
                for name in names {
                    let value = |scope: &Scope| Resolver::new(self, scope).resolve(name);
                    let equal = functions::compare(Comparison::Equals, value(&left_scope)?, value(&right_scope)?)?;
                    condition = Some(match condition {
                        Some(earlier) => functions::conjunction(earlier, equal)?,
                        None => equal,
                    });
                    if let ExprKind::Identifier(parts) = &name.kind {
                        shared.extend(parts.last().map(|part| part.value.clone()));
                    }
                }
                condition
            }
        };
        let builder = LogicalPlanBuilder::from(left_plan);
        let builder = match condition {
            None => builder.cross_join(right_plan)?,
            Some(condition) => builder.join_on(right_plan, join_type, [condition.expr])?,
        };
        let only_left = matches!(join_type, JoinType::LeftSemi | JoinType::LeftAnti);
        let mut scope = both;
        if only_left {
            scope.columns.truncate(left_scope.columns.len());
        }
        let n_left = left_scope.columns.len();
        for column in scope.columns.iter_mut().skip(n_left) {
            column.hidden |= shared.contains(&column.name);
        }
        let plan = fill_missing(builder, &mut scope, n_left, join_type)?;
        Ok((plan, scope))
    }

    fn field_names(&self, columns: &[ColumnDef]) -> Vec<String> {
        columns.iter().map(|_| self.fresh("c")).collect()
    }

    fn scan(
        &self,
        provider: Arc<dyn TableProvider>,
        columns: &[ColumnDef],
        fields: Vec<String>,
        qualifier: (Option<String>, String),
        environment: &Environment,
    ) -> Result<Place, SqlError> {
        let table = self.fresh("t");
        let projection: Vec<PlanExpr> = fields
            .iter()
            .map(|name| {
                let column = datafusion::common::Column::new(Some(table.clone()), name);
                PlanExpr::Column(column).alias(name)
            })
            .collect();
        let plan = LogicalPlanBuilder::scan(table.as_str(), provider_as_source(provider), None)?
            .project(projection)?
            .build()?;
        let mut scope = Scope::empty(environment);
        scope.aliases.clear();
        scope.columns = columns
            .iter()
            .zip(fields)
            .map(|(column, internal)| ScopeColumn {
                qualifier: Some(qualifier.clone()),
                hidden: column.name == "_tp_sn",
                name: column.name.clone(),
                internal,
                data_type: column.data_type.clone(),
            })
            .collect();
        Ok((plan, scope))
    }
}

impl Planner<'_> {
    /// The environment that a statement starts with.
    pub(in crate::engine) fn environment(&self) -> Environment {
        Environment::new(&self.context.database, self.context.query_mode == QueryMode::Table)
    }
}

fn place_of(planned: Planned, qualifier: Option<(Option<String>, String)>, environment: &Environment) -> Place {
    let mut scope = Scope::empty(environment);
    scope.aliases.clear();
    scope.columns = planned
        .columns
        .into_iter()
        .map(|column| ScopeColumn {
            qualifier: qualifier.clone(),
            name: column.name,
            internal: column.internal,
            data_type: column.data_type,
            hidden: false,
        })
        .collect();
    (planned.plan, scope)
}

fn rename(scope: &mut Scope, names: &[Ident]) -> Result<(), SqlError> {
    if names.is_empty() {
        return Ok(());
    }
    if names.len() != scope.columns.len() {
        return Err(SqlError::new(ErrorCode::NumberOfColumns, "the list of column names has another length"));
    }
    for (column, name) in scope.columns.iter_mut().zip(names) {
        column.name.clone_from(&name.value);
    }
    Ok(())
}

/// ALIAS columns are computed when they are read, and `*` leaves them out.
fn add_alias_columns(scope: &mut Scope, columns: &[ColumnDef]) {
    for column in columns {
        if let Some(default) = &column.default
            && default.kind == DefaultKind::Alias
        {
            scope.aliases.push((column.name.clone(), default.expr.clone()));
        }
    }
}

fn join_type(join: &Join) -> Result<JoinType, SqlError> {
    Ok(match (join.kind, join.strictness) {
        (JoinKind::Inner | JoinKind::Cross | JoinKind::Comma, None | Some(JoinStrictness::All)) => JoinType::Inner,
        (JoinKind::Left, None | Some(JoinStrictness::All)) => JoinType::Left,
        (JoinKind::Right, None | Some(JoinStrictness::All)) => JoinType::Right,
        (JoinKind::Full, None | Some(JoinStrictness::All)) => JoinType::Full,
        (JoinKind::Left, Some(JoinStrictness::Semi)) => JoinType::LeftSemi,
        (JoinKind::Left, Some(JoinStrictness::Anti)) => JoinType::LeftAnti,
        _ => return Err(SqlError::not_implemented("this kind of JOIN")),
    })
}

/// A row without a match has the types' defaults on the other side, not NULL, unless the column
/// is nullable (`join_use_nulls` is off by default).
fn fill_missing(
    builder: LogicalPlanBuilder,
    scope: &mut Scope,
    n_left: usize,
    join_type: JoinType,
) -> Result<LogicalPlan, SqlError> {
    let fills = |index: usize| match join_type {
        JoinType::Left => index >= n_left,
        JoinType::Right => index < n_left,
        JoinType::Full => true,
        _ => false,
    };
    if !matches!(join_type, JoinType::Left | JoinType::Right | JoinType::Full) {
        return Ok(builder.build()?);
    }
    let mut projection = Vec::with_capacity(scope.columns.len());
    for (index, column) in scope.columns.iter().enumerate() {
        let value = field(&column.internal);
        if !fills(index) || column.data_type.is_nullable() {
            projection.push(value);
            continue;
        }
        let default = Cell::default_of(&column.data_type);
        let default = Typed::constant(default, column.data_type.clone())?.expr;
        let filled = when(value.clone().is_null(), default).otherwise(value)?;
        projection.push(filled.alias(&column.internal));
    }
    if projection.is_empty() {
        projection.push(lit(1_i64));
    }
    Ok(builder.project(projection)?.build()?)
}
