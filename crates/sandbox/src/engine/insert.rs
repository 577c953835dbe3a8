//! Rows on their way into a stream: VALUES, casts, defaults.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, NullArray, RecordBatch, RecordBatchOptions};
use arrow::datatypes::{DataType as ArrowType, SchemaRef};
use ferry_native::DataType;
use ferry_sql::Expr;

use super::cell::{self, Cell};
use super::execute::now_ns;
use super::plan::{Environment, Planner, Resolver, Scope};
use super::{ColumnDef, DefaultKind, ErrorCode, QueryContext, SqlError, StreamExpression, conform, types};

/// How the given columns of an INSERT become all stored columns of a stream. Made once for each
/// statement, used for each block.
#[derive(Debug)]
pub struct InsertPlan {
    schema: SchemaRef,
    steps: Vec<(usize, Step)>,
    given: Vec<DataType>,
    wide: Vec<ColumnDef>,
    null_as_default: bool,
}

/// Where one stored column comes from.
#[derive(Debug)]
enum Step {
    /// A given column of another type, or one that must be checked for NULL.
    Given { index: usize, target: DataType, wanted: ArrowType, default: Option<Box<StreamExpression>> },
    /// The default expression, over the given columns and those computed before it.
    Computed(Box<StreamExpression>),
    /// The type's default.
    Empty(DataType),
}

impl InsertPlan {
    /// Plans an INSERT of `given` columns, in the order of the blocks, into a stream.
    ///
    /// # Errors
    /// Unknown, repeated or not insertable columns, and defaults that cannot be resolved.
    pub fn new(given: &[ColumnDef], stream: &[ColumnDef], context: &QueryContext) -> Result<Self, SqlError> {
        for (index, column) in given.iter().enumerate() {
            let target = stream.iter().find(|each| each.name == column.name);
            let target = target.ok_or_else(|| {
                SqlError::new(ErrorCode::NoSuchColumn, format!("No such column {} in the stream", column.name))
            })?;
            if !target.is_insertable() {
                return Err(SqlError::new(
                    ErrorCode::NoSuchColumn,
                    format!("Cannot insert column {}, because it is computed", column.name),
                ));
            }
            if given[..index].iter().any(|each| each.name == column.name) {
                return Err(SqlError::new(
                    ErrorCode::DuplicateColumn,
                    format!("Column {} is given twice", column.name),
                ));
            }
        }
        // Default expressions see the given columns, cast to the stream's types, and then each
        // computed column after them.
        let mut wide: Vec<ColumnDef> = Vec::new();
        for column in given {
            let target = stream.iter().find(|each| each.name == column.name);
            wide.extend(target.map(|target| ColumnDef::new(&target.name, target.data_type.clone())));
        }
        let stored: Vec<ColumnDef> = stream.iter().filter(|column| column.is_stored()).cloned().collect();
        let mut plan = Self {
            schema: types::schema(&stored)?,
            steps: Vec::with_capacity(stored.len()),
            given: given.iter().map(|column| column.data_type.clone()).collect(),
            wide,
            null_as_default: context.switch("insert_null_as_default", true),
        };
        let mut waiting: Vec<usize> = (0..stored.len()).collect();
        while !waiting.is_empty() {
            let before = waiting.len();
            let mut failure = None;
            let mut postponed = Vec::new();
            for position in waiting {
                match plan.step(&stored[position], given, context) {
                    Ok(step) => {
                        if !matches!(step, Step::Given { .. }) {
                            let column = &stored[position];
                            plan.wide.push(ColumnDef::new(&column.name, column.data_type.clone()));
                        }
                        plan.steps.push((position, step));
                    }
                    // A default may name a column that is computed after it.
                    Err(error) if error.is(ErrorCode::UnknownIdentifier) => {
                        failure = Some(error);
                        postponed.push(position);
                    }
                    Err(error) => return Err(error),
                }
            }
            waiting = postponed;
            if let (Some(failure), true) = (failure, waiting.len() == before) {
                return Err(failure);
            }
        }
        // Given columns are there before anything is computed from them.
        plan.steps.sort_by_key(|(_, step)| !matches!(step, Step::Given { .. }));
        Ok(plan)
    }

