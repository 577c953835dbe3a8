//! Sources of type stream_generator: made-up rows at an interval.

use std::sync::Arc;
use std::time::Duration;

use ferry_native::DataType;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::catalog::{RestKind, RestObject};
use crate::deployment::Deployment;
use crate::fault::Fault;
use crate::processes::Process;
use crate::statement::{Outcome, Request};

/// Where a generator's `interval` is missing.
const DEFAULT_INTERVAL: Duration = Duration::from_secs(1);

/// Starts the generators of the sources that are kept as running.
pub fn resume_sources(deployment: &Arc<Deployment>) {
    let ids: Vec<String> = deployment.catalog().rest(RestKind::Source).iter().map(|object| object.id.clone()).collect();
    for id in ids {
        run_source(deployment, &id);
    }
}

/// Writes rows for a source as long as it exists; while it is stopped it waits. Sources of other types have no
/// connector here and write nothing, which their status says.
pub fn run_source(deployment: &Arc<Deployment>, id: &str) {
    let Some(source) = find(deployment, id).filter(|source| source.body["type"] == "stream_generator") else {
        return;
    };
    let seed = source.id.bytes().fold(0_u64, |seed, byte| seed.wrapping_mul(131).wrapping_add(u64::from(byte)));
    let worker = Arc::clone(deployment);
    let id = id.to_owned();
    deployment.spawn(async move {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        while let Some(source) = find(&worker, &id) {
            tokio::time::sleep(interval(&source)).await;
            if let Some(source) = find(&worker, &id).filter(|source| source.running)
                && let Err(fault) = write_row(&worker, &source, &mut random).await
            {
                tracing::warn!(%fault, source = %source.body["name"], "a source could not write");
            }
        }
    });
}

fn find(deployment: &Deployment, id: &str) -> Option<RestObject> {
    deployment.catalog().rest_object(RestKind::Source, id).cloned()
}

fn interval(source: &RestObject) -> Duration {
    let text = source.body["properties"]["interval"].as_str().unwrap_or_default();
    let number = |suffix: &str| text.strip_suffix(suffix).and_then(|number| number.parse::<u64>().ok());
    let interval = number("ms").map(Duration::from_millis).or_else(|| number("s").map(Duration::from_secs));
    interval.filter(|interval| !interval.is_zero()).unwrap_or(DEFAULT_INTERVAL)
}

/// One row, through an INSERT like any other so that materialized views run.
async fn write_row(deployment: &Arc<Deployment>, source: &RestObject, random: &mut ChaCha8Rng) -> Result<(), Fault> {
    let stream = source.body["stream"].as_str().unwrap_or_default();
    let entry = deployment.readable("default", stream)?;
    let columns: Vec<_> = entry.columns.iter().filter(|column| !column.name.starts_with("_tp_")).collect();
    let names: Vec<String> =
        columns.iter().map(|column| ferry_sql::print::quote_identifier_always(&column.name)).collect();
    let values: Vec<String> = columns
        .iter()
        .map(|column| column.type_name.parse().map_or_else(|_| "NULL".to_owned(), |of| literal(&of, random)))
        .collect();
    let sql = format!(
        "INSERT INTO {} ({}) VALUES ({})",
        crate::ddl::print::full_name(&entry),
        names.join(", "),
        values.join(", ")
    );
    let request =
        Request { sql: sql.clone(), user: source.owner.clone(), database: "default".to_owned(), ..Request::default() };
    let process: Arc<Process> = deployment.processes().begin("", &source.owner, &sql)?;
    match deployment.run(&request, &process).await? {
        Outcome::Done => Ok(()),
        _ => Err(Fault::bad("The source's INSERT did not end")),
    }
}

/// A made-up value of a type, as SQL writes it. Types without a sensible one get their default.
fn literal(data_type: &DataType, random: &mut impl Rng) -> String {
    const WORDS: [&str; 6] = ["alpha", "bravo", "charlie", "delta", "echo", "foxtrot"];
    match data_type.base() {
        DataType::String => format!("'{}'", WORDS[random.random_range(0..WORDS.len())]),
        DataType::Float32 | DataType::Float64 => format!("{:.2}", random.random_range(0.0..100.0)),
        DataType::Bool => random.random_bool(0.5).to_string(),
        DataType::Int8 | DataType::UInt8 => random.random_range(0..100).to_string(),
        DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64
        | DataType::Decimal { .. } => random.random_range(0..10_000).to_string(),
        DataType::DateTime { .. } | DataType::DateTime64 { .. } => "now()".to_owned(),
        DataType::Enum8(names) => names.first().map_or_else(|| "NULL".to_owned(), |(name, _)| format!("'{name}'")),
        DataType::Array(_) => "[]".to_owned(),
        _ => "NULL".to_owned(),
    }
}
