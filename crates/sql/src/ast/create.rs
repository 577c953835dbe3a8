//! CREATE statements.

use super::{Expr, FunctionCall, Ident, ObjectName, Query, Setting, TableFunction, Text, TypeName};
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

/// `CREATE VIEW`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateView {
    /// `ATTACH` instead of `CREATE`.
    pub attach: bool,
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// Its name.
    pub name: ObjectName,
    /// `UUID '..'`.
    pub uuid: Option<Text>,
    /// The printed columns.
    pub elements: Elements,
    /// The query; its parameters make the view a parameterized one.
    pub query: Query,
    /// `SETTINGS` after a query in parentheses (otherwise they are the query's).
    pub settings: Vec<Setting>,
    /// `COMMENT`.
    pub comment: Option<Text>,
}

/// `CREATE [SCHEDULED] MATERIALIZED VIEW`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateMaterializedView {
    /// `ATTACH` instead of `CREATE`.
    pub attach: bool,
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// `SCHEDULED`.
    pub scheduled: bool,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// Its name.
    pub name: ObjectName,
    /// `UUID '..'`.
    pub uuid: Option<Text>,
    /// `INTO target`; without it rows go to an inner stream.
    pub into: Option<ObjectName>,
    /// `INTO INNER UUID '..'`.
    pub into_inner_uuid: Option<Text>,
    /// The printed columns.
    pub elements: Elements,
    /// `ENGINE = ..` of the inner stream.
    pub engine: Option<Engine>,
    /// `PARTITION BY` of the inner stream.
    pub partition_by: Option<Expr>,
    /// `PRIMARY KEY` of the inner stream.
    pub primary_key: Option<Expr>,
    /// `ORDER BY` of the inner stream.
    pub order_by: Option<Expr>,
    /// `POPULATE`.
    pub populate: bool,
    /// The query. Settings written at its end belong to the view.
    pub query: Query,
    /// `SETTINGS` before the query or after a query in parentheses.
    pub settings: Vec<Setting>,
    /// `STORAGE_SETTINGS` of the inner stream.
    pub storage_settings: Vec<Setting>,
    /// `TTL` of the inner stream.
    pub ttl: Vec<TtlItem>,
    /// `COMMENT`.
    pub comment: Option<Text>,
}

impl CreateMaterializedView {
    /// All its settings, wherever they were written, in the order of the text.
    pub fn all_settings(&self) -> Vec<&Setting> {
        let mut all: Vec<&Setting> = self.settings.iter().collect();
        if let Some(select) = self.query.as_select() {
            all.extend(select.settings.iter());
        }
        all.extend(self.query.settings.iter());
        all.sort_by_key(|setting| setting.span.start);
        all
    }
}

/// `CREATE DICTIONARY`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateDictionary {
    /// `ATTACH` instead of `CREATE`.
    pub attach: bool,
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// Its name.
    pub name: ObjectName,
    /// `UUID '..'`.
    pub uuid: Option<Text>,
    /// Its attributes.
    pub attributes: Vec<DictionaryAttribute>,
    /// `PRIMARY KEY`.
    pub primary_key: Vec<Ident>,
    /// `SOURCE(..)`.
    pub source: Option<DictionaryClause>,
    /// `LAYOUT(..)`.
    pub layout: Option<DictionaryClause>,
    /// `RANGE(MIN a MAX b)`.
    pub range: Option<(Ident, Ident)>,
    /// `LIFETIME(n)`, `LIFETIME(MIN a MAX b)`: numbers as written.
    pub lifetime: Option<(String, Option<String>)>,
    /// `SETTINGS(..)`.
    pub settings: Vec<Setting>,
    /// `COMMENT`.
    pub comment: Option<Text>,
}

/// An attribute of a dictionary.
#[derive(Clone, Debug, PartialEq)]
pub struct DictionaryAttribute {
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub ty: TypeName,
    /// `DEFAULT`.
    pub default: Option<Expr>,
    /// `EXPRESSION`.
    pub expression: Option<Expr>,
    /// `HIERARCHICAL`, `INJECTIVE`, `IS_OBJECT_ID`, upper case.
    pub flags: Vec<String>,
    /// Its text.
    pub span: Span,
}

