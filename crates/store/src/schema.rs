//! The tables, and how older ones are brought up to date.

use sqlx::Executor;

use crate::store::{Dialect, now_ms};
use crate::{Store, StoreError};

/// The changes to the tables in order, one file for each database.
const CHANGES: &[Change] = &[
    Change {
        version: 1,
        sqlite: include_str!("../migrations/sqlite/0001_record.sql"),
        postgres: include_str!("../migrations/postgres/0001_record.sql"),
    },
    Change {
        version: 2,
        sqlite: include_str!("../migrations/sqlite/0002_inventory.sql"),
        postgres: include_str!("../migrations/postgres/0002_inventory.sql"),
    },
    Change {
        version: 3,
        sqlite: include_str!("../migrations/sqlite/0003_drafts.sql"),
        postgres: include_str!("../migrations/postgres/0003_drafts.sql"),
    },
];

struct Change {
    version: i64,
    sqlite: &'static str,
    postgres: &'static str,
}

/// Makes or changes the tables, under a lock, so that several processes may start at once.
pub(crate) async fn bring_up_to_date(store: &Store) -> Result<(), StoreError> {
    let mut transaction = store.begin().await?;
    if store.dialect == Dialect::Postgres {
        // The number is arbitrary; it only has to be Ferry's own.
        let lock = "DO $$ BEGIN PERFORM pg_advisory_xact_lock(5068221); END $$";
        transaction.execute(lock).await.map_err(|e| store.error(e))?;
    }
    let table = "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL PRIMARY KEY, applied_at_ms BIGINT NOT NULL)";
    transaction.execute(table).await.map_err(|e| store.error(e))?;
    let applied: Vec<(i64,)> = sqlx::query_as("SELECT version FROM schema_version ORDER BY version")
        .fetch_all(&mut *transaction)
        .await
        .map_err(|e| store.error(e))?;
    let found = applied.last().map_or(0, |(version,)| *version);
    let known = CHANGES.iter().map(|change| change.version).max().unwrap_or(0);
    if found > known {
        return Err(StoreError::NewerSchema { place: store.place().to_owned(), found, known });
    }
    // Not only what is newer: changes are made side by side, and one may arrive after its successor.
    for change in CHANGES.iter().filter(|change| !applied.contains(&(change.version,))) {
        let text = match store.dialect {
            Dialect::Sqlite => change.sqlite,
            Dialect::Postgres => change.postgres,
        };
        sqlx::raw_sql(text).execute(&mut *transaction).await.map_err(|e| store.error(e))?;
        sqlx::query("INSERT INTO schema_version (version, applied_at_ms) VALUES ($1, $2)")
            .bind(change.version)
            .bind(now_ms())
            .execute(&mut *transaction)
            .await
            .map_err(|e| store.error(e))?;
    }
    store.commit(transaction).await
}
