//! What was found out about the deployments of a migration: snapshots, and the latest check of the connections.

use ferry_model::{MigrationId, Side, Snapshot, SnapshotId};

use crate::store::now_ms;
use crate::{Store, StoreError};

/// A snapshot to be stored. It holds no secret: definitions carry placeholders.
pub struct NewSnapshot {
    /// Which snapshot.
    pub id: SnapshotId,
    /// Whose deployments.
    pub migration: MigrationId,
    /// Which of them.
    pub side: Side,
    /// What was captured.
    pub snapshot: Snapshot,
    /// Who asked for it.
    pub taken_by: String,
}

/// A snapshot as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotRecord {
    /// Which snapshot.
    pub id: SnapshotId,
    /// Whose deployments.
    pub migration: MigrationId,
    /// Which of them.
    pub side: Side,
    /// When the capture began, in milliseconds since 1970.
    pub taken_at_ms: i64,
    /// Who asked for it.
    pub taken_by: String,
    /// How many resources were read.
    pub n_resources: u64,
    /// How many could not be read.
    pub n_problems: u64,
}

type Row = (String, String, String, i64, String, i64, i64);

impl Store {
    /// Stores a snapshot.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_snapshot(&self, new: &NewSnapshot) -> Result<(), StoreError> {
        let body = serde_json::to_string(&new.snapshot).map_err(|e| unreadable(e.into()))?;
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let mut transaction = self.begin().await?;
        let sql = "INSERT INTO snapshots \
                   (id, migration_id, side, taken_at_ms, taken_by, n_resources, n_problems, body) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        sqlx::query(sql)
            .bind(new.id.as_str())
            .bind(new.migration.as_str())
            .bind(side_as_text(new.side))
            .bind(new.snapshot.taken_at_ms)
            .bind(new.taken_by.as_str())
            .bind(count(new.snapshot.resources.len()))
            .bind(count(new.snapshot.problems.len()))
            .bind(body)
            .execute(&mut *transaction)
            .await
            .map_err(|e| self.error(e))?;
        self.commit(transaction).await
    }

    /// The snapshots of a migration, the newest first, without what they hold.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn snapshots(&self, migration: &MigrationId) -> Result<Vec<SnapshotRecord>, StoreError> {
        let sql = "SELECT id, migration_id, side, taken_at_ms, taken_by, n_resources, n_problems FROM snapshots \
                   WHERE migration_id = $1 ORDER BY taken_at_ms DESC, id DESC";
        let rows: Vec<Row> =
            sqlx::query_as(sql).bind(migration.as_str()).fetch_all(&self.read).await.map_err(|e| self.error(e))?;
        rows.into_iter().map(from_row).collect()
    }

    /// What a snapshot of a migration holds.
    ///
    /// # Errors
    /// [`StoreError::Missing`], also for a snapshot of another migration.
    pub async fn snapshot(&self, migration: &MigrationId, id: &SnapshotId) -> Result<Snapshot, StoreError> {
        let row: Option<(String,)> = sqlx::query_as("SELECT body FROM snapshots WHERE id = $1 AND migration_id = $2")
            .bind(id.as_str())
            .bind(migration.as_str())
            .fetch_optional(&self.read)
            .await
            .map_err(|e| self.error(e))?;
        let (body,) = row.ok_or_else(|| StoreError::Missing { what: "snapshot", id: id.to_string() })?;
        serde_json::from_str(&body).map_err(|e| unreadable(e.into()))
    }

    /// Keeps the latest check of a migration's connections, a JSON text without secrets.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn save_check(&self, migration: &MigrationId, body: &str) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let sql = "INSERT INTO connection_checks (migration_id, checked_at_ms, body) VALUES ($1, $2, $3) \
                   ON CONFLICT (migration_id) DO UPDATE SET checked_at_ms = $2, body = $3";
        sqlx::query(sql)
            .bind(migration.as_str())
            .bind(now_ms())
            .bind(body)
            .execute(&mut *transaction)
            .await
            .map_err(|e| self.error(e))?;
        self.commit(transaction).await
    }

    /// The latest check of a migration's connections: when, in milliseconds since 1970, and its JSON text.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn latest_check(&self, migration: &MigrationId) -> Result<Option<(i64, String)>, StoreError> {
        let sql = "SELECT checked_at_ms, body FROM connection_checks WHERE migration_id = $1";
        sqlx::query_as(sql).bind(migration.as_str()).fetch_optional(&self.read).await.map_err(|e| self.error(e))
    }
}

const fn side_as_text(side: Side) -> &'static str {
    match side {
        Side::Source => "source",
        Side::Target => "target",
    }
}

fn from_row(row: Row) -> Result<SnapshotRecord, StoreError> {
    let (id, migration, side, taken_at_ms, taken_by, n_resources, n_problems) = row;
    let side = [Side::Source, Side::Target].into_iter().find(|known| side_as_text(*known) == side);
    let side = side.ok_or_else(|| unreadable("a side that is neither source nor target".into()))?;
    let count = |n: i64| u64::try_from(n).unwrap_or(0);
    Ok(SnapshotRecord {
        id: SnapshotId::new(id),
        migration: MigrationId::new(migration),
        side,
        taken_at_ms,
        taken_by,
        n_resources: count(n_resources),
        n_problems: count(n_problems),
    })
}

fn unreadable(source: Box<dyn std::error::Error + Send + Sync>) -> StoreError {
    StoreError::Unreadable { what: "a snapshot".into(), source }
}