    fn step(&self, column: &ColumnDef, given: &[ColumnDef], context: &QueryContext) -> Result<Step, SqlError> {
        let default = column.default.as_ref();
        let expression = |seen: &[ColumnDef]| {
            default
                .map(|default| StreamExpression::cast(&default.expr, &column.data_type, seen, context))
                .transpose()
                .map(|expression| expression.map(Box::new))
        };
        let materialized = default.is_some_and(|default| default.kind == DefaultKind::Materialized);
        let index = given.iter().position(|each| each.name == column.name);
        Ok(match index.filter(|_| !materialized) {
            Some(index) => {
                let replaces =
                    self.null_as_default && given[index].data_type.is_nullable() && !column.data_type.is_nullable();
                Step::Given {
                    index,
                    target: column.data_type.clone(),
                    wanted: types::arrow_type(&column.data_type)?,
                    // It is computed before anything else is.
                    default: if replaces { expression(&self.wide[..given.len()])? } else { None },
                }
            }
            None => match expression(&self.wide)? {
                Some(expression) => Step::Computed(expression),
                None => Step::Empty(column.data_type.clone()),
            },
        })
    }

    /// The stored columns that blocks have afterwards.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Turns a block of the given columns into one of all stored columns.
    ///
    /// # Errors
    /// Values that do not fit, a NULL where none may be.
    pub fn apply(&self, block: &RecordBatch) -> Result<RecordBatch, SqlError> {
        if block.num_columns() != self.given.len() {
            return Err(SqlError::new(
                ErrorCode::NumberOfColumns,
                format!("{} columns were given, {} are expected", block.num_columns(), self.given.len()),
            ));
        }
        let n_rows = block.num_rows();
        let mut columns: Vec<Option<ArrayRef>> = vec![None; self.steps.len()];
        let computes = self.steps.iter().any(|(_, step)| !matches!(step, Step::Given { default: None, .. }));
        let mut wide: Vec<ArrayRef> = Vec::new();
        if computes {
            wide.resize(self.given.len(), Arc::new(NullArray::new(n_rows)));
        }
        for (position, step) in &self.steps {
            let Step::Given { index, target, wanted, .. } = step else { continue };
            let source = block.column(*index);
            let column = self.cast_column(source, &self.given[*index], target, wanted)?;
            if computes {
                wide[*index] = column.clone();
            }
            columns[*position] = Some(column);
        }
        if computes {
            self.fill_ephemeral(block, &mut wide)?;
        }
        for (position, step) in &self.steps {
            let values = match step {
                Step::Given { default: None, .. } => continue,
                Step::Given { index, target, default: Some(default), .. } => {
                    let source = block.column(*index);
                    match columns[*position].take() {
                        Some(column) if source.null_count() > 0 => {
                            let defaults = default.values_of(&wide, n_rows)?;
                            columns[*position] = Some(merge(&column, source, &defaults, target)?);
                        }
                        unchanged => columns[*position] = unchanged,
                    }
                    continue;
                }
                Step::Computed(expression) => expression.values_of(&wide, n_rows)?,
                Step::Empty(data_type) => cell::build(&vec![Cell::default_of(data_type); n_rows], data_type)?,
            };
            wide.push(values.clone());
            columns[*position] = Some(values);
        }
        let columns: Vec<ArrayRef> = columns.into_iter().flatten().collect();
        conform::columns(&columns, &self.schema, n_rows)
    }

    /// EPHEMERAL columns are given but not stored; defaults may read them.
    fn fill_ephemeral(&self, block: &RecordBatch, wide: &mut [ArrayRef]) -> Result<(), SqlError> {
        for (index, data_type) in self.given.iter().enumerate() {
            let target = &self.wide[index].data_type;
            if *wide[index].data_type() == ArrowType::Null {
                wide[index] = self.cast_column(block.column(index), data_type, target, &types::arrow_type(target)?)?;
            }
        }
        Ok(())
    }
    fn cast_column(
        &self,
        column: &ArrayRef,
        source: &DataType,
        target: &DataType,
        wanted: &ArrowType,
    ) -> Result<ArrayRef, SqlError> {
        let needs_default = column.null_count() > 0 && !target.is_nullable();
        if source.base() == target.base() && !needs_default {
            return conform::array(column, wanted);
        }
        let mut cells = cell::read_all(column, source);
        for cell in &mut cells {
            if *cell == Cell::Null && needs_default {
                if !self.null_as_default {
                    return Err(SqlError::new(
                        ErrorCode::CannotInsertNull,
                        format!("Cannot convert NULL value to non-nullable type {target}"),
                    ));
                }
                *cell = Cell::default_of(target);
            } else {
                *cell = cell::convert(std::mem::replace(cell, Cell::Null), source, target)?;
            }
        }
        cell::build(&cells, target)
    }
}

