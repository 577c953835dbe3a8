//! One SELECT.

use std::cell::RefCell;

use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::expr::Sort;
use datafusion::logical_expr::{Expr as PlanExpr, LogicalPlan, LogicalPlanBuilder};
use ferry_sql::{ColumnTransformer, Expr, ExprKind, OrderItem, Select, SelectItem, Wildcard, WildcardColumns};

use super::expr::Aggregate;
use super::{Environment, Planned, PlannedColumn, Planner, Resolver, Scope, column_name, field};
use crate::engine::functions;
use crate::engine::typed::Typed;
use crate::engine::{ErrorCode, SqlError};

/// A selected value.
struct Output {
    name: String,
    value: Typed,
}

/// A group's key.
struct Key {
    internal: String,
    expr: PlanExpr,
}

impl Planner<'_> {
    /// Resolves one SELECT.
    pub(super) fn select(&self, select: &Select, environment: &Environment) -> Result<Planned, SqlError> {
        refuse(select)?;
        let environment = environment.with(&select.with);
        let (mut plan, mut scope) = match &select.from {
            Some(from) => self.from(from, select.filter.as_ref(), &environment)?,
            None => (LogicalPlanBuilder::empty(true).build()?, Scope::empty(&environment)),
        };
        let mut aliases = environment.values().to_vec();
        for item in &select.items {
            collect_aliases(item, &mut aliases);
        }
        aliases.append(&mut scope.aliases);
        scope.aliases = aliases;
        for filter in select.prewhere.iter().chain(&select.filter) {
            let condition = Resolver::new(self, &scope).condition(filter)?;
            plan = LogicalPlanBuilder::from(plan).filter(condition.expr)?.build()?;
        }
        let aggregates = RefCell::new(Vec::new());
        let resolver = Resolver::new(self, &scope).with_aggregates(&aggregates);
        let mut outputs = Vec::new();
        for item in &select.items {
            self.outputs(item, &scope, &resolver, &mut outputs)?;
        }
        let having = select.having.as_ref().map(|having| resolver.condition(having)).transpose()?;
        let mut order = Vec::with_capacity(select.order_by.len());
        for item in &select.order_by {
            order.push((resolver.resolve(&item.expr)?, item));
        }
        let keys = self.keys(select, &scope, &outputs)?;
        let aggregates = aggregates.into_inner();
        if select.group_by.is_some() || !aggregates.is_empty() {
            plan = aggregate_plan(plan, &keys, &aggregates)?;
            let regroup = |value: Typed, text: &str| regrouped(value, &keys, &aggregates, &scope, text);
            for output in &mut outputs {
                output.value = regroup(output.value.clone(), &output.name)?;
            }
            for (value, item) in &mut order {
                *value = regroup(value.clone(), &column_name(&item.expr))?;
            }
            if let (Some(condition), Some(having)) = (having, &select.having) {
                let condition = regroup(condition, &column_name(having))?;
                plan = LogicalPlanBuilder::from(plan).filter(condition.expr)?.build()?;
            }
        } else if having.is_some() {
            return Err(SqlError::new(ErrorCode::NotAnAggregate, "HAVING stands in a query without aggregation"));
        }
        self.finish(plan, outputs, order, select, &scope)
    }

    /// Projection, DISTINCT, ORDER BY and LIMIT.
    fn finish(
        &self,
        plan: LogicalPlan,
        outputs: Vec<Output>,
        order: Vec<(Typed, &OrderItem)>,
        select: &Select,
        scope: &Scope,
    ) -> Result<Planned, SqlError> {
        if outputs.is_empty() {
            return Err(SqlError::new(ErrorCode::SyntaxError, "Nothing is selected"));
        }
        let mut columns = Vec::with_capacity(outputs.len());
        let mut projection = Vec::with_capacity(outputs.len());
        let mut selected = Vec::with_capacity(outputs.len());
        for output in outputs {
            let internal = self.fresh("o");
            projection.push(output.value.expr.clone().alias(&internal));
            selected.push((output.value.expr, internal.clone()));
            columns.push(PlannedColumn { name: output.name, internal, data_type: output.value.data_type });
        }
        let mut sort = Vec::with_capacity(order.len());
        for (value, item) in order {
            if value.constant.is_some() {
                continue;
            }
            let known = selected.iter().find(|(expr, _)| *expr == value.expr);
            let internal = match known {
                Some((_, internal)) => internal.clone(),
                None if select.distinct => {
                    return Err(SqlError::not_implemented(
                        "SELECT DISTINCT with ORDER BY a value that is not selected",
                    ));
                }
                None => {
                    let internal = self.fresh("s");
                    projection.push(value.expr.clone().alias(&internal));
                    selected.push((value.expr, internal.clone()));
                    internal
                }
            };
            // NULL comes last in both directions unless the text says otherwise.
            let nulls_first = item.nulls_first.unwrap_or(false);
            sort.push(Sort::new(field(&internal), !item.descending, nulls_first));
        }
        let mut builder = LogicalPlanBuilder::from(plan).project(projection)?;
        if select.distinct {
            builder = builder.distinct()?;
        }
        if !sort.is_empty() {
            builder = builder.sort(sort)?;
        }
        let limit = select.limit.as_ref().or(select.top.as_ref());
        let fetch = limit.map(|limit| self.row_count(limit, scope)).transpose()?;
        let skip = select.offset.as_ref().map(|offset| self.row_count(offset, scope)).transpose()?;
        if fetch.is_some() || skip.is_some() {
            builder = builder.limit(skip.unwrap_or(0), fetch)?;
        }
        let wanted: Vec<PlanExpr> = columns.iter().map(|column| field(&column.internal)).collect();
        if builder.schema().fields().len() > wanted.len() {
            builder = builder.project(wanted)?;
        }
        Ok(Planned { plan: builder.build()?, columns })
    }

    fn row_count(&self, expr: &Expr, scope: &Scope) -> Result<usize, SqlError> {
        let value = Resolver::new(self, scope).resolve(expr)?.constant;
        value
            .and_then(|value| value.as_int())
            .and_then(|rows| usize::try_from(rows).ok())
            .ok_or_else(|| SqlError::new(ErrorCode::BadArguments, "LIMIT needs a constant whole number"))
    }

    fn keys(&self, select: &Select, scope: &Scope, outputs: &[Output]) -> Result<Vec<Key>, SqlError> {
        let Some(group_by) = &select.group_by else {
            return Ok(Vec::new());
        };
        if group_by.totals || group_by.rollup || group_by.cube || !group_by.grouping_sets.is_empty() {
            return Err(SqlError::not_implemented("GROUP BY with totals, rollup, cube or grouping sets"));
        }
        let mut keys: Vec<Key> = Vec::new();
        let mut add = |expr: PlanExpr| {
            if !keys.iter().any(|key| key.expr == expr) {
                keys.push(Key { internal: self.fresh("k"), expr });
            }
        };
        if group_by.all {
            for (output, item) in outputs.iter().zip(&select.items) {
                if !stands_on_aggregate(&item.expr) {
                    add(output.value.expr.clone());
                }
            }
            return Ok(keys);
        }
        for key in &group_by.keys {
            let value = Resolver::new(self, scope).resolve(key)?;
            if value.constant.is_none() {
                add(value.expr);
            }
        }
        Ok(keys)
    }

    fn outputs(
        &self,
        item: &SelectItem,
        scope: &Scope,
        resolver: &Resolver<'_, '_>,
        outputs: &mut Vec<Output>,
    ) -> Result<(), SqlError> {
        if let ExprKind::Wildcard(wildcard) = &item.expr.kind {
            return wildcard_outputs(wildcard, scope, resolver, outputs);
        }
        let name = match &item.alias {
            Some(alias) => alias.value.clone(),
            None => column_name(&item.expr),
        };
        outputs.push(Output { name, value: resolver.resolve(&item.expr)? });
        Ok(())
    }
}

