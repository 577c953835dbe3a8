//! Stop: a source or sink stands still while rows are copied, and can be started again exactly so.

use ferry_model::messages::engine as messages;
use ferry_model::{EventBody, ResourceName, Side};
use futures::FutureExt;
use futures::future::BoxFuture;
use std::sync::PoisonError;
use tokio::time::Instant;

use super::{Found, StepContext, StepError, StepWork};
use crate::{Running, waiting};

/// Stops one source or sink and remembers whether it ran.
#[derive(Debug, Clone)]
pub(crate) struct Stop {
    pub(crate) side: Side,
    pub(crate) resource: ResourceName,
    pub(crate) server_id: Option<String>,
}

impl StepWork for Stop {
    fn run<'a>(&'a self, context: &'a StepContext) -> BoxFuture<'a, Result<String, StepError>> {
        async move {
            let site = context.site(self.side)?;
            let known = self.is_recorded(context);
            let what = messages::stopping(&self.resource);
            let runs = site.is_running(&self.resource, self.server_id.as_deref()).await;
            let runs = runs.map_err(|error| context.trouble(what, &error))?;
            if !runs && !known {
                return Ok(messages::did_not_run(&self.resource));
            }
            if !known {
                // Recorded before it is stopped: starting what never stopped changes nothing, but a stop that
                // nobody remembers would last (copy-safety 23).
                let (step, side) = (context.step, self.side);
                let (resource, server_id) = (self.resource.clone(), self.server_id.clone());
                context.record(vec![EventBody::Stopped { step, side, resource, server_id }]).await?;
            }
            bring_to(context, self.side, &self.resource, self.server_id.as_deref(), Running::Stopped).await?;
            *context.shared.quiet_since.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
            Ok(messages::stands_still(&self.resource))
        }
        .boxed()
    }

    fn probe<'a>(&'a self, context: &'a StepContext) -> BoxFuture<'a, Result<Found, StepError>> {
        async move {
            let runs = context.site(self.side)?.is_running(&self.resource, self.server_id.as_deref()).await;
            let runs = runs.map_err(|error| context.trouble(messages::stopping(&self.resource), &error))?;
            Ok(match runs {
                true => Found::NotDone(messages::still_runs(&self.resource)),
                false => Found::Done(messages::stands_still(&self.resource)),
            })
        }
        .boxed()
    }

    fn undo<'a>(&'a self, context: &'a StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            if !self.is_recorded(context) {
                return Ok(());
            }
            bring_to(context, self.side, &self.resource, self.server_id.as_deref(), Running::Started).await?;
            let (step, side, resource) = (context.step, self.side, self.resource.clone());
            context.record(vec![EventBody::Restarted { step, side, resource }]).await
        }
        .boxed()
    }
}

impl Stop {
    fn is_recorded(&self, context: &StepContext) -> bool {
        let is_this = |one: &crate::past::Stopped| one.side == self.side && one.resource == self.resource;
        context.past().stopped.iter().any(is_this)
    }
}

/// Stops again what this run had stopped on the source and what runs nevertheless: a pause that is not permanent is
/// gone after a restart (copy-safety 23).
pub(crate) async fn keep_source_stopped(context: &StepContext) -> Result<(), StepError> {
    let stopped = context.past().stopped.clone();
    for one in stopped.iter().filter(|one| one.side == Side::Source) {
        let (resource, server_id) = (&one.resource, one.server_id.as_deref());
        let runs = context.source()?.is_running(resource, server_id).await;
        if runs.map_err(|error| context.trouble(messages::stopping(resource), &error))? {
            bring_to(context, Side::Source, resource, server_id, Running::Stopped).await?;
            context.note(messages::stopped_again(resource)).await?;
        }
    }
    Ok(())
}

/// Starts or stops a source or sink, and waits until the deployment says that it is so.
pub(crate) async fn bring_to(
    context: &StepContext,
    side: Side,
    resource: &ResourceName,
    server_id: Option<&str>,
    wanted: Running,
) -> Result<(), StepError> {
    let site = context.site(side)?;
    let what = match wanted {
        Running::Started => messages::starting(resource),
        Running::Stopped => messages::stopping(resource),
    };
    site.set_running(resource, server_id, wanted).await.map_err(|error| context.trouble(what.clone(), &error))?;
    let is_so =
        || async move { Ok(site.is_running(resource, server_id).await? == (wanted == Running::Started)) }.boxed();
    match waiting::until(context.pace(), context.pace().settle, is_so).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(messages::did_not_settle(what).into()),
        Err(error) => Err(context.trouble(what, &error)),
    }
}
