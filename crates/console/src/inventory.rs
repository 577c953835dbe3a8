//! The inventory: what a snapshot holds, found again by name, definition and facets.

use std::sync::{Arc, Mutex, PoisonError};

use ferry_model::{Caller, Definition, FerryError, MigrationId, Permission, Resource, Snapshot, SnapshotId};
use ferry_plan::Links;
use ferry_store::SnapshotRecord;

use crate::Console;
use crate::error::{fault, from_store};

/// Snapshots that are kept ready; each may hold ten thousand definitions.
const N_READY: usize = 6;

/// Snapshots that were read and indexed.
#[derive(Default)]
pub(crate) struct Inventories {
    ready: Mutex<Vec<Arc<Inventory>>>,
}

/// A snapshot with everything that is computed from it once.
#[derive(Debug)]
pub struct Inventory {
    /// Which snapshot, of which side, by whom.
    pub record: SnapshotRecord,
    /// What was captured.
    pub snapshot: Snapshot,
    /// What has to do with what.
    pub links: Links,
    /// Name and definition of each resource in lower case.
    texts: Vec<String>,
    /// Mode, type or system of each resource.
    engines: Vec<String>,
}

/// What to show of an inventory. Empty texts do not restrict.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InventoryQuery {
    /// Words that name or definition must contain, all of them.
    pub search: String,
    /// What each facet is restricted to.
    pub facets: [String; Facet::ALL.len()],
    /// Whether the largest come first, instead of the order by name.
    pub by_rows: bool,
}

/// By what resources are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Facet {
    /// The database.
    Database,
    /// The kind.
    Kind,
    /// The mode of a stream, the type of a connector or external system.
    Engine,
    /// Who owns it.
    Owner,
    /// How many rows it holds.
    Size,
}

impl Facet {
    /// Every facet, in the order of [`InventoryQuery::facets`].
    pub const ALL: [Self; 5] = [Self::Database, Self::Kind, Self::Engine, Self::Owner, Self::Size];

    /// Its key in addresses.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Kind => "kind",
            Self::Engine => "engine",
            Self::Owner => "owner",
            Self::Size => "size",
        }
    }
}

/// What a query found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Positions of the resources, in order.
    pub rows: Vec<usize>,
    /// The values of each facet with how many resources the rest of the query leaves to them.
    pub facets: [Vec<(String, usize)>; Facet::ALL.len()],
}

impl Inventory {
    fn new(record: SnapshotRecord, snapshot: Snapshot) -> Self {
        let links = Links::of(&snapshot.resources);
        let texts = snapshot.resources.iter().map(text_of).collect();
        let mut engines: Vec<String> = snapshot.resources.iter().map(engine_of).collect();
        for (at, engine) in &links.external_types {
            engines[*at].clone_from(engine);
        }
        Self { record, snapshot, links, texts, engines }
    }

    /// The mode, type or system of a resource; empty where there is none.
    pub fn engine(&self, at: usize) -> &str {
        self.engines.get(at).map_or("", String::as_str)
    }

    /// The position of a resource.
    pub fn position(&self, kind: &str, database: &str, name: &str, server_id: &str) -> Option<usize> {
        self.snapshot.resources.iter().position(|resource| {
            resource.name.kind.as_str() == kind
                && resource.name.database.as_deref().unwrap_or_default() == database
                && resource.name.name == name
                && (server_id.is_empty() || resource.server_id.as_deref() == Some(server_id))
        })
    }

    /// Finds resources.
    pub fn find(&self, query: &InventoryQuery) -> Found {
        let words: Vec<String> = query.search.split_whitespace().map(str::to_lowercase).collect();
        let mut found = Found::default();
        for (at, text) in self.texts.iter().enumerate() {
            if !words.iter().all(|word| text.contains(word.as_str())) {
                continue;
            }
            let values = Facet::ALL.map(|facet| self.value(facet, at));
            let fits: Vec<bool> =
                query.facets.iter().zip(&values).map(|(wanted, value)| wanted.is_empty() || wanted == value).collect();
            let n_wrong = fits.iter().filter(|fits| !**fits).count();
            if n_wrong == 0 {
                found.rows.push(at);
            }
            for (facet, value) in values.into_iter().enumerate() {
                let only_this_is_wrong = n_wrong == 1 && !fits[facet];
                if !value.is_empty() && (n_wrong == 0 || only_this_is_wrong) {
                    count(&mut found.facets[facet], value);
                }
            }
        }
        for facet in &mut found.facets {
            facet.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        }
        if query.by_rows {
            let rows = |at: &usize| self.snapshot.resources[*at].rows.known();
            found.rows.sort_by_key(|at| std::cmp::Reverse(rows(at)));
        }
        found
    }

    fn value(&self, facet: Facet, at: usize) -> String {
        let resource = &self.snapshot.resources[at];
        match facet {
            Facet::Database => resource.name.database.clone().unwrap_or_default(),
            Facet::Kind => resource.name.kind.as_str().to_owned(),
            Facet::Engine => self.engine(at).to_owned(),
            Facet::Owner => resource.owner.clone().unwrap_or_default(),
            Facet::Size => size_of(resource).to_owned(),
        }
    }
}

fn count(values: &mut Vec<(String, usize)>, value: String) {
    match values.iter_mut().find(|(known, _)| *known == value) {
        Some((_, n)) => *n += 1,
        None => values.push((value, 1)),
    }
}

fn text_of(resource: &Resource) -> String {
    let definition = match &resource.definition {
        Definition::Sql(text) => text.clone(),
        Definition::Json(value) => value.to_string(),
    };
    format!("{} {definition}", resource.name).to_lowercase()
}