/// Evaluates the rows of `INSERT .. VALUES` as the columns that they are for.
///
/// # Errors
/// Rows of another length, expressions that cannot be resolved, values that do not fit.
pub fn values(rows: &[Vec<Expr>], columns: &[ColumnDef], context: &QueryContext) -> Result<RecordBatch, SqlError> {
    let planner = Planner::new(context, now_ns(), Arc::default());
    let scope = Scope::empty(&Environment::new(&context.database, true));
    let resolver = Resolver::new(&planner, &scope);
    let mut cells: Vec<Vec<Cell>> = columns.iter().map(|_| Vec::with_capacity(rows.len())).collect();
    for row in rows {
        if row.len() != columns.len() {
            return Err(SqlError::new(
                ErrorCode::NumberOfColumns,
                format!("A row of VALUES has {} values for {} columns", row.len(), columns.len()),
            ));
        }
        for ((expr, column), cells) in row.iter().zip(columns).zip(&mut cells) {
            let value = resolver.resolve(expr)?;
            let value = match &value.constant {
                Some(constant) => (constant.clone(), value.data_type.clone()),
                None => (computed(&value)?, value.data_type.clone()),
            };
            // A NULL for a type without NULL is decided by the plan of the INSERT.
            let cell = match value {
                (Cell::Null, _) => Cell::Null,
                (cell, source) => cell::convert(cell, &source, &column.data_type).map_err(|error| SqlError {
                    message: format!("{} (column {})", error.message, column.name),
                    ..error
                })?,
            };
            cells.push(cell);
        }
    }
    let nullable: Vec<ColumnDef> = value_columns(columns);
    let arrays = cells
        .iter()
        .zip(&nullable)
        .map(|(cells, column)| cell::build(cells, &column.data_type))
        .collect::<Result<Vec<_>, _>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
    let schema = loosened(&types::schema(&nullable)?);
    Ok(RecordBatch::try_new_with_options(schema, arrays, &options)?)
}

/// The columns of what [`values`] gives: the same with NULL allowed, for the plan of the INSERT.
pub fn value_columns(columns: &[ColumnDef]) -> Vec<ColumnDef> {
    columns.iter().map(|column| ColumnDef::new(&column.name, types::nullable(column.data_type.clone()))).collect()
}

/// A value that is the same for all rows but was not folded, such as `rand()`.
fn computed(value: &super::Typed) -> Result<Cell, SqlError> {
    let one_row = RecordBatch::try_new_with_options(
        Arc::new(arrow::datatypes::Schema::empty()),
        Vec::new(),
        &RecordBatchOptions::new().with_row_count(Some(1)),
    )?;
    let values = super::expression::evaluate(value, &one_row)?;
    Ok(cell::read(values.as_ref(), &value.data_type, 0))
}

/// The column with the defaults where the source was NULL.
fn merge(column: &ArrayRef, source: &ArrayRef, defaults: &ArrayRef, target: &DataType) -> Result<ArrayRef, SqlError> {
    let was_null = arrow::compute::is_null(source)?;
    let merged = arrow::compute::kernels::zip::zip(&was_null, defaults, column)?;
    conform::array(&merged, &types::arrow_type(target)?)
}

/// The schema with every field nullable, for rows on their way.
fn loosened(schema: &SchemaRef) -> SchemaRef {
    let fields: Vec<_> = schema.fields().iter().map(|field| field.as_ref().clone().with_nullable(true)).collect();
    Arc::new(arrow::datatypes::Schema::new(fields))
}
