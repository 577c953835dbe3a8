//! A catalogue in memory, and one way to write down what a query gives.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::RecordBatch;
use ferry_native::DataType;
use ferry_sandbox::engine::{
    Catalog, ColumnDef, ErrorCode, QueryContext, Relation, SqlError, SqlFunction, cell, execute, insert, types,
};
use ferry_sandbox::storage::{Limits, Mode, Stream, StreamSpec};

/// The names of one test.
#[derive(Default)]
pub struct Names {
    pub relations: HashMap<(String, String), Relation>,
    pub functions: HashMap<String, SqlFunction>,
}

impl Catalog for Names {
    fn relation(&self, database: &str, name: &str) -> Result<Relation, SqlError> {
        let key = (database.to_owned(), name.to_owned());
        self.relations
            .get(&key)
            .cloned()
            .ok_or_else(|| SqlError::new(ErrorCode::UnknownStream, format!("Stream {database}.{name} does not exist")))
    }

    fn sql_function(&self, name: &str) -> Result<Option<SqlFunction>, SqlError> {
        Ok(self.functions.get(name).cloned())
    }
}

/// Columns from `name type` pairs; a text after the type is the DEFAULT expression.
pub fn columns(pairs: &[(&str, &str, &str)]) -> Vec<ColumnDef> {
    pairs
        .iter()
        .map(|(name, data_type, default)| {
            let column = ColumnDef::new(*name, data_type.parse::<DataType>().expect("a type"));
            match *default {
                "" => column,
                text => column.with_default(ferry_sql::parse_expr(text).expect("an expression")),
            }
        })
        .collect()
}

/// A stream's settings with rows visible at once.
pub fn spec(columns: &[ColumnDef], mode: Mode) -> StreamSpec {
    let stored: Vec<ColumnDef> = columns.iter().filter(|c| c.is_stored()).cloned().collect();
    let mut spec = StreamSpec::append(types::schema(&stored).expect("a schema"));
    spec.mode = mode;
    spec.limits = Limits::of(mode);
    spec.limits.flush_interval = Duration::ZERO;
    spec
}

/// Names with some streams.
pub struct World {
    pub names: Names,
}

impl World {
    pub fn new() -> Self {
        Self { names: Names::default() }
    }

    pub fn stream(&mut self, name: &str, columns: Vec<ColumnDef>, stream: Arc<Stream>) -> &mut Self {
        let key = ("default".to_owned(), name.to_owned());
        self.names.relations.insert(key, Relation::Stream { columns, stream });
        self
    }

    pub fn append_stream(&mut self, name: &str, columns: Vec<ColumnDef>) -> Arc<Stream> {
        let stream = Stream::open(spec(&columns, Mode::Append)).expect("a stream");
        self.stream(name, columns, stream.clone());
        stream
    }

    pub fn view(&mut self, name: &str, sql: &str) {
        let query = Arc::new(ferry_sql::parse_query(sql).expect("a query"));
        let key = ("default".to_owned(), name.to_owned());
        self.names.relations.insert(key, Relation::View { query, database: "default".to_owned() });
    }

    pub fn context(self) -> QueryContext {
        QueryContext::new(Arc::new(self.names))
    }
}

/// Runs `INSERT INTO name (columns) VALUES ..` as a server would.
pub fn insert(context: &QueryContext, sql: &str) -> Result<(), SqlError> {
    let ferry_sql::StatementKind::Insert(statement) =
        ferry_sql::parse_one(sql).map_err(|e| SqlError::new(ErrorCode::SyntaxError, e.to_string()))?.kind
    else {
        panic!("not an INSERT: {sql}");
    };
    let Relation::Stream { columns, stream } = context.catalog.relation("default", &statement.table.name.value)? else {
        panic!("not a stream");
    };
    let given: Vec<ColumnDef> = match &statement.columns {
        Some(names) => {
            names.iter().map(|name| columns.iter().find(|c| c.name == name.value).expect("a column").clone()).collect()
        }
        None => columns.iter().filter(|c| c.is_insertable()).cloned().collect(),
    };
    let ferry_sql::InsertSource::Values { rows, .. } = &statement.source else {
        panic!("no VALUES: {sql}");
    };
    let block = insert::values(rows, &given, context)?;
    let plan = insert::InsertPlan::new(&insert::value_columns(&given), &columns, context)?;
    stream.append(plan.apply(&block)?)?;
    Ok(stream.sync()?)
}

/// What a query gives, as text: a line of names and types, and a line for each row.
pub async fn run(context: &QueryContext, sql: &str) -> Result<String, SqlError> {
    let query = ferry_sql::parse_query(sql)
        .map_err(|error| SqlError::new(ErrorCode::SyntaxError, format!("{error}: {sql}")))?;
    let result = execute(&query, context).await?;
    let columns = result.columns.clone();
    let batches = result.collect().await?;
    Ok(print(&columns, &batches))
}

fn print(columns: &[ColumnDef], batches: &[RecordBatch]) -> String {
    let head: Vec<String> = columns.iter().map(|c| format!("{} {}", c.name, c.data_type)).collect();
    let mut lines = vec![head.join(", ")];
    for batch in batches {
        for row in 0..batch.num_rows() {
            let values = batch.columns().iter().zip(columns).map(|(array, column)| {
                let text = cell::text(&cell::read(array.as_ref(), &column.data_type, row), &column.data_type);
                if text.is_empty() { "''".to_owned() } else { text }
            });
            lines.push(values.collect::<Vec<_>>().join(" | "));
        }
    }
    lines.join("\n")
}

/// Checks what a query gives; leading spaces of the expected lines do not count.
pub async fn check(context: &QueryContext, sql: &str, expected: &str) {
    let expected: Vec<&str> = expected.trim().lines().map(str::trim).collect();
    match run(context, sql).await {
        Ok(found) => assert_eq!(found, expected.join("\n"), "{sql}"),
        Err(error) => panic!("{sql}: {error}"),
    }
}

/// Checks that a query is refused with a code and a word of the message.
pub async fn refuse(context: &QueryContext, sql: &str, code: ErrorCode, word: &str) {
    match run(context, sql).await {
        Ok(found) => panic!("{sql} gave {found}"),
        Err(error) => {
            assert_eq!(error.code, code.number(), "{sql}: {error}");
            assert!(error.message.contains(word), "{sql}: {error}");
        }
    }
}

/// Waits until a condition holds.
pub fn wait_until(what: &str, condition: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !condition() {
        assert!(Instant::now() < deadline, "never happened: {what}");
        std::thread::yield_now();
    }
}
