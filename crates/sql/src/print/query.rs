//! Queries.

use super::{Layout, Printer};
use crate::ast::{
    Emit, EmitItem, Expr, Fill, GroupBy, OrderItem, Query, QueryBody, Select, SelectItem, SetOperator, Setting, With,
};

impl Printer<'_> {
    pub(super) fn query(&mut self, query: &Query) {
        match &query.body {
            QueryBody::Select(select) if query.tail.is_some() => {
                self.push("(");
                self.select(select);
                self.push(")");
            }
            QueryBody::Select(select) => self.select(select),
            QueryBody::Set { operator, operands } => {
                for (n, operand) in operands.iter().enumerate() {
                    if n > 0 {
                        self.line();
                        self.push(match operator {
                            SetOperator::Union => "UNION",
                            SetOperator::UnionAll => "UNION ALL",
                            SetOperator::UnionDistinct => "UNION DISTINCT",
                            SetOperator::Except => "EXCEPT",
                            SetOperator::Intersect => "INTERSECT",
                        });
                        self.line();
                    }
                    // What belongs to one operand must not be read as the whole's.
                    let is_last = n + 1 == operands.len();
                    let parens = matches!(operand.body, QueryBody::Set { .. })
                        || (is_last && query.tail.is_some())
                        || operand.tail.is_some()
                        || operand.format.is_some()
                        || operand.into_outfile.is_some()
                        || !operand.settings.is_empty();
                    if parens {
                        self.query_in_parens(operand);
                    } else {
                        self.query(operand);
                    }
                }
            }
        }
        if let Some(tail) = &query.tail {
            self.end_of_select(tail);
        }
        if let Some(outfile) = &query.into_outfile {
            self.line();
            self.push("INTO OUTFILE ");
            self.text(&outfile.file);
            if !outfile.options.is_empty() {
                self.push(" ");
                self.push(&outfile.options);
            }
        }
        if let Some(format) = &query.format {
            self.line();
            self.push("FORMAT ");
            self.bare(format);
        }
        self.settings_clause(&query.settings);
    }

    /// `(SELECT ..)`, over several lines with the query indented.
    pub(super) fn query_in_parens(&mut self, query: &Query) {
        self.push("(");
        if self.layout == Layout::Lines {
            self.indent += 1;
            self.line();
            self.query(query);
            self.indent -= 1;
            self.line();
        } else {
            self.query(query);
        }
        self.push(")");
    }

    fn select(&mut self, select: &Select) {
        if !select.with.is_empty() {
            self.push(if select.recursive { "WITH RECURSIVE " } else { "WITH " });
            self.separated(&select.with, Self::with);
            self.line();
        }
        self.push("SELECT");
        if !select.distinct_on.is_empty() {
            self.list(" DISTINCT ON (", &select.distinct_on, ")");
        } else if select.distinct {
            self.push(" DISTINCT");
        }
        if let Some(top) = &select.top {
            self.push(" TOP ");
            self.expr(top);
            if select.with_ties && select.limit.is_none() {
                self.push(" WITH TIES");
            }
        }
        self.indented(|printer| printer.separated(&select.items, Self::select_item));
        if let Some(from) = &select.from {
            self.line();
            self.push("FROM");
            self.from(from);
        }
        self.expr_clause("PREWHERE", select.prewhere.as_ref());
        self.expr_clause("WHERE", select.filter.as_ref());
        self.list_clause("PARTITION BY", &select.partition_by);
        self.list_clause("SHUFFLE BY", &select.shuffle_by);
        if let Some(group_by) = &select.group_by {
            self.group_by(group_by);
        }
        self.expr_clause("HAVING", select.having.as_ref());
        if !select.windows.is_empty() {
            self.line();
            self.push("WINDOW");
            self.indented(|printer| {
                printer.separated(&select.windows, |printer, (name, spec)| {
                    printer.ident(name);
                    printer.push(" AS ");
                    printer.window_spec(spec);
                });
            });
        }
        self.expr_clause("QUALIFY", select.qualify.as_ref());
        self.end_of_select(select);
    }

    /// From ORDER BY on: what may also follow several queries in parentheses.
    fn end_of_select(&mut self, select: &Select) {
        if !select.order_by.is_empty() {
            self.line();
            self.push("ORDER BY");
            self.indented(|printer| printer.separated(&select.order_by, Self::order_item));
        }
        if let Some(items) = &select.interpolate {
            self.interpolate(items);
        }
        self.limits(select);
        if let Some(emit) = &select.emit {
            self.line();
            self.emit(emit);
        }
        self.settings_clause(&select.settings);
    }

    /// The name stands before its expression.
    fn interpolate(&mut self, items: &[SelectItem]) {
        self.line();
        self.push("INTERPOLATE");
        if items.is_empty() {
            return;
        }
        self.push(" (");
        for (n, item) in items.iter().enumerate() {
            if n > 0 {
                self.push(", ");
            }
            if let Some(name) = &item.alias {
                self.ident(name);
                self.push(" AS ");
            }
            self.expr(&item.expr);
        }
        self.push(")");
    }

    fn limits(&mut self, select: &Select) {
        if let Some(limit_by) = &select.limit_by {
            self.line();
            self.push("LIMIT ");
            if let Some(offset) = &limit_by.offset {
                self.expr(offset);
                self.push(", ");
            }
            self.expr(&limit_by.limit);
            self.push(" BY");
            self.indented(|printer| printer.separated(&limit_by.keys, Self::expr));
        }
        if let Some(limit) = &select.limit {
            self.line();
            self.push("LIMIT ");
            if let Some(offset) = &select.offset {
                self.expr(offset);
                self.push(", ");
            }
            self.expr(limit);
            if select.with_ties {
                self.push(" WITH TIES");
            }
        } else if let Some(offset) = &select.offset {
            self.line();
            self.push("OFFSET ");
            self.expr(offset);
        }
    }

    /// On a new, indented line.
    pub(super) fn indented(&mut self, print: impl FnOnce(&mut Self)) {
        self.indent += 1;
        self.line();
        print(self);
        self.indent -= 1;
    }

    fn expr_clause(&mut self, words: &str, expr: Option<&Expr>) {
        if let Some(expr) = expr {
            self.line();
            self.push(words);
            self.indented(|printer| printer.expr(expr));
        }
    }

    fn list_clause(&mut self, words: &str, items: &[Expr]) {
        if !items.is_empty() {
            self.line();
            self.push(words);
            self.indented(|printer| printer.separated(items, Self::expr));
        }
    }

    pub(super) fn settings_clause(&mut self, settings: &[Setting]) {
        if !settings.is_empty() {
            self.line();
            self.push("SETTINGS");
            self.indented(|printer| printer.settings(settings));
        }
    }

    pub(super) fn settings(&mut self, settings: &[Setting]) {
        self.separated(settings, Self::setting);
    }

    pub(super) fn setting(&mut self, setting: &Setting) {
        self.push(&setting_name(setting));
        self.push(" = ");
        self.expr(&setting.value);
    }

    fn with(&mut self, with: &With) {
        match with {
            With::Query { name, columns, query } => {
                self.ident(name);
                if !columns.is_empty() {
                    self.push(" (");
                    self.separated(columns, Self::ident);
                    self.push(")");
                }
                self.push(" AS");
                self.indented(|printer| printer.query_in_parens(query));
            }
            With::Expr { expr, alias } => {
                self.expr(expr);
                if let Some(alias) = alias {
                    self.push(" AS ");
                    self.ident(alias);
                }
            }
        }
    }

    pub(super) fn select_item(&mut self, item: &SelectItem) {
        self.expr(&item.expr);
        if let Some(alias) = &item.alias {
            self.push(" AS ");
            self.ident(alias);
        }
    }

    fn group_by(&mut self, group_by: &GroupBy) {
        self.line();
        self.push("GROUP BY");
        self.indented(|printer| {
            if group_by.all {
                printer.push("ALL");
            } else if group_by.grouping_sets.is_empty() {
                printer.separated(&group_by.keys, Self::expr);
            } else {
                printer.push("GROUPING SETS (");
                printer.separated(&group_by.grouping_sets, |printer, set| {
                    printer.list("(", set, ")");
                });
                printer.push(")");
            }
        });
        for (is_set, words) in
            [(group_by.rollup, "WITH ROLLUP"), (group_by.cube, "WITH CUBE"), (group_by.totals, "WITH TOTALS")]
        {
            if is_set {
                self.line();
                self.push(words);
            }
        }
    }

    pub(super) fn order_item(&mut self, item: &OrderItem) {
        self.expr(&item.expr);
        self.push(if item.descending { " DESC" } else { " ASC" });
        match item.nulls_first {
            Some(true) => self.push(" NULLS FIRST"),
            Some(false) => self.push(" NULLS LAST"),
            None => {}
        }
        if let Some(collate) = &item.collate {
            self.push(" COLLATE ");
            self.text(collate);
        }
        if let Some(Fill { from, to, step }) = &item.fill {
            self.push(" WITH FILL");
            for (word, value) in [(" FROM ", from), (" TO ", to), (" STEP ", step)] {
                if let Some(value) = value {
                    self.push(word);
                    self.expr(value);
                }
            }
        }
    }

    fn emit(&mut self, emit: &Emit) {
        self.push("EMIT");
        for (n, item) in emit.items.iter().enumerate() {
            self.push(" ");
            // 1.x joins these with AND, and 3.x wants it before TIMEOUT.
            let joins = matches!(item, EmitItem::Timeout(_) | EmitItem::Last { .. })
                && n > 0
                && !matches!(emit.items[n - 1], EmitItem::Stream | EmitItem::Changelog);
            if joins {
                self.push("AND ");
            }
            self.emit_item(item);
        }
    }

    fn emit_item(&mut self, item: &EmitItem) {
        let (words, value) = match item {
            EmitItem::Stream => ("STREAM", None),
            EmitItem::Table => ("TABLE", None),
            EmitItem::Changes => ("CHANGES", None),
            EmitItem::Changelog => ("CHANGELOG", None),
            EmitItem::Periodic(value) => ("PERIODIC ", Some(value)),
            EmitItem::Repeat => ("REPEAT", None),
            EmitItem::OnUpdate => ("ON UPDATE", None),
            EmitItem::WithBatch(value) => ("WITH BATCH ", Some(value)),
            EmitItem::AfterWatermark => ("AFTER WATERMARK", None),
            EmitItem::AfterWindowClose => ("AFTER WINDOW CLOSE", None),
            EmitItem::AfterSessionClose => ("AFTER SESSION CLOSE", None),
            EmitItem::AfterKeyExpire => ("AFTER KEY EXPIRE", None),
            EmitItem::IdentifiedBy(value) => ("IDENTIFIED BY ", Some(value)),
            EmitItem::WithMaxspan(value) => ("WITH MAXSPAN ", Some(value)),
            EmitItem::WithOnlyMaxspan(value) => ("WITH ONLY MAXSPAN ", Some(value)),
            EmitItem::WithDelay(value) => ("WITH DELAY ", Some(value)),
            EmitItem::Timeout(value) => ("TIMEOUT ", Some(value)),
            EmitItem::PerEvent => ("PER EVENT", None),
            EmitItem::Last { interval, .. } => ("LAST ", Some(interval)),
        };
        self.push(words);
        if let Some(value) = value {
            self.expr(value);
        }
        if let EmitItem::Last { on: Some(on), .. } = item {
            self.push(" ON ");
            self.bare(on);
        }
    }
}

/// Setting names are words with dots and dashes; anything else is quoted.
fn setting_name(setting: &Setting) -> String {
    let value = &setting.name.value;
    let is_word = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'));
    if is_word || setting.name.quote == crate::ast::Quote::Template {
        value.clone()
    } else {
        super::quote_identifier_always(value)
    }
}
