//! Create: one resource on the target, in its place in the order.

use ferry_model::messages::engine as messages;
use ferry_model::{Definition, EventBody, ResourceKind, ResourceName, Side};
use ferry_plan::IfExists;
use futures::FutureExt;
use futures::future::BoxFuture;

use super::{Found, StepContext, StepError, StepWork};
use crate::making::{self, Creation, Made};
use crate::{Running, SiteError, existing, sql};

/// Creates one resource on the target.
#[derive(Debug, Clone)]
pub(crate) struct Create {
    pub(crate) resource: ResourceName,
    pub(crate) definition: Definition,
    /// Whether it is stopped as soon as it exists (`stop_data_ingestion_on_target`).
    pub(crate) is_stopped_at_once: bool,
    /// What happens where somebody else has made it.
    pub(crate) if_exists: IfExists,
}

impl StepWork for Create {
    fn run<'a>(&'a self, context: &'a StepContext) -> BoxFuture<'a, Result<String, StepError>> {
        async move {
            let Some(server_id) = self.ensure(context).await? else {
                return Ok(messages::stands_on_target(&self.resource));
            };
            if self.is_stopped_at_once {
                self.stop(context, server_id.as_deref()).await?;
            }
            Ok(messages::exists_on_target(&self.resource))
        }
        .boxed()
    }

    fn probe<'a>(&'a self, context: &'a StepContext) -> BoxFuture<'a, Result<Found, StepError>> {
        async move {
            Ok(match making::find(context, context.step, &self.resource).await? {
                Made::Here { .. } if !self.is_stopped_at_once => {
                    Found::Done(messages::exists_on_target(&self.resource))
                }
                Made::Here { .. } => Found::NotDone(messages::exists_and_must_stop(&self.resource)),
                Made::Not => Found::NotDone(messages::not_on_target(&self.resource)),
            })
        }
        .boxed()
    }

    fn undo<'a>(&'a self, context: &'a StepContext) -> BoxFuture<'a, Result<(), StepError>> {
        async move {
            match making::find(context, context.step, &self.resource).await? {
                Made::Here { server_id } => making::remove(context, &self.resource, server_id.as_deref()).await,
                Made::Not => Ok(()),
            }
        }
        .boxed()
    }
}

impl Create {
    /// Makes it where it is not there yet, while no copy takes away what it may stand on.
    /// None where it stands there already, made by somebody else, and the plan lets it.
    async fn ensure(&self, context: &StepContext) -> Result<Option<Option<String>>, StepError> {
        let _nobody_removes = context.shared.definitions.lock().await;
        if let Some(missing) = context.past().taken_from_under(context.step) {
            return Err(StepError::Postponed(messages::waits_for_recreation(&missing)));
        }
        match making::find(context, context.step, &self.resource).await? {
            Made::Here { server_id } => Ok(Some(server_id)),
            Made::Not if self.stands(context).await? => Ok(None),
            Made::Not => match making::try_to_make(context, context.step, &self.resource, &self.definition).await? {
                Creation::Made { server_id } => Ok(Some(server_id)),
                Creation::Refused(error) => Err(self.refused(context, &error)),
            },
        }
    }

    /// Whether the target has one that means the same, where the plan lets it stand.
    async fn stands(&self, context: &StepContext) -> Result<bool, StepError> {
        if self.if_exists != IfExists::SkipIfEqual {
            return Ok(false);
        }
        let stands = existing::stands_equal(context.target(), &self.resource, &self.definition).await;
        Ok(stands.map_err(|error| context.trouble(messages::looking_for(&self.resource), &error))??)
    }

    /// A creation that needs an external system which the target cannot reach can be done later (copy-safety 26);
    /// every other refusal is a failure.
    fn refused(&self, context: &StepContext, error: &SiteError) -> StepError {
        if !(self.resource.kind.may_need_external_system() && error.means_unreachable_system()) {
            return context.trouble(messages::creating(&self.resource), error);
        }
        let why = context.shared.secrets.scrub(&error.to_string());
        let system = sql::external_system_of(&self.definition);
        StepError::Deferred(messages::external_system_unreachable(&self.resource, system.as_deref(), &why))
    }

    /// Sources and sinks created by REST start at once (copy-safety 21): stop it, and say that it ran.
    async fn stop(&self, context: &StepContext, server_id: Option<&str>) -> Result<(), StepError> {
        debug_assert!(matches!(self.resource.kind, ResourceKind::Source | ResourceKind::Sink));
        let (step, side, resource) = (context.step, Side::Target, self.resource.clone());
        let stopped = EventBody::Stopped { step, side, resource, server_id: server_id.map(str::to_owned) };
        context.record(vec![stopped]).await?;
        super::stop::bring_to(context, Side::Target, &self.resource, server_id, Running::Stopped).await?;
        context.note(messages::stopped_after_creation(&self.resource)).await
    }
}
