//! The demo workload: about 60 resources that depend on each other, and 2,000,000 rows in 8 streams.
//!
//! The same rows at every start: a row is computed from its number, and its time from a fixed day.

mod fleet;
mod market;
mod values;

use std::sync::Arc;

use arrow::array::RecordBatch;
use serde_json::Value;

use self::values::Rows;
use super::script;
use crate::catalog::{Entry, RestKind};
use crate::deployment::Deployment;
use crate::fault::{Fault, FaultCode};
use crate::sandbox::SandboxError;
use crate::storage::Stream;

/// Rows of one block while loading: well below the 10 MiB of a record (resources.md 3.3).
const BLOCK_ROWS: usize = 25_000;

/// Makes the rows of one block.
type Maker = fn(&Rows<'_>) -> Result<RecordBatch, Fault>;

/// The streams with rows, and how many each has at scale 1.
const STREAMS: [(&str, &str, usize, Maker); 8] = [
    ("market", "trades", 700_000, market::trades),
    ("market", "quotes", 500_000, market::quotes),
    ("market", "orders", 150_000, market::orders),
    ("market", "positions", 100_000, market::positions),
    ("fleet", "telemetry", 400_000, fleet::telemetry),
    ("fleet", "trip events", 100_000, fleet::trip_events),
    ("ledger", "adjustments", 40_000, market::adjustments),
    ("reference", "instruments", 10_000, market::instruments),
];

/// Loads everything.
pub async fn load(deployment: &Arc<Deployment>, scale: f64) -> Result<(), SandboxError> {
    script(deployment, include_str!("demo/definitions.sql")).await?;
    for (database, name, n_rows, make) in STREAMS {
        let n_rows = scaled(n_rows, scale);
        let entry = deployment.readable(database, name).map_err(SandboxError::Open)?;
        let stream =
            deployment.stream_of(&entry).ok_or_else(|| SandboxError::Open(Fault::unknown_stream(database, name)))?;
        // One stream at a time, away from the threads that serve connections.
        let filled = tokio::task::spawn_blocking(move || fill(&stream, n_rows, make)).await;
        let filled = filled.map_err(|error| Fault::new(FaultCode::Other(49), error.to_string()));
        filled.and_then(|result| result).map_err(SandboxError::Open)?;
    }
    script(deployment, include_str!("demo/results.sql")).await?;
    let entries: Vec<Entry> = deployment.catalog().relations().cloned().collect();
    for entry in &entries {
        if let Some(stream) = deployment.stream_of(entry) {
            stream.flush().map_err(|error| SandboxError::Open(error.into()))?;
        }
    }
    objects(deployment).map_err(SandboxError::Open)
}

fn fill(stream: &Stream, n_rows: usize, make: Maker) -> Result<(), Fault> {
    let schema = stream.schema();
    let mut start = 0;
    while start < n_rows {
        let length = BLOCK_ROWS.min(n_rows - start);
        let rows = Rows { schema: &schema, start: start as u64, length, total: n_rows as u64 };
        stream.append(make(&rows)?)?;
        start += length;
    }
    Ok(stream.flush()?)
}

fn scaled(n_rows: usize, scale: f64) -> usize {
    // A scale is a small positive number, and at least one row is made.
    ((n_rows as f64 * scale) as usize).max(1)
}

/// Sources, sinks, dashboards and saved queries. Sources are stopped, so that the demo's counts are the same at every
/// start.
fn objects(deployment: &Arc<Deployment>) -> Result<(), Fault> {
    let kinds = [
        ("source", RestKind::Source),
        ("sink", RestKind::Sink),
        ("dashboard", RestKind::Dashboard),
        ("saved_query", RestKind::SavedQuery),
    ];
    let all: Value = serde_json::from_str(include_str!("demo/objects.json"))
        .map_err(|error| Fault::bad(format!("the demo's objects: {error}")))?;
    let owner = deployment.users().list().into_iter().next().unwrap_or_default().to_owned();
    for (key, kind) in kinds {
        for body in all[key].as_array().into_iter().flatten() {
            let mut object = deployment.create_rest_object(kind, body.clone(), &owner)?;
            if kind == RestKind::Source {
                object.running = false;
                deployment.catalog_mut().put_rest(object)?;
            }
        }
    }
    Ok(())
}
