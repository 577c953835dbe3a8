//! What a statement is called: its kind and the name of what it creates or works on.

use crate::ast::{ObjectKind, ObjectName, StatementKind, StreamFlavor, SystemAction, TableKind};

/// The kind as the statement's own words tell it: what a CREATE creates in snake case, otherwise the
/// statement's first word. 1.x prints external streams as `CREATE STREAM` (protocol.md F2): the
/// words say stream.
pub(super) fn kind(kind: &StatementKind) -> String {
    if let StatementKind::CreateStream(create) = kind {
        let name = match create.flavor {
            StreamFlavor::External => "external_stream",
            StreamFlavor::Random => "random_stream",
            StreamFlavor::Null => "null_stream",
            StreamFlavor::Mutable => "mutable_stream",
            StreamFlavor::Plain | StreamFlavor::VersionedKv | StreamFlavor::ChangelogKv | StreamFlavor::Changelog => {
                "stream"
            }
        };
        return name.to_owned();
    }
    match (kind, kind.created()) {
        (_, Some(created)) => created.kind.name().to_owned(),
        (StatementKind::Other(other), None) => kind_of_words(&other.words),
        _ => kind.label().replace(' ', "_"),
    }
}

/// The kind of a statement of which only the first words were understood.
fn kind_of_words(words: &[String]) -> String {
    let Some((first, rest)) = words.split_first() else {
        return String::new();
    };
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    let rest = match rest[..] {
        ["OR", "REPLACE", ..] => &rest[2..],
        ["TEMPORARY", ..] => &rest[1..],
        _ => &rest[..],
    };
    let head = rest.join(" ");
    let is_head = |kind: &&ObjectKind| head == kind.words() || head.starts_with(&format!("{} ", kind.words()));
    match CREATED.iter().find(is_head) {
        Some(kind) if first == "CREATE" || first == "ATTACH" => kind.name().to_owned(),
        _ => first.to_ascii_lowercase(),
    }
}

/// Kinds by their words; none begins another's.
const CREATED: [ObjectKind; 24] = [
    ObjectKind::Database,
    ObjectKind::NamedCollection,
    ObjectKind::Disk,
    ObjectKind::StoragePolicy,
    ObjectKind::FormatSchema,
    ObjectKind::Function,
    ObjectKind::AggregateFunction,
    ObjectKind::RemoteFunction,
    ObjectKind::Stream,
    ObjectKind::MutableStream,
    ObjectKind::RandomStream,
    ObjectKind::NullStream,
    ObjectKind::ExternalStream,
    ObjectKind::ExternalTable,
    ObjectKind::Dictionary,
    ObjectKind::View,
    ObjectKind::MaterializedView,
    ObjectKind::Input,
    ObjectKind::Task,
    ObjectKind::Alert,
    ObjectKind::Role,
    ObjectKind::User,
    ObjectKind::RowPolicy,
    ObjectKind::Quota,
];

/// The name of what a statement creates, changes, drops or shows; a query has none.
pub(super) fn name(kind: &StatementKind) -> Option<ObjectName> {
    if let Some(created) = kind.created() {
        return Some(created.name);
    }
    Some(match kind {
        StatementKind::Drop(drop) => drop.name.clone(),
        StatementKind::Alter(alter) => alter.name.clone(),
        StatementKind::Truncate(truncate) => truncate.name.clone(),
        StatementKind::Delete(delete) => delete.name.clone(),
        StatementKind::Insert(insert) if insert.function.is_none() => insert.table.clone(),
        StatementKind::ShowCreate(show) => show.name.clone(),
        StatementKind::Exists(exists) => exists.name.clone(),
        StatementKind::Optimize(optimize) => optimize.name.clone(),
        StatementKind::Rename(rename) => rename.pairs.first()?.0.clone(),
        StatementKind::Describe(describe) => match &describe.table.kind {
            TableKind::Name(name) => name.clone(),
            _ => return None,
        },
        StatementKind::Use(using) => global(&using.database),
        StatementKind::CreateAccess(access) => global(access.names.first()?),
        StatementKind::System(system) => match &system.action {
            SystemAction::Pause { name, .. }
            | SystemAction::Resume { name, .. }
            | SystemAction::Abort { name, .. }
            | SystemAction::Recover { name, .. }
            | SystemAction::ReloadDictionary(name) => name.clone(),
            _ => return None,
        },
        _ => return None,
    })
}

/// Whether the name is one of a database.
pub(super) fn lives_in_database(kind: &StatementKind) -> bool {
    if let Some(created) = kind.created() {
        return created.kind.lives_in_database();
    }
    match kind {
        StatementKind::Drop(drop) => drop.kind.lives_in_database(),
        StatementKind::Alter(alter) => alter.kind.lives_in_database(),
        StatementKind::Exists(exists) => exists.kind.lives_in_database(),
        StatementKind::Rename(rename) => rename.kind.lives_in_database(),
        StatementKind::ShowCreate(show) => show.kind.is_none_or(|kind| kind.lives_in_database()),
        StatementKind::Use(_) | StatementKind::CreateAccess(_) => false,
        _ => true,
    }
}

fn global(name: &crate::ast::Ident) -> ObjectName {
    ObjectName { database: None, name: name.clone(), span: name.span }
}
