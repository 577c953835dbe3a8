//! Migrations and their sealed configurations.

use ferry_model::{MigrationId, Secret};
use sqlx::{Any, Transaction};

use crate::store::now_ms;
use crate::{Store, StoreError};

/// A migration to be stored.
pub struct NewMigration {
    /// Which migration.
    pub id: MigrationId,
    /// What people call it; unique.
    pub name: String,
    /// The source's timeplusd address.
    pub source: String,
    /// The target's timeplusd address, where there is one.
    pub target: Option<String>,
    /// The configuration file, whole.
    pub config: Secret,
    /// Who created it.
    pub created_by: String,
}

/// A migration as stored, without its configuration.
#[derive(Debug, Clone)]
pub struct MigrationRecord {
    /// Which migration.
    pub id: MigrationId,
    /// What people call it.
    pub name: String,
    /// The source's timeplusd address.
    pub source: String,
    /// The target's timeplusd address, where there is one.
    pub target: Option<String>,
    /// When it was created, in milliseconds since 1970.
    pub created_at_ms: i64,
    /// When it was last changed, in milliseconds since 1970.
    pub updated_at_ms: i64,
    /// When it was archived, in milliseconds since 1970; `None` for one in use.
    pub archived_at_ms: Option<i64>,
}

type Row = (String, String, String, Option<String>, i64, i64, Option<i64>);

const COLUMNS: &str = "id, name, source, target, created_at_ms, updated_at_ms, archived_at_ms";

impl Store {
    /// Stores a migration, or gives a known one a new configuration (the command line reads the file each time).
    ///
    /// # Errors
    /// [`StoreError::NameTaken`] when another migration has the name.
    pub async fn save_migration(&self, migration: &NewMigration) -> Result<(), StoreError> {
        let sealed = self.seal.seal(&migration.config, &config_place(&migration.id))?;
        let mut transaction = self.begin().await?;
        self.require_free_name(&mut transaction, &migration.id, &migration.name).await?;
        let sql = "INSERT INTO migrations \
                   (id, name, source, target, sealed_config, created_by, created_at_ms, updated_at_ms) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $7) \
                   ON CONFLICT (id) DO UPDATE SET source = $3, target = $4, sealed_config = $5, updated_at_ms = $7";
        sqlx::query(sql)
            .bind(migration.id.as_str())
            .bind(migration.name.as_str())
            .bind(migration.source.as_str())
            .bind(migration.target.clone())
            .bind(sealed)
            .bind(migration.created_by.as_str())
            .bind(now_ms())
            .execute(&mut *transaction)
            .await
            .map_err(|e| self.error(e))?;
        self.commit(transaction).await
    }

    /// Gives a migration another name.
    ///
    /// # Errors
    /// [`StoreError::NameTaken`] when another migration has it; [`StoreError::Missing`].
    pub async fn rename_migration(&self, id: &MigrationId, name: &str) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        self.require_free_name(&mut transaction, id, name).await?;
        let renamed = sqlx::query("UPDATE migrations SET name = $2, updated_at_ms = $3 WHERE id = $1")
            .bind(id.as_str())
            .bind(name)
            .bind(now_ms())
            .execute(&mut *transaction)
            .await
            .map_err(|e| self.error(e))?;
        if renamed.rows_affected() == 0 {
            return Err(missing(id));
        }
        self.commit(transaction).await
    }

    /// Archives a migration.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub async fn archive_migration(&self, id: &MigrationId) -> Result<(), StoreError> {
        self.set_archived(id, Some(now_ms())).await
    }

    /// Takes a migration back from the archive.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub async fn restore_migration(&self, id: &MigrationId) -> Result<(), StoreError> {
        self.set_archived(id, None).await
    }

    async fn set_archived(&self, id: &MigrationId, archived_at_ms: Option<i64>) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let changed = sqlx::query("UPDATE migrations SET archived_at_ms = $2 WHERE id = $1")
            .bind(id.as_str())
            .bind(archived_at_ms)
            .execute(&mut *transaction)
            .await
            .map_err(|e| self.error(e))?;
        if changed.rows_affected() == 0 {
            return Err(missing(id));
        }
        self.commit(transaction).await
    }

    async fn require_free_name(
        &self,
        transaction: &mut Transaction<'static, Any>,
        id: &MigrationId,
        name: &str,
    ) -> Result<(), StoreError> {
        let taken: Option<(String,)> = sqlx::query_as("SELECT id FROM migrations WHERE name = $1 AND id <> $2")
            .bind(name)
            .bind(id.as_str())
            .fetch_optional(&mut **transaction)
            .await
            .map_err(|e| self.error(e))?;
        if taken.is_some() { Err(StoreError::NameTaken(name.to_owned())) } else { Ok(()) }
    }

    /// A migration.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub async fn migration(&self, id: &MigrationId) -> Result<MigrationRecord, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM migrations WHERE id = $1");
        let row: Option<Row> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
            .bind(id.as_str())
            .fetch_optional(&self.read)
            .await
            .map_err(|e| self.error(e))?;
        row.map(from_row).ok_or_else(|| missing(id))
    }

    /// Every migration, the one that changed last first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn migrations(&self) -> Result<Vec<MigrationRecord>, StoreError> {
        let sql = format!("SELECT {COLUMNS} FROM migrations ORDER BY updated_at_ms DESC, id");
        let rows: Vec<Row> =
            sqlx::query_as(sqlx::AssertSqlSafe(sql)).fetch_all(&self.read).await.map_err(|e| self.error(e))?;
        Ok(rows.into_iter().map(from_row).collect())
    }

    /// The configuration of a migration, opened.
    ///
    /// # Errors
    /// [`StoreError::Missing`], or [`StoreError::Key`] where the key does not fit.
    pub async fn migration_config(&self, id: &MigrationId) -> Result<Secret, StoreError> {
        let row: Option<(String,)> = sqlx::query_as("SELECT sealed_config FROM migrations WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&self.read)
            .await
            .map_err(|e| self.error(e))?;
        let (sealed,) = row.ok_or_else(|| missing(id))?;
        self.seal.unseal(&sealed, &config_place(id))
    }
}

fn config_place(id: &MigrationId) -> String {
    format!("migration.{id}.config")
}

fn missing(id: &MigrationId) -> StoreError {
    StoreError::Missing { what: "migration", id: id.to_string() }
}

fn from_row((id, name, source, target, created_at_ms, updated_at_ms, archived_at_ms): Row) -> MigrationRecord {
    MigrationRecord { id: MigrationId::new(id), name, source, target, created_at_ms, updated_at_ms, archived_at_ms }
}
