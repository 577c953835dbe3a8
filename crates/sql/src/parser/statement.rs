//! Statements: telling them apart, and going on after one that is wrong.

use super::{Parse, Parser};
use crate::ast::{Explain, Other, Statement, StatementKind};
use crate::lexer::TokenKind;

/// Statements that exist and that nothing here needs to understand.
const KNOWN_OTHERS: [&str; 11] =
    ["BACKUP", "RESTORE", "CHECK", "WATCH", "BEGIN", "COMMIT", "ROLLBACK", "UNSUBSCRIBE", "RECOVER", "MOVE", "UNDROP"];

impl Parser<'_> {
    pub(super) fn statements(&mut self) -> Vec<Statement> {
        let mut statements = Vec::new();
        loop {
            while self.eat_kind(TokenKind::Semicolon) {}
            if self.peek().is_none() {
                break;
            }
            statements.push(self.statement());
        }
        statements
    }

    fn statement(&mut self) -> Statement {
        let start = self.here();
        let head = self.at;
        let kind = match self.statement_kind() {
            Ok(kind) => {
                if self.at_new_statement() {
                    self.note_missing_semicolon();
                } else if !self.at_end() {
                    // The error is recorded; what was read stays.
                    let _ = self.fail::<()>("the end of the statement");
                    self.skip_statement();
                }
                kind
            }
            Err(_) => {
                let failed = std::mem::replace(&mut self.at, head);
                let words = self.head_words();
                self.at = failed;
                self.skip_statement();
                StatementKind::Other(Box::new(Other { words }))
            }
        };
        Statement { kind, span: self.span_from(start) }
    }

    /// The bare words from here on, at most five, upper case.
    pub(super) fn head_words(&self) -> Vec<String> {
        (0..5).map_while(|ahead| self.word_at(ahead)).map(str::to_ascii_uppercase).collect()
    }

    pub(super) fn statement_kind(&mut self) -> Parse<StatementKind> {
        if self.at_kind(TokenKind::LeftParen) {
            return Ok(StatementKind::Select(Box::new(self.query()?)));
        }
        let Some(word) = self.word() else {
            return self.fail("a statement");
        };
        match word.to_ascii_uppercase().as_str() {
            "WITH" => self.with_statement(),
            "SELECT" | "FROM" => Ok(StatementKind::Select(Box::new(self.query()?))),
            "CREATE" | "ATTACH" | "REPLACE" => self.create(),
            "ALTER" => self.alter(),
            "INSERT" => self.insert(),
            "DROP" | "DETACH" => self.drop_statement(),
            "TRUNCATE" => self.truncate(),
            "DELETE" => self.delete(),
            "SHOW" => self.show(),
            "DESCRIBE" | "DESC" => self.describe(),
            "EXISTS" => self.exists(),
            "SYSTEM" => self.system(),
            "SET" => self.set(),
            "USE" => self.use_database(),
            "EXPLAIN" => self.explain(),
            "KILL" => self.kill(),
            "OPTIMIZE" => self.optimize(),
            "RENAME" | "EXCHANGE" => self.rename(),
            "GRANT" | "REVOKE" => self.grant(),
            word if KNOWN_OTHERS.contains(&word) => {
                let words = self.head_words();
                self.skip_statement();
                Ok(StatementKind::Other(Box::new(Other { words })))
            }
            _ => self.fail("a statement such as CREATE, SELECT, INSERT, SHOW"),
        }
    }

    fn explain(&mut self) -> Parse<StatementKind> {
        self.at += 1;
        let kinds =
            ["AST", "SYNTAX", "PLAN", "PIPELINE", "ESTIMATE", "QUERY TREE", "TABLE OVERRIDE", "CURRENT TRANSACTION"];
        self.eat("STATEMENT");
        let kind = kinds.iter().find(|kind| self.eat(kind)).map(|kind| (*kind).to_owned());
        let mut settings = Vec::new();
        while self.kind_at(0) == Some(TokenKind::Word) && self.operator_at(1, "=") {
            settings.push(self.setting()?);
            self.eat_kind(TokenKind::Comma);
        }
        let start = self.here();
        let inner = self.nested(Self::statement_kind)?;
        let statement = Statement { kind: inner, span: self.span_from(start) };
        Ok(StatementKind::Explain(Box::new(Explain { kind, settings, statement: Box::new(statement) })))
    }
}
