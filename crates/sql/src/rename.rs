//! Gives databases and resources another name wherever a statement names them (resources.md 3.8 T22).
//!
//! Names in strings are changed only where the string is a name: `dict_get('d', ..)`, `format_schema = 's:Message'`,
//! `QUERY '..'` of a dictionary. Comments, other strings and code stay as they are, and so does everything that happens
//! to be called alike: columns, aliases, names that WITH gives.

mod columns;
mod names;
mod strings;

use crate::ast::{ObjectKind, ObjectName, Statement, StatementKind};
use crate::edit::{self, Edit};
use crate::error::SyntaxError;
use crate::references::{Catalog, QualifiedName, Reference, Role};
use crate::rewrite::place::Source;
use crate::span::Span;
use serde::{Deserialize, Serialize};

/// What kind of name is changed. Kinds that share names are one: streams, views and dictionaries of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RenameKind {
    /// A database.
    Database,
    /// A stream, table, view, materialized view, dictionary, task, alert or input.
    Relation,
    /// A function in any language.
    Function,
    /// A format schema.
    FormatSchema,
    /// A named collection.
    NamedCollection,
    /// A disk.
    Disk,
    /// A storage policy.
    StoragePolicy,
    /// A user or a role.
    Grantee,
    /// A settings profile.
    SettingsProfile,
}

/// A name and the one it gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rename {
    /// Of what.
    pub kind: RenameKind,
    /// The name it has; with its database for [`RenameKind::Relation`] alone.
    pub from: QualifiedName,
    /// The name it gets.
    pub to: QualifiedName,
}

impl Rename {
    /// A database.
    pub fn database(from: &str, to: &str) -> Self {
        Self::global(RenameKind::Database, from, to)
    }

    /// A stream, view or anything else that lives in a database; it may move to another one.
    pub fn relation(from: (&str, &str), to: (&str, &str)) -> Self {
        Self {
            kind: RenameKind::Relation,
            from: QualifiedName::local(from.0, from.1),
            to: QualifiedName::local(to.0, to.1),
        }
    }

    /// Something that lives in no database.
    pub fn global(kind: RenameKind, from: &str, to: &str) -> Self {
        Self { kind, from: QualifiedName::global(from), to: QualifiedName::global(to) }
    }

    /// The way back.
    pub fn reversed(&self) -> Self {
        Self { kind: self.kind, from: self.to.clone(), to: self.from.clone() }
    }
}

/// One statement with other names. Names without a database belong to that of what the statement creates, or to
/// `default_database`.
///
/// # Errors
/// The text is not one valid statement.
pub fn rename(sql: &str, renames: &[Rename], default_database: &str) -> Result<String, SyntaxError> {
    rename_for(sql, renames, default_database, Unqualified::Stays)
}

/// [`rename`], with a choice for names without a database.
///
/// # Errors
/// The text is not one valid statement.
pub fn rename_for(
    sql: &str,
    renames: &[Rename],
    default_database: &str,
    unqualified: Unqualified,
) -> Result<String, SyntaxError> {
    let statement = crate::parse_one(sql)?;
    let edits = edits_for(&statement, sql, renames, default_database, unqualified);
    Ok(edit::apply(sql, edits).unwrap_or_else(|_| sql.to_owned()))
}

/// What becomes of a name that stands without its database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unqualified {
    /// It stays without one where it still lives in the database that such names belong to.
    #[default]
    Stays,
    /// It gets its database where it is renamed: whoever runs the statement may be in another one.
    BecomesQualified,
}

/// The edits of [`rename`].
pub fn edits(statement: &Statement, sql: &str, renames: &[Rename], default_database: &str) -> Vec<Edit> {
    edits_for(statement, sql, renames, default_database, Unqualified::Stays)
}

/// The edits of [`rename`], with a choice for names without a database.
pub fn edits_for(
    statement: &Statement,
    sql: &str,
    renames: &[Rename],
    default_database: &str,
    unqualified: Unqualified,
) -> Vec<Edit> {
    let mut renamer = Renamer::new(statement, sql, renames, default_database);
    renamer.unqualified = unqualified;
    renamer.own_names(&statement.kind);
    renamer.references(statement);
    renamer.dictionary(&statement.kind);
    renamer.column_qualifiers(statement);
    let mut edits = renamer.edits;
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    edits.dedup();
    edits
}

