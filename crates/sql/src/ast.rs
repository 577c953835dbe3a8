//! The tree that [`crate::parse`] gives: what other crates build on.
//!
//! - Every node has a `span`: byte offsets into the text that was parsed. Edits are made by span
//!   ([`crate::edit`]); the tree itself is never written back over a text.
//! - Names and strings are decoded (`value`), the exact text is at the span.
//! - Parentheses around an expression are not nodes: the expression's span includes them.
//! - Keywords are matched without regard to case; names keep theirs.
//! - `PartialEq` compares spans too; [`crate::normalized_eq`] compares meaning.
//!
//! Where to look: [`Statement`] here, [`create`] for CREATE, [`command`] for everything else that
//! is not a query, [`query`] for SELECT, [`expr`] for expressions and types.

pub mod call;
pub mod command;
pub mod create;
pub mod create_more;
pub mod create_view;
pub mod expr;
pub mod from;
pub mod kind;
pub mod query;
pub mod show;
pub mod types;
pub mod walk;

pub use call::*;
pub use command::*;
pub use create::*;
pub use create_more::*;
pub use create_view::*;
pub use expr::*;
pub use from::*;
pub use kind::*;
pub use query::*;
pub use show::*;
pub use types::*;
pub use walk::Child;

use crate::span::Span;

/// One statement of a text, without the `;` that ends it.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What it is.
    pub kind: StatementKind,
    /// From its first to its last token.
    pub span: Span,
}

/// The kinds of statements.
#[derive(Clone, Debug, PartialEq)]
pub enum StatementKind {
    /// `CREATE DATABASE`.
    CreateDatabase(Box<CreateDatabase>),
    /// `CREATE [EXTERNAL|RANDOM|NULL|MUTABLE|..] STREAM`, `CREATE TABLE`.
    CreateStream(Box<CreateStream>),
    /// `CREATE EXTERNAL TABLE`: the same clauses as a stream.
    CreateExternalTable(Box<CreateStream>),
    /// `CREATE VIEW`.
    CreateView(Box<CreateView>),
    /// `CREATE [SCHEDULED] MATERIALIZED VIEW`.
    CreateMaterializedView(Box<CreateMaterializedView>),
    /// `CREATE DICTIONARY`.
    CreateDictionary(Box<CreateDictionary>),
    /// `CREATE [AGGREGATE|REMOTE] FUNCTION`.
    CreateFunction(Box<CreateFunction>),
    /// `CREATE FORMAT SCHEMA`.
    CreateFormatSchema(Box<CreateFormatSchema>),
    /// `CREATE NAMED COLLECTION`.
    CreateNamedCollection(Box<CreateNamedCollection>),
    /// `CREATE DISK`.
    CreateDisk(Box<CreateDisk>),
    /// `CREATE STORAGE POLICY`.
    CreateStoragePolicy(Box<CreateStoragePolicy>),
    /// `CREATE TASK`.
    CreateTask(Box<CreateTask>),
    /// `CREATE ALERT`.
    CreateAlert(Box<CreateAlert>),
    /// `CREATE INPUT`.
    CreateInput(Box<CreateInput>),
    /// `CREATE USER|ROLE|ROW POLICY|QUOTA|SETTINGS PROFILE`: names and the parts that refer to
    /// something; the rest is raw.
    CreateAccess(Box<CreateAccess>),
    /// `GRANT` and `REVOKE`.
    Grant(Box<Grant>),
    /// `DROP`.
    Drop(Box<Drop>),
    /// `ALTER`.
    Alter(Box<Alter>),
    /// `TRUNCATE`.
    Truncate(Box<Truncate>),
    /// `DELETE FROM`.
    Delete(Box<Delete>),
    /// `INSERT INTO`.
    Insert(Box<Insert>),
    /// A query.
    Select(Box<Query>),
    /// `SHOW` except `SHOW CREATE`.
    Show(Box<Show>),
    /// `SHOW CREATE`.
    ShowCreate(Box<ShowCreate>),
    /// `DESCRIBE`.
    Describe(Box<Describe>),
    /// `EXISTS`.
    Exists(Box<Exists>),
    /// `SYSTEM`.
    System(Box<System>),
    /// `SET`.
    Set(Box<Set>),
    /// `USE`.
    Use(Box<Use>),
    /// `EXPLAIN`.
    Explain(Box<Explain>),
    /// `KILL QUERY`, `KILL MUTATION`.
    Kill(Box<Kill>),
    /// `OPTIMIZE`.
    Optimize(Box<Optimize>),
    /// `RENAME`, `EXCHANGE`.
    Rename(Box<Rename>),
    /// A statement that is known to exist and is not read further, or is not known at all.
    Other(Box<Other>),
}

