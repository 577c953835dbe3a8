//! What a caller hands over with a run or a clean, and what can come back instead of an outcome.

use std::sync::Arc;

use ferry_model::{Fence, FerryError, JournalError, LeaseOwner, Ledger, MigrationId, RunId, Secret, SecretMap};
use ferry_plan::Plan;

use crate::{Control, Site, Wish};

/// Everything that one run of a plan needs.
pub struct RunRequest {
    /// Which run.
    pub run: RunId,
    /// Whose run.
    pub migration: MigrationId,
    /// The fencing number of the lease under which the caller holds the run.
    pub fence: Fence,
    /// The process that holds it.
    pub owner: LeaseOwner,
    /// What will run.
    pub plan: Arc<Plan>,
    /// Where resources and rows come from.
    pub source: Arc<dyn Site>,
    /// Where they go to.
    pub target: Arc<dyn Site>,
    /// How the target signs in to the source.
    pub helper_login: HelperLogin,
    /// The secrets that the plan's definitions need.
    pub secrets: SecretMap,
    /// Who asked for it.
    pub started_by: String,
    /// Steers it.
    pub control: Control,
    /// For what it is taken up, where it is not new.
    pub wish: Wish,
}

/// How the target signs in to the source to pull rows (protocol.md E).
#[derive(Clone)]
pub struct HelperLogin {
    /// The source's timeplusd as the target sees it, `host:port`.
    pub host: String,
    /// The user on the source.
    pub user: String,
    /// Their password. It stands in the target's definition of every helper (copy-safety 6).
    pub password: Secret,
    /// Whether the target connects over TLS.
    pub secure: bool,
}

impl From<&ferry_plan::SideConfig> for HelperLogin {
    fn from(source: &ferry_plan::SideConfig) -> Self {
        Self {
            host: source.address_seen_by_target().to_owned(),
            user: source.username.clone(),
            password: source.password.clone(),
            secure: source.secure,
        }
    }
}

/// Everything that one clean needs.
pub struct CleanRequest {
    /// Which run.
    pub run: RunId,
    /// Whose run.
    pub migration: MigrationId,
    /// The fencing number of the lease under which the caller holds the run.
    pub fence: Fence,
    /// The process that holds it.
    pub owner: LeaseOwner,
    /// What earlier runs of the migration made and that is still to be removed.
    pub ledger: Ledger,
    /// Where it is removed.
    pub target: Arc<dyn Site>,
    /// Who asked for it.
    pub started_by: String,
    /// Steers it.
    pub control: Control,
}

/// Why a run has no outcome.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// It was refused before its first change; the run's last event says so too.
    #[error("the run was refused before its first change")]
    Refused(#[source] FerryError),
    /// The record could not be written: nothing was done that is not recorded.
    #[error("the run stopped because its record could not be written")]
    Journal(#[source] JournalError),
    /// The process let go of the run; the next one probes what was in flight.
    #[error("the run was let go and can be taken up again")]
    Interrupted,
}

impl From<JournalError> for EngineError {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}
