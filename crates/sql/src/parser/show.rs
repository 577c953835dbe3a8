//! SHOW and SHOW CREATE.

use super::{Parse, Parser};
use crate::ast::{Ident, ObjectName, Show, ShowCreate, ShowLike, ShowWhat, StatementKind};
use crate::lexer::TokenKind;

const WHATS: [(&str, ShowWhat); 28] = [
    ("MATERIALIZED VIEWS", ShowWhat::MaterializedViews),
    ("FORMAT SCHEMAS", ShowWhat::FormatSchemas),
    ("NAMED COLLECTIONS", ShowWhat::NamedCollections),
    ("STORAGE POLICIES", ShowWhat::StoragePolicies),
    ("ROW POLICIES", ShowWhat::RowPolicies),
    ("SETTINGS PROFILES", ShowWhat::Profiles),
    ("DATABASES", ShowWhat::Databases),
    ("STREAMS", ShowWhat::Streams),
    ("TABLES", ShowWhat::Streams),
    ("VIEWS", ShowWhat::Views),
    ("DICTIONARIES", ShowWhat::Dictionaries),
    ("COLUMNS", ShowWhat::Columns),
    ("FIELDS", ShowWhat::Columns),
    ("FUNCTIONS", ShowWhat::Functions),
    ("DISKS", ShowWhat::Disks),
    ("TASKS", ShowWhat::Tasks),
    ("ALERTS", ShowWhat::Alerts),
    ("INPUTS", ShowWhat::Inputs),
    ("USERS", ShowWhat::Users),
    ("ROLES", ShowWhat::Roles),
    ("GRANTS", ShowWhat::Grants),
    ("POLICIES", ShowWhat::RowPolicies),
    ("QUOTAS", ShowWhat::Quotas),
    ("PROFILES", ShowWhat::Profiles),
    ("PROCESSLIST", ShowWhat::Processlist),
    ("SETTINGS", ShowWhat::Settings),
    ("QUOTA", ShowWhat::Quotas),
    ("SCHEMAS", ShowWhat::Databases),
];

