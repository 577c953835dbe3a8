//! `system.*`, as far as a capture needs it (resources.md 2.1, protocol.md F1). Unknown tables are errors.

use crate::catalog::{BUILT_IN_DATABASES, DefaultKind, Entry, EntryKind};
use crate::deployment::Deployment;
use crate::fault::Fault;
use crate::rows::Rows;

/// The table `system.name` with its rows of this moment.
pub fn table(deployment: &Deployment, name: &str) -> Result<Rows, Fault> {
    match name {
        "tables" => tables(deployment),
        "databases" => Ok(databases(deployment)),
        "columns" => Ok(columns(deployment)),
        "functions" => Ok(functions(deployment)),
        "dictionaries" => Ok(dictionaries(deployment)),
        "users" => Ok(users(deployment)),
        "grants" => Ok(grants(deployment)),
        "processes" => Ok(processes(deployment)),
        "one" => Ok(Rows::new().add_dummy()),
        "named_collections" if has_named_collections(deployment) => Ok(named_collections(deployment)),
        "roles" => Ok(Rows::new().text("name", NONE).text("storage", NONE)),
        "role_grants" => {
            Ok(Rows::new().text("user_name", NONE).text("role_name", NONE).text("granted_role_name", NONE))
        }
        "row_policies" => Ok(["name", "short_name", "database", "table", "select_filter"]
            .into_iter()
            .fold(Rows::new(), |rows, column| rows.text(column, NONE))),
        "quotas" | "settings_profiles" | "disks" | "storage_policies" => Ok(Rows::new().text("name", NONE)),
        "stream_state_log" => Ok(states(deployment)),
        "build_options" => Ok(build_options(deployment)),
        other => Err(Fault::unknown_stream("system", other)),
    }
}

/// What the sandbox never has.
const NONE: [&str; 0] = [];

/// Named collections exist from Enterprise 3.0 (resources.md 3.9); the sandbox keeps them on every Enterprise.
fn has_named_collections(deployment: &Deployment) -> bool {
    deployment.edition().is_enterprise()
}

fn tables(deployment: &Deployment) -> Result<Rows, Fault> {
    let catalog = deployment.catalog();
    let mut entries: Vec<Entry> = catalog.relations().cloned().collect();
    drop(catalog);
    let inner: Vec<Entry> = entries.iter().filter_map(inner_stream).collect();
    entries.extend(inner);
    let mut n_rows = Vec::with_capacity(entries.len());
    let mut n_bytes = Vec::with_capacity(entries.len());
    for entry in &entries {
        let stream = deployment.stream_of(entry);
        n_rows.push(stream.as_ref().map(|stream| stream.visible_rows()).transpose()?);
        n_bytes.push(stream.as_ref().map(|stream| stream.size_bytes()));
    }
    let dependants: Vec<Vec<&Entry>> =
        entries.iter().map(|entry| entries.iter().filter(|other| depends(other, entry)).collect()).collect();
    let text = |pick: fn(&Entry) -> String| entries.iter().map(pick).collect::<Vec<_>>();
    Ok(Rows::new()
        .text("database", text(|entry| entry.database.clone()))
        .text("name", text(|entry| entry.name.clone()))
        .uuid("uuid", entries.iter().map(|entry| entry.uuid.as_str()))
        .text("engine", text(|entry| entry.engine.clone()))
        .flag("is_temporary", entries.iter().map(|_| false))
        .datetime("metadata_modification_time", entries.iter().map(|entry| entry.created_ms))
        .texts("dependencies_database", dependants.iter().map(|them| names(them, |entry| &entry.database)))
        .texts("dependencies_table", dependants.iter().map(|them| names(them, |entry| &entry.name)))
        .text("create_table_query", text(|entry| entry.statement.clone()))
        .text("engine_full", text(engine_full))
        .text("mode", text(|entry| entry.mode.clone()))
        // Always empty, as on a real server (protocol.md F1).
        .text("as_select", text(|_| String::new()))
        .text("partition_key", text(|entry| entry.partition_by.clone()))
        .text("sorting_key", text(|entry| entry.order_by.clone()))
        .text("primary_key", text(|entry| entry.primary_key.join(", ")))
        .text("sampling_key", text(|_| String::new()))
        .text("storage_policy", text(|entry| if entry.kind.stores_rows() { "default" } else { "" }.to_owned()))
        .nullable_uint64("total_rows", n_rows)
        .nullable_uint64("total_bytes", n_bytes)
        .text("comment", text(|entry| entry.comment.clone()))
        .flag("has_own_data", entries.iter().map(|entry| entry.kind.stores_rows())))
}

/// Whether `other` reads `entry` or, as a materialized view, writes it: both are listed as dependants
/// (resources.md 2.0).
fn depends(other: &Entry, entry: &Entry) -> bool {
    let name = entry.qualified();
    other.reads.contains(&name) || other.target.as_ref() == Some(&name)
}

