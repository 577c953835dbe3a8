//! CREATE STREAM of every flavour: from the tree to what is kept.

pub mod columns;
pub mod settings;

use serde_json::json;

use ferry_sql::{CreateSource, CreateStream, Expr, ExprKind, StreamFlavor};

use self::columns::{Added, reserved};
use super::written::Written;
use crate::catalog::{Entry, EntryKind, StoredSetting};
use crate::ddl::print;
use crate::fault::Fault;
use crate::options::Edition;
use ferry_sql::print::quote_identifier;

/// What a stream's reader must know besides the statement.
pub struct Setting<'a> {
    /// The statement's text.
    pub written: &'a Written<'a>,
    /// The product that is presented.
    pub edition: &'a Edition,
    /// The database of names that have none.
    pub database: &'a str,
    /// Who creates it.
    pub owner: &'a str,
}

/// The definition that a CREATE STREAM or CREATE EXTERNAL TABLE asks for.
pub fn define(create: &CreateStream, kind: EntryKind, around: &Setting<'_>) -> Result<Entry, Fault> {
    refuse_unsupported(create, kind, around.edition)?;
    let database = create.name.database_or(around.database);
    let mut entry = Entry::named(kind, database, &create.name.name.value, around.owner);
    entry.comment = create.comment.as_ref().map(|comment| comment.value.clone()).unwrap_or_default();
    entry.settings = settings::read(&create.settings, kind)?;
    entry.columns = columns::read(&create.elements.columns, kind, around.written)?;
    let spans = create.elements.indexes.iter().map(|index| index.span);
    let spans = spans
        .chain(create.elements.constraints.iter().map(|constraint| constraint.span))
        .chain(create.elements.families.iter().map(|family| family.span));
    entry.elements = spans.map(|span| around.written.piece(span)).collect();
    let expression =
        |expr: &Option<Expr>| expr.as_ref().map(|expr| around.written.piece(expr.span)).unwrap_or_default();
    entry.primary_key = key_columns(create);
    entry.partition_by = expression(&create.partition_by);
    entry.order_by = expression(&create.order_by);
    let rules: Vec<String> = create.ttl.iter().map(|rule| around.written.piece(rule.span)).collect();
    entry.ttl = rules.join(", ");
    match kind {
        EntryKind::Stream | EntryKind::MutableStream => stored(create, &mut entry, around)?,
        EntryKind::RandomStream | EntryKind::NullStream => generated(&mut entry),
        _ => external(create, &mut entry, around)?,
    }
    entry.statement = print::stream(&entry);
    Ok(entry)
}

/// Fills what a stream with rows of its own has, with the defaults that the server adds (resources.md 2.2).
fn stored(create: &CreateStream, entry: &mut Entry, around: &Setting<'_>) -> Result<(), Fault> {
    if entry.columns.is_empty() {
        return Err(Fault::bad(format!("Stream {} has no columns", print::full_name(entry))));
    }
    let is_mutable = entry.kind == EntryKind::MutableStream;
    entry.mode = mode(create, is_mutable, entry)?;
    check_key(entry)?;
    let shards = create
        .shards()
        .filter(|shards| (1..=64).contains(shards))
        .ok_or_else(|| Fault::bad("The number of shards must be between 1 and 64"))?;
    entry.shards = shards as u32;
    columns::add(
        entry,
        &Added {
            delta: ["changelog", "changelog_kv"].contains(&entry.mode.as_str()),
            sequence: around.edition.is_enterprise(),
        },
    );
    let replicas = entry.setting("replication_factor").or_else(|| entry.setting("replicas")).unwrap_or("1").to_owned();
    if replicas != "1" {
        return Err(Fault::bad(format!("replication_factor {replicas} needs {replicas} nodes, this deployment has 1")));
    }
    let sharding = sharding_expression(create, entry, around);
    entry.engine = if is_mutable { "MutableStream" } else { "Stream" }.to_owned();
    entry.engine_full = if is_mutable {
        format!("MutableStream({shards}, {replicas})")
    } else {
        format!("Stream({shards}, {replicas}, {sharding})")
    };
    if !is_mutable {
        if entry.partition_by.is_empty() {
            entry.partition_by = "to_YYYYMMDD(_tp_time)".to_owned();
        }
        let is_keyed = ["versioned_kv", "changelog_kv"].contains(&entry.mode.as_str());
        if entry.order_by.is_empty() && !is_keyed {
            entry.order_by = "to_start_of_hour(_tp_time)".to_owned();
        }
    }
    // These three are printed in the ENGINE line.
    entry.settings.retain(|setting| {
        !["shards", "replication_factor", "replicas", "sharding_expr"].contains(&setting.name.as_str())
    });
    if entry.setting("index_granularity").is_none() && !is_mutable {
        entry.settings.push(StoredSetting {
            name: "index_granularity".to_owned(),
            value: "8192".to_owned(),
            is_text: false,
        });
    }
    Ok(())
}

fn generated(entry: &mut Entry) {
    let engine = if entry.kind == EntryKind::RandomStream { "Random" } else { "Null" };
    columns::add(entry, &Added { delta: false, sequence: false });
    entry.engine = engine.to_owned();
    entry.engine_full = engine.to_owned();
}

