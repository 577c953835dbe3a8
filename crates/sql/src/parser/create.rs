//! CREATE: telling the kinds apart, and databases.

use super::{Parse, Parser};
use crate::ast::{AccessKind, CreateDatabase, Engine, Ident, StatementKind, StreamFlavor, Text};
use crate::lexer::TokenKind;

/// What stands before the kind.
#[derive(Clone, Copy, Default)]
pub(super) struct Head {
    pub attach: bool,
    pub or_replace: bool,
    pub temporary: bool,
}

const FLAVORS: [(&str, StreamFlavor); 7] = [
    ("EXTERNAL", StreamFlavor::External),
    ("RANDOM", StreamFlavor::Random),
    ("NULL", StreamFlavor::Null),
    ("MUTABLE", StreamFlavor::Mutable),
    ("VERSIONED_KV", StreamFlavor::VersionedKv),
    ("CHANGELOG_KV", StreamFlavor::ChangelogKv),
    ("CHANGELOG", StreamFlavor::Changelog),
];

impl Parser<'_> {
    pub(super) fn create(&mut self) -> Parse<StatementKind> {
        let mut head = Head { attach: self.at_words("ATTACH"), or_replace: self.at_words("REPLACE"), temporary: false };
        self.at += 1;
        head.or_replace |= self.eat("OR REPLACE");
        head.temporary = self.eat("TEMPORARY");
        match () {
            () if self.eat("EXTERNAL TABLE") => {
                let create = self.create_stream(head, StreamFlavor::External)?;
                Ok(StatementKind::CreateExternalTable(create))
            }
            () if self.at_stream() => {
                let flavor = self.flavor();
                self.at += 1;
                Ok(StatementKind::CreateStream(self.create_stream(head, flavor)?))
            }
            () if self.eat("DATABASE") || self.eat("SCHEMA") => self.create_database(),
            () if self.eat("VIEW") => self.create_view(head, None),
            () if self.eat("LIVE VIEW") => self.create_view(head, Some(Box::default())),
            () if self.eat("SCHEDULED MATERIALIZED VIEW") => self.create_materialized_view(head, true),
            () if self.eat("MATERIALIZED VIEW") => self.create_materialized_view(head, false),
            () if self.eat("DICTIONARY") => self.create_dictionary(head),
            () if self.at_words("FUNCTION")
                || self.at_words("AGGREGATE FUNCTION")
                || self.at_words("REMOTE FUNCTION") =>
            {
                self.create_function(head)
            }
            () if self.eat("FORMAT SCHEMA") => self.create_format_schema(head),
            () if self.eat("NAMED COLLECTION") => self.create_named_collection(head),
            () if self.eat("DISK") => self.create_disk(head),
            () if self.eat("STORAGE POLICY") => self.create_storage_policy(head),
            () if self.eat("TASK") => self.create_task(head),
            () if self.eat("ALERT") => self.create_alert(head),
            () if self.eat("INPUT") => self.create_input(head),
            () if self.eat("USER") => self.create_access(head, AccessKind::User),
            () if self.eat("ROLE") => self.create_access(head, AccessKind::Role),
            () if self.eat("ROW POLICY") || self.eat("POLICY") => self.create_access(head, AccessKind::RowPolicy),
            () if self.eat("QUOTA") => self.create_access(head, AccessKind::Quota),
            () if self.eat("SETTINGS PROFILE") || self.eat("PROFILE") => {
                self.create_access(head, AccessKind::SettingsProfile)
            }
            () => self.fail("STREAM, VIEW, MATERIALIZED VIEW, DICTIONARY, FUNCTION, DATABASE or another kind"),
        }
    }

    /// Whether `[flavor] STREAM` or TABLE comes next.
    fn at_stream(&self) -> bool {
        self.at_any(&["STREAM", "TABLE"])
            || (self.is_word_at(1, "STREAM")
                && (self.at_words("ASYNC") || FLAVORS.iter().any(|(word, _)| self.at_words(word))))
    }

    fn flavor(&mut self) -> StreamFlavor {
        if self.at_any(&["STREAM", "TABLE"]) {
            return StreamFlavor::Plain;
        }
        let found = FLAVORS.iter().find(|(word, _)| self.at_words(word));
        self.at += 1;
        found.map_or(StreamFlavor::Plain, |(_, flavor)| *flavor)
    }

    pub(super) fn if_not_exists(&mut self) -> bool {
        self.eat("IF NOT EXISTS")
    }

    pub(super) fn optional_uuid(&mut self) -> Parse<Option<Text>> {
        if self.at_words("UUID") && self.kind_at(1) == Some(TokenKind::String) {
            self.at += 1;
            return Ok(Some(self.string()?));
        }
        Ok(None)
    }

    /// Reads clauses until the end; after one that is wrong goes on at the next of `words`.
    pub(super) fn clauses<T>(
        &mut self,
        target: &mut T,
        words: &[&str],
        mut clause: impl FnMut(&mut Self, &mut T) -> Parse<bool>,
    ) {
        while !self.at_end() {
            let before = self.at;
            match clause(self, target) {
                Ok(true) if self.at > before => {}
                Ok(false) if self.at_new_statement() => return,
                Ok(_) => {
                    let _ = self.fail::<()>("a clause or the end of the statement");
                    self.recover(before, words);
                }
                Err(_) => self.recover(before, words),
            }
        }
    }

    /// Passes over tokens to the next of `words`, at least one token after `before`.
    fn recover(&mut self, before: usize, words: &[&str]) {
        if self.at == before {
            self.skip_one();
        }
        while !self.at_end() && !self.at_any(words) {
            self.skip_one();
        }
    }

    /// `ENGINE = Name(args)`, at ENGINE.
    pub(super) fn engine(&mut self) -> Parse<Engine> {
        let start = self.here();
        self.at += 1;
        self.eat_operator("=");
        let name = self.ident()?;
        let args = match self.at_kind(TokenKind::LeftParen) {
            true => Some(self.bracketed(|parser| parser.paren_list(Self::expr_as))?),
            false => None,
        };
        Ok(Engine { name, args, span: self.span_from(start) })
    }

    fn create_database(&mut self) -> Parse<StatementKind> {
        let if_not_exists = self.if_not_exists();
        let mut create = CreateDatabase {
            if_not_exists,
            name: self.ident()?,
            uuid: self.optional_uuid()?,
            engine: None,
            settings: Vec::new(),
            comment: None,
        };
        self.clauses(&mut create, &["ENGINE", "SETTINGS", "COMMENT"], |parser, create| {
            match () {
                () if parser.at_words("ENGINE") => create.engine = Some(parser.engine()?),
                () if parser.at_words("SETTINGS") => create.settings = parser.settings_clause()?,
                () if parser.at_words("COMMENT") => create.comment = Some(parser.comment_text()?),
                () if parser.eat("ON CLUSTER") => drop(parser.cluster()?),
                () => return Ok(false),
            }
            Ok(true)
        });
        Ok(StatementKind::CreateDatabase(Box::new(create)))
    }

    /// A name of a kind that lives in no database; a database before it is an error.
    pub(super) fn global_name(&mut self) -> Parse<Ident> {
        if let Some(text) = self.peek().filter(|token| token.kind == TokenKind::String) {
            self.at += 1;
            return Ok(Ident {
                value: super::names::unquote(self.text(text)),
                quote: crate::ast::Quote::Bare,
                span: text.span,
            });
        }
        self.ident()
    }
}
