//! What a sandbox holds when it starts to serve.

mod demo;

use std::sync::Arc;

use crate::deployment::Deployment;
use crate::fault::{Fault, FaultCode};
use crate::options::Workload;
use crate::processes::Process;
use crate::sandbox::SandboxError;
use crate::statement::{Outcome, Request};

/// Written into the data directory once a workload is loaded whole.
const LOADED: &str = "workload-loaded";

/// Loads a workload. One that an earlier start with the same data directory has loaded is left alone; one whose
/// loading was cut off is refused, because nobody could tell what is missing.
pub async fn load(deployment: &Arc<Deployment>, workload: &Workload) -> Result<(), SandboxError> {
    if matches!(workload, Workload::Empty) {
        return Ok(());
    }
    let marker = deployment.data_dir().map(|directory| directory.join(LOADED));
    if marker.as_ref().is_some_and(|marker| marker.exists()) {
        return Ok(());
    }
    if deployment.catalog().relations().next().is_some() {
        return Err(SandboxError::Partial);
    }
    run(deployment, workload).await?;
    match marker {
        None => Ok(()),
        Some(marker) => std::fs::write(&marker, "")
            .map_err(|source| SandboxError::Read { path: marker.display().to_string(), source }),
    }
}

async fn run(deployment: &Arc<Deployment>, workload: &Workload) -> Result<(), SandboxError> {
    match workload {
        Workload::Empty => Ok(()),
        Workload::Sql(text) => script(deployment, text).await,
        Workload::File(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|source| SandboxError::Read { path: path.display().to_string(), source })?;
            script(deployment, &text).await
        }
        Workload::Demo { scale } => demo::load(deployment, *scale).await,
    }
}

/// Runs statements in order; the first that fails ends it.
pub async fn script(deployment: &Arc<Deployment>, text: &str) -> Result<(), SandboxError> {
    let parsed = ferry_sql::parse(text);
    for (index, statement) in parsed.statements.iter().enumerate() {
        let sql = statement.span.text(text);
        let failed = |source| SandboxError::Workload {
            number: index + 1,
            line: line_of(text, statement.span.start),
            statement: beginning(sql),
            source,
        };
        execute(deployment, sql).await.map_err(failed)?;
    }
    match parsed.errors.first() {
        None => Ok(()),
        Some(error) => Err(SandboxError::Workload {
            number: parsed.statements.len() + 1,
            line: error.line,
            statement: beginning(error.span.text(text)),
            source: Fault::new(FaultCode::SyntaxError, error.to_string()),
        }),
    }
}

/// The line of a byte, counted from 1.
fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// The first words of a statement, on one line.
fn beginning(sql: &str) -> String {
    let words: Vec<&str> = sql.split_whitespace().collect();
    words.join(" ").chars().take(80).collect()
}

/// Runs one statement as the first user.
pub async fn execute(deployment: &Arc<Deployment>, sql: &str) -> Result<(), Fault> {
    let user = deployment.users().list().into_iter().next().unwrap_or_default().to_owned();
    let process: Arc<Process> = deployment.processes().begin("", &user, sql)?;
    let request = Request { sql: sql.to_owned(), user, database: "default".to_owned(), ..Request::default() };
    match deployment.run(&request, &process).await? {
        Outcome::Done => Ok(()),
        Outcome::Copy(copy) => copy.run().await,
        _ => Err(Fault::bad("A workload may hold only statements that end by themselves")),
    }
}
