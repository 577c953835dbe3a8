//! The other kinds of CREATE.

use super::create::Head;
use super::{Parse, Parser};
use crate::ast::{
    CollectionEntry, CreateAlert, CreateDictionary, CreateDisk, CreateFormatSchema, CreateFunction, CreateInput,
    CreateNamedCollection, CreateStoragePolicy, CreateTask, DictionaryAttribute, DictionaryClause, DictionaryPair,
    DictionaryValue, FunctionArg, FunctionBody, StatementKind, Text,
};
use crate::lexer::TokenKind;

impl Parser<'_> {
    /// At `[AGGREGATE|REMOTE] FUNCTION`.
    pub(super) fn create_function(&mut self, head: Head) -> Parse<StatementKind> {
        let aggregate = self.eat("AGGREGATE");
        let remote = self.eat("REMOTE");
        self.expect("FUNCTION")?;
        let if_not_exists = self.if_not_exists();
        let name = self.ident()?;
        let mut create = CreateFunction {
            or_replace: head.or_replace,
            aggregate,
            remote,
            if_not_exists,
            name,
            args: Vec::new(),
            returns: None,
            language: None,
            body: FunctionBody::Missing,
            execution_timeout: None,
            settings: Vec::new(),
            comment: None,
        };
        if self.at_kind(TokenKind::LeftParen) {
            create.args =
                self.paren_list(|parser| Ok(FunctionArg { name: parser.ident()?, ty: parser.type_name()? }))?;
        }
        let words = ["RETURNS", "LANGUAGE", "AS", "URL", "SETTINGS", "COMMENT", "EXECUTION_TIMEOUT"];
        self.clauses(&mut create, &words, |parser, create| parser.function_clause(create));
        if create.body == FunctionBody::Missing {
            let _ = self.fail::<()>("AS or URL");
        }
        Ok(StatementKind::CreateFunction(Box::new(create)))
    }

    fn function_clause(&mut self, create: &mut CreateFunction) -> Parse<bool> {
        match () {
            () if self.eat("RETURNS") => create.returns = Some(self.type_name()?),
            () if self.eat("LANGUAGE") => create.language = Some(self.ident()?),
            () if self.eat("AS") => {
                let is_code = matches!(self.kind_at(0), Some(TokenKind::DollarString | TokenKind::String))
                    && (create.returns.is_some() || create.language.is_some());
                create.body = match is_code {
                    true => FunctionBody::Code(self.string()?),
                    false => FunctionBody::Sql(self.expr()?),
                };
            }
            () if self.eat("URL") => {
                create.body =
                    FunctionBody::Remote { url: self.string()?, auth_method: None, auth_header: None, auth_key: None };
            }
            () if self.at_any(&["AUTH_METHOD", "AUTH_HEADER", "AUTH_KEY"]) => {
                return self.function_auth(&mut create.body);
            }
            () if self.eat("EXECUTION_TIMEOUT") => {
                create.execution_timeout = Some(self.string_or_word()?.value);
            }
            () if self.at_words("SETTINGS") => create.settings.extend(self.settings_clause()?),
            () if self.at_words("COMMENT") => create.comment = Some(self.comment_text()?),
            () if self.eat("ON CLUSTER") => drop(self.cluster()?),
            () => return Ok(false),
        }
        Ok(true)
    }

    fn function_auth(&mut self, body: &mut FunctionBody) -> Parse<bool> {
        let FunctionBody::Remote { auth_method, auth_header, auth_key, .. } = body else {
            return self.fail("URL");
        };
        let slot = match () {
            () if self.eat("AUTH_METHOD") => auth_method,
            () if self.eat("AUTH_HEADER") => auth_header,
            () => {
                self.expect("AUTH_KEY")?;
                auth_key
            }
        };
        *slot = Some(self.string()?);
        Ok(true)
    }

    pub(super) fn create_format_schema(&mut self, head: Head) -> Parse<StatementKind> {
        let if_not_exists = self.if_not_exists();
        let mut create = CreateFormatSchema {
            or_replace: head.or_replace,
            if_not_exists,
            name: self.global_name()?,
            body: Text::default(),
            ty: None,
        };
        let mut has_body = false;
        self.clauses(&mut create, &["AS", "TYPE"], |parser, create| {
            match () {
                () if parser.eat("AS") => {
                    has_body = true;
                    create.body = parser.string()?;
                }
                () if parser.eat("TYPE") => create.ty = Some(parser.global_name()?),
                () if parser.eat("ON CLUSTER") => drop(parser.cluster()?),
                () => return Ok(false),
            }
            Ok(true)
        });
        if !has_body {
            let _ = self.fail::<()>("AS");
        }
        Ok(StatementKind::CreateFormatSchema(Box::new(create)))
    }

    pub(super) fn create_named_collection(&mut self, head: Head) -> Parse<StatementKind> {
        let if_not_exists = self.if_not_exists();
        let name = self.ident()?;
        self.optional_cluster()?;
        self.expect("AS")?;
        let entries = self.comma_list(Self::collection_entry)?;
        Ok(StatementKind::CreateNamedCollection(Box::new(CreateNamedCollection {
            or_replace: head.or_replace,
            if_not_exists,
            name,
            entries,
        })))
    }

    fn collection_entry(&mut self) -> Parse<CollectionEntry> {
        let setting = self.setting()?;
        let overridable = match () {
            () if self.eat("NOT OVERRIDABLE") => Some(false),
            () if self.eat("OVERRIDABLE") => Some(true),
            () => None,
        };
        Ok(CollectionEntry { setting, overridable })
    }

    pub(super) fn create_disk(&mut self, head: Head) -> Parse<StatementKind> {
        let if_not_exists = self.if_not_exists();
        let name = self.ident()?;
        self.optional_cluster()?;
        self.expect("DISK")?;
        let settings = self.bracketed(|parser| parser.paren_list(Self::setting))?;
        Ok(StatementKind::CreateDisk(Box::new(CreateDisk {
            or_replace: head.or_replace,
            if_not_exists,
            name,
            settings,
        })))
    }

    pub(super) fn create_storage_policy(&mut self, head: Head) -> Parse<StatementKind> {
        let if_not_exists = self.if_not_exists();
        let name = self.ident()?;
        self.optional_cluster()?;
        self.expect("AS")?;
        Ok(StatementKind::CreateStoragePolicy(Box::new(CreateStoragePolicy {
            or_replace: head.or_replace,
            if_not_exists,
            name,
            body: self.string()?,
        })))
    }

    pub(super) fn create_task(&mut self, head: Head) -> Parse<StatementKind> {
        let if_not_exists = self.if_not_exists();
        let mut create = CreateTask {
            or_replace: head.or_replace,
            if_not_exists,
            name: self.object_name()?,
            schedule: None,
            timeout: None,
            checkpoint: None,
            into: None,
            query: None,
            settings: Vec::new(),
            comment: None,
        };
        let words = ["SCHEDULE", "TIMEOUT", "CHECKPOINT", "INTO", "AS", "SETTINGS", "COMMENT"];
        self.clauses(&mut create, &words, |parser, create| {
            match () {
                () if parser.eat("SCHEDULE") => create.schedule = Some(parser.value_expr()?),
                () if parser.eat("TIMEOUT") => create.timeout = Some(parser.value_expr()?),
                () if parser.eat("CHECKPOINT") => create.checkpoint = Some(parser.string()?),
                () if parser.eat("INTO") => create.into = Some(parser.object_name()?),
                () if parser.eat("AS") => create.query = Some(parser.query()?),
                () if parser.at_words("SETTINGS") => {
                    create.settings.extend(parser.settings_clause()?);
                }
                () if parser.at_words("COMMENT") => create.comment = Some(parser.comment_text()?),
                () if parser.eat("ON CLUSTER") => drop(parser.cluster()?),
                () => return Ok(false),
            }
            Ok(true)
        });
        if create.query.is_none() && self.errors.is_empty() {
            let _ = self.fail::<()>("AS SELECT");
        }
        Ok(StatementKind::CreateTask(Box::new(create)))
    }

    pub(super) fn create_alert(&mut self, head: Head) -> Parse<StatementKind> {
        let if_not_exists = self.if_not_exists();
        let mut create = CreateAlert {
            or_replace: head.or_replace,
            if_not_exists,
            name: self.object_name()?,
            batch: None,
            limit: None,
            call: None,
            query: None,
            settings: Vec::new(),
            comment: None,
        };
        let words = ["BATCH", "LIMIT", "CALL", "AS", "SETTINGS", "COMMENT"];
        self.clauses(&mut create, &words, |parser, create| parser.alert_clause(create));
        if create.query.is_none() && self.errors.is_empty() {
            let _ = self.fail::<()>("AS SELECT");
        }
        Ok(StatementKind::CreateAlert(Box::new(create)))
    }

    fn alert_clause(&mut self, create: &mut CreateAlert) -> Parse<bool> {
        match () {
            () if self.eat("BATCH") => {
                let count = self.value_expr()?;
                if !self.eat("EVENTS") {
                    self.expect("EVENT")?;
                }
                let timeout = match self.eat("WITH TIMEOUT") {
                    true => Some(self.value_expr()?),
                    false => None,
                };
                create.batch = Some((count, timeout));
            }
            () if self.eat("LIMIT") => {
                let count = self.value_expr()?;
                if !self.eat("ALERTS") {
                    self.expect("ALERT")?;
                }
                let per = match self.eat("PER") {
                    true => Some(self.value_expr()?),
                    false => None,
                };
                create.limit = Some((count, per));
            }
            () if self.eat("CALL") => {
                // Functions belong to no database; a database written before one is passed over.
                let name = self.object_name()?.name;
                let args = match self.at_kind(TokenKind::LeftParen) {
                    true => self.bracketed(|parser| parser.paren_list(Self::expr_as))?,
                    false => Vec::new(),
                };
                create.call = Some(super::function::simple_call(name, args));
            }
            () if self.eat("AS") => create.query = Some(self.query()?),
            () if self.at_words("SETTINGS") => create.settings.extend(self.settings_clause()?),
            () if self.at_words("COMMENT") => create.comment = Some(self.comment_text()?),
            () if self.eat("ON CLUSTER") => drop(self.cluster()?),
            () => return Ok(false),
        }
        Ok(true)
    }

    pub(super) fn create_input(&mut self, head: Head) -> Parse<StatementKind> {
        let if_not_exists = self.if_not_exists();
        let mut create = CreateInput {
            or_replace: head.or_replace,
            if_not_exists,
            name: self.object_name()?,
            uuid: self.optional_uuid()?,
            settings: Vec::new(),
            comment: None,
        };
        self.clauses(&mut create, &["SETTINGS", "COMMENT"], |parser, create| {
            match () {
                () if parser.at_words("SETTINGS") => {
                    create.settings.extend(parser.settings_clause()?);
                }
                () if parser.at_words("COMMENT") => create.comment = Some(parser.comment_text()?),
                () if parser.eat("ON CLUSTER") => drop(parser.cluster()?),
                () => return Ok(false),
            }
            Ok(true)
        });
        Ok(StatementKind::CreateInput(Box::new(create)))
    }

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
            let value = self.bracketed(Self::value_expr)?;
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
