//! Walks queries and expressions.

use super::{Catalog, QualifiedName, Reference, References, Role, Unresolved, qualify};
use crate::ast::{
    Child, ColumnTransformer, Expr, ExprKind, FunctionCall, Ident, InSet, Literal, ObjectName, Query, QueryBody,
    Select, SelectItem, Wildcard, With,
};
use crate::span::Span;

pub(super) struct Collector<'a> {
    pub(super) default_database: &'a str,
    pub(super) catalog: &'a dyn Catalog,
    found: References,
    /// Names of WITH queries that are visible here, innermost last.
    ctes: Vec<String>,
    /// Names of values (aliases, lambda parameters) that are visible here.
    values: Vec<String>,
    /// Names of lambdas that WITH gave.
    lambdas: Vec<String>,
}

impl<'a> Collector<'a> {
    pub(super) fn new(default_database: &'a str, catalog: &'a dyn Catalog) -> Self {
        Self {
            default_database,
            catalog,
            found: References::default(),
            ctes: Vec::new(),
            values: Vec::new(),
            lambdas: Vec::new(),
        }
    }

    /// References in the order of the text.
    pub(super) fn finish(mut self) -> References {
        self.found.items.sort_by_key(|item| item.span.start);
        self.found
    }

    pub(super) fn add(&mut self, name: QualifiedName, role: Role, span: Span) {
        self.found.items.push(Reference { name, role, span });
    }

    pub(super) fn add_relation(&mut self, name: &ObjectName, role: Role) {
        self.add(self.qualify(name), role, name.span);
    }

    /// The default database filled in, or the one that the catalog knows better.
    fn qualify(&self, name: &ObjectName) -> QualifiedName {
        match &name.database {
            Some(_) => qualify(name, self.default_database),
            None => self.in_home(&name.name.value),
        }
    }

    fn in_home(&self, name: &str) -> QualifiedName {
        let home = self.catalog.home(self.default_database, name);
        QualifiedName::local(home.unwrap_or_else(|| self.default_database.to_owned()), name)
    }

    pub(super) fn add_global(&mut self, name: &Ident, role: Role) {
        self.add(QualifiedName::global(name.value.clone()), role, name.span);
    }

    /// A name inside a string: `d` or `db.d`.
    pub(super) fn add_text(&mut self, text: &str, role: Role, span: Span) {
        let name = match text.split_once('.') {
            Some((database, name)) => QualifiedName::local(database, name),
            None => self.in_home(text),
        };
        self.add(name, role, span);
    }

    pub(super) fn unresolved(&mut self, text: impl Into<String>, reason: &str, span: Span) {
        self.found.unresolved.push(Unresolved { text: text.into(), reason: reason.to_owned(), span });
    }

    pub(super) fn is_cte(&self, name: &str) -> bool {
        self.ctes.iter().any(|cte| cte == name)
    }

    pub(super) fn query(&mut self, query: &Query) {
        let ctes = self.ctes.len();
        let values = self.values.len();
        let lambdas = self.lambdas.len();
        self.query_in_scope(query);
        self.ctes.truncate(ctes);
        self.values.truncate(values);
        self.lambdas.truncate(lambdas);
    }

    /// What the first operand of a set operation names stays visible for the others.
    fn query_in_scope(&mut self, query: &Query) {
        match &query.body {
            QueryBody::Select(select) => self.select(select),
            QueryBody::Set { operands, .. } => {
                for operand in operands {
                    self.query_in_scope(operand);
                }
            }
        }
        if let Some(tail) = &query.tail {
            self.select(tail);
        }
        self.settings(&query.settings);
    }

    fn select(&mut self, select: &Select) {
        for with in &select.with {
            self.with(with, select.recursive);
        }
        let aliases = select.items.iter().filter_map(|item| item.alias.as_ref());
        self.values.extend(aliases.map(|alias| alias.value.clone()));
        if let Some(from) = &select.from {
            self.from(from);
        }
        self.exprs(&select.distinct_on);
        self.exprs(select.top.as_ref());
        self.select_items(&select.items);
        self.exprs(select.prewhere.as_ref());
        self.exprs(select.filter.as_ref());
        if let Some(group_by) = &select.group_by {
            self.exprs(&group_by.keys);
        }
        self.exprs(&select.partition_by);
        self.exprs(&select.shuffle_by);
        self.exprs(select.having.as_ref());
        for (_, window) in &select.windows {
            window.for_each_child(&mut |child| self.child(child));
        }
        self.exprs(select.qualify.as_ref());
        self.exprs(select.order_by.iter().map(|item| &item.expr));
        self.exprs(select.interpolate.iter().flatten().map(|item| &item.expr));
        if let Some(limit_by) = &select.limit_by {
            self.exprs(&limit_by.keys);
        }
        self.exprs(select.limit.as_ref());
        self.exprs(select.offset.as_ref());
        self.settings(&select.settings);
    }

