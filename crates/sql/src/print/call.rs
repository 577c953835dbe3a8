//! Calls of functions, windows, and columns by pattern.

use super::Printer;
use crate::ast::{
    ColumnTransformer, ExprKind, FrameBound, FunctionCall, Ident, Over, Quote, Wildcard, WildcardColumns, WindowSpec,
};

impl Printer<'_> {
    pub(super) fn call(&mut self, call: &FunctionCall) {
        self.function_name(&call.name);
        if let Some(parameters) = &call.parameters {
            self.list("(", parameters, ")");
        }
        self.push("(");
        if call.distinct {
            self.push("DISTINCT ");
        }
        self.separated(&call.args, |printer, arg| match &arg.kind {
            ExprKind::Subquery(query) => printer.query_in_parens(query),
            _ => printer.expr(arg),
        });
        if !call.order_by.is_empty() {
            self.push(" ORDER BY ");
            self.separated(&call.order_by, Self::order_item);
        }
        self.push(")");
        match call.respect_nulls {
            Some(true) => self.push(" RESPECT NULLS"),
            Some(false) => self.push(" IGNORE NULLS"),
            None => {}
        }
        if let Some(filter) = &call.filter {
            self.push(" FILTER (WHERE ");
            self.expr(filter);
            self.push(")");
        }
        match &call.over {
            Some(Over::Name(name)) => {
                self.push(" OVER ");
                self.ident(name);
            }
            Some(Over::Window(spec)) => {
                self.push(" OVER ");
                self.window_spec(spec);
            }
            None => {}
        }
    }

    /// A function's name is quoted only if it is no word at all: keywords are fine before `(`.
    fn function_name(&mut self, name: &Ident) {
        let is_word = !name.value.is_empty()
            && name.value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
        if is_word && name.quote == Quote::Bare {
            self.push(&name.value);
        } else {
            self.ident(name);
        }
    }

    pub(super) fn window_spec(&mut self, spec: &WindowSpec) {
        let mut space = "";
        self.push("(");
        if let Some(base) = &spec.base {
            self.ident(base);
            space = " ";
        }
        if !spec.partition_by.is_empty() {
            self.push(space);
            self.push("PARTITION BY ");
            self.separated(&spec.partition_by, Self::expr);
            space = " ";
        }
        if !spec.order_by.is_empty() {
            self.push(space);
            self.push("ORDER BY ");
            self.separated(&spec.order_by, Self::order_item);
            space = " ";
        }
        if let Some(frame) = &spec.frame {
            self.push(space);
            self.push(&frame.unit);
            match &frame.end {
                Some(end) => {
                    self.push(" BETWEEN ");
                    self.frame_bound(&frame.start);
                    self.push(" AND ");
                    self.frame_bound(end);
                }
                None => {
                    self.push(" ");
                    self.frame_bound(&frame.start);
                }
            }
            if let Some(what) = &frame.exclude {
                self.push(" EXCLUDE ");
                self.push(what);
            }
        }
        self.push(")");
    }

    fn frame_bound(&mut self, bound: &FrameBound) {
        let (offset, word) = match bound {
            FrameBound::CurrentRow => return self.push("CURRENT ROW"),
            FrameBound::Preceding(offset) => (offset, " PRECEDING"),
            FrameBound::Following(offset) => (offset, " FOLLOWING"),
        };
        match offset {
            Some(offset) => self.operand(offset),
            None => self.push("UNBOUNDED"),
        }
        self.push(word);
    }

    pub(super) fn wildcard(&mut self, wildcard: &Wildcard) {
        if !wildcard.qualifier.is_empty() {
            self.dotted(&wildcard.qualifier);
            self.push(".");
        }
        match &wildcard.columns {
            WildcardColumns::All => self.push("*"),
            WildcardColumns::Pattern(pattern) => {
                self.push("COLUMNS(");
                self.text(pattern);
                self.push(")");
            }
            WildcardColumns::List(items) => self.list("COLUMNS(", items, ")"),
        }
        for transformer in &wildcard.transformers {
            match transformer {
                ColumnTransformer::Except(names) => {
                    self.push(" EXCEPT (");
                    self.separated(names, Self::ident);
                    self.push(")");
                }
                ColumnTransformer::ExceptPattern(pattern) => {
                    self.push(" EXCEPT(");
                    self.text(pattern);
                    self.push(")");
                }
                ColumnTransformer::Replace(items) => {
                    self.push(" REPLACE (");
                    self.separated(items, |printer, (expr, name)| {
                        printer.expr(expr);
                        printer.push(" AS ");
                        printer.ident(name);
                    });
                    self.push(")");
                }
                ColumnTransformer::Apply(function) => {
                    self.push(" APPLY (");
                    self.expr(function);
                    self.push(")");
                }
            }
        }
    }
}
