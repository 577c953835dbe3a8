//! `ferry evidence`: write what is recorded of a run to a file, and check such a file without the record.

use std::path::PathBuf;

use ferry_console::{Console, check_evidence};
use ferry_model::RunId;
use ferry_model::messages::{cli, evidence as text};

use super::plan_file::{read, write_whole};
use crate::cli::{EvidenceArgs, EvidenceCommand, EvidenceVerifyArgs};
use crate::exit::{Exit, Failure};
use crate::{record, say};

pub(super) async fn run(args: EvidenceArgs) -> Result<Exit, Failure> {
    match args.command {
        Some(EvidenceCommand::Verify(args)) => verify(&args),
        None => write(args).await,
    }
}

async fn write(args: EvidenceArgs) -> Result<Exit, Failure> {
    let run = RunId::new(args.run.unwrap_or_default());
    let path = args.output.unwrap_or_else(|| PathBuf::from(format!("evidence-{run}.json")));
    let shown = path.display().to_string();
    if path.exists() && !args.yes {
        return Err(Failure::needs_yes(cli::evidence_needs_yes(&shown)));
    }
    let console = record::open_console(&args.record).await?;
    let outcome = gather(&console, &run).await;
    console.shut_down().await;
    let (json, digest) = outcome?;
    write_whole(&path, &json)?;
    say::out(text::written(&shown, &digest));
    Ok(Exit::Done)
}

async fn gather(console: &Console, run: &RunId) -> Result<(String, String), Failure> {
    let evidence = console.evidence(&super::operator(), run).await?;
    Ok((evidence.to_json(), evidence.digest))
}

fn verify(args: &EvidenceVerifyArgs) -> Result<Exit, Failure> {
    let found = check_evidence(&args.file.display().to_string(), &read(&args.file)?)?;
    found.right.iter().for_each(say::out);
    if !found.wrong.is_empty() {
        return Err(Failure::failed(found.wrong.join("\n")));
    }
    say::out(text::digest(&found.digest));
    Ok(Exit::Done)
}
