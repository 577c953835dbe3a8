//! What a dictionary reads, and where its cache is.

use super::collect::Collector;
use super::{QualifiedName, Role};
use crate::ast::{CreateDictionary, DictionaryClause, DictionaryPair, DictionaryValue};

impl Collector<'_> {
    /// Its source's names belong to the dictionary's own database.
    pub(super) fn dictionary(&mut self, create: &CreateDictionary) {
        let outer = self.default_database;
        let own = create.name.database_or(outer).to_owned();
        let mut inner = Collector::new(&own, self.catalog);
        inner.dictionary_parts(create);
        self.take(inner.finish());
    }

    fn dictionary_parts(&mut self, create: &CreateDictionary) {
        for attribute in &create.attributes {
            self.exprs(attribute.default.as_ref());
            self.exprs(attribute.expression.as_ref());
        }
        if let Some(source) = &create.source {
            let is_own = ["TIMEPLUS", "CLICKHOUSE"].iter().any(|name| source.name.value.eq_ignore_ascii_case(name));
            if is_own && is_local(source) {
                self.dictionary_source(source);
            }
        }
        if let Some(layout) = &create.layout {
            // The cache of a dictionary is a stream of this deployment.
            self.stream_of(layout, Role::Writes);
        }
        self.settings(&create.settings);
    }

    fn dictionary_source(&mut self, source: &DictionaryClause) {
        self.stream_of(source, Role::Reads);
        if let Some((user, pair)) = text_of(source, &["USER"]) {
            self.add(QualifiedName::global(user), Role::UsesUser, pair.span);
        }
        if let Some((query, pair)) = text_of(source, &["QUERY"]) {
            let found = super::references_in_query_text(&query, self.default_database, self.catalog);
            for item in found.items {
                self.add(item.name, item.role, pair.span);
            }
            for place in found.unresolved {
                self.unresolved(place.text, &place.reason, pair.span);
            }
        }
    }

    /// `STREAM 'x'` or `TABLE 'x'`, with `DB 'd'`.
    fn stream_of(&mut self, clause: &DictionaryClause, role: Role) {
        let Some((name, pair)) = text_of(clause, &["STREAM", "TABLE"]) else {
            return;
        };
        let span = pair.span;
        match text_of(clause, &["DB", "DATABASE"]) {
            Some((database, _)) => self.add(QualifiedName::local(database, name), role, span),
            None => self.add_text(&name, role, span),
        }
    }
}

/// Without a host, or with this machine as host, a source is the deployment itself.
fn is_local(source: &DictionaryClause) -> bool {
    match text_of(source, &["HOST"]) {
        Some((host, _)) => ["localhost", "127.0.0.1", "::1"].contains(&host.as_str()),
        None => true,
    }
}

fn text_of<'c>(clause: &'c DictionaryClause, keys: &[&str]) -> Option<(String, &'c DictionaryPair)> {
    let pair = clause.pairs.iter().find(|pair| keys.iter().any(|key| pair.key.value.eq_ignore_ascii_case(key)))?;
    match &pair.value {
        DictionaryValue::Expr(value) => Some((value.plain_text(), pair)),
        _ => None,
    }
}
