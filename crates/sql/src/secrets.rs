//! Where secrets stand in a statement (resources.md 2.3), so that plans carry a reference instead.
//!
//! What is found: values of settings, disks, inputs, named collections and dictionary sources by
//! key; passwords inside addresses; IDENTIFIED BY; AUTH_KEY; credentials among the arguments of table
//! functions; texts in the code of Python and JavaScript that are given to a name such as `token`; and values that a
//! server masked. What is not found: secrets that code puts together itself, which only a reader can tell.

mod keys;
mod texts;

use crate::ast::{
    AlterAction, CreateSource, DictionaryClause, DictionaryPair, DictionaryValue, Engine, Expr, ExprKind, FunctionBody,
    FunctionCall, Literal, Query, QueryBody, Setting, Statement, StatementKind, TableFunction, TableKind, TableRef,
    Text,
};
use crate::lexer::{TokenKind, lex};
use crate::span::Span;
use keys::{ACCOUNT_KEYS, SECRET_ENDINGS, SECRET_KEYS, SECRET_PROPERTIES};
use serde::{Deserialize, Serialize};

/// What a server puts in the place of a secret (protocol.md F1).
pub const MASKED: &str = "[HIDDEN]";

/// How secret a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Secrecy {
    /// Whoever has it gets in.
    Secret,
    /// The name of an account, listed among the secret keys too.
    Account,
}

/// A place that holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretSpan {
    /// Which key: `password`, `http_header_Authorization`, `identified by`.
    pub key: String,
    /// The value with its quotes; for a password inside an address, the password alone.
    pub span: Span,
    /// How secret it is.
    pub secrecy: Secrecy,
    /// The server masked it: the value must be given by a person.
    pub masked: bool,
}

/// All secrets of a statement in the order of the text. `source` is the text it was parsed from.
pub fn secrets(statement: &Statement, source: &str) -> Vec<SecretSpan> {
    let mut finder = Finder { source, found: Vec::new() };
    finder.statement(&statement.kind);
    finder.masked_anywhere(statement.span);
    finder.found.sort_by_key(|secret| (secret.span.start, secret.span.end));
    finder.found.dedup_by_key(|secret| secret.span);
    finder.found
}

struct Finder<'a> {
    source: &'a str,
    found: Vec<SecretSpan>,
}

