//! The open record.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{Any, AnyConnection, AnyPool, Connection, Executor, Transaction};

use crate::presence::Presence;
use crate::sightings::Sightings;
use crate::{Seal, StoreError, StoreLocation, schema};

/// How long a statement waits for the database, or for another process that writes to the same SQLite file.
const PATIENCE: Duration = Duration::from_secs(10);

/// Readers of one process at a time.
const READERS: u32 = 4;

/// Connections to a PostgreSQL server.
const POSTGRES_CONNECTIONS: u32 = 8;

/// Takes SQLite's write lock at once, so that no transaction fails in its middle because another process was quicker.
const BEGIN_IMMEDIATE: &str = "BEGIN IMMEDIATE";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

/// The record. Cloning gives another handle on the same one.
#[derive(Clone)]
pub struct Store {
    pub(crate) read: AnyPool,
    /// With SQLite a pool of one connection: this process has one writer, and BEGIN IMMEDIATE keeps other
    /// processes apart. With PostgreSQL the same pool as `read`.
    pub(crate) write: AnyPool,
    pub(crate) dialect: Dialect,
    pub(crate) seal: Arc<Seal>,
    pub(crate) presence: Arc<Presence>,
    pub(crate) sightings: Arc<Sightings>,
    place: Arc<Place>,
}

struct Place {
    text: String,
    file: Option<PathBuf>,
}

impl Store {
    /// Opens the record, makes what is missing (folder, database, key), and brings old tables up to date.
    ///
    /// # Errors
    /// [`StoreError`] that names the path or the database.
    pub async fn open(location: &StoreLocation) -> Result<Self, StoreError> {
        std::fs::create_dir_all(&location.data_dir)
            .map_err(|e| StoreError::Unwritable { path: location.data_dir.clone(), why: e.to_string() })?;
        let seal = Arc::new(Seal::open(&location.key_file())?);
        sqlx::any::install_default_drivers();
        let file = location.postgres_url.is_none().then(|| location.database_file());
        let place = Arc::new(Place { text: location.place(), file });
        let url = location.connection_url()?;
        let presence = Arc::new(Presence::in_data_dir(&location.data_dir));
        let sightings = Arc::default();
        let store = match location.postgres_url {
            None => {
                probe_sqlite(&url).await.map_err(|e| place.error(e))?;
                let write = pool(&url, 1, true).await.map_err(|e| place.error(e))?;
                let read = pool(&url, READERS, true).await.map_err(|e| place.error(e))?;
                Self { read, write, dialect: Dialect::Sqlite, seal, presence, sightings, place }
            }
            Some(_) => {
                let both = pool(&url, POSTGRES_CONNECTIONS, false).await.map_err(|e| place.error(e))?;
                Self { read: both.clone(), write: both, dialect: Dialect::Postgres, seal, presence, sightings, place }
            }
        };
        schema::bring_up_to_date(&store).await?;
        Ok(store)
    }

    /// Opens a record that is there for reading only: nothing can be written through it, and nothing is made or brought
    /// up to date. `None` where there is no record.
    ///
    /// # Errors
    /// [`StoreError`] that names the path or the database.
    pub async fn open_read_only(location: &StoreLocation) -> Result<Option<Self>, StoreError> {
        let is_sqlite = location.postgres_url.is_none();
        if is_sqlite && !location.database_file().exists() {
            return Ok(None);
        }
        let Some(seal) = Seal::open_existing(&location.key_file())? else { return Ok(None) };
        sqlx::any::install_default_drivers();
        let file = is_sqlite.then(|| location.database_file());
        let place = Arc::new(Place { text: location.place(), file });
        let url = location.read_only_url()?;
        let dialect = if is_sqlite { Dialect::Sqlite } else { Dialect::Postgres };
        let read = read_only_pool(&url, dialect).await.map_err(|e| place.error(e))?;
        let (seal, presence, sightings) = (Arc::new(seal), Arc::default(), Arc::default());
        Ok(Some(Self { write: read.clone(), read, dialect, seal, presence, sightings, place }))
    }

    /// Where the record is, for people: a file, or a database address without its password.
    pub fn place(&self) -> &str {
        &self.place.text
    }

