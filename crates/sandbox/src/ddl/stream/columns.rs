//! The columns of a stream, and those that the server adds.

use std::str::FromStr;

use ferry_native::DataType;
use ferry_sql::{Column as WrittenColumn, DefaultKind as WrittenDefault, Expr, ExprKind};

use crate::catalog::{Column, DefaultKind, Entry, EntryKind};
use crate::ddl::written::Written;
use crate::fault::{Fault, FaultCode};

/// Which columns the server adds besides `_tp_time`.
pub struct Added {
    /// `_tp_delta`, for the changelog modes.
    pub delta: bool,
    /// `_tp_sn`, a real column since Enterprise 2.6.
    pub sequence: bool,
}

/// The columns as written, with their types in the server's spelling.
pub fn read(columns: &[WrittenColumn], kind: EntryKind, written: &Written<'_>) -> Result<Vec<Column>, Fault> {
    let mut seen = std::collections::BTreeSet::new();
    let mut read = Vec::with_capacity(columns.len());
    for column in columns {
        if !seen.insert(column.name.value.as_str()) {
            return Err(Fault::bad(format!("Column {} is given twice", column.name.value)));
        }
        read.push(one(column, kind, written)?);
    }
    Ok(read)
}

/// One column as written.
pub fn one(column: &WrittenColumn, kind: EntryKind, written: &Written<'_>) -> Result<Column, Fault> {
    let name = &column.name.value;
    if column.auto_increment {
        return Err(Fault::refused("AUTO_INCREMENT"));
    }
    let type_name = column
        .ty
        .as_ref()
        .map(|type_name| written.piece(type_name.span))
        .ok_or_else(|| Fault::bad(format!("Column {name} needs a type")))?;
    let type_name = match column.nullable {
        Some(true) => format!("nullable({type_name})"),
        _ => type_name,
    };
    let mut read = Column::new(name, spelled(&type_name, kind, name)?);
    if let Some(default) = &column.default {
        read.default_kind = match default.kind {
            WrittenDefault::Default => DefaultKind::Default,
            WrittenDefault::Alias => DefaultKind::Alias,
            WrittenDefault::Materialized => DefaultKind::Materialized,
            WrittenDefault::Ephemeral => DefaultKind::Ephemeral,
        };
        read.default_expression = default.expr.as_ref().map(|expr| written.piece(expr.span)).unwrap_or_default();
    }
    let codecs: Vec<String> = column.codec.iter().map(|codec| written.piece(codec.span)).collect();
    read.codec = codecs.join(", ");
    read.ttl = column.ttl.as_ref().map(|ttl| written.piece(ttl.span)).unwrap_or_default();
    read.comment = column.comment.as_ref().map(|comment| comment.value.clone()).unwrap_or_default();
    Ok(read)
}

/// The type's name as the server prints it. Kinds that keep no rows here may have types that the sandbox cannot
/// carry: their definitions are kept as written.
fn spelled(type_name: &str, kind: EntryKind, column: &str) -> Result<String, Fault> {
    match DataType::from_str(type_name) {
        Ok(data_type) => Ok(data_type.to_string()),
        Err(_) if !kind.stores_rows() => Ok(type_name.to_owned()),
        Err(error) => {
            let code = if error.is_refused { FaultCode::NotImplemented } else { FaultCode::UnknownType };
            Err(Fault::new(code, format!("Column {column}: {error}")))
        }
    }
}

/// Adds the columns and the index that the server adds and then prints (resources.md 2.2).
pub fn add(entry: &mut Entry, added: &Added) {
    if !has(entry, "_tp_time") {
        let default = entry.setting("event_time_column").unwrap_or("now64(3, 'UTC')").to_owned();
        entry.columns.push(Column {
            default_kind: DefaultKind::Default,
            default_expression: default,
            codec: "DoubleDelta, LZ4".to_owned(),
            ..Column::new("_tp_time", "datetime64(3, 'UTC')")
        });
    }
    let is_plain = entry.kind == EntryKind::Stream;
    if is_plain && !has_index(entry, "_tp_time_index") {
        entry.elements.push("INDEX _tp_time_index _tp_time TYPE minmax GRANULARITY 2".to_owned());
    }
    if added.delta && !has(entry, "_tp_delta") {
        entry.columns.push(Column {
            default_kind: DefaultKind::Default,
            default_expression: "1".to_owned(),
            ..Column::new("_tp_delta", "int8")
        });
    }
    if added.sequence && !has(entry, "_tp_sn") {
        entry.columns.push(Column { codec: "Delta(8), LZ4".to_owned(), ..Column::new("_tp_sn", "int64") });
    }
    if added.sequence && is_plain && !has_index(entry, "_tp_sn_index") {
        entry.elements.push("INDEX _tp_sn_index _tp_sn TYPE minmax GRANULARITY 2".to_owned());
    }
}

/// Refuses names that only the server may use (resources.md 2.2).
pub fn reserved(name: &str) -> Result<(), Fault> {
    const ALLOWED: [&str; 4] = ["_tp_time", "_tp_index_time", "_tp_sn", "_tp_delta"];
    let is_reserved =
        ["window_start", "window_end"].contains(&name) || (name.starts_with("_tp_") && !ALLOWED.contains(&name));
    if is_reserved {
        return Err(Fault::bad(format!("Column {name} is reserved")));
    }
    Ok(())
}

/// The column names of a key: one name, or a tuple of names.
pub fn names_of(key: &Expr) -> Vec<String> {
    match &key.kind {
        ExprKind::Tuple(items) => items.iter().flat_map(names_of).collect(),
        _ => vec![key.plain_text()],
    }
}

fn has(entry: &Entry, name: &str) -> bool {
    entry.columns.iter().any(|column| column.name == name)
}

fn has_index(entry: &Entry, name: &str) -> bool {
    let head = format!("INDEX {name} ");
    entry.elements.iter().any(|element| element.starts_with(&head))
}
