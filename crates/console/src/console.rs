//! The console: one per process.

use std::sync::{Arc, OnceLock};

use ferry_engine::Engine;
use ferry_model::{LeaseOwner, MigrationId};
use ferry_store::Store;

use crate::captures::Captures;
use crate::checks::Checks;
use crate::inventory::Inventories;
use crate::plans::{Planning, Readings};
use crate::views::Views;
use crate::work::Work;
use crate::{Deployments, Sandboxes, Timeplus};

/// The team's rules over one record. Clones are handles on the same console.
#[derive(Clone)]
pub struct Console {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) engine: Engine<Store>,
    pub(crate) deployments: Arc<dyn Deployments>,
    /// This process, as leases name it.
    pub(crate) owner: LeaseOwner,
    pub(crate) work: Work,
    pub(crate) views: Views,
    pub(crate) planning: Planning,
    pub(crate) readings: Readings,
    pub(crate) checks: Checks,
    pub(crate) captures: Captures,
    pub(crate) inventories: Inventories,
    pub(crate) sandboxes: OnceLock<Arc<dyn Sandboxes>>,
}

impl Console {
    /// A console over a record.
    pub fn new(store: Store) -> Self {
        Self::with_deployments(store, Arc::new(Timeplus::default()))
    }

    /// A console over a record that reaches deployments in its own way.
    pub fn with_deployments(store: Store, deployments: Arc<dyn Deployments>) -> Self {
        let owner = LeaseOwner::new(format!("process {} ({})", std::process::id(), uuid::Uuid::new_v4()));
        let engine = Engine::new(Arc::new(store.clone()));
        let inner = Inner {
            store,
            engine,
            deployments,
            owner,
            work: Work::default(),
            views: Views::default(),
            planning: Planning::default(),
            readings: Readings::default(),
            checks: Checks::default(),
            captures: Captures::default(),
            inventories: Inventories::default(),
            sandboxes: OnceLock::new(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The same console, which can start sandboxes; they end with it. Only the first call counts.
    #[must_use]
    pub fn with_sandboxes(self, sandboxes: Arc<dyn Sandboxes>) -> Self {
        self.inner.sandboxes.get_or_init(|| sandboxes);
        self
    }

    /// Lets go of every run at the next safe point, waits for all background tasks, ends the sandboxes, and closes
    /// the record.
    pub async fn shut_down(&self) {
        self.inner.work.shut_down().await;
        if let Some(sandboxes) = self.inner.sandboxes.get() {
            sandboxes.shut_down().await;
        }
        self.inner.store.close().await;
    }

    /// Whether the record can be read: what a health check asks.
    ///
    /// # Errors
    /// [`ferry_model::FerryError`] where it cannot.
    pub async fn check_health(&self) -> Result<(), ferry_model::FerryError> {
        self.store().check().await.map_err(crate::from_store)
    }

    /// The record under the console, for the edge's own tables: sessions.
    pub fn record(&self) -> &Store {
        &self.inner.store
    }

    pub(crate) fn store(&self) -> &Store {
        &self.inner.store
    }
}

/// A new id for a migration.
pub(crate) fn new_migration_id() -> MigrationId {
    MigrationId::new(uuid::Uuid::now_v7().to_string())
}
