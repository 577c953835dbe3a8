//! One-time links: each lets one person in, once.

use ferry_model::Role;

use crate::store::now_ms;
use crate::users::stored_role;
use crate::{Store, StoreError, UserRecord};

/// A link as stored: never the link itself, only its digest.
#[derive(Debug, Clone)]
pub struct OneTimeLink {
    /// SHA-256 of the link, in hexadecimal.
    pub digest: String,
    /// What the person who uses it may do.
    pub role: Role,
    /// Until when it is good, in milliseconds since 1970.
    pub expires_at_ms: i64,
}

impl Store {
    /// Stores a new link.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn create_link(&self, link: &OneTimeLink) -> Result<(), StoreError> {
        let sql = "INSERT INTO one_time_links (digest, role, created_at_ms, expires_at_ms) VALUES ($1, $2, $3, $4)";
        sqlx::query(sql)
            .bind(link.digest.as_str())
            .bind(link.role.as_str())
            .bind(now_ms())
            .bind(link.expires_at_ms)
            .execute(&self.write)
            .await
            .map_err(|e| self.error(e))?;
        Ok(())
    }

    /// The link of a digest, if it was not used and is not too old.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn good_link(&self, digest: &str) -> Result<Option<OneTimeLink>, StoreError> {
        let sql = "SELECT role, expires_at_ms FROM one_time_links \
                   WHERE digest = $1 AND used_at_ms IS NULL AND expires_at_ms > $2";
        let row: Option<(String, i64)> = sqlx::query_as(sql)
            .bind(digest)
            .bind(now_ms())
            .fetch_optional(&self.read)
            .await
            .map_err(|e| self.error(e))?;
        row.map(|(role, expires_at_ms)| {
            Ok(OneTimeLink { digest: digest.to_owned(), role: stored_role(&role)?, expires_at_ms })
        })
        .transpose()
    }

    /// Uses a link up and stores the person it lets in, both or neither. The role in `user` is replaced by the
    /// link's. `None` when the link is not good (any more); of two people who use it at once, one gets in.
    ///
    /// # Errors
    /// [`StoreError::NameTaken`]; the link stays good then.
    pub async fn redeem_link(&self, digest: &str, mut user: UserRecord) -> Result<Option<UserRecord>, StoreError> {
        let mut transaction = self.begin().await?;
        let sql = "UPDATE one_time_links SET used_at_ms = $2 \
                   WHERE digest = $1 AND used_at_ms IS NULL AND expires_at_ms > $2 RETURNING role";
        let row: Option<(String,)> = sqlx::query_as(sql)
            .bind(digest)
            .bind(now_ms())
            .fetch_optional(&mut *transaction)
            .await
            .map_err(|e| self.error(e))?;
        let Some((role,)) = row else { return Ok(None) };
        user.role = stored_role(&role)?;
        self.create_user_in(&mut transaction, &user).await?;
        self.commit(transaction).await?;
        Ok(Some(user))
    }
}
