//! What the engine asks about names.

use std::str::FromStr;
use std::sync::Arc;

use ferry_native::DataType;
use ferry_sql::{ExprKind, StatementKind};

use super::Deployment;
use crate::catalog::{Column, DefaultKind, Entry, EntryKind};
use crate::engine::{self, ColumnDef, ColumnDefault, ErrorCode, Relation, SqlError, SqlFunction};
use crate::fault::{Fault, FaultCode};
use crate::system_tables;

impl engine::Catalog for Deployment {
    fn relation(&self, database: &str, name: &str) -> Result<Relation, SqlError> {
        if database == "system" {
            let (columns, batch) = system_tables::table(self, name)?.finish()?;
            return Ok(Relation::Rows { columns, batches: vec![batch] });
        }
        let entry = self.readable(database, name)?;
        match entry.kind {
            EntryKind::Stream | EntryKind::MutableStream => self.stored(&entry),
            EntryKind::MaterializedView => self.materialized(&entry),
            EntryKind::View => self.view(&entry),
            EntryKind::ExternalStream => Ok(Relation::Remote(self.remotes().reader(&entry)?)),
            kind => Err(SqlError::not_implemented(format!("reading a {}", kind.label().to_lowercase()))),
        }
    }

    fn version(&self) -> String {
        self.edition().engine_version_text()
    }

    fn sql_function(&self, name: &str) -> Result<Option<SqlFunction>, SqlError> {
        let catalog = self.catalog();
        let Some(entry) = catalog.global(EntryKind::Function, name) else {
            return Ok(None);
        };
        let language = entry.details["language"].as_str().unwrap_or_default();
        if language != "sql" {
            return Err(SqlError::not_implemented(format!("calling {name}, a function in {language}")));
        }
        let body = entry.details["body"].as_str().unwrap_or_default();
        let lambda = ferry_sql::parse_expr(body)
            .map_err(|error| SqlError::new(ErrorCode::SyntaxError, format!("function {name}: {error}")))?;
        let ExprKind::Lambda { params, body } = lambda.kind else {
            return Err(SqlError::new(ErrorCode::SyntaxError, format!("function {name} is not a lambda")));
        };
        let parameters = params.into_iter().map(|parameter| parameter.value).collect();
        Ok(Some(SqlFunction { parameters, body: *body }))
    }
}

impl Deployment {
    /// The entry of a name that may be read or written, inner streams included.
    pub fn readable(&self, database: &str, name: &str) -> Result<Entry, Fault> {
        let catalog = self.catalog();
        let known_database = catalog.database(database).map(|_| ());
        let entry = match name.strip_prefix(".inner.target-id.") {
            Some(uuid) => catalog.relations().find(|entry| entry.uuid == uuid && entry.database == database),
            None => catalog.relation(database, name),
        };
        let entry = entry.cloned();
        drop(catalog);
        known_database?;
        entry.filter(|entry| !self.is_dropping(entry)).ok_or_else(|| Fault::unknown_stream(database, name))
    }

    fn stored(&self, entry: &Entry) -> Result<Relation, SqlError> {
        let stream = self.stream_of(entry).ok_or_else(|| Fault::unknown_stream(&entry.database, &entry.name))?;
        Ok(Relation::Stream { columns: column_defs(entry)?, stream })
    }

    fn materialized(&self, entry: &Entry) -> Result<Relation, SqlError> {
        if let Some(problem) = &entry.problem {
            let name = format!("{}.{}", entry.database, entry.name);
            return Err(SqlError::new(
                ErrorCode::NotImplemented,
                format!("materialized view {name} is in state Error: {problem}"),
            ));
        }
        match &entry.target {
            None => self.stored(entry),
            // Reading the view reads what it wrote.
            Some(target) => engine::Catalog::relation(self, &target.database, &target.name),
        }
    }

    fn view(&self, entry: &Entry) -> Result<Relation, SqlError> {
        let select = entry.select.as_deref().unwrap_or_default();
        let query = ferry_sql::parse_query(select)
            .map_err(|error| SqlError::new(ErrorCode::SyntaxError, format!("view {}: {error}", entry.name)))?;
        Ok(Relation::View { query: Arc::new(query), database: entry.database.clone() })
    }
}

/// The columns of an entry for the engine. The sequence number is listed by DESC and assigned by the server: the
/// sandbox keeps none, and a query that names it is refused (resources.md 3.1).
pub fn column_defs(entry: &Entry) -> Result<Vec<ColumnDef>, SqlError> {
    entry.columns.iter().filter(|column| column.name != "_tp_sn").map(column_def).collect()
}

fn column_def(column: &Column) -> Result<ColumnDef, SqlError> {
    let data_type = DataType::from_str(&column.type_name)?;
    let mut def = ColumnDef::new(&column.name, data_type);
    let kind = match column.default_kind {
        DefaultKind::None => return Ok(def),
        DefaultKind::Default => engine::DefaultKind::Default,
        DefaultKind::Materialized => engine::DefaultKind::Materialized,
        DefaultKind::Alias => engine::DefaultKind::Alias,
        DefaultKind::Ephemeral => engine::DefaultKind::Ephemeral,
    };
    let text = &column.default_expression;
    if text.is_empty() {
        return Ok(def);
    }
    let expr = ferry_sql::parse_expr(text)
        .map_err(|error| SqlError::new(ErrorCode::SyntaxError, format!("default of {}: {error}", column.name)))?;
    def.default = Some(ColumnDefault { kind, expr });
    Ok(def)
}

/// Parses one statement; what is wrong is a syntax error with its place.
pub fn parse(text: &str) -> Result<ferry_sql::Statement, Fault> {
    let statement = ferry_sql::parse_one(text)
        .map_err(|error| Fault::new(FaultCode::SyntaxError, format!("Syntax error: {error}")))?;
    if let StatementKind::Other(other) = &statement.kind {
        return Err(Fault::new(
            FaultCode::SyntaxError,
            format!("Syntax error: unknown statement {}", other.words.join(" ")),
        ));
    }
    Ok(statement)
}

impl From<Fault> for SqlError {
    fn from(fault: Fault) -> Self {
        Self { code: fault.code.number(), name: fault.code.name().to_owned(), message: fault.message }
    }
}

impl From<SqlError> for Fault {
    fn from(error: SqlError) -> Self {
        Self::new(FaultCode::from_number(error.code), error.message)
    }
}

impl From<crate::storage::StorageError> for Fault {
    fn from(error: crate::storage::StorageError) -> Self {
        Self::from(SqlError::from(error))
    }
}
