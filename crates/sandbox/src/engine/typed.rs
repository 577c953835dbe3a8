//! Resolved expressions: a DataFusion expression together with its Timeplus type.

use std::collections::hash_map::DefaultHasher;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::DataType as ArrowType;
use datafusion::common::ScalarValue;
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::expr::ScalarFunction;
use datafusion::logical_expr::{
    ColumnarValue, Expr, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature, Volatility, cast,
};
use ferry_native::DataType;

use super::cell::{self, Cell};
use super::{SqlError, types};

/// An expression whose names and types are known.
#[derive(Debug, Clone)]
pub struct Typed {
    /// How DataFusion computes it.
    pub expr: Expr,
    /// The type that Timeplus gives it.
    pub data_type: DataType,
    /// Its value, if it is the same for all rows.
    pub constant: Option<Cell>,
}

impl Typed {
    /// An expression that depends on rows.
    pub fn new(expr: Expr, data_type: DataType) -> Self {
        Self { expr, data_type, constant: None }
    }

    /// A constant.
    pub fn constant(value: Cell, data_type: DataType) -> Result<Self, SqlError> {
        let array = cell::build(std::slice::from_ref(&value), &data_type)?;
        let scalar = ScalarValue::try_from_array(&array, 0)?;
        Ok(Self { expr: Expr::Literal(scalar, None), data_type, constant: Some(value) })
    }

    /// The same value without `low_cardinality` in its type.
    pub fn plain(mut self) -> Self {
        self.data_type = types::plain(&self.data_type);
        self
    }

    /// The same value as another type.
    pub fn cast_to(self, target: &DataType) -> Result<Self, SqlError> {
        if self.data_type == *target {
            return Ok(self);
        }
        if let Some(value) = &self.constant {
            let value = cell::convert(value.clone(), &self.data_type, target)?;
            return Self::constant(value, target.clone());
        }
        let (from, to) = (types::arrow_type(&self.data_type)?, types::arrow_type(target)?);
        let same_values = self.data_type.base() == target.base();
        let nulls_fit = target.is_nullable() || !self.data_type.is_nullable();
        if same_values && nulls_fit && from == to {
            return Ok(Self { data_type: target.clone(), ..self });
        }
        if nulls_fit && widens(&from, &to) {
            return Ok(Self::new(cast(self.expr, to), target.clone()));
        }
        let (source, goal) = (self.data_type.clone(), target.clone());
        let call = RowFunction {
            name: "cast",
            parameters: format!("{source} to {goal}"),
            returns: target.clone(),
            nulls: Nulls::Seen,
            volatility: Volatility::Immutable,
        };
        call.over(vec![self], move |cells| cell::convert(cells[0].clone(), &source, &goal))
    }

    /// The value as a condition: numbers are true unless they are zero.
    pub fn condition(self) -> Result<Self, SqlError> {
        let is_nullable = self.data_type.is_nullable();
        self.cast_to(&types::nullable_if(DataType::Bool, is_nullable))
    }
}

/// What a function does with NULL arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nulls {
    /// One of them makes the result NULL.
    Propagate,
    /// The function sees them.
    Seen,
}

/// A function that is computed row by row.
#[derive(Debug, Clone)]
pub struct RowFunction {
    /// Its name, for messages.
    pub name: &'static str,
    /// What distinguishes it from others of the same name and argument types.
    pub parameters: String,
    /// The type of its result.
    pub returns: DataType,
    /// What it does with NULL.
    pub nulls: Nulls,
    /// Whether equal arguments give equal results.
    pub volatility: Volatility,
}

impl RowFunction {
    /// Calls it; constants give a constant.
    pub fn over(
        self,
        args: Vec<Typed>,
        body: impl Fn(&[Cell]) -> Result<Cell, SqlError> + Send + Sync + 'static,
    ) -> Result<Typed, SqlError> {
        let propagate = self.nulls == Nulls::Propagate;
        let is_nullable = propagate && args.iter().any(|arg| arg.data_type.is_nullable());
        let returns = types::nullable_if(self.returns.clone(), is_nullable);
        let apply = move |cells: &[Cell]| {
            if propagate && cells.contains(&Cell::Null) {
                return Ok(Cell::Null);
            }
            body(cells)
        };
        let constants: Option<Vec<Cell>> = args.iter().map(|arg| arg.constant.clone()).collect();
        if let (Some(cells), Volatility::Immutable) = (constants, self.volatility) {
            return Typed::constant(apply(&cells)?, returns);
        }
        let arg_types: Vec<DataType> = args.iter().map(|arg| arg.data_type.clone()).collect();
        let result_type = returns.clone();
        let name = self.name;
        column_function(
            Call { name, parameters: self.parameters, returns, volatility: self.volatility },
            args,
            move |columns, n_rows| {
                let sources: Vec<Source> = columns
                    .iter()
                    .zip(&arg_types)
                    .map(|(column, data_type)| Source::new(column, data_type))
                    .collect::<Result<_, _>>()?;
                let mut results = Vec::with_capacity(n_rows);
                let mut cells = Vec::with_capacity(sources.len());
                for row in 0..n_rows {
                    cells.clear();
                    cells.extend(sources.iter().map(|source| source.cell(row)));
                    results.push(apply(&cells)?);
                }
                cell::build(&results, &result_type)
            },
        )
    }
}

