//! Cleaning: removing from a target exactly what runs of a migration made.

use ferry_engine::{CleanRequest, Control, clean_created};
use ferry_model::messages::console as text;
use ferry_model::{Caller, CleanPreview, FerryError, Ledger, MigrationId, Permission, RunId, Side};
use ferry_store::NewRun;

use crate::Console;
use crate::access::invalid;
use crate::error::from_store;
use crate::work::LEASE;

impl Console {
    /// What a clean would remove, in the order of removal.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`]; [`FerryError::Conflict`] for a migration
    /// without a target.
    pub async fn clean_preview(&self, caller: &Caller, id: &MigrationId) -> Result<CleanPreview, FerryError> {
        caller.require(Permission::ViewMigrations)?;
        let migration = self.store().migration(id).await.map_err(from_store)?;
        let target = migration.target.ok_or_else(text::no_target)?;
        let mut entries = self.ledger(id).await?.entries;
        entries.reverse();
        Ok(CleanPreview { target, confirm_with: migration.name, entries })
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
