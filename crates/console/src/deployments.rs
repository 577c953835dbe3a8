//! The console's way to deployments: connecting and capturing.

use std::sync::Arc;
use std::time::Duration;

use ferry_engine::Site;
use ferry_model::messages::console as messages;
use ferry_model::{CheckLine, FerryError, SecretMap, Side, Snapshot};
use ferry_plan::{Config, Settings, SideConfig};
use ferry_timeplus::{CaptureOptions, CheckRequest, Deployment, Endpoint, Timeouts};
use futures::FutureExt;
use futures::future::BoxFuture;

use crate::CaptureWatch;

/// What a capture gives: the resources, and the secrets that the deployment showed (the snapshot has placeholders).
pub struct Captured {
    /// The resources.
    pub snapshot: Snapshot,
    /// What the placeholders stand for, where the deployment showed it.
    pub secrets: SecretMap,
}

/// Reaches deployments. [`Timeplus`] is the real one.
pub trait Deployments: Send + Sync + 'static {
    /// Reads everything that a deployment holds. A source that is too old is refused.
    fn capture<'a>(
        &'a self,
        which: Side,
        side: &'a SideConfig,
        settings: &'a Settings,
    ) -> BoxFuture<'a, Result<Captured, FerryError>>;

    /// As [`Self::capture`], watched and ended by `watch`.
    fn capture_watched<'a>(
        &'a self,
        which: Side,
        side: &'a SideConfig,
        settings: &'a Settings,
        watch: &'a CaptureWatch,
    ) -> BoxFuture<'a, Result<Captured, FerryError>>;

    /// Checks both deployments of a configuration; `tell` hears every line as it changes.
    fn check<'a>(&'a self, config: &'a Config, tell: &'a (dyn Fn(CheckLine) + Send + Sync)) -> BoxFuture<'a, ()>;

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
        which: Side,
        side: &'a SideConfig,
        settings: &'a Settings,
    ) -> BoxFuture<'a, Result<Captured, FerryError>> {
        async move { self.capture_watched(which, side, settings, &CaptureWatch::default()).await }.boxed()
    }

    fn capture_watched<'a>(
        &'a self,
        which: Side,
        side: &'a SideConfig,
        settings: &'a Settings,
        watch: &'a CaptureWatch,
    ) -> BoxFuture<'a, Result<Captured, FerryError>> {
        async move {
            let connected = Deployment::connect(endpoint(side), self.timeouts(side)).await;
            let deployment = connected.map_err(|e| not_reached(side, &e))?;
            if which == Side::Source {
                ferry_timeplus::check_source_version(deployment.info()).map_err(|e| not_reached(side, &e))?;
            }
            let told = watch.clone();
            let options = CaptureOptions {
                query_history: settings.show_query_history,
                on_progress: Some(Arc::new(move |stage| told.tell(stage.n_done, stage.n_total))),
                cancel: watch.cancel.clone(),
            };
            let captured = ferry_timeplus::capture(&deployment, &options).await;
            let captured = captured.map_err(|e| e.for_people(messages::not_captured(&side.timeplusd_address)))?;
            Ok(Captured { snapshot: captured.snapshot, secrets: captured.secrets })
        }
        .boxed()
    }

    fn check<'a>(&'a self, config: &'a Config, tell: &'a (dyn Fn(CheckLine) + Send + Sync)) -> BoxFuture<'a, ()> {
        async move {
            let request = CheckRequest {
                source: endpoint(&config.source),
                target: config.target.as_ref().map(endpoint),
                address_for_target: config.source.address_seen_by_target().to_owned(),
            };
            ferry_timeplus::check_connection(&request, ferry_timeplus::CHECK_TIMEOUTS, tell).await;
        }
        .boxed()
    }

    fn connect<'a>(&'a self, side: &'a SideConfig) -> BoxFuture<'a, Result<Arc<dyn Site>, FerryError>> {
        async move {
            let deployment =
                Deployment::connect(endpoint(side), self.timeouts(side)).await.map_err(|e| not_reached(side, &e))?;
            Ok(Arc::new(deployment) as Arc<dyn Site>)
        }
        .boxed()
    }
}

impl Timeplus {
    fn timeouts(&self, side: &SideConfig) -> Timeouts {
        let limit = side.silence_limit_seconds.map(Duration::from_secs);
        limit.map_or(self.timeouts, |limit| self.timeouts.within(limit))
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

fn not_reached(side: &SideConfig, error: &ferry_timeplus::Error) -> FerryError {
    error.for_people(messages::deployment_not_used(&side.timeplusd_address))
}
