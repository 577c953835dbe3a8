//! What rows come from.

use super::Printer;
use crate::ast::{From, FromItem, Join, JoinConstraint, JoinKind, JoinStrictness, TableFunction, TableKind, TableRef};

impl Printer<'_> {
    /// After the word FROM: a table, or a join group in parentheses.
    pub(super) fn from(&mut self, from: &From) {
        self.indented(|printer| printer.table_ref(&from.first));
        self.joins(from);
    }

    fn joins(&mut self, from: &From) {
        for item in &from.rest {
            match item {
                FromItem::Join(join) => self.join(join),
                FromItem::ArrayJoin(array_join) => {
                    self.line();
                    self.push(if array_join.left { "LEFT ARRAY JOIN " } else { "ARRAY JOIN " });
                    self.separated(&array_join.items, Self::select_item);
                }
            }
        }
    }

    fn join(&mut self, join: &Join) {
        if join.kind == JoinKind::Comma {
            self.push(", ");
        } else {
            self.line();
            if join.global {
                self.push("GLOBAL ");
            }
            self.push(match join.strictness {
                Some(JoinStrictness::All) => "ALL ",
                Some(JoinStrictness::Any) => "ANY ",
                Some(JoinStrictness::Asof) => "ASOF ",
                Some(JoinStrictness::Semi) => "SEMI ",
                Some(JoinStrictness::Anti) => "ANTI ",
                Some(JoinStrictness::Latest) => "LATEST ",
                Some(JoinStrictness::Range) => "RANGE ",
                None => "",
            });
            self.push(match join.kind {
                JoinKind::Left => "LEFT JOIN ",
                JoinKind::Right => "RIGHT JOIN ",
                JoinKind::Full => "FULL JOIN ",
                JoinKind::Cross => "CROSS JOIN ",
                JoinKind::Paste => "PASTE JOIN ",
                JoinKind::Inner | JoinKind::Comma => "INNER JOIN ",
            });
        }
        self.table_ref(&join.table);
        match &join.constraint {
            Some(JoinConstraint::On(condition)) => {
                self.push(" ON ");
                self.expr(condition);
            }
            Some(JoinConstraint::Using(keys)) => self.list(" USING (", keys, ")"),
            None => {}
        }
    }

    pub(super) fn table_ref(&mut self, table: &TableRef) {
        match &table.kind {
            TableKind::Name(name) => self.object_name(name),
            TableKind::Function(function) => self.table_function(function),
            TableKind::Query(query) => self.query_in_parens(query),
            TableKind::Nested(from) => {
                self.push("(");
                self.table_ref(&from.first);
                self.joins(from);
                self.push(")");
            }
        }
        if let Some(alias) = &table.alias {
            self.push(" AS ");
            self.ident(alias);
            if !table.columns.is_empty() {
                self.push("(");
                self.separated(&table.columns, Self::ident);
                self.push(")");
            }
        }
        if table.is_final {
            self.push(" FINAL");
        }
        if let Some((ratio, offset)) = &table.sample {
            self.push(" SAMPLE ");
            self.expr(ratio);
            if let Some(offset) = offset {
                self.push(" OFFSET ");
                self.expr(offset);
            }
        }
    }

    pub(super) fn table_function(&mut self, function: &TableFunction) {
        // A function's own name is no identifier: it is never quoted unless it must be.
        match &function.name.database {
            None if !super::needs_quotes(&function.name.name.value) => {
                self.push(&function.name.name.value);
            }
            _ => self.object_name(&function.name),
        }
        self.push("(");
        self.separated(&function.args, Self::expr);
        if !function.settings.is_empty() {
            self.push(if function.args.is_empty() { "SETTINGS " } else { ", SETTINGS " });
            self.settings(&function.settings);
        }
        self.push(")");
    }
}
