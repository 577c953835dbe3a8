//! Whole queries: SELECTs joined by UNION, EXCEPT, INTERSECT.

use super::{MAX_DEPTH, Parse, Parser};
use crate::ast::{InsertSource, Outfile, Query, QueryBody, Select, SetOperator, StatementKind};
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// A whole query.
    pub(super) fn query(&mut self) -> Parse<Query> {
        let first = self.query_operand()?;
        self.query_after(first)
    }

    /// The query of a view: what follows a query in parentheses belongs to the view.
    pub(super) fn view_query(&mut self) -> Parse<Query> {
        if !self.at_kind(TokenKind::LeftParen) {
            return self.query();
        }
        let first = self.query_operand()?;
        if self.at_set_operator() { self.query_after(first) } else { Ok(first) }
    }

    /// What follows the first SELECT.
    pub(super) fn query_after(&mut self, first: Query) -> Parse<Query> {
        let start = first.span.start;
        if !self.at_set_operator() {
            let in_parens = self.starts_with_paren(&first);
            return self.query_tail(first, in_parens, start);
        }
        let mut operands = vec![first];
        let mut operators = Vec::new();
        while self.at_set_operator() {
            operators.push(self.set_operator()?);
            operands.push(self.query_operand()?);
        }
        // Runs of one operator are flat; every change makes the tree one level higher.
        let changes = operators.windows(2).filter(|pair| pair[0] != pair[1]).count();
        if changes > MAX_DEPTH {
            return self.fail("fewer changes between UNION, EXCEPT and INTERSECT");
        }
        let in_parens = operands.last().is_some_and(|last| self.starts_with_paren(last));
        self.query_tail(fold_set(operands, operators), in_parens, start)
    }

    fn starts_with_paren(&self, query: &Query) -> bool {
        self.sql.as_bytes().get(query.span.start) == Some(&b'(')
    }

    /// The clauses after a whole query; those of [`Self::tail`] only behind parentheses.
    fn query_tail(&mut self, mut query: Query, in_parens: bool, start: usize) -> Parse<Query> {
        if in_parens && self.at_tail() {
            if query.tail.is_some() {
                return self.fail("the end of the query");
            }
            query.tail = Some(self.tail()?);
        }
        loop {
            match () {
                () if self.at_words("INTO OUTFILE") => query.into_outfile = Some(Box::new(self.outfile()?)),
                () if self.at_words("FORMAT") && self.kind_at(1) == Some(TokenKind::Word) => {
                    self.at += 1;
                    query.format = Some(self.ident()?);
                }
                () if self.at_words("SETTINGS") => query.settings.extend(self.settings_clause()?),
                () => break,
            }
        }
        query.span = self.span_from(start);
        Ok(query)
    }

    /// At a clause that may follow queries in parentheses.
    pub(super) fn at_tail(&self) -> bool {
        (self.at_words("ORDER BY") || self.at_any(&["LIMIT", "OFFSET", "FETCH", "EMIT"])) && !self.at_alerts()
    }

    /// `LIMIT 1 ALERTS` belongs to an alert.
    fn at_alerts(&self) -> bool {
        self.at_words("LIMIT") && (self.is_word_at(2, "ALERTS") || self.is_word_at(2, "ALERT"))
    }

    pub(super) fn outfile(&mut self) -> Parse<Outfile> {
        self.at += 2;
        let file = self.string()?;
        let start = self.here();
        loop {
            match () {
                () if self.eat("AND STDOUT") || self.eat("APPEND") || self.eat("TRUNCATE") => {}
                () if self.eat("COMPRESSION") => drop(self.string()?),
                () if self.eat("LEVEL") => drop(self.signed_number()?),
                () => break,
            }
        }
        let options = self.span_from(start).text(self.sql).to_owned();
        Ok(Outfile { file, options })
    }

    pub(super) fn query_operand(&mut self) -> Parse<Query> {
        let start = self.here();
        if self.eat_kind(TokenKind::LeftParen) {
            let mut query = self.bracketed(|parser| parser.nested(Self::query))?;
            self.expect_kind(TokenKind::RightParen)?;
            query.span = self.span_from(start);
            return Ok(query);
        }
        Ok(query_of(self.select()?))
    }

    /// At WITH: a query, or an INSERT that follows the names.
    pub(super) fn with_statement(&mut self) -> Parse<StatementKind> {
        let start = self.here();
        let mut select = Box::<Select>::default();
        self.with_clause(&mut select)?;
        if !self.at_words("INSERT") {
            let first = query_of(self.select_after_with(select, start)?);
            return Ok(StatementKind::Select(Box::new(self.query_after(first)?)));
        }
        let mut kind = self.insert()?;
        let StatementKind::Insert(insert) = &mut kind else { return Ok(kind) };
        let InsertSource::Query(query) = &mut insert.source else { return self.fail("SELECT") };
        let inner = first_select(query);
        select.with.append(&mut inner.with);
        inner.with = select.with;
        inner.recursive |= select.recursive;
        Ok(kind)
    }

    /// At UNION, INTERSECT, or an EXCEPT that does not belong to `*`.
    pub(super) fn at_set_operator(&self) -> bool {
        if self.at_any(&["UNION", "INTERSECT"]) {
            return true;
        }
        self.at_words("EXCEPT")
            && (["SELECT", "WITH", "ALL", "DISTINCT"].iter().any(|word| self.is_word_at(1, word))
                || (self.kind_at(1) == Some(TokenKind::LeftParen)
                    && (self.is_word_at(2, "SELECT")
                        || self.is_with_at(2)
                        || self.kind_at(2) == Some(TokenKind::LeftParen))))
    }

    pub(super) fn set_operator(&mut self) -> Parse<SetOperator> {
        let is_union = self.at_words("UNION");
        let is_except = self.at_words("EXCEPT");
        self.at += 1;
        let all = self.eat("ALL");
        let distinct = !all && self.eat("DISTINCT");
        Ok(match () {
            () if is_except => SetOperator::Except,
            () if !is_union => SetOperator::Intersect,
            () if all => SetOperator::UnionAll,
            () if distinct => SetOperator::UnionDistinct,
            () => SetOperator::Union,
        })
    }
}