/// `SOURCE(TIMEPLUS(STREAM 'x' ..))`, `LAYOUT(FLAT())`: a name with keys and values.
#[derive(Clone, Debug, PartialEq)]
pub struct DictionaryClause {
    /// `TIMEPLUS`, `FLAT`, as written.
    pub name: Ident,
    /// Its pairs.
    pub pairs: Vec<DictionaryPair>,
    /// With the word SOURCE or LAYOUT.
    pub span: Span,
}

/// One `KEY value` of a dictionary's clause.
#[derive(Clone, Debug, PartialEq)]
pub struct DictionaryPair {
    /// The key as written.
    pub key: Ident,
    /// Its value.
    pub value: DictionaryValue,
    /// Both.
    pub span: Span,
}

/// The value of a dictionary's key.
#[derive(Clone, Debug, PartialEq)]
pub enum DictionaryValue {
    /// A literal, a name, a function such as `concat(..)`.
    Expr(Expr),
    /// `HEADERS(HEADER(NAME 'a' VALUE 'b'))`.
    Nested(Vec<DictionaryPair>),
    /// None: the key alone says it.
    Missing,
}

/// `CREATE [AGGREGATE|REMOTE] FUNCTION`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateFunction {
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// `AGGREGATE`.
    pub aggregate: bool,
    /// `REMOTE`.
    pub remote: bool,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// Its name; functions belong to no database (resources.md 2.6).
    pub name: Ident,
    /// Its parameters with their types; empty for a lambda.
    pub args: Vec<FunctionArg>,
    /// `RETURNS`.
    pub returns: Option<TypeName>,
    /// `LANGUAGE`, as written. Absent for SQL, and in what 1.x prints for JavaScript
    /// (resources.md 3.8 T5).
    pub language: Option<Ident>,
    /// What it does.
    pub body: FunctionBody,
    /// `EXECUTION_TIMEOUT` in milliseconds, as written.
    pub execution_timeout: Option<String>,
    /// `SETTINGS`.
    pub settings: Vec<Setting>,
    /// `COMMENT`.
    pub comment: Option<Text>,
}

/// A parameter of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionArg {
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub ty: TypeName,
}

/// What a function does.
#[derive(Clone, Debug, PartialEq)]
pub enum FunctionBody {
    /// `AS (a, b) -> expr`: always an [`super::ExprKind::Lambda`], or an expression.
    Sql(Expr),
    /// `AS $$ .. $$`: JavaScript or Python.
    Code(Text),
    /// `URL '..' [AUTH_METHOD '..' AUTH_HEADER '..' AUTH_KEY '..']`.
    Remote {
        /// `URL`.
        url: Text,
        /// `AUTH_METHOD`.
        auth_method: Option<Text>,
        /// `AUTH_HEADER`.
        auth_header: Option<Text>,
        /// `AUTH_KEY`: a secret.
        auth_key: Option<Text>,
    },
    /// It was not written.
    Missing,
}

/// `CREATE FORMAT SCHEMA`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateFormatSchema {
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// Its name; it belongs to no database.
    pub name: Ident,
    /// The schema.
    pub body: Text,
    /// `TYPE`: `Protobuf`, `Avro`.
    pub ty: Option<Ident>,
}

/// `CREATE NAMED COLLECTION`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateNamedCollection {
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// Its name; it belongs to no database.
    pub name: Ident,
    /// Its entries. Every value may be a secret.
    pub entries: Vec<CollectionEntry>,
}

/// One entry of a named collection.
#[derive(Clone, Debug, PartialEq)]
pub struct CollectionEntry {
    /// Key and value.
    pub setting: Setting,
    /// `OVERRIDABLE` is true, `NOT OVERRIDABLE` is false.
    pub overridable: Option<bool>,
}

/// `CREATE DISK name disk(type = '..', ..)`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateDisk {
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// Its name; it belongs to no database.
    pub name: Ident,
    /// Its parameters. A parameter may itself be `disk(..)`: a function with comparisons.
    pub settings: Vec<Setting>,
}

