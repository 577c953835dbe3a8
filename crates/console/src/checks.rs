//! Checking both deployments of a migration: in the background, told line by line, the latest result kept.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use ferry_model::{Caller, ConnectionCheck, FerryError, MigrationId, Permission};
use ferry_plan::Config;

use crate::Console;
use crate::error::{fault, from_store};

/// The checks that this process carries out now.
#[derive(Default)]
pub(crate) struct Checks {
    under_way: Mutex<HashMap<MigrationId, ConnectionCheck>>,
}

impl Console {
    /// Begins a check of both deployments, unless one is under way; [`Self::connection_check`] tells how it goes.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::EditMigrations`]; [`FerryError::NotFound`].
    pub async fn check_connection(&self, caller: &Caller, id: &MigrationId) -> Result<(), FerryError> {
        caller.require(Permission::EditMigrations)?;
        self.store().migration(id).await.map_err(from_store)?;
        let config = self.config(id).await?;
        if !self.inner.checks.begin(id, config.target.is_some()) {
            return Ok(());
        }
        let (console, id) = (self.clone(), id.clone());
        // It is never ended in the middle: the helper on the target has to go again. Every question has its limit.
        self.inner.work.own(async move { console.carry_out_check(&id, &config).await });
        Ok(())
    }

    /// The check that is under way, otherwise the latest one; `None` where nothing was checked yet.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`]; [`FerryError::NotFound`].
    pub async fn connection_check(
        &self,
        caller: &Caller,
        id: &MigrationId,
    ) -> Result<Option<ConnectionCheck>, FerryError> {
        caller.require(Permission::ViewMigrations)?;
        if let Some(check) = self.inner.checks.get(id) {
            return Ok(Some(check));
        }
        self.store().migration(id).await.map_err(from_store)?;
        let Some((_, body)) = self.store().latest_check(id).await.map_err(from_store)? else { return Ok(None) };
        // What an older console wrote and this one cannot read is as good as nothing: it can be checked again.
        Ok(serde_json::from_str(&body).ok())
    }

    async fn carry_out_check(&self, id: &MigrationId, config: &Config) {
        let checks = &self.inner.checks;
        self.inner.deployments.check(config, &|line| checks.change(id, |check| check.tell(line))).await;
        checks.change(id, ConnectionCheck::end);
        if let Some(check) = checks.get(id)
            && let Err(error) = self.keep_check(id, &check).await
        {
            tracing::warn!(migration.id = %id, %error, "a check could not be kept");
        }
        checks.forget(id);
    }

    async fn keep_check(&self, id: &MigrationId, check: &ConnectionCheck) -> Result<(), FerryError> {
        let body = serde_json::to_string(check).map_err(|error| fault("Keeping a check", &error.to_string()))?;
        self.store().save_check(id, &body).await.map_err(from_store)
    }
}

impl Checks {
    fn begin(&self, id: &MigrationId, has_target: bool) -> bool {
        let mut under_way = self.lock();
        if under_way.contains_key(id) {
            return false;
        }
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let began_at_ms = i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX);
        under_way.insert(id.clone(), ConnectionCheck::begun(began_at_ms, has_target));
        true
    }

    fn get(&self, id: &MigrationId) -> Option<ConnectionCheck> {
        self.lock().get(id).cloned()
    }

    fn change(&self, id: &MigrationId, change: impl FnOnce(&mut ConnectionCheck)) {
        if let Some(check) = self.lock().get_mut(id) {
            change(check);
        }
    }

    fn forget(&self, id: &MigrationId) {
        self.lock().remove(id);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<MigrationId, ConnectionCheck>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
