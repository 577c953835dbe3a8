//! The list of everything that `system.tables` shows (resources.md 2.0).

use ferry_model::{HELPER_PREFIX, Resource};

use crate::{Deployment, Error, TextRow};

/// What the catalogue lists, without what is never of interest.
#[derive(Debug, Default)]
pub(super) struct Catalogue {
    pub entries: Vec<CatalogueEntry>,
}

/// One row of `system.tables`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CatalogueEntry {
    pub database: String,
    pub name: String,
    pub uuid: String,
    pub engine: String,
    pub mode: String,
    pub is_temporary: bool,
    pub total_rows: Option<u64>,
    pub total_bytes: Option<u64>,
    /// When its definition was changed last.
    changed: String,
}

/// A name in a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EntryName {
    database: String,
    name: String,
}

/// Names that are on one list only, or with another identity.
#[derive(Debug, Default)]
pub(super) struct Moved {
    pub names: Vec<EntryName>,
}

/// Databases that belong to the server itself.
pub(crate) const SYSTEM_DATABASES: [&str; 6] =
    ["system", "neutron", "information_schema", "INFORMATION_SCHEMA", "_temporary_and_external_tables", "_local"];

/// How the names begin of what runs of Ferry put on a target for their own use (copy-safety 5, 6).
const OWN_PREFIXES: [&str; 2] = [HELPER_PREFIX, "ferry_run_marker"];

pub(super) async fn list(deployment: &Deployment) -> Result<Catalogue, Error> {
    let rows = deployment
        .rows(
            "SELECT database, name, uuid, engine, mode, is_temporary, total_rows, total_bytes, \
             metadata_modification_time FROM system.tables",
        )
        .await?;
    let entries = rows.iter().map(entry_of).filter(|entry| !is_internal(entry));
    let mut entries: Vec<CatalogueEntry> = entries.collect();
    entries.sort_by(|a, b| (&a.database, &a.name).cmp(&(&b.database, &b.name)));
    Ok(Catalogue { entries })
}

fn entry_of(row: TextRow<'_>) -> CatalogueEntry {
    let text = |column: &str| row.text(column).to_owned();
    let number = |column: &str| row.get(column).and_then(|cell| cell.parse().ok());
    CatalogueEntry {
        database: text("database"),
        name: text("name"),
        uuid: text("uuid"),
        engine: text("engine"),
        mode: text("mode"),
        is_temporary: matches!(row.text("is_temporary"), "1" | "true"),
        total_rows: number("total_rows"),
        total_bytes: number("total_bytes"),
        changed: text("metadata_modification_time"),
    }
}

/// What is the server's own, or Ferry's.
fn is_internal(entry: &CatalogueEntry) -> bool {
    SYSTEM_DATABASES.contains(&entry.database.as_str())
        || entry.name.starts_with(".inner")
        || OWN_PREFIXES.iter().any(|prefix| entry.name.starts_with(prefix))
}

impl CatalogueEntry {
    pub fn path(&self) -> String {
        format!("{}.{}", self.database, self.name)
    }

    fn entry_name(&self) -> EntryName {
        EntryName { database: self.database.clone(), name: self.name.clone() }
    }

    fn is_same(&self, other: &Self) -> bool {
        self.database == other.database
            && self.name == other.name
            && self.uuid == other.uuid
            && self.engine == other.engine
            && self.changed == other.changed
    }
}

impl Catalogue {
    /// What is not the same on both lists.
    pub fn difference(&self, later: &Self) -> Moved {
        let gone = self.entries.iter().filter(|entry| !later.entries.iter().any(|other| other.is_same(entry)));
        let come = later.entries.iter().filter(|entry| !self.entries.iter().any(|other| other.is_same(entry)));
        let mut names: Vec<EntryName> = Vec::new();
        for entry in gone.chain(come) {
            let name = entry.entry_name();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Moved { names }
    }

    /// Only what has moved.
    pub fn only(&self, moved: &Moved) -> Self {
        let entries = self.entries.iter().filter(|entry| moved.names.contains(&entry.entry_name()));
        Self { entries: entries.cloned().collect() }
    }
}

impl Moved {
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

impl EntryName {
    /// Whether a resource has this name. Only kinds that live in a database can.
    pub fn is(&self, resource: &Resource) -> bool {
        resource.name.database.as_deref() == Some(self.database.as_str()) && resource.name.name == self.name
    }

    pub fn path(&self) -> String {
        format!("{}.{}", self.database, self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, uuid: &str) -> CatalogueEntry {
        CatalogueEntry {
            database: "d".into(),
            name: name.into(),
            uuid: uuid.into(),
            engine: "Stream".into(),
            mode: String::new(),
            is_temporary: false,
            total_rows: None,
            total_bytes: None,
            changed: String::new(),
        }
    }

    #[test]
    fn rule_4_what_is_dropped_created_or_created_anew_has_moved() {
        let before = Catalogue { entries: vec![entry("kept", "1"), entry("dropped", "2"), entry("anew", "3")] };
        let after = Catalogue { entries: vec![entry("kept", "1"), entry("anew", "4"), entry("created", "5")] };
        let moved = before.difference(&after);
        let names: Vec<String> = moved.names.iter().map(EntryName::path).collect();
        assert_eq!(names, ["d.dropped", "d.anew", "d.created"]);
        let again: Vec<String> = after.only(&moved).entries.iter().map(CatalogueEntry::path).collect();
        assert_eq!(again, ["d.anew", "d.created"]);
    }

    #[test]
    fn rule_6_inner_streams_helpers_and_the_servers_own_databases_are_passed_over() {
        let mut system = entry("tables", "1");
        system.database = "system".into();
        assert!(is_internal(&system));
        assert!(is_internal(&entry(".inner.target-id.x", "1")));
        assert!(is_internal(&entry("ferry_helper_0123456789ab", "1")));
        assert!(!is_internal(&entry("inner", "1")));
    }
}
