//! The entry of the binary `ferry`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    ferry_server::run(ferry_server::Cli::of_process()).await.into()
}
