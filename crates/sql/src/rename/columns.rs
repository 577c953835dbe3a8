//! `stream.column`: the stream's name before a column, where the stream has no alias.

use super::Renamer;
use crate::ast::{
    Child, Expr, ExprKind, From, FromItem, Ident, JoinConstraint, Select, Statement, TableKind, TableRef, With,
};
use crate::references::QualifiedName;
use crate::visit::{Visitor, visit};

/// The names of all WITH queries of a statement.
pub(super) fn with_names(statement: &Statement) -> Vec<String> {
    #[derive(Default)]
    struct Names(Vec<String>);
    impl Visitor for Names {
        fn select(&mut self, select: &mut Select) {
            for with in &select.with {
                if let With::Query { name, .. } = with {
                    self.0.push(name.value.clone());
                }
            }
        }
    }
    let mut names = Names::default();
    visit(&mut statement.clone(), &mut names);
    names.0
}

impl Renamer<'_> {
    pub(super) fn column_qualifiers(&mut self, statement: &Statement) {
        struct Selects(Vec<Select>);
        impl Visitor for Selects {
            fn select(&mut self, select: &mut Select) {
                self.0.push(select.clone());
            }
        }
        let mut selects = Selects(Vec::new());
        visit(&mut statement.clone(), &mut selects);
        for select in &selects.0 {
            self.select_qualifiers(select);
        }
    }

    fn select_qualifiers(&mut self, select: &Select) {
        let Some(from) = &select.from else { return };
        let mut tables = Vec::new();
        self.tables(from, &mut tables);
        if tables.is_empty() {
            return;
        }
        let mut found = Vec::new();
        for expr in exprs_of(select, from) {
            collect(expr, &mut found);
        }
        for (parts, tail) in found {
            self.qualifier(&parts[..parts.len() - tail], &tables);
        }
    }

    /// Streams without an alias that get another name.
    fn tables(&self, from: &From, tables: &mut Vec<(QualifiedName, QualifiedName)>) {
        let joined = from.rest.iter().filter_map(|item| match item {
            FromItem::Join(join) => Some(&join.table),
            FromItem::ArrayJoin(_) => None,
        });
        for table in std::iter::once(&from.first).chain(joined) {
            self.table(table, tables);
        }
    }

    fn table(&self, table: &TableRef, tables: &mut Vec<(QualifiedName, QualifiedName)>) {
        let parts = match &table.kind {
            TableKind::Nested(from) => return self.tables(from, tables),
            _ if table.alias.is_some() => return,
            TableKind::Name(name) => (name.database.as_ref(), name.name.value.clone()),
            TableKind::Function(function) => match function.args.first().map(|arg| &arg.kind) {
                Some(ExprKind::Identifier(parts)) => match parts.as_slice() {
                    [name] => (None, name.value.clone()),
                    [database, name] => (Some(database), name.value.clone()),
                    _ => return,
                },
                _ => return,
            },
            TableKind::Query(_) => return,
        };
        let (database, name) = parts;
        if database.is_none() && self.ctes.contains(&name) {
            return;
        }
        let database = database.map_or_else(|| self.database.clone(), |database| database.value.clone());
        let old = QualifiedName::local(database, name);
        if let Some(new) = self.relation(&old) {
            tables.push((old, new));
        }
    }

    /// `parts` without the column: `s`, `d.s`, or more where a column has parts itself.
    fn qualifier(&mut self, parts: &[Ident], tables: &[(QualifiedName, QualifiedName)]) {
        for (old, new) in tables {
            let is_full = |database: &Ident, name: &Ident| {
                Some(&database.value) == old.database.as_ref() && name.value == old.name
            };
            match parts {
                [database, name, ..] if is_full(database, name) => {
                    self.word(database.span, new.database.as_deref().unwrap_or_default());
                    self.word(name.span, &new.name);
                    return;
                }
                [name, ..] if name.value == old.name => {
                    self.word(name.span, &new.name);
                    return;
                }
                _ => {}
            }
        }
    }
}

/// Everything in a SELECT that may name a column, subqueries left out.
fn exprs_of<'s>(select: &'s Select, from: &'s From) -> Vec<&'s Expr> {
    let mut all: Vec<&Expr> = Vec::new();
    all.extend(select.with.iter().filter_map(|with| match with {
        With::Expr { expr, .. } => Some(expr),
        With::Query { .. } => None,
    }));
    all.extend(&select.distinct_on);
    all.extend(select.items.iter().map(|item| &item.expr));
    from_exprs(from, &mut all);
    all.extend(select.prewhere.iter().chain(&select.filter));
    all.extend(
        select.group_by.iter().flat_map(|group_by| group_by.keys.iter().chain(group_by.grouping_sets.iter().flatten())),
    );
    all.extend(select.partition_by.iter().chain(&select.shuffle_by));
    all.extend(select.having.iter().chain(&select.qualify));
    all.extend(select.order_by.iter().map(|item| &item.expr));
    all.extend(select.interpolate.iter().flatten().map(|item| &item.expr));
    all.extend(select.limit_by.iter().flat_map(|limit_by| &limit_by.keys));
    for (_, window) in &select.windows {
        all.extend(window.partition_by.iter().chain(window.order_by.iter().map(|item| &item.expr)));
    }
    all
}

fn from_exprs<'s>(from: &'s From, all: &mut Vec<&'s Expr>) {
    table_exprs(&from.first, all);
    for item in &from.rest {
        match item {
            FromItem::Join(join) => {
                table_exprs(&join.table, all);
                match &join.constraint {
                    Some(JoinConstraint::On(condition)) => all.push(condition),
                    Some(JoinConstraint::Using(keys)) => all.extend(keys),
                    None => {}
                }
            }
            FromItem::ArrayJoin(array_join) => all.extend(array_join.items.iter().map(|item| &item.expr)),
        }
    }
}

fn table_exprs<'s>(table: &'s TableRef, all: &mut Vec<&'s Expr>) {
    match &table.kind {
        // The first argument is the stream itself.
        TableKind::Function(function) => all.extend(function.args.iter().skip(1)),
        TableKind::Nested(from) => from_exprs(from, all),
        TableKind::Name(_) | TableKind::Query(_) => {}
    }
}

/// Names with how many of their last parts are the column at least: none before `.*`.
fn collect<'e>(expr: &'e Expr, found: &mut Vec<(&'e [Ident], usize)>) {
    match &expr.kind {
        ExprKind::Identifier(parts) => found.push((parts, 1)),
        ExprKind::Wildcard(wildcard) => found.push((&wildcard.qualifier, 0)),
        _ => {}
    }
    expr.for_each_child(&mut |child| {
        if let Child::Expr(inner) = child {
            collect(inner, found);
        }
    });
}
