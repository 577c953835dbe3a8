//! Facts of REST objects: the SQL that lies in them and the streams that they name.

use ferry_model::{ResourceKind, ResourceName};
use ferry_sql::references_in_query_text;
use serde_json::Value;

use super::{DEFAULT_DATABASE, Facts, Needed, NeededKind};

pub(super) fn read(kind: ResourceKind, value: &Value, is_function: &dyn Fn(&str) -> bool) -> Facts {
    let mut needs = Vec::new();
    match kind {
        ResourceKind::Source => {
            if let Some(stream) = value.get("stream").and_then(Value::as_str) {
                needs.push(relation(stream));
            }
        }
        ResourceKind::Sink => add_query(value, "query", is_function, &mut needs),
        // What a person saved may be any statement and need not make sense (rest.md 2.7).
        ResourceKind::SavedQuery => add_query(value, "sql", is_function, &mut needs),
        ResourceKind::Dashboard => {
            let panels = value.get("panels").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            panels.iter().for_each(|panel| add_query(panel, "viz_content", is_function, &mut needs));
        }
        _ => {}
    }
    needs.sort();
    needs.dedup();
    Facts { needs, ..Facts::default() }
}

fn add_query(value: &Value, key: &str, is_function: &dyn Fn(&str) -> bool, needs: &mut Vec<Needed>) {
    let Some(sql) = value.get(key).and_then(Value::as_str).filter(|sql| !sql.trim().is_empty()) else { return };
    let is_function = |name: &str| is_function(name);
    let found = references_in_query_text(sql, DEFAULT_DATABASE, &is_function);
    needs.extend(found.items.iter().filter_map(Needed::of));
}

fn relation(name: &str) -> Needed {
    let name = split_name(ResourceKind::Stream, name);
    Needed { kind: NeededKind::Relation, database: name.database, name: name.name }
}

/// `database.stream` or `stream`; the app server does not document other databases for sources (rest.md 1.3).
pub(crate) fn split_name(kind: ResourceKind, name: &str) -> ResourceName {
    let (database, name) = name.split_once('.').unwrap_or((DEFAULT_DATABASE, name));
    ResourceName::in_database(kind, database, name)
}

/// Gives every query of a sink, a saved query or a dashboard.
pub(crate) fn each_query(kind: ResourceKind, value: &mut Value, take: &mut dyn FnMut(&mut String)) {
    let mut at = |value: &mut Value, key: &str| {
        if let Some(Value::String(sql)) = value.get_mut(key) {
            take(sql);
        }
    };
    match kind {
        ResourceKind::Sink => at(value, "query"),
        ResourceKind::SavedQuery => at(value, "sql"),
        ResourceKind::Dashboard => {
            let panels = value.get_mut("panels").and_then(Value::as_array_mut);
            panels.into_iter().flatten().for_each(|panel| at(panel, "viz_content"));
        }
        _ => {}
    }
}
