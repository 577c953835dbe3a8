//! People who sign in.

use ferry_model::{Role, UserId};

use crate::store::now_ms;
use crate::{Store, StoreError};

/// A person as stored.
#[derive(Debug, Clone)]
pub struct UserRecord {
    /// Who it is.
    pub id: UserId,
    /// The name people sign in with.
    pub name: String,
    /// The password's argon2 hash in PHC form.
    pub password_hash: String,
    /// What they may do.
    pub role: Role,
}

type Row = (String, String, String, String);

impl Store {
    /// Stores a new person.
    ///
    /// # Errors
    /// [`StoreError::NameTaken`].
    pub async fn create_user(&self, user: &UserRecord) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        self.create_user_in(&mut transaction, user).await?;
        self.commit(transaction).await
    }

    pub(crate) async fn create_user_in(
        &self,
        transaction: &mut sqlx::Transaction<'static, sqlx::Any>,
        user: &UserRecord,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO users (id, name, password_hash, role, created_at_ms) VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT (name) DO NOTHING";
        let stored = sqlx::query(sql)
            .bind(user.id.as_str())
            .bind(user.name.as_str())
            .bind(user.password_hash.as_str())
            .bind(user.role.as_str())
            .bind(now_ms())
            .execute(&mut **transaction)
            .await
            .map_err(|e| self.error(e))?;
        if stored.rows_affected() == 0 {
            return Err(StoreError::NameTaken(user.name.clone()));
        }
        Ok(())
    }

    /// The person of a name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn user_by_name(&self, name: &str) -> Result<Option<UserRecord>, StoreError> {
        let sql = "SELECT id, name, password_hash, role FROM users WHERE name = $1";
        let row: Option<Row> =
            sqlx::query_as(sql).bind(name).fetch_optional(&self.read).await.map_err(|e| self.error(e))?;
        row.map(from_row).transpose()
    }

    /// The person of an id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn user(&self, id: &UserId) -> Result<Option<UserRecord>, StoreError> {
        let sql = "SELECT id, name, password_hash, role FROM users WHERE id = $1";
        let row: Option<Row> =
            sqlx::query_as(sql).bind(id.as_str()).fetch_optional(&self.read).await.map_err(|e| self.error(e))?;
        row.map(from_row).transpose()
    }

    /// Everybody, by name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn users(&self) -> Result<Vec<UserRecord>, StoreError> {
        let sql = "SELECT id, name, password_hash, role FROM users ORDER BY name";
        let rows: Vec<Row> = sqlx::query_as(sql).fetch_all(&self.read).await.map_err(|e| self.error(e))?;
        rows.into_iter().map(from_row).collect()
    }

    /// How many people can sign in.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn count_users(&self) -> Result<u64, StoreError> {
        let (n,): (i64,) =
            sqlx::query_as("SELECT COUNT(*) FROM users").fetch_one(&self.read).await.map_err(|e| self.error(e))?;
        Ok(u64::try_from(n).unwrap_or(0))
    }
}

fn from_row((id, name, password_hash, role): Row) -> Result<UserRecord, StoreError> {
    Ok(UserRecord { id: UserId::new(id), name, password_hash, role: stored_role(&role)? })
}

/// A stored role; one of a newer Ferry is an error, never a guess.
pub(crate) fn stored_role(text: &str) -> Result<Role, StoreError> {
    Role::from_stored(text).ok_or_else(|| StoreError::Unreadable {
        what: "a role".into(),
        source: format!("unknown role `{text}`").into(),
    })
}
