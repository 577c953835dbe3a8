//! DROP, TRUNCATE, DELETE, INSERT and smaller commands.

use super::{Parse, Parser};
use crate::ast::{
    Delete, Describe, Drop, Exists, Insert, InsertSource, Kill, ObjectKind, ObjectName, Optimize, Rename, Set,
    StatementKind, TableKind, TableRef, Truncate, Use,
};
use crate::lexer::TokenKind;

/// Words of kinds, longest first.
const KINDS: [(&str, ObjectKind); 37] = [
    ("SCHEDULED MATERIALIZED VIEW", ObjectKind::MaterializedView),
    ("MATERIALIZED VIEW", ObjectKind::MaterializedView),
    ("AGGREGATE FUNCTION", ObjectKind::AggregateFunction),
    ("REMOTE FUNCTION", ObjectKind::RemoteFunction),
    ("EXTERNAL STREAM", ObjectKind::ExternalStream),
    ("EXTERNAL TABLE", ObjectKind::ExternalTable),
    ("MUTABLE STREAM", ObjectKind::MutableStream),
    ("RANDOM STREAM", ObjectKind::RandomStream),
    ("NULL STREAM", ObjectKind::NullStream),
    ("FORMAT SCHEMA", ObjectKind::FormatSchema),
    ("NAMED COLLECTION", ObjectKind::NamedCollection),
    ("STORAGE POLICY", ObjectKind::StoragePolicy),
    ("SETTINGS PROFILE", ObjectKind::SettingsProfile),
    ("PYTHON PACKAGE", ObjectKind::PythonPackage),
    ("ROW POLICY", ObjectKind::RowPolicy),
    ("STREAM", ObjectKind::Stream),
    ("TABLE", ObjectKind::Stream),
    ("VIEW", ObjectKind::View),
    ("LIVE VIEW", ObjectKind::View),
    ("DATABASE", ObjectKind::Database),
    ("SCHEMA", ObjectKind::Database),
    ("DICTIONARY", ObjectKind::Dictionary),
    ("FUNCTION", ObjectKind::Function),
    ("DISK", ObjectKind::Disk),
    ("TASK", ObjectKind::Task),
    ("ALERT", ObjectKind::Alert),
    ("INPUT", ObjectKind::Input),
    ("USER", ObjectKind::User),
    ("ROLE", ObjectKind::Role),
    ("POLICY", ObjectKind::RowPolicy),
    ("QUOTA", ObjectKind::Quota),
    ("PROFILE", ObjectKind::SettingsProfile),
    ("SCHED MATERIALIZED VIEW", ObjectKind::MaterializedView),
    ("SCHED MATERIALIZED VIEWS", ObjectKind::MaterializedView),
    ("MATERIALIZED VIEWS", ObjectKind::MaterializedView),
    ("VIEWS", ObjectKind::View),
    ("STREAMS", ObjectKind::Stream),
];

