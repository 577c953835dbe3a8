//! Creating and removing one resource on the target so that the record never misses anything (copy-safety 2).

use std::time::Duration;

use ferry_model::messages::engine as messages;
use ferry_model::{Definition, EventBody, LedgerState, ResourceName, Side, StepNumber};
use ferry_timeplus::FilledDefinition;
use futures::FutureExt;

use crate::steps::{StepContext, StepError};
use crate::{Site, SiteError, definition, waiting};

/// What is known of a resource that this run may have made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Made {
    /// This run made it and it exists.
    Here { server_id: Option<String> },
    /// This run has not made it, or it is gone.
    Not,
}

/// What came of a creation.
pub(crate) enum Creation {
    /// It exists.
    Made { server_id: Option<String> },
    /// The target refused it, and nothing came of it.
    Refused(SiteError),
}

/// Creates a resource that must not exist, recorded before and after.
pub(crate) async fn make(
    context: &StepContext,
    step: StepNumber,
    resource: &ResourceName,
    definition: &Definition,
) -> Result<Option<String>, StepError> {
    match try_to_make(context, step, resource, definition).await? {
        Creation::Made { server_id } => Ok(server_id),
        Creation::Refused(error) => Err(context.trouble(messages::creating(resource), &error)),
    }
}

/// The same for whoever wants to know why the target refuses.
pub(crate) async fn try_to_make(
    context: &StepContext,
    step: StepNumber,
    resource: &ResourceName,
    definition: &Definition,
) -> Result<Creation, StepError> {
    let target = context.target();
    let what = messages::creating(resource);
    if target.exists(resource).await.map_err(|error| context.trouble(what.clone(), &error))? {
        return Err(messages::already_exists(std::slice::from_ref(resource)).into());
    }
    let filled = FilledDefinition::fill(definition, &context.shared.secrets);
    let filled = filled.map_err(|missing| messages::missing_secrets(&missing.keys))?;
    let (side, digest) = (Side::Target, definition::digest(definition));
    let intended = EventBody::CreateIntended { step, side, resource: resource.clone(), definition_digest: digest };
    context.record(vec![intended]).await?;
    let server_id = match target.create(resource, &filled).await {
        Ok(server_id) => server_id,
        Err(error) if error.is_certain() => {
            context.record(vec![EventBody::CreateAbandoned { step, side, resource: resource.clone() }]).await?;
            return Ok(Creation::Refused(error));
        }
        // Whether it was made must be asked, of a deployment that may come back only in a while. Where it is not seen,
        // the intent stays in the ledger, because it may still be made.
        Err(error) => match seen_within(context, context.pace().still, resource).await? {
            true => server_id_of(context, resource).await?,
            false => return Err(context.trouble(what, &error)),
        },
    };
    if !seen(context, resource).await? {
        return Err(messages::never_appeared(resource).into());
    }
    context
        .record(vec![EventBody::Created { step, side, resource: resource.clone(), server_id: server_id.clone() }])
        .await?;
    Ok(Creation::Made { server_id })
}

/// Finds out whether this run made a resource, and completes its record.
pub(crate) async fn find(context: &StepContext, step: StepNumber, resource: &ResourceName) -> Result<Made, StepError> {
    let Some(entry) = context.past().made_on_target(resource).cloned() else { return Ok(Made::Not) };
    let target = context.target();
    let exists = is_there(target, resource, entry.server_id.as_deref()).await;
    let exists = exists.map_err(|error| context.trouble(messages::looking_for(resource), &error))?;
    let (side, resource) = (Side::Target, resource.clone());
    match (exists, entry.state) {
        (true, LedgerState::Intended) => {
            // It did not exist when the intent was recorded, and the marker keeps other runs away.
            let server_id = server_id_of(context, &resource).await?;
            let created = EventBody::Created { step, side, resource, server_id: server_id.clone() };
            context.record(vec![created]).await?;
            Ok(Made::Here { server_id })
        }
        (true, LedgerState::Created) => Ok(Made::Here { server_id: entry.server_id }),
        (true, LedgerState::DropIntended) => {
            remove(context, &resource, entry.server_id.as_deref()).await?;
            Ok(Made::Not)
        }
        (false, LedgerState::Intended) => {
            context.record(vec![EventBody::CreateAbandoned { step, side, resource }]).await?;
            Ok(Made::Not)
        }
        (false, LedgerState::Created | LedgerState::DropIntended) => {
            context.record(vec![EventBody::Dropped { step: context.step, side, resource }]).await?;
            Ok(Made::Not)
        }
    }
}

/// Removes a resource that a run made, and waits until its name is really gone (copy-safety 25).
pub(crate) async fn remove(
    context: &StepContext,
    resource: &ResourceName,
    server_id: Option<&str>,
) -> Result<(), StepError> {
    let (step, side) = (context.step, Side::Target);
    let what = messages::removing(resource);
    context.record(vec![EventBody::DropIntended { step, side, resource: resource.clone() }]).await?;
    let target = context.target();
    let exists = is_there(target, resource, server_id).await.map_err(|error| context.trouble(what.clone(), &error))?;
    let refused = match exists {
        true => target.remove(resource, server_id).await.err(),
        false => None,
    };
    if let Some(error @ (SiteError::Refused { .. } | SiteError::Unreachable { .. })) = &refused {
        context.record(vec![EventBody::DropAbandoned { step, side, resource: resource.clone() }]).await?;
        return Err(context.trouble(what, error));
    }
    let is_gone = || async move { Ok(!is_there(target, resource, server_id).await?) }.boxed();
    let gone = waiting::until(context.pace(), context.pace().settle, is_gone).await;
    match (gone, refused) {
        (Ok(true), _) => context.record(vec![EventBody::Dropped { step, side, resource: resource.clone() }]).await,
        (Ok(false), Some(error)) | (Err(error), _) => Err(context.trouble(what, &error)),
        (Ok(false), None) => Err(messages::never_vanished(resource).into()),
    }
}

/// Whether a resource exists: by its id for kinds known by id, because names repeat there (rest.md 1.6).
pub(crate) async fn is_there(
    site: &dyn Site,
    resource: &ResourceName,
    server_id: Option<&str>,
) -> Result<bool, SiteError> {
    match server_id {
        Some(id) if resource.kind.allows_duplicate_names() => {
            Ok(site.ids(resource).await?.iter().any(|known| known == id))
        }
        _ => site.exists(resource).await,
    }
}

async fn seen(context: &StepContext, resource: &ResourceName) -> Result<bool, StepError> {
    seen_within(context, context.pace().settle, resource).await
}

async fn seen_within(context: &StepContext, bound: Duration, resource: &ResourceName) -> Result<bool, StepError> {
    let target = context.target();
    let seen = waiting::until(context.pace(), bound, || target.exists(resource)).await;
    seen.map_err(|error| context.trouble(messages::looking_for(resource), &error))
}

/// The one id under which the target knows a resource that this run has just made.
async fn server_id_of(context: &StepContext, resource: &ResourceName) -> Result<Option<String>, StepError> {
    let ids = context.target().ids(resource).await;
    let mut ids = ids.map_err(|error| context.trouble(messages::looking_for(resource), &error))?;
    match ids.len() {
        0 | 1 => Ok(ids.pop()),
        n => Err(messages::ambiguous_name(resource, n).into()),
    }
}
