//! What a tolerant reader takes that no server does: places left out (`..`), placeholders of
//! programs (`%s`), options in brackets, clauses of other stream processors, a forgotten `;`.
//!
//! Documentation and programs hold such texts. They are read past, and each gives a remark, so that
//! the rest of the statement is known.

use super::{Parse, Parser};
use crate::ast::{Ident, Quote};
use crate::error::SyntaxError;
use crate::lexer::{Token, TokenKind};
use crate::span::Span;

/// Words after which a comma that ends a list of settings was one too many.
const AFTER_SETTINGS: [&str; 9] =
    ["COMMENT", "AS", "FORMAT", "STORAGE_SETTINGS", "TTL", "PARTITION", "ORDER", "PRIMARY", "VALUES"];

/// How many tokens a placeholder in angle brackets may have.
const LONGEST_PLACEHOLDER: usize = 12;

impl Parser<'_> {
    pub(super) fn remark(&mut self, span: Span, message: impl Into<String>, hint: Option<&str>) {
        let message = message.into();
        let hint = hint.map(str::to_owned);
        self.remarks.push(SyntaxError { span, line: 0, column: 0, message, expected: Vec::new(), hint });
    }

    /// Whether `..` comes next.
    pub(super) fn at_omission(&self) -> bool {
        self.peek().is_some_and(|token| is_omission(token, self.sql))
    }

    /// A remark for every `..` of the text.
    pub(super) fn note_omissions(&mut self) {
        if !self.has_templates {
            return;
        }
        let sql = self.sql;
        let tokens = self.tokens.iter().map(|lexeme| lexeme.token());
        let spans: Vec<Span> = tokens.filter(|token| is_omission(*token, sql)).map(|token| token.span).collect();
        for span in spans {
            self.remark(span, "something is left out here", Some("write it out before the statement runs"));
        }
    }

    /// `%s`, `<broker>`, where a name was expected.
    pub(super) fn placeholder(&mut self) -> Option<Ident> {
        if let Some(length) = self.angle_length(0) {
            let start = self.here();
            self.at += length;
            let ident = self.glue(Span::new(start, self.last_end()));
            self.remark(ident.span, "a person fills this in", Some("fill it in before the statement runs"));
            return Some(ident);
        }
        let (percent, letter) = (self.peek()?, self.peek_at(1)?);
        let is_placeholder = self.at_operator("%")
            && percent.span.end == letter.span.start
            && letter.kind == TokenKind::Word
            && ["s", "d", "v", "q"].contains(&self.text(letter));
        if !is_placeholder {
            return None;
        }
        self.at += 2;
        let span = percent.span.to(letter.span);
        self.remark(span, "a program fills this in", Some("fill it in before the statement runs"));
        Some(Ident { value: span.text(self.sql).to_owned(), quote: Quote::Template, span })
    }

    /// How many tokens `<name>`, `<host:port>`, `<your token>` takes, on one line and without a gap at its ends.
    pub(super) fn angle_length(&self, ahead: usize) -> Option<usize> {
        if !self.operator_at(ahead, "<") {
            return None;
        }
        let mut end = self.peek_at(ahead)?.span.end;
        for length in 1..LONGEST_PLACEHOLDER {
            let token = self.peek_at(ahead + length)?;
            let gap = &self.sql[end..token.span.start];
            if gap.contains('\n') || (length == 1 && !gap.is_empty()) {
                return None;
            }
            end = token.span.end;
            match token.kind {
                TokenKind::Operator if self.text(token) == ">" => {
                    return (length > 1 && gap.is_empty()).then_some(length + 1);
                }
                TokenKind::Operator if ["-", "/", "|", ":"].contains(&self.text(token)) => {}
                TokenKind::Word | TokenKind::Number | TokenKind::Duration | TokenKind::Dot | TokenKind::Template => {}
                _ => return None,
            }
        }
        None
    }

    /// `[ a = 1, ]`, `..` or `{ program }` among settings: true if one was passed over. What stands in
    /// the brackets is read by `inner`.
    pub(super) fn outline_of_settings(&mut self, inner: impl FnOnce(&mut Self) -> Parse<()>) -> Parse<bool> {
        let start = self.here();
        match self.kind_at(0) {
            _ if self.at_omission() => self.at += 1,
            Some(TokenKind::LeftBracket) => {
                self.at += 1;
                self.nested(inner)?;
                self.expect_kind(TokenKind::RightBracket)?;
                let span = self.span_from(start);
                self.remark(span, "brackets say that this may be left out", Some("take the brackets away"));
            }
            Some(TokenKind::LeftBrace) if self.kind_at(1) != Some(TokenKind::Word) => {
                self.skip_one();
                let span = self.span_from(start);
                self.remark(span, "a program fills this in", Some("fill it in before the statement runs"));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// After a comma: whether nothing more of a list of settings follows.
    pub(super) fn settings_are_over(&mut self) -> bool {
        let closes = matches!(self.kind_at(0), None | Some(TokenKind::Semicolon | TokenKind::RightBracket));
        let is_clause = self.at_any(&AFTER_SETTINGS) && !self.operator_at(1, "=");
        if !closes && !is_clause {
            return false;
        }
        let comma = self.tokens[self.at - 1].span();
        self.remark(comma, "no setting follows this comma", Some("take the comma away"));
        true
    }

    /// `true|false`: passes over `|`.
    pub(super) fn eat_choice(&mut self) -> bool {
        let Some(token) = self.peek().filter(|_| self.at_operator("|")) else { return false };
        self.at += 1;
        self.remark(token.span, "one of several values is to be chosen", Some("write one of them"));
        true
    }

    /// `WITH (name = value, ..)` of ksqlDB and Flink.
    pub(super) fn eat_foreign_options(&mut self) -> bool {
        if !self.at_words("WITH") || self.kind_at(1) != Some(TokenKind::LeftParen) {
            return false;
        }
        let start = self.here();
        self.at += 1;
        self.skip_one();
        let span = self.span_from(start);
        self.remark(span, "WITH (..) belongs to another stream processor", Some("write SETTINGS name = value, .."));
        true
    }

    /// `FOR SYSTEM_TIME AS OF x` of other systems, after a stream's name.
    pub(super) fn eat_foreign_time(&mut self) -> Parse<()> {
        let start = self.here();
        if self.eat("FOR SYSTEM_TIME AS OF") {
            self.value_expr()?;
            let span = self.span_from(start);
            self.remark(
                span,
                "FOR SYSTEM_TIME belongs to another stream processor",
                Some("write a LATEST or ASOF JOIN"),
            );
        }
        Ok(())
    }

    /// `TABLE` before a stream's name among the arguments of a function, as other systems write it.
    pub(super) fn eat_foreign_table(&mut self) {
        if !self.at_words("TABLE") {
            return;
        }
        let is_name = matches!(self.kind_at(1), Some(TokenKind::Word | TokenKind::QuotedIdent));
        let ends = matches!(self.kind_at(2), Some(TokenKind::Comma | TokenKind::RightParen));
        let Some(token) = self.peek().filter(|_| is_name && ends) else { return };
        self.at += 1;
        self.remark(token.span, "TABLE before a stream's name belongs to another system", Some("take TABLE away"));
    }

    /// Whether a new line begins with a statement, although no `;` ended the last one.
    pub(super) fn at_new_statement(&self) -> bool {
        let is_head = match self.kind_at(1) {
            Some(TokenKind::Word) => self.at_any(&["CREATE", "ALTER", "DROP"]) || self.at_words("INSERT INTO"),
            Some(TokenKind::String) => self.at_words("SET"),
            _ => false,
        };
        is_head && self.at > 0 && self.sql[self.last_end()..self.here()].contains('\n')
    }

    pub(super) fn note_missing_semicolon(&mut self) {
        let at = Span::empty(self.last_end());
        self.remark(at, "a `;` is missing between two statements", Some("end the statement with `;`"));
    }
}

fn is_omission(token: Token, sql: &str) -> bool {
    token.kind == TokenKind::Template && token.span.text(sql).starts_with(['.', '…'])
}