fn external(create: &CreateStream, entry: &mut Entry, around: &Setting<'_>) -> Result<(), Fault> {
    let type_name = entry.setting("type").map(str::to_owned);
    if type_name.is_none() && entry.setting("named_collection").is_none() {
        return Err(Fault::bad("External streams and tables need the setting `type`"));
    }
    if let Some(CreateSource::Body(code)) = &create.source {
        entry.details = json!({"body": around.written.exact(code.span)});
    }
    if entry.kind == EntryKind::ExternalTable {
        entry.engine = "ExternalTable".to_owned();
        return Ok(());
    }
    entry.engine = "ExternalStream".to_owned();
    let sharding = entry.setting("sharding_expr").map(str::to_owned);
    let sharding = sharding.or_else(|| {
        let arguments = create.engine.as_ref()?.args.as_ref()?;
        arguments.first().map(|argument| around.written.piece(argument.span))
    });
    // The interpreter keeps the sharding expression as the engine's argument (protocol.md F2).
    entry.engine_full = match sharding {
        Some(expression) => format!("ExternalStream({expression})"),
        None => "ExternalStream".to_owned(),
    };
    entry.settings.retain(|setting| setting.name != "sharding_expr");
    Ok(())
}

fn mode(create: &CreateStream, is_mutable: bool, entry: &mut Entry) -> Result<String, Fault> {
    if is_mutable {
        return Ok("mutable".to_owned());
    }
    let from_head = match create.flavor {
        StreamFlavor::VersionedKv => Some("versioned_kv"),
        StreamFlavor::ChangelogKv => Some("changelog_kv"),
        StreamFlavor::Changelog => Some("changelog"),
        _ => None,
    };
    let given = entry.setting("mode").or(from_head).unwrap_or("append").to_owned();
    if !["append", "changelog", "changelog_kv", "versioned_kv"].contains(&given.as_str()) {
        return Err(Fault::bad(format!("Unknown stream mode '{given}'")));
    }
    if given != "append" && entry.setting("mode").is_none() {
        let mode = StoredSetting { name: "mode".to_owned(), value: given.clone(), is_text: true };
        entry.settings.insert(0, mode);
    }
    Ok(given)
}

/// The rules of the keyed modes (resources.md 2.2).
fn check_key(entry: &Entry) -> Result<(), Fault> {
    let is_keyed = ["versioned_kv", "changelog_kv", "mutable"].contains(&entry.mode.as_str());
    if is_keyed && entry.primary_key.is_empty() {
        return Err(Fault::bad(format!("A stream of mode {} needs a PRIMARY KEY", entry.mode)));
    }
    for key in &entry.primary_key {
        let is_column = entry.columns.iter().any(|column| column.name == *key);
        if !is_column && key != "_tp_time" {
            return Err(Fault::bad(format!("The primary key names `{key}`, which is not a column")));
        }
    }
    let version = entry.setting("version_column").unwrap_or_default();
    if !version.is_empty() && entry.primary_key.iter().any(|key| key == version) {
        return Err(Fault::bad(format!("The version column `{version}` may not be part of the primary key")));
    }
    Ok(())
}

fn sharding_expression(create: &CreateStream, entry: &Entry, around: &Setting<'_>) -> String {
    if let Some(expression) = entry.setting("sharding_expr") {
        return expression.to_owned();
    }
    let arguments = create.engine.as_ref().and_then(|engine| engine.args.as_ref());
    let last = arguments.filter(|arguments| arguments.len() >= 2).and_then(|arguments| arguments.last());
    if let Some(last) = last.filter(|last| !matches!(last.kind, ExprKind::Literal(_))) {
        return around.written.piece(last.span);
    }
    if entry.primary_key.is_empty() {
        return "rand()".to_owned();
    }
    let keys: Vec<String> = entry.primary_key.iter().map(|key| quote_identifier(key)).collect();
    format!("weak_hash32({})", keys.join(", "))
}

fn key_columns(create: &CreateStream) -> Vec<String> {
    let at_columns =
        create.elements.columns.iter().filter(|column| column.primary_key).map(|column| column.name.value.clone());
    match &create.primary_key {
        Some(key) => columns::names_of(key),
        None => at_columns.collect(),
    }
}

fn refuse_unsupported(create: &CreateStream, kind: EntryKind, edition: &Edition) -> Result<(), Fault> {
    let proton_has_it = kind != EntryKind::MutableStream;
    if !proton_has_it && !edition.is_enterprise() {
        return Err(Fault::bad("Proton has no mutable streams"));
    }
    if create.or_replace {
        return Err(Fault::refused("CREATE OR REPLACE STREAM"));
    }
    if create.attach || create.temporary || create.on_cluster.is_some() {
        return Err(Fault::refused("ATTACH, TEMPORARY and ON CLUSTER"));
    }
    if !create.elements.projections.is_empty() {
        return Err(Fault::refused("PROJECTION"));
    }
    if let Some(CreateSource::Query(_) | CreateSource::Like(_) | CreateSource::Function(_)) = &create.source {
        return Err(Fault::refused("CREATE STREAM .. AS"));
    }
    if create.sample_by.is_some() {
        return Err(Fault::refused("SAMPLE BY"));
    }
    let engine = create.engine.as_ref().map(|engine| engine.name.value.as_str());
    let known = ["Stream", "MutableStream", "Random", "Null", "ExternalStream", "ExternalTable"];
    if let Some(engine) = engine
        && !known.iter().any(|name| name.eq_ignore_ascii_case(engine))
    {
        return Err(Fault::refused(format!("ENGINE = {engine}")));
    }
    // Columns of external streams name what the other system gives, `_tp_message_key` among them.
    if !matches!(kind, EntryKind::ExternalStream | EntryKind::ExternalTable) {
        for column in &create.elements.columns {
            reserved(&column.name.value)?;
        }
    }
    Ok(())
}
