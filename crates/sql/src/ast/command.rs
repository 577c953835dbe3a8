//! Statements that are neither CREATE nor a query.

use super::{Column, Constraint, Expr, Ident, Index, ObjectKind, ObjectName, Query, Setting, Statement, Text, TtlItem};
use crate::span::Span;

/// `DROP kind [IF EXISTS] name`.
#[derive(Clone, Debug, PartialEq)]
pub struct Drop {
    /// What is dropped. `DROP STREAM` says Stream for every kind of stream, `DROP VIEW` says View
    /// for a materialized view too.
    pub kind: ObjectKind,
    /// `DETACH` instead of `DROP`.
    pub detach: bool,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// `TEMPORARY`.
    pub temporary: bool,
    /// The name, or the first of several.
    pub name: ObjectName,
    /// Further names.
    pub more: Vec<ObjectName>,
    /// `ON stream` of a row policy.
    pub on: Option<ObjectName>,
    /// `CASCADE`.
    pub cascade: bool,
    /// `SYNC`, `NO DELAY`, `PERMANENTLY`, upper case.
    pub modifiers: Vec<String>,
    /// `SETTINGS`.
    pub settings: Vec<Setting>,
}

/// `ALTER kind name action, ..`.
#[derive(Clone, Debug, PartialEq)]
pub struct Alter {
    /// What is altered.
    pub kind: ObjectKind,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// Its name.
    pub name: ObjectName,
    /// What is done, in order.
    pub actions: Vec<AlterAction>,
    /// `SETTINGS` at the end.
    pub settings: Vec<Setting>,
}

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub enum AlterAction {
    /// `ADD COLUMN`
    AddColumn {
        /// `IF NOT EXISTS`.
        if_not_exists: bool,
        /// The column.
        column: Box<Column>,
        /// `AFTER column`.
        after: Option<Ident>,
        /// `FIRST`.
        first: bool,
    },
    /// `DROP COLUMN`
    DropColumn {
        /// `IF EXISTS`.
        if_exists: bool,
        /// The column.
        name: Ident,
    },
    /// `MODIFY COLUMN`, `ALTER COLUMN`
    ModifyColumn {
        /// `IF EXISTS`.
        if_exists: bool,
        /// What is given of the column replaces what was.
        column: Box<Column>,
        /// `REMOVE DEFAULT|TTL|CODEC|COMMENT|..`, upper case.
        remove: Option<String>,
    },
    /// `RENAME COLUMN a TO b`
    RenameColumn {
        /// `IF EXISTS`.
        if_exists: bool,
        /// The name it had.
        from: Ident,
        /// The name it gets.
        to: Ident,
    },
    /// `COMMENT COLUMN a '..'`
    CommentColumn {
        /// `IF EXISTS`.
        if_exists: bool,
        /// The column.
        name: Ident,
        /// The comment.
        comment: Text,
    },
    /// `CLEAR COLUMN a [IN PARTITION p]`
    ClearColumn {
        /// `IF EXISTS`.
        if_exists: bool,
        /// The column.
        name: Ident,
        /// The partition.
        partition: Option<Expr>,
    },
    /// `MODIFY TTL`
    ModifyTtl(Vec<TtlItem>),
    /// `REMOVE TTL`
    RemoveTtl,
    /// `MODIFY SETTING`
    ModifySetting(Vec<Setting>),
    /// `RESET SETTING`
    ResetSetting(Vec<Ident>),
    /// `MODIFY QUERY SETTING`
    ModifyQuerySetting(Vec<Setting>),
    /// `RESET QUERY SETTING`
    ResetQuerySetting(Vec<Ident>),
    /// `MODIFY QUERY`
    ModifyQuery(Box<Query>),
    /// `MODIFY ORDER BY`
    ModifyOrderBy(Expr),
    /// `MODIFY COMMENT`
    ModifyComment(Text),
    /// `ADD INDEX`
    AddIndex(Box<Index>),
    /// `DROP INDEX`
    DropIndex {
        /// `IF EXISTS`.
        if_exists: bool,
        /// The index.
        name: Ident,
    },
    /// `MATERIALIZE INDEX`
    MaterializeIndex(Ident),
    /// `ADD CONSTRAINT`
    AddConstraint(Box<Constraint>),
    /// `DROP CONSTRAINT`
    DropConstraint {
        /// `IF EXISTS`.
        if_exists: bool,
        /// The constraint.
        name: Ident,
    },
    /// `DROP PARTITION p`; `ALL` is an identifier.
    DropPartition(Expr),
    /// `DELETE WHERE`
    Delete(Expr),
    /// `UPDATE a = x, .. WHERE`
    Update {
        /// Columns and values.
        assignments: Vec<(Ident, Expr)>,
        /// The condition.
        filter: Option<Expr>,
    },
    /// `RENAME TO name`
    RenameTo(ObjectName),
    /// Anything else, as written.
    Raw(Span),
}

/// `TRUNCATE [STREAM] [IF EXISTS] name`.
#[derive(Clone, Debug, PartialEq)]
pub struct Truncate {
    /// What is emptied.
    pub kind: ObjectKind,
    /// `IF EXISTS`.
    pub if_exists: bool,
    /// Its name.
    pub name: ObjectName,
    /// `SETTINGS`.
    pub settings: Vec<Setting>,
}

