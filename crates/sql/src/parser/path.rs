//! Steps into JSON and tuples.

use super::expr::Infix;
use super::{Parse, Parser};
use crate::ast::{Expr, ExprKind, Ident, JsonStep, Quote};
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// `raw:a.b[1].c`
    pub(super) fn json_path(&mut self, left: Expr) -> Parse<Infix> {
        self.at += 1;
        let mut path = vec![JsonStep::Key(self.json_key()?)];
        loop {
            if self.at_kind(TokenKind::Dot) {
                self.at += 1;
                path.push(JsonStep::Key(self.json_key()?));
            } else if self.at_kind(TokenKind::LeftBracket) && self.touches_last() {
                self.at += 1;
                let step = if self.at_operator("*") {
                    self.at += 1;
                    JsonStep::Each
                } else if self.at_kind(TokenKind::RightBracket) {
                    JsonStep::Each
                } else {
                    JsonStep::Index(Box::new(self.bracketed(Self::expr)?))
                };
                self.expect_kind(TokenKind::RightBracket)?;
                path.push(step);
            } else {
                break;
            }
        }
        let start = left.span.start;
        let kind = ExprKind::JsonPath { expr: Box::new(left), path };
        Ok(Infix::More(self.node(kind, start)))
    }

    fn json_key(&mut self) -> Parse<Ident> {
        match self.peek() {
            Some(token) if matches!(token.kind, TokenKind::Number | TokenKind::Duration) => {
                self.at += 1;
                Ok(Ident { value: self.text(token).to_owned(), quote: Quote::Bare, span: token.span })
            }
            _ => self.ident(),
        }
    }

    pub(super) fn element(&mut self, left: Expr) -> Parse<Infix> {
        self.at += 1;
        // `-1` counts from the end.
        let negative = self.at_operator("-") && self.kind_at(1) == Some(TokenKind::Number);
        let sign = self.here();
        if negative {
            self.at += 1;
        }
        let mut element = match self.at_operator("^") || self.at_operator(":") {
            true => self.json_element()?,
            false => self.name_part()?,
        };
        if negative {
            element.value.insert(0, '-');
            element.span.start = sign;
        }
        let start = left.span.start;
        let kind = ExprKind::Element { expr: Box::new(left), element };
        Ok(Infix::More(self.node(kind, start)))
    }

    /// `.^name`, an object inside json, and `.:type`, a path as one of its types.
    fn json_element(&mut self) -> Parse<Ident> {
        let start = self.here();
        let is_type = self.at_operator(":");
        self.at += 1;
        if is_type && self.word().is_some() {
            self.type_name()?;
        } else {
            self.ident()?;
        }
        let span = self.span_from(start);
        Ok(Ident { value: span.text(self.sql).to_owned(), quote: Quote::Template, span })
    }
}
