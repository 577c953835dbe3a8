//! The entry of the binary `ferry`.

use std::process::ExitCode;

use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    ferry_server::run(ferry_server::Cli::parse()).await.into()
}
