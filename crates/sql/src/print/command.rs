//! Statements as a whole.

use super::{Dialect, Printer};
use crate::ast::{CreateAccess, Insert, InsertSource, Statement, StatementKind, StreamFlavor};
use crate::span::Span;

impl Printer<'_> {
    pub(super) fn statement(&mut self, statement: &Statement) {
        self.kind(&statement.kind, statement.span);
    }

    pub(super) fn kind(&mut self, kind: &StatementKind, span: Span) {
        match kind {
            StatementKind::CreateDatabase(create) => self.create_database(create),
            StatementKind::CreateStream(create) => self.create_stream(create, "STREAM"),
            StatementKind::CreateExternalTable(create) => self.create_stream(create, "TABLE"),
            StatementKind::CreateView(create) => self.create_view(create),
            StatementKind::CreateMaterializedView(create) => self.create_materialized_view(create),
            StatementKind::CreateDictionary(create) => self.create_dictionary(create),
            StatementKind::CreateFunction(create) => self.create_function(create),
            StatementKind::CreateFormatSchema(create) => self.create_format_schema(create),
            StatementKind::CreateNamedCollection(create) => self.create_named_collection(create),
            StatementKind::CreateDisk(create) => self.create_disk(create),
            StatementKind::CreateStoragePolicy(create) => self.create_storage_policy(create),
            StatementKind::CreateTask(create) => self.create_task(create),
            StatementKind::CreateAlert(create) => self.create_alert(create),
            StatementKind::CreateInput(create) => self.create_input(create),
            StatementKind::CreateAccess(create) => self.create_access(create),
            StatementKind::Select(query) => self.query(query),
            // Commands are kept as they were written.
            _ => {
                let text = span.text(self.source);
                self.push(text);
            }
        }
    }

    fn create_access(&mut self, create: &CreateAccess) {
        self.push(if create.alter { "ALTER " } else { "CREATE " });
        self.push(crate::ast::ObjectKind::from(create.kind).words());
        if create.or_replace && !self.stored {
            self.push(" OR REPLACE");
        }
        if create.if_not_exists && !self.stored {
            self.push(if create.alter { " IF EXISTS" } else { " IF NOT EXISTS" });
        }
        self.push(" ");
        self.separated(&create.names, Self::ident);
        let rest = create.rest.text(self.source);
        if !rest.is_empty() {
            self.push(" ");
            self.push(rest);
        }
    }

    /// What a task inserts.
    pub(super) fn insert(&mut self, insert: &Insert) {
        self.push("INSERT INTO ");
        match &insert.function {
            Some(function) => {
                self.push("FUNCTION ");
                self.table_function(function);
            }
            None => self.object_name(&insert.table),
        }
        if let Some(key) = &insert.partition_by {
            self.push(" PARTITION BY ");
            self.expr(key);
        }
        if let Some(columns) = &insert.columns {
            self.push(" (");
            self.separated(columns, Self::ident);
            self.push(")");
        }
        if let Some(columns) = &insert.wildcard {
            self.push(" (");
            self.expr(columns);
            self.push(")");
        }
        self.settings_clause(&insert.settings);
        self.line();
        match &insert.source {
            InsertSource::Query(query) => self.query(query),
            InsertSource::Values { data, .. } => {
                self.push("VALUES ");
                let data = data.text(self.source);
                self.push(data);
            }
            InsertSource::Format { name, data } => {
                self.push("FORMAT ");
                self.bare(name);
                let data = data.text(self.source);
                self.push(data);
            }
            InsertSource::Infile(rest) => {
                let rest = rest.text(self.source);
                self.push(rest);
            }
            InsertSource::None => {}
        }
    }

    /// `CREATE [OR REPLACE] ` and what belongs before the kind.
    pub(super) fn create_head(&mut self, or_replace: bool, attach: bool) {
        self.push(if attach && !self.stored { "ATTACH " } else { "CREATE " });
        if or_replace && !self.stored {
            self.push("OR REPLACE ");
        }
    }

    pub(super) fn if_not_exists(&mut self, if_not_exists: bool) {
        if if_not_exists && !self.stored {
            self.push("IF NOT EXISTS ");
        }
    }

    /// The words before STREAM, as the release prints them (protocol.md F2).
    pub(super) fn flavor_words(&self, flavor: StreamFlavor, is_table: bool) -> &'static str {
        match flavor {
            StreamFlavor::External if is_table => "EXTERNAL ",
            StreamFlavor::External if self.stored && self.dialect == Dialect::V1 => "",
            StreamFlavor::Plain => "",
            StreamFlavor::External => "EXTERNAL ",
            StreamFlavor::Random => "RANDOM ",
            StreamFlavor::Null => "NULL ",
            StreamFlavor::Mutable => "MUTABLE ",
            StreamFlavor::VersionedKv => "VERSIONED_KV ",
            StreamFlavor::ChangelogKv => "CHANGELOG_KV ",
            StreamFlavor::Changelog => "CHANGELOG ",
        }
    }
}
