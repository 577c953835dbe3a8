//! `*`, COLUMNS and what is done to their columns.

use super::{Parse, Parser};
use crate::ast::{ColumnTransformer, Expr, ExprKind, Ident, Wildcard, WildcardColumns};
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// At `*`.
    pub(super) fn star(&mut self, qualifier: Vec<Ident>, start: usize) -> Parse<Expr> {
        self.at += 1;
        self.wildcard(qualifier, WildcardColumns::All, start)
    }

    /// At `(` after COLUMNS.
    pub(super) fn columns_matcher(&mut self, qualifier: Vec<Ident>, start: usize) -> Parse<Expr> {
        self.expect_kind(TokenKind::LeftParen)?;
        let columns = match self.try_string() {
            Some(pattern) => WildcardColumns::Pattern(pattern),
            None => WildcardColumns::List(self.bracketed(|parser| parser.comma_list(Self::expr_as))?),
        };
        self.expect_kind(TokenKind::RightParen)?;
        self.wildcard(qualifier, columns, start)
    }

    pub(super) fn wildcard(&mut self, qualifier: Vec<Ident>, columns: WildcardColumns, start: usize) -> Parse<Expr> {
        let mut transformers = Vec::new();
        while let Some(transformer) = self.transformer()? {
            transformers.push(transformer);
        }
        let wildcard = Wildcard { qualifier, columns, transformers };
        Ok(self.node(ExprKind::Wildcard(Box::new(wildcard)), start))
    }

    pub(super) fn transformer(&mut self) -> Parse<Option<ColumnTransformer>> {
        let paren = self.kind_at(1) == Some(TokenKind::LeftParen);
        if self.at_words("EXCEPT") && !self.at_set_operator() {
            self.at += 1;
            self.eat("STRICT");
            if self.at_kind(TokenKind::LeftParen) && self.kind_at(1) != Some(TokenKind::String) {
                return Ok(Some(ColumnTransformer::Except(self.paren_list(Self::dotted_ident)?)));
            }
            let parens = self.eat_kind(TokenKind::LeftParen);
            if let Some(pattern) = self.try_string() {
                if parens {
                    self.expect_kind(TokenKind::RightParen)?;
                }
                return Ok(Some(ColumnTransformer::ExceptPattern(pattern)));
            }
            return Ok(Some(ColumnTransformer::Except(vec![self.dotted_ident()?])));
        }
        if self.at_words("REPLACE") && (paren || self.is_word_at(1, "STRICT")) {
            self.at += 1;
            self.eat("STRICT");
            let items = self.bracketed(|parser| parser.paren_list(Self::replacement))?;
            return Ok(Some(ColumnTransformer::Replace(items)));
        }
        if self.at_words("APPLY") {
            self.at += 1;
            let function = self.bracketed(Self::expr)?;
            return Ok(Some(ColumnTransformer::Apply(Box::new(function))));
        }
        Ok(None)
    }

    pub(super) fn replacement(&mut self) -> Parse<(Expr, Ident)> {
        let expr = self.expr()?;
        self.expect("AS")?;
        Ok((expr, self.ident()?))
    }
}
