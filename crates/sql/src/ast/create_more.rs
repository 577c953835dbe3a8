//! CREATE of everything but databases, streams and views.

use super::{Expr, FunctionCall, Ident, ObjectName, Query, Setting, Text, TypeName};
use crate::span::Span;

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
    /// `AS INSERT INTO ..` in the place of a query with INTO.
    pub insert: Option<Box<super::Insert>>,
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
    /// `DEFAULT DATABASE`.
    pub default_database: Option<Ident>,
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
