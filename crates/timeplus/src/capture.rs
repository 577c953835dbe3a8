//! Capturing a deployment: everything that its catalogue and its app server list.

mod catalogue;
mod created;
mod found;
mod functions;
mod globals;
mod others;
mod relations;
mod rest_kinds;
mod secrets;

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use ferry_model::{SecretMap, Snapshot};
use futures::future::BoxFuture;
use futures::{FutureExt, StreamExt};
use tokio_util::sync::CancellationToken;

pub(crate) use self::catalogue::SYSTEM_DATABASES;
use crate::{Deployment, Error};
use found::Found;

/// Questions that are asked at the same time.
const CONCURRENCY: usize = 8;

/// How to capture.
#[derive(Clone, Default)]
pub struct CaptureOptions {
    /// Whether the statements that people ran are captured too.
    pub query_history: bool,
    /// Is told how far it is.
    pub on_progress: Option<Arc<dyn Fn(CaptureStage) + Send + Sync>>,
    /// Ends it early.
    pub cancel: CancellationToken,
}

/// How far a capture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaptureStage {
    /// Definitions that were read.
    pub n_done: usize,
    /// Definitions that are listed.
    pub n_total: usize,
}

/// What was captured. The secrets of the definitions stand apart from them.
pub struct Captured {
    /// The resources, with `${secret:KEY}` in place of every secret.
    pub snapshot: Snapshot,
    /// The secrets that the deployment showed, by key.
    pub secrets: SecretMap,
}

/// Captures a deployment. What cannot be read becomes a problem of the snapshot and stops nothing else; the catalogue
/// is listed before and after, and what moved meanwhile is read again (copy-safety 4).
///
/// # Errors
/// The catalogue cannot be listed at all, or the capture was cancelled.
pub async fn capture(deployment: &Deployment, options: &CaptureOptions) -> Result<Captured, Error> {
    tokio::select! {
        captured = capture_all(deployment, options) => captured,
        () = options.cancel.cancelled() => Err(Error::Cancelled),
    }
}

async fn capture_all(deployment: &Deployment, options: &CaptureOptions) -> Result<Captured, Error> {
    let taken_at_ms = now_ms();
    let mut found = Found::default();
    let before = catalogue::list(deployment).await?;
    let (rest, globals, functions, others, history) = tokio::join!(
        rest_kinds::capture(deployment),
        globals::capture(deployment),
        functions::capture(deployment),
        others::list(deployment),
        rest_kinds::query_history(deployment, options.query_history),
    );
    for part in [rest, globals, functions, others, history] {
        found.merge(part);
    }
    let sinks = found.sink_ids.clone();
    let progress = Progress { n_fixed: found.resources.len(), options };
    found.merge(relations::read_all(deployment, &before, &sinks, &progress).await);
    let after = catalogue::list(deployment).await?;
    let again = read_what_moved(deployment, &before, &after, &mut found.resources, &sinks, &progress).await?;
    found.merge(again);

    found.resources.sort_by(|a, b| (&a.name, &a.server_id).cmp(&(&b.name, &b.server_id)));
    let mut snapshot = Snapshot {
        taken_at_ms,
        deployment: deployment.info().clone(),
        resources: found.resources,
        problems: found.problems,
        left_out: found.left_out,
        query_history: found.query_history,
    };
    deployment.learn_secrets(&found.secrets);
    scrub(&mut snapshot, deployment);
    Ok(Captured { snapshot, secrets: found.secrets })
}

/// Reads again what was created, changed or dropped while everything was read.
async fn read_what_moved(
    deployment: &Deployment,
    before: &catalogue::Catalogue,
    after: &catalogue::Catalogue,
    resources: &mut Vec<ferry_model::Resource>,
    sinks: &[String],
    progress: &Progress<'_>,
) -> Result<Found, Error> {
    let moved = before.difference(after);
    if moved.is_empty() {
        return Ok(Found::default());
    }
    resources.retain(|resource| !moved.names.iter().any(|moved| moved.is(resource)));
    let again = after.only(&moved);
    let mut found = relations::read_all(deployment, &again, sinks, progress).await;
    let last = catalogue::list(deployment).await?;
    for name in &after.difference(&last).names {
        found.moved(&name.path());
    }
    Ok(found)
}

/// Texts that the deployment sent may repeat secrets (copy-safety 6).
fn scrub(snapshot: &mut Snapshot, deployment: &Deployment) {
    for problem in &mut snapshot.problems {
        problem.why = deployment.scrub(&problem.why);
        problem.raw = problem.raw.as_deref().map(|raw| deployment.scrub(raw));
    }
    for statement in &mut snapshot.query_history {
        *statement = deployment.scrub(statement);
    }
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Tells how far the capture is.
struct Progress<'a> {
    n_fixed: usize,
    options: &'a CaptureOptions,
}

impl Progress<'_> {
    fn tell(&self, n_done: usize, n_total: usize) {
        if let Some(on_progress) = &self.options.on_progress {
            on_progress(CaptureStage { n_done: self.n_fixed + n_done, n_total: self.n_fixed + n_total });
        }
    }
}

/// Asks several questions at the same time and merges what they find, in no particular order. The questions are made
/// before the first one is asked: a closure that is kept across an await would keep the whole capture from being
/// sent to another thread.
fn each<'a, T, F>(items: impl IntoIterator<Item = T>, read: impl Fn(T) -> F) -> BoxFuture<'a, Found>
where
    F: Future<Output = Found> + Send + 'a,
{
    let questions: Vec<BoxFuture<'a, Found>> = items.into_iter().map(|item| read(item).boxed()).collect();
    let mut parts = futures::stream::iter(questions).buffer_unordered(CONCURRENCY);
    async move {
        let mut found = Found::default();
        while let Some(part) = parts.next().await {
            found.merge(part);
        }
        found
    }
    .boxed()
}
