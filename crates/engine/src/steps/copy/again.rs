//! Beginning a copy again from an empty stream (copy-safety 20), under the feet of what stands on the stream.

use std::collections::BTreeSet;

use ferry_model::messages::engine as messages;
use ferry_model::{LedgerEntry, LedgerState, ResourceKind, ResourceName, Side, StepAction, StepNumber};

use super::Copy;
use crate::making::{self, Made};
use crate::past::Past;
use crate::steps::{StepContext, StepError};

impl Copy {
    /// Drops the stream that this run made, and creates it again. A deployment keeps a stream that something
    /// stands on, so the run's own views over it are taken away first; their own steps make them again.
    pub(super) async fn begin_again(&self, context: &StepContext) -> Result<(), StepError> {
        let _nobody_creates = context.shared.definitions.lock().await;
        self.recreate(context).await
    }

    /// A stream that an interrupted process was removing to begin again is removed and created again.
    pub(super) async fn complete_recreation(&self, context: &StepContext) -> Result<(), StepError> {
        let _nobody_creates = context.shared.definitions.lock().await;
        let (step, create) = &self.creation;
        let state = context.past().made_on_target(&create.resource).map(|entry| entry.state);
        if state == Some(LedgerState::DropIntended) {
            return self.recreate(context).await;
        }
        match making::find(context, *step, &create.resource).await? {
            Made::Here { .. } => Ok(()),
            Made::Not => making::make(context, *step, &create.resource, &create.definition).await.map(drop),
        }
    }

    async fn recreate(&self, context: &StepContext) -> Result<(), StepError> {
        let (step, create) = &self.creation;
        remove_dependents(context, *step, &create.resource).await?;
        if let Made::Here { server_id } = making::find(context, *step, &create.resource).await? {
            making::remove(context, &create.resource, server_id.as_deref()).await?;
        }
        making::make(context, *step, &create.resource, &create.definition).await.map(drop)
    }
}

/// Takes away what this run made over a stream, youngest first. What another run or a person made is not
/// touched: the deployment then refuses to drop the stream, and the step fails with that reason.
async fn remove_dependents(
    context: &StepContext,
    creation: StepNumber,
    stream: &ResourceName,
) -> Result<(), StepError> {
    let dependents = dependents_of(&context.past(), creation);
    for entry in dependents.into_iter().rev() {
        let made = making::find(context, entry.step, &entry.resource).await?;
        let Made::Here { server_id } = made else { continue };
        context.note(messages::taken_away(&entry.resource, stream)).await?;
        making::remove(context, &entry.resource, server_id.as_deref()).await?;
    }
    Ok(())
}

/// What this run made over the result of a creation and that holds no rows of its own, oldest first.
fn dependents_of(past: &Past, creation: StepNumber) -> Vec<LedgerEntry> {
    let mut found = BTreeSet::from([creation]);
    loop {
        let n_found = found.len();
        let creates = past.view.steps.iter().filter(|step| step.action == StepAction::Create);
        let over = creates.filter(|step| step.after.iter().any(|before| found.contains(before)));
        let over: Vec<StepNumber> = over.map(|step| step.number).collect();
        found.extend(over);
        if found.len() == n_found {
            break;
        }
    }
    let is_dependent = |entry: &&LedgerEntry| {
        let can_be_made_again = matches!(entry.resource.kind, ResourceKind::View | ResourceKind::Dictionary);
        entry.side == Side::Target && can_be_made_again && found.contains(&entry.step)
    };
    past.ledger.entries.iter().filter(is_dependent).cloned().collect()
}
