//! The console: one per process.

use std::sync::Arc;

use ferry_engine::Engine;
use ferry_model::{LeaseOwner, MigrationId};
use ferry_store::Store;

use crate::plans::{Planning, Readings};
use crate::views::Views;
use crate::work::Work;
use crate::{Deployments, Timeplus};

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
        };
        Self { inner: Arc::new(inner) }
    }

    /// Lets go of every run at the next safe point, waits for all background tasks, and closes the record.
    pub async fn shut_down(&self) {
        self.inner.work.shut_down().await;
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
