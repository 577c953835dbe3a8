//! The marker: one view on the target that names the active run and its owner (copy-safety 5). A lease in
//! Ferry's own store cannot see another Ferry; creating a name that exists fails on every server.

use ferry_model::messages::engine as messages;
use ferry_model::{Definition, FerryError, ResourceKind, ResourceName, StepNumber};
use ferry_timeplus::{identifier, string_literal};

use crate::Site;
use crate::making::{self, Made};
use crate::steps::{StepContext, StepError};

/// Events about the marker and the helper test belong to the whole run, not to a step of the plan.
pub(crate) const WHOLE_RUN: StepNumber = StepNumber(0);
/// The marker's name in the database `default`, which every deployment has. A plan never captures it.
pub const MARKER_NAME: &str = "ferry_run_marker";

pub(crate) fn name() -> ResourceName {
    ResourceName::in_database(ResourceKind::View, "default", MARKER_NAME)
}

/// Puts the marker up. One that an interrupted process of the same run left is taken over.
pub(crate) async fn acquire(context: &StepContext, owner: &str) -> Result<(), StepError> {
    if let Made::Here { .. } = making::find(context, WHOLE_RUN, &name()).await? {
        return Ok(());
    }
    making::make(context, WHOLE_RUN, &name(), &definition(&context.shared.run, owner)).await.map(drop)
}

/// Takes the marker down.
pub(crate) async fn release(context: &StepContext) -> Result<(), StepError> {
    match making::find(context, WHOLE_RUN, &name()).await? {
        Made::Here { server_id } => making::remove(context, &name(), server_id.as_deref()).await,
        Made::Not => Ok(()),
    }
}

/// Refuses where a marker stands that is not in the record.
pub(crate) async fn require_free(target: &dyn Site, is_recorded: bool) -> Result<(), FerryError> {
    let marker = name();
    let exists = target.exists(&marker).await;
    let exists =
        exists.map_err(|error| messages::deployment_trouble(messages::looking_for(&marker), error.to_string()))?;
    if !exists || is_recorded {
        return Ok(());
    }
    Err(messages::target_in_use(&holder(target).await))
}

/// Who put the marker up, as it says itself. Assumed: a view over constants can be read like any other.
async fn holder(target: &dyn Site) -> String {
    let question = format!("SELECT run, owner FROM default.{}", identifier(MARKER_NAME));
    match target.first_row(&question).await.as_deref() {
        Ok([run, owner, ..]) => messages::marker_holder(run, owner),
        _ => messages::marker_holder_unknown(),
    }
}

fn definition(run: &str, owner: &str) -> Definition {
    let (name, run, owner) = (identifier(MARKER_NAME), string_literal(run), string_literal(owner));
    Definition::Sql(format!("CREATE VIEW default.{name} AS SELECT {run} AS run, {owner} AS owner"))
}
