//! The console's way to deployments: connecting and capturing.

use std::sync::Arc;

use ferry_engine::Site;
use ferry_model::{FerryError, SecretMap, Snapshot};
use ferry_plan::{Settings, SideConfig};
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