/// `DELETE FROM name WHERE ..`.
#[derive(Clone, Debug, PartialEq)]
pub struct Delete {
    /// From what.
    pub name: ObjectName,
    /// `WHERE`.
    pub filter: Option<Expr>,
    /// `SETTINGS`.
    pub settings: Vec<Setting>,
}

/// `INSERT INTO`.
#[derive(Clone, Debug, PartialEq)]
pub struct Insert {
    /// Into what; for `INTO FUNCTION f(..)` the function is in [`Insert::function`] and the name
    /// is its name.
    pub table: ObjectName,
    /// `INTO [TABLE] FUNCTION f(..)`.
    pub function: Option<super::TableFunction>,
    /// `PARTITION BY` of a function that writes files.
    pub partition_by: Option<Expr>,
    /// The columns, if they were listed. `*` and `* EXCEPT` are in [`Insert::wildcard`].
    pub columns: Option<Vec<Ident>>,
    /// `(*)`, `(* EXCEPT(a))`.
    pub wildcard: Option<Expr>,
    /// `SETTINGS` before the data.
    pub settings: Vec<Setting>,
    /// Where the rows come from.
    pub source: InsertSource,
}

/// Where inserted rows come from.
#[derive(Clone, Debug, PartialEq)]
pub enum InsertSource {
    /// `VALUES (..), (..)`; no rows when they follow as blocks of the native protocol.
    Values {
        /// The rows.
        rows: Vec<Vec<Expr>>,
        /// Everything after the word VALUES.
        data: Span,
    },
    /// A query.
    Query(Box<Query>),
    /// `FORMAT name data`.
    Format {
        /// The format.
        name: Ident,
        /// Everything after it, to the end of the text.
        data: Span,
    },
    /// `FROM INFILE '..' ..`: a client reads the file.
    Infile(Span),
    /// Nothing: the rows follow in another way.
    None,
}

/// `SYSTEM ..`.
#[derive(Clone, Debug, PartialEq)]
pub struct System {
    /// What it does, where it is known.
    pub action: SystemAction,
    /// The bare words it starts with after SYSTEM, upper case.
    pub words: Vec<String>,
    /// Everything after SYSTEM, as written.
    pub rest: Span,
}

/// The SYSTEM commands that a migration needs.
#[derive(Clone, Debug, PartialEq)]
pub enum SystemAction {
    /// `PAUSE MATERIALIZED VIEW|STREAM|TASK name [PERMANENT]`
    Pause {
        /// Of what kind.
        kind: ObjectKind,
        /// What.
        name: ObjectName,
        /// `PERMANENT`.
        permanent: bool,
    },
    /// `RESUME ..`, before 2.7 `UNPAUSE ..`
    Resume {
        /// Of what kind.
        kind: ObjectKind,
        /// What.
        name: ObjectName,
        /// It was written UNPAUSE.
        unpause: bool,
        /// `PERMANENT`.
        permanent: bool,
    },
    /// `ABORT ..`
    Abort {
        /// Of what kind.
        kind: ObjectKind,
        /// What.
        name: ObjectName,
    },
    /// `RECOVER ..`
    Recover {
        /// Of what kind.
        kind: ObjectKind,
        /// What.
        name: ObjectName,
    },
    /// `INSTALL PYTHON PACKAGE 'name==version'`
    InstallPythonPackage(Text),
    /// `UNINSTALL PYTHON PACKAGE 'name'`
    UninstallPythonPackage(Text),
    /// `LIST PYTHON PACKAGES`
    ListPythonPackages,
    /// `RELOAD DICTIONARY name`
    ReloadDictionary(ObjectName),
    /// Any other.
    Other,
}

/// `SET name = value, ..`.
#[derive(Clone, Debug, PartialEq)]
pub struct Set {
    /// The settings; empty for SET ROLE and the like.
    pub settings: Vec<Setting>,
    /// Everything after SET, as written.
    pub rest: Span,
}

/// `USE database`.
#[derive(Clone, Debug, PartialEq)]
pub struct Use {
    /// The database.
    pub database: Ident,
}

/// `EXPLAIN [kind] statement`.
#[derive(Clone, Debug, PartialEq)]
pub struct Explain {
    /// `AST`, `SYNTAX`, `PLAN`, `PIPELINE`, .., upper case.
    pub kind: Option<String>,
    /// `name = value` before the statement.
    pub settings: Vec<Setting>,
    /// The statement.
    pub statement: Box<Statement>,
}

/// `KILL QUERY|MUTATION WHERE .. [SYNC|ASYNC|TEST]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Kill {
    /// `MUTATION` instead of `QUERY`.
    pub mutation: bool,
    /// `KILL QUERY 'id'`.
    pub id: Option<Text>,
    /// `WHERE`.
    pub filter: Option<Expr>,
    /// `SYNC`, `ASYNC`, `TEST`, upper case.
    pub modifier: Option<String>,
}

/// `OPTIMIZE STREAM name [PARTITION p] [FINAL] [DEDUPLICATE]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Optimize {
    /// Of what.
    pub name: ObjectName,
    /// `PARTITION`.
    pub partition: Option<Expr>,
    /// `FINAL`.
    pub is_final: bool,
    /// Everything after the name, as written.
    pub rest: Span,
}

/// `RENAME STREAM a TO b, ..`.
#[derive(Clone, Debug, PartialEq)]
pub struct Rename {
    /// What is renamed.
    pub kind: ObjectKind,
    /// `EXCHANGE`.
    pub exchange: bool,
    /// Names before and after.
    pub pairs: Vec<(ObjectName, ObjectName)>,
}