/// The inner stream of a materialized view without INTO, as it is listed (resources.md 2.4).
fn inner_stream(entry: &Entry) -> Option<Entry> {
    let has_inner = entry.kind == EntryKind::MaterializedView && entry.target.is_none() && entry.problem.is_none();
    has_inner.then(|| {
        let mut inner = entry.clone();
        inner.kind = EntryKind::Stream;
        inner.name = inner_name(entry);
        inner.engine = "Stream".to_owned();
        inner.mode = "append".to_owned();
        inner.reads.clear();
        inner.engine_full = "Stream(1, 1, rand())".to_owned();
        inner.statement = crate::ddl::print::stream(&inner);
        inner
    })
}

/// The name of the inner stream of a materialized view.
pub fn inner_name(entry: &Entry) -> String {
    format!(".inner.target-id.{}", entry.uuid)
}

fn engine_full(entry: &Entry) -> String {
    let mut parts = vec![entry.engine_full.clone()];
    for (words, value) in [("PARTITION BY", &entry.partition_by), ("ORDER BY", &entry.order_by), ("TTL", &entry.ttl)] {
        if !value.is_empty() {
            parts.push(format!("{words} {value}"));
        }
    }
    if !entry.settings.is_empty() {
        parts.push(format!("SETTINGS {}", crate::ddl::print::settings(&entry.settings)));
    }
    parts.join(" ").trim().to_owned()
}

fn names(entries: &[&Entry], pick: fn(&Entry) -> &String) -> Vec<String> {
    entries.iter().map(|entry| pick(entry).clone()).collect()
}

fn databases(deployment: &Deployment) -> Rows {
    let catalog = deployment.catalog();
    let mut all: Vec<(String, String, String)> = catalog
        .databases()
        .map(|entry| (entry.name.clone(), entry.uuid.clone(), entry.comment.clone()))
        .chain(BUILT_IN_DATABASES.iter().map(|name| ((*name).to_owned(), uuid::Uuid::nil().to_string(), String::new())))
        .collect();
    all.sort();
    let engine = |name: &str| if BUILT_IN_DATABASES.contains(&name) && name != "neutron" { "Memory" } else { "Atomic" };
    Rows::new()
        .text("name", all.iter().map(|(name, _, _)| name))
        .text("engine", all.iter().map(|(name, _, _)| engine(name)))
        .uuid("uuid", all.iter().map(|(_, uuid, _)| uuid.as_str()))
        .text("comment", all.iter().map(|(_, _, comment)| comment))
}

fn columns(deployment: &Deployment) -> Rows {
    let catalog = deployment.catalog();
    let all: Vec<(&Entry, usize)> =
        catalog.relations().flat_map(|entry| (0..entry.columns.len()).map(move |index| (entry, index))).collect();
    let column = |(entry, index): &(&Entry, usize)| entry.columns[*index].clone();
    let is_key = |(entry, index): &(&Entry, usize)| entry.primary_key.contains(&entry.columns[*index].name);
    Rows::new()
        .text("database", all.iter().map(|(entry, _)| &entry.database))
        .text("table", all.iter().map(|(entry, _)| &entry.name))
        .text("name", all.iter().map(|each| column(each).name))
        .text("type", all.iter().map(|each| column(each).type_name))
        .uint64("position", all.iter().map(|(_, index)| *index as u64 + 1))
        .text("default_kind", all.iter().map(|each| column(each).default_kind.as_str()))
        .text("default_expression", all.iter().map(|each| column(each).default_expression))
        .text("comment", all.iter().map(|each| column(each).comment))
        .flag("is_in_primary_key", all.iter().map(is_key))
        .text("compression_codec", all.iter().map(|each| column(each).codec))
        .flag("is_virtual", all.iter().map(|each| column(each).default_kind == DefaultKind::Alias))
}

fn functions(deployment: &Deployment) -> Rows {
    let catalog = deployment.catalog();
    let built_in: Vec<(String, bool)> = crate::engine::functions::all()
        .map(|(_, function)| {
            (function.name.to_owned(), matches!(function.build, crate::engine::functions::Build::Aggregate))
        })
        .collect();
    let user: Vec<&Entry> = catalog.globals(EntryKind::Function).collect();
    let is_sql = |entry: &Entry| entry.details["language"] == "sql";
    // `create_query` is filled for SQL functions only; the origins of other languages came with 3.x (protocol.md F1).
    let origin = |entry: &Entry| if is_sql(entry) { "SQLUserDefined" } else { "ExecutableUserDefined" };
    let query = |entry: &Entry| if is_sql(entry) { entry.statement.clone() } else { String::new() };
    let is_aggregate = |entry: &Entry| entry.details["is_aggregation"] == true;
    Rows::new()
        .text(
            "name",
            built_in.iter().map(|(name, _)| name.as_str()).chain(user.iter().map(|entry| entry.name.as_str())),
        )
        .flag(
            "is_aggregate",
            built_in.iter().map(|(_, aggregate)| *aggregate).chain(user.iter().map(|entry| is_aggregate(entry))),
        )
        .text("create_query", built_in.iter().map(|_| String::new()).chain(user.iter().map(|entry| query(entry))))
        .text("origin", built_in.iter().map(|_| "System").chain(user.iter().map(|entry| origin(entry))))
}

