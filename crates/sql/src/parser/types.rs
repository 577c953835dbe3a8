//! Type names.

use super::{Parse, Parser};
use crate::ast::{Ident, Literal, TypeArg, TypeName};
use crate::lexer::TokenKind;
use crate::parser::names::unquote;

/// Names of types that are more than one word.
const LONG_NAMES: [&[&str]; 14] = [
    &["double", "precision"],
    &["char", "varying"],
    &["character", "varying"],
    &["national", "char"],
    &["national", "character"],
    &["binary", "varying"],
    &["int", "unsigned"],
    &["int", "signed"],
    &["integer", "unsigned"],
    &["integer", "signed"],
    &["bigint", "unsigned"],
    &["smallint", "unsigned"],
    &["tinyint", "unsigned"],
    &["timestamp", "with"],
];

impl Parser<'_> {
    pub(super) fn type_name(&mut self) -> Parse<TypeName> {
        self.nested(Self::type_name_inner)
    }

    fn type_name_inner(&mut self) -> Parse<TypeName> {
        let start = self.here();
        let mut name = self.ident()?;
        let is_long = self.at_kind(TokenKind::Word)
            && LONG_NAMES.iter().any(|words| name.is_word(words[0]) && self.is_word_at(0, words[1]));
        if is_long {
            let second = self.ident()?;
            name.value = format!("{} {}", name.value, second.value);
            name.span = name.span.to(second.span);
        }
        let args = if self.at_kind(TokenKind::LeftParen) { Some(self.paren_list(Self::type_arg)?) } else { None };
        Ok(TypeName { name, args, span: self.span_from(start) })
    }

    fn type_arg(&mut self) -> Parse<TypeArg> {
        let Some(token) = self.peek() else {
            return self.fail("a type");
        };
        match token.kind {
            TokenKind::String => self.string_type_arg(),
            TokenKind::Number | TokenKind::Duration => {
                self.at += 1;
                Ok(TypeArg::Literal(Literal::Number(self.text(token).into())))
            }
            TokenKind::Operator => self.signed_number().map(|n| TypeArg::Literal(Literal::Number(n))),
            TokenKind::Word | TokenKind::QuotedIdent | TokenKind::Template | TokenKind::LeftBrace => {
                self.named_type_arg()
            }
            _ => self.fail("a type"),
        }
    }

    fn string_type_arg(&mut self) -> Parse<TypeArg> {
        let name = self.string()?;
        if self.eat_operator("=") {
            let value = self.signed_number()?;
            return Ok(TypeArg::EnumValue { name, value });
        }
        Ok(TypeArg::Literal(Literal::String(name.value)))
    }

    fn named_type_arg(&mut self) -> Parse<TypeArg> {
        if self.operator_at(1, "=") {
            let name = self.ident()?;
            self.expect_operator("=")?;
            let value = self.type_setting_value()?;
            return Ok(TypeArg::Setting { name, value });
        }
        let start = self.here();
        // `SKIP a.b`, `SKIP REGEXP '..'` and typed paths of json.
        if self.at_words("SKIP") && self.kind_at(1) != Some(TokenKind::Comma) {
            while !matches!(self.kind_at(0), None | Some(TokenKind::Comma | TokenKind::RightParen)) {
                self.at += 1;
            }
            return Ok(TypeArg::Raw(self.span_from(start).text(self.sql).to_owned()));
        }
        if self.name_then_type() {
            let name = self.dotted_ident()?;
            let ty = self.type_name()?;
            return Ok(TypeArg::Named { name, ty });
        }
        Ok(TypeArg::Type(self.type_name()?))
    }

    /// Whether a name with its type comes next: two words in a row.
    fn name_then_type(&self) -> bool {
        let is_name = |kind| matches!(kind, Some(TokenKind::Word | TokenKind::QuotedIdent | TokenKind::Template));
        if self.kind_at(0) == Some(TokenKind::QuotedIdent) {
            return is_name(self.kind_at(1)) || self.kind_at(1) == Some(TokenKind::Dot);
        }
        if self.kind_at(1) == Some(TokenKind::Dot) {
            return true;
        }
        is_name(self.kind_at(0))
            && is_name(self.kind_at(1))
            && !LONG_NAMES.iter().any(|words| self.is_word_at(0, words[0]) && self.is_word_at(1, words[1]))
    }

    /// `a.b.c` as one name.
    pub(super) fn dotted_ident(&mut self) -> Parse<Ident> {
        let mut name = self.ident()?;
        while self.eat_kind(TokenKind::Dot) {
            let part = self.name_part()?;
            name.value = format!("{}.{}", name.value, part.value);
            name.span = name.span.to(part.span);
        }
        Ok(name)
    }

    fn type_setting_value(&mut self) -> Parse<Literal> {
        match self.peek() {
            Some(token) if token.kind == TokenKind::String => {
                self.at += 1;
                Ok(Literal::String(unquote(self.text(token))))
            }
            _ => self.signed_number().map(Literal::Number),
        }
    }

    /// A number as written, with its sign.
    pub(super) fn signed_number(&mut self) -> Parse<String> {
        let sign = match () {
            () if self.eat_operator("-") => "-",
            () if self.eat_operator("+") => "+",
            () => "",
        };
        match self.peek() {
            Some(token) if token.kind == TokenKind::Number => {
                self.at += 1;
                Ok(format!("{sign}{}", self.text(token)))
            }
            _ => self.fail("a number"),
        }
    }
}
