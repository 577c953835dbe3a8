//! Compare: the rows on both sides, counted through `table()`.

use ferry_model::messages::engine as messages;
use ferry_model::{Basis, Count, EventBody, ResourceName, StepAction};
use futures::future::BoxFuture;
use futures::{FutureExt, TryFutureExt};

use super::{Found, StepContext, StepError, StepWork};
use crate::waiting;

/// Compares the number of rows of one stream on both sides.
#[derive(Debug, Clone)]
pub(crate) struct Compare {
    pub(crate) source: ResourceName,
    pub(crate) target: ResourceName,
}

impl StepWork for Compare {
    fn run<'a>(&'a self, context: &'a StepContext) -> BoxFuture<'a, Result<String, StepError>> {
        async move {
            let (n_source, n_target) = self.count(context).await?;
            let (source, target) = (Count::exact(n_source), Count::exact(n_target));
            context.record(vec![EventBody::RowsCompared { step: context.step, source, target }]).await?;
            match self.n_copied(context) {
                _ if n_source == n_target => Ok(messages::counts_agree(n_source)),
                // The copy saw every row that was there when it began; what came later is not covered
                // (copy-safety 29).
                Some(n_copied) if n_target == n_copied && n_source > n_copied => {
                    let text = messages::rows_not_covered(&self.source, n_source - n_copied);
                    context.note(text.clone()).await?;
                    Ok(text)
                }
                _ => Err(messages::counts_differ(&self.target, n_source, n_target).into()),
            }
        }
        .boxed()
    }

    /// Counting again changes nothing.
    fn probe<'a>(&'a self, _context: &'a StepContext) -> BoxFuture<'a, Result<Found, StepError>> {
        futures::future::ready(Ok(Found::NotDone(messages::must_count_again()))).boxed()
    }

    /// Counting changes nothing, so there is nothing to take back.
    fn undo<'a>(&'a self, _context: &'a StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        futures::future::ready(Ok(())).boxed()
    }
}

impl Compare {
    /// Rows on both sides. Where they differ, two flush intervals are granted to rows on their way
    /// (copy-safety 11).
    async fn count(&self, context: &StepContext) -> Result<(u64, u64), StepError> {
        let (source, target) = (context.source()?, context.target());
        let what = messages::counting(&self.target);
        let trouble = |error| context.trouble(what.clone(), &error);
        let flush = target.flush_interval(&self.target).await.map_err(trouble)?;
        let counts = || futures::future::try_join(source.count(&self.source), target.count(&self.target));
        let agree = || counts().map_ok(|(n_source, n_target)| n_source == n_target).boxed();
        waiting::until(context.pace(), flush * 2, agree).await.map_err(trouble)?;
        counts().await.map_err(trouble)
    }

    /// How many rows the copy of this stream brought, where this run copied it.
    fn n_copied(&self, context: &StepContext) -> Option<u64> {
        let past = context.past();
        let is_copy = |step: &&ferry_model::StepView| step.action == StepAction::Copy && step.resource == self.target;
        let copy = past.view.steps.iter().find(is_copy)?;
        (copy.rows_done.basis == Basis::Exact).then_some(copy.rows_done.value)
    }
}
