//! Cleaning: removing from a target exactly what runs of a migration made.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ferry_engine::{CleanRequest, Control, clean_created, preview_clean};
use ferry_model::messages::console as text;
use ferry_model::{
    Caller, CleanEntry, CleanPreview, FerryError, Ledger, MigrationId, Permission, Presence, RunId, Side,
};
use ferry_store::NewRun;

use crate::Console;
use crate::access::invalid;
use crate::error::from_store;
use crate::work::LEASE;

/// A page waits for its target for so long.
const PREVIEW_PATIENCE: Duration = Duration::from_secs(15);

impl Console {
    /// What a clean would remove, in the order of removal, and whether the target still has it. A target that cannot be
    /// asked is said beside what the record knows.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`]; [`FerryError::Conflict`] for a migration
    /// without a target.
    pub async fn clean_preview(&self, caller: &Caller, id: &MigrationId) -> Result<CleanPreview, FerryError> {
        caller.require(Permission::ViewMigrations)?;
        let migration = self.store().migration(id).await.map_err(from_store)?;
        let target = migration.target.ok_or_else(text::no_target)?;
        let ledger = self.ledger(id).await?;
        let asked = if ledger.entries.is_empty() { Ok(Vec::new()) } else { self.ask_target(id, &ledger).await };
        let (presences, problem) = match asked {
            Ok(presences) => (presences, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        let presences = presences.into_iter().chain(std::iter::repeat(Presence::Unknown));
        let entries = ledger.entries.into_iter().rev().zip(presences).map(|(entry, presence)| CleanEntry {
            resource: entry.resource,
            step: entry.step,
            state: entry.state,
            presence,
        });
        let entries = entries.collect();
        Ok(CleanPreview { target, confirm_with: migration.name, entries, problem, asked_at_ms: now_ms() })
    }

    /// Whether each entry is on the target now, in the order of removal.
    async fn ask_target(&self, id: &MigrationId, ledger: &Ledger) -> Result<Vec<Presence>, FerryError> {
        let asking = async {
            let target = self.connect_target(id).await?;
            let items = preview_clean(ledger, target.as_ref()).await?;
            Ok(items.into_iter().map(|item| if item.exists { Presence::There } else { Presence::Gone }).collect())
        };
        let patient = tokio::time::timeout(PREVIEW_PATIENCE, asking).await;
        patient.unwrap_or_else(|_| Err(text::target_too_slow(PREVIEW_PATIENCE.as_secs())))
    }

    /// Removes from the target what runs of the migration made, as a run of its own.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::Clean`]; [`FerryError::Invalid`] when `typed_name` is not the
    /// migration's name; [`FerryError::Conflict`] when nothing is there to remove or a run is not over.
    pub async fn clean_start(&self, caller: &Caller, id: &MigrationId, typed_name: &str) -> Result<RunId, FerryError> {
        caller.require(Permission::Clean)?;
        let migration = self.store().migration(id).await.map_err(from_store)?;
        if typed_name.trim() != migration.name {
            return Err(invalid("name", text::confirm_with(&migration.name)));
        }
        let ledger = self.ledger(id).await?;
        if ledger.entries.is_empty() {
            return Err(text::nothing_to_clean().into());
        }
        let target = self.connect_target(id).await?;
        let run = RunId::new(uuid::Uuid::now_v7().to_string());
        let new_run = NewRun {
            id: run.clone(),
            migration: id.clone(),
            revision: None,
            owner: self.inner.owner.clone(),
            lease: LEASE,
            created: clean_created(&ledger, id, &target.address(), &caller.name),
        };
        let fence = self.store().create_run(new_run).await.map_err(from_store)?;
        tracing::info!(migration.id = %id, run.id = %run, user.name = caller.name, "a clean was started");
        self.spawn_clean(CleanRequest {
            run: run.clone(),
            migration: id.clone(),
            fence,
            owner: self.inner.owner.clone(),
            ledger,
            target,
            started_by: caller.name.clone(),
            control: Control::default(),
        });
        Ok(run)
    }

    /// What runs of the migration made on the target and what is still there.
    async fn ledger(&self, id: &MigrationId) -> Result<Ledger, FerryError> {
        let mut ledger = self.store().ledger(id).await.map_err(from_store)?;
        ledger.entries.retain(|entry| entry.side == Side::Target);
        Ok(ledger)
    }
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
