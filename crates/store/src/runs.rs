//! Runs: their addresses. Everything said about a run is in its events.

use std::time::Duration;

use ferry_model::{EventBody, Fence, LeaseOwner, MigrationId, RevisionId, RunId};

use crate::store::{as_ms, now_ms};
use crate::{Store, StoreError};

/// A run to be stored together with its first event and a lease on it.
pub struct NewRun {
    /// Which run.
    pub id: RunId,
    /// Whose run.
    pub migration: MigrationId,
    /// The plan revision it carries out; `None` for a clean.
    pub revision: Option<RevisionId>,
    /// The process that will work on it.
    pub owner: LeaseOwner,
    /// How long the lease holds without being renewed.
    pub lease: Duration,
    /// The first event.
    pub created: EventBody,
}

/// A run as stored.
#[derive(Debug, Clone)]
pub struct RunRecord {
    /// Which run.
    pub id: RunId,
    /// Whose run.
    pub migration: MigrationId,
    /// The plan revision it carries out; `None` for a clean.
    pub revision: Option<RevisionId>,
    /// Who holds it now, if the lease has not run out, somebody renews it, and the process is not known to have ended.
    pub held_by: Option<LeaseOwner>,
}

type Row = (String, String, Option<String>, Option<String>, i64);

/// The newest event of a run that says whether it is over: what follows one of the last four begins it again.
const IS_UNFINISHED: &str = "COALESCE((SELECT e.kind FROM events e WHERE e.run_id = r.id AND e.kind IN \
    ('run_created', 'run_started', 'run_cancelled', 'run_failed', 'run_finished', 'retry_requested') \
    ORDER BY e.seq DESC LIMIT 1), 'run_created') NOT IN ('run_cancelled', 'run_failed', 'run_finished')";

impl Store {
    /// Stores a run, its first event and its lease, all or nothing.
    ///
    /// # Errors
    /// [`StoreError::RunUnderWay`] while another run of the migration is not over.
    pub async fn create_run(&self, run: NewRun) -> Result<Fence, StoreError> {
        let now = now_ms();
        self.presence.show(&run.owner);
        let mut transaction = self.begin().await?;
        // Writing the migration's row first keeps two starters apart on PostgreSQL too.
        let known = sqlx::query("UPDATE migrations SET updated_at_ms = $2 WHERE id = $1")
            .bind(run.migration.as_str())
            .bind(now)
            .execute(&mut *transaction)
            .await
            .map_err(|e| self.error(e))?;
        if known.rows_affected() == 0 {
            return Err(StoreError::Missing { what: "migration", id: run.migration.to_string() });
        }
        let sql = format!("SELECT r.id FROM runs r WHERE r.migration_id = $1 AND {IS_UNFINISHED}");
        let under_way: Option<(String,)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(run.migration.as_str())
            .fetch_optional(&mut *transaction)
            .await
            .map_err(|e| self.error(e))?;
        if let Some((other,)) = under_way {
            return Err(StoreError::RunUnderWay { migration: run.migration, run: RunId::new(other) });
        }
        let fence = Fence(1);
        let sql = "INSERT INTO runs \
                   (id, migration_id, revision_id, created_at_ms, last_seq, fence, lease_owner, lease_expires_ms) \
                   VALUES ($1, $2, $3, $4, 0, $5, $6, $7)";
        sqlx::query(sql)
            .bind(run.id.as_str())
            .bind(run.migration.as_str())
            .bind(run.revision.as_ref().map(|id| id.as_str().to_owned()))
            .bind(now)
            .bind(fence.0)
            .bind(run.owner.as_str())
            .bind(now.saturating_add(as_ms(run.lease)))
            .execute(&mut *transaction)
            .await
            .map_err(|e| self.error(e))?;
        self.append_in(&mut transaction, &run.id, fence, vec![run.created]).await?;
        self.commit(transaction).await?;
        Ok(fence)
    }

    /// A run.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub async fn run(&self, id: &RunId) -> Result<RunRecord, StoreError> {
        let sql = "SELECT id, migration_id, revision_id, lease_owner, lease_expires_ms FROM runs WHERE id = $1";
        let row: Option<Row> =
            sqlx::query_as(sql).bind(id.as_str()).fetch_optional(&self.read).await.map_err(|e| self.error(e))?;
        row.map(|row| self.run_of(row)).ok_or_else(|| StoreError::Missing { what: "run", id: id.to_string() })
    }

    /// The runs of a migration, oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn runs_of_migration(&self, migration: &MigrationId) -> Result<Vec<RunRecord>, StoreError> {
        let sql = "SELECT id, migration_id, revision_id, lease_owner, lease_expires_ms FROM runs \
                   WHERE migration_id = $1 ORDER BY created_at_ms, id";
        let rows: Vec<Row> =
            sqlx::query_as(sql).bind(migration.as_str()).fetch_all(&self.read).await.map_err(|e| self.error(e))?;
        Ok(rows.into_iter().map(|row| self.run_of(row)).collect())
    }

    /// Every run, newest first, up to a limit.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn newest_runs(&self, limit: u32) -> Result<Vec<RunRecord>, StoreError> {
        let sql = "SELECT id, migration_id, revision_id, lease_owner, lease_expires_ms FROM runs \
                   ORDER BY created_at_ms DESC, id DESC LIMIT $1";
        let rows: Vec<Row> =
            sqlx::query_as(sql).bind(i64::from(limit)).fetch_all(&self.read).await.map_err(|e| self.error(e))?;
        Ok(rows.into_iter().map(|row| self.run_of(row)).collect())
    }

    /// The runs that are not over, oldest first, whoever holds them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn unfinished_runs(&self) -> Result<Vec<RunRecord>, StoreError> {
        let sql = format!(
            "SELECT r.id, r.migration_id, r.revision_id, r.lease_owner, r.lease_expires_ms FROM runs r \
             WHERE {IS_UNFINISHED} ORDER BY r.created_at_ms, r.id"
        );
        let rows: Vec<Row> =
            sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(&self.read).await.map_err(|e| self.error(e))?;
        Ok(rows.into_iter().map(|row| self.run_of(row)).collect())
    }

    fn run_of(&self, (id, migration, revision, owner, expires_ms): Row) -> RunRecord {
        let holds = |owner: &String| expires_ms > now_ms() && !self.is_abandoned(&id, owner, expires_ms);
        let held_by = owner.filter(holds).map(LeaseOwner::new);
        RunRecord {
            id: RunId::new(id),
            migration: MigrationId::new(migration),
            revision: revision.map(RevisionId::new),
            held_by,
        }
    }
}