    /// A name is visible after its own query, inside it only with RECURSIVE.
    fn with(&mut self, with: &With, recursive: bool) {
        match with {
            With::Query { name, query, .. } => {
                if recursive {
                    self.ctes.push(name.value.clone());
                }
                self.query(query);
                self.ctes.push(name.value.clone());
            }
            With::Expr { expr, alias } => {
                self.expr(expr);
                if matches!(expr.kind, ExprKind::Lambda { .. }) {
                    self.lambdas.extend(alias.iter().map(|alias| alias.value.clone()));
                }
                self.values.extend(alias.iter().map(|alias| alias.value.clone()));
            }
        }
    }

    pub(super) fn select_items(&mut self, items: &[SelectItem]) {
        self.exprs(items.iter().map(|item| &item.expr));
    }

    pub(super) fn exprs<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>) {
        for expr in exprs {
            self.expr(expr);
        }
    }

    fn child(&mut self, child: Child<'_>) {
        match child {
            Child::Expr(expr) => self.expr(expr),
            Child::Query(query) => self.query(query),
        }
    }

    pub(super) fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Function(call) => self.call(call),
            ExprKind::Wildcard(wildcard) => self.applied(wildcard),
            ExprKind::In { set: InSet::Name(name), .. } => self.in_name(name),
            ExprKind::In { set: InSet::Expr(set), expr, .. } => {
                self.expr(expr);
                self.in_expr(set);
                return;
            }
            ExprKind::Lambda { params, body } => {
                let values = self.values.len();
                self.values.extend(params.iter().map(|param| param.value.clone()));
                self.expr(body);
                self.values.truncate(values);
                return;
            }
            _ => {}
        }
        expr.for_each_child(&mut |child| self.child(child));
    }

    /// `x IN table(stream)` reads the stream; any other expression is a value.
    fn in_expr(&mut self, set: &Expr) {
        match &set.kind {
            ExprKind::Function(call) if super::from::reads_first_argument(&call.name.value) => {
                self.table_call(call);
            }
            _ => self.expr(set),
        }
    }

    fn in_name(&mut self, name: &ObjectName) {
        if name.database.is_none() {
            let text = &name.name.value;
            if self.is_cte(text) || self.values.iter().any(|value| value == text) {
                return;
            }
        }
        let database = name.database_or(self.default_database);
        match self.catalog.is_relation(database, &name.name.value) {
            Some(true) => self.add_relation(name, Role::Reads),
            Some(false) => {}
            None => self.unresolved(
                crate::print::object_name(name),
                "IN takes a stream or a column here: the text does not tell which",
                name.span,
            ),
        }
    }

    fn call(&mut self, call: &FunctionCall) {
        let name = call.name.value.as_str();
        if self.lambdas.iter().any(|lambda| lambda == name) {
            return;
        }
        if self.catalog.is_function(name) {
            self.add_global(&call.name, Role::UsesFunction);
            return;
        }
        let lower = name.to_ascii_lowercase();
        if lower.starts_with("dict_") || lower.starts_with("dictget") || lower == "dicthas" {
            self.named_in_first_argument(call, Role::UsesDictionary);
        } else if lower == "join_get" || lower == "join_get_or_null" {
            self.named_in_first_argument(call, Role::Reads);
        } else if !self.catalog.knows_all_functions() && !super::builtin::is_builtin(&lower) {
            self.unresolved(name, "neither a function of the server nor one that is created here", call.name.span);
        }
    }

    /// `COLUMNS('a.*') APPLY(f)` calls `f`.
    fn applied(&mut self, wildcard: &Wildcard) {
        for transformer in &wildcard.transformers {
            if let ColumnTransformer::Apply(function) = transformer
                && let ExprKind::Identifier(parts) = &function.kind
                && let [name] = &parts[..]
                && self.catalog.is_function(&name.value)
            {
                self.add_global(name, Role::UsesFunction);
            }
        }
    }

    /// `dict_get('db.d', ..)`: the name is a string, or a bare name.
    pub(super) fn named_in_first_argument(&mut self, call: &FunctionCall, role: Role) {
        let Some(first) = call.args.first() else {
            return;
        };
        match &first.kind {
            ExprKind::Literal(Literal::String(text)) => self.add_text(text, role, first.span),
            ExprKind::Identifier(parts) => {
                let values: Vec<&str> = parts.iter().map(|part| part.value.as_str()).collect();
                self.add_text(&values.join("."), role, first.span);
            }
            _ => self.unresolved(crate::print::expr(first), "the name is computed when the query runs", first.span),
        }
    }
}
