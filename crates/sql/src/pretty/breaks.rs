//! Where lines begin.

use std::collections::{BTreeMap, BTreeSet};

use crate::ast::{
    Child, CreateSource, Elements, Expr, From, FromItem, InsertSource, Query, QueryBody, Select, Setting, Statement,
    StatementKind, TableKind, TableRef, TtlItem, With,
};
use crate::lexer::TokenKind;
use crate::rewrite::place::Source;
use crate::span::Span;

/// Selected values and settings on one line are at most so long.
const WIDTH: usize = 80;

/// How a text is broken into lines.
#[derive(Default)]
pub(super) struct Breaks {
    /// The indentation of the line that begins with the token at a place.
    pub lines: BTreeMap<usize, usize>,
    /// Places of keywords.
    pub keywords: BTreeSet<usize>,
    /// What is copied as it is: data of an INSERT, commands.
    pub verbatim: Option<Span>,
}

impl Breaks {
    pub fn of(statement: &Statement, sql: &str) -> Self {
        let mut finder = Finder { source: Source::new(sql), breaks: Self::default() };
        finder.statement(statement);
        finder.breaks
    }
}

struct Finder<'a> {
    source: Source<'a>,
    breaks: Breaks,
}

impl Finder<'_> {
    fn line(&mut self, at: usize, indent: usize) {
        self.breaks.lines.insert(at, indent);
    }

    /// A clause that begins with `words` right before `offset`.
    fn clause(&mut self, words: &[&str], offset: usize, indent: usize) {
        let Some(place) = self.source.words_before(offset, words) else { return };
        self.line(place.start, indent);
        let places: Vec<usize> = self.source.inside(place).map(|token| token.span.start).collect();
        self.breaks.keywords.extend(places);
    }

    /// A node that begins with keywords of its own.
    fn begins(&mut self, at: usize, words: &[&str], indent: usize) {
        self.line(at, indent);
        let tokens: Vec<usize> = self
            .source
            .after(at)
            .zip(words)
            .take_while(|(token, word)| self.source.is_word(token, word))
            .map(|(token, _)| token.span.start)
            .collect();
        self.breaks.keywords.extend(tokens);
    }

    /// How wide a piece is on one line, whatever its layout.
    fn width(&self, span: Span) -> usize {
        self.source.inside(span).map(|token| token.span.len() + 1).sum()
    }

    fn statement(&mut self, statement: &Statement) {
        match &statement.kind {
            StatementKind::CreateStream(create) | StatementKind::CreateExternalTable(create) => {
                self.elements(&create.elements);
                create.engine.iter().for_each(|engine| self.line(engine.span.start, 0));
                let inside = |key: &Expr| create.elements.span.is_some_and(|list| list.contains(key.span));
                let keys = [
                    (&["PARTITION", "BY"], &create.partition_by),
                    (&["PRIMARY", "KEY"], &create.primary_key),
                    (&["ORDER", "BY"], &create.order_by),
                    (&["SAMPLE", "BY"], &create.sample_by),
                ];
                for (words, key) in keys {
                    if let Some(key) = key.as_ref().filter(|key| !inside(key)) {
                        self.clause(words, key.span.start, 0);
                    }
                }
                self.ttl(&create.ttl);
                self.settings("SETTINGS", &create.settings, 0);
                match &create.source {
                    Some(CreateSource::Query(query)) => self.as_query(query),
                    Some(CreateSource::Body(body)) => self.clause(&["AS"], body.span.start, 0),
                    _ => {}
                }
                self.comment(create.comment.as_ref());
            }
            StatementKind::CreateView(create) => {
                self.elements(&create.elements);
                self.as_query(&create.query);
                self.settings("SETTINGS", &create.settings, 0);
                self.comment(create.comment.as_ref());
            }
            StatementKind::CreateMaterializedView(create) => {
                self.elements(&create.elements);
                self.as_query(&create.query);
                self.settings("SETTINGS", &create.settings, 0);
                self.settings("STORAGE_SETTINGS", &create.storage_settings, 0);
                self.ttl(&create.ttl);
                self.comment(create.comment.as_ref());
            }
            StatementKind::CreateTask(create) => {
                for (word, value) in [("SCHEDULE", &create.schedule), ("TIMEOUT", &create.timeout)] {
                    value.iter().for_each(|value| self.clause(&[word], value.span.start, 0));
                }
                create.into.iter().for_each(|into| self.clause(&["INTO"], into.span.start, 0));
                create.query.iter().for_each(|query| self.as_query(query));
                if let Some(insert) = &create.insert
                    && let InsertSource::Query(query) = &insert.source
                {
                    self.query(query, 0);
                }
                self.settings("SETTINGS", &create.settings, 0);
            }
            StatementKind::CreateAlert(create) => {
                for (word, value) in [("BATCH", &create.batch), ("LIMIT", &create.limit)] {
                    value.iter().for_each(|(count, _)| self.clause(&[word], count.span.start, 0));
                }
                create.call.iter().for_each(|call| self.clause(&["CALL"], call.name.span.start, 0));
                create.query.iter().for_each(|query| self.as_query(query));
                self.settings("SETTINGS", &create.settings, 0);
            }
            StatementKind::CreateDictionary(create) => {
                let attributes: Vec<Span> = create.attributes.iter().map(|attribute| attribute.span).collect();
                self.list_of(&attributes);
                create.primary_key.iter().take(1).for_each(|key| self.clause(&["PRIMARY", "KEY"], key.span.start, 0));
                create.source.iter().chain(&create.layout).for_each(|clause| self.line(clause.span.start, 0));
                self.comment(create.comment.as_ref());
            }
            StatementKind::CreateInput(create) => {
                self.settings("SETTINGS", &create.settings, 0);
                self.comment(create.comment.as_ref());
            }
            StatementKind::Select(query) => self.query(query, 0),
            StatementKind::Insert(insert) => match &insert.source {
                InsertSource::Query(query) => self.query(query, 0),
                InsertSource::Values { data, .. } => self.breaks.verbatim = Some(*data),
                InsertSource::Format { data, .. } => self.breaks.verbatim = Some(*data),
                InsertSource::Infile(rest) => self.breaks.verbatim = Some(*rest),
                InsertSource::None => {}
            },
            StatementKind::CreateDatabase(_)
            | StatementKind::CreateFunction(_)
            | StatementKind::CreateNamedCollection(_)
            | StatementKind::CreateDisk(_) => {}
            // Commands and access control are kept as they were written.
            _ => self.breaks.verbatim = Some(statement.span),
        }
    }

    fn elements(&mut self, elements: &Elements) {
        let Some(list) = elements.span else { return };
        let mut spans: Vec<Span> = elements.columns.iter().map(|column| column.span).collect();
        spans.extend(elements.indexes.iter().map(|index| index.span));
        spans.extend(elements.constraints.iter().map(|constraint| constraint.span));
        spans.extend(elements.families.iter().map(|family| family.span));
        self.line(list.start, 0);
        self.line(list.end - 1, 0);
        self.list_of(&spans);
    }

    /// One element a line; the parentheses around them on lines of their own.
    fn list_of(&mut self, spans: &[Span]) {
        spans.iter().for_each(|span| self.line(span.start, 1));
    }

    fn settings(&mut self, word: &str, settings: &[Setting], indent: usize) {
        let (Some(first), Some(last)) = (settings.first(), settings.last()) else { return };
        self.clause(&[word], first.span.start, indent);
        if self.width(first.span.to(last.span)) > WIDTH {
            settings.iter().for_each(|setting| self.line(setting.span.start, indent + 1));
        }
    }

    fn ttl(&mut self, items: &[TtlItem]) {
        items.iter().take(1).for_each(|item| self.clause(&["TTL"], item.span.start, 0));
    }

    fn comment(&mut self, comment: Option<&crate::ast::Text>) {
        comment.into_iter().for_each(|comment| self.clause(&["COMMENT"], comment.span.start, 0));
    }

    fn as_query(&mut self, query: &Query) {
        self.clause(&["AS"], query.span.start, 0);
        self.query(query, 0);
    }

    /// A query begins a line; in parentheses it stands one level deeper.
    fn query(&mut self, query: &Query, indent: usize) {
        let open = self.source.after(query.span.start).next().filter(|token| token.kind == TokenKind::LeftParen);
        let whole =
            open.and_then(|open| self.source.closing(open.span.start)).filter(|close| close.end == query.span.end);
        let indent = match whole {
            Some(close) => {
                self.line(close.start, indent);
                indent + 1
            }
            None => indent,
        };
        match &query.body {
            QueryBody::Select(select) => self.select(select, indent),
            QueryBody::Set { operands, .. } => {
                for (n, operand) in operands.iter().enumerate() {
                    if n > 0 {
                        let previous = operands[n - 1].span.end;
                        let between = Span::new(previous, operand.span.start);
                        let words: Vec<usize> = self.source.inside(between).map(|token| token.span.start).collect();
                        words.iter().take(1).for_each(|at| self.line(*at, indent));
                        self.breaks.keywords.extend(words);
                    }
                    self.line(operand.span.start, indent);
                    self.query(operand, indent);
                }
            }
        }
        query.tail.iter().for_each(|tail| self.end_of_select(tail, indent));
    }

    fn select(&mut self, select: &Select, indent: usize) {
        self.begins(select.span.start, &["WITH"], indent);
        for with in &select.with {
            let (start, query) = match with {
                With::Query { name, query, .. } => (name.span.start, Some(query)),
                With::Expr { expr, .. } => {
                    self.expr(expr, indent + 1);
                    (expr.span.start, None)
                }
            };
            self.line(start, indent + 1);
            query.into_iter().for_each(|query| self.inner_query(query, indent + 1));
        }
        if let (Some(first), Some(last)) = (select.items.first(), select.items.last()) {
            let words: &[&str] = if select.distinct { &["SELECT", "DISTINCT"] } else { &["SELECT"] };
            self.clause(words, first.span.start, indent);
            if select.items.len() > 1 && self.width(first.span.to(last.span)) > WIDTH {
                select.items.iter().for_each(|item| self.line(item.span.start, indent + 1));
            }
            select.items.iter().for_each(|item| self.expr(&item.expr, indent + 1));
        }
        if let Some(from) = &select.from {
            self.clause(&["FROM"], from.span.start, indent);
            self.from(from, indent);
        }
        let filters = [
            ("PREWHERE", &select.prewhere),
            ("WHERE", &select.filter),
            ("HAVING", &select.having),
            ("QUALIFY", &select.qualify),
        ];
        for (word, filter) in filters {
            if let Some(filter) = filter {
                self.clause(&[word], filter.span.start, indent);
                self.expr(filter, indent);
            }
        }
        if let Some(group_by) = &select.group_by {
            let begins = self.source.words_before(group_by.span.start, &["GROUP", "BY"]);
            match begins {
                Some(_) => self.clause(&["GROUP", "BY"], group_by.span.start, indent),
                None => self.begins(group_by.span.start, &["GROUP", "BY"], indent),
            }
        }
        let lists = [("PARTITION", &select.partition_by), ("SHUFFLE", &select.shuffle_by)];
        for (word, keys) in lists {
            keys.iter().take(1).for_each(|key| self.clause(&[word, "BY"], key.span.start, indent));
        }
        self.end_of_select(select, indent);
    }

    fn end_of_select(&mut self, select: &Select, indent: usize) {
        select.order_by.iter().take(1).for_each(|item| self.clause(&["ORDER", "BY"], item.span.start, indent));
        select.limit.iter().for_each(|limit| self.clause(&["LIMIT"], limit.span.start, indent));
        select.emit.iter().for_each(|emit| self.begins(emit.span.start, &["EMIT"], indent));
        self.settings("SETTINGS", &select.settings, indent);
    }

    /// A query whose parentheses may or may not belong to it.
    fn inner_query(&mut self, query: &Query, indent: usize) {
        let open = self.source.after(query.span.start).next().is_some_and(|token| token.kind == TokenKind::LeftParen);
        if open {
            return self.query(query, indent);
        }
        self.query(query, indent + 1);
        let close = self.source.after(query.span.end).next().filter(|token| token.kind == TokenKind::RightParen);
        close.map(|close| close.span.start).into_iter().for_each(|at| self.line(at, indent));
    }

    fn from(&mut self, from: &From, indent: usize) {
        self.table(&from.first, indent);
        for item in &from.rest {
            match item {
                FromItem::Join(join) => {
                    let is_comma = join.kind == crate::ast::JoinKind::Comma;
                    if !is_comma {
                        self.line(join.span.start, indent);
                    }
                    self.table(&join.table, indent);
                }
                FromItem::ArrayJoin(array_join) => self.line(array_join.span.start, indent),
            }
        }
    }

    fn table(&mut self, table: &TableRef, indent: usize) {
        match &table.kind {
            TableKind::Query(query) => self.inner_query(query, indent),
            TableKind::Nested(from) => self.from(from, indent + 1),
            TableKind::Function(function) => function.args.iter().for_each(|arg| self.expr(arg, indent + 1)),
            TableKind::Name(_) => {}
        }
    }

    fn expr(&mut self, expr: &Expr, indent: usize) {
        let mut queries = Vec::new();
        let mut exprs = Vec::new();
        expr.for_each_child(&mut |child| match child {
            Child::Expr(inner) => exprs.push(inner),
            Child::Query(query) => queries.push(query),
        });
        exprs.into_iter().for_each(|inner| self.expr(inner, indent));
        queries.into_iter().for_each(|query| self.inner_query(query, indent));
    }
}
