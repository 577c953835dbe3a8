//! Windows and filters of functions.

use super::{Parse, Parser};
use crate::ast::{FrameBound, FunctionCall, Over, WindowFrame, WindowSpec};
use crate::lexer::TokenKind;

impl Parser<'_> {
    pub(super) fn call_tail(&mut self, call: &mut FunctionCall) -> Parse<()> {
        if self.eat("RESPECT NULLS") {
            call.respect_nulls = Some(true);
        } else if self.eat("IGNORE NULLS") {
            call.respect_nulls = Some(false);
        }
        if self.at_words("FILTER") && self.kind_at(1) == Some(TokenKind::LeftParen) {
            self.at += 2;
            self.expect("WHERE")?;
            call.filter = Some(Box::new(self.bracketed(Self::expr)?));
            self.expect_kind(TokenKind::RightParen)?;
        }
        if self.at_words("OVER") {
            match self.kind_at(1) {
                Some(TokenKind::LeftParen) => {
                    self.at += 1;
                    call.over = Some(Over::Window(Box::new(self.window_spec()?)));
                }
                Some(TokenKind::Word | TokenKind::QuotedIdent) => {
                    self.at += 1;
                    call.over = Some(Over::Name(self.ident()?));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// `(PARTITION BY .. ORDER BY .. ROWS ..)`
    pub(super) fn window_spec(&mut self) -> Parse<WindowSpec> {
        let start = self.here();
        self.expect_kind(TokenKind::LeftParen)?;
        let mut spec = self.bracketed(Self::window_spec_inner)?;
        self.expect_kind(TokenKind::RightParen)?;
        spec.span = self.span_from(start);
        Ok(spec)
    }

    pub(super) fn window_spec_inner(&mut self) -> Parse<WindowSpec> {
        let mut spec = WindowSpec::default();
        let starts_clause = self.at_any(&["PARTITION", "ORDER", "ROWS", "RANGE", "GROUPS"]);
        if !starts_clause && !self.at_kind(TokenKind::RightParen) {
            spec.base = Some(self.ident()?);
        }
        if self.eat("PARTITION BY") {
            spec.partition_by = self.comma_list(Self::expr_as)?;
        }
        if self.eat("ORDER BY") {
            spec.order_by = self.comma_list(Self::order_item)?;
        }
        if self.at_any(&["ROWS", "RANGE", "GROUPS"]) {
            spec.frame = Some(self.frame()?);
        }
        Ok(spec)
    }

    pub(super) fn frame(&mut self) -> Parse<WindowFrame> {
        let unit = self.word().unwrap_or_default().to_ascii_uppercase();
        self.at += 1;
        if self.eat("BETWEEN") {
            let start = self.frame_bound()?;
            self.expect("AND")?;
            let end = Some(self.frame_bound()?);
            return Ok(WindowFrame { unit, start, end, exclude: self.frame_exclude()? });
        }
        Ok(WindowFrame { unit, start: self.frame_bound()?, end: None, exclude: self.frame_exclude()? })
    }

    fn frame_exclude(&mut self) -> Parse<Option<String>> {
        if !self.eat("EXCLUDE") {
            return Ok(None);
        }
        let what = ["CURRENT ROW", "GROUP", "TIES", "NO OTHERS"].into_iter().find(|what| self.eat(what));
        match what {
            Some(what) => Ok(Some(what.to_owned())),
            None => self.fail("CURRENT ROW, GROUP, TIES or NO OTHERS"),
        }
    }

    pub(super) fn frame_bound(&mut self) -> Parse<FrameBound> {
        if self.eat("CURRENT ROW") {
            return Ok(FrameBound::CurrentRow);
        }
        let offset = match self.eat("UNBOUNDED") {
            true => None,
            false => Some(Box::new(self.value_expr()?)),
        };
        if self.eat("PRECEDING") {
            return Ok(FrameBound::Preceding(offset));
        }
        self.expect("FOLLOWING")?;
        Ok(FrameBound::Following(offset))
    }
}
