//! Queries.

use super::{Parse, Parser};
use crate::ast::{Expr, ExprKind, Fill, GroupBy, Ident, LimitBy, OrderItem, Select, SelectItem, With};
use crate::lexer::TokenKind;
use crate::parser::reserved::NO_ALIAS;

/// Words with which reading goes on after a mistake.
const CLAUSES: [&str; 11] =
    ["FROM", "PREWHERE", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "EMIT", "SETTINGS", "UNION", "QUALIFY"];

impl Parser<'_> {
    pub(super) fn select(&mut self) -> Parse<Box<Select>> {
        let start = self.here();
        let mut select = Box::<Select>::default();
        self.with_clause(&mut select)?;
        self.select_after_with(select, start)
    }

    pub(super) fn with_clause(&mut self, select: &mut Select) -> Parse<()> {
        if self.eat("WITH") {
            select.recursive = self.eat("RECURSIVE");
            select.with = self.comma_list(Self::with_item)?;
        }
        Ok(())
    }

    /// At SELECT, or at a FROM before it.
    pub(super) fn select_after_with(&mut self, mut select: Box<Select>, start: usize) -> Parse<Box<Select>> {
        if self.eat("FROM") {
            select.from = Some(self.tables_of_from()?);
        }
        self.expect("SELECT")?;
        if self.eat("DISTINCT") {
            select.distinct = true;
            if self.at_words("ON") && self.kind_at(1) == Some(TokenKind::LeftParen) {
                self.at += 1;
                select.distinct_on = self.bracketed(|parser| parser.paren_list(Self::expr_as))?;
            }
        }
        if self.at_words("TOP") && self.kind_at(1) == Some(TokenKind::Number) {
            self.at += 1;
            select.top = Some(self.value_expr()?);
            select.with_ties = self.eat("WITH TIES");
        }
        self.clauses_of_select(&mut select);
        select.span = self.span_from(start);
        Ok(select)
    }

    /// A clause that is wrong is left out; the error is recorded, and reading goes on with the next.
    fn clauses_of_select(&mut self, select: &mut Select) {
        let (colon_ends, cases) = (self.colon_ends, self.cases);
        let before = self.at;
        match self.select_items() {
            Ok(items) => select.items = items,
            Err(_) => self.skip_to_next_clause(before),
        }
        loop {
            (self.colon_ends, self.cases) = (colon_ends, cases);
            let before = self.at;
            match self.select_clause(select) {
                Ok(true) => {}
                Ok(false) => return,
                Err(_) => self.skip_to_next_clause(before),
            }
        }
    }

    /// Passes over tokens to the next clause of this query or its end, at least one after `before`
    /// unless the query ends there.
    fn skip_to_next_clause(&mut self, before: usize) {
        let is_over = |parser: &Self| parser.at_end() || parser.at_kind(TokenKind::RightParen);
        if self.at == before && !is_over(self) && !self.at_words("FROM") {
            self.skip_one();
        }
        while !is_over(self) && !self.at_any(&CLAUSES) {
            self.skip_one();
        }
    }

    fn with_item(&mut self) -> Parse<With> {
        let is_name = matches!(self.kind_at(0), Some(TokenKind::Word | TokenKind::QuotedIdent));
        if is_name && self.is_word_at(1, "AS") && self.kind_at(2) == Some(TokenKind::LeftParen) {
            let name = self.ident()?;
            self.at += 1;
            return self.with_query(name, Vec::new());
        }
        let expr = self.expr()?;
        if !self.eat("AS") {
            return Ok(With::Expr { expr, alias: None });
        }
        if self.at_kind(TokenKind::LeftParen)
            && let Some((name, columns)) = columns_of_with(&expr)
        {
            return self.with_query(name, columns);
        }
        Ok(With::Expr { expr, alias: Some(self.ident()?) })
    }

    fn with_query(&mut self, name: Ident, columns: Vec<Ident>) -> Parse<With> {
        self.expect_kind(TokenKind::LeftParen)?;
        let query = Box::new(self.bracketed(|parser| parser.nested(Self::query))?);
        self.expect_kind(TokenKind::RightParen)?;
        Ok(With::Query { name, columns, query })
    }

    fn select_items(&mut self) -> Parse<Vec<SelectItem>> {
        let mut items = vec![self.select_item()?];
        while self.eat_kind(TokenKind::Comma) {
            // A comma may follow the last item.
            if self.at_words("FROM") {
                break;
            }
            items.push(self.select_item()?);
        }
        Ok(items)
    }

    pub(super) fn select_item(&mut self) -> Parse<SelectItem> {
        let start = self.here();
        let expr = self.expr_as()?;
        let (expr, alias) = match expr.kind {
            ExprKind::Alias { expr, alias } => (*expr, Some(alias)),
            kind => (Expr { kind, span: expr.span }, self.implicit_alias()),
        };
        Ok(SelectItem { expr, alias, span: self.span_from(start) })
    }

    /// An alias without AS.
    pub(super) fn implicit_alias(&mut self) -> Option<Ident> {
        match self.kind_at(0)? {
            TokenKind::QuotedIdent => self.try_ident(),
            TokenKind::Word if !self.at_no_alias() && !self.at_new_statement() => self.try_ident(),
            _ => None,
        }
    }

    fn at_no_alias(&self) -> bool {
        self.at_one_of(&NO_ALIAS) || (self.cases > 0 && self.at_words("END"))
    }

    /// One clause after the select items; false if none follows.
    fn select_clause(&mut self, select: &mut Select) -> Parse<bool> {
        match self.keyword_at(0).as_bytes() {
            b"FROM" if select.from.is_none() => {
                self.at += 1;
                select.from = Some(self.tables_of_from()?);
            }
            b"PREWHERE" if select.prewhere.is_none() => {
                self.at += 1;
                select.prewhere = Some(self.expr_as()?);
            }
            b"WHERE" if select.filter.is_none() => {
                self.at += 1;
                select.filter = Some(self.expr_as()?);
            }
            b"GROUP" if select.group_by.is_none() => {
                select.group_by = Some(self.group_by()?);
            }
            b"PARTITION" if self.is_word_at(1, "BY") => {
                self.at += 2;
                select.partition_by = self.comma_list(Self::expr_as)?;
            }
            b"SHUFFLE" if self.is_word_at(1, "BY") => {
                self.at += 2;
                select.shuffle_by = self.comma_list(Self::expr_as)?;
            }
            b"HAVING" if select.having.is_none() => {
                self.at += 1;
                select.having = Some(self.expr_as()?);
            }
            b"WINDOW" if self.is_word_at(2, "AS") => {
                self.at += 1;
                select.windows = self.comma_list(Self::named_window)?;
            }
            b"QUALIFY" => {
                self.at += 1;
                select.qualify = Some(self.expr()?);
            }
            b"ORDER" if select.order_by.is_empty() => {
                self.expect("ORDER BY")?;
                select.order_by = self.comma_list(Self::order_item)?;
                if self.eat("INTERPOLATE") {
                    select.interpolate = Some(self.interpolate()?);
                }
            }
            b"LIMIT" => self.limit(select)?,
            b"OFFSET" if select.offset.is_none() => {
                self.at += 1;
                select.offset = Some(self.expr()?);
                if !self.eat("ROWS") {
                    self.eat("ROW");
                }
            }
            b"FETCH" => self.fetch(select)?,
            b"EMIT" if select.emit.is_none() => select.emit = Some(self.emit()?),
            b"SETTINGS" => select.settings.extend(self.settings_clause()?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// What may follow queries in parentheses, as a SELECT of nothing else.
    pub(super) fn tail(&mut self) -> Parse<Box<Select>> {
        let start = self.here();
        let mut tail = Box::<Select>::default();
        while self.at_tail() && self.select_clause(&mut tail)? {}
        tail.span = self.span_from(start);
        Ok(tail)
    }

    fn named_window(&mut self) -> Parse<(Ident, crate::ast::WindowSpec)> {
        let name = self.ident()?;
        self.expect("AS")?;
        Ok((name, self.window_spec()?))
    }

    fn group_by(&mut self) -> Parse<GroupBy> {
        let start = self.here();
        self.expect("GROUP BY")?;
        let mut group_by = GroupBy::default();
        let paren = self.kind_at(1) == Some(TokenKind::LeftParen);
        if self.at_words("ALL") && !paren {
            self.at += 1;
            group_by.all = true;
        } else if (self.at_words("ROLLUP") || self.at_words("CUBE")) && paren {
            group_by.rollup = self.at_words("ROLLUP");
            group_by.cube = !group_by.rollup;
            self.at += 1;
            group_by.keys = self.bracketed(|parser| parser.paren_list(Self::expr_as))?;
        } else if self.eat("GROUPING SETS") {
            group_by.grouping_sets = self.bracketed(|parser| parser.paren_list(Self::grouping_set))?;
            group_by.keys = group_by.grouping_sets.iter().flatten().cloned().collect();
        } else {
            group_by.keys = self.comma_list(Self::expr_as)?;
        }
        loop {
            match () {
                () if self.eat("WITH TOTALS") => group_by.totals = true,
                () if self.eat("WITH ROLLUP") => group_by.rollup = true,
                () if self.eat("WITH CUBE") => group_by.cube = true,
                () => break,
            }
        }
        group_by.span = self.span_from(start);
        Ok(group_by)
    }

    fn grouping_set(&mut self) -> Parse<Vec<Expr>> {
        if self.at_kind(TokenKind::LeftParen) {
            return self.paren_list(Self::expr_as);
        }
        Ok(vec![self.expr_as()?])
    }

    pub(super) fn order_item(&mut self) -> Parse<OrderItem> {
        let start = self.here();
        let expr = self.expr_as()?;
        let descending = self.eat("DESC") || self.eat("DESCENDING");
        if !descending && !self.eat("ASC") {
            self.eat("ASCENDING");
        }
        let nulls_first = match () {
            () if self.eat("NULLS FIRST") => Some(true),
            () if self.eat("NULLS LAST") => Some(false),
            () => None,
        };
        let collate = match self.eat("COLLATE") {
            true => Some(self.string_or_word()?),
            false => None,
        };
        let fill = match self.eat("WITH FILL") {
            true => Some(self.fill()?),
            false => None,
        };
        Ok(OrderItem { expr, descending, nulls_first, collate, fill, span: self.span_from(start) })
    }

    fn fill(&mut self) -> Parse<Fill> {
        let mut fill = Fill::default();
        if self.eat("FROM") {
            fill.from = Some(Box::new(self.expr()?));
        }
        if self.eat("TO") {
            fill.to = Some(Box::new(self.expr()?));
        }
        if self.eat("STEP") {
            fill.step = Some(Box::new(self.expr()?));
        }
        Ok(fill)
    }

    /// `(a, b AS b + 1)` after INTERPOLATE: the name stands before the expression.
    fn interpolate(&mut self) -> Parse<Vec<SelectItem>> {
        if !self.at_kind(TokenKind::LeftParen) {
            return Ok(Vec::new());
        }
        self.bracketed(|parser| {
            parser.paren_list(|parser| {
                let start = parser.here();
                let name = parser.ident()?;
                let expr = match parser.eat("AS") {
                    true => parser.expr()?,
                    false => Expr { span: name.span, kind: ExprKind::Identifier(vec![name.clone()]) },
                };
                Ok(SelectItem { expr, alias: Some(name), span: parser.span_from(start) })
            })
        })
    }

    fn limit(&mut self, select: &mut Select) -> Parse<()> {
        self.at += 1;
        let mut limit = self.expr()?;
        let mut offset = None;
        if self.eat_kind(TokenKind::Comma) {
            offset = Some(limit);
            limit = self.expr()?;
        } else if self.eat("OFFSET") {
            offset = Some(self.expr()?);
        }
        if self.eat("BY") {
            let keys = self.comma_list(Self::expr_as)?;
            select.limit_by = Some(LimitBy { limit, offset, keys });
            return Ok(());
        }
        select.limit = Some(limit);
        select.offset = offset.or(select.offset.take());
        if self.eat("WITH TIES") {
            select.with_ties = true;
        }
        Ok(())
    }

    /// `FETCH FIRST n ROWS ONLY|WITH TIES`
    fn fetch(&mut self, select: &mut Select) -> Parse<()> {
        self.at += 1;
        if !self.eat("FIRST") {
            self.expect("NEXT")?;
        }
        select.limit = Some(self.expr()?);
        if !self.eat("ROWS") {
            self.expect("ROW")?;
        }
        if self.eat("WITH TIES") {
            select.with_ties = true;
            return Ok(());
        }
        self.expect("ONLY")
    }
}

/// `name (a, b)` read as a function call.
fn columns_of_with(expr: &Expr) -> Option<(Ident, Vec<Ident>)> {
    let ExprKind::Function(call) = &expr.kind else {
        return None;
    };
    let columns = call
        .args
        .iter()
        .map(|arg| match &arg.kind {
            ExprKind::Identifier(parts) if parts.len() == 1 => Some(parts[0].clone()),
            _ => None,
        })
        .collect::<Option<Vec<Ident>>>()?;
    Some((call.name.clone(), columns))
}
