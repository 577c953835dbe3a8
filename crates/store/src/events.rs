//! Events: the journal of runs.

use ferry_model::{Event, EventBody, Fence, Journal, JournalError, Ledger, MigrationId, RunId};
use sqlx::{Any, Transaction};

use crate::store::now_ms;
use crate::{Store, StoreError};

impl Journal for Store {
    async fn append(&self, run: &RunId, fence: Fence, bodies: Vec<EventBody>) -> Result<Vec<Event>, JournalError> {
        if bodies.is_empty() {
            return Ok(Vec::new());
        }
        let mut transaction = self.begin().await.map_err(storage)?;
        let events = match self.append_in(&mut transaction, run, fence, bodies).await {
            Ok(events) => events,
            Err(StoreError::Missing { .. }) => return Err(self.why_not_appended(transaction, run).await),
            Err(e) => return Err(storage(e)),
        };
        self.commit(transaction).await.map_err(storage)?;
        Ok(events)
    }

    async fn read(&self, run: &RunId, after_seq: u64) -> Result<Vec<Event>, JournalError> {
        let after = i64::try_from(after_seq).unwrap_or(i64::MAX);
        let rows: Vec<(String,)> =
            sqlx::query_as("SELECT body FROM events WHERE run_id = $1 AND seq > $2 ORDER BY seq")
                .bind(run.as_str())
                .bind(after)
                .fetch_all(&self.read)
                .await
                .map_err(|e| storage(self.error(e)))?;
        if rows.is_empty() && after_seq == 0 {
            self.run(run).await.map_err(|e| match e {
                StoreError::Missing { .. } => JournalError::NoSuchRun(run.clone()),
                other => storage(other),
            })?;
        }
        rows.into_iter().map(|(body,)| stored_event(&body)).collect::<Result<_, _>>().map_err(storage)
    }
}

impl Store {
    /// The events of all runs of a migration, oldest run first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn events_of_migration(&self, migration: &MigrationId) -> Result<Vec<Event>, StoreError> {
        let sql = "SELECT e.body FROM events e JOIN runs r ON r.id = e.run_id WHERE r.migration_id = $1 \
                   ORDER BY r.created_at_ms, r.id, e.seq";
        self.events_by(sql, migration).await
    }

    /// What runs of a migration made and what is still to be removed.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn ledger(&self, migration: &MigrationId) -> Result<Ledger, StoreError> {
        let sql = "SELECT e.body FROM events e JOIN runs r ON r.id = e.run_id WHERE r.migration_id = $1 \
                   AND e.kind IN ('create_intended', 'created', 'create_abandoned', 'drop_intended', 'dropped') \
                   ORDER BY r.created_at_ms, r.id, e.seq";
        let events = self.events_by(sql, migration).await?;
        Ok(Ledger::fold(events.iter().map(|event| &event.body)))
    }

    async fn events_by(&self, sql: &'static str, migration: &MigrationId) -> Result<Vec<Event>, StoreError> {
        let rows: Vec<(String,)> =
            sqlx::query_as(sql).bind(migration.as_str()).fetch_all(&self.read).await.map_err(|e| self.error(e))?;
        rows.into_iter().map(|(body,)| stored_event(&body)).collect()
    }

    /// Appends within a transaction. [`StoreError::Missing`] stands for both: no such run, and an older fence.
    pub(crate) async fn append_in(
        &self,
        transaction: &mut Transaction<'static, Any>,
        run: &RunId,
        fence: Fence,
        bodies: Vec<EventBody>,
    ) -> Result<Vec<Event>, StoreError> {
        let n_events = i64::try_from(bodies.len()).unwrap_or(i64::MAX);
        let row: Option<(i64,)> =
            sqlx::query_as("UPDATE runs SET last_seq = last_seq + $3 WHERE id = $1 AND fence = $2 RETURNING last_seq")
                .bind(run.as_str())
                .bind(fence.0)
                .bind(n_events)
                .fetch_optional(&mut **transaction)
                .await
                .map_err(|e| self.error(e))?;
        let Some((last_seq,)) = row else {
            return Err(StoreError::Missing { what: "run", id: run.to_string() });
        };
        let at_ms = now_ms();
        let first_seq = last_seq - n_events + 1;
        let mut events = Vec::with_capacity(bodies.len());
        for (seq, body) in (first_seq..).zip(bodies) {
            let event = Event::new(u64::try_from(seq).unwrap_or(0), at_ms, body);
            let unreadable =
                |e: serde_json::Error| StoreError::Unreadable { what: "an event".into(), source: e.into() };
            let value = serde_json::to_value(&event).map_err(unreadable)?;
            let kind = value.get("kind").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
            sqlx::query("INSERT INTO events (run_id, seq, kind, body) VALUES ($1, $2, $3, $4)")
                .bind(run.as_str())
                .bind(seq)
                .bind(kind)
                .bind(value.to_string())
                .execute(&mut **transaction)
                .await
                .map_err(|e| self.error(e))?;
            events.push(event);
        }
        Ok(events)
    }

    /// Tells an older fence from a run that does not exist.
    async fn why_not_appended(&self, transaction: Transaction<'static, Any>, run: &RunId) -> JournalError {
        drop(transaction);
        match self.run(run).await {
            Ok(_) => JournalError::Fenced,
            Err(StoreError::Missing { .. }) => JournalError::NoSuchRun(run.clone()),
            Err(e) => storage(e),
        }
    }
}

fn stored_event(body: &str) -> Result<Event, StoreError> {
    serde_json::from_str(body).map_err(|e| StoreError::Unreadable { what: "an event".into(), source: e.into() })
}

fn storage(error: StoreError) -> JournalError {
    JournalError::Storage(Box::new(error))
}