/// `CREATE STORAGE POLICY`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateStoragePolicy {
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// Its name; it belongs to no database.
    pub name: Ident,
    /// Its YAML.
    pub body: Text,
}

/// `CREATE TASK`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateTask {
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// Its name.
    pub name: ObjectName,
    /// `SCHEDULE`: an interval, or a cron text.
    pub schedule: Option<Expr>,
    /// `TIMEOUT`.
    pub timeout: Option<Expr>,
    /// `CHECKPOINT '<json>'`.
    pub checkpoint: Option<Text>,
    /// `INTO`, before AS, or after the query as some documents write it.
    pub into: Option<ObjectName>,
    /// The query.
    pub query: Option<Query>,
    /// `SETTINGS` outside the query.
    pub settings: Vec<Setting>,
    /// `COMMENT`.
    pub comment: Option<Text>,
}

/// `CREATE ALERT`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateAlert {
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// Its name.
    pub name: ObjectName,
    /// `BATCH n EVENTS WITH TIMEOUT i`.
    pub batch: Option<(Expr, Option<Expr>)>,
    /// `LIMIT n ALERTS PER i`.
    pub limit: Option<(Expr, Option<Expr>)>,
    /// `CALL function`.
    pub call: Option<FunctionCall>,
    /// The query.
    pub query: Option<Query>,
    /// `SETTINGS` outside the query.
    pub settings: Vec<Setting>,
    /// `COMMENT`.
    pub comment: Option<Text>,
}

/// `CREATE INPUT`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateInput {
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// Its name.
    pub name: ObjectName,
    /// `UUID '..'`.
    pub uuid: Option<Text>,
    /// `SETTINGS`.
    pub settings: Vec<Setting>,
    /// `COMMENT`.
    pub comment: Option<Text>,
}

/// `CREATE USER|ROLE|ROW POLICY|QUOTA|SETTINGS PROFILE`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateAccess {
    /// Which of them.
    pub kind: AccessKind,
    /// `ALTER` instead of `CREATE`.
    pub alter: bool,
    /// `OR REPLACE`.
    pub or_replace: bool,
    /// `IF NOT EXISTS`.
    pub if_not_exists: bool,
    /// The names it creates. Names belong to no database.
    pub names: Vec<Ident>,
    /// What a row policy filters. `*` as a name means everything.
    pub on: Vec<ObjectName>,
    /// `USING expr` of a row policy.
    pub using: Option<Expr>,
    /// `TO` users and roles; also `DEFAULT ROLE`, `GRANTEES`, inherited profiles: what must exist.
    pub uses: Vec<AccessUse>,
    /// Passwords and hashes after `IDENTIFIED .. BY`.
    pub secrets: Vec<Text>,
    /// Everything after the names, as written.
    pub rest: Span,
}

/// A user, role or profile that another one names.
#[derive(Clone, Debug, PartialEq)]
pub struct AccessUse {
    /// `None`: a user or a role, the text cannot tell.
    pub kind: Option<AccessKind>,
    /// Its name.
    pub name: Ident,
}

/// The kinds of access control.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessKind {
    /// A user.
    User,
    /// A role.
    Role,
    /// A row policy.
    RowPolicy,
    /// A quota.
    Quota,
    /// A settings profile.
    SettingsProfile,
}

/// `GRANT .. ON .. TO ..`, `REVOKE .. ON .. FROM ..`, `GRANT role TO ..`.
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    /// `REVOKE`.
    pub revoke: bool,
    /// Privileges, upper case, column lists left out; empty when roles are granted.
    pub privileges: Vec<String>,
    /// The roles that are granted.
    pub roles: Vec<Ident>,
    /// What the privileges are for; `*` as a name means everything.
    pub on: Vec<ObjectName>,
    /// Users and roles.
    pub to: Vec<Ident>,
    /// `WITH GRANT OPTION`, `WITH ADMIN OPTION`.
    pub with_option: bool,
    /// Everything after the first word, as written.
    pub rest: Span,
}