    /// Succeeds when the record can be read.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn check(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT version FROM schema_version").fetch_all(&self.read).await.map_err(|e| self.error(e))?;
        Ok(())
    }

    /// Closes all connections; handles that are left answer with an error.
    pub async fn close(&self) {
        self.read.close().await;
        self.write.close().await;
        self.presence.leave();
    }

    /// Begins a transaction that may write.
    pub(crate) async fn begin(&self) -> Result<Transaction<'static, Any>, StoreError> {
        let begun = match self.dialect {
            Dialect::Sqlite => match self.write.begin_with(BEGIN_IMMEDIATE).await {
                Err(sqlx::Error::InvalidSavePointStatement) => self.begin_on_new_connection().await,
                begun => begun,
            },
            Dialect::Postgres => self.write.begin().await,
        };
        begun.map_err(|e| self.error(e))
    }

    /// SQLite itself rolls a transaction back when the disk is full; the driver still believes that one is open and
    /// would refuse to begin another for ever. Such a connection is thrown away.
    async fn begin_on_new_connection(&self) -> Result<Transaction<'static, Any>, sqlx::Error> {
        self.write.acquire().await?.close().await?;
        self.write.begin_with(BEGIN_IMMEDIATE).await
    }

    pub(crate) async fn commit(&self, transaction: Transaction<'static, Any>) -> Result<(), StoreError> {
        transaction.commit().await.map_err(|e| self.error(e))
    }

    /// Names the place in an error of the database.
    pub(crate) fn error(&self, error: sqlx::Error) -> StoreError {
        self.place.error(error)
    }
}

impl Place {
    fn error(&self, error: sqlx::Error) -> StoreError {
        let (Some(path), sqlx::Error::Database(database)) = (&self.file, &error) else {
            return StoreError::Database { place: self.text.clone(), source: error };
        };
        // The low byte of SQLite's extended result codes is the primary one.
        let code = database.code().and_then(|code| code.parse::<u32>().ok()).map(|code| code & 0xff);
        const READ_ONLY: u32 = 8;
        const IO_ERROR: u32 = 10;
        const FULL: u32 = 13;
        const CANNOT_OPEN: u32 = 14;
        match code {
            Some(FULL) => StoreError::Full { path: path.clone() },
            Some(READ_ONLY | IO_ERROR | CANNOT_OPEN) => {
                StoreError::Unwritable { path: path.clone(), why: database.message().to_owned() }
            }
            _ => StoreError::Database { place: self.text.clone(), source: error },
        }
    }
}

async fn pool(url: &str, max_connections: u32, sqlite: bool) -> Result<AnyPool, sqlx::Error> {
    let options = AnyConnectOptions::from_str(url)?;
    AnyPoolOptions::new()
        .max_connections(max_connections)
        .acquire_timeout(PATIENCE)
        .after_connect(move |connection, _| {
            Box::pin(async move { if sqlite { set_up_sqlite(connection).await } else { Ok(()) } })
        })
        .connect_with(options)
        .await
}

/// Connections whose database refuses every change.
async fn read_only_pool(url: &str, dialect: Dialect) -> Result<AnyPool, sqlx::Error> {
    let refuse_changes = match dialect {
        Dialect::Sqlite => "PRAGMA query_only = ON",
        Dialect::Postgres => "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    };
    AnyPoolOptions::new()
        .max_connections(READERS)
        .acquire_timeout(PATIENCE)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                if dialect == Dialect::Sqlite {
                    connection.execute("PRAGMA busy_timeout = 10000").await?;
                }
                connection.execute(refuse_changes).await.map(drop)
            })
        })
        .connect_with(AnyConnectOptions::from_str(url)?)
        .await
}

/// Opens the file once on its own: a pool would try a damaged or unwritable file again until its patience ends.
async fn probe_sqlite(url: &str) -> Result<(), sqlx::Error> {
    let mut connection = AnyConnection::connect(url).await?;
    set_up_sqlite(&mut connection).await?;
    connection.close().await
}

async fn set_up_sqlite(connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
    connection.execute("PRAGMA busy_timeout = 10000").await?;
    connection.execute("PRAGMA journal_mode = WAL").await?;
    connection.execute("PRAGMA synchronous = FULL").await?;
    connection.execute("PRAGMA foreign_keys = ON").await?;
    Ok(())
}

/// Now, in milliseconds since 1970.
pub(crate) fn now_ms() -> i64 {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since_1970.as_millis()).unwrap_or(i64::MAX)
}

/// A duration as milliseconds for a column.
pub(crate) fn as_ms(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use ferry_model::{MigrationId, Secret};

    use super::*;
    use crate::NewMigration;

    #[tokio::test]
    async fn a_full_disk_is_an_error_that_names_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&StoreLocation::in_data_dir(folder.path())).await.expect("a record");
        // SQLite answers a file that may not grow exactly as it answers a full disk.
        store.write.execute("PRAGMA max_page_count = 60").await.expect("a limit");
        let migration_of = |size: usize| NewMigration {
            id: MigrationId::new("m"),
            name: "demo".into(),
            source: String::new(),
            target: None,
            config: Secret::new("x".repeat(size)),
            created_by: String::new(),
        };
        let refused = store.save_migration(&migration_of(1_000_000)).await.expect_err("there is no room");
        assert!(matches!(refused, StoreError::Full { .. }), "{}", refused.chain());
        assert!(refused.to_string().contains("ferry.db"), "{refused}");
        store.save_migration(&migration_of(10)).await.expect("a small one still fits");
    }
}
