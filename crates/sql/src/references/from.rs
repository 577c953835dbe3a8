//! FROM: names, table functions, joins.

use super::Role;
use super::collect::Collector;
use crate::ast::{
    Expr, ExprKind, From, FromItem, FunctionCall, Ident, JoinConstraint, ObjectName, TableFunction, TableKind, TableRef,
};

/// Table functions whose first argument is a stream, a view or another of them.
const OVER_A_STREAM: [&str; 12] = [
    "table",
    "tumble",
    "hop",
    "session",
    "changelog",
    "dedup",
    "dedup_by",
    "seek",
    "window",
    "latest",
    "lag_table",
    "historical",
];

/// Table functions that read nothing of this deployment, or nothing that has a name in it.
const WITHOUT_A_STREAM: [&str; 31] = [
    "numbers",
    "numbers_mt",
    "zeros",
    "zeros_mt",
    "one",
    "values",
    "generate_random",
    "url",
    "file",
    "s3",
    "s3_cluster",
    "gcs",
    "hdfs",
    "mysql",
    "postgresql",
    "mongodb",
    "sqlite",
    "jdbc",
    "odbc",
    "remote",
    "remote_secure",
    "input",
    "null",
    "python",
    "kafka",
    "view",
    "executable",
    "iceberg",
    "delta_lake",
    "generate_series",
    "generate_random_structure",
];

/// Whether the function's first argument is what rows are read from.
pub(super) fn reads_first_argument(name: &str) -> bool {
    OVER_A_STREAM.iter().any(|known| name.eq_ignore_ascii_case(known))
}

impl Collector<'_> {
    pub(super) fn from(&mut self, from: &From) {
        self.table_ref(&from.first);
        for item in &from.rest {
            match item {
                FromItem::Join(join) => {
                    self.table_ref(&join.table);
                    match &join.constraint {
                        Some(JoinConstraint::On(condition)) => self.expr(condition),
                        Some(JoinConstraint::Using(keys)) => self.exprs(keys),
                        None => {}
                    }
                }
                FromItem::ArrayJoin(array_join) => self.select_items(&array_join.items),
            }
        }
    }

    pub(super) fn table_ref(&mut self, table: &TableRef) {
        match &table.kind {
            TableKind::Name(name) => self.relation(name),
            TableKind::Function(function) => self.table_function(function),
            TableKind::Query(query) => self.query(query),
            TableKind::Nested(from) => self.from(from),
        }
    }

    /// A name that rows are read from, unless WITH gave it.
    fn relation(&mut self, name: &ObjectName) {
        if name.database.is_some() || !self.is_cte(&name.name.value) {
            self.add_relation(name, Role::Reads);
        }
    }

    pub(super) fn table_function(&mut self, function: &TableFunction) {
        self.table_function_call(&function.name, &function.args);
    }

    pub(super) fn table_call(&mut self, call: &FunctionCall) {
        let name = ObjectName { database: None, span: call.name.span, name: call.name.clone() };
        self.table_function_call(&name, &call.args);
    }

    fn table_function_call(&mut self, name: &ObjectName, args: &[Expr]) {
        let lower = name.name.value.to_ascii_lowercase();
        if name.database.is_some() {
            // Table functions belong to no database: it is a parameterized view.
            self.add_relation(name, Role::Reads);
            return self.exprs(args);
        }
        if reads_first_argument(&lower) {
            if let Some((first, rest)) = args.split_first() {
                self.stream_argument(first);
                self.exprs(rest);
            }
            return;
        }
        match lower.as_str() {
            "dictionary" => {
                let call = function_call(&name.name, args);
                self.named_in_first_argument(&call, Role::UsesDictionary);
            }
            "merge" | "cluster" | "cluster_all_replicas" | "loop" => self.unresolved(
                name.name.value.clone(),
                "which streams it reads is decided when the query runs",
                name.span,
            ),
            known if WITHOUT_A_STREAM.contains(&known) => self.exprs(args),
            _ if self.catalog.is_function(&name.name.value) => {
                self.add_global(&name.name, Role::UsesFunction);
                self.exprs(args);
            }
            _ => self.view_or_unknown(name, args),
        }
    }

    /// A parameterized view is called with `name = value`.
    fn view_or_unknown(&mut self, name: &ObjectName, args: &[Expr]) {
        let named = args.iter().all(|arg| {
            matches!(&arg.kind, ExprKind::Binary { op: crate::ast::BinaryOp::Eq, left, .. }
                if matches!(left.kind, ExprKind::Identifier(_)))
        });
        let known = self.catalog.is_relation(self.default_database, &name.name.value);
        match known {
            Some(true) => self.add_relation(name, Role::Reads),
            None if named => self.add_relation(name, Role::Reads),
            _ => self.unresolved(
                name.name.value.clone(),
                "no table function and no view of this name is known",
                name.span,
            ),
        }
        self.exprs(args);
    }

    fn stream_argument(&mut self, arg: &Expr) {
        match &arg.kind {
            ExprKind::Identifier(parts) => {
                let name = object_name_of(parts, arg);
                self.relation(&name);
            }
            ExprKind::Function(call) => self.table_call(call),
            ExprKind::Subquery(query) => self.query(query),
            ExprKind::Alias { expr, .. } => self.stream_argument(expr),
            ExprKind::Template(text) => self.unresolved(text.clone(), "the name is filled in by a template", arg.span),
            _ => self.expr(arg),
        }
    }
}

fn object_name_of(parts: &[Ident], arg: &Expr) -> ObjectName {
    let (database, rest) = match parts {
        [name] => (None, std::slice::from_ref(name)),
        [database, rest @ ..] => (Some(database.clone()), rest),
        [] => (None, parts),
    };
    let values: Vec<&str> = rest.iter().map(|part| part.value.as_str()).collect();
    let mut name = rest.first().cloned().unwrap_or_default();
    name.value = values.join(".");
    ObjectName { database, name, span: arg.span }
}

fn function_call(name: &Ident, args: &[Expr]) -> FunctionCall {
    FunctionCall {
        name: name.clone(),
        parameters: None,
        distinct: false,
        args: args.to_vec(),
        order_by: Vec::new(),
        respect_nulls: None,
        filter: None,
        over: None,
    }
}