fn wildcard_outputs(
    wildcard: &Wildcard,
    scope: &Scope,
    resolver: &Resolver<'_, '_>,
    outputs: &mut Vec<Output>,
) -> Result<(), SqlError> {
    if !matches!(wildcard.columns, WildcardColumns::All) {
        return Err(SqlError::not_implemented("COLUMNS(..)"));
    }
    let before = outputs.len();
    for column in &scope.columns {
        let fits = wildcard.qualifier.is_empty() || column.is_of(&wildcard.qualifier);
        if fits && !column.hidden {
            outputs.push(Output {
                name: column.name.clone(),
                value: Typed::new(field(&column.internal), column.data_type.clone()),
            });
        }
    }
    for transformer in &wildcard.transformers {
        match transformer {
            ColumnTransformer::Except(names) => {
                for name in names {
                    let position = outputs[before..].iter().position(|o| o.name == name.value);
                    let position = position.ok_or_else(|| {
                        SqlError::new(
                            ErrorCode::NoSuchColumn,
                            format!("Columns transformer EXCEPT expects following column(s): {}", name.value),
                        )
                    })?;
                    outputs.remove(before + position);
                }
            }
            ColumnTransformer::Replace(replacements) => {
                for (expr, name) in replacements {
                    for output in outputs[before..].iter_mut().filter(|o| o.name == name.value) {
                        output.value = resolver.resolve(expr)?;
                    }
                }
            }
            _ => return Err(SqlError::not_implemented("this column transformer")),
        }
    }
    if outputs.len() == before {
        return Err(SqlError::new(ErrorCode::UnknownIdentifier, "The asterisk stands for no column"));
    }
    Ok(())
}

