//! Pairs of sandboxes: for the demo, and for everybody who tries the console without a deployment.

use std::num::NonZeroU32;
use std::sync::Mutex;
use std::sync::PoisonError;

use ferry_console::Sandboxes;
use ferry_model::messages::console as text;
use ferry_model::{FerryError, Secret};
use ferry_sandbox::{Sandbox, SandboxOptions, Workload};
use futures::FutureExt;
use futures::future::BoxFuture;

/// Of the sandboxes, which listen on this machine only and end with the console.
const USER: &str = "demo";
const PASSWORD: &str = "demo-password";
/// What the app server never gives back (rest.md 2.5), so that the configuration has to name it: the demo's chat
/// sink posts to this address.
const SECRETS: &str = "secrets:\n  sink.Speeding to chat.properties.url: https://chat.example.net/hooks/demo\n";
/// Each pair keeps its rows in memory.
const MOST_PAIRS: usize = 3;
/// A tenth of a million rows: enough to watch, and there in seconds.
const SCALE: f64 = 0.05;
const MAX_BLOCK_SIZE: u64 = 20_000;

/// A source with the demo's workload, and an empty target.
pub(crate) struct SandboxPair {
    source: Sandbox,
    target: Sandbox,
}

impl SandboxPair {
    /// Starts both; the source sends no more than so many rows in a second for each query.
    pub async fn start(scale: f64, rows_per_second: Option<NonZeroU32>) -> Result<Self, ferry_sandbox::SandboxError> {
        let source = start("staging", Workload::Demo { scale }, rows_per_second).await?;
        let target = start("production", Workload::Empty, None).await?;
        Ok(Self { source, target })
    }

    /// The configuration that names both.
    pub fn configuration(&self, max_block_size: u64) -> String {
        let side = |name: &str, sandbox: &Sandbox| {
            let addresses = sandbox.addresses();
            let app = addresses.app.map(|app| format!("  app_server_address: http://{app}\n")).unwrap_or_default();
            format!(
                "{name}:\n{app}  timeplusd_address: {}\n  timeplusd_http_address: http://{}\n  username: {USER}\n  password: {PASSWORD}\n",
                addresses.native, addresses.http
            )
        };
        let sides = [side("source", &self.source), side("target", &self.target)].concat();
        format!("{sides}max_block_size: {max_block_size}\ndrop_migration_external_stream: true\n{SECRETS}")
    }

    /// Ends both.
    pub async fn shut_down(self) {
        self.source.shutdown().await;
        self.target.shutdown().await;
    }
}

async fn start(
    name: &str,
    workload: Workload,
    rows_per_second: Option<NonZeroU32>,
) -> Result<Sandbox, ferry_sandbox::SandboxError> {
    let users = vec![(USER.to_owned(), Secret::new(PASSWORD))];
    let options =
        SandboxOptions { name: name.to_owned(), users, workload, rows_per_second, ..SandboxOptions::default() };
    Sandbox::start(options).await
}

/// The pairs that people started from the console.
#[derive(Default)]
pub(crate) struct ConsoleSandboxes {
    pairs: Mutex<Pairs>,
}

#[derive(Default)]
struct Pairs {
    n_starting: usize,
    started: Vec<SandboxPair>,
}

impl ConsoleSandboxes {
    fn pairs(&self) -> std::sync::MutexGuard<'_, Pairs> {
        self.pairs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reserve(&self) -> Result<Reserved<'_>, FerryError> {
        let mut pairs = self.pairs();
        if pairs.n_starting + pairs.started.len() >= MOST_PAIRS {
            return Err(text::too_many_sandboxes(MOST_PAIRS).into());
        }
        pairs.n_starting += 1;
        Ok(Reserved(self))
    }
}

/// The place of a pair that is being started, given back also when the request is dropped in the middle.
struct Reserved<'a>(&'a ConsoleSandboxes);

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        self.0.pairs().n_starting -= 1;
    }
}

impl Sandboxes for ConsoleSandboxes {
    fn start_pair(&self) -> BoxFuture<'_, Result<Secret, FerryError>> {
        async move {
            let _reserved = self.reserve()?;
            let pair = SandboxPair::start(SCALE, None).await.map_err(|error| {
                let reference = uuid::Uuid::new_v4().to_string();
                tracing::error!(reference, cause = %error, "two sandboxes could not be started");
                FerryError::Internal { what: "Starting two sandboxes".into(), reference }
            })?;
            let configuration = Secret::new(pair.configuration(MAX_BLOCK_SIZE));
            self.pairs().started.push(pair);
            Ok(configuration)
        }
        .boxed()
    }

    fn shut_down(&self) -> BoxFuture<'_, ()> {
        async move {
            let started = std::mem::take(&mut self.pairs().started);
            for pair in started {
                pair.shut_down().await;
            }
        }
        .boxed()
    }
}
