//! Taking away what the target holds of slices, so that they can be copied again (copy-safety 17, 19, 20).

use ferry_model::messages::engine as messages;
use ferry_plan::Redo;
use futures::FutureExt;
use futures::future::try_join_all;

use super::{Copy, settle};
use crate::steps::{StepContext, StepError};
use crate::{SliceRows, waiting};

impl Copy {
    /// Empties slices so that they can be copied again. Gives whether the other slices are still there.
    ///
    /// The stream was empty when this run made it, nothing else writes to it before its copy has ended, and the
    /// conditions are exactly those of the slices (copy-safety 19); INSERTs of them are proved to have ended. Whoever calls this
    /// sends no INSERT meanwhile, because the proof would end it.
    pub(super) async fn redo(&self, context: &StepContext, slices: &[&SliceRows]) -> Result<bool, StepError> {
        if slices.is_empty() {
            return Ok(true);
        }
        settle::prove_ended(context).await?;
        if self.redo != Redo::Delete {
            self.begin_again(context).await?;
            return Ok(false);
        }
        let target = context.target();
        let trouble = |error| context.trouble(messages::emptying_slice(&self.stream), &error);
        // Count zero is not absence: rows may be accepted and not yet seen (copy-safety 17).
        let flush = target.flush_interval(&self.stream).await.map_err(trouble)?;
        let still = slices.iter().map(|rows| async move {
            let arrived = || target.count_in(&self.stream, rows);
            waiting::still(context.pace(), flush, flush * 2, arrived, |_| false).await
        });
        let n_left = try_join_all(still).await.map_err(trouble)?;
        for (rows, _) in slices.iter().zip(n_left).filter(|(_, n_left)| *n_left > 0) {
            self.delete(context, rows).await?;
        }
        Ok(true)
    }

    async fn delete(&self, context: &StepContext, rows: &SliceRows) -> Result<(), StepError> {
        let target = context.target();
        let trouble = |error| context.trouble(messages::emptying_slice(&self.stream), &error);
        match target.delete_in(&self.stream, rows).await {
            // Where nobody knows, the count below does.
            Err(error) if error.is_certain() => return Err(trouble(error)),
            _ => {}
        }
        // DELETE on append streams is asynchronous (copy-safety 19).
        let is_empty = || target.count_in(&self.stream, rows).map(|n| Ok(n? == 0)).boxed();
        match waiting::until(context.pace(), context.pace().settle, is_empty).await.map_err(trouble)? {
            true => Ok(()),
            false => Err(messages::slice_stays(&self.stream).into()),
        }
    }
}
