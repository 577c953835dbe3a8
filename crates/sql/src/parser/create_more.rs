//! The other kinds of CREATE.

use super::create::Head;
use super::{Parse, Parser};
use crate::ast::{
    CollectionEntry, CreateAlert, CreateDisk, CreateFormatSchema, CreateFunction, CreateInput, CreateNamedCollection,
    CreateStoragePolicy, CreateTask, FunctionArg, FunctionBody, StatementKind, Text,
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
            insert: None,
            settings: Vec::new(),
            comment: None,
        };
        let words = ["SCHEDULE", "TIMEOUT", "CHECKPOINT", "INTO", "AS", "SETTINGS", "COMMENT"];
        self.clauses(&mut create, &words, |parser, create| {
            match () {
                () if parser.eat("SCHEDULE") => {
                    // `EVERY` is no more than a word of politeness.
                    let is_interval = parser.eat("EVERY") && parser.kind_at(0) == Some(TokenKind::Number);
                    create.schedule = Some(match is_interval {
                        true => parser.interval_value(parser.here())?,
                        false => parser.value_expr()?,
                    });
                }
                () if parser.eat("TIMEOUT") => create.timeout = Some(parser.value_expr()?),
                () if parser.eat("CHECKPOINT") => create.checkpoint = Some(parser.string()?),
                () if parser.eat("INTO") => create.into = Some(parser.object_name()?),
                () if parser.eat("AS") => parser.task_body(create)?,
                () if parser.at_words("SETTINGS") => {
                    create.settings.extend(parser.settings_clause()?);
                }
                () if parser.at_words("COMMENT") => create.comment = Some(parser.comment_text()?),
                () if parser.eat("ON CLUSTER") => drop(parser.cluster()?),
                () => return Ok(false),
            }
            Ok(true)
        });
        if create.query.is_none() && create.insert.is_none() && self.errors.is_empty() {
            let _ = self.fail::<()>("AS SELECT");
        }
        Ok(StatementKind::CreateTask(Box::new(create)))
    }

    /// A query, or an INSERT with one.
    fn task_body(&mut self, create: &mut CreateTask) -> Parse<()> {
        let kind = match () {
            () if self.at_words("INSERT") => self.insert()?,
            () if self.at_words("WITH") => self.with_statement()?,
            () => StatementKind::Select(Box::new(self.query()?)),
        };
        match kind {
            StatementKind::Select(query) => create.query = Some(*query),
            StatementKind::Insert(insert) => create.insert = Some(insert),
            _ => return self.fail("SELECT or INSERT INTO"),
        }
        Ok(())
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
}
