//! Drafts of plans: what somebody changes before it becomes a revision, with every edit, so that each can be undone.

use ferry_model::{MigrationId, UserId};

use crate::store::now_ms;
use crate::{Store, StoreError};

/// A draft as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRecord {
    /// The number of the revision that it began with.
    pub base: u32,
    /// The plan's text as it stands.
    pub yaml: String,
    /// How many edits are in the text.
    pub n_edits: u32,
    /// A new one with every change.
    pub stamp: String,
    /// When it was last changed, in milliseconds since 1970.
    pub updated_at_ms: i64,
    /// What undo would take back.
    pub undo: Option<DraftEdit>,
    /// What redo would make again.
    pub redo: Option<DraftEdit>,
}

/// One edit: a piece of the text was replaced by another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftEdit {
    /// What was done, in a few words for people.
    pub summary: String,
    /// Where, in bytes.
    pub at_byte: u64,
    /// What stood there.
    pub removed: String,
    /// What stands there instead.
    pub inserted: String,
}

type Row = (i64, String, i64, String, i64);
type EditRow = (i64, String, i64, String, String);

impl Store {
    /// The draft of one person.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn draft(&self, migration: &MigrationId, user: &UserId) -> Result<Option<DraftRecord>, StoreError> {
        let sql = "SELECT base_number, yaml, position, stamp, updated_at_ms FROM plan_drafts \
                   WHERE migration_id = $1 AND user_id = $2";
        let row: Option<Row> = sqlx::query_as(sql)
            .bind(migration.as_str())
            .bind(user.as_str())
            .fetch_optional(&self.read)
            .await
            .map_err(|e| self.error(e))?;
        let Some((base, yaml, position, stamp, updated_at_ms)) = row else { return Ok(None) };
        let sql = "SELECT seq, summary, at_byte, removed, inserted FROM plan_draft_edits \
                   WHERE migration_id = $1 AND user_id = $2 AND seq BETWEEN $3 AND $4";
        let edits: Vec<EditRow> = sqlx::query_as(sql)
            .bind(migration.as_str())
            .bind(user.as_str())
            .bind(position)
            .bind(position + 1)
            .fetch_all(&self.read)
            .await
            .map_err(|e| self.error(e))?;
        let edit_at = |wanted: i64| edits.iter().find(|(seq, ..)| *seq == wanted).cloned().map(from_row);
        let number = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
        Ok(Some(DraftRecord {
            base: number(base),
            undo: edit_at(position),
            redo: edit_at(position + 1),
            n_edits: number(position),
            yaml,
            stamp,
            updated_at_ms,
        }))
    }

    /// Stores one more edit of a draft, or the first one of a new draft; edits that were taken back are forgotten.
    /// `false` when the draft has changed since `known` was read: nothing was stored then.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn add_draft_edit(
        &self,
        migration: &MigrationId,
        user: &UserId,
        known: Option<&DraftRecord>,
        changed: &DraftRecord,
        edit: &DraftEdit,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        if !self.write_draft(&mut transaction, migration, user, known, changed).await? {
            return Ok(false);
        }
        sqlx::query("DELETE FROM plan_draft_edits WHERE migration_id = $1 AND user_id = $2 AND seq >= $3")
            .bind(migration.as_str())
            .bind(user.as_str())
            .bind(i64::from(changed.n_edits))
            .execute(&mut *transaction)
            .await
            .map_err(|e| self.error(e))?;
        let sql = "INSERT INTO plan_draft_edits \
                   (migration_id, user_id, seq, summary, at_byte, removed, inserted, made_at_ms) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
        sqlx::query(sql)
            .bind(migration.as_str())
            .bind(user.as_str())
            .bind(i64::from(changed.n_edits))
            .bind(edit.summary.as_str())
            .bind(i64::try_from(edit.at_byte).unwrap_or(i64::MAX))
            .bind(edit.removed.as_str())
            .bind(edit.inserted.as_str())
            .bind(now_ms())
            .execute(&mut *transaction)
            .await
            .map_err(|e| self.error(e))?;
        self.commit(transaction).await?;
        Ok(true)
    }

    /// Stores a draft from which an edit was taken back, or in which it was made again. `false` when the draft has
    /// changed since `known` was read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn move_draft(
        &self,
        migration: &MigrationId,
        user: &UserId,
        known: &DraftRecord,
        changed: &DraftRecord,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        let is_written = self.write_draft(&mut transaction, migration, user, Some(known), changed).await?;
        if is_written {
            self.commit(transaction).await?;
        }
        Ok(is_written)
    }

    /// Throws a draft away, with its edits.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn discard_draft(&self, migration: &MigrationId, user: &UserId) -> Result<(), StoreError> {
        sqlx::query("DELETE FROM plan_drafts WHERE migration_id = $1 AND user_id = $2")
            .bind(migration.as_str())
            .bind(user.as_str())
            .execute(&self.write)
            .await
            .map_err(|e| self.error(e))?;
        Ok(())
    }

    async fn write_draft(
        &self,
        transaction: &mut sqlx::Transaction<'static, sqlx::Any>,
        migration: &MigrationId,
        user: &UserId,
        known: Option<&DraftRecord>,
        changed: &DraftRecord,
    ) -> Result<bool, StoreError> {
        let insert = "INSERT INTO plan_drafts \
                      (migration_id, user_id, base_number, yaml, position, stamp, updated_at_ms) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (migration_id, user_id) DO NOTHING";
        let update = "UPDATE plan_drafts SET base_number = $3, yaml = $4, position = $5, stamp = $6, \
                      updated_at_ms = $7 WHERE migration_id = $1 AND user_id = $2 AND stamp = $8";
        let statement = sqlx::query(if known.is_some() { update } else { insert })
            .bind(migration.as_str())
            .bind(user.as_str())
            .bind(i64::from(changed.base))
            .bind(changed.yaml.as_str())
            .bind(i64::from(changed.n_edits))
            .bind(changed.stamp.as_str())
            .bind(now_ms());
        let statement = match known {
            Some(known) => statement.bind(known.stamp.as_str()),
            None => statement,
        };
        let written = statement.execute(&mut **transaction).await.map_err(|e| self.error(e))?;
        Ok(written.rows_affected() == 1)
    }
}

fn from_row((_, summary, at_byte, removed, inserted): EditRow) -> DraftEdit {
    DraftEdit { summary, at_byte: u64::try_from(at_byte).unwrap_or(0), removed, inserted }
}
