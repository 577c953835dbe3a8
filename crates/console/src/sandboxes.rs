//! Trying Ferry without a deployment: the console asks for two sandboxes; whoever provides them owns them.

use std::sync::Arc;

use ferry_model::messages::console as text;
use ferry_model::{Caller, FerryError, MigrationId, Permission, Secret};
use ferry_store::StoreError;
use futures::future::BoxFuture;

use crate::Console;
use crate::console::new_migration_id;
use crate::error::from_store;
use crate::migrations::{new_migration, parse_config};

/// More names than anybody tries.
const MOST_NAMES: usize = 1_000;

/// Starts pairs of sandboxes: a source with a workload, and an empty target.
pub trait Sandboxes: Send + Sync + 'static {
    /// Starts a pair, and gives the configuration that names both.
    fn start_pair(&self) -> BoxFuture<'_, Result<Secret, FerryError>>;

    /// Ends every sandbox that was started.
    fn shut_down(&self) -> BoxFuture<'_, ()>;
}

impl Console {
    /// Whether this console can start sandboxes. Needs no caller: it says what the program can do.
    pub fn can_start_sandboxes(&self) -> bool {
        self.inner.sandboxes.get().is_some()
    }

    /// Starts two sandboxes and makes a migration between them. Takes seconds.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::EditMigrations`]; [`FerryError::Conflict`] where there are no
    /// sandboxes, or too many already.
    pub async fn try_with_sandboxes(&self, caller: &Caller) -> Result<MigrationId, FerryError> {
        caller.require(Permission::EditMigrations)?;
        let sandboxes: Arc<_> = self.inner.sandboxes.get().cloned().ok_or_else(text::no_sandboxes)?;
        let configuration = sandboxes.start_pair().await?;
        let config = parse_config("configuration", configuration.expose())?;
        let id = new_migration_id();
        for n in 1..=MOST_NAMES {
            let name = text::sandbox_migration(n);
            let migration = new_migration(id.clone(), name, &config, configuration.expose(), caller);
            match self.store().save_migration(&migration).await {
                Err(StoreError::NameTaken(_)) => {}
                stored => {
                    stored.map_err(from_store)?;
                    break;
                }
            }
        }
        tracing::info!(migration.id = %id, user.name = caller.name, "two sandboxes were started");
        Ok(id)
    }
}
