//! Intervals: `5s`, `INTERVAL 1 DAY`, `INTERVAL '1 day 2 hours'`.

use super::{Parse, Parser};
use crate::ast::{BinaryOp, Expr, ExprKind, IntervalUnit, Literal};
use crate::lexer::TokenKind;
use crate::parser::names::unquote;

/// How many parts the text of an interval may have: there are not more units.
const LONGEST_TEXT: usize = 11;

impl Parser<'_> {
    /// `5s`
    pub(super) fn duration(&mut self) -> Parse<Expr> {
        let token = self.expect_kind(TokenKind::Duration)?;
        let text = self.text(token);
        let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let Some(unit) = IntervalUnit::from_suffix(&text[digits.len()..]) else {
            return self.fail("a duration such as 5s");
        };
        let value = Expr {
            kind: ExprKind::Literal(Literal::Number(digits.to_owned())),
            span: crate::span::Span::new(token.span.start, token.span.start + digits.len()),
        };
        let kind = ExprKind::Interval { value: Box::new(value), unit, short: true };
        Ok(self.node(kind, token.span.start))
    }

    pub(super) fn at_interval(&self) -> bool {
        match self.kind_at(1) {
            Some(TokenKind::Number | TokenKind::String | TokenKind::Template) => true,
            Some(TokenKind::LeftParen | TokenKind::LeftBrace) => true,
            Some(TokenKind::Operator) => {
                self.operator_at(1, "-") && self.kind_at(2) == Some(TokenKind::Number) && self.unit_at(3)
            }
            Some(TokenKind::Word | TokenKind::QuotedIdent) => {
                let is_sum = ["+", "-", "*", "/"].iter().any(|sign| self.operator_at(2, sign)) && !self.ends_operand(1);
                self.unit_at(2) || self.kind_at(2) == Some(TokenKind::LeftParen) || is_sum
            }
            _ => false,
        }
    }

    pub(super) fn unit_at(&self, ahead: usize) -> bool {
        self.word_at(ahead).is_some_and(|word| IntervalUnit::from_word(word).is_some())
    }

    pub(super) fn interval(&mut self, start: usize) -> Parse<Expr> {
        self.at += 1;
        if let Some(text) = self.interval_text(start) {
            return Ok(text);
        }
        self.interval_value(start)
    }

    /// `5 MINUTE`, of an interval that began at `start`.
    pub(super) fn interval_value(&mut self, start: usize) -> Parse<Expr> {
        let value = self.value_expr()?;
        let Some(unit) = self.word().and_then(IntervalUnit::from_word) else {
            return self.fail("a unit such as SECOND, DAY, MONTH");
        };
        self.at += 1;
        let kind = ExprKind::Interval { value: Box::new(value), unit, short: false };
        Ok(self.node(kind, start))
    }

    /// `INTERVAL '5 minute'`, `INTERVAL '1 year 2 months'`: the sum of its parts.
    fn interval_text(&mut self, start: usize) -> Option<Expr> {
        let token = self.peek().filter(|token| token.kind == TokenKind::String)?;
        if self.unit_at(1) {
            return None;
        }
        let text = unquote(self.text(token));
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        if words.is_empty() || !words.len().is_multiple_of(2) || words.len() > 2 * LONGEST_TEXT {
            return None;
        }
        let part = |pair: &[&str]| {
            let unit = IntervalUnit::from_word(pair[1])?;
            pair[0].parse::<i64>().ok()?;
            let value = Expr { kind: ExprKind::Literal(Literal::Number(pair[0].to_owned())), span: token.span };
            Some(ExprKind::Interval { value: Box::new(value), unit, short: false })
        };
        let parts = words.chunks(2).map(part).collect::<Option<Vec<ExprKind>>>()?;
        self.at += 1;
        let sum = |left: Expr, right: Expr| {
            let kind = ExprKind::Binary { op: BinaryOp::Plus, left: Box::new(left), right: Box::new(right) };
            self.node(kind, start)
        };
        parts.into_iter().map(|kind| self.node(kind, start)).reduce(sum)
    }
}
