//! SYSTEM: pausing and resuming materialized views.

use std::sync::Arc;

use ferry_sql::{ObjectKind, ObjectName, System, SystemAction};

use crate::catalog::EntryKind;
use crate::deployment::Deployment;
use crate::fault::Fault;
use crate::statement::Request;

/// Carries out a SYSTEM statement.
pub fn apply(deployment: &Arc<Deployment>, system: &System, request: &Request) -> Result<(), Fault> {
    let set = |name: &ObjectName, paused: bool| {
        set_paused(deployment, name.database_or(&request.database), &name.name.value, paused)
    };
    // Proton 1.x has neither (resources.md 2.1).
    let can_pause = deployment.edition().is_enterprise();
    match &system.action {
        SystemAction::Pause { kind: ObjectKind::MaterializedView, name, .. } if can_pause => set(name, true),
        SystemAction::Resume { kind: ObjectKind::MaterializedView, name, unpause: false, .. } if can_pause => {
            set(name, false)
        }
        _ => Err(Fault::refused(format!("SYSTEM {}", system.words.join(" ")))),
    }
}

/// Pauses or resumes a materialized view. What is written to its source meanwhile is not made up for: a real view
/// would go on from its checkpoint, which the sandbox has none of.
pub fn set_paused(deployment: &Arc<Deployment>, database: &str, name: &str, paused: bool) -> Result<(), Fault> {
    let mut entry = deployment.readable(database, name)?;
    if entry.kind != EntryKind::MaterializedView {
        return Err(Fault::bad(format!("{database}.{name} is not a materialized view")));
    }
    entry.paused = paused;
    deployment.catalog_mut().put(entry)
}
