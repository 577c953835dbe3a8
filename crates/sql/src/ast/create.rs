//! CREATE statements.

use super::{Expr, Ident, ObjectName, Query, Setting, TableFunction, Text, TypeName};
use crate::span::Span;

/// `CREATE DATABASE`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateDatabase {
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// Its name.
    pub name: Ident,
    /// `UUID '..'`.
    pub uuid: Option<Text>,
    /// `ENGINE = ..`.
    pub engine: Option<Engine>,
    /// `SETTINGS`; `type` makes it a database of an external service.
    pub settings: Vec<Setting>,
    /// `COMMENT`.
    pub comment: Option<Text>,
}

/// The word before STREAM.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StreamFlavor {
    /// None: append, or what `mode` says. 1.x prints external streams so too: see
    /// [`CreateStream::is_external`].
    #[default]
    Plain,
    /// `EXTERNAL`
    External,
    /// `RANDOM`
    Random,
    /// `NULL`
    Null,
    /// `MUTABLE`
    Mutable,
    /// `VERSIONED_KV`, as 3.x prints it (protocol.md F2)
    VersionedKv,
    /// `CHANGELOG_KV`
    ChangelogKv,
    /// `CHANGELOG`
    Changelog,
}

/// `CREATE .. STREAM`, `CREATE TABLE`, `CREATE EXTERNAL TABLE`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CreateStream {
    /// The word before STREAM.
    pub flavor: StreamFlavor,
    /// `ATTACH` instead of `CREATE`.
    pub attach: bool,
    /// `ATTACH .. FROM '..'`: where its data lie.
    pub attach_from: Option<Text>,
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// `TEMPORARY`.
    pub temporary: bool,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// Its name.
    pub name: ObjectName,
    /// `UUID '..'`.
    pub uuid: Option<Text>,
    /// `ON CLUSTER name`.
    pub on_cluster: Option<Ident>,
    /// The list of columns and what else stands in its parentheses.
    pub elements: Elements,
    /// `ENGINE = ..`.
    pub engine: Option<Engine>,
    /// `PARTITION BY`.
    pub partition_by: Option<Expr>,
    /// `PRIMARY KEY`, also when it stands among the columns.
    pub primary_key: Option<Expr>,
    /// `ORDER BY`.
    pub order_by: Option<Expr>,
    /// `SAMPLE BY`.
    pub sample_by: Option<Expr>,
    /// `TTL`.
    pub ttl: Vec<TtlItem>,
    /// `SETTINGS`.
    pub settings: Vec<Setting>,
    /// `AS ..`.
    pub source: Option<CreateSource>,
    /// `COMMENT`.
    pub comment: Option<Text>,
}

impl CreateStream {
    /// Whether it is an external stream: by its head, or by `ENGINE = ExternalStream` (protocol.md F2).
    pub fn is_external(&self) -> bool {
        self.flavor == StreamFlavor::External || self.has_engine("ExternalStream")
    }

    /// Whether ENGINE was given with this name, without regard to case.
    pub fn has_engine(&self, name: &str) -> bool {
        self.engine.as_ref().is_some_and(|engine| engine.name.value.eq_ignore_ascii_case(name))
    }

    /// The value of a setting as plain text.
    pub fn setting_text(&self, name: &str) -> Option<String> {
        super::setting(&self.settings, name).map(Setting::text)
    }

    /// `ENGINE = Stream(shards, ..)` or `SETTINGS shards = n`; 1 if neither was written.
    pub fn shards(&self) -> Option<u64> {
        let from_engine = self
            .engine
            .as_ref()
            .filter(|engine| ["stream", "mutablestream"].contains(&engine.name.value.to_ascii_lowercase().as_str()))
            .and_then(|engine| engine.args.as_ref()?.first().map(Expr::plain_text));
        match from_engine.or_else(|| self.setting_text("shards")) {
            Some(text) => text.parse().ok(),
            None => Some(1),
        }
    }
}

/// What `AS` brings.
#[derive(Clone, Debug, PartialEq)]
pub enum CreateSource {
    /// `AS SELECT ..`
    Query(Box<Query>),
    /// `AS other`: the columns of another stream.
    Like(ObjectName),
    /// `AS numbers(10)`
    Function(TableFunction),
    /// `AS $$ .. $$`: Python code of an external stream.
    Body(Text),
}