/// A statement of which only the head was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Other {
    /// The bare words it starts with, upper case.
    pub words: Vec<String>,
}

/// How a name was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quote {
    /// Without quotes.
    #[default]
    Bare,
    /// In back quotes.
    Back,
    /// In double quotes.
    Double,
    /// It is, or contains, a template such as `{{ .DB }}`; `value` is the raw text.
    Template,
}

/// A name: of a column, a stream, a setting, a function.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ident {
    /// The name itself: without quotes, escapes resolved, case kept.
    pub value: String,
    /// How it was written.
    pub quote: Quote,
    /// With its quotes.
    pub span: Span,
}

impl Ident {
    /// A name made by a program; it has no place in a text.
    pub fn new(value: impl Into<String>) -> Self {
        Self { value: value.into(), ..Self::default() }
    }

    /// Whether it is `word` without regard to case, and was not quoted.
    pub fn is_word(&self, word: &str) -> bool {
        self.quote == Quote::Bare && self.value.eq_ignore_ascii_case(word)
    }
}

/// The name of something that lives in a database: `name` or `database.name`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ObjectName {
    /// The database, if it was written.
    pub database: Option<Ident>,
    /// The name. Of `a.b.c` the database is `a` and the name `b.c`.
    pub name: Ident,
    /// Both parts.
    pub span: Span,
}

impl ObjectName {
    /// A name made by a program; it has no place in a text.
    pub fn new(database: Option<&str>, name: &str) -> Self {
        Self { database: database.map(Ident::new), name: Ident::new(name), span: Span::default() }
    }

    /// The database that was written, or `default_database`.
    pub fn database_or<'a>(&'a self, default_database: &'a str) -> &'a str {
        self.database.as_ref().map_or(default_database, |database| database.value.as_str())
    }
}

/// How a [`Text`] was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextQuote {
    /// `'..'` with escapes.
    #[default]
    Single,
    /// `"..."` where only a string makes sense.
    Double,
    /// `$$..$$` or `$tag$..$tag$`, taken as it is.
    Dollar,
    /// A bare word or number where a string is also taken.
    Bare,
    /// A template.
    Template,
}

/// A string in a fixed place of a clause: a comment, a body, a URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The string itself, escapes resolved.
    pub value: String,
    /// How it was written.
    pub quote: TextQuote,
    /// With its quotes.
    pub span: Span,
}

/// One `name = value` of a SETTINGS clause, a named collection or a disk.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// The name; dots belong to it (`a.b`).
    pub name: Ident,
    /// The value: mostly a literal, sometimes an identifier, a template, an array.
    pub value: Expr,
    /// Name, sign and value.
    pub span: Span,
}

impl Setting {
    /// The value as plain text: a string's content, a number or word as written, otherwise the
    /// value printed on one line.
    pub fn text(&self) -> String {
        self.value.plain_text()
    }
}

/// Finds a setting by name, without regard to case.
pub fn setting<'a>(settings: &'a [Setting], name: &str) -> Option<&'a Setting> {
    settings.iter().find(|setting| setting.name.value.eq_ignore_ascii_case(name))
}
