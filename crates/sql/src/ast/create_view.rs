//! CREATE VIEW and CREATE MATERIALIZED VIEW.

use super::{Elements, Engine, Expr, Ident, ObjectName, Query, Setting, Text, TtlItem};
use crate::span::Span;

/// What a live view has beyond a view.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Live {
    /// `TO|INTO target`.
    pub into: Option<ObjectName>,
    /// `WITH TIMEOUT seconds`.
    pub timeout: Option<Expr>,
    /// `WITH [PERIODIC] REFRESH seconds`.
    pub refresh: Option<Expr>,
}

/// With whose rights a view reads: `DEFINER = user`, `SQL SECURITY DEFINER|INVOKER|NONE`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Security {
    /// Whose; `CURRENT_USER` is whoever creates the view.
    pub definer: Option<Ident>,
    /// `DEFINER`, `INVOKER` or `NONE`.
    pub mode: Option<Ident>,
}

/// `CREATE [LIVE] VIEW`.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateView {
    /// `LIVE`.
    pub live: Option<Box<Live>>,
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
    /// `DEFINER = ..`, `SQL SECURITY ..`.
    pub security: Option<Box<Security>>,
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
    /// `REFRESH EVERY|AFTER ..`: the query runs again and again instead of following its streams.
    pub refresh: Option<Box<Refresh>>,
    /// `EMPTY`: it is not filled when it is created.
    pub empty: bool,
    /// The query. Settings written at its end belong to the view.
    pub query: Query,
    /// `SETTINGS` before the query or after a query in parentheses.
    pub settings: Vec<Setting>,
    /// `STORAGE_SETTINGS` of the inner stream.
    pub storage_settings: Vec<Setting>,
    /// `TTL` of the inner stream.
    pub ttl: Vec<TtlItem>,
    /// `DEFINER = ..`, `SQL SECURITY ..`.
    pub security: Option<Box<Security>>,
    /// `COMMENT`.
    pub comment: Option<Text>,
}

/// `REFRESH EVERY 1 DAY OFFSET 2 HOUR RANDOMIZE FOR 1 HOUR DEPENDS ON a, b APPEND`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Refresh {
    /// From REFRESH to the end of the interval, with OFFSET and RANDOMIZE FOR.
    pub schedule: Span,
    /// `DEPENDS ON`: views that must have been refreshed before.
    pub depends_on: Vec<ObjectName>,
    /// `APPEND`: rows are added instead of replaced.
    pub append: bool,
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
