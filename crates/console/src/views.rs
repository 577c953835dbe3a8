//! Views of runs, folded from their events and kept, so that only new events are read and folded.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use ferry_model::{FerryError, Journal, RunId, RunSummary, RunView};
use ferry_store::Store;

use crate::error::from_journal;

/// How many views are kept; when there are more, all are forgotten and folded again when they are asked for.
const N_KEPT: usize = 200;

#[derive(Default)]
pub(crate) struct Views {
    kept: Mutex<HashMap<RunId, RunView>>,
}

impl Views {
    /// The run as its events say it stands now.
    pub(crate) async fn of(&self, store: &Store, run: &RunId) -> Result<RunView, FerryError> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).get(run).cloned();
        let mut view = kept.unwrap_or_default();
        let news = store.read(run, view.last_seq).await.map_err(from_journal)?;
        if news.is_empty() {
            return Ok(view);
        }
        for event in &news {
            view.apply(event);
        }
        self.keep(run, &view);
        Ok(view)
    }

    /// The run as lists show it.
    pub(crate) async fn summary(&self, store: &Store, run: &RunId) -> Result<RunSummary, FerryError> {
        Ok(self.of(store, run).await?.summary(run.clone()))
    }

    fn keep(&self, run: &RunId, view: &RunView) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // Somebody else may have folded more meanwhile.
        if kept.get(run).is_some_and(|other| other.last_seq >= view.last_seq) {
            return;
        }
        if kept.len() >= N_KEPT {
            kept.clear();
        }
        kept.insert(run.clone(), view.clone());
    }
}
