//! The rules T1 to T22 of resources.md 3.8, one function each.

mod access;
pub(crate) mod columns;
pub(crate) mod engine;
mod external;
mod gates;
mod heads;
mod identity;
pub(crate) mod settings;
mod streaming;
mod types;

use super::{Attention, Input, Outcome};
use ferry_model::messages::rewrite as text;

/// A rule.
pub struct Rule {
    /// `T1` to `T22`.
    pub id: &'static str,
    /// Its name in snake case.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// Whether it may change SQL; the others only tell.
    pub changes_text: bool,
    pub(super) apply: fn(&Input<'_>) -> Option<Outcome>,
}

const fn rule(
    id: &'static str,
    name: &'static str,
    summary: &'static str,
    apply: fn(&Input<'_>) -> Option<Outcome>,
) -> Rule {
    Rule { id, name, summary, changes_text: true, apply }
}

const fn telling(
    id: &'static str,
    name: &'static str,
    summary: &'static str,
    apply: fn(&Input<'_>) -> Option<Outcome>,
) -> Rule {
    Rule { id, name, summary, changes_text: false, apply }
}

/// Every rule, in the order in which they are applied: what never travels first, names last.
pub const RULES: [Rule; 22] = [
    rule("T4", "identity", text::T4, identity::without_identity),
    rule("T5", "javascript_language", text::T5, identity::javascript_language),
    rule("T6", "printed_columns", text::T6, columns::without_printed_columns),
    rule("T7", "query_parentheses", text::T7, heads::without_query_parentheses),
    rule("T8", "system_columns", text::T8, columns::without_system_columns),
    rule("T2", "external_engine", text::T2, engine::external_engine),
    rule("T3", "kind_engine", text::T3, engine::kind_engine),
    rule("T1", "stream_engine", text::T1, engine::stream_engine),
    rule("T9", "renamed_settings", text::T9, settings::renamed_settings),
    rule("T10", "streaming_syntax", text::T10, streaming::streaming_syntax),
    rule("T11", "removed_column_features", text::T11, types::removed_column_features),
    rule("T12", "index_of_key", text::T12, types::index_of_key),
    rule("T13", "nats_key", text::T13, external::nats_key),
    telling("T14", "python_release", text::T14, external::python_release),
    telling("T15", "rest_alert", text::T15, nothing_in_sql),
    telling("T16", "type_gates", text::T16, types::type_gates),
    rule("T17", "create_head", text::T17, heads::create_head),
    telling("T18", "connect_sink", text::T18, nothing_in_sql),
    telling("T19", "earliest_alias", text::T19, nothing_in_sql),
    rule("T20", "user_password", text::T20, access::user_password),
    telling("T21", "kind_gates", text::T21, gates::kind_gates),
    rule("T22", "rename", text::T22, renamed),
];

/// Rules about REST objects ([`crate::rewrite::rest`]), and T19: `earliest_ts` is an alias that every release knows.
fn nothing_in_sql(_input: &Input<'_>) -> Option<Outcome> {
    None
}

/// Rule T22: names that get another name, everywhere they stand.
fn renamed(input: &Input<'_>) -> Option<Outcome> {
    let renames = super::renames(input.migration);
    if renames.is_empty() {
        return None;
    }
    let edits = crate::rename::edits(input.statement, input.sql(), renames, &input.migration.default_database);
    let listed: Vec<String> = renames.iter().map(|rename| format!("{} → {}", rename.from, rename.to)).collect();
    Outcome::with(edits, text::renamed(&listed.join(", ")), Attention::None)
}