impl Parser<'_> {
    /// Passes over the word or words of a kind.
    pub(super) fn object_kind(&mut self) -> Option<ObjectKind> {
        // A kind's word followed by a dot or nothing is a name.
        KINDS
            .iter()
            .find(|(words, _)| {
                let count = words.split(' ').count();
                self.at_words(words)
                    && !matches!(self.kind_at(count), None | Some(TokenKind::Dot | TokenKind::Semicolon))
            })
            .map(|(words, kind)| {
                self.at += words.split(' ').count();
                *kind
            })
    }

    pub(super) fn drop_statement(&mut self) -> Parse<StatementKind> {
        let detach = self.at_words("DETACH");
        self.at += 1;
        let temporary = self.eat("TEMPORARY");
        let Some(kind) = self.object_kind() else {
            return self.fail("STREAM, VIEW, DICTIONARY, FUNCTION, DATABASE or another kind");
        };
        let if_exists = self.eat("IF EXISTS") || self.eat("IF EMPTY");
        let name = self.drop_name(kind)?;
        let mut drop = Drop {
            kind,
            detach,
            if_exists,
            temporary,
            name,
            more: Vec::new(),
            on: None,
            cascade: false,
            modifiers: Vec::new(),
            settings: Vec::new(),
        };
        loop {
            match () {
                // `DROP ROW POLICY p ON a.s, b.t`: further streams.
                () if drop.on.is_some() && self.at_kind(TokenKind::Comma) => {
                    self.at += 1;
                    self.object_name()?;
                }
                () if self.eat_kind(TokenKind::Comma) => drop.more.push(self.drop_name(kind)?),
                () if self.eat("RESTRICT") => drop.modifiers.push("RESTRICT".into()),
                () if !kind.lives_in_database() && self.eat("FROM") => {
                    let storage = self.global_name()?;
                    drop.modifiers.push(format!("FROM {}", storage.value));
                }
                () if self.eat("CASCADE") => drop.cascade = true,
                () if self.eat("ON CLUSTER") => std::mem::drop(self.cluster()?),
                () if self.eat("ON") => drop.on = Some(self.object_name()?),
                () if kind == ObjectKind::FormatSchema && self.eat("TYPE") => {
                    let ty = self.global_name()?;
                    drop.modifiers.push(format!("TYPE {}", ty.value));
                }
                () if self.eat("NO DELAY") => drop.modifiers.push("NO DELAY".into()),
                () if self.at_any(&["SYNC", "PERMANENTLY"]) => {
                    drop.modifiers.extend(self.word().map(str::to_ascii_uppercase));
                    self.at += 1;
                }
                () if self.at_words("SETTINGS") => drop.settings.extend(self.settings_clause()?),
                () => break,
            }
        }
        Ok(StatementKind::Drop(Box::new(drop)))
    }

    fn drop_name(&mut self, kind: ObjectKind) -> Parse<ObjectName> {
        if kind.lives_in_database() {
            return self.object_name();
        }
        let name = self.global_name()?;
        Ok(ObjectName { database: None, span: name.span, name })
    }

    pub(super) fn truncate(&mut self) -> Parse<StatementKind> {
        self.at += 1;
        self.eat("TEMPORARY");
        let kind = self.object_kind().unwrap_or(ObjectKind::Stream);
        let if_exists = self.eat("IF EXISTS");
        let name = self.object_name()?;
        self.optional_cluster()?;
        while self.eat("SYNC") || self.eat("ASYNC") || self.eat("NO DELAY") {}
        Ok(StatementKind::Truncate(Box::new(Truncate { kind, if_exists, name, settings: self.optional_settings()? })))
    }

    pub(super) fn delete(&mut self) -> Parse<StatementKind> {
        self.expect("DELETE FROM")?;
        let name = self.object_name()?;
        self.optional_cluster()?;
        if self.eat("IN PARTITION") {
            self.value_expr()?;
        }
        let filter = match self.eat("WHERE") {
            true => Some(self.expr()?),
            false => None,
        };
        Ok(StatementKind::Delete(Box::new(Delete { name, filter, settings: self.optional_settings()? })))
    }

    pub(super) fn insert(&mut self) -> Parse<StatementKind> {
        self.expect("INSERT")?;
        self.eat("INTO");
        let mut is_function = self.eat("FUNCTION");
        if self.at_any(&["TABLE", "STREAM"])
            && matches!(self.kind_at(1), Some(TokenKind::Word | TokenKind::QuotedIdent))
            && !self.is_word_at(1, "VALUES")
            && !self.is_word_at(1, "SELECT")
        {
            self.at += 1;
            is_function |= self.eat("FUNCTION");
        }
        let start = self.here();
        let table = self.object_name()?;
        let mut insert = Insert {
            table,
            function: None,
            partition_by: None,
            columns: None,
            wildcard: None,
            settings: Vec::new(),
            source: InsertSource::None,
        };
        if is_function {
            insert.function = Some(self.table_function(insert.table.clone(), start)?);
            if self.eat("PARTITION BY") {
                insert.partition_by = Some(self.value_expr()?);
            }
        }
        if self.at_kind(TokenKind::LeftParen) && !self.at_query_in_parens() {
            self.insert_columns(&mut insert)?;
        }
        insert.settings = self.optional_settings()?;
        insert.source = self.insert_source()?;
        Ok(StatementKind::Insert(Box::new(insert)))
    }

    fn insert_columns(&mut self, insert: &mut Insert) -> Parse<()> {
        let is_wildcard = self.operator_at(1, "*") || self.is_word_at(1, "COLUMNS");
        if is_wildcard {
            self.at += 1;
            insert.wildcard = Some(self.expr()?);
            self.expect_kind(TokenKind::RightParen)?;
            return Ok(());
        }
        insert.columns = Some(self.paren_list(Self::dotted_ident)?);
        Ok(())
    }

    fn insert_source(&mut self) -> Parse<InsertSource> {
        if self.eat("VALUES") {
            let start = self.here();
            let mut rows = Vec::new();
            while self.at_kind(TokenKind::LeftParen) {
                rows.push(self.bracketed(|parser| parser.paren_list(Self::expr_as))?);
                self.eat_kind(TokenKind::Comma);
            }
            return Ok(InsertSource::Values { rows, data: self.span_from(start) });
        }
        if self.eat("FORMAT") {
            let name = self.ident()?;
            // Data are not tokens: they end with the text.
            let start = self.last_end();
            self.at = self.tokens.len();
            return Ok(InsertSource::Format { name, data: crate::span::Span::new(start, self.sql.len()) });
        }
        if self.at_any(&["SELECT", "WITH"]) || self.at_kind(TokenKind::LeftParen) {
            return Ok(InsertSource::Query(Box::new(self.query()?)));
        }
        if self.at_words("FROM INFILE") {
            return Ok(InsertSource::Infile(self.skip_statement()));
        }
        if self.at_end() {
            return Ok(InsertSource::None);
        }
        self.fail("VALUES, SELECT or FORMAT")
    }

    pub(super) fn describe(&mut self) -> Parse<StatementKind> {
        self.at += 1;
        // `table(x)` is a function, `TABLE (SELECT ..)` is not.
        if self.kind_at(1) != Some(TokenKind::LeftParen) || self.is_word_at(2, "SELECT") {
            self.object_kind();
        }
        let table = match self.at_any(&["SELECT", "WITH"]) && self.kind_at(1) != Some(TokenKind::Semicolon) {
            true => self.described_query()?,
            false => self.table_ref()?,
        };
        Ok(StatementKind::Describe(Box::new(Describe {
            table,
            settings: self.optional_settings()?,
            format: self.optional_format()?,
        })))
    }

    /// `DESCRIBE SELECT ..`, without parentheses.
    fn described_query(&mut self) -> Parse<TableRef> {
        let start = self.here();
        let kind = TableKind::Query(Box::new(self.query()?));
        Ok(TableRef {
            kind,
            alias: None,
            columns: Vec::new(),
            is_final: false,
            sample: None,
            span: self.span_from(start),
        })
    }

    pub(super) fn exists(&mut self) -> Parse<StatementKind> {
        self.at += 1;
        self.eat("TEMPORARY");
        let kind = self.object_kind().unwrap_or(ObjectKind::Stream);
        let exists = Exists { kind, name: self.object_name()? };
        self.output_format()?;
        Ok(StatementKind::Exists(Box::new(exists)))
    }

    pub(super) fn set(&mut self) -> Parse<StatementKind> {
        self.at += 1;
        let start = self.here();
        // `SET 'name' = 'value'` is another system's.
        let is_setting = self.operator_at(1, "=") || self.kind_at(1) == Some(TokenKind::Dot);
        let settings = match is_setting && !self.at_kind(TokenKind::String) {
            true => self.settings_list()?,
            false => {
                self.skip_statement();
                Vec::new()
            }
        };
        Ok(StatementKind::Set(Box::new(Set { settings, rest: self.span_from(start) })))
    }

    pub(super) fn use_database(&mut self) -> Parse<StatementKind> {
        self.at += 1;
        if self.at_words("DATABASE") && self.kind_at(1) == Some(TokenKind::Word) {
            self.at += 1;
        }
        Ok(StatementKind::Use(Box::new(Use { database: self.ident()? })))
    }

    pub(super) fn kill(&mut self) -> Parse<StatementKind> {
        self.at += 1;
        let mutation = self.eat("MUTATION");
        if !mutation && !self.eat("TRANSACTION") {
            self.expect("QUERY")?;
        }
        self.optional_cluster()?;
        let id = self.try_string();
        let filter = match self.eat("WHERE") {
            true => Some(self.expr()?),
            false => None,
        };
        let modifier = match self.at_any(&["SYNC", "ASYNC", "TEST"]) {
            true => {
                let word = self.word().map(str::to_ascii_uppercase);
                self.at += 1;
                word
            }
            false => None,
        };
        self.optional_settings()?;
        self.output_format()?;
        Ok(StatementKind::Kill(Box::new(Kill { mutation, id, filter, modifier })))
    }

    pub(super) fn optimize(&mut self) -> Parse<StatementKind> {
        self.at += 1;
        if self.object_kind().is_none() {
            return self.fail("STREAM");
        }
        let name = self.object_name()?;
        let start = self.here();
        let mut partition = None;
        let mut is_final = false;
        while !self.at_end() {
            match () {
                () if self.eat("PARTITION") => partition = Some(self.expr()?),
                () if self.eat("FINAL") => is_final = true,
                () => self.skip_one(),
            }
        }
        Ok(StatementKind::Optimize(Box::new(Optimize { name, partition, is_final, rest: self.span_from(start) })))
    }

    /// `RENAME a TO b`, `RENAME db.a TO b`: the kind is the server's to find.
    fn names_another(&self) -> bool {
        self.is_word_at(1, "TO") || (self.kind_at(1) == Some(TokenKind::Dot) && self.is_word_at(3, "TO"))
    }

    pub(super) fn rename(&mut self) -> Parse<StatementKind> {
        let exchange = self.at_words("EXCHANGE");
        self.at += 1;
        let kind = match self.object_kind() {
            Some(kind) => kind,
            None if self.eat("TABLES") || self.eat("DICTIONARIES") => ObjectKind::Stream,
            None if !exchange && self.names_another() => ObjectKind::Stream,
            None => return self.fail("STREAM, VIEW, DATABASE or another kind"),
        };
        self.eat("IF EXISTS");
        let pairs = self.comma_list(|parser| {
            let from = parser.object_name()?;
            if !parser.eat("AND") {
                parser.expect("TO")?;
            }
            Ok((from, parser.object_name()?))
        })?;
        self.optional_cluster()?;
        Ok(StatementKind::Rename(Box::new(Rename { kind, exchange, pairs })))
    }
}
