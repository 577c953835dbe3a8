//! Revisions of plans: never changed once stored.

use std::collections::BTreeMap;

use ferry_model::{MigrationId, RevisionId, Secret, SecretMap};

use crate::store::now_ms;
use crate::{Store, StoreError};

/// A revision to be stored; its number is given by the record.
pub struct NewRevision {
    /// Which revision.
    pub id: RevisionId,
    /// Whose plan.
    pub migration: MigrationId,
    /// The plan's text, byte for byte.
    pub yaml: String,
    /// The digest of what will run.
    pub digest: String,
    /// Secrets that the capture read on the source, sealed in the record, because the plan cannot hold them.
    pub secrets: SecretMap,
    /// Who made it.
    pub made_by: String,
    /// What it changed, in a few words for people.
    pub summary: String,
}

/// A revision as lists show it, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionEntry {
    /// Which revision.
    pub id: RevisionId,
    /// Counted from 1.
    pub number: u32,
    /// The digest of what will run.
    pub digest: String,
    /// Who made it.
    pub made_by: String,
    /// When, in milliseconds since 1970.
    pub made_at_ms: i64,
    /// What it changed, in a few words for people.
    pub summary: String,
}

/// A revision as stored.
#[derive(Debug, Clone)]
pub struct RevisionRecord {
    /// Which revision.
    pub id: RevisionId,
    /// Whose plan.
    pub migration: MigrationId,
    /// Counted from 1.
    pub number: u32,
    /// The plan's text.
    pub yaml: String,
    /// The digest of what will run.
    pub digest: String,
    /// Who made it.
    pub made_by: String,
    /// When, in milliseconds since 1970.
    pub made_at_ms: i64,
}

type Row = (String, String, i64, String, String, String, i64);

type EntryRow = (String, i64, String, String, i64, String);

impl Store {
    /// Stores a revision under the next number of its migration.
    ///
    /// # Errors
    /// [`StoreError::Missing`] where there is no such migration.
    pub async fn add_revision(&self, revision: &NewRevision) -> Result<u32, StoreError> {
        let sealed = self.seal.seal(&as_text(&revision.secrets), &secrets_place(&revision.id))?;
        let mut transaction = self.begin().await?;
        // Writing the migration's row first keeps two writers of revisions apart on PostgreSQL too.
        let known = sqlx::query("UPDATE migrations SET updated_at_ms = $2 WHERE id = $1")
            .bind(revision.migration.as_str())
            .bind(now_ms())
            .execute(&mut *transaction)
            .await
            .map_err(|e| self.error(e))?;
        if known.rows_affected() == 0 {
            return Err(StoreError::Missing { what: "migration", id: revision.migration.to_string() });
        }
        let (last,): (i64,) =
            sqlx::query_as("SELECT COALESCE(MAX(number), 0) FROM plan_revisions WHERE migration_id = $1")
                .bind(revision.migration.as_str())
                .fetch_one(&mut *transaction)
                .await
                .map_err(|e| self.error(e))?;
        let sql = "INSERT INTO plan_revisions \
                   (id, migration_id, number, yaml, digest, sealed_secrets, made_by, made_at_ms, summary) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        sqlx::query(sql)
            .bind(revision.id.as_str())
            .bind(revision.migration.as_str())
            .bind(last + 1)
            .bind(revision.yaml.as_str())
            .bind(revision.digest.as_str())
            .bind(sealed)
            .bind(revision.made_by.as_str())
            .bind(now_ms())
            .bind(revision.summary.as_str())
            .execute(&mut *transaction)
            .await
            .map_err(|e| self.error(e))?;
        self.commit(transaction).await?;
        Ok(u32::try_from(last + 1).unwrap_or(u32::MAX))
    }