fn dictionaries(deployment: &Deployment) -> Rows {
    let catalog = deployment.catalog();
    let all: Vec<&Entry> = catalog.relations().filter(|entry| entry.kind == EntryKind::Dictionary).collect();
    Rows::new()
        .text("database", all.iter().map(|entry| &entry.database))
        .text("name", all.iter().map(|entry| &entry.name))
        .uuid("uuid", all.iter().map(|entry| entry.uuid.as_str()))
        .text("status", all.iter().map(|_| "NOT_LOADED"))
        .text("comment", all.iter().map(|entry| &entry.comment))
}

fn users(deployment: &Deployment) -> Rows {
    let all = deployment.users().list();
    Rows::new()
        .text("name", &all)
        // They come from the command line and cannot be changed here, like those of users.yaml (resources.md 2.1).
        .text("storage", all.iter().map(|_| "users.xml"))
        .text("auth_type", all.iter().map(|_| "plaintext_password"))
}

fn grants(deployment: &Deployment) -> Rows {
    let all = deployment.users().list();
    Rows::new()
        .text("user_name", &all)
        .text("role_name", all.iter().map(|_| ""))
        .text("access_type", all.iter().map(|_| "ALL"))
        .text("database", all.iter().map(|_| ""))
        .text("table", all.iter().map(|_| ""))
        .text("column", all.iter().map(|_| ""))
        .flag("is_partial_revoke", all.iter().map(|_| false))
        .flag("grant_option", all.iter().map(|_| true))
}

fn processes(deployment: &Deployment) -> Rows {
    use std::sync::atomic::Ordering::Relaxed;
    let all = deployment.processes().list();
    Rows::new()
        .flag("is_initial_query", all.iter().map(|_| true))
        .text("user", all.iter().map(|process| &process.user))
        .text("query_id", all.iter().map(|process| &process.query_id))
        .text("initial_query_id", all.iter().map(|process| &process.query_id))
        .float64("elapsed", all.iter().map(|process| process.started.elapsed().as_secs_f64()))
        .flag("is_cancelled", all.iter().map(|process| process.cancel.is_cancelled()))
        .uint64("read_rows", all.iter().map(|process| process.counters.read_rows.load(Relaxed)))
        .uint64("read_bytes", all.iter().map(|process| process.counters.read_bytes.load(Relaxed)))
        .uint64("written_rows", all.iter().map(|process| process.counters.written_rows.load(Relaxed)))
        .uint64("written_bytes", all.iter().map(|process| process.counters.written_bytes.load(Relaxed)))
        .text("query", all.iter().map(|process| &process.sql))
}

fn named_collections(deployment: &Deployment) -> Rows {
    let catalog = deployment.catalog();
    let all: Vec<&Entry> = catalog.globals(EntryKind::NamedCollection).collect();
    let shown = |entry: &Entry| entry.details["shown"].as_str().unwrap_or_default().to_owned();
    Rows::new()
        .text("name", all.iter().map(|entry| &entry.name))
        .text("create_query", all.iter().map(|entry| shown(entry)))
}

/// The state of materialized views: `system.stream_state_log` of 2.6 to 2.x (protocol.md F1). A real server keeps a
/// history; here every view has its present state, once.
fn states(deployment: &Deployment) -> Rows {
    let catalog = deployment.catalog();
    let all: Vec<&Entry> = catalog.relations().filter(|entry| entry.kind == EntryKind::MaterializedView).collect();
    Rows::new()
        .text("database", all.iter().map(|entry| &entry.database))
        .text("name", all.iter().map(|entry| &entry.name))
        .uuid("uuid", all.iter().map(|entry| entry.uuid.as_str()))
        .text("state_name", all.iter().map(|_| "status"))
        .int64("state_value", all.iter().map(|_| 0))
        .text("state_string_value", all.iter().map(|entry| deployment.view_status(entry).0))
        .datetime("_tp_time", all.iter().map(|entry| entry.created_ms))
}

fn build_options(deployment: &Deployment) -> Rows {
    let edition = deployment.edition();
    let pairs = [("VERSION_FULL", format!("proton {}", edition.engine_version_text()))];
    Rows::new().text("name", pairs.iter().map(|(name, _)| *name)).text("value", pairs.iter().map(|(_, value)| value))
}
