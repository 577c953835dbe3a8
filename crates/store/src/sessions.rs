//! Sessions of browsers. Idle and absolute end are columns of our own: the session layer's own expiry does not slide
//! unless the session changes.

use std::time::Duration;

use ferry_model::{SessionId, UserId};

use crate::store::{as_ms, now_ms};
use crate::{Store, StoreError};

/// How old `last_seen_ms` may become before a request writes it again.
const TOUCH_INTERVAL: Duration = Duration::from_secs(60);

/// A session as stored.
#[derive(Debug, Clone)]
pub struct SessionRecord {
    /// Which session.
    pub id: SessionId,
    /// Who is signed in, if somebody is.
    pub user: Option<UserId>,
    /// The session layer's own data, JSON.
    pub data: String,
    /// Until when it lives whatever happens, in milliseconds since 1970.
    pub absolute_end_ms: i64,
}

impl Store {
    /// Stores a new session; `false` when the id is taken.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn create_session(&self, session: &SessionRecord, idle: Duration) -> Result<bool, StoreError> {
        let now = now_ms();
        let sql = "INSERT INTO sessions \
                   (id, user_id, data, created_at_ms, last_seen_ms, idle_end_ms, absolute_end_ms) \
                   VALUES ($1, $2, $3, $4, $4, $5, $6) ON CONFLICT (id) DO NOTHING";
        let stored = sqlx::query(sql)
            .bind(session.id.as_str())
            .bind(session.user.as_ref().map(|user| user.as_str().to_owned()))
            .bind(session.data.as_str())
            .bind(now)
            .bind(now.saturating_add(as_ms(idle)))
            .bind(session.absolute_end_ms)
            .execute(&self.write)
            .await
            .map_err(|e| self.error(e))?;
        Ok(stored.rows_affected() == 1)
    }

    /// Changes who is signed in and the data of a session; a session that is gone stays gone.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn save_session(&self, session: &SessionRecord) -> Result<(), StoreError> {
        sqlx::query("UPDATE sessions SET user_id = $2, data = $3 WHERE id = $1")
            .bind(session.id.as_str())
            .bind(session.user.as_ref().map(|user| user.as_str().to_owned()))
            .bind(session.data.as_str())
            .execute(&self.write)
            .await
            .map_err(|e| self.error(e))?;
        Ok(())
    }

    /// A session that has not ended. Using it moves its idle end, written at most once a minute.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn use_session(&self, id: &SessionId, idle: Duration) -> Result<Option<SessionRecord>, StoreError> {
        let now = now_ms();
        let sql = "SELECT user_id, data, absolute_end_ms, last_seen_ms FROM sessions \
                   WHERE id = $1 AND idle_end_ms > $2 AND absolute_end_ms > $2";
        let row: Option<(Option<String>, String, i64, i64)> = sqlx::query_as(sql)
            .bind(id.as_str())
            .bind(now)
            .fetch_optional(&self.read)
            .await
            .map_err(|e| self.error(e))?;
        let Some((user, data, absolute_end_ms, last_seen_ms)) = row else { return Ok(None) };
        if now - last_seen_ms >= as_ms(TOUCH_INTERVAL) {
            self.touch_session(id, now, idle).await?;
        }
        Ok(Some(SessionRecord { id: id.clone(), user: user.map(UserId::new), data, absolute_end_ms }))
    }

    async fn touch_session(&self, id: &SessionId, now: i64, idle: Duration) -> Result<(), StoreError> {
        sqlx::query("UPDATE sessions SET last_seen_ms = $2, idle_end_ms = $3 WHERE id = $1")
            .bind(id.as_str())
            .bind(now)
            .bind(now.saturating_add(as_ms(idle)))
            .execute(&self.write)
            .await
            .map_err(|e| self.error(e))?;
        Ok(())
    }

    /// Who is signed in with a session, without using it: what an open websocket asks.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn session_user(&self, id: &SessionId) -> Result<Option<UserId>, StoreError> {
        let sql = "SELECT user_id FROM sessions WHERE id = $1 AND idle_end_ms > $2 AND absolute_end_ms > $2";
        let row: Option<(Option<String>,)> = sqlx::query_as(sql)
            .bind(id.as_str())
            .bind(now_ms())
            .fetch_optional(&self.read)
            .await
            .map_err(|e| self.error(e))?;
        Ok(row.and_then(|(user,)| user).map(UserId::new))
    }

    /// The sessions of a person that have not ended, newest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn sessions_of_user(&self, user: &UserId) -> Result<Vec<SessionId>, StoreError> {
        let sql = "SELECT id FROM sessions WHERE user_id = $1 AND idle_end_ms > $2 AND absolute_end_ms > $2 \
                   ORDER BY created_at_ms DESC";
        let rows: Vec<(String,)> = sqlx::query_as(sql)
            .bind(user.as_str())
            .bind(now_ms())
            .fetch_all(&self.read)
            .await
            .map_err(|e| self.error(e))?;
        Ok(rows.into_iter().map(|(id,)| SessionId::new(id)).collect())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_session(&self, id: &SessionId) -> Result<(), StoreError> {
        let sql = "DELETE FROM sessions WHERE id = $1";
        sqlx::query(sql).bind(id.as_str()).execute(&self.write).await.map_err(|e| self.error(e))?;
        Ok(())
    }

    /// Removes the sessions that have ended, and says how many.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn delete_ended_sessions(&self) -> Result<u64, StoreError> {
        let sql = "DELETE FROM sessions WHERE idle_end_ms <= $1 OR absolute_end_ms <= $1";
        let deleted = sqlx::query(sql).bind(now_ms()).execute(&self.write).await.map_err(|e| self.error(e))?;
        Ok(deleted.rows_affected())
    }
}
