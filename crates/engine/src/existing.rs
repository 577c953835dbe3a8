//! What the plan lets stand on the target because it means the same (copy-safety 2). It is looked at, never changed, and
//! never in the ledger: nothing that cleans can touch it.

use ferry_model::messages::engine as messages;
use ferry_model::{Definition, FerryError, ResourceName};

use crate::{Site, SiteError};

/// Whether the target has the resource, and it means what the plan would create.
///
/// # Errors
/// The outer one: the target cannot be asked. The inner one: it is there and means something else, or nobody can tell.
pub(crate) async fn stands_equal(
    target: &dyn Site,
    resource: &ResourceName,
    wanted: &Definition,
) -> Result<Result<bool, FerryError>, SiteError> {
    if !target.exists(resource).await? {
        return Ok(Ok(false));
    }
    let found = target.definition(resource).await?;
    let Definition::Sql(wanted) = wanted else { return Ok(Err(messages::cannot_be_compared(resource))) };
    let database = resource.database.as_deref().unwrap_or("default");
    Ok(match ferry_sql::compare::compare(wanted, &found, database) {
        Ok(comparison) if comparison.differences.is_empty() => Ok(true),
        Ok(comparison) => Err(messages::exists_otherwise(resource, &comparison.clauses())),
        Err(_) => Err(messages::cannot_be_compared(resource)),
    })
}