fn query_of(select: Box<Select>) -> Query {
    let span = select.span;
    Query { body: QueryBody::Select(select), tail: None, into_outfile: None, format: None, settings: Vec::new(), span }
}

/// The SELECT whose WITH every other of the query sees.
fn first_select(mut query: &mut Query) -> &mut Select {
    loop {
        match &mut query.body {
            QueryBody::Select(select) => return select,
            QueryBody::Set { operands, .. } => query = &mut operands[0],
        }
    }
}

/// Builds the tree of a set operation: INTERSECT first, then runs of the same operator.
fn fold_set(operands: Vec<Query>, operators: Vec<SetOperator>) -> Query {
    let mut operands = operands.into_iter();
    let mut terms: Vec<Query> = operands.next().into_iter().collect();
    let mut outer = Vec::new();
    for (operator, operand) in operators.into_iter().zip(operands) {
        match (operator, terms.pop()) {
            (SetOperator::Intersect, Some(left)) => terms.push(join_set(operator, left, operand)),
            (_, left) => {
                terms.extend(left);
                terms.push(operand);
                outer.push(operator);
            }
        }
    }
    let mut terms = terms.into_iter();
    let first = terms.next().unwrap_or_else(|| unreachable!("a set has operands"));
    outer.into_iter().zip(terms).fold(first, |left, (operator, right)| join_set(operator, left, right))
}

fn join_set(operator: SetOperator, left: Query, right: Query) -> Query {
    let span = left.span.to(right.span);
    let in_parens = left.span.start
        < match &left.body {
            QueryBody::Set { operands, .. } => operands.first().map_or(0, |first| first.span.start),
            QueryBody::Select(_) => 0,
        }
        || left.tail.is_some();
    let body = match left.body {
        QueryBody::Set { operator: same, mut operands } if same == operator && !in_parens => {
            operands.push(right);
            QueryBody::Set { operator, operands }
        }
        body => QueryBody::Set { operator, operands: vec![Query { body, ..left }, right] },
    };
    Query { body, tail: None, into_outfile: None, format: None, settings: Vec::new(), span }
}