struct Renamer<'a> {
    source: Source<'a>,
    renames: &'a [Rename],
    /// Where names without a database belong.
    database: String,
    /// Where they belong afterwards.
    new_database: String,
    /// Names of WITH queries anywhere in the statement.
    ctes: Vec<String>,
    unqualified: Unqualified,
    edits: Vec<Edit>,
}

impl<'a> Renamer<'a> {
    fn new(statement: &Statement, sql: &'a str, renames: &'a [Rename], default_database: &str) -> Self {
        let mut renamer = Self {
            source: Source::new(sql),
            renames,
            database: default_database.to_owned(),
            new_database: String::new(),
            ctes: columns::with_names(statement),
            unqualified: Unqualified::Stays,
            edits: Vec::new(),
        };
        let created = statement.kind.created().filter(|created| created.kind.lives_in_database());
        let owner = created.map(|created| QualifiedName {
            database: Some(created.name.database_or(default_database).to_owned()),
            name: created.name.name.value,
        });
        renamer.new_database = match &owner {
            Some(owner) => renamer.relation(owner).and_then(|new| new.database).or(owner.database.clone()),
            None => renamer.database_name(default_database),
        }
        .unwrap_or_else(|| {
            owner.as_ref().and_then(|o| o.database.clone()).unwrap_or_else(|| default_database.to_owned())
        });
        renamer.database = owner.and_then(|owner| owner.database).unwrap_or_else(|| default_database.to_owned());
        renamer
    }

    /// The new name of something that lives in a database.
    fn relation(&self, name: &QualifiedName) -> Option<QualifiedName> {
        let own = self.renames.iter().find(|rename| rename.kind == RenameKind::Relation && rename.from == *name);
        if let Some(rename) = own {
            return Some(rename.to.clone());
        }
        let database = self.database_name(name.database.as_deref()?)?;
        Some(QualifiedName::local(database, name.name.clone()))
    }

    /// A name that stays while the statement's own moves into another database: it means what it meant only with
    /// its database.
    fn left_behind(&self, name: &QualifiedName) -> Option<QualifiedName> {
        let moves = self.unqualified == Unqualified::BecomesQualified && self.new_database != self.database;
        moves.then(|| name.clone())
    }

    /// Whether a name of this database may stand without it.
    fn stays_unqualified(&self, database: &str) -> bool {
        self.unqualified == Unqualified::Stays && database == self.new_database
    }

    fn database_name(&self, database: &str) -> Option<String> {
        self.global(RenameKind::Database, database)
    }

    fn global(&self, kind: RenameKind, name: &str) -> Option<String> {
        let rename = self.renames.iter().find(|rename| rename.kind == kind && rename.from.name == name)?;
        Some(rename.to.name.clone())
    }

    /// What the statement creates, drops, renames or asks for by name.
    fn own_names(&mut self, kind: &StatementKind) {
        if let Some(created) = kind.created() {
            self.object(created.kind, &created.name);
        }
        match kind {
            StatementKind::Drop(drop) => {
                self.object(drop.kind, &drop.name);
                drop.more.iter().for_each(|name| self.object(drop.kind, name));
                drop.on.iter().for_each(|name| self.written_relation(name));
            }
            StatementKind::Alter(alter) => self.object(alter.kind, &alter.name),
            StatementKind::Exists(exists) => self.object(exists.kind, &exists.name),
            StatementKind::ShowCreate(show) => {
                let kind = show.kind.unwrap_or(ObjectKind::Stream);
                std::iter::once(&show.name).chain(&show.more).for_each(|name| self.object(kind, name));
            }
            StatementKind::Rename(rename) => {
                for (before, after) in &rename.pairs {
                    self.object(rename.kind, before);
                    self.object(rename.kind, after);
                }
            }
            StatementKind::CreateAccess(create) => {
                let kind = create.kind.into();
                for name in create.names.iter().skip(1) {
                    self.object(kind, &ObjectName { database: None, name: name.clone(), span: name.span });
                }
            }
            StatementKind::CreateFunction(create) => {
                // References leave out that a function calls itself.
                if let crate::ast::FunctionBody::Sql(body) = &create.body
                    && let Some(new) = self.global(RenameKind::Function, &create.name.value)
                {
                    let edits = strings::calls_of(body, &create.name.value, &new);
                    self.edits.extend(edits);
                }
            }
            _ => {}
        }
    }

