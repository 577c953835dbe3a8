//! Everything else that CREATE makes.

use super::Printer;
use crate::ast::{
    CreateAlert, CreateDatabase, CreateDisk, CreateFormatSchema, CreateFunction, CreateInput, CreateMaterializedView,
    CreateNamedCollection, CreateStoragePolicy, CreateTask, CreateView, FunctionBody, Live, Refresh, Security, Text,
};

impl Printer<'_> {
    pub(super) fn create_database(&mut self, create: &CreateDatabase) {
        self.create_head(false, false);
        self.push("DATABASE ");
        self.if_not_exists(create.if_not_exists);
        self.ident(&create.name);
        self.uuid(create.uuid.as_ref());
        match &create.engine {
            Some(engine) => self.engine(engine),
            None if self.stored => {
                self.line();
                self.push("ENGINE = Atomic");
            }
            None => {}
        }
        self.stream_settings("SETTINGS", &create.settings);
        self.comment(create.comment.as_ref());
    }

    /// ` AS` stands on the line of the last parenthesis or name (protocol.md F3, 2).
    pub(super) fn create_view(&mut self, create: &CreateView) {
        self.create_head(create.or_replace, create.attach);
        self.push(if create.live.is_some() { "LIVE VIEW " } else { "VIEW " });
        self.if_not_exists(create.if_not_exists);
        self.object_name(&create.name);
        self.uuid(create.uuid.as_ref());
        if let Some(live) = &create.live {
            self.live(live);
        }
        self.elements(&create.elements);
        self.security(create.security.as_deref());
        let parens = create.comment.is_some() || !create.settings.is_empty();
        self.as_query(&create.query, parens);
        self.stream_settings("SETTINGS", &create.settings);
        self.comment(create.comment.as_ref());
    }

    fn live(&mut self, live: &Live) {
        if let Some(into) = &live.into {
            self.push(" TO ");
            self.object_name(into);
        }
        for (n, (word, value)) in [("TIMEOUT ", &live.timeout), ("REFRESH ", &live.refresh)].into_iter().enumerate() {
            if let Some(value) = value {
                self.push(if n == 1 && live.timeout.is_some() { " AND " } else { " WITH " });
                self.push(word);
                self.expr(value);
            }
        }
    }

    pub(super) fn create_materialized_view(&mut self, create: &CreateMaterializedView) {
        self.create_head(create.or_replace, create.attach);
        if create.scheduled {
            self.push("SCHEDULED ");
        }
        self.push("MATERIALIZED VIEW ");
        self.if_not_exists(create.if_not_exists);
        self.object_name(&create.name);
        self.uuid(create.uuid.as_ref());
        if let Some(refresh) = &create.refresh {
            self.refresh(refresh);
        }
        if let Some(into) = &create.into {
            self.push(" INTO ");
            self.object_name(into);
        }
        if let Some(uuid) = &create.into_inner_uuid
            && !self.stored
        {
            self.push(" INTO INNER UUID ");
            self.text(uuid);
        }
        self.elements(&create.elements);
        if let Some(engine) = &create.engine {
            self.engine(engine);
        }
        self.key_clause("PARTITION BY", create.partition_by.as_ref());
        self.key_clause("PRIMARY KEY", create.primary_key.as_ref());
        self.key_clause("ORDER BY", create.order_by.as_ref());
        if create.populate {
            self.push(" POPULATE");
        }
        self.security(create.security.as_deref());
        if create.empty {
            self.push(" EMPTY");
        }
        let parens = create.comment.is_some() || !create.settings.is_empty();
        self.as_query(&create.query, parens);
        self.stream_settings("SETTINGS", &create.settings);
        self.stream_settings("STORAGE_SETTINGS", &create.storage_settings);
        self.ttl(&create.ttl);
        self.comment(create.comment.as_ref());
    }

    fn security(&mut self, security: Option<&Security>) {
        let Some(security) = security else { return };
        if let Some(definer) = &security.definer {
            self.push(" DEFINER = ");
            self.ident(definer);
        }
        if let Some(mode) = &security.mode {
            self.push(" SQL SECURITY ");
            self.push(&mode.value.to_ascii_uppercase());
        }
    }

    fn refresh(&mut self, refresh: &Refresh) {
        self.push(" ");
        let schedule = refresh.schedule.text(self.source);
        self.push(schedule);
        if !refresh.depends_on.is_empty() {
            self.push(" DEPENDS ON ");
            self.separated(&refresh.depends_on, Self::object_name);
        }
        if refresh.append {
            self.push(" APPEND");
        }
    }

    pub(super) fn create_function(&mut self, create: &CreateFunction) {
        self.create_head(create.or_replace, false);
        if create.aggregate {
            self.push("AGGREGATE ");
        }
        if create.remote {
            self.push("REMOTE ");
        }
        self.push("FUNCTION ");
        self.if_not_exists(create.if_not_exists);
        self.ident(&create.name);
        let is_sql = matches!(create.body, FunctionBody::Sql(_)) && create.returns.is_none();
        if !is_sql {
            self.push("(");
            self.separated(&create.args, |printer, arg| {
                printer.ident(&arg.name);
                printer.push(" ");
                printer.type_name(&arg.ty);
            });
            self.push(")");
        }
        if let Some(returns) = &create.returns {
            self.push(" RETURNS ");
            self.type_name(returns);
        }
        if let Some(language) = &create.language {
            self.push(" LANGUAGE ");
            self.word(language);
        }
        match &create.body {
            FunctionBody::Sql(expr) => {
                self.push(" AS ");
                self.expr(expr);
            }
            FunctionBody::Code(code) => {
                self.push(" AS ");
                self.body(code);
            }
            FunctionBody::Remote { url, auth_method, auth_header, auth_key } => {
                self.push(" URL ");
                self.text(url);
                self.word_and_text(" AUTH_METHOD ", auth_method.as_ref());
                self.word_and_text(" AUTH_HEADER ", auth_header.as_ref());
                self.word_and_text(" AUTH_KEY ", auth_key.as_ref());
            }
            FunctionBody::Missing => {}
        }
        if let Some(timeout) = &create.execution_timeout {
            self.push(" EXECUTION_TIMEOUT ");
            self.push(timeout);
        }
        self.stream_settings("SETTINGS", &create.settings);
        self.comment(create.comment.as_ref());
    }

    fn word_and_text(&mut self, word: &str, text: Option<&Text>) {
        if let Some(text) = text {
            self.push(word);
            self.text(text);
        }
    }

    /// The body stands on lines of its own (protocol.md F3, 10).
    pub(super) fn create_format_schema(&mut self, create: &CreateFormatSchema) {
        self.create_head(create.or_replace, false);
        self.push("FORMAT SCHEMA ");
        self.if_not_exists(create.if_not_exists);
        self.ident(&create.name);
        self.push(" AS");
        self.line();
        self.body(&create.body);
        if let Some(ty) = &create.ty {
            self.line();
            self.push("TYPE ");
            self.ident(ty);
        }
    }

    pub(super) fn create_named_collection(&mut self, create: &CreateNamedCollection) {
        self.create_head(create.or_replace, false);
        self.push("NAMED COLLECTION ");
        self.if_not_exists(create.if_not_exists);
        self.ident(&create.name);
        self.push(" AS ");
        self.separated(&create.entries, |printer, entry| {
            printer.setting(&entry.setting);
            match entry.overridable {
                Some(true) => printer.push(" OVERRIDABLE"),
                Some(false) => printer.push(" NOT OVERRIDABLE"),
                None => {}
            }
        });
    }

    pub(super) fn create_disk(&mut self, create: &CreateDisk) {
        self.create_head(create.or_replace, false);
        self.push("DISK ");
        self.if_not_exists(create.if_not_exists);
        self.ident(&create.name);
        self.push(" disk(");
        self.settings(&create.settings);
        self.push(")");
    }

    pub(super) fn create_storage_policy(&mut self, create: &CreateStoragePolicy) {
        self.create_head(create.or_replace, false);
        self.push("STORAGE POLICY ");
        self.if_not_exists(create.if_not_exists);
        self.ident(&create.name);
        self.push(" AS ");
        self.body(&create.body);
    }

    pub(super) fn create_task(&mut self, create: &CreateTask) {
        self.create_head(create.or_replace, false);
        self.push("TASK ");
        self.if_not_exists(create.if_not_exists);
        self.object_name(&create.name);
        self.key_clause("SCHEDULE", create.schedule.as_ref());
        self.key_clause("TIMEOUT", create.timeout.as_ref());
        if let Some(checkpoint) = &create.checkpoint {
            self.line();
            self.push("CHECKPOINT ");
            self.text(checkpoint);
        }
        if let Some(into) = &create.into {
            self.line();
            self.push("INTO ");
            self.object_name(into);
        }
        if let Some(insert) = &create.insert {
            self.line();
            self.push("AS");
            self.line();
            self.insert(insert);
        }
        self.tail(create.query.as_ref(), &create.settings, create.comment.as_ref());
    }

    pub(super) fn create_alert(&mut self, create: &CreateAlert) {
        self.create_head(create.or_replace, false);
        self.push("ALERT ");
        self.if_not_exists(create.if_not_exists);
        self.object_name(&create.name);
        if let Some((count, timeout)) = &create.batch {
            self.line();
            self.push("BATCH ");
            self.expr(count);
            self.push(" EVENTS");
            if let Some(timeout) = timeout {
                self.push(" WITH TIMEOUT ");
                self.expr(timeout);
            }
        }
        if let Some((count, per)) = &create.limit {
            self.line();
            self.push("LIMIT ");
            self.expr(count);
            self.push(" ALERTS");
            if let Some(per) = per {
                self.push(" PER ");
                self.expr(per);
            }
        }
        if let Some(call) = &create.call {
            self.line();
            self.push("CALL ");
            match call.args.is_empty() {
                true => self.ident(&call.name),
                false => self.call(call),
            }
        }
        self.tail(create.query.as_ref(), &create.settings, create.comment.as_ref());
    }

    fn tail(&mut self, query: Option<&crate::ast::Query>, settings: &[crate::ast::Setting], comment: Option<&Text>) {
        if let Some(query) = query {
            self.line();
            self.push("AS");
            let parens = comment.is_some() || !settings.is_empty();
            if parens {
                self.push(" ");
                self.query_in_parens(query);
            } else {
                self.line();
                self.query(query);
            }
        }
        self.stream_settings("SETTINGS", settings);
        self.comment(comment);
    }

    pub(super) fn create_input(&mut self, create: &CreateInput) {
        self.create_head(create.or_replace, false);
        self.push("INPUT ");
        self.if_not_exists(create.if_not_exists);
        self.object_name(&create.name);
        self.uuid(create.uuid.as_ref());
        self.stream_settings("SETTINGS", &create.settings);
        self.comment(create.comment.as_ref());
    }
}