/// What stands between the parentheses after a stream's name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Elements {
    /// Columns, in order.
    pub columns: Vec<Column>,
    /// `INDEX ..`.
    pub indexes: Vec<Index>,
    /// `CONSTRAINT ..`.
    pub constraints: Vec<Constraint>,
    /// `FAMILY name (columns)` of a mutable stream.
    pub families: Vec<Family>,
    /// `PROJECTION ..`, as written.
    pub projections: Vec<RawElement>,
    /// With its parentheses; `None` if there is no list.
    pub span: Option<Span>,
}

/// An element that is kept as written.
#[derive(Clone, Debug, PartialEq)]
pub struct RawElement {
    /// Its name.
    pub name: Ident,
    /// Its text.
    pub span: Span,
}

/// A column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Its name; `a.b` is one name.
    pub name: Ident,
    /// Its type; may be missing where a default gives it.
    pub ty: Option<TypeName>,
    /// `NULL` is true, `NOT NULL` is false.
    pub nullable: Option<bool>,
    /// `DEFAULT` and its relatives.
    pub default: Option<ColumnDefault>,
    /// `AUTO_INCREMENT`.
    pub auto_increment: bool,
    /// `CODEC(..)`: one expression per codec.
    pub codec: Vec<Expr>,
    /// `TTL`.
    pub ttl: Option<Expr>,
    /// `COMMENT`.
    pub comment: Option<Text>,
    /// `PRIMARY KEY` written at the column.
    pub primary_key: bool,
    /// `COLLATE name`, `STATISTICS(..)`, as written.
    pub others: Vec<Span>,
    /// Its text.
    pub span: Span,
}

/// The default of a column.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnDefault {
    /// Which word.
    pub kind: DefaultKind,
    /// The expression; EPHEMERAL may have none.
    pub expr: Option<Expr>,
}

/// The words that give a column a default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DefaultKind {
    /// `DEFAULT`
    Default,
    /// `ALIAS`
    Alias,
    /// `MATERIALIZED`
    Materialized,
    /// `EPHEMERAL`
    Ephemeral,
}

impl DefaultKind {
    /// The word, upper case, as DESCRIBE gives it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Default => "DEFAULT",
            Self::Alias => "ALIAS",
            Self::Materialized => "MATERIALIZED",
            Self::Ephemeral => "EPHEMERAL",
        }
    }
}

/// `INDEX name expr TYPE minmax GRANULARITY 2`, or `INDEX name (columns) [UNIQUE] [STORING (..)]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    /// `IF NOT EXISTS`, in ALTER.
    pub if_not_exists: bool,
    /// Its name.
    pub name: Ident,
    /// What it covers; several columns are a tuple.
    pub expr: Expr,
    /// `TYPE`: `minmax`, `set(0)`.
    pub ty: Option<Expr>,
    /// `GRANULARITY`, as written.
    pub granularity: Option<String>,
    /// `UNIQUE`.
    pub unique: bool,
    /// `STORING (columns)`.
    pub storing: Vec<Ident>,
    /// Its text.
    pub span: Span,
}

/// `CONSTRAINT name CHECK|ASSUME expr`.
#[derive(Clone, Debug, PartialEq)]
pub struct Constraint {
    /// Its name.
    pub name: Ident,
    /// `ASSUME` instead of `CHECK`.
    pub assume: bool,
    /// The condition.
    pub expr: Expr,
    /// Its text.
    pub span: Span,
}

/// `FAMILY name (columns)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    /// Its name.
    pub name: Ident,
    /// Its columns.
    pub columns: Vec<Ident>,
    /// Its text.
    pub span: Span,
}

/// `ENGINE = Name(args)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Engine {
    /// Its name.
    pub name: Ident,
    /// Its arguments, `None` without parentheses.
    pub args: Option<Vec<Expr>>,
    /// From the word ENGINE to the end.
    pub span: Span,
}

/// One rule of a TTL clause.
#[derive(Clone, Debug, PartialEq)]
pub struct TtlItem {
    /// When.
    pub expr: Expr,
    /// What happens.
    pub action: TtlAction,
    /// `WHERE`.
    pub filter: Option<Expr>,
    /// Its text.
    pub span: Span,
}

/// What happens when a TTL is over.
#[derive(Clone, Debug, PartialEq)]
pub enum TtlAction {
    /// Nothing written: delete.
    Default,
    /// `DELETE`
    Delete,
    /// `RECOMPRESS CODEC(..)`
    Recompress(Vec<Expr>),
    /// `TO DISK '..'`
    ToDisk(Text),
    /// `TO VOLUME '..'`
    ToVolume(Text),
    /// `GROUP BY .. SET ..`, as written.
    GroupBy(Span),
}
