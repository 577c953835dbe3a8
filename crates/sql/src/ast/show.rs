//! Statements that only tell: SHOW, DESCRIBE, EXISTS.

use super::{Expr, Ident, ObjectKind, ObjectName, Setting, TableRef, Text};

/// `SHOW ..` except SHOW CREATE.
#[derive(Clone, Debug, PartialEq)]
pub struct Show {
    /// What is listed.
    pub what: ShowWhat,
    /// `FULL`, `TEMPORARY`, `CHANGED`, `CURRENT`, `ENABLED`, upper case.
    pub modifiers: Vec<String>,
    /// `FROM|IN database`, or `FROM stream` for columns.
    pub from: Option<ObjectName>,
    /// `[NOT] LIKE|ILIKE '..'`.
    pub like: Option<ShowLike>,
    /// `WHERE`.
    pub filter: Option<Expr>,
    /// `LIMIT`.
    pub limit: Option<Expr>,
    /// `TYPE t` of format schemas.
    pub ty: Option<Text>,
    /// `FOR user`, `ON stream`: the names after them.
    pub names: Vec<ObjectName>,
    /// `SETTINGS`.
    pub settings: Vec<Setting>,
    /// `FORMAT`.
    pub format: Option<Ident>,
}

/// The pattern of a SHOW.
#[derive(Clone, Debug, PartialEq)]
pub struct ShowLike {
    /// `NOT`.
    pub negated: bool,
    /// `ILIKE`.
    pub case_insensitive: bool,
    /// The pattern.
    pub pattern: Text,
}

/// What SHOW lists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShowWhat {
    /// `DATABASES`
    Databases,
    /// `STREAMS`, `TABLES`
    Streams,
    /// `VIEWS`
    Views,
    /// `MATERIALIZED VIEWS`
    MaterializedViews,
    /// `DICTIONARIES`
    Dictionaries,
    /// `COLUMNS`
    Columns,
    /// `FUNCTIONS`
    Functions,
    /// `FORMAT SCHEMAS`
    FormatSchemas,
    /// `NAMED COLLECTIONS`
    NamedCollections,
    /// `DISKS`
    Disks,
    /// `STORAGE POLICIES`
    StoragePolicies,
    /// `TASKS`
    Tasks,
    /// `ALERTS`
    Alerts,
    /// `INPUTS`
    Inputs,
    /// `USERS`
    Users,
    /// `ROLES`
    Roles,
    /// `GRANTS`
    Grants,
    /// `[ROW] POLICIES`
    RowPolicies,
    /// `QUOTAS`
    Quotas,
    /// `[SETTINGS] PROFILES`
    Profiles,
    /// `PROCESSLIST`
    Processlist,
    /// `SETTINGS`
    Settings,
    /// Anything else: its words, upper case.
    Other(Vec<String>),
}

/// `SHOW CREATE [kind] name`.
#[derive(Clone, Debug, PartialEq)]
pub struct ShowCreate {
    /// The kind, if it was written.
    pub kind: Option<ObjectKind>,
    /// The name, or the first of several.
    pub name: ObjectName,
    /// Further names, of users, roles, quotas and profiles; of a row policy its further streams.
    pub more: Vec<ObjectName>,
    /// `ON stream` of a row policy.
    pub on: Option<ObjectName>,
    /// `TYPE t` of a format schema.
    pub ty: Option<Text>,
    /// `SETTINGS`.
    pub settings: Vec<Setting>,
    /// `FORMAT`.
    pub format: Option<Ident>,
}

/// `DESCRIBE [STREAM] ..`.
#[derive(Clone, Debug, PartialEq)]
pub struct Describe {
    /// A stream, a table function or a query.
    pub table: TableRef,
    /// `SETTINGS`.
    pub settings: Vec<Setting>,
    /// `FORMAT`.
    pub format: Option<Ident>,
}

/// `EXISTS [kind] name`.
#[derive(Clone, Debug, PartialEq)]
pub struct Exists {
    /// The kind; Stream if none was written.
    pub kind: ObjectKind,
    /// The name.
    pub name: ObjectName,
}