fn aggregate_plan(plan: LogicalPlan, keys: &[Key], aggregates: &[Aggregate]) -> Result<LogicalPlan, SqlError> {
    let groups: Vec<PlanExpr> = keys.iter().map(|key| key.expr.clone().alias(&key.internal)).collect();
    let computed: Vec<PlanExpr> =
        aggregates.iter().map(|aggregate| aggregate.aggregation.expr.clone().alias(&aggregate.internal)).collect();
    if computed.is_empty() {
        let builder = LogicalPlanBuilder::from(plan);
        if groups.is_empty() {
            // GROUP BY a constant: one row if there is any.
            return Ok(builder.limit(0, Some(1))?.build()?);
        }
        return Ok(builder.project(groups)?.distinct()?.build()?);
    }
    Ok(LogicalPlanBuilder::from(plan).aggregate(groups, computed)?.build()?)
}

/// Reads a value from the groups: keys are replaced by their fields, and nothing else may be left
/// of the rows.
fn regrouped(
    value: Typed,
    keys: &[Key],
    aggregates: &[Aggregate],
    scope: &Scope,
    text: &str,
) -> Result<Typed, SqlError> {
    let expr = value
        .expr
        .transform_down(|expr| {
            Ok(match keys.iter().find(|key| key.expr == expr) {
                Some(key) => Transformed::new(field(&key.internal), true, TreeNodeRecursion::Jump),
                None => Transformed::no(expr),
            })
        })?
        .data;
    for column in expr.column_refs() {
        let known = keys.iter().any(|key| key.internal == column.name)
            || aggregates.iter().any(|aggregate| aggregate.internal == column.name);
        if !known {
            let name = scope.columns.iter().find(|each| each.internal == column.name).map_or(text, |each| &each.name);
            return Err(SqlError::new(
                ErrorCode::NotAnAggregate,
                format!("Column `{name}` is not under aggregate function and not in GROUP BY"),
            ));
        }
    }
    Ok(Typed { expr, ..value })
}

fn collect_aliases(item: &SelectItem, aliases: &mut Vec<(String, Expr)>) {
    if let Some(alias) = &item.alias {
        // `x AS x` names the column itself.
        let same = matches!(&item.expr.kind, ExprKind::Identifier(parts)
            if parts.len() == 1 && parts[0].value == alias.value);
        if !same {
            aliases.push((alias.value.clone(), item.expr.clone()));
        }
    }
    inner_aliases(&item.expr, aliases);
}

fn inner_aliases(expr: &Expr, aliases: &mut Vec<(String, Expr)>) {
    match &expr.kind {
        ExprKind::Alias { expr, alias } => {
            aliases.push((alias.value.clone(), expr.as_ref().clone()));
            inner_aliases(expr, aliases);
        }
        ExprKind::Function(call) => call.args.iter().for_each(|arg| inner_aliases(arg, aliases)),
        ExprKind::Binary { left, right, .. } => {
            inner_aliases(left, aliases);
            inner_aliases(right, aliases);
        }
        ExprKind::Unary { expr, .. } | ExprKind::Cast { expr, .. } => inner_aliases(expr, aliases),
        _ => {}
    }
}

fn stands_on_aggregate(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Function(call) => {
            functions::is_aggregate(&call.name.value).is_some() || call.args.iter().any(stands_on_aggregate)
        }
        ExprKind::Binary { left, right, .. } => stands_on_aggregate(left) || stands_on_aggregate(right),
        ExprKind::Unary { expr, .. } | ExprKind::Cast { expr, .. } | ExprKind::Alias { expr, .. } => {
            stands_on_aggregate(expr)
        }
        _ => false,
    }
}

/// What the sandbox reads and does not do is refused, never ignored.
fn refuse(select: &Select) -> Result<(), SqlError> {
    let refused = [
        (select.recursive, "WITH RECURSIVE"),
        (!select.distinct_on.is_empty(), "DISTINCT ON"),
        (!select.partition_by.is_empty(), "PARTITION BY"),
        (!select.shuffle_by.is_empty(), "SHUFFLE BY"),
        (select.qualify.is_some(), "QUALIFY"),
        (select.limit_by.is_some(), "LIMIT BY"),
        (select.with_ties, "LIMIT WITH TIES"),
        (select.emit.is_some(), "EMIT: only queries that end by themselves run here"),
        (select.order_by.iter().any(|item| item.fill.is_some()), "WITH FILL"),
        (select.order_by.iter().any(|item| item.collate.is_some()), "COLLATE"),
    ];
    match refused.iter().find(|(is_refused, _)| *is_refused) {
        Some((_, what)) => Err(SqlError::not_implemented(what)),
        None => Ok(()),
    }
}
