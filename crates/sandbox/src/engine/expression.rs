//! Expressions of streams: defaults, partitions, shards, TTL, DELETE conditions.

use std::fmt;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch};
use arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::common::DFSchema;
use datafusion::physical_expr::PhysicalExpr;
use ferry_native::DataType;
use ferry_sql::Expr;

use super::execute::{now_ns, session_state};
use super::plan::{Environment, Planner, Resolver, Scope, ScopeColumn};
use super::{ColumnDef, QueryContext, SqlError, Typed, conform, types};
use crate::storage::{RowExpression, StorageError};

/// An expression over the columns of one stream, ready to run.
#[derive(Clone)]
pub struct StreamExpression {
    /// The type of its values.
    pub data_type: DataType,
    schema: SchemaRef,
    physical: Arc<dyn PhysicalExpr>,
}

impl fmt::Debug for StreamExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StreamExpression({})", self.physical)
    }
}

impl StreamExpression {
    /// Resolves an expression over columns. `now()` is the moment of this call.
    ///
    /// # Errors
    /// What resolving finds.
    pub fn new(expr: &Expr, columns: &[ColumnDef], context: &QueryContext) -> Result<Self, SqlError> {
        Self::build(columns, context, |resolver| resolver.resolve(expr))
    }

    /// The same with its value cast to a type.
    ///
    /// # Errors
    /// What resolving finds.
    pub fn cast(
        expr: &Expr,
        target: &DataType,
        columns: &[ColumnDef],
        context: &QueryContext,
    ) -> Result<Self, SqlError> {
        Self::build(columns, context, |resolver| resolver.resolve(expr)?.cast_to(target))
    }

    fn build(
        columns: &[ColumnDef],
        context: &QueryContext,
        resolve: impl FnOnce(&Resolver<'_, '_>) -> Result<Typed, SqlError>,
    ) -> Result<Self, SqlError> {
        let planner = Planner::new(context, now_ns(), Arc::default());
        let mut scope = Scope::empty(&Environment::new(&context.database, true));
        let mut fields = Vec::with_capacity(columns.len());
        for (index, column) in columns.iter().enumerate() {
            let internal = format!("c{index}");
            fields.push(Field::new(&internal, types::arrow_type(&column.data_type)?, true));
            scope.columns.push(ScopeColumn {
                qualifier: None,
                name: column.name.clone(),
                internal,
                data_type: column.data_type.clone(),
                hidden: false,
            });
        }
        let typed = resolve(&Resolver::new(&planner, &scope))?;
        let schema = Arc::new(Schema::new(fields));
        Ok(Self { data_type: typed.data_type.clone(), physical: physical(&typed, &schema)?, schema })
    }

    /// One value for each row of columns, of which it uses the first ones.
    pub(super) fn values_of(&self, columns: &[ArrayRef], n_rows: usize) -> Result<ArrayRef, SqlError> {
        let rows = conform::columns(&columns[..self.schema.fields().len()], &self.schema, n_rows)?;
        self.values(&rows)
    }

    /// One value for each row of `rows`, whose columns are those that it was resolved with.
    ///
    /// # Errors
    /// What a row's values cause.
    pub fn values(&self, rows: &RecordBatch) -> Result<ArrayRef, SqlError> {
        let rows = conform::batch(rows, &self.schema)?;
        let values = self.physical.evaluate(&rows)?.into_array(rows.num_rows())?;
        conform::array(&values, &types::arrow_type(&self.data_type)?)
    }
}

impl RowExpression for StreamExpression {
    fn evaluate(&self, rows: &RecordBatch) -> Result<ArrayRef, StorageError> {
        self.values(rows).map_err(|error| StorageError::Expression(error.message))
    }
}

/// A condition whose `now()` moves: it is resolved again each time, for TTL.
#[derive(Clone)]
pub struct RowCondition {
    expr: Expr,
    columns: Vec<ColumnDef>,
    context: QueryContext,
}

impl fmt::Debug for RowCondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RowCondition({:?})", self.expr.span)
    }
}

impl RowCondition {
    /// True for rows whose TTL expression lies in the past.
    ///
    /// # Errors
    /// What resolving finds.
    pub fn expired(expr: Expr, columns: Vec<ColumnDef>, context: QueryContext) -> Result<Self, SqlError> {
        let ttl = Self { expr, columns, context };
        ttl.resolve()?;
        Ok(ttl)
    }

    fn resolve(&self) -> Result<StreamExpression, SqlError> {
        StreamExpression::build(&self.columns, &self.context, |resolver| {
            let end = resolver.resolve(&self.expr)?;
            let now = resolver.function("now64", Vec::new())?;
            super::functions::compare(super::functions::Comparison::LessOrEquals, end, now)
        })
    }
}

impl RowExpression for RowCondition {
    fn evaluate(&self, rows: &RecordBatch) -> Result<ArrayRef, StorageError> {
        self.resolve()
            .and_then(|condition| condition.values(rows))
            .map_err(|error| StorageError::Expression(error.message))
    }
}

/// A DELETE condition over rows.
///
/// # Errors
/// What resolving finds.
pub fn predicate(
    expr: &Expr,
    columns: &[ColumnDef],
    context: &QueryContext,
) -> Result<impl Fn(&RecordBatch) -> Result<BooleanArray, StorageError> + use<>, SqlError> {
    let condition = StreamExpression::build(columns, context, |resolver| resolver.condition(expr))?;
    Ok(move |rows: &RecordBatch| {
        let values = RowExpression::evaluate(&condition, rows)?;
        debug_assert_eq!(values.len(), rows.num_rows());
        Ok(values.as_boolean().clone())
    })
}

fn physical(typed: &Typed, schema: &SchemaRef) -> Result<Arc<dyn PhysicalExpr>, SqlError> {
    let df_schema = DFSchema::try_from(schema.clone())?;
    Ok(session_state().create_physical_expr(typed.expr.clone(), &df_schema)?)
}

/// The value of a resolved expression for each row of a batch without columns.
pub(super) fn evaluate(typed: &Typed, rows: &RecordBatch) -> Result<ArrayRef, SqlError> {
    let values = physical(typed, &rows.schema())?.evaluate(rows)?;
    Ok(values.into_array(rows.num_rows())?)
}
