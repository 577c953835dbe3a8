//! Leases: one process at a time works on a run. Every change of holder raises the fencing number, and the journal
//! refuses events of an older number; compare-and-set, without locks that a dead process could keep.

use std::time::Duration;

use ferry_model::{Fence, LeaseOwner, RunId};

use crate::store::{as_ms, now_ms};
use crate::{Store, StoreError};

impl Store {
    /// Takes the lease on a run when nobody holds it, when the holder's time is over, when the holder is a process of
    /// this machine that has ended, or when this process has seen for a while that nobody renews it.
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
        let (abandoned, expires_ms) = self.abandoned(run).await?.unzip();
        let sql = "UPDATE runs SET fence = fence + 1, lease_owner = $2, lease_expires_ms = $3 \
                   WHERE id = $1 AND (lease_owner IS NULL OR lease_expires_ms <= $4 \
                       OR (lease_owner = $5 AND lease_expires_ms = $6)) \
                   RETURNING fence";
        let row: Option<(i64,)> = sqlx::query_as(sql)
            .bind(run.as_str())
            .bind(owner.as_str())
            .bind(now.saturating_add(as_ms(lease)))
            .bind(now)
            .bind(abandoned)
            .bind(expires_ms)
            .fetch_optional(&self.write)
            .await
            .map_err(|e| self.error(e))?;
        Ok(row.map(|(fence,)| Fence(fence)))
    }

    /// A run's lease whose holder is known to have ended, or does not renew it any more.
    async fn abandoned(&self, run: &RunId) -> Result<Option<(String, i64)>, StoreError> {
        let sql = "SELECT lease_owner, lease_expires_ms FROM runs WHERE id = $1 AND lease_owner IS NOT NULL";
        let lease: Option<(String, i64)> =
            sqlx::query_as(sql).bind(run.as_str()).fetch_optional(&self.read).await.map_err(|e| self.error(e))?;
        Ok(lease.filter(|(owner, expires_ms)| self.is_abandoned(run.as_str(), owner, *expires_ms)))
    }

    pub(crate) fn is_abandoned(&self, run: &str, owner: &str, expires_ms: i64) -> bool {
        self.presence.has_ended(owner) || self.sightings.stands_still(run, owner, expires_ms)
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ferry_model::{EventBody, Journal, JournalError, MigrationId, RunMode, Secret};
    use sqlx::Executor;

    use super::*;
    use crate::sightings::Sightings;
    use crate::{NewMigration, NewRun, StoreLocation};

    const LEASE: Duration = Duration::from_secs(20);

    async fn store_with_run(folder: &std::path::Path) -> (Store, RunId, Fence) {
        let mut store = Store::open(&StoreLocation::in_data_dir(folder)).await.expect("a record");
        store.sightings = Arc::new(Sightings::with_patience(Duration::ZERO));
        let migration = MigrationId::new("m");
        let new = NewMigration {
            id: migration.clone(),
            name: "demo".into(),
            source: String::new(),
            target: None,
            config: Secret::new(""),
            created_by: String::new(),
        };
        store.save_migration(&new).await.expect("a migration");
        let created = EventBody::RunCreated {
            migration: migration.clone(),
            mode: RunMode::Migrate,
            plan_digest: String::new(),
            target: String::new(),
            started_by: String::new(),
            steps: vec![],
        };
        let (id, owner) = (RunId::new("r"), LeaseOwner::new("elsewhere"));
        let run = NewRun { id: id.clone(), migration, revision: None, owner, lease: LEASE, created };
        let fence = store.create_run(run).await.expect("a run");
        // The holder is on another machine.
        store.presence.leave();
        (store, id, fence)
    }

    #[tokio::test]
    async fn a_lease_from_before_the_clock_was_set_back_blocks_for_a_while_and_not_until_its_moment() {
        let folder = tempfile::tempdir().expect("a folder");
        let (store, run, old) = store_with_run(folder.path()).await;
        store.write.execute("UPDATE runs SET lease_expires_ms = lease_expires_ms + 3600000").await.expect("an hour");
        let second = LeaseOwner::new("second");
        assert_eq!(
            store.acquire_lease(&run, &second, LEASE).await.expect("an answer"),
            None,
            "seen for the first time"
        );
        let new = store.acquire_lease(&run, &second, LEASE).await.expect("an answer").expect("nobody renewed it");
        assert!(!store.renew_lease(&run, old, LEASE).await.expect("an answer"));
        let note = || vec![EventBody::Noted { step: None, text: String::new() }];
        assert!(matches!(store.append(&run, old, note()).await, Err(JournalError::Fenced)));
        store.append(&run, new, note()).await.expect("the holder writes");
    }

    #[tokio::test]
    async fn a_holder_that_lives_keeps_its_lease_whichever_way_its_clock_jumps() {
        let folder = tempfile::tempdir().expect("a folder");
        let (store, run, fence) = store_with_run(folder.path()).await;
        let second = LeaseOwner::new("second");
        for hours in [1, -1, 2, -2] {
            assert!(store.renew_lease(&run, fence, LEASE).await.expect("an answer"), "it lives");
            if hours > 0 {
                // Its clock is ahead of this one: each renewal writes another moment.
                let ahead = format!("UPDATE runs SET lease_expires_ms = lease_expires_ms + {}", hours * 3_600_000);
                store.write.execute(sqlx::AssertSqlSafe(ahead)).await.expect("written");
            }
            assert_eq!(store.acquire_lease(&run, &second, LEASE).await.expect("an answer"), None, "{hours} h");
        }
    }

    #[tokio::test]
    async fn after_a_jump_forward_another_may_take_a_lease_and_then_only_one_of_them_writes() {
        let folder = tempfile::tempdir().expect("a folder");
        let (store, run, old) = store_with_run(folder.path()).await;
        store.write.execute("UPDATE runs SET lease_expires_ms = lease_expires_ms - 3600000").await.expect("an hour");
        let taken = store.acquire_lease(&run, &LeaseOwner::new("second"), LEASE).await.expect("an answer");
        assert!(taken.is_some_and(|new| new > old));
        assert!(!store.renew_lease(&run, old, LEASE).await.expect("an answer"), "the first lets go of the run");
        let note = vec![EventBody::Noted { step: None, text: String::new() }];
        assert!(matches!(store.append(&run, old, note).await, Err(JournalError::Fenced)));
    }
}