    /// The newest revision of a migration.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn newest_revision(&self, migration: &MigrationId) -> Result<Option<RevisionRecord>, StoreError> {
        let sql = "SELECT id, migration_id, number, yaml, digest, made_by, made_at_ms FROM plan_revisions \
                   WHERE migration_id = $1 ORDER BY number DESC LIMIT 1";
        let row: Option<Row> =
            sqlx::query_as(sql).bind(migration.as_str()).fetch_optional(&self.read).await.map_err(|e| self.error(e))?;
        Ok(row.map(from_row))
    }

    /// A revision.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub async fn revision(&self, id: &RevisionId) -> Result<RevisionRecord, StoreError> {
        let sql = "SELECT id, migration_id, number, yaml, digest, made_by, made_at_ms FROM plan_revisions \
                   WHERE id = $1";
        let row: Option<Row> =
            sqlx::query_as(sql).bind(id.as_str()).fetch_optional(&self.read).await.map_err(|e| self.error(e))?;
        row.map(from_row).ok_or_else(|| missing(id))
    }

    /// The revision of a number.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub async fn revision_by_number(&self, migration: &MigrationId, number: u32) -> Result<RevisionRecord, StoreError> {
        let sql = "SELECT id, migration_id, number, yaml, digest, made_by, made_at_ms FROM plan_revisions \
                   WHERE migration_id = $1 AND number = $2";
        let row: Option<Row> = sqlx::query_as(sql)
            .bind(migration.as_str())
            .bind(i64::from(number))
            .fetch_optional(&self.read)
            .await
            .map_err(|e| self.error(e))?;
        row.map(from_row).ok_or_else(|| StoreError::Missing { what: "revision", id: number.to_string() })
    }

    /// All revisions of a migration without their texts, the newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn revisions(&self, migration: &MigrationId) -> Result<Vec<RevisionEntry>, StoreError> {
        let sql = "SELECT id, number, digest, made_by, made_at_ms, summary FROM plan_revisions \
                   WHERE migration_id = $1 ORDER BY number DESC";
        let rows: Vec<EntryRow> =
            sqlx::query_as(sql).bind(migration.as_str()).fetch_all(&self.read).await.map_err(|e| self.error(e))?;
        Ok(rows.into_iter().map(entry_from_row).collect())
    }

    /// The secrets that were stored with a revision, opened.
    ///
    /// # Errors
    /// [`StoreError::Missing`], or [`StoreError::Key`] where the key does not fit.
    pub async fn revision_secrets(&self, id: &RevisionId) -> Result<SecretMap, StoreError> {
        let row: Option<(String,)> = sqlx::query_as("SELECT sealed_secrets FROM plan_revisions WHERE id = $1")
            .bind(id.as_str())
            .fetch_optional(&self.read)
            .await
            .map_err(|e| self.error(e))?;
        let (sealed,) = row.ok_or_else(|| missing(id))?;
        let text = self.seal.unseal(&sealed, &secrets_place(id))?;
        from_text(&text)
    }
}

fn secrets_place(id: &RevisionId) -> String {
    format!("revision.{id}.secrets")
}

fn missing(id: &RevisionId) -> StoreError {
    StoreError::Missing { what: "revision", id: id.to_string() }
}

/// The one place where secrets become text: on their way into the seal.
fn as_text(secrets: &SecretMap) -> Secret {
    let exposed: BTreeMap<&str, &str> =
        secrets.keys().filter_map(|key| secrets.get(key).map(|secret| (key, secret.expose()))).collect();
    Secret::new(serde_json::json!(exposed).to_string())
}

fn from_text(text: &Secret) -> Result<SecretMap, StoreError> {
    let opened: BTreeMap<String, Secret> = serde_json::from_str(text.expose())
        .map_err(|e| StoreError::Unreadable { what: "the secrets of a revision".into(), source: e.into() })?;
    let mut secrets = SecretMap::default();
    for (key, secret) in opened {
        secrets.insert(key, secret);
    }
    Ok(secrets)
}

fn from_row((id, migration, number, yaml, digest, made_by, made_at_ms): Row) -> RevisionRecord {
    RevisionRecord {
        id: RevisionId::new(id),
        migration: MigrationId::new(migration),
        number: u32::try_from(number).unwrap_or(u32::MAX),
        yaml,
        digest,
        made_by,
        made_at_ms,
    }
}

fn entry_from_row((id, number, digest, made_by, made_at_ms, summary): EntryRow) -> RevisionEntry {
    let number = u32::try_from(number).unwrap_or(u32::MAX);
    RevisionEntry { id: RevisionId::new(id), number, digest, made_by, made_at_ms, summary }
}
