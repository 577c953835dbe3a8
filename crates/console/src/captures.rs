//! Capturing both deployments of a migration for the inventory: in the background, with its progress told.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ferry_model::{Caller, Definition, FerryError, MigrationId, Permission, SecretMap, Side, Snapshot, SnapshotId};
use ferry_plan::{Config, SideConfig};
use ferry_store::NewSnapshot;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use crate::error::from_store;
use crate::{Captured, Console};

/// How a capture goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaptureState {
    /// Definitions that were read and that are listed, of each side that is captured.
    UnderWay(Vec<CaptureProgress>),
    /// It failed, or was cancelled.
    Failed(FerryError),
}

/// How far one side is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaptureProgress {
    /// Which side.
    pub side: Side,
    /// Definitions that were read.
    pub n_done: usize,
    /// Definitions that are listed; 0 while nobody knows.
    pub n_total: usize,
}

/// Watches a capture and can end it.
#[derive(Clone, Default)]
pub struct CaptureWatch {
    n_done: Arc<AtomicUsize>,
    n_total: Arc<AtomicUsize>,
    /// Ends the capture early.
    pub cancel: CancellationToken,
}

impl CaptureWatch {
    /// Takes over how far the capture is.
    pub fn tell(&self, n_done: usize, n_total: usize) {
        self.n_total.store(n_total, Ordering::Relaxed);
        self.n_done.fetch_max(n_done, Ordering::Relaxed);
    }

    fn progress(&self, side: Side) -> CaptureProgress {
        let n_total = self.n_total.load(Ordering::Relaxed);
        CaptureProgress { side, n_done: self.n_done.load(Ordering::Relaxed).min(n_total), n_total }
    }
}

/// The captures of this process: under way, or failed last.
#[derive(Default)]
pub(crate) struct Captures {
    states: Mutex<HashMap<MigrationId, State>>,
}

enum State {
    UnderWay { watches: Vec<(Side, CaptureWatch)>, cancel: CancellationToken },
    Failed(FerryError),
}

impl Console {
    /// Begins a capture of both deployments, unless one is under way; [`Self::capture_state`] tells how it goes.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::EditPlans`]; [`FerryError::NotFound`].
    pub async fn capture_start(&self, caller: &Caller, id: &MigrationId) -> Result<(), FerryError> {
        caller.require(Permission::EditPlans)?;
        self.store().migration(id).await.map_err(from_store)?;
        let config = self.config(id).await?;
        let cancel = self.inner.work.ends().child_token();
        let Some(watches) = self.inner.captures.begin(id, config.target.is_some(), &cancel) else { return Ok(()) };
        let (console, id, by) = (self.clone(), id.clone(), caller.name.clone());
        self.inner.work.own(async move {
            let outcome = console.capture_for_inventory(&id, &config, &watches, &by).await;
            if let Err(error) = &outcome {
                tracing::info!(migration.id = %id, %error, "a capture ended early");
            }
            console.inner.captures.end(&id, outcome.err());
        });
        Ok(())
    }

    /// Ends a capture early; without one nothing happens.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::EditPlans`].
    pub async fn capture_cancel(&self, caller: &Caller, id: &MigrationId) -> Result<(), FerryError> {
        caller.require(Permission::EditPlans)?;
        if let Some(State::UnderWay { cancel, .. }) = self.inner.captures.lock().get(id) {
            cancel.cancel();
        }
        Ok(())
    }

    /// How the capture of a migration goes; `None` where none is under way and the last one did not fail.
    ///
    /// # Errors
    /// [`FerryError::Forbidden`] without [`Permission::ViewMigrations`].
    pub async fn capture_state(&self, caller: &Caller, id: &MigrationId) -> Result<Option<CaptureState>, FerryError> {
        caller.require(Permission::ViewMigrations)?;
        Ok(self.inner.captures.lock().get(id).map(|state| match state {
            State::UnderWay { watches, .. } => {
                CaptureState::UnderWay(watches.iter().map(|(side, watch)| watch.progress(*side)).collect())
            }
            State::Failed(error) => CaptureState::Failed(error.clone()),
        }))
    }

