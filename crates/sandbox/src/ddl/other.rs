//! Databases, format schemas, named collections, dictionaries.

use ferry_sql::{CreateDatabase, CreateDictionary, CreateFormatSchema, CreateNamedCollection};
use serde_json::json;

use super::stream::settings::is_text;
use super::written::Written;
use crate::catalog::{BUILT_IN_DATABASES, Column, Entry, EntryKind};
use crate::fault::{Fault, FaultCode};
use ferry_sql::print::{quote_identifier, quote_string};

/// CREATE DATABASE.
pub fn database(create: &CreateDatabase, owner: &str) -> Result<Entry, Fault> {
    let name = &create.name.value;
    if BUILT_IN_DATABASES.contains(&name.as_str()) {
        return Err(Fault::new(FaultCode::DatabaseAlreadyExists, format!("Database {name} already exists")));
    }
    let engine = create.engine.as_ref().map_or("Atomic", |engine| engine.name.value.as_str());
    if engine != "Atomic" || !create.settings.is_empty() {
        return Err(Fault::refused("databases of external services"));
    }
    let mut entry = Entry::named(EntryKind::Database, "", name, owner);
    entry.comment = create.comment.as_ref().map(|comment| comment.value.clone()).unwrap_or_default();
    entry.engine = engine.to_owned();
    entry.statement = format!("CREATE DATABASE {}\nENGINE = Atomic", quote_identifier(name));
    if !entry.comment.is_empty() {
        entry.statement.push_str(&format!("\nCOMMENT {}", quote_string(&entry.comment)));
    }
    Ok(entry)
}

/// CREATE FORMAT SCHEMA. The content is looked at only as far as an empty one is refused.
pub fn format_schema(create: &CreateFormatSchema, owner: &str) -> Result<Entry, Fault> {
    let name = &create.name.value;
    let type_name = create.ty.as_ref().map_or("Protobuf", |type_name| type_name.value.as_str());
    let type_name = ["Protobuf", "Avro"]
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(type_name))
        .ok_or_else(|| Fault::bad(format!("Unknown format schema type {type_name}")))?;
    let content = create.body.value.trim_matches('\n');
    let is_plausible = match type_name {
        "Protobuf" => content.contains("message") && content.matches('{').count() == content.matches('}').count(),
        _ => serde_json::from_str::<serde_json::Value>(content).is_ok(),
    };
    if !is_plausible {
        return Err(Fault::bad(format!("Format schema {name} is not a {type_name} schema")));
    }
    let mut entry = Entry::named(EntryKind::FormatSchema, "", name, owner);
    // As published (protocol.md F3, output 10).
    entry.statement =
        format!("CREATE FORMAT SCHEMA {} AS\n$$\n{content}\n$$\nTYPE {type_name}", quote_identifier(name));
    entry.details = json!({"type": type_name, "content": content});
    Ok(entry)
}

/// CREATE NAMED COLLECTION.
pub fn named_collection(create: &CreateNamedCollection, owner: &str) -> Entry {
    let name = &create.name.value;
    let mut entry = Entry::named(EntryKind::NamedCollection, "", name, owner);
    let mut open = Vec::new();
    let mut hidden = Vec::new();
    let mut values = serde_json::Map::new();
    for item in &create.entries {
        let key = &item.setting.name.value;
        let value = item.setting.text();
        let printed = if is_text(&item.setting) { quote_string(&value) } else { value.clone() };
        let suffix = match item.overridable {
            Some(true) => " OVERRIDABLE",
            Some(false) => " NOT OVERRIDABLE",
            None => "",
        };
        open.push(format!("{key} = {printed}{suffix}"));
        hidden.push(format!("{key} = '[HIDDEN]'{suffix}"));
        values.insert(key.clone(), json!(value));
    }
    let head = format!("CREATE NAMED COLLECTION {} AS ", quote_identifier(name));
    entry.statement = format!("{head}{}", open.join(", "));
    // Values are hidden from whoever may not see secrets, which is everybody here (resources.md 2.1).
    entry.details = json!({"shown": format!("{head}{}", hidden.join(", ")), "values": values});
    entry
}

/// CREATE DICTIONARY: kept, never loaded; reading it is refused.
pub fn dictionary(
    create: &CreateDictionary,
    written: &Written<'_>,
    whole: ferry_sql::Span,
    around: (&str, &str),
) -> Result<Entry, Fault> {
    let (database, owner) = around;
    if create.attach || create.or_replace {
        return Err(Fault::refused("ATTACH and OR REPLACE of dictionaries"));
    }
    let name = &create.name.name.value;
    let database = create.name.database_or(database);
    let mut entry = Entry::named(EntryKind::Dictionary, database, name, owner);
    entry.comment = create.comment.as_ref().map(|comment| comment.value.clone()).unwrap_or_default();
    entry.engine = "Dictionary".to_owned();
    entry.columns = create
        .attributes
        .iter()
        .map(|attribute| Column::new(&attribute.name.value, written.piece(attribute.ty.span)))
        .collect();
    let after_name = ferry_sql::Span::new(create.name.span.end, whole.end);
    let body = written.exact(after_name).trim_start();
    entry.statement = format!("CREATE DICTIONARY {}.{}\n{body}", quote_identifier(database), quote_identifier(name));
    Ok(entry)
}
