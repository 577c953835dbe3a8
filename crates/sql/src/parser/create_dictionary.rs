//! CREATE DICTIONARY.

use super::create::Head;
use super::{Parse, Parser};
use crate::ast::{
    CreateDictionary, DictionaryAttribute, DictionaryClause, DictionaryPair, DictionaryValue, StatementKind,
};
use crate::lexer::TokenKind;

impl Parser<'_> {
    pub(super) fn create_dictionary(&mut self, head: Head) -> Parse<StatementKind> {
        let if_not_exists = self.if_not_exists();
        let mut create = CreateDictionary {
            attach: head.attach,
            or_replace: head.or_replace,
            if_not_exists,
            name: self.object_name()?,
            uuid: self.optional_uuid()?,
            attributes: Vec::new(),
            primary_key: Vec::new(),
            source: None,
            layout: None,
            range: None,
            lifetime: None,
            settings: Vec::new(),
            comment: None,
        };
        let words = ["PRIMARY", "SOURCE", "LAYOUT", "RANGE", "LIFETIME", "SETTINGS", "COMMENT"];
        self.clauses(&mut create, &words, |parser, create| parser.dictionary_clause(create));
        Ok(StatementKind::CreateDictionary(Box::new(create)))
    }

    fn dictionary_clause(&mut self, create: &mut CreateDictionary) -> Parse<bool> {
        match () {
            () if self.at_kind(TokenKind::LeftParen) => {
                create.attributes = self.paren_list(Self::dictionary_attribute)?;
            }
            () if self.eat("PRIMARY KEY") => {
                create.primary_key = match self.at_kind(TokenKind::LeftParen) {
                    true => self.ident_list()?,
                    false => self.comma_list(Self::dotted_ident)?,
                };
            }
            () if self.at_words("SOURCE") => create.source = Some(self.dictionary_block()?),
            () if self.at_words("LAYOUT") => create.layout = Some(self.dictionary_block()?),
            () if self.eat("RANGE") => {
                self.expect_kind(TokenKind::LeftParen)?;
                self.expect("MIN")?;
                let min = self.ident()?;
                self.expect("MAX")?;
                create.range = Some((min, self.ident()?));
                self.expect_kind(TokenKind::RightParen)?;
            }
            () if self.eat("LIFETIME") => create.lifetime = Some(self.lifetime()?),
            () if self.eat("SETTINGS") => {
                create.settings = match self.at_kind(TokenKind::LeftParen) {
                    true => self.paren_list(Self::setting)?,
                    false => self.settings_list()?,
                };
            }
            () if self.at_words("COMMENT") => create.comment = Some(self.comment_text()?),
            () if self.eat("ON CLUSTER") => drop(self.cluster()?),
            () => return Ok(false),
        }
        Ok(true)
    }

    fn dictionary_attribute(&mut self) -> Parse<DictionaryAttribute> {
        let start = self.here();
        let mut attribute = DictionaryAttribute {
            name: self.ident()?,
            ty: self.type_name()?,
            default: None,
            expression: None,
            flags: Vec::new(),
            span: crate::span::Span::default(),
        };
        loop {
            match () {
                () if self.eat("DEFAULT") => attribute.default = Some(self.expr()?),
                () if self.eat("EXPRESSION") => attribute.expression = Some(self.expr()?),
                () if self.at_any(&["HIERARCHICAL", "BIDIRECTIONAL", "INJECTIVE", "IS_OBJECT_ID"]) => {
                    attribute.flags.extend(self.word().map(str::to_ascii_uppercase));
                    self.at += 1;
                }
                () => break,
            }
        }
        attribute.span = self.span_from(start);
        Ok(attribute)
    }

    /// `SOURCE(NAME(pairs))`, `LAYOUT(NAME)`, at the word.
    fn dictionary_block(&mut self) -> Parse<DictionaryClause> {
        let start = self.here();
        self.at += 1;
        self.expect_kind(TokenKind::LeftParen)?;
        let name = self.ident()?;
        let pairs = match self.at_kind(TokenKind::LeftParen) {
            true => self.nested(Self::dictionary_pairs)?,
            false => Vec::new(),
        };
        self.expect_kind(TokenKind::RightParen)?;
        Ok(DictionaryClause { name, pairs, span: self.span_from(start) })
    }

    fn dictionary_pairs(&mut self) -> Parse<Vec<DictionaryPair>> {
        self.expect_kind(TokenKind::LeftParen)?;
        let mut pairs = Vec::new();
        while !matches!(self.kind_at(0), None | Some(TokenKind::RightParen)) {
            pairs.push(self.dictionary_pair()?);
            self.eat_kind(TokenKind::Comma);
        }
        self.expect_kind(TokenKind::RightParen)?;
        Ok(pairs)
    }

    fn dictionary_pair(&mut self) -> Parse<DictionaryPair> {
        let start = self.here();
        let key = self.ident()?;
        self.eat_operator("=");
        let value = if self.at_kind(TokenKind::LeftParen) {
            DictionaryValue::Nested(self.nested(Self::dictionary_pairs)?)
        } else if self.at_kind(TokenKind::RightParen) {
            DictionaryValue::Missing
        } else {
            // No operators: what follows a value is the next key.
            let value = self.bracketed(Self::prefix)?;
            DictionaryValue::Expr(value)
        };
        Ok(DictionaryPair { key, value, span: self.span_from(start) })
    }

    fn lifetime(&mut self) -> Parse<(String, Option<String>)> {
        self.expect_kind(TokenKind::LeftParen)?;
        let lifetime = if self.eat("MIN") {
            let min = self.signed_number()?;
            self.expect("MAX")?;
            (min, Some(self.signed_number()?))
        } else if self.eat("MAX") {
            let max = self.signed_number()?;
            self.expect("MIN")?;
            (self.signed_number()?, Some(max))
        } else {
            (self.signed_number()?, None)
        };
        self.expect_kind(TokenKind::RightParen)?;
        Ok(lifetime)
    }
}