    async fn capture_for_inventory(
        &self,
        id: &MigrationId,
        config: &Config,
        watches: &[(Side, CaptureWatch)],
        by: &str,
    ) -> Result<(), FerryError> {
        let capture = |side: Side, of: &'_ SideConfig| {
            let watch = watches.iter().find(|(watched, _)| *watched == side).map(|(_, watch)| watch.clone());
            let (console, of, settings) = (self.clone(), of.clone(), config.settings.clone());
            async move {
                let watch = watch.unwrap_or_default();
                console.inner.deployments.capture_watched(side, &of, &settings, &watch).await
            }
        };
        let source = capture(Side::Source, &config.source);
        match &config.target {
            None => self.keep_snapshot(id, config, Side::Source, source.await?, by).await,
            Some(target) => {
                let (source, target) = futures::try_join!(source, capture(Side::Target, target))?;
                self.keep_snapshot(id, config, Side::Source, source, by).await?;
                self.keep_snapshot(id, config, Side::Target, target, by).await
            }
        }
    }

    /// Keeps what was captured, without any text that is a secret.
    pub(crate) async fn keep_snapshot(
        &self,
        id: &MigrationId,
        config: &Config,
        side: Side,
        captured: Captured,
        by: &str,
    ) -> Result<(), FerryError> {
        let Captured { mut snapshot, secrets } = captured;
        let mut known = config.secrets.clone();
        known.extend(secrets);
        for (name, side) in [("source", Some(&config.source)), ("target", config.target.as_ref())] {
            let Some(side) = side else { continue };
            known.insert(format!("{name} password"), side.password.clone());
            if let Some(key) = &side.api_key {
                known.insert(format!("{name} api key"), key.clone());
            }
        }
        scrub(&mut snapshot, &known);
        let id_of_snapshot = SnapshotId::new(uuid::Uuid::now_v7().to_string());
        let new = NewSnapshot { id: id_of_snapshot, migration: id.clone(), side, snapshot, taken_by: by.to_owned() };
        self.store().add_snapshot(&new).await.map_err(from_store)
    }
}

impl Captures {
    /// The watches of a new capture; `None` while one is under way.
    fn begin(
        &self,
        id: &MigrationId,
        has_target: bool,
        cancel: &CancellationToken,
    ) -> Option<Vec<(Side, CaptureWatch)>> {
        let mut states = self.lock();
        if matches!(states.get(id), Some(State::UnderWay { .. })) {
            return None;
        }
        let sides = if has_target { [Side::Source, Side::Target].as_slice() } else { &[Side::Source] };
        let watch = |side: &Side| (*side, CaptureWatch { cancel: cancel.clone(), ..CaptureWatch::default() });
        let watches: Vec<_> = sides.iter().map(watch).collect();
        states.insert(id.clone(), State::UnderWay { watches: watches.clone(), cancel: cancel.clone() });
        Some(watches)
    }

    fn end(&self, id: &MigrationId, error: Option<FerryError>) {
        let mut states = self.lock();
        match error {
            Some(error) => states.insert(id.clone(), State::Failed(error)),
            None => states.remove(id),
        };
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<MigrationId, State>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Definitions carry placeholders already; what repeats a secret elsewhere in them loses it too (copy-safety 6).
fn scrub(snapshot: &mut Snapshot, secrets: &SecretMap) {
    for resource in &mut snapshot.resources {
        match &mut resource.definition {
            Definition::Sql(text) => *text = secrets.scrub(text),
            Definition::Json(value) => scrub_json(value, secrets),
        }
        for column in &mut resource.columns {
            column.default_expression = secrets.scrub(&column.default_expression);
        }
    }
    for problem in &mut snapshot.problems {
        problem.why = secrets.scrub(&problem.why);
        problem.raw = problem.raw.as_deref().map(|raw| secrets.scrub(raw));
    }
    for statement in &mut snapshot.query_history {
        *statement = secrets.scrub(statement);
    }
}

fn scrub_json(value: &mut Value, secrets: &SecretMap) {
    match value {
        Value::String(text) => *text = secrets.scrub(text),
        Value::Array(items) => items.iter_mut().for_each(|item| scrub_json(item, secrets)),
        Value::Object(fields) => fields.values_mut().for_each(|field| scrub_json(field, secrets)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use ferry_model::Secret;

    use super::*;

    #[test]
    fn a_secret_that_a_rest_object_repeats_is_removed_wherever_it_stands() {
        let mut secrets = SecretMap::default();
        secrets.insert("k", Secret::new("geheim"));
        let mut value = serde_json::json!({"a": ["x geheim y", {"b": "geheim"}], "n": 1});
        scrub_json(&mut value, &secrets);
        assert!(!value.to_string().contains("geheim"), "{value}");
    }
}
