//! Leases: one process at a time works on a run. Every change of holder raises the fencing number, and the journal
//! refuses events of an older number; compare-and-set, without locks that a dead process could keep.

use std::time::Duration;

use ferry_model::{Fence, LeaseOwner, RunId};

use crate::store::{as_ms, now_ms};
use crate::{Store, StoreError};

impl Store {
    /// Takes the lease on a run when nobody holds it, when the holder's time is over, or when the holder is a process of
    /// this machine that has ended.
    ///
    /// # Errors
    /// [`StoreError`]; `None` is not an error: somebody holds it, or there is no such run.
    pub async fn acquire_lease(
        &self,
        run: &RunId,
        owner: &LeaseOwner,
        lease: Duration,
    ) -> Result<Option<Fence>, StoreError> {
        let now = now_ms();
        self.presence.show(owner);
        let ended = self.ended_owner(run).await?;
        let sql = "UPDATE runs SET fence = fence + 1, lease_owner = $2, lease_expires_ms = $3 \
                   WHERE id = $1 AND (lease_owner IS NULL OR lease_expires_ms <= $4 OR lease_owner = $5) \
                   RETURNING fence";
        let row: Option<(i64,)> = sqlx::query_as(sql)
            .bind(run.as_str())
            .bind(owner.as_str())
            .bind(now.saturating_add(as_ms(lease)))
            .bind(now)
            .bind(ended)
            .fetch_optional(&self.write)
            .await
            .map_err(|e| self.error(e))?;
        Ok(row.map(|(fence,)| Fence(fence)))
    }

    /// The owner of a run's lease, where that process is known to have ended.
    async fn ended_owner(&self, run: &RunId) -> Result<Option<String>, StoreError> {
        let owner: Option<(Option<String>,)> = sqlx::query_as("SELECT lease_owner FROM runs WHERE id = $1")
            .bind(run.as_str())
            .fetch_optional(&self.read)
            .await
            .map_err(|e| self.error(e))?;
        Ok(owner.and_then(|(owner,)| owner).filter(|owner| self.presence.has_ended(owner)))
    }

    /// Makes the lease hold longer; `false` when it was lost.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn renew_lease(&self, run: &RunId, fence: Fence, lease: Duration) -> Result<bool, StoreError> {
        let sql = "UPDATE runs SET lease_expires_ms = $3 WHERE id = $1 AND fence = $2 AND lease_owner IS NOT NULL";
        let renewed = sqlx::query(sql)
            .bind(run.as_str())
            .bind(fence.0)
            .bind(now_ms().saturating_add(as_ms(lease)))
            .execute(&self.write)
            .await
            .map_err(|e| self.error(e))?;
        Ok(renewed.rows_affected() == 1)
    }

    /// Gives the lease back, so that another process need not wait for its end.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn release_lease(&self, run: &RunId, fence: Fence) -> Result<(), StoreError> {
        sqlx::query("UPDATE runs SET lease_owner = NULL WHERE id = $1 AND fence = $2")
            .bind(run.as_str())
            .bind(fence.0)
            .execute(&self.write)
            .await
            .map_err(|e| {
                self.presence.owe();
                self.error(e)
            })?;
        Ok(())
    }
}