    fn object(&mut self, kind: ObjectKind, name: &ObjectName) {
        if kind.lives_in_database() {
            return self.written_relation(name);
        }
        let kind = match kind {
            ObjectKind::Database => RenameKind::Database,
            ObjectKind::Function | ObjectKind::AggregateFunction | ObjectKind::RemoteFunction => RenameKind::Function,
            ObjectKind::FormatSchema => RenameKind::FormatSchema,
            ObjectKind::NamedCollection => RenameKind::NamedCollection,
            ObjectKind::Disk => RenameKind::Disk,
            ObjectKind::StoragePolicy => RenameKind::StoragePolicy,
            ObjectKind::User | ObjectKind::Role => RenameKind::Grantee,
            ObjectKind::SettingsProfile => RenameKind::SettingsProfile,
            _ => return,
        };
        if let Some(new) = self.global(kind, &name.name.value) {
            self.word(name.name.span, &new);
        }
    }

    fn written_relation(&mut self, name: &ObjectName) {
        let old = QualifiedName::local(name.database_or(&self.database.clone()), name.name.value.clone());
        self.named_at(name.span, &old);
    }

    fn references(&mut self, statement: &Statement) {
        let known = Known { renamer: self };
        let found = crate::references(statement, &self.database, &known);
        let dictionary = strings::dictionary_clauses(&statement.kind);
        for reference in &found.items {
            if dictionary.iter().any(|clause| clause.contains(reference.span)) {
                continue;
            }
            self.reference(reference);
        }
    }

    fn reference(&mut self, reference: &Reference) {
        let is_text = self.source.text(reference.span).starts_with(['\'', '$']);
        let kind = match reference.role {
            Role::Reads | Role::Writes | Role::UsesDictionary if is_text => return self.relation_in_string(reference),
            Role::Reads | Role::Writes | Role::UsesDictionary => return self.named_at(reference.span, &reference.name),
            Role::UsesFunction if is_text => return self.function_in_string(reference),
            Role::UsesFunction => RenameKind::Function,
            Role::UsesFormatSchema => RenameKind::FormatSchema,
            Role::UsesNamedCollection => RenameKind::NamedCollection,
            Role::UsesDisk => RenameKind::Disk,
            Role::UsesStoragePolicy => RenameKind::StoragePolicy,
            Role::UsesUser | Role::UsesRole | Role::UsesGrantee => RenameKind::Grantee,
            Role::UsesProfile => RenameKind::SettingsProfile,
            Role::UsesDatabase => RenameKind::Database,
        };
        let Some(new) = self.global(kind, &reference.name.name) else { return };
        let raw = self.source.text(reference.span);
        // `format_schema = "s:Message"`, in the quotes of a name.
        if is_text || raw.starts_with('"') && content(raw) != reference.name.name {
            self.global_in_string(kind, reference.span, &reference.name.name, &new);
        } else if content(raw) == reference.name.name {
            self.word(reference.span, &new);
        }
    }

    fn span_text(&self, span: Span) -> &'a str {
        self.source.text(span)
    }
}

/// Functions and relations are known where they get another name.
struct Known<'r, 'a> {
    renamer: &'r Renamer<'a>,
}

impl Catalog for Known<'_, '_> {
    fn is_function(&self, name: &str) -> bool {
        self.renamer.global(RenameKind::Function, name).is_some()
    }

    fn is_relation(&self, database: &str, name: &str) -> Option<bool> {
        let renamed = self.renamer.relation(&QualifiedName::local(database, name)).is_some();
        renamed.then_some(true)
    }
}

/// What a name or string says: without quotes, escapes resolved.
fn content(raw: &str) -> String {
    if raw.starts_with(['\'', '"', '`']) {
        return crate::unquote(raw);
    }
    let tag = raw.strip_prefix('$').and_then(|rest| rest.find('$').map(|end| &raw[..end + 2]));
    let body = tag.and_then(|tag| raw.strip_prefix(tag)?.strip_suffix(tag));
    body.unwrap_or(raw).to_owned()
}
