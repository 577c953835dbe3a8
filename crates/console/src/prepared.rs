//! What a run of a plan needs before it holds anything: the plan looked through, its secrets, both deployments reached.

use std::sync::Arc;

use ferry_engine::{Control, HelperLogin, RunRequest, Site, Wish};
use ferry_model::messages::console as text;
use ferry_model::{Fence, FerryError, LeaseOwner, MigrationId, RunId, SecretMap};
use ferry_plan::{Config, Plan};

use crate::migrations::target_of;
use crate::plans::require_sound;
use crate::{Deployments, secrets};

/// Everything but the hold on it that a run of a plan needs.
pub(crate) struct Prepared {
    migration: MigrationId,
    plan: Arc<Plan>,
    source: Arc<dyn Site>,
    target: Arc<dyn Site>,
    helper_login: HelperLogin,
    secrets: SecretMap,
}

/// A process's hold on a run, and what somebody wants of it.
pub(crate) struct Hold<'a> {
    pub run: &'a RunId,
    pub fence: Fence,
    pub owner: LeaseOwner,
    pub by: &'a str,
    pub control: Control,
    pub wish: Wish,
}

impl Prepared {
    /// Looks through the plan, finds its secrets and connects to both deployments.
    ///
    /// # Errors
    /// [`FerryError::Invalid`] for a plan that cannot run, for other deployments than it was made for, or for secrets
    /// that are missing; [`FerryError::Deployment`] where a deployment cannot be reached.
    pub(crate) async fn of(
        deployments: &dyn Deployments,
        plan: Plan,
        migration: MigrationId,
        config: &Config,
        captured: &SecretMap,
    ) -> Result<Self, FerryError> {
        require_sound(&plan)?;
        let target_config = target_of(config)?;
        require_same_deployments(&plan, &config.source.timeplusd_address, &target_config.timeplusd_address)?;
        let secrets = secrets::of(deployments, &plan, config, captured).await?;
        let (source, target) =
            futures::try_join!(deployments.connect(&config.source), deployments.connect(target_config))?;
        let helper_login = HelperLogin::from(&config.source);
        Ok(Self { migration, plan: Arc::new(plan), source, target, helper_login, secrets })
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    pub(crate) fn request(self, hold: Hold<'_>) -> RunRequest {
        RunRequest {
            run: hold.run.clone(),
            migration: self.migration,
            fence: hold.fence,
            owner: hold.owner,
            plan: self.plan,
            source: self.source,
            target: self.target,
            helper_login: self.helper_login,
            secrets: self.secrets,
            started_by: hold.by.to_owned(),
            control: hold.control,
            wish: hold.wish,
        }
    }
}

/// A plan is never run against other deployments than it was made for: its addresses are part of its digest.
fn require_same_deployments(plan: &Plan, source: &str, target: &str) -> Result<(), FerryError> {
    if plan.source.timeplusd_address != source {
        return Err(text::other_deployments(&plan.source.timeplusd_address, source).into());
    }
    match &plan.target {
        Some(planned) if planned.timeplusd_address != target => {
            Err(text::other_deployments(&planned.timeplusd_address, target).into())
        }
        _ => Ok(()),
    }
}
