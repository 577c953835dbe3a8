//! Drop: removes one thing that a run made (clean).

use ferry_model::messages::engine as messages;
use ferry_model::{LedgerEntry, ResourceName};
use futures::FutureExt;
use futures::future::BoxFuture;

use super::{Found, StepContext, StepError, StepWork};
use crate::making::{self, Made};

/// Removes one thing that the ledger listed when the clean was made.
#[derive(Debug, Clone)]
pub(crate) struct Drop {
    pub(crate) resource: ResourceName,
    /// Its entry in the ledger; none where an earlier try of this clean has removed it.
    pub(crate) entry: Option<LedgerEntry>,
}

impl StepWork for Drop {
    fn run<'a>(&'a self, context: &'a StepContext) -> BoxFuture<'a, Result<String, StepError>> {
        async move {
            if let Some(entry) = &self.entry
                && let Made::Here { server_id } = making::find(context, entry.step, &entry.resource).await?
            {
                making::remove(context, &entry.resource, server_id.as_deref()).await?;
            }
            Ok(messages::is_gone(&self.resource))
        }
        .boxed()
    }

    /// Removing what is gone changes nothing, so an interrupted removal is simply done again.
    fn probe<'a>(&'a self, _context: &'a StepContext) -> BoxFuture<'a, Result<Found, StepError>> {
        let found = match &self.entry {
            Some(entry) => Found::NotDone(messages::removal_interrupted(&entry.resource)),
            None => Found::Done(messages::is_gone(&self.resource)),
        };
        futures::future::ready(Ok(found)).boxed()
    }

    /// What was removed comes back by running the plan again, never by itself.
    fn undo<'a>(&'a self, _context: &'a StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        futures::future::ready(Ok(())).boxed()
    }
}