fn engine_of(resource: &Resource) -> String {
    let of_json = || match &resource.definition {
        Definition::Json(value) => value.get("type").and_then(|value| value.as_str()).unwrap_or_default().to_owned(),
        Definition::Sql(_) => String::new(),
    };
    resource.mode.map_or_else(of_json, |mode| mode.as_str().to_owned())
}

/// The class of size by rows; empty for what holds none.
fn size_of(resource: &Resource) -> &'static str {
    if !resource.name.kind.holds_rows() {
        return "";
    }
    match resource.rows.known() {
        None => "unknown",
        Some(0) => "empty",
        Some(..10_000) => "small",
        Some(..1_000_000) => "medium",
        Some(_) => "large",
    }
}

impl Console {
    /// The snapshots of a migration, the newest first.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`]; [`FerryError::NotFound`].
    pub async fn snapshots(&self, caller: &Caller, id: &MigrationId) -> Result<Vec<SnapshotRecord>, FerryError> {
        caller.require(Permission::ViewMigrations)?;
        self.store().migration(id).await.map_err(from_store)?;
        self.store().snapshots(id).await.map_err(from_store)
    }

    /// What a snapshot holds.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`]; [`FerryError::NotFound`], also for a snapshot
    /// of another migration.
    pub async fn inventory(
        &self,
        caller: &Caller,
        id: &MigrationId,
        snapshot: &SnapshotId,
    ) -> Result<Arc<Inventory>, FerryError> {
        caller.require(Permission::ViewMigrations)?;
        let records = self.store().snapshots(id).await.map_err(from_store)?;
        let not_found = || FerryError::NotFound { what: "snapshot".into(), id: snapshot.to_string() };
        let record = records.into_iter().find(|record| record.id == *snapshot).ok_or_else(not_found)?;
        if let Some(ready) = self.inner.inventories.get(snapshot) {
            return Ok(ready);
        }
        let body = self.store().snapshot(id, snapshot).await.map_err(from_store)?;
        // Ten thousand definitions are parsed.
        let indexed = tokio::task::spawn_blocking(move || Arc::new(Inventory::new(record, body))).await;
        let inventory = indexed.map_err(|error| fault("Reading a snapshot", &error.to_string()))?;
        self.inner.inventories.keep(&inventory);
        Ok(inventory)
    }
}

impl Inventories {
    fn get(&self, id: &SnapshotId) -> Option<Arc<Inventory>> {
        self.lock().iter().find(|ready| ready.record.id == *id).cloned()
    }

    fn keep(&self, inventory: &Arc<Inventory>) {
        let mut ready = self.lock();
        if ready.len() >= N_READY {
            ready.remove(0);
        }
        ready.push(inventory.clone());
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Arc<Inventory>>> {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use ferry_model::{Count, DeploymentInfo, Product, ResourceKind, ResourceName, Side, StreamMode, Version};

    use super::*;

    fn stream(at: usize) -> Resource {
        let database = if at.is_multiple_of(2) { "sales" } else { "market" };
        Resource {
            name: ResourceName::in_database(ResourceKind::Stream, database, format!("stream_{at}")),
            definition: Definition::Sql(format!("CREATE STREAM {database}.stream_{at} (column_{at} int)")),
            secrets: vec![],
            columns: vec![],
            mode: Some(StreamMode::Append),
            rows: Count::exact(u64::try_from(at).unwrap_or(0)),
            bytes: Count::UNKNOWN,
            owner: None,
            server_id: None,
            running: None,
        }
    }

    fn inventory(n: usize) -> Inventory {
        let record = SnapshotRecord {
            id: SnapshotId::new("s"),
            migration: MigrationId::new("m"),
            side: Side::Source,
            taken_at_ms: 0,
            taken_by: "anna".into(),
            n_resources: 0,
            n_problems: 0,
        };
        let deployment = DeploymentInfo {
            product: Product::Enterprise,
            version: Version::new(2, 8, 1),
            timeplusd_address: String::new(),
            display_name: String::new(),
            timezone: String::new(),
        };
        let resources = (0..n).map(stream).collect();
        let snapshot = Snapshot {
            taken_at_ms: 0,
            deployment,
            resources,
            problems: vec![],
            left_out: vec![],
            query_history: vec![],
        };
        Inventory::new(record, snapshot)
    }

    #[test]
    fn a_changed_line_is_removed_and_added_between_what_stays() {
        use crate::DiffLine::{New, Old, Same};
        let text = |of: &str| of.to_owned();
        let lines = crate::lines_around_changes("a\nb\nc\n", "a\nB\nc\n");
        assert_eq!(lines, [Same(text("a")), Old(text("b")), New(text("B")), Same(text("c"))]);
    }

    #[test]
    fn names_and_definitions_are_searched_and_facets_count_what_the_rest_leaves() {
        let inventory = inventory(40);
        let query = InventoryQuery { search: "STREAM_1 column".into(), ..InventoryQuery::default() };
        // stream_1 and stream_10 to stream_19
        assert_eq!(inventory.find(&query).rows.len(), 11);
        let mut narrowed = query.clone();
        narrowed.facets[0] = "sales".into();
        narrowed.by_rows = true;
        let found = inventory.find(&narrowed);
        assert_eq!(found.rows, [18, 16, 14, 12, 10]);
        assert_eq!(found.facets[0], [("market".to_owned(), 6), ("sales".to_owned(), 5)]);
        assert_eq!(found.facets[4], [("small".to_owned(), 5)]);
        assert_eq!(inventory.position("stream", "market", "stream_3", ""), Some(3));
    }
}
