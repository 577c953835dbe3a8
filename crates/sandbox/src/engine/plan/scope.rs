//! What names mean at one place of a query.

use std::collections::HashMap;
use std::rc::Rc;

use ferry_native::DataType;
use ferry_sql::{Expr, Ident, Query, With};

/// What a whole query sees: its database, the names of WITH, and how streams are read.
#[derive(Debug, Clone)]
pub struct Environment {
    /// The database that bare names mean.
    pub database: String,
    /// Whether bare stream names are read as history.
    pub historical: bool,
    queries: HashMap<String, Rc<CommonQuery>>,
    values: Vec<(String, Expr)>,
}

/// A query that WITH names.
#[derive(Debug)]
pub struct CommonQuery {
    /// The query.
    pub query: Query,
    /// Names for its columns.
    pub columns: Vec<Ident>,
    /// What it sees itself.
    pub environment: Environment,
}

impl Environment {
    /// An environment without WITH.
    pub fn new(database: &str, historical: bool) -> Self {
        Self { database: database.to_owned(), historical, queries: HashMap::new(), values: Vec::new() }
    }

    /// The same with further names.
    pub fn with(&self, names: &[With]) -> Self {
        let mut result = self.clone();
        for with in names {
            match with {
                With::Query { name, columns, query } => {
                    let common = CommonQuery {
                        query: query.as_ref().clone(),
                        columns: columns.clone(),
                        environment: result.clone(),
                    };
                    result.queries.insert(name.value.clone(), Rc::new(common));
                }
                With::Expr { expr, alias } => {
                    let name = match alias {
                        Some(alias) => alias.value.clone(),
                        None => super::column_name(expr),
                    };
                    result.values.push((name, expr.clone()));
                }
            }
        }
        result
    }

    /// The query that WITH gave this name.
    pub fn common_query(&self, name: &str) -> Option<Rc<CommonQuery>> {
        self.queries.get(name).cloned()
    }

    /// The values that WITH named.
    pub fn values(&self) -> &[(String, Expr)] {
        &self.values
    }
}

/// The columns and aliases that an expression may name.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The columns, in the order of `*`.
    pub columns: Vec<ScopeColumn>,
    /// Names for expressions: of WITH, of selected values, of ALIAS columns (last).
    pub aliases: Vec<(String, Expr)>,
    /// What subqueries see.
    pub environment: Environment,
}

/// One column that an expression may name.
#[derive(Debug, Clone)]
pub struct ScopeColumn {
    /// The database and the name or alias of its relation.
    pub qualifier: Option<(Option<String>, String)>,
    /// Its name.
    pub name: String,
    /// The plan's field.
    pub internal: String,
    /// Its type.
    pub data_type: DataType,
    /// Whether `*` leaves it out.
    pub hidden: bool,
}

impl Scope {
    /// A scope without columns.
    pub fn empty(environment: &Environment) -> Self {
        Self { columns: Vec::new(), aliases: environment.values().to_vec(), environment: environment.clone() }
    }

    /// The column that `a`, `t.a` or `db.t.a` names.
    pub fn column(&self, parts: &[Ident]) -> Option<&ScopeColumn> {
        // A nested column's own name has a dot: `n.a`.
        let whole = join(parts);
        if let Some(found) = self.columns.iter().find(|column| column.name == whole) {
            return Some(found);
        }
        if parts.len() < 2 {
            return None;
        }
        for split in 1..=(parts.len() - 1).min(2) {
            let (qualifier, name) = parts.split_at(split);
            let name = join(name);
            let found = self.columns.iter().find(|column| column.name == name && column.is_of(qualifier));
            if found.is_some() {
                return found;
            }
        }
        None
    }
}

impl ScopeColumn {
    /// Whether it belongs to the relation that `t` or `db.t` names.
    pub fn is_of(&self, qualifier: &[Ident]) -> bool {
        let Some((database, table)) = &self.qualifier else {
            return false;
        };
        match qualifier {
            [name] => name.value == *table,
            [db, name] => name.value == *table && database.as_deref().is_none_or(|own| own == db.value),
            _ => false,
        }
    }
}

fn join(parts: &[Ident]) -> String {
    let parts: Vec<&str> = parts.iter().map(|part| part.value.as_str()).collect();
    parts.join(".")
}
