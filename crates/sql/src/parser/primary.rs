//! Where an expression can start.

use super::expr::power;
use super::{Parse, Parser};
use crate::ast::{Expr, ExprKind, Ident, Literal, Quote, UnaryOp};
use crate::lexer::TokenKind;
use crate::parser::names::unquote;
use crate::parser::reserved::RESERVED;

impl Parser<'_> {
    pub(super) fn prefix(&mut self) -> Parse<Expr> {
        let Some(token) = self.peek() else {
            return self.fail("an expression");
        };
        let start = token.span.start;
        match token.kind {
            TokenKind::Number => {
                if self.kind_at(1) == Some(TokenKind::Template) && self.touches_next() {
                    return self.word_prefix();
                }
                self.at += 1;
                let kind = ExprKind::Literal(Literal::Number(self.text(token).to_owned()));
                Ok(self.node(kind, start))
            }
            TokenKind::Duration => self.duration(),
            TokenKind::String | TokenKind::DollarString => {
                let text = self.string()?;
                Ok(self.node(ExprKind::Literal(Literal::String(text.value)), start))
            }
            TokenKind::LeftParen => self.parens(),
            TokenKind::LeftBracket => {
                self.at += 1;
                let items = self.bracketed(|parser| parser.items_until(TokenKind::RightBracket))?;
                if items.len() == 2 && self.closes_range(TokenKind::RightParen) {
                    return self.range(items, true, start);
                }
                self.expect_kind(TokenKind::RightBracket)?;
                Ok(self.node(ExprKind::Array(items), start))
            }
            TokenKind::LeftBrace => self.brace(),
            TokenKind::Template | TokenKind::QuotedIdent | TokenKind::Word => self.word_prefix(),
            TokenKind::Operator => self.operator_prefix(),
            _ => self.fail("an expression"),
        }
    }

    pub(super) fn touches_next(&self) -> bool {
        match (self.peek(), self.peek_at(1)) {
            (Some(first), Some(second)) => first.span.end == second.span.start,
            _ => false,
        }
    }

    pub(super) fn items_until(&mut self, end: TokenKind) -> Parse<Vec<Expr>> {
        let mut items = Vec::new();
        while !self.at_kind(end) {
            items.push(self.expr_as()?);
            if !self.eat_kind(TokenKind::Comma) {
                break;
            }
        }
        Ok(items)
    }

    pub(super) fn operator_prefix(&mut self) -> Parse<Expr> {
        let start = self.here();
        let op = match () {
            () if self.at_operator("-") => UnaryOp::Minus,
            () if self.at_operator("+") => UnaryOp::Plus,
            () if self.at_operator("*") => return self.star(Vec::new(), start),
            () if self.at_operator("?") => {
                self.at += 1;
                return Ok(self.node(ExprKind::Placeholder, start));
            }
            () if self.at_operator("%") || self.angle_length(0).is_some() => return self.word_prefix(),
            () => return self.fail("an expression"),
        };
        self.at += 1;
        let expr = self.expr_bp(power::SIGN, false)?;
        let kind = ExprKind::Unary { op, expr: Box::new(expr) };
        Ok(self.node(kind, start))
    }

    /// A parenthesis: a subquery, a lambda's parameters, a tuple, or just parentheses.
    pub(super) fn parens(&mut self) -> Parse<Expr> {
        let start = self.here();
        if let Some(params) = self.lambda_params() {
            self.expect_operator("->")?;
            return self.lambda(params, start);
        }
        let is_query = self.at_query_in_parens();
        self.at += 1;
        if is_query {
            let query = self.bracketed(|parser| parser.nested(Self::query))?;
            return self.close_subquery(query, start);
        }
        let mut items = Vec::new();
        let mut comma = false;
        while !self.at_kind(TokenKind::RightParen) {
            let item = self.bracketed(Self::expr_as)?;
            if items.is_empty()
                && (self.at_set_operator() || self.at_tail())
                && let ExprKind::Subquery(first) = item.kind
            {
                let query = self.query_after(*first)?;
                return self.close_subquery(query, start);
            }
            items.push(item);
            comma = self.eat_kind(TokenKind::Comma);
            if !comma {
                break;
            }
        }
        if items.len() == 2 && self.closes_range(TokenKind::RightBracket) {
            return self.range(items, false, start);
        }
        self.expect_kind(TokenKind::RightParen)?;
        if items.len() == 1 && !comma {
            let mut inner = items.swap_remove(0);
            inner.span = self.span_from(start);
            return Ok(inner);
        }
        Ok(self.node(ExprKind::Tuple(items), start))
    }

    /// Whether the other kind of bracket ends `[a, b` or `(a, b`, as a session's range does.
    fn closes_range(&self, bracket: TokenKind) -> bool {
        self.at_kind(bracket) && matches!(self.kind_at(1), Some(TokenKind::RightParen | TokenKind::Comma))
    }

    /// At the bracket that ends a range.
    fn range(&mut self, mut items: Vec<Expr>, start_inclusive: bool, from: usize) -> Parse<Expr> {
        self.at += 1;
        let (Some(end), Some(start)) = (items.pop(), items.pop()) else {
            return self.fail("a range of two conditions");
        };
        let kind = ExprKind::Range { start: Box::new(start), end: Box::new(end), start_inclusive };
        Ok(self.node(kind, from))
    }

    pub(super) fn close_subquery(&mut self, mut query: crate::ast::Query, start: usize) -> Parse<Expr> {
        self.expect_kind(TokenKind::RightParen)?;
        query.span = self.span_from(start);
        Ok(self.node(ExprKind::Subquery(Box::new(query)), start))
    }

    /// `(a, b)` if `->` follows it: passes over the parentheses.
    pub(super) fn lambda_params(&mut self) -> Option<Vec<Ident>> {
        let mut ahead = 1;
        let mut params = Vec::new();
        loop {
            match self.kind_at(ahead)? {
                TokenKind::Word | TokenKind::QuotedIdent => {
                    params.push(ahead);
                    ahead += 1;
                }
                TokenKind::RightParen => break,
                _ => return None,
            }
            match self.kind_at(ahead)? {
                TokenKind::Comma => ahead += 1,
                TokenKind::RightParen => break,
                _ => return None,
            }
        }
        if !self.operator_at(ahead + 1, "->") {
            return None;
        }
        let idents = params
            .into_iter()
            .filter_map(|ahead| {
                let token = self.peek_at(ahead)?;
                let text = self.text(token);
                let (value, quote) = match token.kind {
                    TokenKind::Word => (text.to_owned(), Quote::Bare),
                    _ if text.starts_with('`') => (unquote(text), Quote::Back),
                    _ => (unquote(text), Quote::Double),
                };
                Some(Ident { value, quote, span: token.span })
            })
            .collect();
        self.at += ahead + 1;
        Some(idents)
    }

    pub(super) fn lambda(&mut self, params: Vec<Ident>, start: usize) -> Parse<Expr> {
        let body = Box::new(self.expr()?);
        Ok(self.node(ExprKind::Lambda { params, body }, start))
    }

    /// `{name:type}`, `{'k': v}`, or a name in single braces.
    pub(super) fn brace(&mut self) -> Parse<Expr> {
        let start = self.here();
        if self.kind_at(1) == Some(TokenKind::Word) && self.operator_at(2, ":") {
            self.at += 1;
            let name = self.ident()?;
            self.expect_operator(":")?;
            let ty = Box::new(self.type_name()?);
            self.expect_kind(TokenKind::RightBrace)?;
            return Ok(self.node(ExprKind::Parameter { name, ty }, start));
        }
        if self.kind_at(1) == Some(TokenKind::Word) {
            return self.word_prefix();
        }
        self.at += 1;
        let mut pairs = Vec::new();
        while !self.at_kind(TokenKind::RightBrace) {
            let colon_ends = std::mem::replace(&mut self.colon_ends, true);
            let key = self.expr();
            self.colon_ends = colon_ends;
            let key = key?;
            if !self.eat_operator(":") {
                self.expect_operator("=")?;
            }
            let value = self.bracketed(Self::expr)?;
            pairs.push((key, value));
            if !self.eat_kind(TokenKind::Comma) {
                break;
            }
        }
        self.expect_kind(TokenKind::RightBrace)?;
        Ok(self.node(ExprKind::Map(pairs), start))
    }

    /// Whether the next word cannot be a name here.
    pub(super) fn at_reserved(&self) -> bool {
        let word = self.keyword_at(0);
        RESERVED.holds(word.as_bytes())
            || (self.cases > 0 && self.at_words("END"))
            || (matches!(word.as_bytes(), b"GROUP" | b"ORDER" | b"PARTITION") && self.is_word_at(1, "BY"))
    }

    /// `NOT x`.
    pub(super) fn not(&mut self, start: usize) -> Parse<Expr> {
        self.at += 1;
        let expr = self.expr_bp(power::NOT, false)?;
        let kind = ExprKind::Unary { op: UnaryOp::Not, expr: Box::new(expr) };
        Ok(self.node(kind, start))
    }

    /// At `(` with a query right behind it.
    pub(super) fn at_query_in_parens(&self) -> bool {
        self.at_kind(TokenKind::LeftParen)
            && (self.is_word_at(1, "SELECT") || self.is_word_at(1, "FROM") || self.is_with_at(1))
    }

    /// WITH as the start of a query, not a name.
    pub(super) fn is_with_at(&self, ahead: usize) -> bool {
        self.is_word_at(ahead, "WITH")
            && matches!(
                self.kind_at(ahead + 1),
                Some(
                    TokenKind::Word
                        | TokenKind::QuotedIdent
                        | TokenKind::LeftParen
                        | TokenKind::LeftBracket
                        | TokenKind::Number
                        | TokenKind::Duration
                        | TokenKind::String
                        | TokenKind::Template
                        | TokenKind::LeftBrace
                )
            )
    }
}
