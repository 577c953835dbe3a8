//! What a clean would remove, shown before it removes anything.

use ferry_model::messages::engine as messages;
use ferry_model::{FerryError, Ledger, LedgerEntry, LedgerState, ResourceName, Side};
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt, TryStreamExt};

use crate::{Site, making};

/// How many questions are asked of the target at the same time.
const N_QUESTIONS: usize = 4;

/// One thing that a clean would remove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CleanItem {
    /// What it is.
    pub resource: ResourceName,
    /// How far its making went, by the record.
    pub state: LedgerState,
    /// Whether it is on the target now.
    pub exists: bool,
    /// Why it would be removed, in one sentence.
    pub why: String,
}

/// Everything that a clean would remove, in the order in which it would. Changes nothing.
///
/// # Errors
/// [`FerryError::Deployment`] where the target cannot be asked.
pub async fn preview_clean(ledger: &Ledger, target: &dyn Site) -> Result<Vec<CleanItem>, FerryError> {
    let entries = ledger.entries.iter().rev().filter(|entry| entry.side == Side::Target);
    let questions: Vec<_> = entries.map(|entry| ask(entry, target)).collect();
    futures::stream::iter(questions).buffered(N_QUESTIONS).try_collect().await
}

fn ask<'a>(entry: &'a LedgerEntry, target: &'a dyn Site) -> BoxFuture<'a, Result<CleanItem, FerryError>> {
    async move {
        let resource = entry.resource.clone();
        let exists = making::is_there(target, &resource, entry.server_id.as_deref()).await;
        let exists = exists
            .map_err(|error| messages::deployment_trouble(messages::looking_for(&resource), error.to_string()))?;
        let why = messages::why_removed(entry.state, entry.step);
        Ok(CleanItem { resource, state: entry.state, exists, why })
    }
    .boxed()
}
