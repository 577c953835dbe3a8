//! The console's way to deployments: connecting and capturing.

use std::sync::Arc;

use ferry_engine::Site;
use ferry_model::{FerryError, SecretMap, Snapshot};
use ferry_plan::{Settings, SideConfig};
use ferry_timeplus::{Deployment, Endpoint, Timeouts};
use futures::FutureExt;
use futures::future::BoxFuture;

/// What a capture gives: the resources, and the secrets that the deployment showed (the snapshot has placeholders).
pub struct Captured {
    /// The resources.
    pub snapshot: Snapshot,
    /// What the placeholders stand for, where the deployment showed it.
    pub secrets: SecretMap,
}

/// Reaches deployments. [`Timeplus`] is the real one.
pub trait Deployments: Send + Sync + 'static {
    /// Reads everything that a deployment holds.
    fn capture<'a>(
        &'a self,
        side: &'a SideConfig,
        settings: &'a Settings,
    ) -> BoxFuture<'a, Result<Captured, FerryError>>;

    /// Connects for a run or a clean.
    fn connect<'a>(&'a self, side: &'a SideConfig) -> BoxFuture<'a, Result<Arc<dyn Site>, FerryError>>;
}

/// Timeplus deployments, over their own protocols.
#[derive(Debug, Clone, Copy, Default)]
pub struct Timeplus {
    timeouts: Timeouts,
}

impl Deployments for Timeplus {
    fn capture<'a>(
        &'a self,
        side: &'a SideConfig,
        settings: &'a Settings,
    ) -> BoxFuture<'a, Result<Captured, FerryError>> {
        async move {
            let _ = settings;
            let deployment = Deployment::connect(endpoint(side), self.timeouts).await?;
            Err(FerryError::NotFound { what: "capture".into(), id: deployment.info().timeplusd_address.clone() })
        }
        .boxed()
    }

    fn connect<'a>(&'a self, side: &'a SideConfig) -> BoxFuture<'a, Result<Arc<dyn Site>, FerryError>> {
        async move {
            let _deployment = Deployment::connect(endpoint(side), self.timeouts).await?;
            Err(FerryError::NotFound { what: "site".into(), id: String::new() })
        }
        .boxed()
    }
}

/// A side of a configuration as the deployment client takes it.
fn endpoint(side: &SideConfig) -> Endpoint {
    Endpoint {
        timeplusd_address: side.timeplusd_address.clone(),
        app_server_address: side.app_server_address.clone(),
        timeplusd_http_address: side.timeplusd_http_address.clone(),
        username: side.username.clone(),
        password: side.password.clone(),
        workspace: side.workspace.clone(),
        api_key: side.api_key.clone(),
        secure: side.secure,
        ca_file: side.ca_file.clone().map(Into::into),
    }
}