impl Finder<'_> {
    fn add(&mut self, key: &str, span: Span, secrecy: Secrecy, value: &str) {
        if span.is_empty() || value.is_empty() {
            return;
        }
        self.found.push(SecretSpan { key: key.to_owned(), span, secrecy, masked: value == MASKED });
    }

    fn add_text(&mut self, key: &str, text: &Text) {
        self.add(key, text.span, Secrecy::Secret, &text.value);
    }

    fn statement(&mut self, kind: &StatementKind) {
        match kind {
            StatementKind::CreateDatabase(create) => {
                self.engine(create.engine.as_ref());
                self.settings(&create.settings);
            }
            StatementKind::CreateStream(create) | StatementKind::CreateExternalTable(create) => {
                self.engine(create.engine.as_ref());
                self.settings(&create.settings);
                match &create.source {
                    Some(CreateSource::Query(query)) => self.query(query),
                    Some(CreateSource::Function(function)) => self.table_function(function),
                    Some(CreateSource::Body(code)) => self.code(code),
                    _ => {}
                }
            }
            StatementKind::CreateView(create) => {
                self.query(&create.query);
                self.settings(&create.settings);
            }
            StatementKind::CreateMaterializedView(create) => {
                self.query(&create.query);
                self.settings(&create.settings);
                self.settings(&create.storage_settings);
            }
            StatementKind::CreateDictionary(create) => {
                create.source.iter().for_each(|source| self.dictionary(source));
                create.layout.iter().for_each(|layout| self.dictionary(layout));
            }
            StatementKind::CreateFunction(create) => {
                match &create.body {
                    FunctionBody::Remote { url, auth_key, .. } => {
                        self.address("url", url.span);
                        auth_key.iter().for_each(|key| self.add_text("auth_key", key));
                    }
                    FunctionBody::Code(code) => self.code(code),
                    FunctionBody::Sql(_) | FunctionBody::Missing => {}
                }
                self.settings(&create.settings);
            }
            StatementKind::CreateNamedCollection(create) => {
                for entry in &create.entries {
                    self.whole(&entry.setting);
                }
            }
            StatementKind::CreateDisk(create) => self.settings(&create.settings),
            StatementKind::CreateInput(create) => self.settings(&create.settings),
            StatementKind::CreateAccess(create) => {
                create.secrets.iter().for_each(|text| self.add_text("identified by", text));
            }
            StatementKind::CreateTask(create) => {
                create.query.iter().for_each(|query| self.query(query));
                create.insert.iter().for_each(|insert| self.insert(insert));
                self.settings(&create.settings);
            }
            StatementKind::CreateAlert(create) => {
                create.query.iter().for_each(|query| self.query(query));
            }
            StatementKind::Select(query) => self.query(query),
            StatementKind::Insert(insert) => self.insert(insert),
            StatementKind::Alter(alter) => {
                for action in &alter.actions {
                    match action {
                        AlterAction::ModifySetting(settings) | AlterAction::ModifyQuerySetting(settings) => {
                            self.settings(settings)
                        }
                        AlterAction::ModifyQuery(query) => self.query(query),
                        // ALTER NAMED COLLECTION: every value.
                        AlterAction::Raw(span) if alter.kind == crate::ast::ObjectKind::NamedCollection => {
                            self.every_string("named collection", *span);
                        }
                        _ => {}
                    }
                }
            }
            StatementKind::Set(set) => self.settings(&set.settings),
            StatementKind::Explain(explain) => self.statement(&explain.statement.kind),
            _ => {}
        }
    }

    /// `ENGINE = MySQL('host', 'db', 'table', 'user', 'password')`
    fn engine(&mut self, engine: Option<&Engine>) {
        if let Some(engine) = engine {
            self.arguments(&engine.name.value, engine.args.as_deref().unwrap_or_default());
        }
    }

    fn settings(&mut self, settings: &[Setting]) {
        for setting in settings {
            self.setting(setting);
        }
    }

    fn setting(&mut self, setting: &Setting) {
        self.keyed(&setting.name.value, &setting.value);
        // A disk inside a disk.
        if let ExprKind::Function(call) = &setting.value.kind {
            self.keyed_arguments(&call.args);
        }
    }

    /// The value of a key that may be a secret.
    fn keyed(&mut self, key: &str, value: &Expr) {
        let lower = key.to_ascii_lowercase();
        let text = value.plain_text();
        let name = lower.rsplit('.').next().unwrap_or(&lower);
        if SECRET_KEYS.contains(&name)
            || name.starts_with("http_header_")
            || (SECRET_ENDINGS.iter().any(|ending| name.ends_with(ending)) && !name.starts_with("use_"))
        {
            self.add(key, value.span, Secrecy::Secret, &text);
        } else if name == "properties" {
            self.properties(value.span, &text);
        } else if ACCOUNT_KEYS.contains(&name) {
            self.add(key, value.span, Secrecy::Account, &text);
        } else if text.contains("://") {
            self.address(key, value.span);
        }
    }

    fn whole(&mut self, setting: &Setting) {
        let text = setting.value.plain_text();
        self.add(&setting.name.value, setting.value.span, Secrecy::Secret, &text);
    }

    /// `sasl.password=x;queued.min.messages=1`: the values of secret keys.
    fn properties(&mut self, span: Span, value: &str) {
        let raw = span.text(self.source);
        let is_secret = |key: &str| {
            let word = key.trim().rsplit(['.', '_']).next().unwrap_or_default().to_ascii_lowercase();
            SECRET_PROPERTIES.contains(&word.as_str())
        };
        // With escapes, places in the value are not places in the text: then all of it is kept back.
        if raw.len() != value.len() + 2 {
            if value.split(';').any(|pair| is_secret(pair.split('=').next().unwrap_or_default())) {
                self.add("properties", span, Secrecy::Secret, value);
            }
            return;
        }
        let mut start = span.start + 1;
        for pair in value.split(';') {
            if let Some((key, secret)) = pair.split_once('=')
                && is_secret(key)
            {
                let from = start + key.len() + 1;
                self.add(key.trim(), Span::new(from, from + secret.len()), Secrecy::Secret, secret);
            }
            start += pair.len() + 1;
        }
    }

    fn dictionary(&mut self, clause: &DictionaryClause) {
        self.pairs(&clause.pairs);
    }

    fn pairs(&mut self, pairs: &[DictionaryPair]) {
        for pair in pairs {
            match &pair.value {
                DictionaryValue::Expr(value) => self.keyed(&pair.key.value, value),
                DictionaryValue::Nested(inner) if pair.key.is_word("header") => {
                    for value in inner.iter().filter(|pair| pair.key.is_word("value")) {
                        if let DictionaryValue::Expr(expr) = &value.value {
                            self.add("header", expr.span, Secrecy::Secret, &expr.plain_text());
                        }
                    }
                }
                DictionaryValue::Nested(inner) => self.pairs(inner),
                DictionaryValue::Missing => {}
            }
        }
    }

    fn insert(&mut self, insert: &crate::ast::Insert) {
        insert.function.iter().for_each(|function| self.table_function(function));
        if let crate::ast::InsertSource::Query(query) = &insert.source {
            self.query(query);
        }
    }

    fn query(&mut self, query: &Query) {
        match &query.body {
            QueryBody::Set { operands, .. } => {
                operands.iter().for_each(|operand| self.query(operand));
            }
            QueryBody::Select(select) => {
                for with in &select.with {
                    match with {
                        crate::ast::With::Query { query, .. } => self.query(query),
                        crate::ast::With::Expr { expr, .. } => self.expr(expr),
                    }
                }
                select.items.iter().for_each(|item| self.expr(&item.expr));
                select.filter.iter().for_each(|filter| self.expr(filter));
                if let Some(from) = &select.from {
                    self.from(from);
                }
            }
        }
    }

    fn from(&mut self, from: &crate::ast::From) {
        self.table_ref(&from.first);
        for item in &from.rest {
            if let crate::ast::FromItem::Join(join) = item {
                self.table_ref(&join.table);
            }
        }
    }

    fn table_ref(&mut self, table: &TableRef) {
        match &table.kind {
            TableKind::Function(function) => self.table_function(function),
            TableKind::Query(query) => self.query(query),
            TableKind::Nested(from) => self.from(from),
            TableKind::Name(_) => {}
        }
    }

    fn expr(&mut self, expr: &Expr) {
        if let ExprKind::Function(call) = &expr.kind {
            self.call(call);
        }
        expr.for_each_child(&mut |child| match child {
            crate::ast::Child::Expr(expr) => self.expr(expr),
            crate::ast::Child::Query(query) => self.query(query),
        });
    }

    fn call(&mut self, call: &FunctionCall) {
        self.arguments(&call.name.value, &call.args);
    }

    fn table_function(&mut self, function: &TableFunction) {
        self.settings(&function.settings);
        self.arguments(&function.name.name.value, &function.args);
        function.args.iter().for_each(|arg| self.expr(arg));
    }

    /// Credentials that stand at fixed places.
    fn arguments(&mut self, function: &str, args: &[Expr]) {
        let positions: &[usize] = match function.to_ascii_lowercase().as_str() {
            "s3" if args.len() >= 4 => &[1, 2],
            "s3_cluster" if args.len() >= 5 => &[2, 3],
            // A database has no table among them.
            "mysql" | "postgresql" | "materializedmysql" if args.len() == 4 => &[3],
            "mysql" | "postgresql" | "mongodb" => &[4],
            "remote" | "remote_secure" if args.len() >= 5 => &[4],
            "remote" | "remote_secure" if args.len() == 4 => &[3],
            _ => &[],
        };
        for &position in positions {
            let Some(arg) = args.get(position) else {
                continue;
            };
            if matches!(arg.kind, ExprKind::Literal(Literal::String(_))) {
                self.add(function, arg.span, Secrecy::Secret, &arg.plain_text());
            }
        }
        let knows_addresses = ["url", "s3", "mongodb", "remote", "file"];
        if knows_addresses.iter().any(|known| function.eq_ignore_ascii_case(known)) {
            args.iter().for_each(|arg| self.address(function, arg.span));
        }
        self.keyed_arguments(args);
    }

    /// `name = value` among arguments.
    fn keyed_arguments(&mut self, args: &[Expr]) {
        for arg in args {
            if let ExprKind::Binary { op: crate::ast::BinaryOp::Eq, left, right } = &arg.kind
                && let ExprKind::Identifier(parts) = &left.kind
                && let ([part], ExprKind::Literal(Literal::String(_))) = (&parts[..], &right.kind)
            {
                self.keyed(&part.value, right);
            }
        }
    }

    fn every_string(&mut self, key: &str, span: Span) {
        for token in lex(span.text(self.source)) {
            if token.kind == TokenKind::String {
                let place = token.span.shifted(span.start);
                let value = crate::parser::unquote(place.text(self.source));
                self.add(key, place, Secrecy::Secret, &value);
            }
        }
    }

    /// A masked value needs a person wherever it stands.
    fn masked_anywhere(&mut self, span: Span) {
        for token in lex(span.text(self.source)) {
            let place = token.span.shifted(span.start);
            let text = place.text(self.source);
            let is_masked = token.kind == TokenKind::String && crate::parser::unquote(text) == MASKED;
            if is_masked && !self.found.iter().any(|secret| secret.span == place) {
                self.add("", place, Secrecy::Secret, MASKED);
            }
        }
    }
}
