//! The server-sent events of a query (rest.md 3, "SSE contract").
//!
//! Written by hand and not with a library, because official clients are strict: the first bytes must be the line
//! `event: query`, the content type has no charset, each event's JSON stands on one line, and the body is chunked.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::Response;
use futures::StreamExt;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_stream::wrappers::ReceiverStream;

use super::{BatchingPolicy, ended};
use crate::deployment::Deployment;
use crate::fault::{Fault, FaultCode};
use crate::processes::Process;
use crate::rest::json::rows;
use crate::statement::RowStream;

/// `query-buffer-max` and `query-buffer-interval` (rest.md 3).
const DEFAULT_BATCH: BatchingPolicy = BatchingPolicy { count: Some(100), time_ms: Some(100) };
/// How often metrics come.
const METRICS_INTERVAL: Duration = Duration::from_secs(1);
/// An event is smaller than this, because a client's buffer ends at 1 MiB.
const MAX_EVENT_BYTES: usize = 900 * 1024;
const N_WAITING: usize = 16;

type Sender = mpsc::Sender<Result<Bytes, std::convert::Infallible>>;

/// Answers with the events of a query. When the client goes, the query is cancelled.
pub fn response(
    deployment: &Arc<Deployment>,
    rows: RowStream,
    process: &Arc<Process>,
    policy: Option<BatchingPolicy>,
) -> Response {
    let (sender, receiver) = mpsc::channel(N_WAITING);
    let work = Events {
        deployment: Arc::clone(deployment),
        process: Arc::clone(process),
        policy: policy.unwrap_or(DEFAULT_BATCH),
        sender,
        n_rows: 0,
        last_row: Instant::now(),
    };
    deployment.spawn(work.run(rows));
    let mut response = Response::new(Body::from_stream(ReceiverStream::new(receiver)));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, axum::http::HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, axum::http::HeaderValue::from_static("no-cache"));
    response
}

/// The client is gone.
struct Gone;

struct Events {
    deployment: Arc<Deployment>,
    process: Arc<Process>,
    policy: BatchingPolicy,
    sender: Sender,
    n_rows: u64,
    last_row: Instant,
}

impl Events {
    async fn run(mut self, rows: RowStream) {
        let id = self.process.query_id.clone();
        let names: Vec<(String, String)> =
            rows.columns.iter().map(|column| (column.name.clone(), column.data_type.to_string())).collect();
        let started = self.deployment.history().begin(&id, &self.process.sql, &self.process.user, names);
        let result = match self.event(Some("query"), &started.shown()).await {
            Ok(()) => self.rows(rows).await,
            Err(Gone) => Err(cancelled()),
        };
        let (status, message) = ended(&result);
        if let Some(query) = self.deployment.history().end(&id, status, &message) {
            // The last event of a query that ends (rest.md 3); nobody reads it when the client has gone.
            let _ = self.event(Some("query"), &query.shown()).await;
        }
    }

    async fn rows(&mut self, mut stream: RowStream) -> Result<(), Fault> {
        let started = Instant::now();
        let n_wanted = self.policy.count.filter(|count| *count > 0).unwrap_or(100);
        let interval = Duration::from_millis(self.policy.time_ms.filter(|time| *time > 0).unwrap_or(100));
        let mut flush = tokio::time::interval(interval);
        let mut metrics = tokio::time::interval_at(started + METRICS_INTERVAL, METRICS_INTERVAL);
        let mut waiting: Vec<Vec<Value>> = Vec::new();
        let gone = self.sender.clone();
        loop {
            tokio::select! {
                biased;
                () = gone.closed() => return Err(cancelled()),
                _ = metrics.tick() => self.metrics(started).await?,
                _ = flush.tick(), if !waiting.is_empty() => {
                    let whole = std::mem::take(&mut waiting);
                    self.data(whole).await?;
                }
                batch = stream.batches.next() => {
                    let Some(batch) = batch else { break };
                    let batch = batch?;
                    self.n_rows += batch.num_rows() as u64;
                    self.last_row = Instant::now();
                    waiting.extend(rows(&batch, &stream.columns));
                    while waiting.len() >= n_wanted {
                        let rest = waiting.split_off(n_wanted);
                        let whole = std::mem::replace(&mut waiting, rest);
                        self.data(whole).await?;
                    }
                }
            }
        }
        if !waiting.is_empty() {
            self.data(waiting).await?;
        }
        self.metrics(started).await
    }

    /// Rows as events without a name, each smaller than a client's buffer.
    async fn data(&self, mut rows: Vec<Vec<Value>>) -> Result<(), Fault> {
        let text = json!(rows).to_string();
        if text.len() > MAX_EVENT_BYTES && rows.len() > 1 {
            let rest = rows.split_off(rows.len() / 2);
            Box::pin(self.data(rows)).await?;
            return Box::pin(self.data(rest)).await;
        }
        self.send(format!("data: {text}\n\n")).await.map_err(|Gone| cancelled())
    }

    async fn metrics(&self, started: Instant) -> Result<(), Fault> {
        let elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let counters = &self.process.counters;
        let metrics = json!({
            "count": self.n_rows,
            "eps": self.n_rows.saturating_mul(1000) / elapsed_ms.max(1),
            "processing_time": elapsed_ms,
            "last_event_time": crate::catalog::entry::now_ms(),
            "response_time": u64::try_from(self.last_row.duration_since(started).as_millis()).unwrap_or(u64::MAX),
            "scanned_rows": counters.read_rows.load(Ordering::Relaxed),
            "scanned_bytes": counters.read_bytes.load(Ordering::Relaxed),
        });
        self.event(Some("metrics"), &metrics).await.map_err(|Gone| cancelled())
    }

    async fn event(&self, name: Option<&str>, data: &Value) -> Result<(), Gone> {
        let head = name.map(|name| format!("event: {name}\n")).unwrap_or_default();
        self.send(format!("{head}data: {data}\n\n")).await
    }

    async fn send(&self, text: String) -> Result<(), Gone> {
        self.sender.send(Ok(Bytes::from(text))).await.map_err(|_| Gone)
    }
}

fn cancelled() -> Fault {
    Fault::new(FaultCode::QueryCancelled, "The client closed the connection")
}