enum Source<'a> {
    One(Cell),
    Rows(&'a ArrayRef, &'a DataType),
}

impl<'a> Source<'a> {
    fn new(column: &'a ColumnarValue, data_type: &'a DataType) -> Result<Self, SqlError> {
        Ok(match column {
            ColumnarValue::Array(array) => Self::Rows(array, data_type),
            ColumnarValue::Scalar(scalar) => Self::One(cell::read(scalar.to_array()?.as_ref(), data_type, 0)),
        })
    }

    fn cell(&self, row: usize) -> Cell {
        match self {
            Self::One(cell) => cell.clone(),
            Self::Rows(array, data_type) => cell::read(array.as_ref(), data_type, row),
        }
    }
}

/// What identifies a call of a function over columns.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its name, for messages.
    pub name: &'static str,
    /// What distinguishes it from others of the same name.
    pub parameters: String,
    /// The type of its result.
    pub returns: DataType,
    /// Whether equal arguments give equal results.
    pub volatility: Volatility,
}

/// Calls a function that computes a whole column at once.
pub fn column_function(
    call: Call,
    args: Vec<Typed>,
    body: impl Fn(&[ColumnarValue], usize) -> Result<ArrayRef, SqlError> + Send + Sync + 'static,
) -> Result<Typed, SqlError> {
    let arg_types: Vec<String> = args.iter().map(|arg| arg.data_type.to_string()).collect();
    let kernel = Kernel {
        name: call.name,
        identity: format!("{}|{}|{}", call.parameters, arg_types.join("|"), call.returns),
        returns: types::arrow_type(&call.returns)?,
        signature: Signature::one_of(vec![TypeSignature::VariadicAny, TypeSignature::Nullary], call.volatility),
        body: Arc::new(body),
    };
    let exprs = args.into_iter().map(|arg| arg.expr).collect();
    let function = ScalarFunction::new_udf(Arc::new(ScalarUDF::from(kernel)), exprs);
    Ok(Typed::new(Expr::ScalarFunction(function), call.returns))
}

type Body = dyn Fn(&[ColumnarValue], usize) -> Result<ArrayRef, SqlError> + Send + Sync;

struct Kernel {
    name: &'static str,
    identity: String,
    returns: ArrowType,
    signature: Signature,
    body: Arc<Body>,
}

impl fmt::Debug for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({})", self.name, self.identity)
    }
}

impl PartialEq for Kernel {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.identity == other.identity
    }
}

impl Eq for Kernel {}

impl Hash for Kernel {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
        self.identity.hash(state);
    }
}

impl ScalarUDFImpl for Kernel {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn schema_name(&self, args: &[Expr]) -> DataFusionResult<String> {
        // Two calls that differ in their parameters only must not share a name.
        let mut hasher = DefaultHasher::new();
        self.identity.hash(&mut hasher);
        let args: Vec<String> = args.iter().map(|arg| arg.schema_name().to_string()).collect();
        Ok(format!("{}#{:x}({})", self.name, hasher.finish(), args.join(",")))
    }

    fn return_type(&self, _: &[ArrowType]) -> DataFusionResult<ArrowType> {
        Ok(self.returns.clone())
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> DataFusionResult<ColumnarValue> {
        let volatile = self.signature.volatility == Volatility::Volatile;
        let all_constant = !volatile && args.args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
        if all_constant {
            let array = (self.body)(&args.args, 1)?;
            return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?));
        }
        let array = (self.body)(&args.args, args.number_rows)?;
        debug_assert_eq!(array.len(), args.number_rows, "{}", self.name);
        Ok(ColumnarValue::Array(array))
    }
}

/// Whether Arrow's cast from one type to the other keeps every value.
fn widens(from: &ArrowType, to: &ArrowType) -> bool {
    use ArrowType::{Float32, Float64, Int8, Int16, Int32, Int64, UInt8, UInt16, UInt32, UInt64};
    match (from, to) {
        (Int8, Int16 | Int32 | Int64 | Float32 | Float64)
        | (Int16, Int32 | Int64 | Float32 | Float64)
        | (Int32, Int64 | Float64)
        | (UInt8, UInt16 | UInt32 | UInt64 | Int16 | Int32 | Int64 | Float32 | Float64)
        | (UInt16, UInt32 | UInt64 | Int32 | Int64 | Float32 | Float64)
        | (UInt32, UInt64 | Int64 | Float64)
        | (Int64 | UInt64 | Float32, Float64) => true,
        (from, to) => from == to && from.is_primitive() && !matches!(to, ArrowType::Timestamp(..)),
    }
}