impl Parser<'_> {
    /// At SHOW.
    pub(super) fn show(&mut self) -> Parse<StatementKind> {
        self.at += 1;
        if self.eat("CREATE") {
            return self.show_create();
        }
        let mut modifiers = Vec::new();
        while self.at_any(&["FULL", "EXTENDED", "TEMPORARY", "CHANGED", "CURRENT", "ENABLED"]) {
            modifiers.extend(self.word().map(str::to_ascii_uppercase));
            self.at += 1;
        }
        let known = WHATS.iter().find(|(words, _)| self.eat(words));
        let what = match known {
            Some((_, what)) => what.clone(),
            None => ShowWhat::Other(self.show_other_words()?),
        };
        let mut show = Show { what, modifiers, ..empty_show() };
        if self.at_kind(TokenKind::String) {
            show.names.push(global(self.global_name()?));
        }
        while self.show_clause(&mut show)? {}
        Ok(StatementKind::Show(Box::new(show)))
    }

    fn show_other_words(&mut self) -> Parse<Vec<String>> {
        let mut words = Vec::new();
        let ends = ["FROM", "IN", "LIKE", "ILIKE", "NOT", "WHERE", "LIMIT", "SETTINGS", "FORMAT", "FOR", "ON"];
        while let Some(word) = self.word() {
            if self.at_any(&ends) {
                break;
            }
            words.push(word.to_ascii_uppercase());
            self.at += 1;
        }
        if words.is_empty() {
            return self.fail("STREAMS, DATABASES, CREATE or another list");
        }
        Ok(words)
    }

    fn show_clause(&mut self, show: &mut Show) -> Parse<bool> {
        match () {
            () if self.eat("FROM") || self.eat("IN") => {
                let name = self.object_name()?;
                // `SHOW COLUMNS FROM stream FROM database`
                show.from = match show.from.take() {
                    Some(stream) => Some(ObjectName {
                        span: stream.span.to(name.span),
                        database: Some(name.name),
                        name: stream.name,
                    }),
                    None => Some(name),
                };
            }
            () if self.at_any(&["LIKE", "ILIKE"]) || self.at_words("NOT LIKE") || self.at_words("NOT ILIKE") => {
                let negated = self.eat("NOT");
                let case_insensitive = self.at_words("ILIKE");
                self.at += 1;
                show.like = Some(ShowLike { negated, case_insensitive, pattern: self.string()? });
            }
            () if self.eat("WHERE") => show.filter = Some(self.expr()?),
            () if self.eat("LIMIT") => show.limit = Some(self.expr()?),
            () if self.eat("TYPE") => show.ty = Some(self.string_or_word()?),
            () if self.eat("FOR") || self.eat("ON") => {
                let names = self.comma_list(|parser| match parser.at_kind(TokenKind::String) {
                    true => parser.global_name().map(global),
                    false => parser.object_name(),
                })?;
                show.names.extend(names);
            }
            () if self.at_words("SETTINGS") => show.settings.extend(self.settings_clause()?),
            () if self.at_words("INTO OUTFILE") || self.at_words("FORMAT") => show.format = self.output_format()?,
            () if show.what == ShowWhat::Grants && (self.eat("WITH IMPLICIT") || self.eat("FINAL")) => {}
            () => return Ok(false),
        }
        Ok(true)
    }

    fn show_create(&mut self) -> Parse<StatementKind> {
        self.eat("TEMPORARY");
        let kind = self.object_kind();
        // `SHOW CREATE USERS`, `SHOW CREATE POLICIES ON s`, `SHOW CREATE USER`: all of them.
        if kind.is_none() && self.at_all_of_a_kind() {
            return self.show_create_all();
        }
        let name = match self.at_kind(TokenKind::String) {
            true => global(self.global_name()?),
            false => self.object_name()?,
        };
        let mut more = Vec::new();
        while kind.is_some_and(|kind| !kind.lives_in_database()) && self.eat_kind(TokenKind::Comma) {
            more.push(global(self.global_name()?));
        }
        let mut on = None;
        if self.eat("ON") {
            on = Some(self.object_name()?);
            while self.eat_kind(TokenKind::Comma) {
                more.push(self.object_name()?);
            }
        }
        let ty = match self.eat("TYPE") {
            true => Some(self.string_or_word()?),
            false => None,
        };
        Ok(StatementKind::ShowCreate(Box::new(ShowCreate {
            kind,
            name,
            more,
            on,
            ty,
            settings: self.optional_settings()?,
            format: self.output_format()?,
        })))
    }

    fn at_all_of_a_kind(&self) -> bool {
        let plain = ["USERS", "ROLES", "QUOTAS", "PROFILES", "POLICIES", "ACCESS"];
        let is_plain = self.at_any(&plain) && !matches!(self.kind_at(1), Some(TokenKind::Dot));
        is_plain || self.at_words("ROW POLICIES") || self.at_words("SETTINGS PROFILES")
    }

    fn show_create_all(&mut self) -> Parse<StatementKind> {
        let what = ShowWhat::Other(self.show_other_words()?);
        let mut show = Show { what, ..empty_show() };
        while self.show_clause(&mut show)? {}
        Ok(StatementKind::Show(Box::new(show)))
    }

    /// `INTO OUTFILE '..'`, which a client reads, and `FORMAT name`, if they follow.
    pub(super) fn output_format(&mut self) -> Parse<Option<Ident>> {
        if self.at_words("INTO OUTFILE") {
            self.outfile()?;
        }
        self.optional_format()
    }

    /// `FORMAT name` if it follows.
    pub(super) fn optional_format(&mut self) -> Parse<Option<Ident>> {
        match self.eat("FORMAT") {
            true => Ok(Some(self.ident()?)),
            false => Ok(None),
        }
    }
}

fn empty_show() -> Show {
    Show {
        what: ShowWhat::Other(Vec::new()),
        modifiers: Vec::new(),
        from: None,
        like: None,
        filter: None,
        limit: None,
        ty: None,
        names: Vec::new(),
        settings: Vec::new(),
        format: None,
    }
}

fn global(name: Ident) -> ObjectName {
    ObjectName { database: None, span: name.span, name }
}
